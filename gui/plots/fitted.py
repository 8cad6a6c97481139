"""The answer of a network with one input: its curve through the training points."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from gui import theme
from gui.plots.axes import nice_limits
from gui.plots.chart_axes import paint_axes
from gui.plots.chart_look import Frame, mix
from gui.plots.figure import Figure
from gui.plots.numbers import exact
from gui.plots.planar import plane_frame
from gui.plots.plane import answer_lines, true_of
from gui.plots.reading_box import Line
from gui.plots.series import floats
from gui.theme import Theme
from model.snapshot import Boundary

_REACH = 8.0


class FittedView(Figure):
    """Points of the training part and the curve of each output, in the units of the data."""

    def __init__(self) -> None:
        super().__init__("boundary_fitted", "What the network answers over its one input")
        self._boundary: Boundary | None = None
        self._names = ("", "")

    def show_boundary(self, boundary: Boundary, names: tuple[str, str]) -> None:
        """Show another curve. names: of the input and of the target."""
        self._boundary, self._names = boundary, names
        self.update()

    def _targets(self, boundary: Boundary) -> np.ndarray:
        """(m, k) heights of the points."""
        return floats(boundary.targets).reshape(len(boundary.points), -1)

    def frame(self, look: Theme) -> Frame | None:
        """The axes; None without a curve."""
        boundary = self._boundary
        if boundary is None:
            return None
        heights = np.concatenate([floats(boundary.values).ravel(), self._targets(boundary).ravel()])
        heights = heights[np.isfinite(heights)]
        low, high = (heights.min(), heights.max()) if len(heights) else (0.0, 1.0)
        bottom, top = nice_limits(float(low), float(high), 6)
        x = floats(boundary.x)
        limits = (float(x[0]), float(x[-1]), bottom, top)
        return plane_frame(QSizeF(self.size()), limits, self._names, look)

    def paint(self, painter: QPainter, look: Theme) -> None:
        """Grid, points, curves."""
        frame, boundary = self.frame(look), self._boundary
        if frame is None or boundary is None:
            return
        paint_axes(painter, frame, look, has_grid=True)
        painter.save()
        painter.setClipRect(frame.plot.adjusted(-4, -4, 4, 4))
        painter.setPen(Qt.PenStyle.NoPen)
        radius = 2.8 * look.scale
        for number in range(self._targets(boundary).shape[1]):
            painter.setBrush(mix(look.series(number + 1), look.color("plotbg"), 0.65))
            targets = self._targets(boundary)[:, number]
            for x, y in zip(floats(boundary.points)[:, 0], targets, strict=True):
                painter.drawEllipse(frame.pixel(float(x), float(y)), radius, radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for number in range(boundary.values.shape[1]):
            pen = QPen(look.series(0 if number == 0 else number + 1), look.size("curve") + 0.6)
            painter.setPen(pen)
            self._paint_curve(painter, frame, boundary, number)
        painter.restore()

    def _paint_curve(
        self, painter: QPainter, frame: Frame, boundary: Boundary, number: int
    ) -> None:
        """Gaps where the answer is not finite."""
        values = floats(boundary.values)[:, number]
        run: list[QPointF] = []
        for x, y in zip(floats(boundary.x).tolist(), values.tolist(), strict=True):
            if np.isfinite(y):
                run.append(frame.pixel(x, y))
            elif run:
                painter.drawPolyline(QPolygonF(run))
                run = []
        painter.drawPolyline(QPolygonF(run))

    def rows(self) -> list[list[Any]]:
        """The curve, then the training items."""
        boundary = self._boundary
        if boundary is None:
            return []
        count = boundary.values.shape[1]
        found: list[list[Any]] = [
            ["kind", self._names[0], *(f"output {k}" for k in range(count)), "y"]
        ]
        for x, values in zip(boundary.x, boundary.values, strict=True):
            found.append(["curve", x, *values, None])
        for point, target in zip(boundary.points, boundary.targets, strict=True):
            nothing = [None] * count
            found.append(["training item", point[0], *nothing, true_of(boundary, target)])
        return found

    def lines_at(self, place: QPointF) -> list[Line]:
        """The answer at the nearest x of the curve, and the point below the pointer."""
        look = theme.current()
        frame, boundary = self.frame(look), self._boundary
        if frame is None or boundary is None or not frame.plot.contains(place):
            return []
        x, _y = frame.place(place)
        index = int(np.abs(floats(boundary.x) - x).argmin())
        lines: list[Line] = [(None, f"x = {exact(boundary.x[index])}")]
        lines += answer_lines(boundary, boundary.values[index], look)
        targets = self._targets(boundary)[:, 0]
        gaps = [
            QLineF(place, frame.pixel(float(a), float(b))).length()
            for a, b in zip(floats(boundary.points)[:, 0], targets, strict=True)
        ]
        if gaps and min(gaps) < _REACH * look.scale:
            near = int(np.argmin(gaps))
            item = f"training item x = {exact(boundary.points[near, 0])}"
            lines.append((None, f"{item}: y = {exact(np.ravel(boundary.targets[near])[0])}"))
        return lines
