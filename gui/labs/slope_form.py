"""What slope and step studies: the function, or a weight of the design, rate, start and range."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.inspector.pieces import caption, section
from gui.labs.weight_choice import WeightChoice
from gui.widgets import Choice, ChoiceField, NumberField
from gui.widgets.formula_edit import FormulaEdit
from gui.widgets.number_field import Bounds
from gui.widgets.readings import Reading
from model.analysis.surfaces import LINES, Line, line_objective
from model.errors import DesignError
from model.expressions import FormulaError, parse
from model.expressions.symbolic import latex

OWN, WEIGHT = "own", "weight"


def read_line(text: str) -> Reading:
    """J of one parameter, as it is typed; what is wrong is marked at its place."""
    try:
        line_objective(text, (-1.0, 1.0))
    except FormulaError as fault:
        return Reading(str(fault), is_faulty=True, fault=(fault.start, fault.end))
    except DesignError as fault:
        return Reading(str(fault), is_faulty=True)
    return Reading("A function of one parameter.", f"J = {latex(parse(text))}")


class SlopeForm(QWidget):
    """`ready`: which J, one of `LINES`, `OWN` or `WEIGHT`; the other fields as they are named."""

    def __init__(self) -> None:
        super().__init__()
        line = LINES[0]
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)
        self._add_function(line)
        self._column.addSpacing(6)
        self._add_descent(line)

    def _add_function(self, line: Line) -> None:
        choices = [Choice(each.key, each.title, each.note) for each in LINES]
        choices += [Choice(OWN, "Typed"), Choice(WEIGHT, "Network: one weight")]
        self.ready = ChoiceField("J is", choices, line.key)
        self.ready.setObjectName("slope_ready")
        self.formula = FormulaEdit(read_line, line.text, name="slope_formula", words="J of θ")
        self.formula.line.setToolTip("J of one parameter; + − * / **, sin, exp, abs ...")
        self.weight = WeightChoice("weight", "slope_weight")
        self.weight.hide()
        self.note = caption(line.note)
        for part in (section("Function"), self.ready, self.formula, self.weight, self.note):
            self._column.addWidget(part)

    def _add_descent(self, line: Line) -> None:
        self.rate = NumberField(
            "learning rate",
            line.rate,
            0.001,
            5.0,
            symbol=r"\rho",
            is_log=True,
            bounds=Bounds(0.0, 1000.0),
        )
        self.start = NumberField(
            "start", line.start, *line.box, symbol=r"\theta_0", bounds=Bounds(-1e6, 1e6)
        )
        self.start.setToolTip("Or click, or drag, in the picture")
        self.reach = NumberField(
            "shown to both sides", line.box[1], 0.5, 50.0, is_log=True, bounds=Bounds(1e-3, 1e6)
        )
        self._column.addWidget(section("Descent"))
        for name, field in (("rate", self.rate), ("start", self.start), ("reach", self.reach)):
            field.setObjectName(f"slope_{name}")
            self._column.addWidget(field)
        self._column.addWidget(caption("Space plays, ← and → step, Home and End jump."))

    @property
    def is_weight(self) -> bool:
        """A weight of the design is looked at."""
        return self.ready.value() == WEIGHT

    def show_parts(self) -> None:
        """Those that the choice needs."""
        self.weight.setVisible(self.is_weight)
        self.formula.setVisible(not self.is_weight)
        self.note.setVisible(bool(self.note.text()))

    def say(self, note: str) -> None:
        """About the function."""
        self.note.setText(note)
        self.note.setVisible(bool(note))

    def take(self, line: Line) -> None:
        """A ready function with its rate, start and range; emits nothing."""
        self.formula.set_text(line.text)
        self.say(line.note)
        self.rate.set_value(line.rate)
        self.start.set_value(line.start)
        self.reach.set_value(line.box[1])
