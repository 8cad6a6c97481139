"""Terms that add up, as bars that follow on each other."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from gui.canvas.cards.paint import (
    LEFT,
    RIGHT,
    draw_text,
    metrics,
    text_width,
)
from gui.debugger.views import math_paint
from gui.debugger.views.term_canvas import Hit
from gui.theme import Theme
from model.teaching.number_style import NumberStyle
from model.teaching.pictures import Stack
from model.teaching.terms import is_lit


class StackPicture:
    """Terms that add up, each beginning where the one before ended."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self.hits: list[Hit] = []
        self._rows: list[QRectF] = []
        self._names = self._numbers = 0.0
        self._area = QRectF()

    def arrange(self, rect: QRectF, style: NumberStyle, look: Theme) -> float:
        stack = self._stack
        line = metrics(look, "caption").height() * 1.45
        size = math_paint.size_of(stack.total_name, look.px("maths"))
        names = [text_width(look, "caption", name) for name in stack.names]
        values = [style.text(value) for value in (*stack.values, stack.total)]
        self._names = min(max(*names, size.width()) + 8, rect.width() * 0.5)
        self._numbers = max(text_width(look, "chip", value) for value in values) + 6
        self._rows = [
            QRectF(rect.x(), rect.y() + k * line, rect.width(), line)
            for k in range(len(stack.values) + 1)
        ]
        left = rect.x() + self._names + self._numbers + 8
        self._area = QRectF(left, rect.y(), rect.right() - left - 4, line * len(self._rows))
        terms = [*((term,) for term in stack.terms), (stack.total_term,)]
        numbers = (*stack.values, stack.total)
        names_shown = (*stack.names, "their sum")
        self.hits = [
            Hit(row, term, f"{name}: {style.full(value)}")
            for row, term, name, value in zip(self._rows, terms, names_shown, numbers, strict=True)
        ]
        return max(line * len(self._rows), size.height() + line * (len(self._rows) - 1)) + 4

    def paint(self, painter: QPainter, style: NumberStyle, look: Theme, lit: str) -> None:
        stack, area = self._stack, self._area
        ends = np.concatenate([[0.0], np.cumsum(stack.values)])
        low, high = float(min(ends.min(), stack.total, 0)), float(max(ends.max(), stack.total, 0))
        unit = area.width() / (high - low) if high > low else 0.0
        zero = area.x() - low * unit
        for k, (row, value) in enumerate(
            zip(self._rows, (*stack.values, stack.total), strict=True)
        ):
            is_total = k == len(stack.values)
            terms = (stack.total_term,) if is_total else (stack.terms[k],)
            if is_lit(lit, terms):
                painter.fillRect(row, look.color("highlight"))
            start = 0.0 if is_total else float(ends[k])
            bar = QRectF(zero + start * unit, row.y() + 5, value * unit, row.height() - 10)
            token = "pos" if value > 0 else "neg"
            painter.fillRect(bar.normalized(), look.color("bwd" if is_total else token))
            self._paint_words(painter, style, look, k, is_lit(lit, terms))
            if not is_total:
                x = zero + float(ends[k + 1]) * unit
                painter.setPen(QPen(look.color("text3"), 1, Qt.PenStyle.DotLine))
                painter.drawLine(QPointF(x, row.bottom() - 5), QPointF(x, row.bottom() + 5))
        painter.setPen(QPen(look.color("border2"), 1))
        painter.drawLine(QPointF(zero, area.top()), QPointF(zero, area.bottom()))
        last = self._rows[-1]
        painter.drawLine(last.topLeft(), last.topRight())

    def _paint_words(
        self, painter: QPainter, style: NumberStyle, look: Theme, k: int, is_on: bool
    ) -> None:
        stack, row = self._stack, self._rows[k]
        is_total = k == len(stack.values)
        token = "hitext" if is_on else "text"
        room = QRectF(row.x(), row.y(), self._names, row.height())
        if is_total:
            size = math_paint.size_of(stack.total_name, look.px("maths"))
            place = QPointF(row.x() + 2, row.center().y() - size.height() / 2)
            math_paint.paint(
                painter, place, stack.total_name, look.px("maths"), look, default=token
            )
        else:
            draw_text(painter, room, stack.names[k], look, "caption", token, LEFT)
        value = stack.total if is_total else stack.values[k]
        numbers = QRectF(row.x() + self._names, row.y(), self._numbers, row.height())
        draw_text(painter, numbers, style.text(value), look, "chip", token, RIGHT)
