"""Regression: the line among its points and the path over the RSS, moving together."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.labs.freshest import Freshest
from gui.labs.landscape_map import MapFigure, Track
from gui.labs.landscape_surface import surface_of
from gui.labs.panel import LabPanel
from gui.labs.regression_controls import RATE, RegressionControls
from gui.labs.regression_data import DataFigure, Fit
from gui.labs.regression_numbers import RegressionNumbers
from gui.labs.rooms import Rooms
from gui.labs.transport import Transport
from gui.plots.numbers import short
from model.analysis.objective import RegressionObjective
from model.analysis.regression_steps import (
    RegressionStudy,
    fitting_box,
    points_of,
    regression_study,
    step_numbers,
)
from model.analysis.surfaces import LECTURE_BOX, lecture_points
from model.errors import FieldError
from model.layer import Array
from model.trainer import Trainer

NAMES = ("GD", "SGD")
STEPS = 100
_COUNT = 24
_START = (-2.6, 3.9)


class RegressionPanel(LabPanel):
    """Points can be dragged, added, removed; GD and SGD walk down the RSS of their line."""

    title: ClassVar[str] = "Regression"
    help: ClassVar[str] = "The line among its points, and where that line lies on the RSS"
    copied = Signal(object)

    def build(self) -> None:
        self.study: RegressionStudy | None = None
        self._box = LECTURE_BOX
        self._start = np.array(_START)
        self._seed = 7
        self._plays_next = False
        self._surface: Array | None = None
        self._fresh = Freshest(self.job, self)
        self.fields = RegressionControls(_COUNT)
        self.controls.addWidget(self.fields)
        self._fill_stage()
        self._connect()

    def _fill_stage(self) -> None:
        self.data = DataFigure()
        self.map = MapFigure("regression_map")
        self.map.start_words = "start"
        self.map.minimum_words = "least squares"
        self.map.x_name, self.map.y_name = r"\beta_0", r"\beta_1"
        self.numbers = RegressionNumbers(list(NAMES))
        self.transport = Transport("step", speed=8)
        self.rooms = Rooms(
            [("Points", self.data, 1), ("RSS", self.map, 1)],
            narrow=300,
            below=("Numbers", self.numbers),
        )
        stage = QWidget()
        stage.setProperty("kind", "panel")
        column = QVBoxLayout(stage)
        column.setContentsMargins(4, 6, 4, 0)
        column.setSpacing(0)
        column.addWidget(self.rooms, 1)
        column.addWidget(self.transport)
        self.stage.addWidget(stage, 1)
        self.data.set_points(*lecture_points(_COUNT))

    def _connect(self) -> None:
        self.fields.again.clicked.connect(self._on_again)
        self.fields.own.clicked.connect(self._on_own)
        self.copied.connect(self._on_copied, Qt.ConnectionType.QueuedConnection)
        self.fields.fresh.clicked.connect(self._on_new_points)
        self.fields.reduction.changed.connect(self._on_reduction)
        for field in (self.fields.rate, self.fields.batch, *self.fields.toggles):
            field.edited.connect(self._on_changed)
        self.data.points_changed.connect(self._on_points)
        self.data.refused.connect(self.say)
        self.map.pressed.connect(self._on_placed)
        self.map.dragged.connect(self._on_placed)
        self.numbers.chosen.connect(self._on_chosen)
        self.job.done.connect(self._on_done)
        if self.transport is not None:
            self.transport.moved.connect(self._on_moved)

    # what the person does

    def begin(self) -> None:
        """From a loss: the design's data, if a line fits them; otherwise what was open."""
        if self.node_id:
            self._on_own()
        self._study(is_playing=True)

    @Slot()
    def _on_own(self) -> None:
        found = self.document.inference
        problem = next((p for p in found.problems if p.is_blocking), None)
        if problem is not None or not self.controller.prepare():
            self.fields.refuse(f"This needs a design that can run. {problem or ''}")
            return

        def copy(trainer: Trainer) -> None:
            try:
                self.copied.emit(points_of(trainer))
            except FieldError as fault:
                self.copied.emit(str(fault))

        self.controller.lend(copy)

    @Slot(object)
    def _on_copied(self, points: object) -> None:
        """The points, or why there are none."""
        if isinstance(points, str):
            self.fields.refuse(points)
        elif isinstance(points, tuple) and self.isVisible():
            self._take(*points)

    def _take(self, x: Array, y: Array) -> None:
        """Other points in any units: box, start and rate fit them."""
        self.fields.refuse("")
        self._box = fitting_box(x, y)
        box = np.array(self._box)
        self._start = box.mean(axis=1) + np.array([-0.36, 0.34]) * np.ptp(box, axis=1)
        bound = RegressionObjective(x, y, self._box, self.fields.kind).largest_rate
        self.fields.rate.set_value(float(f"{0.4 * bound:.2g}"))
        self.data.set_points(x, y)
        self._plays_next = True
        self._on_points()

    @Slot()
    def _on_again(self) -> None:
        self._seed = 7
        self._draw_points()

    @Slot()
    def _on_new_points(self) -> None:
        self._seed += 1
        self._draw_points()

    def _draw_points(self) -> None:
        if self._box != LECTURE_BOX:
            self._box, self._start = LECTURE_BOX, np.array(_START)
            is_mean = self.fields.kind == "mean"
            self.fields.rate.set_value(RATE * (_COUNT if is_mean else 1))
        self.data.set_points(*lecture_points(_COUNT, self._seed))
        self._on_points()

    @Slot()
    def _on_points(self) -> None:
        self.fields.batch.set_value(min(self.fields.batch.value(), len(self.data.x)))
        self._study()

    @Slot(object)
    def _on_reduction(self, kind: object) -> None:
        """The same path with the other J: ρ is N times as large for the mean."""
        n = len(self.data.x)
        factor = n if kind == "mean" else 1 / n
        self.fields.rate.set_value(float(f"{self.fields.rate.value() * factor:.3g}"))
        self._study()

    @Slot(object)
    def _on_changed(self, _value: object = None) -> None:
        self._study()

    @Slot(float, float)
    def _on_placed(self, x: float, y: float) -> None:
        (left, right), (low, high) = self._box
        self._start = np.array([min(max(x, left), right), min(max(y, low), high)])
        if self.transport is not None:
            self.transport.first()
        self._study()

    @Slot(int)
    def _on_chosen(self, _number: int) -> None:
        self._show()

    # the study

    def _study(self, is_playing: bool = False) -> None:
        self._plays_next = self._plays_next or is_playing
        points = (self.data.x.copy(), self.data.y.copy())
        args = (
            points,
            self._box,
            self.fields.kind,
            self.fields.racers(),
            self._start.copy(),
            STEPS,
        )
        self._fresh.ask(regression_study, *args)

    @Slot(object)
    def _on_done(self, study: RegressionStudy) -> None:
        self.study = study
        best = study.objective.minimum
        if best is not None and not self._is_inside(best):
            self._make_room(best)
            return
        self.map.show_surface(surface_of(*study.surface, float(study.objective.value(best))))
        self.map.y_name = r"\beta_1"
        self.fields.show_bound(study.objective, self._start)
        for k in range(2):
            is_there = k in study.race.paths
            self.numbers.set_enabled(k, "" if is_there else f"{NAMES[k]} is switched off")
        if int(str(self.numbers.racer.value())) not in study.race.paths:
            self.numbers.racer.set_value(next(iter(study.race.paths)))
        transport = self.transport
        if transport is None:
            return
        transport.set_last(max(path.steps for path in study.race.paths.values()))
        if self._plays_next:
            self._plays_next = False
            transport.first()
            transport.play()
        self._show()

    def _is_inside(self, place: Array) -> bool:
        box = np.array(self._box)
        room = 0.04 * np.ptp(box, axis=1)
        return bool(((box[:, 0] + room < place) & (place < box[:, 1] - room)).all())

    def _make_room(self, best: Array) -> None:
        """The least squares line has left the map: a box around it and the start."""
        corners = np.array([best, self._start, *np.array(self._box).T])
        low, high = corners.min(axis=0), corners.max(axis=0)
        room = 0.15 * (high - low)
        low, high = low - room, high + room
        self._box = ((float(low[0]), float(high[0])), (float(low[1]), float(high[1])))
        self._study()

    @Slot(int)
    def _on_moved(self, _position: int) -> None:
        self._show()

    def _show(self) -> None:
        """Both pictures and the numbers at this step."""
        study, transport = self.study, self.transport
        if study is None or transport is None:
            return
        at = transport.position
        number = int(str(self.numbers.racer.value()))
        tracks, fits = [], []
        for key, path in study.race.paths.items():
            k = min(at, path.steps)
            tracks.append(Track(key, NAMES[key], path.thetas, k))
            fits.append(Fit(key, NAMES[key], path.thetas[k]))
        least = study.objective.minimum
        self.map.minima = [(float(least[0]), float(least[1]))]
        self.map.show_tracks(tracks, (float(self._start[0]), float(self._start[1])))
        path = study.race.paths[number]
        k = min(at, path.steps)
        items = path.batches[k] if k < path.steps else None
        self.data.show_fits(fits, number, items, study.objective.minimum)
        found = step_numbers(study.objective, path.thetas[k], items, self.fields.rate.value())
        is_mean = study.objective.reduction == "mean"
        self.numbers.show_step(
            found, self.fields.rate.value(), is_mean, self._batch_words(items), k
        )
        self._say_where(study, at)

    def _batch_words(self, items: Array | None) -> str:
        if items is None:
            return f"All {len(self.data.x)} points are in the sums."
        shown = ", ".join(str(int(k) + 1) for k in items[:12])
        more = " …" if len(items) > 12 else ""
        return f"In the sums: points {shown}{more}, drawn filled, with their residuals."

    def _say_where(self, study: RegressionStudy, at: int) -> None:
        name = "RSS / N" if study.objective.reduction == "mean" else "RSS"
        said = []
        for key, path in study.race.paths.items():
            k = min(at, path.steps)
            value = float(path.losses[k])
            word = "ran away" if path.is_diverged and k == path.steps else short(value)
            said.append(f"{NAMES[key]} {word} after {int(path.samples[k])} samples")
        least = float(study.objective.value(study.objective.minimum))
        self.say(f"{name}: {'; '.join(said)}; the least is {short(least)}")

    # export

    def figures(self) -> dict[str, QWidget]:
        return {"points_and_line": self.data, "rss_map": self.map}

    def tables(self) -> dict[str, list[list[Any]]]:
        study = self.study
        if study is None:
            return {}
        head = ["racer", "step", "samples", "beta_0", "beta_1", "J", "dJ_dbeta_0", "dJ_dbeta_1"]
        rows: list[list[Any]] = [list(head)]
        for key, path in study.race.paths.items():
            for t in range(path.steps + 1):
                slopes = path.gradients[t].tolist() if t < path.steps else [math.nan, math.nan]
                place = path.thetas[t].tolist()
                loss, samples = float(path.losses[t]), int(path.samples[t])
                rows.append([NAMES[key], t, samples, *place, loss, *slopes])
        return {"points": self.data.rows(), "descent": rows}
