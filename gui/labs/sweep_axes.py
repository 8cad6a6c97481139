"""How the axes of parallel coordinates are painted: marks, titles, brushes, the bar of colours."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QLinearGradient, QPainter, QPen

from gui.labs.sweep_scale import FigureScale
from gui.plots.figure import CENTRE, LEFT, RIGHT
from gui.theme import Theme

BAR = 12.0
"""px of the colour bar at the figure's axis."""


def paint_bar(painter: QPainter, look: Theme, area: QRectF, scale: FigureScale) -> None:
    """The colours of a figure, at the right of the area."""
    ramp = QLinearGradient(area.bottomLeft(), area.topLeft())
    for k in range(11):
        ramp.setColorAt(k / 10, scale.color_at(k / 10, look))
    painter.setPen(QPen(look.color("axis"), 1))
    painter.setBrush(ramp)
    painter.drawRect(QRectF(area.right(), area.top(), BAR, area.height()))


def paint_brush(painter: QPainter, look: Theme, x: float, top: float, bottom: float) -> None:
    """What is kept of an axis."""
    painter.setPen(QPen(look.color("accent"), 1.6))
    painter.setBrush(look.with_alpha("accent", 0.25))
    painter.drawRoundedRect(QRectF(x - 8, top, 16, max(bottom - top, 2.0)), 3, 3)


def paint_mark(painter: QPainter, look: Theme, at: QPointF, text: str, *, is_figure: bool) -> None:
    """A tick and its text: at the left of an axis, of the figure's at the right of its bar."""
    metrics = QFontMetricsF(look.font("chip"))
    height, width = metrics.height(), metrics.horizontalAdvance(text) + 4
    painter.setPen(QPen(look.color("axis"), 1))
    if is_figure:
        left = at.x() + BAR
        painter.drawLine(QPointF(left, at.y()), QPointF(left + 4, at.y()))
        box = QRectF(left + 7, at.y() - height / 2, width, height)
        painter.setPen(look.color("text2"))
        painter.drawText(box, int(LEFT | Qt.TextFlag.TextDontClip), text)
        return
    painter.drawLine(QPointF(at.x() - 4, at.y()), at)
    box = QRectF(at.x() - 8 - width, at.y() - height / 2, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("plotbg"))
    painter.drawRoundedRect(box.adjusted(0, 2, 2, -2), 3, 3)
    painter.setPen(look.color("text2"))
    painter.drawText(box, int(RIGHT | Qt.TextFlag.TextDontClip), text)


def paint_titles(
    painter: QPainter, look: Theme, words: list[str], places: list[float], width: float
) -> None:
    """The names of all axes in one row, each above its own, cut short where there is no room.

    places: px of the axes; width: px of the picture.
    """
    painter.setFont(look.font("caption"))
    painter.setPen(look.color("text"))
    metrics = QFontMetricsF(look.font("caption"))
    gap = (places[-1] - places[0]) / max(len(places) - 1, 1) - 12
    last = len(places) - 1
    for k, (text, x) in enumerate(zip(words, places, strict=True)):
        wanted = metrics.horizontalAdvance(text) + 4
        if k == 0:
            room, align = min(gap / 2 + x, wanted), LEFT
            left = 6.0
        elif k == last:
            room, align = min(gap / 2 + width - x, wanted), RIGHT
            left = width - room - 6
        else:
            room, align = gap, CENTRE
            left = x - room / 2
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(left, 4, room, metrics.height() + 2), int(align), shown)
