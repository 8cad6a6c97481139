"""Anatomy of an update: several optimisers are fed the very same gradients of one weight."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec
import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QWidget

from gui.inspector.pieces import caption, section
from gui.labs.anatomy_bars import BarsFigure, Update
from gui.labs.anatomy_figures import PartsTable, StemsFigure
from gui.labs.axes_figure import signed
from gui.labs.panel import LabPanel
from gui.labs.pieces import chip_toggle, head_row, scrolled
from gui.labs.race_curves import CurvesFigure, Run
from gui.labs.race_list import RaceList
from gui.labs.rooms import Rooms
from gui.labs.stacked import Stacked
from gui.labs.study_queue import StudyQueue
from gui.labs.transport import Transport
from gui.labs.weight_choice import WeightChoice
from gui.plots.numbers import short
from gui.widgets import Choice, ChoiceField, ElidedLabel, NumberField, Segmented
from gui.widgets.number_field import Bounds
from model.analysis.network_surface import Place
from model.analysis.racing_bars import ADDENDS, FORMULAS, addends
from model.analysis.racing_fed import Feed, FeedStudy, feed_study, ready_feeds
from model.analysis.racing_weight import WeightSource, weight_feed, weight_source
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
        choices.append(Choice(_WEIGHT, "This network: one weight"))
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
        self.stems = StemsFigure()
        self.bars = BarsFigure()
        self.curves = CurvesFigure("anatomy_curves", "What becomes of the weight", "step")
        self.parts = PartsTable()
        tip = "Every optimiser's bars as large as they go, or all alike"
        self.own_scale = chip_toggle("own scale", tip, "anatomy_own_scale")
        self.axis = Segmented([("theta", "weight"), ("step", "change")], "theta", "Curves of")
        self.axis.setObjectName("anatomy_axis")
        self.whose = QComboBox()
        self.whose.setObjectName("anatomy_whose")
        self.whose.setAccessibleName("Whose update in numbers")
        self.transport = Transport("update", speed=4)
        self._title = ElidedLabel("Anatomy of the update", role="card")
        left, right = Stacked(), Stacked()
        title = ElidedLabel("Gradient of the weight", role="card")
        left.add_picture("Gradients", head_row(title), self.stems, 2)
        left.add_picture("Update", head_row(self._title, self.own_scale), scrolled(self.bars), 5)
        title = ElidedLabel("The weight", role="card")
        right.add_picture("Weight", head_row(title, self.axis), self.curves, 4)
        title = ElidedLabel("In numbers", role="card")
        right.add_picture("Numbers", head_row(title, self.whose), scrolled(self.parts), 5)
        self.rooms = Rooms([("Update", left, 60), ("Weight and numbers", right, 40)])
        self.rooms.show_room(1)
        self.stage.addWidget(self.rooms, 1)
        self.stage.addWidget(self.transport)

    def _connect(self) -> None:
        self.copied.connect(self._on_copied, Qt.ConnectionType.QueuedConnection)
        self.choice.edited.connect(self._on_choice)
        self.weight.edited.connect(self._ask_feed)
        self.steps.finished.connect(self._ask_feed)
        self.rate.edited.connect(self._on_rate)
        self.racers.changed.connect(self._ask_study)
        self.own_scale.toggled.connect(self._on_own_scale)
        self.axis.changed.connect(self._on_axis)
        self.whose.activated.connect(self._on_axis)
        self.stems.pressed.connect(self._on_step_chosen)
        self.stems.dragged.connect(self._on_step_chosen)
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
        if self.weight.value() is None:
            self.weight.set_value(source.steepest)
        self._ask_feed()

    @Slot()
    def _ask_feed(self, _value: object = None) -> None:
        place, source = self.weight.value(), self._source
        if place is not None and source is not None:
            steps = int(self.steps.value())
            self.queue.ask("feed", _weight_study, source, place, steps)

    @Slot(object)
    def _on_rate(self, rate: object) -> None:
        value = float(str(rate))

        def rated(rule: Optimizer) -> Optimizer:
            return msgspec.structs.replace(rule, lr=value)

        self.racers.map_optimizers(rated)
        self._ask_study()

    @Slot(bool)
    def _on_own_scale(self, is_own: bool) -> None:
        self.bars.is_common = not is_own
        self.bars.update()

    @Slot()
    def _on_axis(self, _value: object = None) -> None:
        self._show()

    @Slot(float, float)
    def _on_step_chosen(self, x: float, _y: float) -> None:
        if self.transport is not None:
            self.transport.pause()
            self.transport.set_position(round(x))

    # the studies

    def _take(self, given: Feed) -> None:
        self.given = given
        self.study = None
        self.note.setText(given.note)
        self.note.setVisible(bool(given.note))
        self.stems.show_feed(given)
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
        self.stems.show_feed(None, reason)
        self.bars.show_updates([], reason)
        self.curves.empty_text = reason
        self.curves.update()
        self.parts.show_parts(None)
        if self.transport is not None:
            self.transport.set_last(0, reason)
        self.say(reason)

    @Slot(str, object)
    def _on_done(self, _kind: str, answer: object) -> None:
        if isinstance(answer, Feed):
            self._take(answer)
        elif isinstance(answer, FeedStudy):
            self._on_study(answer)

    def _on_study(self, study: FeedStudy) -> None:
        self.study = study
        self.curves.empty_text = "" if study.fed else "Nobody is fed: switch an optimiser on"
        self._fill_whose()
        if self.transport is not None:
            self.transport.set_last(len(study.given.gradients))
            if self._plays_next:
                self._plays_next = False
                self.transport.first()
                self.transport.play()
        self._show()

    def _fill_whose(self) -> None:
        names = self.racers.names()
        keys = list(self.study.fed) if self.study is not None else []
        if [self.whose.itemData(k) for k in range(self.whose.count())] != keys:
            before = self.whose.currentData()
            self.whose.clear()
            for key in keys:
                self.whose.addItem(names[key], key)
            last = len(keys) - 1
            self.whose.setCurrentIndex(keys.index(before) if before in keys else last)
        for k, key in enumerate(keys):
            self.whose.setItemText(k, names[key])

    # what is shown

    @Slot(int)
    def _on_moved(self, _position: int) -> None:
        self._show()

    def _show(self) -> None:
        study = self.study
        if study is None:
            return
        t, names = self.position, self.racers.names()
        self.stems.stand(t)
        self._title.set_text(f"Anatomy of update {t}")
        self.bars.show_updates(updates_of(study, names, t), "Nobody is fed: switch one on")
        self._show_curves(study, names, t)
        whose = self.whose.currentData()
        self.parts.show_parts(study.fed[whose].parts[t - 1] if whose in study.fed else None)
        self.racers.show_losses(
            {key: signed(_change(fed.thetas, t)) for key, fed in study.fed.items()}
        )
        gradient = float(study.given.gradients[t - 1])
        self.say(f"Update {t}: everybody is fed g = {short(gradient)}. {study.given.note}")

    def _show_curves(self, study: FeedStudy, names: dict[int, str], t: int) -> None:
        runs = []
        for key, fed in study.fed.items():
            steps = np.arange(len(fed.thetas), dtype=float)
            if self.axis.value() == "theta":
                runs.append(Run(key, names[key], steps, fed.thetas, t))
            else:
                runs.append(Run(key, names[key], steps[1:], np.diff(fed.thetas), t - 1))
        self.curves.wants_log = False
        self.curves.y_name = r"\theta" if self.axis.value() == "theta" else r"\Delta \theta"
        self.curves.show_runs(runs, cursor=float(t))

    # export

    def figures(self) -> dict[str, QWidget]:
        return {"anatomy": self.bars, "gradients": self.stems, "weight": self.curves}

    def tables(self) -> dict[str, list[list[Any]]]:
        study = self.study
        if study is None:
            return {}
        names = self.racers.names()
        rows: list[list[Any]] = [["optimiser", "update", "gradient", *ADDENDS, "change", "theta"]]
        for key, fed in study.fed.items():
            for t, parts in enumerate(fed.parts, start=1):
                pieces = {name: float(v[0]) for name, v in addends(fed.optimizer, parts).items()}
                values = [pieces.get(name) for name in ADDENDS]
                gradient, theta = float(study.given.gradients[t - 1]), float(fed.thetas[t])
                rows.append([names[key], t, gradient, *values, _change(fed.thetas, t), theta])
        return {"updates": rows, "gradients": self.stems.rows()}


def _weight_study(progress: Any, source: WeightSource, place: Place, steps: int) -> Feed:
    return weight_feed(source.graph, source.state, place, steps, progress)


def _change(thetas: Any, t: int) -> float:
    return float(thetas[t] - thetas[t - 1])


def updates_of(study: FeedStudy, names: dict[int, str], t: int) -> list[Update]:
    """The bars of update t, from 1."""
    found = []
    for key, fed in study.fed.items():
        found_pieces = addends(fed.optimizer, fed.parts[t - 1])
        pieces = {name: float(value[0]) for name, value in found_pieces.items()}
        formula = FORMULAS[str(fed.optimizer.__struct_config__.tag)]
        found.append(Update(key, names[key], formula, pieces, float(sum(pieces.values()))))
    return found
