"""Pictures of overfitting: a curve among its points, and losses of three parts over anything."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gui import theme
from gui.labs.axes_figure import AxesFigure, padded
from gui.labs.overfitting_parts import PartsFigure
from gui.labs.racer_marks import paint_marker, racer_color
from gui.plots.numbers import short
from gui.plots.reading_box import Line
from gui.theme import Theme
from model.analysis.overfitting import PARTS, FitRun, PartCurves
from model.layer import Array
from model.snapshot import Boundary

_MOST_HELD_OUT = 200


class FitFigure(AxesFigure):
    """One input: training points filled, those of the validation part hollow, the answer bold, and
    what the points come from dashed, where that is known."""

    def __init__(self) -> None:
        super().__init__("overfitting_fit", "The answer among its training points", "x", "y")
        self.empty_text = "The fit is being worked out"
        self.map: Boundary | None = None
        self.held_out: tuple[Array, Array] | None = None
        self.truth: Array | None = None
        self.is_best = False

    def show_fit(self, run: FitRun, mark: int) -> None:
        """mark: which of the run's marks."""
        self.map, self.held_out, self.truth = run.maps[mark], run.held_out, run.truth
        self.is_best = mark == run.stop.best
        self.empty_text = ""
        x = np.asarray(self.map.x, float)
        self.x_range = (float(x[0]), float(x[-1]))
        heights = [np.ravel(self.map.targets)]
        if self.held_out is not None:
            heights.append(np.ravel(self.held_out[1]))
        every = np.concatenate(heights).astype(float)
        self.y_range = padded(float(every.min()), float(every.max()), 0.12)
        self.update()

    def paint_data(self, painter: QPainter, look: Theme) -> None:
        found = self.map
        if found is None:
            return
        x = np.asarray(found.x, float)
        if self.truth is not None:
            painter.setPen(QPen(look.color("text3"), 1.6, Qt.PenStyle.DashLine))
            self.draw_line(painter, self.screen_points(x, self.truth))
        self._paint_held_out(painter, look)
        painter.setPen(QPen(look.color("accent"), 4.5 if look.is_projector else 2.8))
        for answer in np.asarray(found.values, float).T:
            painter.drawPath(self.curve(x, answer))
        size = 7.0 if look.is_projector else 5.0
        points = np.asarray(found.points, float)[:, 0]
        for column in np.asarray(found.targets, float).reshape(len(points), -1).T:
            for place in self.screen_points(points, column):
                paint_marker(painter, place, 0, size, look)

    def _paint_held_out(self, painter: QPainter, look: Theme) -> None:
        if self.held_out is None:
            return
        points, targets = (np.asarray(each, float)[:_MOST_HELD_OUT] for each in self.held_out)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = QPen(racer_color(look, 1), 1.3)
        painter.setPen(pen)
        painter.setOpacity(0.75)
        side = 7.0 if look.is_projector else 5.0
        for column in targets.reshape(len(points), -1).T:
            for place in self.screen_points(points[:, 0], column):
                painter.drawRect(QRectF(place.x() - side / 2, place.y() - side / 2, side, side))
        painter.setOpacity(1.0)

    def lines_at(self, place: QPointF) -> list[Line]:
        """The answer above the pointer's x."""
        if self.map is None or not self.area.contains(place):
            return []
        look = theme.current()
        k = int(np.abs(np.asarray(self.map.x) - self.to_data(place)[0]).argmin())
        said = f"answer at {short(self.map.x[k])}: {short(np.ravel(self.map.values[k])[0])}"
        lines: list[Line] = [(look.color("accent"), said)]
        if self.truth is not None:
            lines.append((look.color("text3"), f"without noise: {short(self.truth[k])}"))
        return lines

    def rows(self) -> list[list[Any]]:
        """The curve, then the items of both parts."""
        if self.map is None:
            return []
        found: list[list[Any]] = [["kind", "x", "y"]]
        values = np.asarray(self.map.values)[:, 0]
        found += [["answer", x, y] for x, y in zip(self.map.x, values, strict=True)]
        parts = [("training item", self.map.points, self.map.targets)]
        if self.held_out is not None:
            parts.append(("validation item", *self.held_out))
        for name, points, targets in parts:
            flat = np.asarray(targets).reshape(len(points), -1)[:, 0]
            found += [[name, x[0], y] for x, y in zip(points, flat, strict=True)]
        return found


