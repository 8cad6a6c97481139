"""A step of one weight on a number line."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from gui.canvas.cards.paint import (
    CENTRE,
    draw_fitting,
    draw_text,
    metrics,
    text_width,
)
from gui.debugger.views import math_paint
from gui.debugger.views.axes import ticks
from gui.debugger.views.term_canvas import Hit
from gui.theme import Theme
from model.teaching.number_style import NumberStyle
from model.teaching.pictures import NumberLine
from model.teaching.terms import is_lit


class LinePicture:
    """Where a weight stood, how far it steps, and where it stands then."""

    def __init__(self, line: NumberLine) -> None:
        self._line = line
        self.hits: list[Hit] = []
        self._rect, self._area = QRectF(), QRectF()

    def arrange(self, rect: QRectF, style: NumberStyle, look: Theme) -> float:
        line = metrics(look, "chip").height()
        size = math_paint.size_of(self._line.symbol, look.px("maths"))
        height = 4 * line + 30 * min(look.scale, 1.35)
        self._rect = QRectF(rect.x(), rect.y(), rect.width(), height)
        left = size.width() + 18
        self._area = self._rect.adjusted(left, 1.6 * line, -12, -1.6 * line)
        old, new = self._x(self._line.old), self._x(self._line.new)
        middle = self._area.center().y()
        half = 12.0
        between = QRectF(min(old, new) + half, middle - 14, abs(new - old) - 2 * half, 28)
        self.hits = [
            Hit(
                QRectF(old - half, middle - 16, 2 * half, 32),
                self._line.terms[:1],
                self._tip(0, style),
            ),
            Hit(between, ("part:step",), self._tip(1, style)),
            Hit(
                QRectF(new - half, middle - 16, 2 * half, 32),
                self._line.terms[1:],
                self._tip(2, style),
            ),
        ]
        return height

    def _tip(self, number: int, style: NumberStyle) -> str:
        line = self._line
        words = ("old value", "step", "new value")[number]
        return f"{words}: {style.full((line.old, line.step, line.new)[number])}"

    def _range(self) -> tuple[float, float]:
        line = self._line
        low, high = min(line.old, line.new), max(line.old, line.new)
        room = max((high - low) * 0.9, abs(line.old) * 1e-6, 1e-12)
        return low - room, high + room

    def _x(self, value: float) -> float:
        low, high = self._range()
        share = (value - low) / (high - low)
        return self._area.x() + share * self._area.width() if np.isfinite(share) else self._area.x()

    def paint(self, painter: QPainter, style: NumberStyle, look: Theme, lit: str) -> None:
        line, area = self._line, self._area
        middle = area.center().y()
        size = math_paint.size_of(line.symbol, look.px("maths"))
        place = QPointF(self._rect.x() + 2, middle - size.height() / 2)
        math_paint.paint(painter, place, line.symbol, look.px("maths"), look)
        painter.setPen(QPen(look.color("border2"), 1.4))
        painter.drawLine(QPointF(area.left(), middle), QPointF(area.right(), middle))
        low, high = self._range()
        for value in ticks(low, high, max(2, int(area.width() / (110 * look.scale)))):
            x = self._x(value)
            painter.setPen(QPen(look.color("border2"), 1))
            painter.drawLine(QPointF(x, middle - 4), QPointF(x, middle + 4))
        self._paint_step(painter, look, lit)
        self._paint_value(painter, style, look, line.old, line.terms[:1], lit, is_new=False)
        self._paint_value(painter, style, look, line.new, line.terms[1:], lit, is_new=True)
        self._paint_sum(painter, style, look)

    def _paint_step(self, painter: QPainter, look: Theme, lit: str) -> None:
        old, new = self._x(self._line.old), self._x(self._line.new)
        y = self._area.center().y()
        token = "highlight" if is_lit(lit, ("part:step",)) else "upd"
        size = 6.0 * min(look.scale, 1.35)
        toward = 1.0 if new > old else -1.0
        if abs(new - old) < 2:
            return
        painter.setPen(QPen(look.color(token), 3.2 * min(look.scale, 1.35)))
        painter.drawLine(QPointF(old, y), QPointF(new - toward * size, y))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color(token))
        tip = QPointF(new - toward * size * 0.6, y)
        back = tip.x() - toward * size * 1.6
        painter.drawPolygon(QPolygonF([tip, QPointF(back, y - size), QPointF(back, y + size)]))

    def _paint_value(
        self,
        painter: QPainter,
        style: NumberStyle,
        look: Theme,
        value: float,
        terms: tuple[str, ...],
        lit: str,
        *,
        is_new: bool,
    ) -> None:
        """The old one above the line, the new one below."""
        x, y = self._x(value), self._area.center().y()
        is_on = is_lit(lit, terms)
        radius = 5.0 * min(look.scale, 1.35)
        painter.setPen(QPen(look.color("upd"), 2))
        painter.setBrush(look.color("highlight" if is_on else "upd" if is_new else "surface"))
        painter.drawEllipse(QPointF(x, y), radius, radius)
        text = style.text(value)
        words = f"new {text}" if is_new else f"old {text}"
        width, line = text_width(look, "chip", words) + 8, metrics(look, "chip").height()
        left = min(max(x - width / 2, self._rect.left()), self._rect.right() - width)
        top = y + 12 if is_new else y - 12 - line
        rect = QRectF(left, top, width, line)
        if is_on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("highlight"))
            painter.drawRoundedRect(rect, 3, 3)
        draw_text(painter, rect, words, look, "chip", "hitext" if is_on else "text", CENTRE)

    def _paint_sum(self, painter: QPainter, style: NumberStyle, look: Theme) -> None:
        line = self._line
        height = metrics(look, "chip").height()
        step = style.text(line.step)
        shown = f"({step})" if line.step < 0 else step
        start = style.text(line.old)
        if line.decayed is not None:
            start += f" → {style.text(line.decayed)}"
        text = f"{start} − {shown} = {style.text(line.new)}"
        rect = QRectF(self._rect.x(), self._rect.bottom() - height, self._rect.width(), height)
        draw_fitting(painter, rect, text, look, "chip", "text3", CENTRE)
