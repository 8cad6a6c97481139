"""Tiles: the terms of an equation with their numbers in them, signs between, captions below."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QPainter, QPen

from gui.canvas.cards.paint import (
    CENTRE,
    LEFT,
    draw_fitting,
    draw_text,
    hairline,
    metrics,
    text_width,
)
from gui.debugger.views import math_paint
from gui.debugger.views.grid import Grid
from gui.theme import Theme
from model.teaching.equation import Equation, Part
from model.teaching.number_style import NumberStyle
from model.teaching.terms import is_lit

_PAD = 10.0
_SIGN = 26.0
_HIGHEST = 100.0  # px of a map at a desk
_SOFT: dict[str, tuple[str, str]] = {
    "upstream": ("bwdbg", "bwd"),
    "arriving": ("bwdbg", "bwd"),
    "input": ("fwdbg", "fwd"),
    "local": ("sunken", "text"),
    "parameter": ("sunken", "text"),
}
_STRONG: dict[str, tuple[str, str]] = {
    "downstream": ("bwd", "onphase"),
    "gradient": ("bwd", "onphase"),
    "out": ("fwd", "onphase"),
}
_PARTS: dict[str, tuple[str, str]] = {"part:new": ("upd", "onphase")}


def colours_of(terms: tuple[str, ...], is_result: bool) -> tuple[str, str]:
    """(ground, ink) tokens of a tile."""
    first = terms[0] if terms else ""
    kind = first.partition(":")[0]
    if kind == "part":
        return _PARTS.get(first, ("updbg", "upd"))
    if kind == "upstream" and is_result:
        return "bwd", "onphase"
    return _STRONG.get(kind) or _SOFT.get(kind) or ("sunken", "text")


@dataclass
class Tile:
    """rect: of the coloured tile; grid_rect: of the numbers in it; below: symbol and captions."""

    part: Part
    grid: Grid
    is_result: bool
    rect: QRectF
    grid_rect: QRectF
    symbol: QPointF
    caption: QRectF
    shape: str
    is_beside: bool

    @property
    def whole(self) -> QRectF:
        return self.rect.united(self.caption)


@dataclass(frozen=True)
class Sign:
    rect: QRectF
    text: str


class Tiles:
    """The tiles of one equation, put down from left to right, in several rows where needed."""

    def __init__(self, equation: Equation) -> None:
        self.equation = equation
        self.grids = [Grid(part.values, part.look) for part in equation.parts]
        self.tiles: list[Tile] = []
        self.signs: list[Sign] = []

    def arrange(
        self, left: float, top: float, width: float, style: NumberStyle, look: Theme
    ) -> float:
        """Returns the height, px."""
        self.tiles, self.signs = [], []
        sizes = [self._size(grid, width, style, look) for grid in self.grids]
        rows = self._rows(sizes, width, look)
        y = top
        for row in rows:
            y += self._put_row(row, sizes, left, y, width, look)
        return y - top

    def _size(self, grid: Grid, width: float, style: NumberStyle, look: Theme) -> QSizeF:
        pad = 2 * _PAD * look.scale
        highest = _HIGHEST * min(look.scale, 1.3)
        count = len(self.grids)
        sign = _SIGN * look.scale
        room = (width - (count - 1) * sign) / count if grid.is_scalar else width - sign
        inner = grid.size(style, look, max(room, 90.0) - pad, highest)
        if grid.is_scalar:
            return QSizeF(max(inner.width() + pad, 64 * look.scale), 54 * look.scale)
        return QSizeF(inner.width() + pad, inner.height() + pad)

    def _rows(self, sizes: list[QSizeF], width: float, look: Theme) -> list[list[int]]:
        rows: list[list[int]] = [[]]
        used = 0.0
        for k, size in enumerate(sizes):
            needed = self._needed(k, size, look)
            sign = _SIGN * look.scale if k else 0.0
            if rows[-1] and used + sign + needed > width + 0.5:
                rows.append([])
                used = 0.0
            rows[-1].append(k)
            used += sign + needed
        return rows

    def _needed(self, k: int, size: QSizeF, look: Theme) -> float:
        """A tile is as wide as what stands below it, at least."""
        part = self.equation.parts[k]
        symbol = math_paint.size_of(part.symbol, look.px("body")).width()
        return max(size.width(), symbol, text_width(look, "caption", part.caption))

    def _put_row(
        self,
        row: list[int],
        sizes: list[QSizeF],
        left: float,
        top: float,
        width: float,
        look: Theme,
    ) -> float:
        sign = _SIGN * look.scale
        needed = [self._needed(k, sizes[k], look) for k in row]
        spare = max(width - sum(needed) - sum(1 for k in row if k) * sign, 0.0)
        grows = sum(self.grids[k].is_scalar for k in row)
        extra = min(spare / grows, 60 * look.scale) if grows else 0.0
        height = max(sizes[k].height() for k in row)
        x, bottom = left, top
        for k, room in zip(row, needed, strict=True):
            if k:
                place = QRectF(x, top, sign, height)
                self.signs.append(Sign(place, self.equation.signs[k - 1]))
                x += sign
            is_scalar = self.grids[k].is_scalar
            grown = room + (extra if is_scalar else 0.0)
            own = QSizeF(grown if is_scalar else sizes[k].width(), sizes[k].height())
            rect = QRectF(
                x + (grown - own.width()) / 2,
                top + (height - own.height()) / 2,
                own.width(),
                own.height(),
            )
            tile = self._tile(k, rect, QRectF(x, top + height + 3, grown, 0), look)
            self.tiles.append(tile)
            bottom = max(bottom, tile.caption.bottom())
            x += grown
        return bottom - top + 8

    def _tile(self, k: int, rect: QRectF, below: QRectF, look: Theme) -> Tile:
        """Symbol, caption and shape in one line where there is room, else one below the other."""
        part, grid = self.equation.parts[k], self.grids[k]
        pad = _PAD * look.scale
        symbol = math_paint.size_of(part.symbol, look.px("body"))
        shape = " × ".join(map(str, grid.shape)) if grid.shape else ""
        line = metrics(look, "caption").height()
        words = text_width(look, "caption", part.caption)
        sizes = text_width(look, "chip", shape) if shape else 0.0
        whole = symbol.width() + 6 + words + (8 + sizes if shape else 0.0)
        is_result = k > 0 and self.equation.signs[k - 1] in ("=", "→", "Σ")
        inner = rect.adjusted(pad, pad, -pad, -pad)
        if whole <= below.width():
            height = max(symbol.height(), line)
            left = below.center().x() - whole / 2
            place = QPointF(left, below.y() + (height - symbol.height()) / 2)
            caption = QRectF(left + symbol.width() + 6, below.y(), whole - symbol.width(), height)
            return Tile(part, grid, is_result, rect, inner, place, caption, shape, is_beside=True)
        place = QPointF(below.center().x() - symbol.width() / 2, below.y())
        lines = 2 if shape else 1
        caption = QRectF(below.x(), below.y() + symbol.height() + 2, below.width(), lines * line)
        return Tile(part, grid, is_result, rect, inner, place, caption, shape, is_beside=False)

    def paint(self, painter: QPainter, style: NumberStyle, look: Theme, lit: str) -> None:
        """Signs, tiles, captions."""
        for sign in self.signs:
            draw_fitting(painter, sign.rect, sign.text, look, "card", "text2", CENTRE)
        for tile in self.tiles:
            paint_tile(painter, tile, style, look, lit)


def paint_tile(painter: QPainter, tile: Tile, style: NumberStyle, look: Theme, lit: str) -> None:
    """One tile with what stands below it."""
    is_on = is_lit(lit, tile.part.terms)
    ground, ink = colours_of(tile.part.terms, tile.is_result)
    edge = ground if ink == "onphase" else ink
    if not tile.grid.is_scalar and not is_on:
        ground, ink = "surface", "text"
    if is_on:
        ground, ink = "highlight", "hitext"
    painter.setPen(QPen(look.color("border2" if edge == "text" else edge), hairline(look)))
    painter.setBrush(look.color(ground))
    painter.drawRoundedRect(tile.rect.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
    tile.grid.paint(
        painter,
        tile.grid_rect,
        style,
        look,
        tile.part.lit,
        look.color(ink),
        look.color("text"),
    )
    math_paint.paint(painter, tile.symbol, tile.part.symbol, look.px("body"), look, lit="")
    _paint_caption(painter, tile, look)


def _paint_caption(painter: QPainter, tile: Tile, look: Theme) -> None:
    box, words = tile.caption, tile.part.caption
    if tile.is_beside:
        width = text_width(look, "caption", words) + 1
        first = QRectF(box.x(), box.y(), width, box.height())
        draw_text(painter, first, words, look, "caption", "text2", LEFT)
        rest = QRectF(first.right() + 8, box.y(), box.width(), box.height())
        draw_text(painter, rest, tile.shape, look, "chip", "text3", LEFT)
        return
    line = box.height() / (2 if tile.shape else 1)
    top = QRectF(box.x(), box.y(), box.width(), line)
    draw_fitting(painter, top, words, look, "caption", "text2", CENTRE)
    if tile.shape:
        draw_fitting(painter, top.translated(0, line), tile.shape, look, "chip", "text3", CENTRE)
