"""Labels beside points of a picture that cover neither one another nor the points."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from gui.plots.figure import CENTRE
from gui.theme import Theme, ink_on

_TURNS = 16
_COVER_COST = 8.0


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
    points: list[QPointF] = [],  # noqa: B006 - never changed
    nearest: float = 14.0,
    prefer: float = -math.pi / 4,
) -> QRectF:
    """Where a label of this size goes: inside the area, off what is taken, near its anchor.

    points: what should not be covered; nearest: px from the anchor at least; prefer: the direction
    that is taken where all are alike, radians, y down.
    """
    best, least = QRectF(anchor, size), math.inf
    for ring in (1.0, 1.7, 2.6, 4.0, 6.0, 8.5):
        for k in range(_TURNS):
            turn = prefer + 2 * math.pi * k / _TURNS
            reach = nearest * ring
            half = QPointF(size.width() / 2, size.height() / 2)
            middle = QPointF(
                anchor.x() + math.cos(turn) * (reach + half.x()),
                anchor.y() + math.sin(turn) * (reach + half.y()),
            )
            box = QRectF(middle - half, size)
            if not area.contains(box):
                continue
            covered = sum(_overlap(box, other) for other in taken) / (size.width() * size.height())
            hits = sum(box.contains(point) for point in points)
            off = min(k, _TURNS - k) / _TURNS
            cost = _COVER_COST * covered * 6 + 0.25 * min(hits, 12) + 0.45 * ring + 0.3 * off
            if cost < least:
                best, least = box, cost
    if math.isinf(least):
        best = _inside(best, area)
    return best


def _overlap(a: QRectF, b: QRectF) -> float:
    both = a.intersected(b)
    return both.width() * both.height() if both.isValid() else 0.0


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
