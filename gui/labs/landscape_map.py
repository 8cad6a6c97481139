"""The map of a surface with the paths of optimisers on it, from a start to where they stand."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from gui import theme
from gui.labs.label_placing import as_array, paint_note, paint_tag, place_label, tag_size
from gui.labs.landscape_levels import LevelMap
from gui.labs.landscape_marks import around, edge_towards, paint_minimum, paint_start
from gui.labs.landscape_surface import LINES, Surface, level_lines, levels_of, refined
from gui.labs.racer_marks import paint_marker, racer_color, racer_pen
from gui.plots.numbers import short
from gui.plots.reading_box import Line
from gui.theme import Theme
from model.analysis.penalty_level import PlanePenalty
from model.layer import Array

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


class MapFigure(LevelMap):
    """`pressed` and `dragged` choose a start."""

    def __init__(self, name: str = "loss_map") -> None:
        super().__init__(name, "Contour map of J with the paths of the optimisers")
        self.is_pressable = True
        self.overlay: Surface | None = None
        self.tracks: list[Track] = []
        self.start: tuple[float, float] | None = None
        self.start_words = "start"
        self.minima: list[tuple[float, float]] = []
        self.minimum_words = "minimum"
        self.penalty: PlanePenalty | None = None
        """Its line through the first racer's place is drawn."""

    def show_surface(self, surface: Surface | None, reason: str = "") -> None:
        """Another ground, without what lay over the one before. reason: why there is none."""
        self.overlay = None
        super().show_surface(surface, reason)

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
        self.paint_ground(painter, look, surface)
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

    def _paint_overlay(
        self, painter: QPainter, look: Theme, surface: Surface, overlay: Surface
    ) -> None:
        """At every second height of the ground's lines."""
        levels = levels_of(surface)[1::2]
        painter.setPen(QPen(look.color("bwd"), 1.5 if not look.is_projector else 2.6))
        for pieces in level_lines(refined(overlay, LINES), levels, self.extent(overlay)):
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
        """J at this place, and the penalty."""
        lines = super().lines_at(place)
        if lines and self.penalty is not None:
            at = np.array(self.to_data(place))
            words = f"penalty of these two weights: {short(self.penalty.at(at))}"
            lines.append((theme.current().color("accent"), words))
        return lines
