"""The variables of a typed expression, each with a line for its first value."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from gui.formulas import FormulaLabel
from gui.widgets.formula_line import FormulaLine
from gui.widgets.readings import read_numbers
from model.expressions import Name
from model.expressions.symbolic import latex

ROW_GAP = 6


class VariableRows(QWidget):
    """`edited()` when a value is typed. What the person has typed stays while the name does; other
    values follow the formula."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._lines: dict[str, FormulaLine] = {}
        self._typed: dict[str, str] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(ROW_GAP)
        self._grid.setColumnStretch(1, 1)

    def typed(self) -> dict[str, str]:
        """Values of the person's own by name."""
        return {name: text for name, text in self._typed.items() if name in self._lines}

    def fault(self) -> str:
        """What is wrong with the first value that cannot be read."""
        for name, line in self._lines.items():
            reading = read_numbers(line.text())
            if reading.is_faulty:
                return f"{name}: {reading.says}"
        return ""

    def show_values(self, values: Mapping[str, str]) -> None:
        """A row for each name, in their order."""
        if list(values) != list(self._lines):
            self._build(values)
        for name, text in values.items():
            line = self._lines[name]
            if name not in self._typed and line.text() != text:
                with QSignalBlocker(line):
                    line.setText(text)
            self._mark(line)

    def _build(self, values: Mapping[str, str]) -> None:
        """Lines of names that stay are kept, with their cursor."""
        kept = dict(self._lines)
        while self._grid.count():
            widget = self._grid.takeAt(0).widget()
            if widget is not None and widget not in kept.values():
                widget.hide()
                widget.deleteLater()
        self._lines = {}
        for row, (name, text) in enumerate(values.items()):
            line = kept.pop(name, None) or self._line(name, self._typed.get(name, text))
            label = FormulaLabel(f"{latex(Name(name))} =")
            self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignRight)
            self._grid.addWidget(line, row, 1)
            self._lines[name] = line
        for gone in kept.values():
            gone.hide()
            gone.deleteLater()
        if not values:
            none = QLabel("none yet")
            none.setProperty("role", "caption")
            self._grid.addWidget(none, 0, 0)

    def _line(self, name: str, text: str) -> FormulaLine:
        line = FormulaLine(text)
        line.setObjectName(f"value_of_{name}")
        line.setProperty("variable", name)
        line.setAccessibleName(f"First value of {name}")
        line.setToolTip("A number such as 1.5, a vector 1, 2, 3 or a matrix 1, 2; 3, 4")
        line.textEdited.connect(self._on_edited)
        return line

    @staticmethod
    def _mark(line: FormulaLine) -> None:
        reading = read_numbers(line.text())
        line.set_fault(0, 0, is_faulty=reading.is_faulty)
        line.setAccessibleDescription(reading.says)

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        line = self.sender()
        if isinstance(line, FormulaLine):
            self._typed[str(line.property("variable"))] = text
            self._mark(line)
            self.edited.emit()
