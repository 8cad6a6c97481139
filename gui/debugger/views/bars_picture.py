"""A loss as bars: what was said, what was true, and what is passed down."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from gui.canvas.cards.paint import (
    CENTRE,
    LEFT,
    draw_text,
    metrics,
    text_width,
)
from gui.debugger.views import math_paint
from gui.debugger.views.grid import Grid
from gui.debugger.views.term_canvas import Hit
from gui.debugger.views.term_words import words_of
from gui.theme import Theme
from model.teaching.number_style import NumberStyle
from model.teaching.pictures import Bars
from model.teaching.terms import is_lit, mark


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
