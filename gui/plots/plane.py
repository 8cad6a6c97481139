"""The answers of a network over a plane: soft colours, the boundary, and the training points."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap

from gui import theme
from gui.plots.chart_axes import paint_axes
from gui.plots.chart_look import Frame, line_height, text_width
from gui.plots.class_marks import legend_width, paint_legend, paint_mark
from gui.plots.contour import contour
from gui.plots.figure import LEFT, Figure
from gui.plots.numbers import exact, short
from gui.plots.planar import plane_frame
from gui.plots.reading_box import Line
from gui.plots.series import Floats, floats
from gui.theme import Theme
from model.snapshot import Boundary

_SOFT = 0.42  # share of a class's colour in the map; the rest is ground
_STRETCH = 1.5  # most that a map is wider than true to scale
_REACH = 7.0  # px from a point within which the pointer means it


class PlaneView(Figure):
    """A map with axes in the units of the data, and a legend of classes or values."""

    def __init__(self) -> None:
        super().__init__("boundary_plane", "What the network answers on the plane of its inputs")
        self._boundary: Boundary | None = None
        self._names = ("", "")
        self._points_key: tuple[object, ...] = ()
        self._points_picture: QPixmap | None = None
        self._level = 0.5

    def show_boundary(self, boundary: Boundary, names: tuple[str, str]) -> None:
        """Show another map. names: of its two inputs."""
        self._boundary, self._names = boundary, names
        self.update()

    def frame(self, look: Theme) -> Frame | None:
        """The axes; None without a map."""
        boundary = self._boundary
        if boundary is None:
            return None
        x, y = floats(boundary.x), floats(boundary.y)
        ratio = (x[-1] - x[0]) / ((y[-1] - y[0]) or 1)
        is_alike = 0.4 < ratio < 2.5  # in unit: a circle should look like one, or nearly so
        return plane_frame(
            QSizeF(self.size()),
            (float(x[0]), float(x[-1]), float(y[0]), float(y[-1])),
            self._names,
            look,
            right=self._legend_width(look),
            most_ratio=_STRETCH * ratio if is_alike else None,
        )

    def _legend_width(self, look: Theme) -> float:
        names = self._boundary.classes if self._boundary else ()
        if not names:
            return text_width(look, "chip", "−0.0e−5") + 34 * look.scale
        return legend_width(names, self.width(), look)

    def paint(self, painter: QPainter, look: Theme) -> None:
        """Map, boundary, points, axes, legend."""
        frame, boundary = self.frame(look), self._boundary
        if frame is None or boundary is None:
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        rgb = np.ascontiguousarray(self._colors(boundary, look)[::-1])
        rows, columns = rgb.shape[:2]
        image = QImage(rgb.tobytes(), columns, rows, 3 * columns, QImage.Format.Format_RGB888)
        painter.drawImage(frame.plot, image)
        painter.save()
        painter.setClipRect(frame.plot)
        self._paint_lines(painter, frame, boundary, look)
        painter.restore()
        painter.drawPixmap(QPointF(0, 0), self._points(frame, boundary, look))
        paint_axes(painter, frame, look, has_grid=False)
        self._paint_legend(painter, frame, boundary, look)

    # map

    def _colors(self, boundary: Boundary, look: Theme) -> np.ndarray:
        """(n_y, n_x, 3) bytes."""
        values = floats(boundary.values)
        if not boundary.classes:
            low, high = _range(boundary)
            levels = np.clip((values[..., 0] - low) / ((high - low) or 1) * 255, 0, 255)
            return theme.activation_lut(look)[np.nan_to_num(levels).astype(np.intp)]
        shares = np.clip(np.nan_to_num(_shares(values)), 0, 1)
        total = np.maximum(shares.sum(axis=-1, keepdims=True), 1e-12)
        inks = np.array([look.series(i).getRgb()[:3] for i in range(shares.shape[-1])], float)
        ground = np.array(look.color("plotbg").getRgb()[:3], float)
        mixed = (shares / total) @ inks
        return (ground + _SOFT * (mixed - ground)).round().astype(np.uint8)

    def _paint_lines(
        self, painter: QPainter, frame: Frame, boundary: Boundary, look: Theme
    ) -> None:
        if not boundary.classes:
            return
        values = floats(boundary.values)
        painter.setPen(QPen(look.color("text"), 1.8 * look.scale))
        pieces = [_boundary_of(boundary, values)]
        for x0, y0, x1, y1 in np.concatenate(pieces).tolist():
            painter.drawLine(QLineF(frame.pixel(x0, y0), frame.pixel(x1, y1)))

    # points

    def _points(self, frame: Frame, boundary: Boundary, look: Theme) -> QPixmap:
        """The points stay where they are: painted once per size and theme."""
        dpr = self.density
        key = (
            self.width(),
            self.height(),
            look.name,
            dpr,
            frame.limits,
            boundary.points.tobytes(),
            boundary.targets.tobytes(),
        )
        if self._points_picture is None or key != self._points_key:
            picture = QPixmap(round(self.width() * dpr), round(self.height() * dpr))
            picture.setDevicePixelRatio(dpr)
            picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            radius = (2.6 if len(boundary.points) > 150 else 3.4) * look.scale
            for point, target in zip(floats(boundary.points), boundary.targets, strict=True):
                place = frame.pixel(float(point[0]), float(point[1]))
                if boundary.classes:
                    paint_mark(painter, place, int(target), radius, look)
                else:
                    self._paint_valued(painter, place, float(np.ravel(target)[0]), radius, look)
            painter.end()
            self._points_key, self._points_picture = key, picture
        return self._points_picture

    def _paint_valued(
        self, painter: QPainter, place: QPointF, value: float, radius: float, look: Theme
    ) -> None:
        low, high = _range(self._boundary)
        level = int(np.clip((value - low) / ((high - low) or 1) * 255, 0, 255))
        painter.setPen(QPen(look.color("plotbg"), 1))
        painter.setBrush(QColor(*theme.activation_lut(look)[level].tolist()))
        painter.drawEllipse(place, radius, radius)

    def _paint_legend(
        self, painter: QPainter, frame: Frame, boundary: Boundary, look: Theme
    ) -> None:
        if not boundary.classes:
            self._paint_scale(painter, frame, look)
            return
        left, top = frame.plot.right() + 12, frame.plot.top()
        room = QRectF(left, top, self.width() - left, frame.plot.height())
        paint_legend(painter, boundary.classes, room, look)

    def _paint_scale(self, painter: QPainter, frame: Frame, look: Theme) -> None:
        """A bar of colours with its least and its greatest value."""
        bar = QRectF(
            frame.plot.right() + 12, frame.plot.top(), 12 * look.scale, frame.plot.height()
        )
        table = np.ascontiguousarray(theme.activation_lut(look)[::-1])
        image = QImage(table.tobytes(), 1, 256, 3, QImage.Format.Format_RGB888)
        painter.drawImage(bar, image)
        painter.setFont(look.font("chip"))
        painter.setPen(look.color("text2"))
        line = line_height(look, "chip")
        low, high = _range(self._boundary)
        for value, top in ((high, bar.top()), (low, bar.bottom() - line)):
            box = QRectF(bar.right() + 4, top, self.width() - bar.right() - 4, line)
            painter.drawText(box, LEFT, short(value))

    # numbers

    def rows(self) -> list[list[Any]]:
        """The grid with the network's outputs, then the training items with what is true."""
        boundary = self._boundary
        if boundary is None:
            return []
        outputs = [f"output {k}" for k in range(boundary.values.shape[-1])]
        found: list[list[Any]] = [["kind", *self._names, *outputs, "y"]]
        for row, y in enumerate(boundary.y):
            for column, x in enumerate(boundary.x):
                found.append(["grid", x, y, *boundary.values[row, column], None])
        nothing = [None] * len(outputs)
        for point, target in zip(boundary.points, boundary.targets, strict=True):
            found.append(["training item", *point, *nothing, true_of(boundary, target)])
        return found

    def lines_at(self, place: QPointF) -> list[Line]:
        """The nearest grid point's answer, and the training point below the pointer."""
        look = theme.current()
        frame, boundary = self.frame(look), self._boundary
        if frame is None or boundary is None or not frame.plot.contains(place):
            return []
        x, y = frame.place(place)
        column, row = np.abs(boundary.x - x).argmin(), np.abs(boundary.y - y).argmin()
        at = f"x = ({exact(boundary.x[column])}, {exact(boundary.y[row])})"
        lines: list[Line] = [
            (None, at),
            *answer_lines(boundary, boundary.values[row, column], look),
        ]
        places = [frame.pixel(float(p[0]), float(p[1])) for p in floats(boundary.points)]
        gaps = [QLineF(place, found).length() for found in places]
        if gaps and min(gaps) < _REACH * look.scale:
            index = int(np.argmin(gaps))
            point, target = boundary.points[index], boundary.targets[index]
            true = true_of(boundary, target)
            name = true if isinstance(true, str) else exact(true)
            where = ", ".join(exact(value) for value in point)
            lines.append((None, f"training item ({where}): y = {name}"))
        return lines


