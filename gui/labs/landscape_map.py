"""The map of a surface with the paths of optimisers on it, from a start to where they stand."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QPainter, QPen, QPixmap, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QWidget

from gui import theme
from gui.labs.axes_figure import AxesFigure
from gui.labs.label_placing import as_array, paint_note, paint_tag, place_label, tag_size
from gui.labs.landscape_marks import around, edge_towards, paint_minimum, paint_start
from gui.labs.landscape_surface import (
    LINES,
    Surface,
    band_image,
    level_lines,
    levels_of,
    line_color,
    refined,
)
from gui.labs.racer_marks import paint_marker, racer_color, racer_pen
from gui.plots.numbers import short
from gui.plots.reading_box import Line
from gui.theme import Theme
from model.analysis.penalty_level import PlanePenalty
from model.layer import Array

Box = tuple[tuple[float, float], tuple[float, float]]
"""Of both axes, from and to."""
_MOST_MARKS = 60
_MARKER = 8.5
"""px from the middle of a racer's marker to its edge, at a desk."""


@dataclass(frozen=True, eq=False)
class Track:
    """number: of the racer. points: (k, 2), all of its way; at: the step at which it stands;
    losses: J there, (k,). is_faint: without markers and tag, such as a training's path."""

    number: int
    name: str
    points: Array
    at: int
    losses: Array | None = None
    is_faint: bool = False


@dataclass(frozen=True, eq=False)
class _Tag:
    """The name of a racer: the box it stands in, and the marker it belongs to, px."""

    number: int
    words: str
    anchor: QPointF
    box: QRectF


