"""One array in little room: a number, a table, or a map of colours; each number can be found again.

Vectors are rows, pictures with channels lie side by side, and what is larger than its room is a map
of colours in which a cell may be less than a pixel.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from gui.canvas.cards.paint import CENTRE, draw_fitting, heat_image, text_width
from gui.theme import Theme
from model.layer import Array
from model.teaching.equation import Look
from model.teaching.number_style import NumberStyle

MOST_IN_TABLE = 24
_WRAPPED = 64
"""Numbers of a vector that stand in one row; longer ones are broken."""
_MOST_LIT = 4096
_MOST_BOXES = 12
_SAMPLED = 400_000
"""Numbers of a map that are looked at one by one for its scale."""
_LEAST_CELL, _MOST_CELL = 3.0, 18.0  # px at a desk


class Grid:
    """values: any shape. is_column: a vector as a column. is_wrapped: a long vector may be broken
    into several rows."""

    def __init__(
        self, values: Array, look: Look, *, is_column: bool = False, is_wrapped: bool = True
    ) -> None:
        self.values = np.asarray(values)
        self.look: Look = look
        self.shape = self.values.shape
        self._flat = self.values.reshape(-1)
        self.index = _index(self.shape, is_column, is_wrapped)
        self.rows, self.columns = int(self.index.shape[0]), int(self.index.shape[1])
        self._picture: tuple[str, QImage] | None = None
        self._cells: NDArray[np.intp] | None = None

    @property
    def is_scalar(self) -> bool:
        return int(self._flat.size) == 1

    def value(self, place: int) -> float:
        return float(self._flat[place])

    # measures

    def texts(self, style: NumberStyle) -> list[str]:
        """Of all numbers, row by row."""
        return [style.text(each) for each in self._flat]

    def has_table(self, style: NumberStyle, theme: Theme, width: float) -> bool:
        """Whether there is room for the numbers themselves."""
        if self._flat.size > MOST_IN_TABLE:
            return False
        return self.columns * self._cell_width(style, theme) <= width

    def _cell_width(self, style: NumberStyle, theme: Theme) -> float:
        widest = max((text_width(theme, "chip", text) for text in self.texts(style)), default=0.0)
        return widest + 12 * theme.scale

    def size(self, style: NumberStyle, theme: Theme, width: float, height: float) -> QSizeF:
        """Room that it takes inside of these bounds."""
        if not self._flat.size:
            return QSizeF(text_width(theme, "chip", "empty") + 8, theme.px("chip") * 1.6)
        if self.is_scalar:
            text = style.text(self.value(0))
            return QSizeF(min(width, text_width(theme, "hero", text) + 4), theme.px("hero") * 1.3)
        if self.has_table(style, theme, width):
            row = theme.px("chip") * 1.7
            return QSizeF(self.columns * self._cell_width(style, theme), self.rows * row)
        most = _MOST_CELL * theme.scale
        cell_width = min(most, width / self.columns)
        cell_height = min(most, height / self.rows)
        if self.rows > 1 and self.columns > 1 and max(self.rows, self.columns) < 64:
            cell_width = cell_height = min(cell_width, cell_height)
        least = theme.px("chip") * 1.4
        return QSizeF(
            min(width, max(cell_width * self.columns, least)),
            min(height, max(cell_height * self.rows, least)),
        )

    # where is what

    def rect_of(self, place: int, rect: QRectF) -> QRectF:
        """The cell of a number in the room of the whole."""
        row, column = self._cell_of(place)
        width, height = rect.width() / self.columns, rect.height() / self.rows
        return QRectF(rect.x() + column * width, rect.y() + row * height, width, height)

    def _cell_of(self, place: int) -> tuple[int, int]:
        if len(self.shape) <= 2:  # row by row, as they are counted
            return divmod(place, self.columns)
        if self._cells is None:
            self._cells = np.empty(self._flat.size, dtype=np.intp)
            filled = np.flatnonzero(self.index >= 0)
            self._cells[self.index.reshape(-1)[filled]] = filled
        return divmod(int(self._cells[place]), self.columns)

    def place_at(self, pos: QPointF, rect: QRectF) -> int | None:
        """The number under a point."""
        if not rect.contains(pos) or not self._flat.size:
            return None
        row = min(int((pos.y() - rect.y()) / rect.height() * self.rows), self.rows - 1)
        column = min(int((pos.x() - rect.x()) / rect.width() * self.columns), self.columns - 1)
        place = int(self.index[row, column])
        return place if place >= 0 else None

    def moved(self, place: int, right: int, down: int) -> int:
        """The neighbour of a number; at the border itself."""
        row, column = self._cell_of(place)
        row = min(max(row + down, 0), self.rows - 1)
        column = min(max(column + right, 0), self.columns - 1)
        found = int(self.index[row, column])
        return found if found >= 0 else place

    def name_of(self, place: int) -> str:
        """`[3, 12]`, counted from 1 as in formulas; "" of a single number."""
        if self.is_scalar:
            return ""
        found = np.unravel_index(place, self.shape)
        return "[" + ", ".join(str(int(k) + 1) for k in found) + "]"

    # painting

    def paint(
        self,
        painter: QPainter,
        rect: QRectF,
        style: NumberStyle,
        theme: Theme,
        lit: Iterable[int],
        ink: QColor,
        ring: QColor,
    ) -> None:
        """lit: places with a ring around them, ink: of numbers that stand on no colour."""
        if not self._flat.size:
            draw_fitting(painter, rect, "empty", theme, "chip", ink)
            return
        if self.is_scalar:
            draw_fitting(painter, rect, style.text(self.value(0)), theme, "hero", ink, CENTRE)
            return
        if self.has_table(style, theme, rect.width() + 0.5):
            self._paint_table(painter, rect, style, theme, ink)
        else:
            self._paint_map(painter, rect, theme)
        self._paint_rings(painter, rect, theme, lit, ring)

    def _paint_table(
        self, painter: QPainter, rect: QRectF, style: NumberStyle, theme: Theme, ink: QColor
    ) -> None:
        texts = self.texts(style)
        painter.setFont(theme.font("chip"))
        painter.setPen(ink)
        for place, text in enumerate(texts):
            painter.drawText(self.rect_of(place, rect), int(CENTRE), text)

    def _paint_map(self, painter: QPainter, rect: QRectF, theme: Theme) -> None:
        image = self._image(theme)
        is_dense = self.columns > rect.width() or self.rows > rect.height()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_dense)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.drawImage(rect, image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)

    def _image(self, theme: Theme) -> QImage:
        if self._picture is None or self._picture[0] != theme.name:
            self._picture = (theme.name, self._made(theme))
        return self._picture[1]

    def _made(self, theme: Theme) -> QImage:
        flat = self._flat.astype(np.float64, copy=False)
        low, high, kind = scale_of(flat, self.look)
        shown = flat[self.index]
        gaps = self.index < 0
        if gaps.any():
            image = heat_image(np.where(gaps, low, shown), low, high, theme, kind)
            image = image.convertToFormat(QImage.Format.Format_ARGB32)
            bits: NDArray[np.uint32] = np.frombuffer(image.bits(), np.uint32).reshape(gaps.shape)
            bits[gaps] = 0
            return image
        return heat_image(shown, low, high, theme, kind)

    def _paint_rings(
        self, painter: QPainter, rect: QRectF, theme: Theme, lit: Iterable[int], ring: QColor
    ) -> None:
        """One ring around each run of neighbours."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for box in self.boxes(tuple(lit)):
            top, left, bottom, right = box
            width, height = rect.width() / self.columns, rect.height() / self.rows
            around = QRectF(
                rect.x() + left * width,
                rect.y() + top * height,
                (right - left + 1) * width,
                (bottom - top + 1) * height,
            )
            least = 5.0
            if around.width() < least:
                around.adjust((around.width() - least) / 2, 0, (least - around.width()) / 2, 0)
            if around.height() < least:
                around.adjust(0, (around.height() - least) / 2, 0, (least - around.height()) / 2)
            around = around.intersected(rect.adjusted(-2, -2, 2, 2))
            painter.setPen(QPen(theme.color("surface"), 3.6 * min(theme.scale, 1.3)))
            painter.drawRect(around)
            painter.setPen(QPen(ring, 1.8 * min(theme.scale, 1.3)))
            painter.drawRect(around)

    def boxes(self, places: tuple[int, ...]) -> list[tuple[int, int, int, int]]:
        """(top, left, bottom, right) of the runs of neighbours that the places form."""
        if not places or len(places) >= self._flat.size > 1:
            return []
        found = _boxes(tuple(self._cell_of(place) for place in places[:_MOST_LIT]))
        return found if len(found) <= _MOST_BOXES else self._hulls(places[:_MOST_LIT])

    def _hulls(self, places: tuple[int, ...]) -> list[tuple[int, int, int, int]]:
        """One box around all places of a channel."""
        size = math.prod(self.shape[-2:]) if len(self.shape) > 2 else self._flat.size
        groups: dict[int, list[tuple[int, int]]] = {}
        for place in places:
            groups.setdefault(place // size, []).append(self._cell_of(place))
        found = []
        for cells in groups.values():
            rows, columns = zip(*cells, strict=True)
            found.append((min(rows), min(columns), max(rows), max(columns)))
        return found


@lru_cache(maxsize=256)
def _boxes(cells: tuple[tuple[int, int], ...]) -> list[tuple[int, int, int, int]]:
    """Runs in a row first, then runs of equal rows."""
    spans: dict[tuple[int, int], list[int]] = {}
    by_row: dict[int, list[int]] = {}
    for row, column in sorted(cells):
        by_row.setdefault(row, []).append(column)
    for row, columns in by_row.items():
        start = before = columns[0]
        for column in [*columns[1:], -2]:
            if column == before + 1:
                before = column
                continue
            spans.setdefault((start, before), []).append(row)
            start = before = column
    found = []
    for (left, right), rows in spans.items():
        top = before = rows[0]
        for row in [*rows[1:], -2]:
            if row == before + 1:
                before = row
                continue
            found.append((top, left, before, right))
            top = before = row
    return found


def scale_of(flat: Array, look: Look) -> tuple[float, float, str]:
    """(low, high, colour map): symmetrical where the sign matters."""
    if flat.size > _SAMPLED:
        flat = flat[:: flat.size // _SAMPLED + 1]
    finite = flat[np.isfinite(flat)]
    if not finite.size:
        return 0.0, 1.0, "delta"
    low, high = float(finite.min()), float(finite.max())
    if look == "h" and low >= 0:
        return 0.0, high or 1.0, "positive"
    most = max(-low, high) or 1.0
    return -most, most, "signed" if look == "h" else "delta"


@lru_cache(maxsize=256)
def _index(shape: tuple[int, ...], is_column: bool, is_wrapped: bool) -> NDArray[np.intp]:
    """Which number stands in which cell, -1 for none."""
    size = math.prod(shape)
    flat = np.arange(size, dtype=np.intp)
    if len(shape) <= 1:
        if is_column:
            return flat.reshape(-1, 1) if size else np.full((1, 1), -1)
        if is_wrapped and size > _WRAPPED * 2:
            return _broken(flat)
        return flat.reshape(1, -1) if size else np.full((1, 1), -1)
    if not size:
        return np.full((1, 1), -1)
    if len(shape) == 2:
        return flat.reshape(shape)
    if len(shape) == 3:
        return _side_by_side(flat.reshape(shape))
    rows = [_in_one_row(part) for part in flat.reshape(-1, *shape[-3:])]
    return _stacked(rows)


def _broken(flat: NDArray[np.intp]) -> NDArray[np.intp]:
    side = math.isqrt(len(flat))
    if side * side == len(flat):  # a picture that was made flat is seen as one
        return flat.reshape(side, side)
    columns = max(_WRAPPED, math.ceil(math.sqrt(len(flat) * 6)))
    rows = math.ceil(len(flat) / columns)
    found = np.full(rows * columns, -1, dtype=np.intp)
    found[: len(flat)] = flat
    return found.reshape(rows, columns)


def _in_one_row(maps: NDArray[np.intp]) -> NDArray[np.intp]:
    """(C, H, W) with a gap between two."""
    gap = np.full((maps.shape[1], 1), -1, dtype=np.intp)
    parts = [part for each in maps for part in (each, gap)][:-1]
    return np.concatenate(parts, axis=1)


def _side_by_side(maps: NDArray[np.intp]) -> NDArray[np.intp]:
    """(C, H, W) in rows, so that the whole is about twice as wide as high."""
    count, height, width = maps.shape
    across = max(1, min(count, round(math.sqrt(2 * count * (height + 1) / (width + 1)))))
    lines = []
    for start in range(0, count, across):
        group = maps[start : start + across]
        line = _in_one_row(group)
        missing = across * (width + 1) - 1 - line.shape[1]
        if missing:
            empty = np.full((height, missing), -1, dtype=np.intp)
            line = np.concatenate([line, empty], axis=1)
        lines.append(line)
    return _stacked(lines)


def _stacked(lines: list[NDArray[np.intp]]) -> NDArray[np.intp]:
    gap = np.full((1, lines[0].shape[1]), -1, dtype=np.intp)
    return np.concatenate([part for line in lines for part in (line, gap)][:-1], axis=0)
