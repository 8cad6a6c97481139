"""Labels beside points of a picture that cover neither one another nor the points."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from gui.plots.figure import CENTRE
from gui.theme import Theme, ink_on
from model.layer import Array

_TURNS = 16
_RINGS = np.array([1.0, 1.7, 2.6, 4.0, 6.0, 8.5])
_COVER_COST = 48.0


def tag_size(font: QFont, text: str, pad: float = 8.0) -> QSizeF:
    """px of a tag with this text."""
    metrics = QFontMetricsF(font)
    return QSizeF(metrics.horizontalAdvance(text) + 2 * pad, metrics.height() + pad * 0.6)


def place_label(
    anchor: QPointF,
    size: QSizeF,
    taken: list[QRectF],
    area: QRectF,
    *,
    points: Array | list[QPointF] | None = None,
    nearest: float = 14.0,
    prefer: float = -math.pi / 4,
) -> QRectF:
    """Where a label of this size goes: inside the area, off what is taken, near its anchor.

    points: px, (k, 2) or a list, what should not be covered; nearest: px from the anchor at least;
    prefer: the direction that is taken where all are alike, radians, y down.
    """
    half = np.array([size.width(), size.height()]) / 2
    middles = np.array([anchor.x(), anchor.y()]) + _directions(prefer) * (
        nearest * _RINGS[:, None, None] + half
    )
    middles = middles.reshape(-1, 2)
    low, high = middles - half, middles + half
    corner = np.array([area.left(), area.top()]), np.array([area.right(), area.bottom()])
    is_inside = (low >= corner[0]).all(axis=1) & (high <= corner[1]).all(axis=1)
    if not is_inside.any():
        return _inside(QRectF(anchor, size), area)
    off = np.minimum(np.arange(_TURNS), _TURNS - np.arange(_TURNS)) / _TURNS
    cost = (0.45 * _RINGS[:, None] + 0.3 * off).reshape(-1)
    cost = cost + _COVER_COST * _covered(low, high, taken) / float(4 * half.prod())
    if points is not None and len(points):
        points = as_array(points) if isinstance(points, list) else points
        x, y = points[:, 0], points[:, 1]
        hits = (x >= low[:, :1]) & (x <= high[:, :1]) & (y >= low[:, 1:]) & (y <= high[:, 1:])
        cost = cost + 0.25 * np.minimum(np.count_nonzero(hits, axis=1), 12)
    best = int(np.where(is_inside, cost, np.inf).argmin())
    return QRectF(QPointF(*low[best].tolist()), size)


def _directions(prefer: float) -> Array:
    """(1, turns, 2), the preferred one first."""
    turns = prefer + 2 * math.pi * np.arange(_TURNS) / _TURNS
    return np.stack([np.cos(turns), np.sin(turns)], axis=-1)[None]


def _covered(low: Array, high: Array, taken: list[QRectF]) -> Array:
    """px of each box, low and high (m, 2), that lie on what is taken, (m,)."""
    if not taken:
        return np.zeros(len(low))
    edges = np.array([[box.left(), box.top(), box.right(), box.bottom()] for box in taken])
    overlap = np.minimum(high[:, None], edges[:, 2:]) - np.maximum(low[:, None], edges[:, :2])
    return np.asarray(overlap.clip(min=0).prod(axis=2).sum(axis=1))


def as_array(points: list[QPointF]) -> Array:
    """(k, 2)."""
    return np.array([[point.x(), point.y()] for point in points]).reshape(-1, 2)


def _inside(box: QRectF, area: QRectF) -> QRectF:
    left = min(max(box.left(), area.left()), max(area.right() - box.width(), area.left()))
    top = min(max(box.top(), area.top()), max(area.bottom() - box.height(), area.top()))
    return QRectF(QPointF(left, top), box.size())


def paint_tag(painter: QPainter, box: QRectF, text: str, ground: QColor, edge: QColor) -> None:
    """A rounded tag in a colour, its ink what reads best on it; the painter's font."""
    painter.setPen(QPen(edge, 1.6))
    painter.setBrush(ground)
    radius = min(box.height() / 2, 10)
    painter.drawRoundedRect(box, radius, radius)
    painter.setPen(ink_on(ground))
    painter.drawText(box, int(CENTRE), text)


def paint_note(
    painter: QPainter, box: QRectF, text: str, look: Theme, ink: str = "text", pad: float = 3.0
) -> None:
    """Words on a soft ground, so that lines below do not disturb them; the painter's font."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.with_alpha("plotbg", 0.86))
    painter.drawRoundedRect(box.adjusted(-pad, -1, pad, 1), 4, 4)
    painter.setPen(look.color(ink))
    painter.drawText(box, int(CENTRE | Qt.TextFlag.TextDontClip), text)
