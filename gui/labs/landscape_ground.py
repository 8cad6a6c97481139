"""Which surface is raced on: the choice, and the options that go with it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from gui import theme
from gui.inspector.pieces import caption
from gui.labs.soft_formula import SoftFormula
from gui.labs.weight_choice import WeightChoice
from gui.widgets import Choice, ChoiceField, NumberField, Segmented
from gui.widgets.formula_edit import FormulaEdit
from gui.widgets.number_field import Bounds
from gui.widgets.readings import Reading
from model.analysis.network_surface import PlaneObjective
from model.analysis.racing_grounds import typed_ground
from model.analysis.rehearsal import Rehearsal
from model.analysis.surfaces import SURFACES
from model.errors import DesignError
from model.expressions import FormulaError, parse
from model.expressions.symbolic import latex

NETWORK = {
    "weights": "Network: two weights",
    "random": "Network: random plane",
    "path": "Network: training path",
}
TYPED = "x**2 + 4*y**2 + sin(3*x)"


def read_surface(text: str) -> Reading:
    """A function of x and y, as it is typed; what is wrong is marked at its place."""
    try:
        typed_ground(text)
    except FormulaError as fault:
        return Reading(str(fault), is_faulty=True, fault=(fault.start, fault.end))
    except DesignError as fault:
        return Reading(str(fault), is_faulty=True)
    return Reading("x is θ₀, y is θ₁.", f"J = {latex(parse(text))}")


class GroundChoice(QWidget):
    """`changed(is_patient)`: another surface is wanted; patient while a slider is being dragged."""

    changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        choices = [Choice("regression", "Linear regression")]
        choices += [Choice(each.key, each.title, each.note) for each in SURFACES]
        choices.append(Choice("typed", "Typed function"))
        choices += [Choice(key, words) for key, words in NETWORK.items()]
        self.choice = ChoiceField("J is", choices, "regression")
        self.choice.setObjectName("landscape_surface")
        self.formula = SoftFormula()
        self.typed = FormulaEdit(read_surface, TYPED, name="landscape_formula", words="J of x, y")
        self.first = WeightChoice("first weight", "landscape_first")
        self.second = WeightChoice("second weight", "landscape_second")
        self.again = QPushButton(theme.icon("restart"), "Other directions")
        self.again.setToolTip("Draw two other random directions")
        self.reach = NumberField(
            "shown to both sides", 1.0, 0.05, 10.0, is_log=True, bounds=Bounds(1e-3, 1e3)
        )
        self.steps = NumberField(
            "steps of the training",
            200,
            20,
            5000,
            is_integer=True,
            is_log=True,
            bounds=Bounds(3, 100_000),
        )
        self.items = NumberField(
            "training items in J", 256, 8, 1024, is_integer=True, is_log=True, bounds=Bounds(1, 1e5)
        )
        self.items.setToolTip("J is the mean over so many: more are exact, fewer are fast")
        self.moves = Segmented(
            [("plane", "the plane"), ("all", "all weights")], "plane", "Optimisers move"
        )
        self.moves.setObjectName("landscape_moves")
        self.moves.buttons()[0].setToolTip("Only the two numbers of the picture change")
        self.moves.buttons()[1].setToolTip(
            "Every weight changes; a path is shown where it comes nearest to the plane"
        )
        self.moves_words = caption("The optimisers move in")
        self.note = caption()
        self.note.setObjectName("landscape_note")
        self.facts = caption()
        self.facts.setObjectName("landscape_facts")
        self.seed = 1
        self._parts: dict[QWidget, tuple[str, ...]] = {
            self.typed: ("typed",),
            self.first: ("weights",),
            self.second: ("weights",),
            self.again: ("random",),
            self.reach: ("random",),
            self.steps: ("path",),
            self.items: tuple(NETWORK),
            self.moves_words: tuple(NETWORK),
            self.moves: tuple(NETWORK),
        }
        self._column.addWidget(self.choice)
        self._column.addWidget(self.formula)
        for part in self._parts:
            self._column.addWidget(part)
        self._column.addWidget(self.note)
        self._column.addWidget(self.facts)
        self._connect()
        self._show_parts()

    def _connect(self) -> None:
        self.choice.edited.connect(self._on_choice)
        self.typed.committed.connect(self._on_changed)
        self.first.edited.connect(self._on_changed)
        self.second.edited.connect(self._on_changed)
        self.again.clicked.connect(self._on_again)
        self.moves.changed.connect(self._on_changed)
        for field in (self.reach, self.steps, self.items):
            field.finished.connect(self._on_changed)

    @property
    def key(self) -> str:
        return str(self.choice.value())

    @property
    def is_network(self) -> bool:
        return self.key in NETWORK

    def choose(self, key: str) -> None:
        """Show another surface; emits nothing."""
        self.choice.set_value(key)
        self._show_parts()

    @Slot(object)
    def _on_choice(self, _key: object) -> None:
        self._show_parts()
        self.changed.emit(False)

    @Slot()
    def _on_again(self) -> None:
        self.seed += 1
        self.changed.emit(False)

    @Slot()
    def _on_changed(self, _value: object = None) -> None:
        self.changed.emit(False)

    def _show_parts(self) -> None:
        for part, keys in self._parts.items():
            part.setVisible(self.key in keys)
        self.formula.setVisible(self.key != "typed")
        if self.is_network:
            self.formula.set_tex(r"J(\theta_{*} + a \, d_1 + b \, d_2)")

    def show_weights(self, step: Rehearsal) -> None:
        """What there is to choose from."""
        for choice in (self.first, self.second):
            choice.show_step(step)

    def adopt(self, plane: PlaneObjective) -> None:
        """Say which two weights were taken where nobody had chosen any."""
        plan = plane.loss.plan
        for choice, direction in zip((self.first, self.second), plane.directions, strict=True):
            at = int(np.argmax(direction))
            for (key, name), where in plan.slices.items():
                if where.start <= at < where.stop and choice.value() is None:
                    shape = plan.by_id[key].parameters[name].shape
                    index = np.unravel_index(at - where.start, shape) if shape else ()
                    choice.set_value((key, name, tuple(int(k) for k in index)))

    def say(self, formula: str, note: str, facts: str) -> None:
        """What surface it is."""
        if formula:
            self.formula.set_tex(formula)
        self.note.setText(note)
        self.facts.setText(facts)
        self.facts.setVisible(bool(facts))
