"""Landscape and race: optimisers run down a surface from one start, beside one another."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from gui.labs.landscape_controls import RaceControls
from gui.labs.landscape_levels import Box
from gui.labs.landscape_picture import RacePicture
from gui.labs.landscape_side import RaceSide
from gui.labs.landscape_surface import surface_of
from gui.labs.landscape_view import LandscapeView
from gui.labs.panel import LabPanel
from gui.labs.rooms import Rooms
from gui.labs.study_queue import StudyQueue
from gui.labs.training_copy import TrainingCopy
from gui.labs.transport import Transport
from model.analysis.network_surface import PlaneObjective
from model.analysis.racing import Race
from model.analysis.racing_grounds import Wanted, landscape_study
from model.analysis.racing_study import (
    GroundSurface,
    RaceStudy,
    batch_surface,
    part_surface,
    profiles_study,
    race_study,
)
from model.analysis.rehearsal import Rehearsal

_ZOOMS = {Qt.Key.Key_Plus: 0.8, Qt.Key.Key_Equal: 0.8, Qt.Key.Key_Minus: 1.25}
_MOVES = {
    Qt.Key.Key_Left: (-0.1, 0.0),
    Qt.Key.Key_Right: (0.1, 0.0),
    Qt.Key.Key_Up: (0.0, 0.1),
    Qt.Key.Key_Down: (0.0, -0.1),
}


class LandscapePanel(LabPanel):
    """A surface, a start, and any optimisers with options of their own."""

    title: ClassVar[str] = "Landscape and race"
    help: ClassVar[str] = "Optimisers run down a surface from one start, beside one another"

    def build(self) -> None:
        self._ground_key = ""
        self._plays_next = False
        self._fits_next = False
        self.queue = StudyQueue(self.job, self, ("ground", "race", "surface", "overlay", "profile"))
        self._copy = TrainingCopy(self.document, self.controller, self)
        self.fields = RaceControls()
        self.ground, self.racers = self.fields.ground, self.fields.racers
        self.controls.addWidget(self.fields)
        self.view, self.side = LandscapeView(), RaceSide()
        self.picture = RacePicture(self.view, self.side, self.fields)
        self.transport = Transport("step", speed=8)
        self.rooms = Rooms([("Landscape", self.view, 58), ("Curves and anatomy", self.side, 42)])
        self.stage.addWidget(self.rooms, 1)
        self.stage.addWidget(self.transport)
        self._connect()

    def _connect(self) -> None:
        self._copy.copied.connect(self._on_copied)
        self.ground.changed.connect(self._on_ground_wanted)
        self.fields.race_wanted.connect(self._ask_race)
        self.fields.fitting.clicked.connect(self._on_fitting)
        self.fields.overlay.edited.connect(self._on_overlay)
        self.racers.chosen.connect(self._on_overlay)
        self.fields.data.points_changed.connect(self._on_points)
        self.fields.data.refused.connect(self.say)
        self.view.placed.connect(self._on_placed)
        self.view.box_wanted.connect(self._on_box_wanted)
        self.view.view_changed.connect(self._on_view)
        self.view.fit.clicked.connect(self._on_fit)
        self.queue.done.connect(self._on_done)
        self.queue.partial.connect(self._on_partial)
        self.job.failed.connect(self._on_failed)
        if self.transport is not None:
            self.transport.moved.connect(self._on_moved)

    @property
    def surface(self) -> GroundSurface | None:
        """The ground, None while there is none."""
        return self.picture.surface

    @property
    def study(self) -> RaceStudy | None:
        """The race that is shown, None until it is complete."""
        return self.picture.study

    @property
    def position(self) -> int:
        """The step that is shown."""
        return self.transport.position if self.transport is not None else 0

    # opened, chosen, clicked

    def begin(self) -> None:
        """From a node: along two of its weights; otherwise the surface that was open."""
        if self.node_id:
            self.ground.first.set_value(None)
            self.ground.second.set_value(None)
            self.ground.choose("weights")
            self._on_ground_wanted(False)
        elif self.surface is None or self.ground.is_network:
            self._on_ground_wanted(False)

    @Slot(bool)
    def _on_ground_wanted(self, is_patient: bool) -> None:
        if self.transport is not None:
            self.transport.pause()
        if self.ground.is_network:
            self._prepare()
        else:
            self._ask_ground(None, is_patient)

    def _prepare(self) -> None:
        """The network as it stands now."""
        reason = self._copy.take(int(self.ground.items.value()))
        if reason:
            self._no_ground(reason)

    @Slot(object)
    def _on_copied(self, step: Rehearsal) -> None:
        if self.isVisible() and self.ground.is_network:
            self.ground.show_weights(step)
            self._ask_ground(step, False)

    def _ask_ground(self, step: Rehearsal | None, is_patient: bool) -> None:
        ground, data = self.ground, self.fields.data
        wanted = Wanted(
            key=ground.key,
            points=(data.x.copy(), data.y.copy()),
            text=ground.typed.text(),
            step=step,
            first=ground.first.value(),
            second=ground.second.value(),
            node_id=self.node_id,
            seed=ground.seed,
            reach=ground.reach.value(),
            steps=int(ground.steps.value()),
            moves=str(ground.moves.value()),
        )
        self.fields.show_data()
        self.queue.ask("ground", landscape_study, wanted, is_patient=is_patient)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        if self.queue.failed == "ground":
            self._no_ground(sentence)

    def _no_ground(self, reason: str) -> None:
        self.picture.surface = None
        self._ground_key = ""
        self.view.clear(reason)
        self._no_race(reason)

    def _no_race(self, reason: str) -> None:
        self.picture.clear(reason)
        if self.transport is not None:
            self.transport.set_last(0, reason)
        self.say(reason)

    @Slot()
    def _on_points(self) -> None:
        self._ask_ground(None, True)

    @Slot()
    def _on_fitting(self) -> None:
        if self.surface is not None:
            self.fields.suggest(self.surface.ground)
            self._ask_race()

    @Slot(float, float)
    def _on_placed(self, x: float, y: float) -> None:
        if self.surface is None:
            return
        (left, right), (low, high) = self.view.box
        self.picture.start = np.array([min(max(x, left), right), min(max(y, low), high)])
        if self.transport is not None:
            self.transport.first()
        self.picture.show_start()
        self._plays_next = True
        self._ask_race()

    @Slot(object)
    def _on_box_wanted(self, box: Box) -> None:
        if self.surface is not None:
            ground = self.surface.ground
            is_patient = not ground.is_network
            self.queue.ask("surface", part_surface, ground, np.array(box), is_patient=is_patient)

    @Slot()
    def _on_fit(self) -> None:
        if self.picture.race is not None:
            self.view.fit_race(self.picture.race)

    @Slot(object)
    def _on_overlay(self, _value: object) -> None:
        self._ask_overlay()

    @Slot(str)
    def _on_view(self, view: str) -> None:
        if view == "profile" and self.study is not None:
            self.queue.ask("profile", profiles_study, self.study)
        elif view == "map":
            self._ask_overlay()

    # the studies

    @Slot()
    def _ask_race(self) -> None:
        start = self.picture.start
        if self.surface is None or start is None:
            return
        ground = self.surface.ground
        items = ground.objective.items
        self.picture.names = self.fields.names(items)
        self.racers.show_names(self.picture.names)
        racers = self.racers.racers(self.fields.batch_size(items))
        if not racers:
            self.queue.drop("race")
            self._no_race("Nobody races: switch an optimiser on")
            return
        args = (ground, racers, start.copy(), int(self.fields.steps.value()))
        self.queue.ask("race", race_study, *args, is_patient=not ground.is_network)

    def _ask_overlay(self) -> None:
        batch = self.picture.batch(self.position)
        if batch is None or self.surface is None or not self.fields.overlay.value():
            self.view.show_overlay(None)
            return
        args = (self.surface.ground, batch, self.surface)
        self.queue.ask("overlay", batch_surface, *args, is_patient=True)

    @Slot(str, object)
    def _on_done(self, kind: str, answer: object) -> None:
        if kind == "race" and isinstance(answer, RaceStudy):
            self._on_race(answer)
        elif kind == "profile" and isinstance(answer, dict):
            self.view.show_profiles(answer, self.picture.names, self.position)
        elif isinstance(answer, GroundSurface):
            self._on_surface(kind, answer)

    @Slot(str, object)
    def _on_partial(self, kind: str, answer: object) -> None:
        if kind == "ground" and isinstance(answer, GroundSurface):
            self.picture.show_ground(answer)
            self.view.show_tracks([], None)
        elif kind == "surface" and isinstance(answer, GroundSurface):
            self.view.show_surface(answer)
        elif kind == "race" and isinstance(answer, Race) and self.study is None:
            self.picture.race = answer
            self.picture.stand(answer.taken)

    def _on_surface(self, kind: str, found: GroundSurface) -> None:
        if kind == "ground":
            self._on_ground(found)
        elif kind == "surface":
            self.picture.surface = found
            self.view.show_surface(found)
            self._ask_overlay()
        elif self.fields.overlay.value():
            self.view.show_overlay(surface_of(*found.grid))

    def _on_ground(self, found: GroundSurface) -> None:
        ground = found.ground
        is_new = ground.key != self._ground_key or ground.is_network
        self.picture.surface = found
        self.picture.study = self.picture.race = None
        self.picture.show_ground(found)
        self.fields.show_ground(ground)
        if is_new:
            self._ground_key = ground.key
            self.picture.start = ground.start.copy()
            self._plays_next = True
            self._fits_next = ground.is_network
            self.fields.suggest(ground)
        if isinstance(ground.view, PlaneObjective) and ground.key == "weights":
            self.ground.adopt(ground.view)
        self._ask_race()

    def _on_race(self, study: RaceStudy) -> None:
        self.picture.show_race(study)
        transport = self.transport
        if transport is None:
            return
        longest = max((path.steps for path in study.race.paths.values()), default=0)
        transport.set_last(longest, "" if longest else "Nobody can take a step from here")
        if self._plays_next:
            self._plays_next = False
            transport.first()
            transport.play()
        self._show_step(transport.position)
        if self._fits_next:
            self._fits_next = False
            self.view.fit_if_outside(study.race)
        elif self.view.box != self.view.home and not self.queue.is_awaited("surface"):
            self._on_box_wanted(self.view.box)
        self._on_view(self.view.shown)

    # what is shown at a step

    @Slot(int)
    def _on_moved(self, position: int) -> None:
        self._show_step(position)
        if self.fields.overlay.value() and self.view.shown == "map":
            self._ask_overlay()

    def _show_step(self, position: int) -> None:
        words = self.picture.stand(position)
        if words:
            self.say(words)

    # keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """On the map + and − zoom, and Shift with an arrow moves it."""
        is_shifted = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
        key = Qt.Key(event.key())
        if self.view.shown == "map" and self.surface is not None:
            if key in _ZOOMS:
                self.view.map.zoom(_ZOOMS[key])
                return
            if is_shifted and key in _MOVES:
                self.view.map.move_by(*_MOVES[key])
                return
        super().keyPressEvent(event)

    # export

    def figures(self) -> dict[str, QWidget]:
        view, side = self.view, self.side
        found: dict[str, QWidget] = {"loss_map": view.map, "relief": view.relief}
        found |= {"height_profile": view.profile, "race_curves": side.curves, "anatomy": side.bars}
        if self.ground.key == "regression":
            found["data_and_lines"] = self.fields.data
        return found

    def tables(self) -> dict[str, list[list[Any]]]:
        return self.picture.tables()