class MapFigure(AxesFigure):
    """`pressed` and `dragged` choose a start; `zoomed(box)` asks for another part."""

    zoomed = Signal(object)

    def __init__(self, name: str = "loss_map") -> None:
        super().__init__(name, "Contour map of J with the paths of the optimisers")
        self.is_pressable = True
        self.empty_text = "No surface yet"
        self.surface: Surface | None = None
        self.overlay: Surface | None = None
        self.tracks: list[Track] = []
        self.start: tuple[float, float] | None = None
        self.start_words = "start"
        self.minima: list[tuple[float, float]] = []
        self.minimum_words = "minimum"
        self.penalty: PlanePenalty | None = None
        """Its line through the first racer's place is drawn."""
        self._ground: QPixmap | None = None
        self._ground_key: tuple[object, ...] = ()

    def show_surface(self, surface: Surface | None, reason: str = "") -> None:
        """Another ground. reason: why there is none."""
        self.surface = surface
        self.overlay = None
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
        factor = 0.9985 ** event.angleDelta().y()
        x, y = self.to_data(event.position())
        box = tuple(
            (at + (low - at) * factor, at + (high - at) * factor)
            for at, (low, high) in ((x, self.x_range), (y, self.y_range))
        )
        self.zoomed.emit((box[0], box[1]))
        event.accept()

    def show_overlay(self, overlay: Surface | None) -> None:
        """Level lines of another surface over this one, at the same heights."""
        self.overlay = overlay
        self.update()

    def show_tracks(self, tracks: list[Track], start: tuple[float, float] | None) -> None:
        """Where everybody is."""
        self.tracks, self.start = tracks, start
        self.update()

    # the ground

    def paint_data(self, painter: QPainter, look: Theme) -> None:
        surface = self.surface
        if surface is None:
            return
        painter.fillRect(self.area, look.color("sunken"))
        area = self._extent(surface)
        if not isinstance(painter.device(), QWidget):
            self._paint_ground(painter, look, surface, area)
        elif area == self.area:
            painter.drawPixmap(self.area.topLeft(), self._ground_picture(look, surface))
        else:  # on the way to another part: the picture there is, larger or smaller
            picture = self._ground_picture(look, surface)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(area, picture, QRectF(picture.rect()))
        if self.overlay is not None:
            self._paint_overlay(painter, look, surface, self.overlay)
        self._paint_penalty(painter, look)
        for track in self.tracks:
            self._paint_track(painter, look, track)

    def _penalty_line(self) -> list[QPointF]:
        """px of all places with the penalty of the first racer's place."""
        place = self.start
        for track in self.tracks:
            if not track.is_faint and len(track.points):
                x, y = track.points[min(track.at, len(track.points) - 1)].tolist()
                place = (x, y)
                break
        if self.penalty is None or place is None or not np.isfinite(place).all():
            return []
        return self.screen_points(*self.penalty.line(np.array(place)).T)

    def _paint_penalty(self, painter: QPainter, look: Theme) -> None:
        points = self._penalty_line()
        if not points:
            return
        painter.setPen(QPen(look.color("accent"), 4.0 if look.is_projector else 2.6))
        painter.setBrush(look.with_alpha("accent", 0.14))
        painter.drawPolygon(QPolygonF(points))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _extent(self, surface: Surface) -> QRectF:
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
            self._paint_ground(painter, look, surface, room)
            painter.end()
            self._ground, self._ground_key = picture, key
        return self._ground

    def _paint_ground(self, painter: QPainter, look: Theme, surface: Surface, area: QRectF) -> None:
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

    def _paint_overlay(
        self, painter: QPainter, look: Theme, surface: Surface, overlay: Surface
    ) -> None:
        """At every second height of the ground's lines."""
        levels = levels_of(surface)[1::2]
        painter.setPen(QPen(look.color("bwd"), 1.5 if not look.is_projector else 2.6))
        for pieces in level_lines(refined(overlay, LINES), levels, self._extent(overlay)):
            if pieces:
                painter.drawLines(pieces)

    # the tracks

    def _paint_track(self, painter: QPainter, look: Theme, track: Track) -> None:
        wide = 1.7 if look.is_projector else 1.0
        points = self.screen_points(*track.points[: track.at + 1].T)
        if track.is_faint:
            painter.setPen(QPen(look.color("text2"), 1.6 * wide))
            self.draw_line(painter, points)
            painter.setBrush(look.color("text2"))
            painter.setPen(Qt.PenStyle.NoPen)
            for point in points[:: max(1, len(points) // 40)]:
                painter.drawEllipse(point, 2.2 * wide, 2.2 * wide)
            return
        painter.setPen(racer_pen(look, track.number, 2.2 * wide))
        self.draw_line(painter, points)
        every = max(1, math.ceil(len(points) / _MOST_MARKS))
        seen = self.area.adjusted(-8, -8, 8, 8)
        for point in points[1:-1:every]:
            if seen.contains(point):
                paint_marker(painter, point, track.number, 3.4 * wide, look, edge="")

    def paint_over(self, painter: QPainter, look: Theme) -> None:
        """Leaders below, marks above them, words off the marks."""
        if self.surface is None:
            return
        wide = 1.5 if look.is_projector else 1.0
        ends = self._ends()
        minima = [self.to_screen(*place) for place in self.minima]
        start = None if self.start is None else self.to_screen(*self.start)
        taken = [around(end, _MARKER * 1.35 * wide) for _track, end in ends]
        taken += [around(at, 10 * wide) for at in minima]
        taken += [] if start is None else [around(start, 16 * wide)]
        points = as_array([p for track in self.tracks for p in self._thin_points(track)])
        tags = self._tags(look, ends, taken, points, wide)
        for tag in tags:
            painter.setPen(QPen(racer_color(look, tag.number), 1.8 * wide))
            painter.drawLine(edge_towards(tag.box, tag.anchor), tag.anchor)
        for at in minima:
            if self.area.contains(at):
                paint_minimum(painter, look, at, wide)
        for track, end in ends:
            if self.area.contains(end):
                paint_marker(painter, end, track.number, _MARKER * wide, look, edge="plotbg")
        if start is not None:
            paint_start(painter, look, start, wide)
        painter.setFont(look.font("strong"))
        for tag in tags:
            ground = racer_color(look, tag.number)
            paint_tag(painter, tag.box, tag.words, ground, look.color("plotbg"))
        painter.setFont(look.font("caption"))
        if start is not None and self.start_words:
            self._note(painter, look, start, self.start_words, taken, points, 18.0 * wide)
        line = [at for at in self._penalty_line() if self.area.contains(at)]
        if line and self.penalty is not None:
            top = min(line, key=QPointF.y)
            self._note(painter, look, top, self.penalty.words, taken, points, 8.0 * wide)
        if minima and self.minimum_words and self.area.contains(minima[0]):
            self._note(painter, look, minima[0], self.minimum_words, taken, points, 13.0 * wide)

    def _ends(self) -> list[tuple[Track, QPointF]]:
        found = []
        for track in self.tracks:
            if not track.is_faint and len(track.points):
                x, y = track.points[min(track.at, len(track.points) - 1)].tolist()
                if math.isfinite(x) and math.isfinite(y):
                    found.append((track, self.to_screen(x, y)))
        return found

    def _tags(
        self,
        look: Theme,
        ends: list[tuple[Track, QPointF]],
        taken: list[QRectF],
        points: Array,
        wide: float,
    ) -> list[_Tag]:
        """Where the names go; their boxes are taken then."""
        room = self.area.adjusted(3, 3, -3, -3)
        found = []
        for track, end in ends:
            anchor = QPointF(
                min(max(end.x(), room.left()), room.right()),
                min(max(end.y(), room.top()), room.bottom()),
            )
            words = track.name if room.contains(end) else f"{track.name}: outside"
            size = tag_size(look.font("strong"), words)
            nearest = 20.0 * wide
            box = place_label(anchor, size, taken, room, points=points, nearest=nearest)
            taken.append(box)
            found.append(_Tag(track.number, words, anchor, box))
        return found

    def _thin_points(self, track: Track) -> list[QPointF]:
        points = track.points[: track.at + 1]
        every = max(1, len(points) // 30)
        return self.screen_points(*points[::every].T)

    def _note(
        self,
        painter: QPainter,
        look: Theme,
        at: QPointF,
        text: str,
        taken: list[QRectF],
        points: Array,
        nearest: float,
    ) -> None:
        """Words at a mark, with a leader where the nearest places are taken."""
        size = tag_size(painter.font(), text, 4.0)
        room = self.area.adjusted(3, 3, -3, -3)
        box = place_label(at, QSizeF(size), taken, room, points=points, nearest=nearest)
        taken.append(box)
        edge = edge_towards(box, at)
        away = edge - at
        length = math.hypot(away.x(), away.y())
        if length > 1.8 * nearest:
            painter.setPen(QPen(look.color("text"), 1.4))
            painter.drawLine(edge, at + away * (0.6 * nearest / length))
        paint_note(painter, box, text, look)

    # numbers

    def lines_at(self, place: QPointF) -> list[Line]:
        """J at this place, between the points of the grid."""
        surface = self.surface
        if surface is None or self.empty_text or not self.area.contains(place):
            return []
        x, y = self.to_data(place)
        value = value_at(surface, x, y)
        said = "not defined" if math.isnan(value) else short(value)
        lines: list[Line] = [(None, f"({short(x)}, {short(y)}): J = {said}")]
        if self.penalty is not None:
            words = f"penalty of these two weights: {short(self.penalty.at(np.array([x, y])))}"
            lines.append((theme.current().color("accent"), words))
        return lines

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
