"""The page of the batch norm microscope with batch statistics against running statistics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from gui import theme
from gui.labs.axes_figure import AxesFigure, padded
from gui.labs.batch_norm_pages import Page, heading
from gui.labs.race_curves import CurvesFigure, Run
from gui.labs.racer_marks import paint_marker, racer_color
from gui.labs.rooms import Rooms
from gui.labs.stacked import Stacked
from gui.plots.numbers import short
from gui.plots.reading_box import Line
from gui.theme import Theme
from model.analysis.batch_norm_study import Statistics
from model.layer import Array

if TYPE_CHECKING:
    from gui.labs.batch_norm_asking import Found

BATCH, RUNNING = 0, 1
"""Markers and colours."""
_MOST_MOMENTS = 400
_STILL = "Press “Train on”: the batch statistics jitter, and the running ones follow them."


class PairsFigure(AxesFigure):
    """One number of each feature twice: of the batch, and running. The one that is used is filled
    in full."""

    def __init__(self, name: str, description: str, y_name: str) -> None:
        super().__init__(name, description, "feature", y_name)
        self.x_is_whole = True
        self.batch: Array = np.zeros(0)
        self.running: Array = np.zeros(0)
        self.is_training = True
        self.chosen = 0

    def show_pairs(self, batch: Array, running: Array, *, is_training: bool, chosen: int) -> None:
        """batch, running: (n,). chosen: the feature that is looked at."""
        self.batch, self.running = batch, running
        self.is_training, self.chosen = is_training, chosen
        every = np.concatenate([batch, running])
        self.x_range = (0.4, len(batch) + 0.6)
        low, high = padded(float(every.min()), float(every.max()), 0.1)
        self.y_range = (low, high + 0.14 * (high - low))  # room for the words above
        self.update()

    def paint_data(self, painter: QPainter, look: Theme) -> None:
        left = self.to_screen(self.chosen + 0.5, 0).x()
        width = max(self.to_screen(self.chosen + 1.5, 0).x() - left, 3.0)
        band = QRectF(left, self.area.top(), width, self.area.height())
        painter.fillRect(band, look.color("accentbg"))
        room = self.area.width() / max(len(self.batch), 1)
        size = min(max(0.3 * room, 2.2), 8.0 if look.is_projector else 6.0)
        places = [
            self.screen_points(np.arange(1, len(values) + 1), values)
            for values in (self.batch, self.running)
        ]
        painter.setPen(QPen(look.color("text3"), 1))
        painter.drawLines([QLineF(a, b) for a, b in zip(*places, strict=True)])
        for number, points in enumerate(places):
            is_used = self.is_training == (number == BATCH)
            painter.setOpacity(1.0 if is_used else 0.45)
            for point in points:
                paint_marker(painter, point, number, size, look)
        painter.setOpacity(1.0)

    def paint_over(self, painter: QPainter, look: Theme) -> None:
        """Which marker is which, at the upper edge."""
        painter.setFont(look.font("chip"))
        metrics = QFontMetricsF(painter.font())
        radius = 0.4 * look.px("chip")
        at = self.area.left() + 10
        for number, words in ((BATCH, "batch"), (RUNNING, "running")):
            is_used = self.is_training == (number == BATCH)
            text = f"{words}, used" if is_used else words
            middle = self.area.top() + metrics.height() / 2 + 2
            paint_marker(painter, QPointF(at + radius, middle), number, radius, look)
            painter.setPen(look.color("text2"))
            base = middle + metrics.ascent() / 2 - 2
            painter.drawText(QPointF(at + 2 * radius + 5, base), text)
            at += 2 * radius + 22 + metrics.horizontalAdvance(text)

    def lines_at(self, place: QPointF) -> list[Line]:
        """Both numbers of the feature below the pointer."""
        if not self.area.contains(place) or not len(self.batch):
            return []
        k = min(max(round(self.to_data(place)[0]) - 1, 0), len(self.batch) - 1)
        look = theme.current()
        return [
            (look.color("text"), f"feature {k + 1}"),
            (racer_color(look, BATCH), f"batch: {short(self.batch[k])}"),
            (racer_color(look, RUNNING), f"running: {short(self.running[k])}"),
        ]


class StatisticsPage(Page):
    """All features now, and one feature over the steps that have been looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.means = PairsFigure("batch_norm_means", "Means: batch and running", r"\mu")
        self.stds = PairsFigure("batch_norm_stds", "Deviations: batch and running", r"\sigma")
        self.mean_path = _path("batch_norm_mean_path", "Mean of one feature over the steps")
        self.std_path = _path("batch_norm_std_path", "Deviation of one feature over the steps")
        now, paths = Stacked(), Stacked()
        now.add_picture("Means", heading("Mean of every feature"), self.means, 1)
        now.add_picture("Deviations", heading("Deviation of every feature"), self.stds, 1)
        paths.add_picture("μ, steps", heading("Mean of feature x, step by step"), self.mean_path, 1)
        head = heading("Deviation of feature x, step by step")
        paths.add_picture("σ, steps", head, self.std_path, 1)
        self.column.addWidget(Rooms([("Now", now, 50), ("Steps", paths, 50)]), 1)
        self._steps: list[int] = []
        self._moments: list[tuple[Statistics, Statistics]] = []
        self._node = ""

    def show_found(self, found: Found, first: int, second: int) -> None:
        batch, running = found.stages.batch, found.stages.running
        is_training = found.wish.is_training
        for figure, now, later in (
            (self.means, batch.mean, running.mean),
            (self.stds, np.sqrt(batch.var), np.sqrt(running.var)),
        ):
            figure.show_pairs(now, later, is_training=is_training, chosen=first)
        self._remember(found, batch, running)
        self._show_paths(first)

    def _remember(self, found: Found, batch: Statistics, running: Statistics) -> None:
        """Another look at the same step takes the place of the one before."""
        if found.wish.node_id != self._node or (self._steps and found.step < self._steps[-1]):
            self._steps, self._moments = [], []
        self._node = found.wish.node_id
        if self._steps and self._steps[-1] == found.step:
            self._moments[-1] = batch, running
            return
        self._steps = [*self._steps, found.step][-_MOST_MOMENTS:]
        self._moments = [*self._moments, (batch, running)][-_MOST_MOMENTS:]

    def _show_paths(self, feature: int) -> None:
        x = np.array(self._steps, dtype=float)
        for figure, values in ((self.mean_path, _mean), (self.std_path, _deviation)):
            figure.empty_text = "" if len(x) > 1 else _STILL
            lines = [
                np.array([values(pair[number], feature) for pair in self._moments])
                for number in (BATCH, RUNNING)
            ]
            names = ("batch", "running")
            figure.show_runs([Run(k, names[k], x, y) for k, y in enumerate(lines)])
            if len(x) > 1:
                figure.x_range = (float(x[0]), float(x[-1]))

    def figures(self) -> dict[str, QWidget]:
        return {
            "batch norm means": self.means,
            "batch norm deviations": self.stds,
            "batch norm mean over steps": self.mean_path,
            "batch norm deviation over steps": self.std_path,
        }

    def tables(self) -> dict[str, list[list[Any]]]:
        head: list[Any] = ["feature", "batch mean", "running mean", "batch std", "running std"]
        columns = [self.means.batch, self.means.running, self.stds.batch, self.stds.running]
        numbered = np.column_stack([np.arange(1, len(columns[0]) + 1), *columns])
        found = {"statistics": [head, *numbered.tolist()]}
        if len(self._steps) > 1:
            found["statistics over steps"] = self.mean_path.rows()
        return found


def _path(name: str, description: str) -> CurvesFigure:
    figure = CurvesFigure(name, description, "step", "")
    figure.wants_log = False
    return figure


def _mean(of: Statistics, feature: int) -> float:
    return float(of.mean[feature])


def _deviation(of: Statistics, feature: int) -> float:
    return float(np.sqrt(of.var[feature]))
