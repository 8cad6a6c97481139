"""A surface in perspective, with the paths on it; a drag turns it."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt, Slot
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QPixmap,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from gui import theme
from gui.formula_painter import paint_formula, setter
from gui.labs.label_placing import paint_tag, place_label, tag_size
from gui.labs.landscape_map import Track
from gui.labs.landscape_marks import around, edge_towards
from gui.labs.landscape_surface import Surface
from gui.labs.racer_marks import paint_marker, racer_color, racer_pen
from gui.plots.figure import Figure
from gui.theme import Theme
from model.layer import Array

_SIDE = 38
"""Tiles a side."""
_TALL = 0.62
"""Height of the highest place against the width of the ground."""
_MIDDLE = 0.35
"""The median height lies here: where a few walls are far higher than all the rest, heights are
raised to a power below 1."""


class ReliefFigure(Figure):
    """Azimuth and elevation in degrees; arrows turn it while it has the keyboard."""

    def __init__(self) -> None:
        super().__init__("race_relief", "The surface in perspective with the paths on it")
        self.x_name, self.y_name = "", ""
        self.empty_text = "No surface yet"
        self.azimuth, self.elevation, self.zoom = 28.0, 38.0, 1.0
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self._surface: Surface | None = None
        self._tracks: list[Track] = []
        self._heights: Array = np.zeros((0, 0))
        self._power = 1.0
        self._high = 1.0
        self._from: QPointF | None = None
        self._ground: QPixmap | None = None
        self._key: tuple[object, ...] = ()
        setter().advanced.connect(self._on_formulas_set)

    @Slot()
    def _on_formulas_set(self) -> None:
        self.update()

    def show_surface(self, surface: Surface | None, reason: str = "") -> None:
        """Another ground. reason: why there is none."""
        self.empty_text = reason
        self._surface = None
        self._ground = None
        if surface is not None and not surface.is_empty:
            self._surface = _thinned(surface)
            above = self._surface.values - surface.lowest
            known = above[np.isfinite(above)]
            self._high = float(np.quantile(known, 0.97)) or float(known.max()) or 1.0
            share = float(np.median(known)) / self._high
            power = math.log(_MIDDLE) / math.log(share) if 0 < share < 1 else 1.0
            self._power = min(max(power, 0.3), 1.0)
            self._heights = self.height_of(self._surface.values)
        elif surface is not None:
            self.empty_text = "J is not defined anywhere in this range"
        self.update()

    def show_tracks(self, tracks: list[Track]) -> None:
        """Where everybody is."""
        self._tracks = tracks
        self.update()

    def height_of(self, values: Array) -> Array:
        """0 at the minimum, 1 at the high places; a little more for what is still higher."""
        lowest = self._surface.lowest if self._surface is not None else 0.0
        share = np.clip((np.asarray(values) - lowest) / self._high, 0, 1.25)
        return np.asarray(share**self._power)

    # projection

    def project(self, x: Array, y: Array, height: Array) -> tuple[Array, Array, Array]:
        """px and depth of places: x, y in data units, height as of `height_of`."""
        surface = self._surface
        if surface is None:
            raise ValueError("there is no surface")
        u = (np.asarray(x) - surface.x[0]) / (surface.x[-1] - surface.x[0]) - 0.5
        v = (np.asarray(y) - surface.y[0]) / (surface.y[-1] - surface.y[0]) - 0.5
        turn, lift = math.radians(self.azimuth), math.radians(self.elevation)
        right = u * math.cos(turn) + v * math.sin(turn)
        away = -u * math.sin(turn) + v * math.cos(turn)
        z = (np.asarray(height) - 0.35) * _TALL
        up = z * math.cos(lift) + away * math.sin(lift)
        size = self.zoom * min(self.width() * 0.66, self.height() * 0.9)
        px = self.width() / 2 + right * size
        py = self.height() * 0.53 - up * size
        return px, py, away * math.cos(lift) - z * math.sin(lift)

    # painting

    def paint(self, painter: QPainter, look: Theme) -> None:
        """Ground, then paths, then names."""
        surface = self._surface
        if surface is None or self.empty_text:
            self.paint_reason(painter, look, self.empty_text)
            return
        if isinstance(painter.device(), QWidget):
            painter.drawPixmap(0, 0, self._ground_picture(look, surface))
        else:
            self._paint_ground(painter, look, surface)
        self._paint_tracks(painter, look)
        self._paint_names(painter, look, surface)

    def _ground_picture(self, look: Theme, surface: Surface) -> QPixmap:
        dpr = self.devicePixelRatioF()
        angles = (self.azimuth, self.elevation, self.zoom)
        key = (id(surface), look.name, dpr, self.width(), self.height(), *angles)
        if self._ground is None or key != self._key:
            size = (QRectF(self.rect()).size() * dpr).toSize()
            picture = QPixmap(size)
            picture.setDevicePixelRatio(dpr)
            picture.fill(look.color("plotbg"))
            painter = QPainter(picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_ground(painter, look, surface)
            painter.end()
            self._ground, self._key = picture, key
        return self._ground

    def _paint_ground(self, painter: QPainter, look: Theme, surface: Surface) -> None:
        """Tiles from the farthest to the nearest."""
        grid_x, grid_y = np.meshgrid(surface.x, surface.y)
        px, py, depth = self.project(grid_x, grid_y, self._heights)
        middle = (depth[:-1, :-1] + depth[1:, 1:]) / 2
        order = np.argsort(-middle, axis=None)
        colors = self._colors(look)
        corners = [(0, 0), (0, 1), (1, 1), (1, 0)]
        columns = middle.shape[1]
        xs, ys = px.tolist(), py.tolist()
        edge = look.with_alpha("surface" if not look.is_dark else "text", 0.25)
        painter.setPen(QPen(edge, 0.6))
        for place in order.tolist():
            row, column = divmod(place, columns)
            color = colors[row][column]
            if color is None:
                continue
            tile = [QPointF(xs[row + a][column + b], ys[row + a][column + b]) for a, b in corners]
            painter.setBrush(color)
            painter.drawPolygon(QPolygonF(tile))

    def _colors(self, look: Theme) -> list[list[QColor | None]]:
        """The loss map, lighter where a tile faces the light; None where J is not defined."""
        z = self._heights
        mean = (z[:-1, :-1] + z[1:, :-1] + z[:-1, 1:] + z[1:, 1:]) / 4
        slope_x = (z[:-1, 1:] - z[:-1, :-1]) * len(z)
        slope_y = (z[1:, :-1] - z[:-1, :-1]) * len(z)
        light = (1 + 0.5 * slope_x + 0.35 * slope_y) / np.sqrt(1 + slope_x**2 + slope_y**2)
        shade = np.clip(0.78 + 0.22 * light, 0.62, 1.08)
        table = theme.loss_lut(look)
        known = np.isfinite(mean)
        index = np.clip(np.where(known, mean, 0) * 255, 0, 255).astype(np.intp)
        rgb = np.clip(table[index] * shade[..., None], 0, 255).astype(int).tolist()
        flags = known.tolist()
        return [
            [QColor(*rgb[r][c]) if flags[r][c] else None for c in range(len(rgb[0]))]
            for r in range(len(rgb))
        ]

    def _track_points(self, track: Track) -> list[QPointF]:
        points = track.points[: track.at + 1]
        if not len(points):
            return []
        losses = track.losses if track.losses is not None else np.full(len(points), np.nan)
        heights = self.height_of(losses[: len(points)])
        px, py, _depth = self.project(points[:, 0], points[:, 1], heights)
        pairs = zip(px.tolist(), py.tolist(), strict=True)
        return [QPointF(a, b) for a, b in pairs if math.isfinite(a) and math.isfinite(b)]

    def _paint_tracks(self, painter: QPainter, look: Theme) -> None:
        wide = 1.7 if look.is_projector else 1.0
        ends = []
        room = QRectF(self.rect()).adjusted(4, 4, -4, -4)
        painter.save()
        painter.setClipRect(room)
        for track in self._tracks:
            points = self._track_points(track)
            if not points or track.is_faint:
                continue
            painter.setPen(racer_pen(look, track.number, 2.4 * wide))
            painter.drawLines([QLineF(a, b) for a, b in pairwise(points)])
            every = max(1, len(points) // 60)
            for point in points[1:-1:every]:
                paint_marker(painter, point, track.number, 3.2 * wide, look, edge="")
            ends.append((track, points[-1]))
        self._paint_tags(painter, look, ends, room, wide)
        painter.restore()

    def _paint_tags(
        self,
        painter: QPainter,
        look: Theme,
        ends: list[tuple[Track, QPointF]],
        room: QRectF,
        wide: float,
    ) -> None:
        """Leaders below, then markers, then names off the markers."""
        painter.setFont(look.font("strong"))
        taken = [around(end, 10.5 * wide) for _track, end in ends]
        boxes = []
        for track, end in ends:
            size = tag_size(painter.font(), track.name)
            boxes.append(place_label(end, size, taken, room, nearest=16.0 * wide))
            taken.append(boxes[-1])
            painter.setPen(QPen(racer_color(look, track.number), 1.6 * wide))
            painter.drawLine(edge_towards(boxes[-1], end), end)
        for track, end in ends:
            paint_marker(painter, end, track.number, 8 * wide, look)
        for (track, _end), box in zip(ends, boxes, strict=True):
            ground = racer_color(look, track.number)
            paint_tag(painter, box, track.name, ground, look.color("plotbg"))

    def _paint_names(self, painter: QPainter, look: Theme, surface: Surface) -> None:
        """At the middles of two edges, and how heights are drawn."""
        low = np.full(1, -0.1)
        x, y = surface.x, surface.y
        half = (float(x[0] + x[-1]) / 2, float(y[0] + y[-1]) / 2)
        for name, place in ((self.x_name, (half[0], y[0])), (self.y_name, (x[-1], half[1]))):
            px, py, _depth = self.project(np.array([place[0]]), np.array([place[1]]), low)
            box = QRectF(float(px[0]) - 40, float(py[0]) + 4, 80, 28 * look.scale)
            if name:
                paint_formula(painter, box, name, name, look, look.px("maths"), "text2")
        words = "height: J" if self._power == 1 else f"height: (J − min) to the {self._power:.2g}"
        painter.setFont(look.font("chip"))
        painter.setPen(look.color("text3"))
        painter.drawText(QPointF(12, self.height() - 10), words)

    # turning

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._from = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Turn."""
        if self._from is None:
            super().mouseMoveEvent(event)
            return
        moved = event.position() - self._from
        self._from = event.position()
        self.turn(moved.x() * 0.5, moved.y() * 0.4)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        self._from = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Nearer and farther."""
        self.zoom = min(max(self.zoom * 1.0012 ** event.angleDelta().y(), 0.4), 4.0)
        self.update()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys are the laboratory's."""
        event.ignore()

    def turn(self, around: float, up: float) -> None:
        """By so many degrees."""
        self.azimuth = (self.azimuth + around) % 360
        self.elevation = min(max(self.elevation + up, 5.0), 89.0)
        self.update()

    # numbers

    def rows(self) -> list[list[Any]]:
        """The grid as it is drawn."""
        surface = self._surface
        if surface is None:
            return []
        return [["y \\ x", *surface.x.tolist()]] + [
            [y, *row] for y, row in zip(surface.y.tolist(), surface.values.tolist(), strict=True)
        ]


def _thinned(surface: Surface) -> Surface:
    """No more tiles than can be turned smoothly."""
    count = len(surface.x)
    if count <= _SIDE + 1:
        return surface
    at = np.round(np.linspace(0, count - 1, _SIDE + 1)).astype(np.intp)
    return Surface(surface.x[at], surface.y[at], surface.values[np.ix_(at, at)], surface.lowest)
