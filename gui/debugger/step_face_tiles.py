"""One tile of the active card: caption, symbol, and the numbers as large as they fit."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from gui.canvas.cards.paint import (
    CENTRE,
    LEFT,
    draw_fitting,
    draw_text,
    heat_image,
    text_width,
)
from gui.debugger.number_text import NumberStyle
from gui.debugger.step_face_content import Tile, index_words
from gui.debugger.views import math_paint
from gui.theme import Theme
from model.layer import Array

Floats = NDArray[np.float64]
Role = Literal["light", "lit", "filled", "plain"]
_LEGIBLE = 0.72
"""Share of its size to which the numbers of a table may shrink."""
LISTED = 4
"""Numbers up to which all are written."""
_MOST_CELLS = 64
"""Rows and columns of a picture; of more, each cell shows the strongest of several numbers."""


def ink_of(role: Role, token: str) -> str:
    """The colour of what is written on a tile."""
    return {"light": token, "lit": "hitext", "filled": "onphase", "plain": "text"}[role]


def paint_tile(
    painter: QPainter,
    box: QRectF,
    tile: Tile,
    role: Role,
    token: str,
    look: Theme,
    style: NumberStyle,
    index: tuple[int, int],
) -> None:
    """token: of the phase. index: what (l+1) and (l) are."""
    ink = ink_of(role, token)
    fill = {"light": f"{token}bg", "lit": "highlight", "filled": token, "plain": "surface"}[role]
    edge = {"light": token, "lit": "hitext", "filled": token, "plain": "border2"}[role]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(look.color(edge), 2.0 if look.is_projector else 1.2))
    painter.setBrush(look.color(fill))
    painter.drawRoundedRect(box, 6, 6)
    caption, symbol, numbers = rows_of(box, look)
    words = "local" if tile.caption == "local derivative" else tile.caption
    draw_fitting(painter, caption, words, look, "section", ink, CENTRE)
    if tile.symbol:
        _paint_maths(painter, symbol, numbered(tile.symbol, index), look, ink, look.px("maths"))
    paint_numbers(painter, numbers, tile, look, style, ink)


def rows_of(box: QRectF, look: Theme) -> tuple[QRectF, QRectF, QRectF]:
    """Caption, symbol and numbers in a tile."""
    pad = 5.0
    line = look.px("section") * 1.45
    inner = box.adjusted(pad, pad * 0.8, -pad, -pad)
    caption = QRectF(inner.left(), inner.top(), inner.width(), line)
    symbol = QRectF(inner.left(), caption.bottom(), inner.width(), look.px("maths") * 2.35)
    return caption, symbol, QRectF(symbol.bottomLeft(), inner.bottomRight())


def numbered(tex: str, index: tuple[int, int]) -> str:
    """A symbol with the numbers of the cards for (l+1) and (l)."""
    here, below = index
    return tex.replace("(l+1)", f"({here})").replace("(l)", f"({below})")


def _paint_maths(
    painter: QPainter, box: QRectF, tex: str, look: Theme, ink: str, px: float
) -> None:
    """In the middle of a box, smaller where it would not fit."""
    size = math_paint.size_of(tex, px)
    share = min(1.0, box.width() / max(size.width(), 1), box.height() / max(size.height(), 1))
    painter.save()
    painter.translate(box.center())
    painter.scale(share, share)
    corner = QPointF(-size.width() / 2, -size.height() / 2)
    math_paint.paint(painter, corner, tex, px, look, default=ink)
    painter.restore()


def paint_numbers(
    painter: QPainter, box: QRectF, tile: Tile, look: Theme, style: NumberStyle, ink: str
) -> None:
    """All of few numbers; of many a picture and the strongest."""
    if tile.formula:
        _paint_maths(painter, box, tile.formula, look, ink, look.px("maths") * 1.1)
    elif tile.words:
        _paint_words(painter, box, tile.words, look, ink)
    elif tile.values is None:
        draw_fitting(painter, box, "…", look, "hero", ink, CENTRE)
    elif tile.values.size == 1:
        text = style.text(float(tile.values.reshape(-1)[0]))
        draw_fitting(painter, box, text, look, "hero", ink, CENTRE)
    elif rows := _written_rows(tile.values, box, look, style):
        _paint_rows(painter, box, rows, look, ink)
    elif tile.values.size:
        _paint_many(painter, box, tile, tile.values, look, style, ink)


def _paint_words(painter: QPainter, box: QRectF, words: str, look: Theme, ink: str) -> None:
    painter.setFont(look.font("caption"))
    painter.setPen(look.color(ink))
    flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
    painter.drawText(box, flags, words)


def _written_rows(values: Array, box: QRectF, look: Theme, style: NumberStyle) -> list[list[str]]:
    """The numbers of a list or a small table; none where they could not be read."""
    is_list = values.ndim == 1 and values.size <= LISTED
    is_table = values.ndim == 2 and max(values.shape) <= 3
    if not values.size or not (is_list or is_table):
        return []
    rows = [[float(value)] for value in values] if is_list else values.tolist()
    texts = [[style.text(value) for value in row] for row in rows]
    widest = max(text_width(look, "mono", text) for row in texts for text in row)
    room = box.width() / len(texts[0]) - 4
    return texts if room >= _LEGIBLE * widest else []


def _paint_rows(
    painter: QPainter, box: QRectF, texts: list[list[str]], look: Theme, ink: str
) -> None:
    """A list or a small table."""
    rows = texts
    high = min(box.height() / len(rows), look.px("mono") * 1.5)
    wide = box.width() / len(rows[0])
    top = box.center().y() - high * len(rows) / 2
    for r, row in enumerate(texts):
        for c, text in enumerate(row):
            cell = QRectF(box.left() + c * wide, top + r * high, wide, high)
            draw_fitting(painter, cell.adjusted(2, 0, -2, 0), text, look, "mono", ink, CENTRE)


def _paint_many(
    painter: QPainter,
    box: QRectF,
    tile: Tile,
    numbers: Array,
    look: Theme,
    style: NumberStyle,
    ink: str,
) -> None:
    """A picture with the strongest numbers below it."""
    row = look.px("chip") * 1.35
    picture = picture_box(box, look)
    values = _grid(numbers)
    image = heat_image(_coarse(values), *_range(values, tile.look), look, _map(values, tile.look))
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    painter.setPen(QPen(look.color("border2"), 1))
    painter.setBrush(look.color("surface"))
    painter.drawRect(picture)
    painter.drawImage(picture, image)
    _paint_lit(painter, picture, tile, values.shape, look)
    flat = np.nan_to_num(np.abs(np.asarray(numbers, dtype=np.float64)).reshape(-1))
    lines = max(int((box.bottom() - picture.bottom()) // row), 0)
    for line, place in enumerate(np.argsort(-flat, kind="stable")[:lines].tolist()):
        number = style.text(float(np.asarray(numbers).reshape(-1)[place]))
        spot = QRectF(box.left(), picture.bottom() + 1 + line * row, box.width(), row)
        _paint_indexed(painter, spot, index_words(place, numbers.shape), number, look, ink)


def _paint_indexed(
    painter: QPainter, row: QRectF, index: str, number: str, look: Theme, ink: str
) -> None:
    """A number with its place in small before it."""
    small = 0.78
    wide = text_width(look, "chip", index) * small
    used = wide + 4 + text_width(look, "chip", number) + 2
    share = min(1.0, row.width() / used)
    painter.save()
    painter.translate(row.center())
    painter.scale(share, share)
    box = QRectF(-used / 2, -row.height() / 2, wide / small, row.height())
    painter.save()
    painter.translate(box.left(), 0.12 * look.px("chip"))
    painter.scale(small, small)
    draw_text(
        painter,
        QRectF(0, -box.height() / 2, box.width() + 2, box.height()),
        index,
        look,
        "chip",
        ink,
        LEFT,
    )
    painter.restore()
    rest = QRectF(-used / 2 + wide + 4, -row.height() / 2, used - wide - 4, row.height())
    draw_text(painter, rest, number, look, "chip", ink, LEFT)
    painter.restore()


def picture_box(box: QRectF, look: Theme) -> QRectF:
    """Where the picture of many numbers lies: above the lines of the strongest."""
    row = look.px("chip") * 1.35
    return QRectF(box.left(), box.top() + 1, box.width(), max(box.height() - 2 * row - 3, 8.0))


def place_at(at: QPointF, box: QRectF, tile: Tile, look: Theme, style: NumberStyle) -> int | None:
    """The place, row by row, of the number painted at a point of the numbers' box."""
    values = tile.values
    if values is None or tile.words or not values.size or not box.contains(at):
        return None
    if values.size == 1:
        return 0
    has_rows = bool(_written_rows(values, box, look, style))
    if has_rows and values.ndim == 1:
        high = min(box.height() / len(values), look.px("mono") * 1.5)
        row = int((at.y() - box.center().y() + high * len(values) / 2) // high)
        return row if 0 <= row < len(values) else None
    grid = _grid(values).shape
    if has_rows:
        high = min(box.height() / grid[0], look.px("mono") * 1.5)
        top = box.center().y() - high * grid[0] / 2
        area = QRectF(box.left(), top, box.width(), high * grid[0])
    else:
        area = picture_box(box, look)
    if not area.contains(at):
        return None
    row = min(int((at.y() - area.top()) / area.height() * grid[0]), grid[0] - 1)
    column = min(int((at.x() - area.left()) / area.width() * grid[1]), grid[1] - 1)
    return int(row * grid[1] + column)


def _grid(values: object) -> Floats:
    """As rows and columns."""
    found = np.asarray(values, dtype=np.float64)
    if found.ndim == 1:
        return found[None, :]
    return found.reshape(found.shape[0], -1)


def _coarse(values: Floats) -> Floats:
    """Of many numbers the strongest of each block."""
    for axis in (0, 1):
        count = values.shape[axis]
        share = -(-count // _MOST_CELLS)
        if share == 1:
            continue
        starts = np.arange(0, count, share)
        high = np.maximum.reduceat(values, starts, axis=axis)
        low = np.minimum.reduceat(values, starts, axis=axis)
        values = np.where(np.abs(high) >= np.abs(low), high, low)
    return values


def _map(values: Floats, look: str) -> str:
    if look == "delta":
        return "delta"
    return "signed" if look == "weight" or bool((values < 0).any()) else "positive"


def _range(values: Floats, look: str) -> tuple[float, float]:
    finite = values[np.isfinite(values)]
    size = float(np.abs(finite).max(initial=0.0)) or 1.0
    return (0.0, size) if _map(values, look) == "positive" else (-size, size)


def _paint_lit(
    painter: QPainter, box: QRectF, tile: Tile, shape: tuple[int, ...], look: Theme
) -> None:
    """A frame around the numbers that have a part in the chosen one."""
    if not tile.lit or len(tile.lit) >= shape[0] * shape[1]:
        return
    rows, columns = np.unravel_index(np.array(tile.lit), shape[:2])
    wide, high = box.width() / shape[1], box.height() / shape[0]
    left, top = float(columns.min()) * wide, float(rows.min()) * high
    right, bottom = (float(columns.max()) + 1) * wide, (float(rows.max()) + 1) * high
    frame = QRectF(box.left() + left, box.top() + top, max(right - left, 2), max(bottom - top, 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(look.color("surface"), 3))
    painter.drawRect(frame)
    painter.setPen(QPen(look.color("text"), 1.4))
    painter.drawRect(frame)
