"""The level lines of a surface, which can be looked at from nearer, and moved."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPen, QPixmap, QWheelEvent
from PySide6.QtWidgets import QWidget

from gui.labs.axes_figure import AxesFigure
from gui.labs.landscape_surface import (
    LINES,
    Surface,
    band_image,
    level_lines,
    levels_of,
    line_color,
    refined,
)
from gui.plots.numbers import short
from gui.plots.reading_box import Line
from gui.theme import Theme

Box = tuple[tuple[float, float], tuple[float, float]]
"""Of both axes, from and to."""
_HOLDING = (Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton)


class LevelMap(AxesFigure):
    """`zoomed(box)` asks for another part: by wheel, by a drag with the right button, or by `zoom`
    and `move_by`."""

    zoomed = Signal(object)

    def __init__(self, name: str, description: str) -> None:
        super().__init__(name, description)
        self.empty_text = "No surface yet"
        self.surface: Surface | None = None
        self._ground: QPixmap | None = None
        self._ground_key: tuple[object, ...] = ()
        self._held_at: QPointF | None = None

    def show_surface(self, surface: Surface | None, reason: str = "") -> None:
        """Another ground. reason: why there is none."""
        self.surface = surface
        self.empty_text = reason
        if surface is not None and surface.is_empty:
            self.empty_text = "J is not defined anywhere in this range"
        if surface is not None:
            self.show_box(
                (
                    (float(surface.x[0]), float(surface.x[-1])),
                    (float(surface.y[0]), float(surface.y[-1])),
                )
            )
        self._ground = None
        self.update()

    def show_box(self, box: Box) -> None:
        """Look at another part; the ground is there as far as its surface goes."""
        self.x_range, self.y_range = box
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Nearer and farther, around the pointer."""
        if self.empty_text or not self.area.contains(event.position()):
            event.ignore()
            return
        self.zoom(0.9985 ** event.angleDelta().y(), self.to_data(event.position()))
        event.accept()

    def zoom(self, factor: float, around: tuple[float, float] | None = None) -> None:
        """Ask for a part so many times as large. around: what stays where it is; else the
        middle."""
        sides = (self.x_range, self.y_range)
        middle = tuple((low + high) / 2 for low, high in sides)
        found = [
            (at + (low - at) * factor, at + (high - at) * factor)
            for at, (low, high) in zip(around or middle, sides, strict=True)
        ]
        self.zoomed.emit((found[0], found[1]))

    def move_by(self, across: float, up: float) -> None:
        """Ask for the part beside this one; in widths and heights of the frame."""
        (left, right), (low, high) = self.x_range, self.y_range
        dx, dy = across * (right - left), up * (high - low)
        self.zoomed.emit(((left + dx, right + dx), (low + dy, high + dy)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The right and the middle button take hold of the map."""
        if event.button() in _HOLDING and not self.empty_text:
            self._held_at = event.position()
            self.reading.hide()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move it."""
        if self._held_at is None:
            super().mouseMoveEvent(event)
            return
        moved = event.position() - self._held_at
        self._held_at = event.position()
        area = self.area
        self.move_by(-moved.x() / max(area.width(), 1.0), moved.y() / max(area.height(), 1.0))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let it go."""
        if event.button() in _HOLDING and self._held_at is not None:
            self._held_at = None
            self.unsetCursor()
        else:
            super().mouseReleaseEvent(event)

    # painting

    def paint_ground(self, painter: QPainter, look: Theme, surface: Surface) -> None:
        """Bands and lines, as far as the surface goes."""
        painter.fillRect(self.area, look.color("sunken"))
        area = self.extent(surface)
        if not isinstance(painter.device(), QWidget):
            self._paint_levels(painter, look, surface, area)
        elif area == self.area:
            painter.drawPixmap(self.area.topLeft(), self._ground_picture(look, surface))
        else:  # on the way to another part: the picture there is, larger or smaller
            picture = self._ground_picture(look, surface)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(area, picture, QRectF(picture.rect()))

    def extent(self, surface: Surface) -> QRectF:
        """px that the surface covers: more or less than the frame while another part is looked
        at."""
        corner = self.to_screen(float(surface.x[0]), float(surface.y[-1]))
        other = self.to_screen(float(surface.x[-1]), float(surface.y[0]))
        found = QRectF(corner, other)
        near = (found.topLeft() - self.area.topLeft()).manhattanLength()
        near += (found.bottomRight() - self.area.bottomRight()).manhattanLength()
        return QRectF(self.area) if near < 0.5 else found

    def _ground_picture(self, look: Theme, surface: Surface) -> QPixmap:
        """Painted once a surface, size and theme."""
        dpr = self.devicePixelRatioF()
        key = (id(surface), look.name, dpr, self.area.width(), self.area.height())
        if self._ground is None or key != self._ground_key:
            size = (self.area.size() * dpr).toSize()
            picture = QPixmap(max(size.width(), 1), max(size.height(), 1))
            picture.setDevicePixelRatio(dpr)
            picture.fill(look.color("plotbg"))
            painter = QPainter(picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            room = QRectF(0, 0, self.area.width(), self.area.height())
            self._paint_levels(painter, look, surface, room)
            painter.end()
            self._ground, self._ground_key = picture, key
        return self._ground

    def _paint_levels(self, painter: QPainter, look: Theme, surface: Surface, area: QRectF) -> None:
        levels = levels_of(surface)
        if not len(levels):
            painter.fillRect(area, look.color("sunken"))
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(area, band_image(refined(surface), levels, look))
        painter.setPen(QPen(line_color(look), 1.2))
        for pieces in level_lines(refined(surface, LINES), levels, area):
            if pieces:
                painter.drawLines(pieces)

    # numbers

    def lines_at(self, place: QPointF) -> list[Line]:
        """J at this place, between the points of the grid."""
        surface = self.surface
        if surface is None or self.empty_text or not self.area.contains(place):
            return []
        x, y = self.to_data(place)
        value = value_at(surface, x, y)
        said = "not defined" if math.isnan(value) else short(value)
        return [(None, f"({short(x)}, {short(y)}): J = {said}")]

    def rows(self) -> list[list[Any]]:
        """The grid."""
        surface = self.surface
        if surface is None:
            return []
        head: list[Any] = ["y \\ x", *surface.x.tolist()]
        rows = [[y, *values] for y, values in zip(surface.y.tolist(), surface.values, strict=True)]
        return [head, *rows]


def value_at(surface: Surface, x: float, y: float) -> float:
    """By bilinear interpolation; NaN outside."""
    xs, ys, values = surface.x, surface.y, surface.values
    if not (xs[0] <= x <= xs[-1] and ys[0] <= y <= ys[-1]):
        return math.nan
    column = min(int(np.searchsorted(xs, x, side="right")) - 1, len(xs) - 2)
    row = min(int(np.searchsorted(ys, y, side="right")) - 1, len(ys) - 2)
    u = (x - xs[column]) / (xs[column + 1] - xs[column])
    v = (y - ys[row]) / (ys[row + 1] - ys[row])
    low = values[row, column] * (1 - u) + values[row, column + 1] * u
    high = values[row + 1, column] * (1 - u) + values[row + 1, column + 1] * u
    return float(low * (1 - v) + high * v)
