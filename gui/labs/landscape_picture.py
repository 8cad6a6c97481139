"""What the pictures of a race show at a step: tracks, losses, lines through the data, words."""

from __future__ import annotations

from typing import Any

import numpy as np

from gui.labs.landscape_controls import RaceControls
from gui.labs.landscape_map import Track
from gui.labs.landscape_side import RaceSide, anatomy_rows
from gui.labs.landscape_view import LandscapeView
from gui.labs.regression_data import Fit
from gui.plots.numbers import short
from model.analysis.objective import RegressionObjective
from model.analysis.racing import Race
from model.analysis.racing_study import GroundSurface, RaceStudy
from model.layer import Array


class RacePicture:
    """Fills view, side and fields from what is known: `surface`, `race` (perhaps on its way) and
    `study` (complete). names: of the racers; start: where they begin."""

    def __init__(self, view: LandscapeView, side: RaceSide, fields: RaceControls) -> None:
        self._view, self._side, self._fields = view, side, fields
        self.surface: GroundSurface | None = None
        self.race: Race | None = None
        self.study: RaceStudy | None = None
        self.start: Array | None = None
        self.names: dict[int, str] = {}

    def show_ground(self, found: GroundSurface) -> None:
        """A ground, and what is known about it."""
        ground = found.ground
        self._view.show_ground(found)
        self._fields.ground.say(ground.formula, ground.note, _facts(found))

    def show_start(self) -> None:
        """Nobody runs: the start, and the path of a training."""
        self._view.show_tracks(self._training(), self.start)

    def clear(self, reason: str) -> None:
        """There is no race, and why."""
        self.race = self.study = None
        self.show_start()
        self._side.clear(reason)

    def show_race(self, study: RaceStudy) -> None:
        """A complete one."""
        self.study, self.race = study, study.race
        lowest = self.surface.lowest if self.surface is not None else float("nan")
        self._side.show_race(study.race, study, self.names, lowest)

    def stand(self, position: int) -> str:
        """Everything at this step; says who is lowest, "" while the race is on its way."""
        race = self.race
        if race is None:
            return ""
        tracks, losses = self._training(), {}
        for key, path in race.paths.items():
            at = min(position, path.steps)
            tracks.append(Track(key, self.names.get(key, ""), path.thetas, at, path.losses))
            ran_away = path.is_diverged and at == path.steps
            losses[key] = "ran away" if ran_away else short(path.losses[at])
        self._view.show_tracks(tracks, self.start)
        self._fields.racers.show_losses(losses)
        if self.study is None:
            return ""
        self._side.show_step(position)
        self._show_fits(race, position)
        if self._view.shown == "profile":
            self._view.move_profile(self.names, position)
        return self._words(race, position)

    def batch(self, position: int) -> Array | None:
        """The mini-batch of this step: of the racer whose options are open, or of the first that
        uses batches."""
        if self.study is None:
            return None
        paths = self.study.race.paths
        opened = [row.key for row in self._fields.racers.rows if row.more.isChecked()]
        for key in (*opened, *paths):
            path = paths.get(key)
            if path is not None and path.steps:
                batch = path.batches[min(position, path.steps - 1)]
                if batch is not None:
                    return batch
        return None

    def _training(self) -> list[Track]:
        if self.surface is None or self.surface.ground.track is None:
            return []
        track = self.surface.ground.track
        return [Track(-1, "training", track, len(track) - 1, is_faint=True)]

    def _show_fits(self, race: Race, position: int) -> None:
        if self.surface is None or not isinstance(self.surface.ground.view, RegressionObjective):
            return
        fits = [
            Fit(key, self.names.get(key, ""), path.thetas[min(position, path.steps)])
            for key, path in race.paths.items()
        ]
        self._fields.data.show_fits(fits, -1, None, None)

    def _words(self, race: Race, position: int) -> str:
        values = {key: _loss_at(path.losses, position) for key, path in race.paths.items()}
        best = min(values, key=values.__getitem__, default=None)
        if best is None or self.surface is None:
            return ""
        name, value = self.names.get(best, ""), short(values[best])
        return f"Lowest at step {position}: {name}, J = {value}. {self.surface.ground.note}"

    def tables(self) -> dict[str, list[list[Any]]]:
        """Race, anatomy and surface as rows, for export."""
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
                rows.append([self.names.get(key, ""), t, samples, *place, loss, length])
        anatomy = anatomy_rows(self.study, self.names)
        return {"race": rows, "anatomy": anatomy, "surface": self._view.map.rows()}


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
