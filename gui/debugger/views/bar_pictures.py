"""Small pictures of numbers: losses as bars, terms that add up, a step on a line, an area."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from gui.canvas.cards.paint import (
    CENTRE,
    LEFT,
    RIGHT,
    draw_fitting,
    draw_text,
    metrics,
    text_width,
)
from gui.debugger.views import math_paint
from gui.debugger.views.axes import ticks
from gui.debugger.views.grid import Grid
from gui.debugger.views.term_canvas import Hit
from gui.debugger.views.term_words import words_of
from gui.theme import Theme
from model.teaching.number_style import NumberStyle
from model.teaching.picturing import Bars, NumberLine, Rectangle, Stack
from model.teaching.terms import is_lit, mark

_MARGIN = 4.0


class BarsPicture:
    """Prediction and target beside each other for every number; below, the delta of each."""

    def __init__(self, bars: Bars, choose: Callable[[int], None]) -> None:
        self._bars = bars
        self._choose = choose
        self.hits: list[Hit] = []
        self._upper, self._lower, self._title = QRectF(), QRectF(), QRectF()

    def arrange(self, rect: QRectF, style: NumberStyle, look: Theme) -> float:
        line = metrics(look, "chip").height()
        scale = min(look.scale, 1.35)
        self._title = QRectF(
            rect.x(), rect.y(), rect.width(), metrics(look, "caption").height() + 6
        )
        left = 34 * look.scale
        y = self._title.bottom() + 4
        self._upper = QRectF(rect.x() + left, y, rect.width() - left, 78 * scale)
        y = self._upper.bottom() + line + 2
        self._lower = QRectF(rect.x() + left, y, rect.width() - left, 64 * scale)
        self.hits = []
        predicted = ("input:prediction", "local")
        self.hits.append(self._hit(self._upper, predicted, self._bars.predictions, None))
        if self._bars.deltas is None:
            return self._upper.bottom() + line + 4 - rect.y()
        deltas = self._bars.deltas
        self.hits.append(self._hit(self._lower, ("downstream",), deltas, self._choose))
        return self._lower.bottom() + 4 - rect.y()

    def _hit(
        self,
        rect: QRectF,
        terms: tuple[str, ...],
        values: np.ndarray,
        choose: Callable[[int], None] | None,
    ) -> Hit:
        grid = Grid(values, "delta", is_wrapped=False)
        return Hit(rect, terms, words_of(terms), grid, rect, (0,) if choose else (), choose)

    def paint(self, painter: QPainter, style: NumberStyle, look: Theme, lit: str) -> None:
        self._paint_legend(painter, look, lit)
        self._paint_pairs(painter, look, lit)
        if self._bars.deltas is not None:
            self._paint_deltas(painter, style, look, lit)

    def _paint_legend(self, painter: QPainter, look: Theme, lit: str) -> None:
        x = self._title.x()
        entries = (
            ("fwd", self._bars.prediction_name, "prediction", "input:prediction"),
            ("text3", "y", "target", "input:target"),
        )
        for token, symbol, words, term in entries:
            side = 10 * look.scale
            box = QRectF(x, self._title.center().y() - side / 2, side, side)
            if token == "fwd":
                painter.fillRect(box, look.color(token))
            else:
                painter.setPen(QPen(look.color("text"), 1.4))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(box.adjusted(1, 1, -1, -1))
            x += side + 5
            size = math_paint.size_of(symbol, look.px("body"))
            place = QPointF(x, self._title.center().y() - size.height() / 2)
            math_paint.paint(painter, place, mark(term, symbol), look.px("body"), look, lit=lit)
            x += size.width() + 5
            width = text_width(look, "caption", words) + 2
            rect = QRectF(x, self._title.y(), width, self._title.height())
            draw_text(painter, rect, words, look, "caption", "text2", LEFT)
            x += width + 16

    def _paint_pairs(self, painter: QPainter, look: Theme, lit: str) -> None:
        bars, area = self._bars, self._upper
        most = max(
            float(np.nanmax(np.abs(bars.predictions))), float(np.abs(bars.targets).max()), 1e-12
        )
        low = min(float(np.nanmin(bars.predictions)), float(bars.targets.min()), 0.0)
        is_signed = low < 0
        zero = area.center().y() if is_signed else area.bottom()
        unit = (area.height() / 2 if is_signed else area.height()) / most
        cell = area.width() / len(bars.predictions)
        width = min(cell * 0.36, 26 * look.scale)
        is_on = is_lit(lit, ("input:prediction", "local"))
        for k, (said, true) in enumerate(zip(bars.predictions, bars.targets, strict=True)):
            middle = area.x() + (k + 0.5) * cell
            said = float(np.nan_to_num(said))
            painter.fillRect(
                _bar(middle - width, zero, width - 1, said * unit),
                look.color("highlight" if is_on else "fwd"),
            )
            painter.setPen(QPen(look.color("text"), 1.4))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            if true:
                painter.drawRect(_bar(middle + 1, zero, width - 1, float(true) * unit))
            self._number(painter, look, k, middle, cell)
        painter.setPen(QPen(look.color("border2"), 1))
        painter.drawLine(QPointF(area.left(), zero), QPointF(area.right(), zero))

    def _number(self, painter: QPainter, look: Theme, k: int, middle: float, cell: float) -> None:
        """The number of the output, from 1 as in formulas."""
        text = str(k + 1)
        if cell < text_width(look, "chip", "00") + 2 and k % 5 != 4:
            return
        line = metrics(look, "chip").height()
        rect = QRectF(middle - 30, self._upper.bottom() + 1, 60, line)
        draw_text(painter, rect, text, look, "chip", "text3", CENTRE)

    def _paint_deltas(self, painter: QPainter, style: NumberStyle, look: Theme, lit: str) -> None:
        deltas, area = self._bars.deltas, self._lower
        if deltas is None:
            return
        most = float(np.nanmax(np.abs(deltas))) or 1.0
        unit = area.height() / 2 / most
        zero = area.center().y()
        cell = area.width() / len(deltas)
        width = min(cell * 0.7, 52 * look.scale)
        is_on = is_lit(lit, ("downstream",))
        if is_on:
            painter.fillRect(area.adjusted(-2, -1, 0, 1), look.color("highlight"))
        for k, delta in enumerate(deltas):
            middle = area.x() + (k + 0.5) * cell
            value = float(np.nan_to_num(delta))
            token = "pos" if value > 0 else "neg"
            painter.fillRect(_bar(middle - width / 2, zero, width, value * unit), look.color(token))
        painter.setPen(QPen(look.color("border2"), 1))
        painter.drawLine(QPointF(area.left(), zero), QPointF(area.right(), zero))
        size = math_paint.size_of(r"\delta", look.px("maths"))
        place = QPointF(area.x() - size.width() - 10, zero - size.height() / 2)
        math_paint.paint(
            painter, place, mark("downstream", r"\delta"), look.px("maths"), look, lit=lit
        )
        self._paint_factor(painter, style, look)

    def _paint_factor(self, painter: QPainter, style: NumberStyle, look: Theme) -> None:
        """How the delta follows from the difference."""
        if self._bars.factor is None:
            return
        name = self._bars.prediction_name
        tex = rf"\delta = {style.latex(self._bars.factor)} \, ({name} - y)"
        size = math_paint.size_of(tex, look.px("body"))
        x = self._title.right() - size.width()
        place = QPointF(x, self._title.center().y() - size.height() / 2)
        math_paint.paint(painter, place, tex, look.px("body"), look)


def _bar(x: float, zero: float, width: float, height: float) -> QRectF:
    return QRectF(x, zero - max(height, 0.0), max(width, 1.0), abs(height))


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
                QRectF(old - half, middle - 16, 2 * half, 32), ("part:theta",), self._tip(0, style)
            ),
            Hit(between, ("part:step",), self._tip(1, style)),
            Hit(QRectF(new - half, middle - 16, 2 * half, 32), ("part:new",), self._tip(2, style)),
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
        self._paint_value(painter, style, look, line.old, ("part:theta",), lit, is_new=False)
        self._paint_value(painter, style, look, line.new, ("part:new",), lit, is_new=True)
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
        text = f"{style.text(line.old)} − {shown} = {style.text(line.new)}"
        rect = QRectF(self._rect.x(), self._rect.bottom() - height, self._rect.width(), height)
        draw_fitting(painter, rect, text, look, "chip", "text3", CENTRE)


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
