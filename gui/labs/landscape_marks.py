"""Marks of places on a map: where a race starts, and where J is least."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from gui.theme import Theme


def paint_minimum(painter: QPainter, look: Theme, at: QPointF, wide: float) -> None:
    """A cross with a halo."""
    for token, width in (("plotbg", 5.0), ("text", 2.4)):
        painter.setPen(QPen(look.color(token), width * wide))
        for dx, dy in ((9 * wide, 0.0), (0.0, 9 * wide)):
            painter.drawLine(at - QPointF(dx, dy), at + QPointF(dx, dy))


def paint_start(painter: QPainter, look: Theme, at: QPointF, wide: float) -> None:
    """A ring with hairs."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    ring, inner, outer = 10 * wide, 5 * wide, 16 * wide
    for token, width in (("plotbg", 4.4), ("text", 2.2)):
        painter.setPen(QPen(look.color(token), width * wide))
        painter.drawEllipse(at, ring, ring)
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            painter.drawLine(
                at + QPointF(dx * inner, dy * inner), at + QPointF(dx * outer, dy * outer)
            )


def around(at: QPointF, reach: float) -> QRectF:
    """The square of a mark, which labels stay off."""
    return QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach)


def edge_towards(box: QRectF, anchor: QPointF) -> QPointF:
    """The nearest place on a box's edge."""
    return QPointF(
        min(max(anchor.x(), box.left()), box.right()),
        min(max(anchor.y(), box.top()), box.bottom()),
    )
