"""An equation of arrays as maps of colour, laid out so that rows and columns meet.

A row times a matrix: the row stands upright beside the matrix, the result lies below it, and the
chosen column runs from top to bottom. An outer product: one factor upright, the other above. Number
by number: strips below each other. All others: maps side by side.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QPainter

from gui.canvas.cards.paint import CENTRE, draw_fitting, frame
from gui.debugger.views import math_paint
from gui.debugger.views.grid import Grid
from gui.debugger.views.term_canvas import Hit
from gui.debugger.views.term_words import words_of
from gui.theme import Theme
from model.teaching.equation import Equation, Part
from model.teaching.number_style import NumberStyle
from model.teaching.terms import is_lit, mark

_THICK = 18.0  # px of a strip at a desk
_HIGH = 112.0  # px of a matrix
_MAPS = 118.0
Choose = Callable[[Part, int], None]


@dataclass
class _Placed:
    part: Part
    grid: Grid
    rect: QRectF
    symbol: QPointF


class StripsPicture:
    """The parts of one equation."""

    def __init__(self, equation: Equation, choose: Choose) -> None:
        self._equation = equation
        self._choose = choose
        self.hits: list[Hit] = []
        self._placed: list[_Placed] = []
        self._signs: list[tuple[QRectF, str]] = []
        self._form = _form_of(equation)
        self._grids = self._make_grids()

    def _make_grids(self) -> list[Grid]:
        parts = self._equation.parts
        upright = {"product": (0,), "outer": (0,)}.get(self._form, ())
        return [
            Grid(
                part.values,
                part.look,
                is_column=k in upright and part.values.ndim == 1,
                is_wrapped=self._form == "maps",
            )
            for k, part in enumerate(parts)
        ]

    def arrange(self, rect: QRectF, style: NumberStyle, look: Theme) -> float:
        self._placed, self._signs = [], []
        arrange = {
            "product": self._product,
            "outer": self._outer,
            "stack": self._stack,
        }.get(self._form, self._maps)
        height = arrange(rect, look)
        self.hits = [self._hit(placed) for placed in self._placed]
        return height

    def _hit(self, placed: _Placed) -> Hit:
        part = placed.part
        shape = " × ".join(map(str, part.values.shape)) or "scalar"
        tip = f"{part.caption}, {shape}: {words_of(part.terms)}"
        choose = partial(self._choose, part) if part.chooses else None
        return Hit(placed.rect, part.terms, tip, placed.grid, placed.rect, part.lit, choose)

    # forms

    def _symbol_size(self, part: Part, look: Theme) -> QSizeF:
        return math_paint.size_of(part.symbol, look.px("body"))

    def _put(self, k: int, rect: QRectF, symbol: QPointF) -> None:
        self._placed.append(_Placed(self._equation.parts[k], self._grids[k], rect, symbol))

    def _product(self, rect: QRectF, look: Theme) -> float:
        """vector, matrix, (bias,) result."""
        parts = self._equation.parts
        scale = min(look.scale, 1.35)
        thick = _THICK * scale
        last = len(parts) - 1
        sizes = [self._symbol_size(part, look) for part in parts]
        head = max(sizes[0].height(), sizes[1].height()) + 6
        names = max(size.width() for size in (sizes[0], *sizes[2:])) + 12
        rows, columns = self._grids[1].rows, self._grids[1].columns
        high = min(_HIGH * scale, max(rows * 12.0 * scale, 30.0))
        wide = min(rect.width() - names - thick - 18, max(columns * 14.0 * scale, 48.0))
        y = rect.y() + head
        column = QRectF(rect.x() + names, y, thick, high)
        matrix = QRectF(column.right() + 18, y, wide, high)
        self._put(0, column, QPointF(column.center().x() - sizes[0].width() / 2, rect.y()))
        self._put(1, matrix, QPointF(matrix.center().x() - sizes[1].width() / 2, rect.y()))
        self._sign(QRectF(column.right(), y, 18, high), self._equation.signs[0], look)
        y = matrix.bottom() + 8
        for k in range(2, last + 1):
            row = QRectF(matrix.x(), y, wide, thick)
            place = QPointF(
                rect.x() + names - sizes[k].width() - 4, row.center().y() - sizes[k].height() / 2
            )
            self._put(k, row, place)
            self._sign(QRectF(column.x(), y, thick + 18, thick), self._equation.signs[k - 1], look)
            y += max(thick, sizes[k].height()) + 6
        return y - rect.y()

    def _outer(self, rect: QRectF, look: Theme) -> float:
        """column, row, matrix (, matrix of the batch)."""
        parts = self._equation.parts
        scale = min(look.scale, 1.35)
        thick = _THICK * scale
        sizes = [self._symbol_size(part, look) for part in parts[:3]]
        names = max(sizes[0].width(), sizes[1].width()) + 12
        rows, columns = self._grids[2].rows, self._grids[2].columns
        high = min(_HIGH * scale, max(rows * 12.0 * scale, 30.0))
        top = max(sizes[1].height(), thick) + 4
        side = sizes[2].width() + 12
        wide = min(rect.width() - names - thick - 14 - side, max(columns * 14.0 * scale, 48.0))
        left = rect.x() + names + thick + 14
        row = QRectF(left, rect.y() + (top - thick) / 2, wide, thick)
        matrix = QRectF(left, rect.y() + top + 10, wide, high)
        column = QRectF(rect.x() + names, matrix.y(), thick, high)
        middle = column.center().y() - sizes[0].height() / 2
        self._put(0, column, QPointF(rect.x() + names - sizes[0].width() - 6, middle))
        y = row.center().y() - sizes[1].height() / 2
        self._put(1, row, QPointF(rect.x() + names - sizes[1].width() - 6, y))
        at = QPointF(matrix.right() + 8, matrix.center().y() - sizes[2].height() / 2)
        self._put(2, matrix, at)
        self._sign(QRectF(column.x(), row.y(), thick, thick), self._equation.signs[0], look)
        return matrix.bottom() - rect.y() + 4

    def _stack(self, rect: QRectF, look: Theme) -> float:
        """Strips of one length, one below the other."""
        parts = self._equation.parts
        thick = _THICK * min(look.scale, 1.35)
        sizes = [self._symbol_size(part, look) for part in parts]
        sign = 22.0 * look.scale
        names = max(size.width() for size in sizes) + sign + 12
        wide = rect.width() - names
        wide = min(wide, max(self._grids[0].columns * 26.0 * look.scale, 60.0))
        y = rect.y()
        for k, size in enumerate(sizes):
            height = max(thick, size.height())
            row = QRectF(rect.x() + names, y + (height - thick) / 2, wide, thick)
            self._put(k, row, QPointF(rect.x() + sign, y + (height - size.height()) / 2))
            if k:
                room = QRectF(rect.x(), y, sign - 4, height)
                self._sign(room, self._equation.signs[k - 1], look)
            y += height + 6
        return y - rect.y() - 2

    def _maps(self, rect: QRectF, look: Theme) -> float:
        """Side by side, in rows where they do not fit; the maps of a row have one middle."""
        count = len(self._equation.parts)
        scale = min(look.scale, 1.35)
        sign = 22.0 * look.scale
        room = (rect.width() - (count - 1) * sign) / count
        across = count if room >= 84 * scale else min(2, count)
        room = (rect.width() - across * sign) / across
        y = rect.y()
        for start in range(0, count, across):
            places = range(start, min(start + across, count))
            y += self._map_row(places, QRectF(rect.x(), y, room, 0), sign, look) + 8
        return y - rect.y() - 8

    def _map_row(self, places: range, rect: QRectF, sign: float, look: Theme) -> float:
        scale = min(look.scale, 1.35)
        parts = self._equation.parts
        sizes = {k: self._map_size(self._grids[k], rect.width(), scale) for k in places}
        names = {k: self._symbol_size(parts[k], look) for k in places}
        highest = max(size.height() for size in sizes.values())
        x = rect.x()
        for k in places:
            if k:
                self._sign(QRectF(x, rect.y(), sign, highest), self._equation.signs[k - 1], look)
                x += sign
            size, name = sizes[k], names[k]
            wide = max(size.width(), name.width())
            own = QRectF(
                x + (wide - size.width()) / 2,
                rect.y() + (highest - size.height()) / 2,
                size.width(),
                size.height(),
            )
            below = QPointF(own.center().x() - name.width() / 2, rect.y() + highest + 5)
            self._put(k, own, below)
            x += wide
        return highest + 7 + max(name.height() for name in names.values())

    def _map_size(self, grid: Grid, room: float, scale: float) -> QSizeF:
        if grid.is_scalar:
            return QSizeF(min(room, 84 * scale), 32 * scale)
        high = _MAPS * scale
        cell = min(room / grid.columns, high / grid.rows, 18 * scale)
        width, height = cell * grid.columns, cell * grid.rows
        if grid.rows == 1 or grid.columns == 1:
            cell_x = min(room / grid.columns, 18 * scale)
            cell_y = min(high / grid.rows, 18 * scale)
            width, height = cell_x * grid.columns, cell_y * grid.rows
        elif min(width, height) < 26 * scale:  # long and thin: cells need not be square
            width = min(room, max(width, 40 * scale))
            height = min(high, max(height, 40 * scale))
        return QSizeF(max(width, 12 * scale), max(height, 12 * scale))

    def _sign(self, rect: QRectF, text: str, look: Theme) -> None:
        self._signs.append((rect, text))

    # painting

    def paint(self, painter: QPainter, style: NumberStyle, look: Theme, lit: str) -> None:
        for rect, text in self._signs:
            draw_fitting(painter, rect, text, look, "card", "text2", CENTRE)
        for placed in self._placed:
            part = placed.part
            is_on = is_lit(lit, part.terms)
            if is_on:
                painter.fillRect(placed.rect.adjusted(-4, -4, 4, 4), look.color("highlight"))
            ink = look.color("hitext" if is_on else "text")
            placed.grid.paint(painter, placed.rect, style, look, part.lit, ink, look.color("text"))
            frame(painter, placed.rect, look, "border2")
            math_paint.paint(
                painter,
                placed.symbol,
                mark(",".join(part.terms), part.symbol),
                look.px("body"),
                look,
                lit=lit,
            )


def _form_of(equation: Equation) -> str:
    """product, outer, stack or maps."""
    parts, signs = equation.parts, equation.signs
    shapes = [part.values.shape for part in parts]
    if len(parts) < 2 or any(part.values.size <= 1 for part in parts):
        return "maps"
    is_vector = [len(shape) == 1 for shape in shapes]
    if len(parts) >= 3 and signs[0] == "×" and len(shapes[1]) == 2 and is_vector[0]:
        fits = shapes[0][0] == shapes[1][0] and shapes[-1] == shapes[1][1:]
        if fits and all(shape == shapes[-1] for shape in shapes[2:]):
            return "product"
    if len(parts) >= 3 and len(shapes[0]) == 2 and shapes[0][1] == 1 and is_vector[1]:
        return "outer" if shapes[2] == (shapes[0][0], shapes[1][0]) else "maps"
    if all(is_vector) and len(set(shapes)) == 1:
        return "stack"
    return "maps"
