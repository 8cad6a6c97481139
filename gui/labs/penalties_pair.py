"""Two coefficients: level lines of the RSS, and the diamond or disc through the solution."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from gui import theme
from gui.labs.axes_figure import AxesFigure
from gui.labs.label_placing import paint_note, place_label, tag_size
from gui.labs.racer_marks import paint_marker
from gui.plots.numbers import short
from gui.plots.reading_box import Line
from gui.theme import Theme
from model.analysis.penalty_path import PenaltyPath, Slice, slice_of
from model.layer import Array

_RINGS = (0.15, 0.5, 2.0, 3.6, 6.0, 10.0)
"""Level lines at so many times the rise of the solution's own."""
_LEAST_RISE = 1e-4
Box = tuple[tuple[float, float], tuple[float, float]]


class PairFigure(AxesFigure):
    """The other coefficients stay at their present values, so the lines move with lambda; both
    axes have the same scale, so that a disc is round. Dotted: the solutions of all lambdas."""

    def __init__(self) -> None:
        super().__init__("penalty_pair", "Two coefficients: RSS and penalty")
        self.empty_text = "The path is being worked out"
        self.path: PenaltyPath | None = None
        self.pair = (0, 1)
        self.slice: Slice | None = None
        self.here: Array = np.zeros(2)
        self._box: Box = ((-1.0, 1.0), (-1.0, 1.0))

    def show_pair(self, path: PenaltyPath, at: int, pair: tuple[int, int]) -> None:
        """at: the number of the present lambda; pair: two different features."""
        if path is not self.path or pair != self.pair:
            self._box = _box_of(path, pair)
        self.path, self.pair = path, pair
        self.empty_text = ""
        self.x_name, self.y_name = (f"{path.data.names[j]} " for j in pair)
        self.slice = slice_of(path.data, path.betas[at], pair)
        self.here = path.betas[at][list(pair)]
        self.update()

    def paint(self, painter: QPainter, look: Theme) -> None:
        """The same number of px a unit on both axes."""
        (left, right), (low, high) = self._box
        size = self._area.size()
        if size.width() > 20 and size.height() > 20:
            unit = max((right - left) / size.width(), (high - low) / size.height())
            wide, tall = unit * size.width() / 2, unit * size.height() / 2
            x, y = (left + right) / 2, (low + high) / 2
            self.x_range, self.y_range = (x - wide, x + wide), (y - tall, y + tall)
        else:
            self.x_range, self.y_range = self._box
            self.update()  # the frame is known after the first time
        super().paint(painter, look)

    def paint_data(self, painter: QPainter, look: Theme) -> None:
        found, path = self.slice, self.path
        if found is None or path is None:
            return
        painter.setPen(QPen(look.color("axis"), 1.0))
        origin = self.to_screen(0.0, 0.0)
        painter.drawLine(
            QPointF(self.area.left(), origin.y()), QPointF(self.area.right(), origin.y())
        )
        painter.drawLine(
            QPointF(origin.x(), self.area.top()), QPointF(origin.x(), self.area.bottom())
        )
        wide = 3.2 if look.is_projector else 2.2
        painter.setBrush(look.with_alpha("accent", 0.16))
        painter.setPen(QPen(look.color("accent"), wide))
        painter.drawPolygon(self._penalty(path.kind == "L1"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        rise = found.rise(self.here)
        for share in _RINGS:
            painter.setPen(QPen(look.color("text3"), 1.0))
            self.draw_line(painter, self._ring(found, share * max(rise, _LEAST_RISE)))
        painter.setPen(QPen(look.series(0), wide))
        self.draw_line(painter, self._ring(found, rise))
        way = path.betas[:, list(self.pair)]
        painter.setPen(QPen(look.series(3), wide, Qt.PenStyle.DotLine))
        self.draw_line(painter, self.screen_points(way[:, 0], way[:, 1]))

    def _ring(self, found: Slice, rise: float) -> list[QPointF]:
        line = found.ellipse(rise)
        return self.screen_points(line[:, 0], line[:, 1])

    def _penalty(self, is_diamond: bool) -> QPolygonF:
        """All places with the penalty of the solution."""
        turn = np.linspace(0.0, 2 * np.pi, 5 if is_diamond else 121)
        reach = np.abs(self.here).sum() if is_diamond else np.linalg.norm(self.here)
        return QPolygonF(self.screen_points(reach * np.cos(turn), reach * np.sin(turn)))

    def paint_over(self, painter: QPainter, look: Theme) -> None:
        found, path = self.slice, self.path
        if found is None or path is None:
            return
        painter.setFont(look.font("chip"))
        here = self.to_screen(*self.here.tolist())
        centre = self.to_screen(*found.centre.tolist())
        radius = 8.5 if look.is_projector else 6.5
        notes = [("solution", here, 3)]
        if self.area.contains(centre):
            notes.insert(0, ("least RSS", centre, 0))
        shape = self._penalty(path.kind == "L1")
        rises = self._ring(found, found.rise(self.here))
        points = [*rises, *(shape.at(k) for k in range(shape.size()))]
        taken: list[QRectF] = []
        for _words, anchor, number in notes:
            paint_marker(painter, anchor, number, radius, look)
        for words, anchor, _number in notes:
            size = tag_size(painter.font(), words, 3.0)
            box = place_label(anchor, size, taken, self.area, points=points)
            taken.append(box)
            paint_note(painter, box, words, look)

    def lines_at(self, place: QPointF) -> list[Line]:
        """How far the error lies above its least at the pointer."""
        if self.slice is None or self.path is None or not self.area.contains(place):
            return []
        x, y = self.to_data(place)
        names = [self.path.data.names[j] for j in self.pair]
        rise = self.slice.rise(np.array([x, y]))
        look = theme.current()
        return [
            (look.color("text2"), f"{names[0]} {short(x)}, {names[1]} {short(y)}"),
            (look.series(0), f"RSS / N is {short(rise)} above its least here"),
        ]

    def rows(self) -> list[list[Any]]:
        """The solution and the least RSS."""
        if self.slice is None or self.path is None:
            return []
        head = ["place", *(self.path.data.names[j] for j in self.pair)]
        places = (("solution", self.here), ("least RSS", self.slice.centre))
        return [head, *([name, *place.tolist()] for name, place in places)]


def _box_of(path: PenaltyPath, pair: tuple[int, int]) -> Box:
    """Around 0, with room for the solutions of all lambdas, their least RSS, and the whole diamond
    or disc of the best one."""
    two = list(pair)
    centres = [slice_of(path.data, beta, pair).centre for beta in path.betas[::4]]
    every = np.concatenate([path.betas[:, two], np.array(centres)])
    best = path.betas[path.best][two]
    shape = np.abs(best).sum() if path.kind == "L1" else np.linalg.norm(best)
    reach = 1.12 * max(float(np.abs(every).max()), float(shape), 1e-6)
    return (-reach, reach), (-reach, reach)
