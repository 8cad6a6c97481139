"""How several optimisers are told apart: by colour, by marker, by dash and by name."""

from __future__ import annotations

import math
from functools import lru_cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from gui.theme import Theme

MARKERS = 10
"""So many shapes; more racers than that repeat them in another colour."""


_DASHES: tuple[list[float], ...] = ([], [3, 1.5], [], [6, 2], [1.5, 1.5])
"""In line widths; [] is a solid line."""


def racer_color(look: Theme, number: int) -> QColor:
    """The colour of a racer; after five they repeat with another marker."""
    return look.series(number)


def racer_pen(look: Theme, number: int, width: float) -> QPen:
    """Solid, dashed or dotted, in the racer's colour."""
    pen = QPen(racer_color(look, number), width)
    dash = _DASHES[(number + number // 5) % len(_DASHES)]
    if dash:
        pen.setDashPattern(dash)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def paint_marker(
    painter: QPainter, place: QPointF, number: int, radius: float, look: Theme, edge: str = "plotbg"
) -> None:
    """The marker of a racer: circle, square, triangle, diamond, ... edge: the colour token of its
    outline, "" for none."""
    pen = QPen(look.color(edge), max(1.0, radius / 5)) if edge else Qt.PenStyle.NoPen
    painter.setPen(pen)
    painter.setBrush(racer_color(look, number))
    shape = number % MARKERS
    if shape == 0:
        painter.drawEllipse(place, radius, radius)
        return
    painter.drawPolygon(_polygon(shape, radius).translated(place))


@lru_cache(maxsize=128)
def _polygon(shape: int, radius: float) -> QPolygonF:
    """Around (0, 0)."""
    return QPolygonF([QPointF(radius * x, radius * y) for x, y in _corners(shape)])


def _corners(shape: int) -> list[tuple[float, float]]:
    """Around a circle of radius 1, y down."""
    if shape == 1:
        return [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]
    if shape == 4:
        return [(x, -y) for x, y in _regular(3)]
    if shape in (5, 8):  # plus and cross
        t = 0.38
        plus = [(-t, -1.1), (t, -1.1), (t, -t), (1.1, -t), (1.1, t), (t, t)]
        plus += [(t, 1.1), (-t, 1.1), (-t, t), (-1.1, t), (-1.1, -t), (-t, -t)]
        if shape == 5:
            return plus
        half = math.sqrt(0.5)
        return [(half * (x - y), half * (x + y)) for x, y in plus]
    if shape == 6:
        return _star(5)
    return {2: _regular(3), 3: _regular(4), 7: _regular(5), 9: _regular(6)}[shape]


def _regular(sides: int) -> list[tuple[float, float]]:
    reach = {3: 1.35, 4: 1.3}.get(sides, 1.12)
    turns = [2 * math.pi * k / sides for k in range(sides)]
    return [(reach * math.sin(turn), -reach * math.cos(turn)) for turn in turns]


def _star(points: int) -> list[tuple[float, float]]:
    found = []
    for k in range(2 * points):
        reach = 0.55 if k % 2 else 1.35
        turn = math.pi * k / points
        found.append((reach * math.sin(turn), -reach * math.cos(turn)))
    return found
