"""Anatomy of an update: several optimisers are fed the very same gradients of one weight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import msgspec
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from gui.inspector.pieces import caption, section
from gui.labs.anatomy_stage import AnatomyStage, change_of
from gui.labs.axes_figure import signed
from gui.labs.panel import LabPanel
from gui.labs.race_list import RaceList
from gui.labs.study_queue import StudyQueue
from gui.labs.transport import Transport
from gui.labs.weight_choice import WeightChoice
from gui.plots.numbers import short
from gui.widgets import Choice, ChoiceField, NumberField
from gui.widgets.number_field import Bounds
from model.analysis.network_surface import Place
from model.analysis.progress import Progress
from model.analysis.racing_fed import Feed, FeedStudy, feed_study, ready_feeds
from model.analysis.racing_weight import WeightSource, steepest_of, weight_feed, weight_source
from model.errors import FieldError
from model.optimizers import SGD, AdaGrad, Adam, Momentum, Optimizer, RMSProp
from model.trainer import Trainer

STEPS = 60
_WEIGHT = "weight"


class AnatomyPanel(LabPanel):
    """A sequence of gradients, and what each optimiser's rule makes of every one of them."""

    title: ClassVar[str] = "Anatomy of an update"
    help: ClassVar[str] = "Several optimisers are fed the very same gradients"
    copied = Signal(object)

    def build(self) -> None:
        self.given: Feed | None = None
        self.study: FeedStudy | None = None
        self._source: WeightSource | None = None
        self._plays_next = False
        self._ready = {feed.key: feed for feed in ready_feeds(STEPS)}
        self.queue = StudyQueue(self.job, self, ("feed", "study"))
        self._fill_controls()
        self._fill_stage()
        self._connect()

    def _fill_controls(self) -> None:
        self.controls.addWidget(section("Gradients"))
        choices = [Choice(feed.key, feed.title, feed.note) for feed in self._ready.values()]
        choices.append(Choice(_WEIGHT, "Network: one weight"))
        self.choice = ChoiceField("Everybody is fed", choices, "steady")
        self.choice.setObjectName("anatomy_feed")
        self.weight = WeightChoice("weight", "anatomy_weight")
        self.steps = NumberField(
            "steps of the training",
            STEPS,
            10,
            1000,
            is_integer=True,
            is_log=True,
            bounds=Bounds(1, 10_000),
        )
        self.steps.setObjectName("anatomy_steps")
        self.note = caption()
        self.note.setObjectName("anatomy_note")
        self.rate = NumberField(
            "learning rate of all",
            0.1,
            1e-4,
            10.0,
            symbol=r"\rho",
            is_log=True,
            bounds=Bounds(0.0, 1000.0),
        )
        self.rate.setObjectName("anatomy_rate")
        self.racers = RaceList(has_batches=False)
        for kind in (SGD, Momentum, AdaGrad, RMSProp, Adam):
            self.racers.add(kind(lr=0.1))
        for part in (self.choice, self.weight, self.steps, self.note, self.rate):
            self.controls.addWidget(part)
        self.controls.addSpacing(4)
        self.controls.addWidget(section("Optimisers"))
        self.controls.addWidget(self.racers)
        self.controls.addWidget(caption("Space plays, ← and → step, Home and End jump."))

    def _fill_stage(self) -> None:
        self.pictures = AnatomyStage()
        self.stems, self.bars, self.curves = (
            self.pictures.stems,
            self.pictures.bars,
            self.pictures.curves,
        )
        self.transport = Transport("update", speed=4)
        self.stage.addWidget(self.pictures, 1)
        self.stage.addWidget(self.transport)

    def _connect(self) -> None:
        self.copied.connect(self._on_copied, Qt.ConnectionType.QueuedConnection)
        self.choice.edited.connect(self._on_choice)
        self.weight.edited.connect(self._ask_feed)
        self.steps.finished.connect(self._ask_feed)
        self.rate.edited.connect(self._on_rate)
        self.racers.changed.connect(self._ask_study)
        self.pictures.chosen.connect(self._on_step_chosen)
        self.queue.done.connect(self._on_done)
        self.job.failed.connect(self._on_failed)
        if self.transport is not None:
            self.transport.moved.connect(self._on_moved)

    @property
    def position(self) -> int:
        """The update that is shown, from 1."""
        return max(self.transport.position, 1) if self.transport is not None else 1

    # what the person does

    def begin(self) -> None:
        """From a node: its steepest weight; otherwise what was open."""
        if self.node_id:
            self.weight.set_value(None)
            self.choice.set_value(_WEIGHT)
        self._plays_next = True
        self._on_choice(self.choice.value())

    @Slot(object)
    def _on_choice(self, key: object) -> None:
        is_weight = key == _WEIGHT
        self.weight.setVisible(is_weight)
        self.steps.setVisible(is_weight)
        self._plays_next = True
        if is_weight:
            self._copy_training()
        else:
            self._take(self._ready[str(key)])

    def _copy_training(self) -> None:
        found = self.document.inference
        problem = next((p for p in found.problems if p.is_blocking), None)
        if problem is not None or not self.controller.prepare():
            self._clear(f"This needs a design that can run. {problem or ''}")
            return
        node_id = self.node_id

        def copy(trainer: Trainer) -> None:
            self.copied.emit(weight_source(trainer, node_id))

        self.controller.lend(copy)

    @Slot(object)
    def _on_copied(self, source: WeightSource) -> None:
        if not self.isVisible() or self.choice.value() != _WEIGHT:
            return
        self._source = source
        if not source.shapes:
            self._clear("Nothing learns in this design: there is no weight to look at.")
            return
        self.weight.set_weights(source.shapes, source.titles)
        self._ask_feed()

    @Slot()
    def _ask_feed(self, _value: object = None) -> None:
        source, place = self._source, self.weight.value()
        if source is not None:
            steps = int(self.steps.value())
            self.queue.ask("feed", _weight_study, source, place, self.node_id, steps)

    @Slot(object)
    def _on_rate(self, rate: object) -> None:
        value = float(str(rate))

        def rated(rule: Optimizer) -> Optimizer:
            return msgspec.structs.replace(rule, lr=value)

        self.racers.map_optimizers(rated)
        self._ask_study()

    @Slot(int)
    def _on_step_chosen(self, step: int) -> None:
        if self.transport is not None:
            self.transport.pause()
            self.transport.set_position(step)

    # the studies

    def _take(self, given: Feed) -> None:
        self.given = given
        self.study = None
        self.note.setText(given.note)
        self.note.setVisible(bool(given.note))
        self.pictures.show_feed(given)
        self._ask_study()

    @Slot()
    def _ask_study(self) -> None:
        names = self.racers.names()
        self.racers.show_names(names)
        rules = {racer.key: racer.optimizer for racer in self.racers.racers()}
        if self.given is not None:
            self.queue.ask("study", feed_study, self.given, rules, is_patient=True)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        if self.queue.failed == "feed":
            self._clear(sentence)

    def _clear(self, reason: str) -> None:
        self.given = self.study = None
        self.note.hide()
        self.pictures.show_feed(None, reason)
        if self.transport is not None:
            self.transport.set_last(0, reason)
        self.say(reason)

    @Slot(str, object)
    def _on_done(self, _kind: str, answer: object) -> None:
        if isinstance(answer, _Fed):
            self.weight.set_value(answer.place)
            self._take(answer.feed)
        elif isinstance(answer, FeedStudy):
            self._on_study(answer)

    def _on_study(self, study: FeedStudy) -> None:
        self.study = study
        self.pictures.show_study(study, self.racers.names())
        if self.transport is not None:
            self.transport.set_last(len(study.given.gradients))
            if self._plays_next:
                self._plays_next = False
                self.transport.first()
                self.transport.play()
        self._show()

    @Slot(int)
    def _on_moved(self, _position: int) -> None:
        self._show()

    def _show(self) -> None:
        study, t = self.study, self.position
        if study is None:
            return
        self.pictures.stand(t)
        self.racers.show_losses(
            {key: signed(change_of(fed.thetas, t)) for key, fed in study.fed.items()}
        )
        gradient = float(study.given.gradients[t - 1])
        self.say(f"Update {t}: everybody is fed g = {short(gradient)}. {study.given.note}")

    # export

    def figures(self) -> dict[str, QWidget]:
        return {"anatomy": self.bars, "gradients": self.stems, "weight": self.curves}

    def tables(self) -> dict[str, list[list[Any]]]:
        return self.pictures.tables()


@dataclass(frozen=True, eq=False)
class _Fed:
    """The gradients of a weight, and which one it is."""

    place: Place
    feed: Feed


def _weight_study(
    progress: Progress, source: WeightSource, place: Place | None, node_id: str, steps: int
) -> _Fed:
    """place: None for the steepest one."""
    found = place or steepest_of(source, node_id)
    if found is None:
        raise FieldError("Nothing learns in this design.", hint="Add a layer that does.")
    return _Fed(found, weight_feed(source.graph, source.state, found, steps, progress))
