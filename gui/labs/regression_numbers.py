"""The lecture's formulas with the numbers of this step."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from gui import theme
from gui.inspector.pieces import Number, caption, section
from gui.labs.soft_formula import SoftFormula
from gui.theme import Theme
from gui.widgets import Segmented
from model.analysis.regression_steps import StepNumbers
from model.teaching.number_style import NumberStyle

_NUMBERS = NumberStyle(digits=4)
_WIDE = 860
"""px at a desk, from which slopes and updates stand beside each other."""
_NARROW = 520
"""px at a desk, below which numbers stand under their formulas."""
_RESIDUAL = r"(y_i - \beta_0 - \beta_1 x_i)"


class RegressionNumbers(QWidget):
    """`chosen(number)`: which racer's step is worked out."""

    chosen = Signal(int)

    def __init__(self, names: list[str]) -> None:
        super().__init__()
        self.setProperty("kind", "panel")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 6)
        column.setSpacing(4)
        head = QHBoxLayout()
        self._title = section("The next step in numbers")
        head.addWidget(self._title, 1)
        self.racer = Segmented(list(enumerate(names)), 0, "Step of")
        self.racer.setObjectName("regression_racer")
        self.racer.setFixedWidth(round(150 * theme.current().scale))
        self.racer.changed.connect(self._on_racer)
        head.addWidget(self.racer)
        column.addLayout(head)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(3)
        self._formulas = [SoftFormula() for _ in range(4)]
        self.values = [Number() for _ in range(4)]
        for row, value in enumerate(self.values):
            value.setObjectName(f"regression_row_{row}")
        self._columns = -1
        self._place(1)
        column.addLayout(self._grid)
        self.batch = caption()
        column.addWidget(self.batch)
        column.addStretch(1)
        theme.notifier().changed.connect(self._apply_theme)

    def _place(self, columns: int) -> None:
        """2: slopes and updates beside each other; 1: below; 0: numbers under formulas, too."""
        if columns == self._columns:
            return
        self._columns = columns
        for row, (formula, value) in enumerate(zip(self._formulas, self.values, strict=True)):
            if columns == 0:
                self._grid.addWidget(formula, 2 * row, 0)
                self._grid.addWidget(value, 2 * row + 1, 0)
                continue
            line, column = (row, 0) if columns == 1 else (row % 2, 2 * (row // 2))
            self._grid.addWidget(formula, line, column)
            self._grid.addWidget(value, line, column + 1)
        self._grid.setColumnStretch(0, 0 if columns else 1)
        self._grid.setColumnStretch(1, 1 if columns else 0)
        self._grid.setColumnStretch(3, 1 if columns == 2 else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside each other where there is room."""
        super().resizeEvent(event)
        width = self.width() / theme.current().scale
        self._place(2 if width >= _WIDE else 1 if width >= _NARROW else 0)

    @Slot(object)
    def _apply_theme(self, look: Theme) -> None:
        self.racer.setFixedWidth(round(150 * look.scale))

    @Slot(object)
    def _on_racer(self, number: object) -> None:
        self.chosen.emit(int(str(number)))

    def set_enabled(self, number: int, reason: str) -> None:
        """A racer that does not run cannot be worked out."""
        button = self.racer.buttons()[number]
        button.setEnabled(not reason)
        button.setToolTip(reason)

    def show_step(
        self, found: StepNumbers, rate: float, is_mean: bool, batch_words: str, step: int
    ) -> None:
        """Formulas of this kind of J, and the numbers of this step."""
        is_batch = found.items is not None
        self._set_formulas(is_mean, is_batch)
        text = _NUMBERS.text
        factor = text(found.factor)
        sums = (found.residual_sum, found.weighted_sum)
        for row, (total, slope) in enumerate(zip(sums, found.gradient.tolist(), strict=True)):
            self.values[row].setText(f"= {factor} · {_bracketed(total)} = {text(slope)}")
        pairs = zip(found.theta.tolist(), found.gradient.tolist(), found.new.tolist(), strict=True)
        for row, (before, slope, after) in enumerate(pairs, start=2):
            step_text = f"{text(before)} − {text(rate)} · {_bracketed(slope)}"
            self.values[row].setText(f"= {step_text} = {text(after)}")
        self._title.set_words(f"Step {step} → {step + 1} in numbers")
        self.batch.setText(batch_words)

    def _set_formulas(self, is_mean: bool, is_batch: bool) -> None:
        which = r"\sum_{i \in B_t}" if is_batch else r"\sum_i"
        before = "-2 "
        if is_mean:
            before = r"-\frac{2}{|B_t|} " if is_batch else r"-\frac{2}{N} "
        elif is_batch:
            before = r"-2 \frac{N}{|B_t|} "
        name = "J" if is_mean else r"\mathrm{RSS}"
        slopes = [rf"\frac{{\partial {name}}}{{\partial \beta_{k}}}" for k in (0, 1)]
        tex = [
            rf"{slopes[0]} = {before}{which} {_RESIDUAL}",
            rf"{slopes[1]} = {before}{which} x_i {_RESIDUAL}",
            rf"\beta_0 \leftarrow \beta_0 - \rho \, {slopes[0]}",
            rf"\beta_1 \leftarrow \beta_1 - \rho \, {slopes[1]}",
        ]
        for formula, source in zip(self._formulas, tex, strict=True):
            formula.set_tex(source)


def _bracketed(value: float) -> str:
    text = _NUMBERS.text(value)
    return f"({text})" if value < 0 else text
