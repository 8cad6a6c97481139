"""Slope and step: one parameter, the curve of J, the tangent, and where the next step leads."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from gui.inspector.pieces import caption, section
from gui.labs.freshest import Freshest
from gui.labs.panel import LabPanel
from gui.labs.rooms import Rooms
from gui.labs.slope_figure import SlopeFigure
from gui.labs.slope_side import SlopeSide
from gui.labs.transport import Transport
from gui.plots.numbers import short
from gui.widgets import Choice, ChoiceField, NumberField
from gui.widgets.formula_edit import FormulaEdit
from gui.widgets.number_field import Bounds
from gui.widgets.readings import Reading
from model.analysis.descent_slope import SlopeStudy, slope_study
from model.analysis.surfaces import LINES, Line, line_objective
from model.errors import DesignError
from model.expressions import FormulaError, parse
from model.expressions.symbolic import latex

STEPS = 60
_OWN = "own"


def read_line(text: str) -> Reading:
    """J of one parameter, as it is typed; what is wrong is marked at its place."""
    try:
        line_objective(text, (-1.0, 1.0))
    except FormulaError as fault:
        return Reading(str(fault), is_faulty=True, fault=(fault.start, fault.end))
    except DesignError as fault:
        return Reading(str(fault), is_faulty=True)
    return Reading("A function of one parameter.", f"J = {latex(parse(text))}")


class SlopePanel(LabPanel):
    """J typed or chosen, the slope at a point, and gradient descent step by step."""

    title: ClassVar[str] = "Slope and step"
    help: ClassVar[str] = "Move slightly against the slope to go slightly downhill"

    def build(self) -> None:
        self.study: SlopeStudy | None = None
        self._line: Line = LINES[0]
        self._text = self._line.text
        """J as it could be read last."""
        self._plays_next = False
        self._fresh = Freshest(self.job, self)
        self._fill_controls()
        self._fill_stage()
        self._connect()

    def _fill_controls(self) -> None:
        line = self._line
        self.controls.addWidget(section("Function"))
        choices = [Choice(each.key, each.title, each.note) for each in LINES]
        self.ready = ChoiceField("Ready ones", [*choices, Choice(_OWN, "Typed")], line.key)
        self.ready.setObjectName("slope_ready")
        self.controls.addWidget(self.ready)
        self.formula = FormulaEdit(read_line, line.text, name="slope_formula", words="J of θ")
        self.formula.line.setToolTip("J of one parameter; + − * / **, sin, exp, abs ...")
        self.controls.addWidget(self.formula)
        self.note = caption(line.note)
        self.controls.addWidget(self.note)
        self.controls.addSpacing(6)
        self.controls.addWidget(section("Descent"))
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
        for name, field in (("rate", self.rate), ("start", self.start), ("reach", self.reach)):
            field.setObjectName(f"slope_{name}")
            self.controls.addWidget(field)
        self.controls.addWidget(caption("Space plays, ← and → step, Home and End jump."))

    def _fill_stage(self) -> None:
        self.figure = SlopeFigure()
        self.side = SlopeSide()
        self.transport = Transport("step", speed=4)
        self.lead = QLabel()
        self.lead.setObjectName("slope_lead")
        self.lead.setProperty("role", "card")
        self.lead.setWordWrap(True)
        self.lead.setContentsMargins(16, 10, 16, 2)
        middle = QWidget()
        middle.setProperty("kind", "panel")
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.lead)
        column.addWidget(self.figure, 1)
        column.addWidget(self.transport)
        self.rooms = Rooms([("Picture", middle, 66), ("Numbers", self.side, 34)])
        self.stage.addWidget(self.rooms, 1)

    def _connect(self) -> None:
        self.ready.edited.connect(self._on_ready)
        self.formula.committed.connect(self._on_typed)
        self.rate.edited.connect(self._on_changed)
        self.start.edited.connect(self._on_changed)
        self.reach.edited.connect(self._on_changed)
        self.figure.pressed.connect(self._on_placed)
        self.figure.dragged.connect(self._on_placed)
        self.job.done.connect(self._on_done)
        if self.transport is not None:
            self.transport.moved.connect(self._on_moved)

    # opened, chosen, typed, dragged

    def begin(self) -> None:
        """Show the ready function, walking down."""
        self._study(is_playing=True)

    @Slot(object)
    def _on_ready(self, key: object) -> None:
        found = next((line for line in LINES if line.key == key), None)
        if found is None:
            self.formula.line.setFocus()
            return
        self._line, self._text = found, found.text
        self.formula.set_text(found.text)
        self.note.setText(found.note)
        self.rate.set_value(found.rate)
        self.start.set_value(found.start)
        self.reach.set_value(found.box[1])
        self.setFocus()
        self._study(is_playing=True)

    @Slot(str)
    def _on_typed(self, text: str) -> None:
        self._text = text
        found = next((line for line in LINES if line.text == text), None)
        self.ready.set_value(found.key if found else _OWN)
        self.note.setText(found.note if found else "")
        self._study()

    @Slot(object)
    def _on_changed(self, _value: object = None) -> None:
        self._study()

    @Slot(float, float)
    def _on_placed(self, x: float, _y: float) -> None:
        reach = self.reach.value()
        self.start.set_value(round(min(max(x, -reach), reach), 3))
        if self.transport is not None:
            self.transport.first()
        self._study()

    # the study

    def _study(self, is_playing: bool = False) -> None:
        self._plays_next = is_playing
        reach = self.reach.value()
        self._fresh.ask(
            slope_study,
            self._text,
            (-reach, reach),
            self.start.value(),
            self.rate.value(),
            STEPS,
        )

    @Slot(object)
    def _on_done(self, study: SlopeStudy) -> None:
        self.study = study
        transport = self.transport
        if transport is None:
            return
        reason = "" if study.path.steps else study.verdict.words
        transport.set_last(study.path.steps, reason)
        if self._plays_next:
            transport.first()
            transport.play()
        self._on_moved(transport.position)

    @Slot(int)
    def _on_moved(self, position: int) -> None:
        study = self.study
        if study is None:
            return
        self.figure.show_study(study, position)
        self.side.show_study(study, position)
        self.lead.setText(lead_words(study, position))
        self.say(f"ρ = {study.rate:.4g} is {study.verdict.kind}. {study.verdict.words}")

    # export

    def figures(self) -> dict[str, QWidget]:
        return {"slope_and_step": self.figure, "loss_per_step": self.side.curve}

    def tables(self) -> dict[str, list[list[Any]]]:
        study = self.study
        if study is None:
            return {}
        head: list[Any] = ["step", "theta", "J", "slope", "second_derivative", "next_theta"]
        rows = zip(
            range(study.path.steps + 1),
            study.path.thetas[:, 0].tolist(),
            study.path.losses.tolist(),
            study.slopes.tolist(),
            study.seconds.tolist(),
            study.ahead.tolist(),
            strict=True,
        )
        return {"descent": [head, *map(list, rows)], "curve": self.figure.rows()}


def lead_words(study: SlopeStudy, position: int) -> str:
    """The lecture's sentence, for this place."""
    slope = float(study.slopes[min(position, study.path.steps)])
    if math.isnan(slope):
        return "J is not defined here: choose another start."
    if abs(slope) < 1e-9:
        return "The slope is 0: nowhere is slightly downhill, so there is no step."
    side = "left" if slope > 0 else "right"
    sign = "> 0" if slope > 0 else "< 0"
    return f"Slope {short(slope)} {sign}: move slightly to the {side} to go slightly downhill."
