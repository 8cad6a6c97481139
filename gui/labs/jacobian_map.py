"""What the picture of a Jacobian shows, and where in it everything lies. No painting."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize

from gui import theme
from gui.maths_line import maths_line
from gui.theme import Theme
from model.layer import Array
from model.teaching.jacobian_symbols import Symbols, index_text, indexed

SIDE = 92.0
"""Width of delta and of the row labels, px at a desk."""
GAP = 16.0
BAR = 96.0
"""Room for the bar of colours with its figures."""
TOP = 50.0
LARGEST = 92.0
"""A cell is at most so wide, px at a desk."""
LEAST = 34.0
"""A cell of few is at least so wide; what has no room is scrolled."""
FEW = 24
"""Rows or columns that are shown apart."""
LEGIBLE = 44.0
"""Cells of this width hold a number."""
LINE = 17.0
SAMPLED = 12
"""Rows and columns whose symbols are measured."""

FORMS = ("colours", "numbers", "symbols")


@dataclass(frozen=True)
class Map:
    """matrix: (m, n); inputs: (n,), outputs: (m,); delta: (m,) or None, product: (n,) or None.

    rows, columns: the letters of outputs and inputs; out_shape, in_shape: of the arrays that they
    number. symbols: the entries in letters, None as long as nobody has asked.
    """

    matrix: Array
    inputs: Array
    outputs: Array
    delta: Array | None
    product: Array | None
    rows: str = "y"
    columns: str = "h"
    out_shape: tuple[int, ...] = ()
    in_shape: tuple[int, ...] = ()
    symbols: Symbols | None = None

    @property
    def is_small(self) -> bool:
        """Few enough rows and columns to be shown apart."""
        return max(self.matrix.shape) <= FEW

    def row_tex(self, row: int) -> str:
        """`y_{3}`, `J` of a loss."""
        return self.rows if self.rows == "J" else indexed(self.rows, self._row_index(row))

    def column_tex(self, column: int) -> str:
        """`h_{2}`, `W_{23}`."""
        return indexed(self.columns, index_text(column, self.in_shape))

    def _row_index(self, row: int) -> str:
        return index_text(row, self.out_shape)

    def row_name(self, row: int) -> str:
        """The same as plain text."""
        return _plain(self.row_tex(row))

    def column_name(self, column: int) -> str:
        return _plain(self.column_tex(column))


_DIGITS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def _plain(tex: str) -> str:
    stem, _, index = tex.replace("\\", "").partition("_{")
    stem = {"gamma": "γ", "beta": "β"}.get(stem, stem)
    return stem + index.rstrip("}").translate(_DIGITS)


class Geometry:
    """Where cells, labels, delta and product lie, px of the figure."""

    def __init__(self, shown: Map, form: str, zoom: float, room: QSize) -> None:
        self.map, self.form, self.zoom, self.room = shown, form, zoom, room
        self.scale = theme.current().scale
        self.cell = self._cell()
        m, n = shown.matrix.shape
        width, height = self.cell
        self.box = QRectF(self.left + self._indent(n * width), self.top, n * width, m * height)

    @property
    def is_heard(self) -> bool:
        return self.map.delta is not None

    @property
    def left(self) -> float:
        return (2 if self.is_heard else 1) * (SIDE + GAP) * self.scale

    @property
    def top(self) -> float:
        return TOP * self.scale

    @property
    def right(self) -> float:
        """Room for the bar of colours, where there is any to spare."""
        return BAR * self.scale if self.room.width() > 620 * self.scale else 24.0

    @property
    def bottom(self) -> float:
        return (SIDE * 0.5 + 2 * GAP) * self.scale + 8 if self.is_heard else 12.0

    def _cell(self) -> tuple[float, float]:
        m, n = self.map.matrix.shape
        scale = self.scale
        width = (self.room.width() - self.left - self.right) / max(n, 1)
        height = (self.room.height() - self.top - self.bottom - 12) / max(m, 1)
        if self.form == "symbols" and self.map.symbols is not None:
            wide, high = symbol_room(self.map, theme.current())
            width = max(min(width, max(1.3 * wide, LARGEST * scale)), wide)
            height = max(min(height, 70.0 * scale), high)
        elif self.form == "numbers":
            width = max(min(width, LARGEST * scale), LEGIBLE * scale)
            height = max(min(height, 0.62 * LARGEST * scale), 22.0 * scale)
        else:
            width, height = self._fitted(width, height, m, n)
        return width * self.zoom, height * self.zoom

    def _fitted(self, width: float, height: float, m: int, n: int) -> tuple[float, float]:
        """Cells that fill the room there is."""
        scale = self.scale
        most = LARGEST * scale
        width, height = min(width, most), min(height, 0.62 * most)
        if min(m, n) > FEW:  # many cells: squares, as far as they fit
            side = max(min(width, height), 0.4)
            return side, side
        if max(m, n) > FEW:  # a few long rows or columns
            return max(width, 0.4), max(height, 0.4)
        return max(width, LEAST * scale), max(height, 0.6 * LEAST * scale)

    @property
    def size(self) -> QSize:
        """Of the whole figure."""
        m, n = self.map.matrix.shape
        width, height = self.cell
        return QSize(
            max(self.room.width(), round(self.left + n * width + self.right)),
            max(self.room.height(), round(self.top + m * height + self.bottom + 12)),
        )

    @property
    def most_zoom(self) -> float:
        """At which cells hold a number with ease."""
        return max(1.0, 1.4 * LEGIBLE * self.scale / max(self.cell[0] / self.zoom, 0.1))

    @property
    def has_numbers(self) -> bool:
        """Cells are large enough, and colours alone are not what is wanted."""
        width, height = self.cell
        is_wanted = self.form != "colours" or self.zoom > 1
        return is_wanted and width >= LEGIBLE * self.scale and height >= 16 * self.scale

    @property
    def has_symbols(self) -> bool:
        return self.form == "symbols" and self.map.symbols is not None

    def _indent(self, width: float) -> float:
        """A matrix that is narrower than its room stands in the middle."""
        return max(0.0, (self.room.width() - self.left - width - self.right) / 2)

    def delta_box(self) -> QRectF:
        """delta, left of the labels."""
        left = self.box.left() - 2 * (SIDE + GAP) * self.scale
        return QRectF(left, self.box.top(), SIDE * self.scale, self.box.height())

    def product_box(self) -> QRectF:
        """delta^T J below the matrix."""
        height = min(max(self.cell[1], 0.3 * SIDE * self.scale), 0.5 * SIDE * self.scale)
        top = self.box.bottom() + 1.5 * GAP * self.scale
        return QRectF(self.box.left(), top, self.box.width(), height)

    def bar_box(self, seen: QRectF) -> QRectF:
        """The bar of colours beside what is seen of the matrix; empty where there is no room."""
        if self.right < BAR * self.scale:
            return QRectF()
        top, bottom = max(self.box.top(), seen.top() + 4), min(self.box.bottom(), seen.bottom() - 4)
        if self.box.height() < 3 * LINE * self.scale:
            bottom = top + 4 * LINE * self.scale
        return QRectF(self.box.right() + 18 * self.scale, top, 14 * self.scale, bottom - top)

    def cell_box(self, row: int, column: int) -> QRectF:
        width, height = self.cell
        return QRectF(
            self.box.left() + column * width, self.box.top() + row * height, width, height
        )

    def cell_at(self, place: QPointF) -> tuple[int, int] | None:
        """(row, column) below a point."""
        m, n = self.map.matrix.shape
        if not self.box.contains(place):
            return None
        column = int((place.x() - self.box.left()) / self.box.width() * n)
        row = int((place.y() - self.box.top()) / self.box.height() * m)
        return min(row, m - 1), min(column, n - 1)

    def rows_within(self, seen: QRectF) -> range:
        """Rows of which something is seen."""
        height = self.cell[1]
        first = int(max(0.0, seen.top() - self.box.top()) / height)
        last = int(max(0.0, seen.bottom() - self.box.top()) / height) + 1
        return range(first, min(self.map.matrix.shape[0], last))

    def columns_within(self, seen: QRectF) -> range:
        width = self.cell[0]
        first = int(max(0.0, seen.left() - self.box.left()) / width)
        last = int(max(0.0, seen.right() - self.box.left()) / width) + 1
        return range(first, min(self.map.matrix.shape[1], last))


def symbol_room(shown: Map, look: Theme) -> tuple[float, float]:
    """(width, height) of a cell that holds the symbols, px."""
    m, n = shown.matrix.shape
    px = look.px("maths")
    widest = 0.0
    if shown.symbols is not None:
        for row in range(min(m, SAMPLED)):
            for column in range(min(n, SAMPLED)):
                path = maths_line(shown.symbols.cell(row, column), px)
                widest = max(widest, path.boundingRect().width() if path else 7 * px)
    width = min(max(widest + 16 * look.scale, LEGIBLE * 1.25 * look.scale), 230 * look.scale)
    return width, 46.0 * look.scale
