"""A plain pair of axes for small pictures: round ticks, and places on the screen."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPen

from gui.canvas.cards.paint import CENTRE, RIGHT, draw_text, metrics, text_width
from gui.theme import Theme
from model.teaching.number_style import NumberStyle


def ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers in a range."""
    span = high - low
    if not span > 0 or not math.isfinite(span):
        return []
    step = 10.0 ** math.floor(math.log10(span / most))
    step = next(step * k for k in (1, 2, 5, 10, 20) if span / (step * k) <= most)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [k * step for k in range(first, last + 1)]


class Axes:
    """Numbers from (x_low, y_low) to (x_high, y_high) inside of a rectangle."""

    def __init__(
        self, rect: QRectF, x_range: tuple[float, float], y_range: tuple[float, float]
    ) -> None:
        self.rect = rect
        self.x_low, self.x_high = _opened(*x_range)
        self.y_low, self.y_high = _opened(*y_range)

    def x(self, value: float) -> float:
        return self.rect.x() + (value - self.x_low) / (self.x_high - self.x_low) * self.rect.width()

    def y(self, value: float) -> float:
        share = (value - self.y_low) / (self.y_high - self.y_low)
        return self.rect.bottom() - share * self.rect.height()

    def point(self, x: float, y: float) -> QPointF:
        return QPointF(self.x(x), self.y(y))

    def value_at(self, x: float) -> float:
        """The number at a place on the screen."""
        share = (x - self.rect.x()) / self.rect.width()
        return self.x_low + share * (self.x_high - self.x_low)

    def paint(self, painter: QPainter, style: NumberStyle, look: Theme, busy: list[float]) -> None:
        """Grid and numbers. busy: numbers on the x axis that are written by somebody else."""
        rect = self.rect
        tick = NumberStyle(4, has_comma=style.has_comma)
        height = metrics(look, "chip").height()
        across = max(2, int(rect.width() / (52 * look.scale)))
        up = max(2, int(rect.height() / (30 * look.scale)))
        for value in ticks(self.y_low, self.y_high, up):
            y = round(self.y(value)) + 0.5
            painter.setPen(QPen(look.color("plotgrid"), 1))
            painter.drawLine(QPointF(rect.x(), y), QPointF(rect.right(), y))
            room = QRectF(rect.x() - 60 * look.scale, y - height / 2, 54 * look.scale, height)
            draw_text(painter, room, tick.text(value), look, "chip", "axis", RIGHT)
        taken = [(self.x(each), text_width(look, "chip", style.text(each))) for each in busy]
        for value in ticks(self.x_low, self.x_high, across):
            x = round(self.x(value)) + 0.5
            painter.setPen(QPen(look.color("plotgrid"), 1))
            painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))
            text = tick.text(value)
            width = text_width(look, "chip", text)
            if all(abs(x - other) > (width + wide) / 2 + 8 for other, wide in taken):
                room = QRectF(x - width, rect.bottom() + 3, 2 * width, height)
                draw_text(painter, room, text, look, "chip", "axis", CENTRE)
        painter.setPen(QPen(look.color("border2"), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.drawLine(rect.topLeft(), rect.bottomLeft())


def _opened(low: float, high: float) -> tuple[float, float]:
    if not (np.isfinite(low) and np.isfinite(high)):
        return -1.0, 1.0
    if high - low <= 1e-12 * max(abs(low), abs(high), 1e-30):
        room = max(abs(low) * 0.5, 1.0)
        return low - room, high + room
    return low, high
