"""The upright line of a chart at the past step that the window shows."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from gui.plots.chart_look import Frame
from gui.theme import Theme


def paint_past(painter: QPainter, frame: Frame, x: float, look: Theme) -> None:
    """x: in axis units. Nothing where the axis has been moved away from it."""
    if not frame.limits[0] <= x <= frame.limits[1]:
        return
    at, top, bottom = frame.pixel(x, 0.0).x(), frame.plot.top(), frame.plot.bottom()
    half = 5 * look.scale
    painter.save()
    painter.setPen(QPen(look.color("warn"), 1.6 * look.scale))
    painter.drawLine(QLineF(at, top, at, bottom))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("warn"))
    corners = [(at - half, top), (at + half, top), (at, top + 1.4 * half)]
    painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))
    painter.restore()