class SpreadFigure(PartsFigure):
    """Means over seeds, with a band from the least to the greatest; the gap at the cursor."""

    def __init__(self, name: str, description: str, x_name: str) -> None:
        super().__init__(name, description, x_name)
        self.curves: PartCurves | None = None
        self.best_words = ""

    def show_curves(self, curves: PartCurves, cursor: int | None, best_words: str = "") -> None:
        """best_words: of the place with the least validation loss, "" to leave it unmarked."""
        self.curves, self.best_words = curves, best_words
        self.empty_text = ""
        self.show_lines(curves.places, curves.mean, cursor)

    def paint_bands(self, painter: QPainter, look: Theme) -> None:
        if self.curves is None or self.curves.losses.shape[2] < 2:
            return
        x = self.places
        least = self.y_range[0] if self.y_is_log else -math.inf
        for number in range(2):  # the test part's would cover that of the validation part
            low = np.maximum(self.curves.low[number], least)
            high = np.maximum(self.curves.high[number], least)
            known = np.isfinite(low) & np.isfinite(high)
            if known.sum() < 2:
                continue
            across = np.concatenate([x[known], x[known][::-1]])
            band = self.curve(across, np.concatenate([low[known], high[known][::-1]]))
            color = QColor(racer_color(look, number))
            color.setAlphaF(0.14)
            painter.fillPath(band, color)

    def paint_over(self, painter: QPainter, look: Theme) -> None:
        super().paint_over(painter, look)
        if self.curves is None:
            return
        notes = self._gap_note(painter, look)
        best = self.curves.best
        if best is not None and self.best_words:
            place = self.place_of(1, best)
            if place is not None:
                self.paint_ring(painter, look, place)
                notes.append((self.best_words, place, -math.pi / 2))
        self.paint_notes(painter, look, notes)

    def _gap_note(self, painter: QPainter, look: Theme) -> list[tuple[str, QPointF, float]]:
        """A bracket from the training to the validation loss, and its words."""
        if self.curves is None or self.cursor is None or self.cursor >= len(self.places):
            return []
        low, high = (self.place_of(number, self.cursor) for number in (0, 1))
        gap = float(self.curves.gap[self.cursor])
        if low is None or high is None or not math.isfinite(gap):
            return []
        top = max(min(low.y(), high.y()), self.area.top())
        foot = min(max(low.y(), high.y()), self.area.bottom())
        if foot - top < 8:
            return []
        x = low.x() + (9 if low.x() < self.area.center().x() else -9)
        painter.setPen(QPen(look.color("text"), 1.6))
        painter.drawLine(QLineF(x, top, x, foot))
        for y in (top, foot):
            painter.drawLine(QLineF(x - 4, y, x + 4, y))
        turn = 0.0 if x > low.x() else math.pi
        return [(f"gap {short(gap)}", QPointF(x, (top + foot) / 2), turn)]

    def rows(self) -> list[list[Any]]:
        """One row a place: mean, least and greatest of each part."""
        if self.curves is None:
            return []
        head = [self.x_name]
        columns = [self.curves.places]
        for number, part in enumerate(PARTS):
            for kind in ("mean", "low", "high"):
                head.append(f"{part}_{kind}")
                columns.append(getattr(self.curves, kind)[number])
        return [head, *np.column_stack(columns).tolist()]


class RunFigure(PartsFigure):
    """Losses over the steps of one run: the best step ringed, and where patience ends."""

    def __init__(self) -> None:
        super().__init__("overfitting_run", "Losses over the steps of one fit", "step")
        self.empty_text = "The fit is being worked out"
        self.run: FitRun | None = None

    def show_run(self, run: FitRun, mark: int, *, is_log: bool) -> None:
        """mark: the one that the picture shows."""
        self.run, self.x_is_log = run, is_log
        self.empty_text = ""
        self.show_lines(run.steps, run.losses, mark)

    def paint_data(self, painter: QPainter, look: Theme) -> None:
        run = self.run
        if run is not None and run.stop.stopped is not None:
            x = self.to_screen(float(self.places[run.stop.stopped]), self.y_range[1]).x()
            rest = QRectF(x, self.area.top(), self.area.right() - x, self.area.height())
            painter.fillRect(rest, look.with_alpha("text3", 0.12))
        super().paint_data(painter, look)

    def paint_over(self, painter: QPainter, look: Theme) -> None:
        super().paint_over(painter, look)
        run = self.run
        if run is None or not np.isfinite(run.validation).any():
            return
        place = self.place_of(1, run.stop.best)
        if place is None:
            return
        self.paint_ring(painter, look, place)
        best = f"best step {run.steps[run.stop.best]:,.0f}"
        notes = [(best, place, -math.pi / 2)]
        if run.stop.stopped is not None:
            x = self.to_screen(float(self.places[run.stop.stopped]), self.y_range[1]).x()
            notes.append(("patience ends", QPointF(x, self.area.top() + 4), 0.3))
        self.paint_notes(painter, look, notes)
