"""Landscape and race: optimisers run down a surface from one start, beside one another."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from gui.labs.landscape_controls import RaceControls
from gui.labs.landscape_map import Box, Track
from gui.labs.landscape_side import RaceSide, anatomy_rows
from gui.labs.landscape_surface import surface_of
from gui.labs.landscape_view import LandscapeView
from gui.labs.panel import LabPanel
from gui.labs.regression_data import Fit
from gui.labs.rooms import Rooms
from gui.labs.study_queue import StudyQueue
from gui.labs.training_copy import TrainingCopy
from gui.labs.transport import Transport
from gui.plots.numbers import short
from model.analysis.network_surface import PlaneObjective
from model.analysis.objective import RegressionObjective
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
from model.layer import Array


class LandscapePanel(LabPanel):
    """A surface, a start, and any optimisers with options of their own."""

    title: ClassVar[str] = "Landscape and race"
    help: ClassVar[str] = "Optimisers run down a surface from one start, beside one another"

    def build(self) -> None:
        self.surface: GroundSurface | None = None
        self.study: RaceStudy | None = None
        self._race: Race | None = None
        self._start: Array | None = None
        self._ground_key = ""
        self._plays_next = False
        self._fits_next = False
        self._names: dict[int, str] = {}
        self.queue = StudyQueue(self.job, self, ("ground", "race", "surface", "overlay", "profile"))
        self._copy = TrainingCopy(self.document, self.controller, self)
        self.fields = RaceControls()
        self.ground, self.racers = self.fields.ground, self.fields.racers
        self.controls.addWidget(self.fields)
        self.view, self.side = LandscapeView(), RaceSide()
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
        self.surface = None
        self._ground_key = ""
        self.view.clear(reason)
        self._no_race(reason)

    def _no_race(self, reason: str) -> None:
        self.study = self._race = None
        self.view.show_tracks(self._training_track(), self._start)
        self.side.clear(reason)
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
        self._start = np.array([min(max(x, left), right), min(max(y, low), high)])
        if self.transport is not None:
            self.transport.first()
        self.view.show_tracks(self._training_track(), self._start)
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
        if self._race is not None:
            self.view.fit_race(self._race)

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
        if self.surface is None or self._start is None:
            return
        ground = self.surface.ground
        items = ground.objective.items
        self._names = self.fields.names(items)
        self.racers.show_names(self._names)
        racers = self.racers.racers(self.fields.batch_size(items))
        if not racers:
            self._no_race("Nobody races: switch an optimiser on")
            return
        args = (ground, racers, self._start.copy(), int(self.fields.steps.value()))
        self.queue.ask("race", race_study, *args, is_patient=not ground.is_network)

    def _ask_overlay(self) -> None:
        batch = self._overlay_batch()
        if batch is None or self.surface is None or not self.fields.overlay.value():
            self.view.show_overlay(None)
            return
        args = (self.surface.ground, batch, self.surface)
        self.queue.ask("overlay", batch_surface, *args, is_patient=True)

    def _overlay_batch(self) -> Array | None:
        """Of the racer whose options are open, or the first that uses batches."""
        if self.study is None:
            return None
        opened = [row.key for row in self.racers.rows if row.more.isChecked()]
        for key in (*opened, *self.study.race.paths):
            path = self.study.race.paths.get(key)
            if path is not None and path.steps:
                batch = path.batches[min(self.position, path.steps - 1)]
                if batch is not None:
                    return batch
        return None

    @Slot(str, object)
    def _on_done(self, kind: str, answer: object) -> None:
        if kind == "race" and isinstance(answer, RaceStudy):
            self._on_race(answer)
        elif kind == "profile" and isinstance(answer, dict):
            self.view.show_profiles(answer, self._names, self.position)
        elif isinstance(answer, GroundSurface):
            self._on_surface(kind, answer)

    @Slot(str, object)
    def _on_partial(self, kind: str, answer: object) -> None:
        if kind == "ground" and isinstance(answer, GroundSurface):
            self._show_ground(answer)
            self.view.show_tracks(self._training_track(), None)
        elif kind == "surface" and isinstance(answer, GroundSurface):
            self.view.show_surface(answer)
        elif kind == "race" and isinstance(answer, Race) and self.study is None:
            self._race = answer
            self._show_step(answer.taken)

    def _on_surface(self, kind: str, found: GroundSurface) -> None:
        if kind == "ground":
            self._on_ground(found)
        elif kind == "surface":
            self.surface = found
            self.view.show_surface(found)
            self._ask_overlay()
        elif self.fields.overlay.value():
            self.view.show_overlay(surface_of(*found.grid))

    def _on_ground(self, found: GroundSurface) -> None:
        ground = found.ground
        is_new = ground.key != self._ground_key or ground.is_network
        self.surface = found
        self.study = self._race = None
        self._show_ground(found)
        self.fields.show_items(ground.objective.items)
        if is_new:
            self._ground_key = ground.key
            self._start = ground.start.copy()
            self._plays_next = True
            self._fits_next = ground.is_network
            self.fields.suggest(ground)
        if isinstance(ground.view, PlaneObjective) and ground.key == "weights":
            self.ground.adopt(ground.view)
        self._ask_race()

    def _show_ground(self, found: GroundSurface) -> None:
        self.view.show_ground(found)
        self.ground.say(found.ground.formula, found.ground.note, _facts(found))

    def _on_race(self, study: RaceStudy) -> None:
        self.study, self._race = study, study.race
        transport = self.transport
        if transport is None:
            return
        longest = max((path.steps for path in study.race.paths.values()), default=0)
        transport.set_last(longest, "" if longest else "Nobody can take a step from here")
        lowest = self.surface.lowest if self.surface is not None else float("nan")
        self.side.show_race(study.race, study, self._names, lowest)
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
        race = self._race
        if race is None:
            return
        tracks, losses = self._training_track(), {}
        for key, path in race.paths.items():
            at = min(position, path.steps)
            tracks.append(Track(key, self._names.get(key, ""), path.thetas, at, path.losses))
            ran_away = path.is_diverged and at == path.steps
            losses[key] = "ran away" if ran_away else short(path.losses[at])
        self.view.show_tracks(tracks, self._start)
        self.racers.show_losses(losses)
        if self.study is None:
            return
        self.side.show_step(position)
        self._show_fits(race, position)
        if self.view.shown == "profile":
            self.view.move_profile(self._names, position)
        self._say_where(race, position)

    def _training_track(self) -> list[Track]:
        if self.surface is None or self.surface.ground.track is None:
            return []
        track = self.surface.ground.track
        return [Track(-1, "training", track, len(track) - 1, is_faint=True)]

    def _show_fits(self, race: Race, position: int) -> None:
        if self.surface is None or not isinstance(self.surface.ground.view, RegressionObjective):
            return
        fits = [
            Fit(key, self._names.get(key, ""), path.thetas[min(position, path.steps)])
            for key, path in race.paths.items()
        ]
        self.fields.data.show_fits(fits, -1, None, None)

    def _say_where(self, race: Race, position: int) -> None:
        values = {key: _loss_at(path.losses, position) for key, path in race.paths.items()}
        best = min(values, key=values.__getitem__, default=None)
        if best is not None and self.surface is not None:
            name, value = self._names.get(best, ""), short(values[best])
            note = self.surface.ground.note
            self.say(f"Lowest at step {position}: {name}, J = {value}. {note}")

    # export

    def figures(self) -> dict[str, QWidget]:
        view, side = self.view, self.side
        found: dict[str, QWidget] = {"loss_map": view.map, "relief": view.relief}
        found |= {"height_profile": view.profile, "race_curves": side.curves, "anatomy": side.bars}
        if self.ground.key == "regression":
            found["data_and_lines"] = self.fields.data
        return found

    def tables(self) -> dict[str, list[list[Any]]]:
        if self.study is None:
            return {}
        rows: list[list[Any]] = [
            ["racer", "step", "samples", "coordinate_0", "coordinate_1", "J", "step_length"]
        ]
        for key, path in self.study.race.paths.items():
            for t in range(path.steps + 1):
                length = float(path.lengths[t - 1]) if t else None
                place = path.thetas[t].tolist()
                loss, samples = float(path.losses[t]), int(path.samples[t])
                rows.append([self._names.get(key, ""), t, samples, *place, loss, length])
        anatomy = anatomy_rows(self.study, self._names)
        return {"race": rows, "anatomy": anatomy, "surface": self.view.map.rows()}


def _loss_at(losses: Array, position: int) -> float:
    value = float(losses[min(position, len(losses) - 1)])
    return value if np.isfinite(value) else float("inf")


def _facts(found: GroundSurface) -> str:
    facts = found.facts
    if not facts:
        return ""
    where = "" if facts["everywhere"] else " near the minimum"
    return (
        f"Condition number{where}: {facts['condition']:.3g}."
        f" GD runs away{where} above ρ = {facts['bound']:.3g}."
    )
