"""New from expression: a formula is typed, and drawn as a whole computation graph."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QSize, QTimer, Slot
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.inspector.pieces import section
from gui.teaching.expression_trial import Trial, try_out
from gui.teaching.variable_rows import ROW_GAP, VariableRows
from gui.widgets import Segmented
from gui.widgets.formula_edit import FormulaEdit
from gui.widgets.readings import read_formula
from model.teaching.from_expression import Granularity

EXAMPLE = "(2*log(2*w+3)**2) - 1"
_TRIAL_MS = 150
_GRAINS = (("lecture", "As in the lecture"), ("fine", "One operation a node"))
_WIDTH = 560
_LINES, _ROWS = 8, 5
_LOW_LINES, _LOW_ROWS, _LOW = 3, 2, 640
"""On a screen that is lower than so many px at a desk, less is shown at once."""


@dataclass(frozen=True)
class Expression:
    """What was typed and chosen."""

    text: str
    values: dict[str, str] = field(default_factory=dict)
    granularity: Granularity = "lecture"
    wants_goal: bool = True


class ExpressionDialog(QDialog):
    """`expression()` after it has been accepted. has_loss: the open design has a term of J already,
    so that the result is made another one only on request."""

    def __init__(self, parent: QWidget | None = None, *, has_loss: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName("expression_dialog")
        self.setWindowTitle("New from expression")
        self._trial = Trial({})
        self.edit = FormulaEdit(
            read_formula, EXAMPLE, name="expression_line", words="Expression", commits=False
        )
        self.edit.line.setToolTip("Each name becomes a variable, each piece a node")
        self.variables = VariableRows()
        self.grain = Segmented(_GRAINS, "lecture", "Size of the pieces")
        self.grain.setObjectName("expression_grain")
        self.grain.setToolTip("How much of the formula one node holds")
        self.goal = QCheckBox("Make the result the goal J")
        self.goal.setObjectName("expression_goal")
        self.goal.setChecked(not has_loss)
        self._preview = QPlainTextEdit()
        self._says = QLabel()
        self.draw = QPushButton("Draw")
        self.cancel = QPushButton("Cancel")
        self._soon = QTimer(self, singleShot=True, interval=_TRIAL_MS)
        self._soon.timeout.connect(self._try_out)
        self._build()
        self._connect()
        self._try_out()
        self.edit.line.selectAll()

    def expression(self) -> Expression:
        """What is to be drawn."""
        grain: Granularity = "fine" if self.grain.value() == "fine" else "lecture"
        wants_goal = self.goal.isChecked() and self.goal.isEnabled()
        return Expression(self.edit.text(), self.variables.typed(), grain, wants_goal)

    def _build(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(24, 20, 24, 18)
        rows.setSpacing(10)
        title = QLabel("New from expression")
        title.setProperty("role", "title")
        rows.addWidget(title)
        rows.addWidget(self.edit)
        rows.addWidget(section("Variables"))
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setWidget(self.variables)
        self._area.setAccessibleName("Variables")
        rows.addWidget(self._area)
        rows.addWidget(section("Nodes"))
        rows.addWidget(self.grain)
        self._preview.setObjectName("expression_nodes")
        self._preview.setAccessibleName("Nodes that will be drawn")
        self._preview.setReadOnly(True)
        self._preview.setProperty("kind", "code")
        self._preview.setTabChangesFocus(True)
        self._preview.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._preview.setFont(theme.current().font("chip"))
        rows.addWidget(self._preview)
        rows.addWidget(self.goal)
        self._says.setObjectName("expression_says")
        self._says.setProperty("role", "error")
        self._says.setWordWrap(True)
        rows.addWidget(self._says)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.draw)
        rows.addLayout(buttons)
        self.draw.setObjectName("expression_draw")
        self.draw.setProperty("kind", "primary")
        self.draw.setDefault(True)
        self.cancel.setObjectName("expression_cancel")
        self.cancel.setToolTip("Draw nothing (Esc)")
        self.cancel.setAutoDefault(False)
        look = theme.current()
        line = QFontMetricsF(look.font("chip")).lineSpacing()
        lines = _LOW_LINES if self._is_low() else _LINES
        self._preview.setFixedHeight(round(lines * line + 16))
        self.setMinimumWidth(round(_WIDTH * look.scale))

    def _connect(self) -> None:
        self.edit.changed.connect(self._on_changed)
        self.variables.edited.connect(self._on_changed)
        self.grain.changed.connect(self._on_changed)
        self.goal.toggled.connect(self._on_changed)
        self.draw.clicked.connect(self._on_draw)
        self.cancel.clicked.connect(self.reject)

    @Slot()
    def _on_changed(self, *_args: object) -> None:
        self._soon.start()
        self._allow("" if not self.edit.reading().is_faulty else self.edit.reading().says)

    @Slot()
    def _try_out(self) -> None:
        """Show what would be drawn."""
        self._soon.stop()
        reading = self.edit.reading()
        if reading.is_faulty:
            self._allow(reading.says)
            return
        chosen = self.expression()
        fault = self.variables.fault() if chosen.values else ""
        values = {} if fault else chosen.values
        self._trial = trial = try_out(
            chosen.text, chosen.granularity, values, wants_goal=self.goal.isChecked()
        )
        self.variables.show_values(trial.names)
        self._fit_variables()
        self._preview.setPlainText("\n".join(trial.lines))
        self.goal.setEnabled(not trial.no_goal)
        self.goal.setToolTip(trial.no_goal or "Gradient descent makes the result small")
        fault = fault or trial.fault
        self._says.setText(fault or trial.warning)
        self._says.setVisible(bool(fault or trial.warning))
        self._allow(fault)

    def _fit_variables(self) -> None:
        """As high as its rows, up to a few."""
        row = self.edit.line.sizeHint().height() + ROW_GAP
        most = _LOW_ROWS if self._is_low() else _ROWS
        count = min(max(len(self._trial.names), 1), most)
        self._area.setFixedHeight(count * row + 2)

    def _is_low(self) -> bool:
        """The screen has no room for everything at once."""
        height = self.screen().availableSize().height()
        return height < _LOW * theme.current().scale

    def _allow(self, reason: str) -> None:
        self.draw.setEnabled(not reason)
        self.draw.setToolTip(reason or "Draw the graph on the canvas (Enter)")

    @Slot()
    def _on_draw(self) -> None:
        """Letters typed a moment ago count as well."""
        if self._soon.isActive():
            self._try_out()
        if self.draw.isEnabled():
            self.accept()

    def sizeHint(self) -> QSize:
        """No higher than the screen."""
        hint = super().sizeHint()
        return QSize(hint.width(), min(hint.height(), self.screen().availableSize().height() - 60))