def true_of(boundary: Boundary, target: Any) -> Any:
    """The class's name, or the value."""
    return boundary.classes[int(target)] if boundary.classes else np.ravel(target)[0]


def answer_lines(boundary: Boundary, values: np.ndarray, look: Theme) -> list[Line]:
    """The network's outputs at one place, in full."""
    if not boundary.classes:
        return [(None, f"answer = {', '.join(exact(value) for value in values)}")]
    if len(values) == 1:
        return [(look.series(1), f"output for {boundary.classes[-1]} = {exact(values[0])}")]
    names = [*boundary.classes, *map(str, range(len(boundary.classes), len(values)))]
    return [
        (look.series(i), f"output for {names[i]} = {exact(value)}")
        for i, value in enumerate(values)
    ]


def _shares(values: Floats) -> Floats:
    """(..., k): the share of each class; a single output stands for the second class."""
    return np.concatenate([1 - values, values], axis=-1) if values.shape[-1] == 1 else values


def _boundary_of(boundary: Boundary, values: Floats) -> Floats:
    """Pieces of the line between the class that is answered and all others. (pieces, 4)"""
    x, y = floats(boundary.x), floats(boundary.y)
    if values.shape[-1] == 1:
        return contour(x, y, values[..., 0], 0.5)
    found = []
    for number in range(values.shape[-1]):
        others = np.delete(values, number, axis=-1).max(axis=-1)
        found.append(contour(x, y, values[..., number] - others, 0.0))
    return np.concatenate(found)


def _range(boundary: Boundary | None) -> tuple[float, float]:
    """The least and the greatest of answers and targets."""
    if boundary is None:
        return 0.0, 1.0
    found = np.concatenate([floats(boundary.values).ravel(), floats(boundary.targets).ravel()])
    found = found[np.isfinite(found)]
    return (float(found.min()), float(found.max())) if len(found) else (0.0, 1.0)
