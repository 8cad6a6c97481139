"""A product of two numbers as an area."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from gui.canvas.cards.paint import (
    CENTRE,
    LEFT,
    draw_fitting,
    metrics,
)
from gui.debugger.views.term_canvas import Hit
from gui.debugger.views.term_words import words_of
from gui.theme import Theme
from model.teaching.number_style import NumberStyle
from model.teaching.pictures import Rectangle
from model.teaching.terms import is_lit


class RectanglePicture:
    """a times b as an area: where a grows by 1, the area grows by b."""

    def __init__(self, rectangle: Rectangle) -> None:
        self._it = rectangle
        self.hits: list[Hit] = []
        self._area, self._strip = QRectF(), QRectF()
        self._rect = QRectF()

    def arrange(self, rect: QRectF, style: NumberStyle, look: Theme) -> float:
        it = self._it
        height = 150 * min(look.scale, 1.35)
        self._rect = QRectF(rect.x(), rect.y(), rect.width(), height)
        line = metrics(look, "chip").height()
        room = self._rect.adjusted(52 * look.scale, line + 8, -10, -line - 10)
        a, b = max(abs(it.a), 1e-9), max(abs(it.b), 1e-9)
        grown_a, grown_b = (a + 1, b) if it.by == it.a_name else (a, b + 1)
        unit_x, unit_y = room.width() / grown_a, room.height() / grown_b
        unit = min(unit_x, unit_y)
        unit_x = unit_y = unit
        if min(a, b) * unit < 24:  # a thin area is drawn thicker than it is
            unit_x, unit_y = room.width() / grown_a, room.height() / grown_b
        self._area = QRectF(room.x(), room.bottom() - b * unit_y, a * unit_x, b * unit_y)
        if it.by == it.a_name:
            self._strip = QRectF(self._area.right(), self._area.y(), unit_x, self._area.height())
        else:
            self._strip = QRectF(
                self._area.x(), self._area.y() - unit_y, self._area.width(), unit_y
            )
        slope = it.b if it.by == it.a_name else it.a
        self.hits = [
            Hit(self._area, ("out",), f"{words_of(('out',))}: {style.full(it.a * it.b)}"),
            Hit(self._strip, ("local",), f"{words_of(('local',))}: {style.full(slope)}"),
        ]
        return height

    def paint(self, painter: QPainter, style: NumberStyle, look: Theme, lit: str) -> None:
        it = self._it
        line = metrics(look, "chip").height()
        is_on = is_lit(lit, ("local",))
        painter.setPen(QPen(look.color("fwd"), 1.6))
        painter.setBrush(look.color("fwdbg"))
        painter.drawRect(self._area)
        painter.setPen(QPen(look.color("text"), 1.4, Qt.PenStyle.DashLine))
        painter.setBrush(look.color("highlight") if is_on else look.with_alpha("highlight", 0.55))
        painter.drawRect(self._strip)
        draw_fitting(painter, self._area, style.text(it.a * it.b), look, "mono", "fwd", CENTRE)
        slope = style.text(it.b if it.by == it.a_name else it.a)
        sign = "+" if not slope.startswith("−") else ""
        draw_fitting(painter, self._strip, f"{sign}{slope}", look, "chip", "hitext", CENTRE)
        below = QRectF(self._area.x(), self._area.bottom() + 3, self._area.width(), line)
        left = QRectF(self._rect.x(), self._area.center().y() - line / 2, 48 * look.scale, line)
        draw_fitting(
            painter, below, f"{it.a_name} = {style.text(it.a)}", look, "chip", "text", CENTRE
        )
        draw_fitting(
            painter, left, f"{it.b_name} = {style.text(it.b)}", look, "chip", "text", CENTRE
        )
        title = QRectF(self._rect.x(), self._rect.y(), self._rect.width(), line + 4)
        words = f"{it.by} grows by 1: the area by {slope}"
        draw_fitting(painter, title, words, look, "caption", "text2", LEFT)
