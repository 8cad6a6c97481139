"""Slope and step: one parameter, the curve of J, the tangent, and where the next step leads."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from gui.labs.freshest import Freshest
from gui.labs.panel import LabPanel
from gui.labs.rooms import Rooms
from gui.labs.slope_figure import SlopeFigure
from gui.labs.slope_form import OWN, WEIGHT, SlopeForm, read_line
from gui.labs.slope_side import SlopeSide
from gui.labs.training_copy import TrainingCopy
from gui.labs.transport import Transport
from gui.plots.numbers import short
from model.analysis.descent_slope import SlopeStudy, slope_study, weight_study
from model.analysis.network_surface import NetworkLoss
from model.analysis.rehearsal import Rehearsal
from model.analysis.surfaces import LINES
from model.layer import Layer
from model.layers.scalar import Function
from model.optimizers import SGD, Momentum, Nesterov

STEPS = 60
ITEMS = 256
"""Of the training part, that J of a network is the mean over."""


class SlopePanel(LabPanel):
    """J typed or chosen, the slope at a point, and gradient descent step by step."""

    title: ClassVar[str] = "Slope and step"
    help: ClassVar[str] = "Move slightly against the slope to go slightly downhill"

    def build(self) -> None:
        self.study: SlopeStudy | None = None
        self._text = LINES[0].text
        """J as it could be read last."""
        self._plays_next = False
        self._fresh = Freshest(self.job, self)
        self._copy = TrainingCopy(self.document, self.controller, self)
        self._step: Rehearsal | None = None
        """The network whose weight is looked at."""
        self._starts_here = False
        """The start is to be where the weight stands."""
        form = self.form = SlopeForm()
        self.ready, self.formula, self.weight = form.ready, form.formula, form.weight
        self.rate, self.start, self.reach = form.rate, form.start, form.reach
        self.controls.addWidget(form)
        self._fill_stage()
        self._connect()

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
        self.rooms = Rooms([("Picture", middle, 66), ("Numbers", self.side, 34)])
        self.stage.addWidget(self.rooms, 1)
        self.stage.addWidget(self.transport)

    def _connect(self) -> None:
        self.ready.edited.connect(self._on_ready)
        self.weight.edited.connect(self._on_weight)
        self._copy.copied.connect(self._on_copied)
        self.job.failed.connect(self._on_failed)
        self.formula.committed.connect(self._on_typed)
        self.rate.edited.connect(self._on_changed)
        self.start.edited.connect(self._on_start)
        self.reach.edited.connect(self._on_changed)
        self.figure.pressed.connect(self._on_placed)
        self.figure.dragged.connect(self._on_placed)
        self.job.done.connect(self._on_done)
        if self.transport is not None:
            self.transport.moved.connect(self._on_moved)

    # opened, chosen, typed, dragged

    def begin(self) -> None:
        """From a node: its formula, or its steepest weight; otherwise what was open, walking
        down."""
        if self.node_id:
            self._begin_at(self.document.graph.node(self.node_id).layer)
        elif self.form.is_weight:
            self._on_ready(WEIGHT)
        else:
            self._study(is_playing=True)

    def _begin_at(self, layer: Layer) -> None:
        text = layer.formula if isinstance(layer, Function) else ""
        if text and not read_line(text).is_faulty:
            self.ready.set_value(OWN)
            self.formula.set_text(text)
            self.form.show_parts()
            self._on_typed(text)
            return
        self.weight.set_value(None)
        self.ready.set_value(WEIGHT)
        self._on_ready(WEIGHT)

    @Slot(object)
    def _on_ready(self, key: object) -> None:
        self.form.show_parts()
        if key == WEIGHT:
            reason = self._copy.take(ITEMS)
            if reason:
                self._nothing(reason)
            return
        found = next((line for line in LINES if line.key == key), None)
        if found is None:
            self.formula.line.setFocus()
            self._study()
            return
        self._text = found.text
        self.form.take(found)
        self.setFocus()
        self._study(is_playing=True)

    @Slot(str)
    def _on_typed(self, text: str) -> None:
        self._text = text
        found = next((line for line in LINES if line.text == text), None)
        self.ready.set_value(found.key if found else OWN)
        self.form.say(found.note if found else "")
        self.form.show_parts()
        self._study()

    @Slot(object)
    def _on_copied(self, step: Rehearsal) -> None:
        if not self.isVisible() or not self.form.is_weight:
            return
        self._step = step
        self.weight.show_step(step)
        if self.weight.value() is None:
            loss = NetworkLoss(step)
            steepest = loss.steepest(1, self.node_id) or loss.steepest(1)
            if not steepest:
                self._nothing("Nothing learns in this design: there is no weight to look at.")
                return
            self.weight.set_value(steepest[0])
        rule = step.graph.training.optimizer
        self.rate.set_value(rule.lr if isinstance(rule, (SGD, Momentum, Nesterov)) else 0.1)
        self._on_weight()

    @Slot()
    def _on_weight(self) -> None:
        self._starts_here = True
        self.form.say("All other weights stay as they are now. J is the training's own.")
        place = self.weight.value()
        if self._step is not None and place is not None:
            loss = NetworkLoss(self._step)
            now = abs(float(loss.theta[loss.position(place)]))
            self.reach.set_value(float(f"{max(2.0, 2.5 * now):.2g}"))
        self._study(is_playing=True)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        if self.form.is_weight:
            self._nothing(sentence)

    def _nothing(self, reason: str) -> None:
        self.study = None
        self.figure.empty_text = reason
        self.figure.update()
        self.lead.setText("")
        if self.transport is not None:
            self.transport.set_last(0, reason)
        self.say(reason)

    @Slot(object)
    def _on_changed(self, _value: object = None) -> None:
        self._study()

    @Slot(object)
    def _on_start(self, _value: object) -> None:
        self._starts_here = False
        self._study()

    @Slot(float, float)
    def _on_placed(self, x: float, _y: float) -> None:
        left, right = self.figure.x_range
        self._starts_here = False
        self.start.set_value(self._rounded(min(max(x, left), right)))
        if self.transport is not None:
            self.transport.first()
        self._study()

    def _rounded(self, theta: float) -> float:
        """As fine as the picture is: its field has room for so many digits."""
        return round(theta, min(max(4 - math.ceil(math.log10(self.reach.value())), 0), 6))

    # the study

    def _study(self, is_playing: bool = False) -> None:
        self._plays_next = self._plays_next or is_playing
        reach = self.reach.value()
        if self.form.is_weight:
            self._study_weight(reach)
            return
        self._fresh.ask(
            slope_study,
            self._text,
            (-reach, reach),
            self.start.value(),
            self.rate.value(),
            STEPS,
        )

    def _study_weight(self, reach: float) -> None:
        place, step = self.weight.value(), self._step
        if place is None or step is None:
            return
        start = None if self._starts_here else self.start.value()
        self._fresh.ask(weight_study, step, place, reach, start, self.rate.value(), STEPS)

    @Slot(object)
    def _on_done(self, study: SlopeStudy) -> None:
        self.study = study
        if self._starts_here and self.form.is_weight:
            self.start.set_value(self._rounded(float(study.path.thetas[0, 0])))
        transport = self.transport
        if transport is None:
            return
        reason = "" if study.path.steps else study.verdict.words
        transport.set_last(study.path.steps, reason)
        if self._plays_next:
            self._plays_next = False
            transport.first()
            transport.play()
        self._on_moved(transport.position)

    @Slot(int)
    def _on_moved(self, position: int) -> None:
        study = self.study
        if study is None:
            return
        self.figure.x_name = study.title if self.form.is_weight else r"\theta"
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
    if not math.isfinite(slope):
        return "J is not defined here: choose another start."
    if abs(slope) < 1e-9:
        return "The slope is 0: nowhere is slightly downhill, so there is no step."
    side = "left" if slope > 0 else "right"
    sign = "> 0" if slope > 0 else "< 0"
    return f"Slope {short(slope)} {sign}: move slightly to the {side} to go slightly downhill."
