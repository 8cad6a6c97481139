"""Below the tiles: one chosen number written out, term by term, or every part of an update."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from gui.canvas.cards.paint import (
    CENTRE,
    LEFT,
    RIGHT,
    draw_fitting,
    hairline,
    metrics,
    text_width,
)
from gui.debugger.views import math_paint
from gui.debugger.views.term_canvas import Hit
from gui.debugger.views.term_words import words_of
from gui.theme import Theme
from model.layer import Array
from model.teaching.anatomy import SYMBOLS as OF_OPTIMISERS
from model.teaching.equation import Equation, Part
from model.teaching.number_style import NumberStyle
from model.teaching.terms import is_lit, mark
from model.teaching.weight_changes import SYMBOLS as OF_CHANGES
from model.teaching.weight_changes import WORDS

_MOST_ROWS = 8
_LEFT = 4.0
_IN_WORDS = {
    "theta": "old value",
    "rho": "learning rate",
    "decayed": "old value, decayed",
    "mean": "mean of the gradients",
    "square": "mean of their squares",
    "square before": "squares before",
    "mean correction": "correction of the mean",
    "square correction": "correction of the squares",
    "corrected mean": "mean, corrected",
    "corrected square": "squares, corrected",
    "new": "new value",
    **WORDS,
}
"""Parts of an update whose name says too little."""
_SYMBOLS = {**OF_OPTIMISERS, **OF_CHANGES}
Terms = tuple[str, ...]


@dataclass(frozen=True)
class _Cell:
    """A text, or a formula with marks, in a column."""

    rect: QRectF
    text: str
    terms: Terms
    token: str
    role: str
    align: int
    is_formula: bool = False


class SumTable:
    """Cells put down from top to bottom; `hits` are their terms."""

    def __init__(self, style: NumberStyle, look: Theme, width: float) -> None:
        self._style, self._look, self._width = style, look, width
        self._cells: list[_Cell] = []
        self._lines: list[QRectF] = []
        self.hits: list[Hit] = []
        self._row = metrics(look, "chip").height() * 1.35
        self._sign = text_width(look, "chip", "×") + 12

    def put_products(self, equation: Equation, y: float, symbol: str) -> tuple[float, str]:
        """upstream times local, the largest terms, and their total. Returns the lower edge and
        what is to be said about terms that are left out."""
        written = equation.written
        if written is None:
            return y, ""
        text = self._style.text
        products = written.upstream * written.local
        counts = max(int(np.count_nonzero(products)), 1)  # a term of 0 adds nothing
        order = np.argsort(-np.abs(np.nan_to_num(products)), kind="stable")
        order = order[: min(counts, _MOST_ROWS)]
        rows = [
            (text(written.upstream[k]), text(written.local[k]), text(products[k]))
            for k in np.sort(order)
        ]
        result = _result_of(equation)
        widths = self._fitted([max(self._wide(row[k]) for row in rows) for k in range(3)], 3)
        terms = (("upstream",), ("local",), result.terms)
        for number, row in enumerate(rows):
            x = self._put_sign(_LEFT, y, "+" if number else "")
            for k, (number_text, wide) in enumerate(zip(row, widths, strict=True)):
                self._put(QRectF(x, y, wide, self._row), number_text, terms[k])
                x += wide
                if k < 2:
                    x = self._put_sign(x, y, "×="[k])
            y += self._row
        right = _LEFT + sum(widths) + 3 * self._sign
        y = self._put_total(symbol, written.total, result.terms, y, right)
        left = counts - len(rows)
        more = f"and {left:,} more terms" if left > 1 else "and 1 more term"
        return y, f"The largest {len(rows)} {more}." if left else ""

    def put_terms(self, equation: Equation, y: float, symbol: str) -> float:
        """What arrives at a fan-out, and its sum."""
        *parts, total = equation.parts
        place = total.lit[0]
        values = [float(part.values.reshape(-1)[place]) for part in parts]
        texts = [self._style.text(value) for value in values]
        (wide,) = self._fitted([max(map(self._wide, texts))], 1)
        for number, (part, text) in enumerate(zip(parts, texts, strict=True)):
            x = self._put_sign(_LEFT, y, "+" if number else "")
            self._put(QRectF(x, y, wide, self._row), text, part.terms)
            x += wide + 12
            words = QRectF(x, y, max(self._width - x, 10.0), self._row)
            self._put(words, part.caption, (), "text2", "caption", LEFT)
            y += self._row
        value = float(total.values.reshape(-1)[place])
        return self._put_total(symbol, value, total.terms, y, _LEFT + self._sign + wide)

    def put_anatomy(self, parts: dict[str, Array], place: int, y: float) -> float:
        """Every part of the optimiser, for the chosen weight."""
        look, style = self._look, self._style
        px = look.px("body")
        symbols = {name: _SYMBOLS.get(name, "") for name in parts}
        first = max(math_paint.size_of(tex, px).width() for tex in symbols.values()) + 16
        words = {name: _IN_WORDS.get(name, name) for name in parts}
        second = max(text_width(look, "caption", each) for each in words.values()) + 14
        room = self._width - _LEFT - first
        second = min(second, room * 0.6)
        for name, values in parts.items():
            size = math_paint.size_of(symbols[name], px)
            height = max(size.height() + 4, self._row)
            terms = (f"part:{name}",)
            middle = QRectF(_LEFT, y + (height - size.height()) / 2, size.width(), size.height())
            self._put_formula(middle, symbols[name], terms)
            x = _LEFT + first
            self._put(QRectF(x, y, second, height), words[name], (), "text2", "caption", LEFT)
            value = float(values.reshape(-1)[place if values.size > 1 else 0])
            text = style.text(value)
            wide = min(self._wide(text), room - second)
            self._put(QRectF(x + second, y, wide, height), text, terms, "text")
            tip = f"{words[name]}: {style.full(value)}"
            self.hits.append(Hit(QRectF(0, y, self._width, height), terms, tip))
            y += height
        return y + 4

    # pieces

    def _wide(self, text: str) -> float:
        return text_width(self._look, "chip", text) + 2

    def _fitted(self, widths: list[float], signs: int) -> list[float]:
        """Narrower columns where the view is narrow: their numbers are then set smaller."""
        room = self._width - 2 * _LEFT - signs * self._sign
        share = min(1.0, room / sum(widths))
        return [width * share for width in widths]

    def _put(
        self,
        rect: QRectF,
        text: str,
        terms: Terms,
        token: str = "",
        role: str = "chip",
        align: int = int(RIGHT),
    ) -> None:
        shown = token or math_paint.token_of(terms)
        self._cells.append(_Cell(rect, text, terms, shown, role, int(align)))
        if terms:
            self.hits.append(Hit(rect, terms, words_of(terms)))

    def _put_sign(self, x: float, y: float, sign: str) -> float:
        rect = QRectF(x, y, self._sign, self._row)
        self._put(rect, sign, (), "text3", align=int(CENTRE))
        return x + self._sign

    def _put_formula(self, rect: QRectF, tex: str, terms: Terms) -> None:
        marked = mark(",".join(terms), tex)
        self._cells.append(_Cell(rect, marked, terms, "text", "body", 0, is_formula=True))

    def _put_total(self, symbol: str, value: float, terms: Terms, y: float, right: float) -> float:
        """Below a line: the name of the number, and its value."""
        look = self._look
        size = math_paint.size_of(symbol, look.px("body"))
        text = self._style.text(value)
        needed = text_width(look, "mono", text) + 4
        right = min(max(right, size.width() + 24 + needed), self._width - 2)
        self._lines.append(QRectF(_LEFT, y + 2, right - _LEFT, 0))
        y += 4
        height = max(self._row * 1.1, size.height() + 4)
        wide = min(needed, right - size.width() - 16)
        self._put(QRectF(right - wide, y, wide, height), text, terms, role="mono")
        place = QRectF(6, y + (height - size.height()) / 2, size.width(), size.height())
        self._put_formula(place, symbol, terms)
        return y + height + 4

    # painting

    def paint(self, painter: QPainter, lit: str) -> None:
        look = self._look
        painter.setPen(QPen(look.color("border2"), hairline(look)))
        for line in self._lines:
            painter.drawLine(QPointF(line.x(), line.y()), QPointF(line.right(), line.y()))
        for cell in self._cells:
            if cell.is_formula:
                place, px = cell.rect.topLeft(), look.px("body")
                math_paint.paint(painter, place, cell.text, px, look, lit=lit)
                continue
            is_on = is_lit(lit, cell.terms)
            if is_on:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(look.color("highlight"))
                painter.drawRoundedRect(cell.rect.adjusted(-3, 1, 3, -1), 3, 3)
            token = "hitext" if is_on else cell.token
            draw_fitting(painter, cell.rect, cell.text, look, cell.role, token, cell.align)


def _result_of(equation: Equation) -> Part:
    return next(part for part in equation.parts if part.lit and part.chooses == "place")
