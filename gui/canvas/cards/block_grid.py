"""Blocks of small maps, one below the other: what they are, and where their maps lie."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

from PySide6.QtCore import QPointF, QRectF

from gui.canvas.cards import measures
from gui.theme import Theme

Kind = Literal["plain", "signed", "inherited", "delta", "share"]
"""How numbers become colours; inherited: as the input, see `signs.ShownSign`. delta: signed, on
the scale of the board. share: from 0 to 1."""
GAP = 3.0
_PER_ROW = 8


@dataclass(frozen=True)
class Block:
    """Maps of rows × columns numbers. key: "h", "delta", or the name of an extra of the view.

    letter: a symbol of `symbols` for h and delta, else a text. shown: maps that are painted, of
    `count`. wide: one map is stretched over the whole room instead of having square pixels.
    """

    key: str
    letter: str
    kind: Kind
    count: int
    rows: int
    columns: int
    shown: int = 1
    is_wide: bool = False
    height: float = 0.0
    """px of a wide block at a desk."""


class Grid(NamedTuple):
    """Where the maps of a block lie, px from the body's corner."""

    boxes: tuple[QRectF, ...]
    bottom: float


class Under(NamedTuple):
    """What lies under the pointer."""

    block: Block
    number: int
    row: int
    column: int


def grid_of(block: Block, theme: Theme, top: float, room: float) -> Grid:
    """The maps of a block in rows of up to eight; room: px across."""
    left = measures.length(theme, "left")
    if block.is_wide:
        high = round(block.height * measures.length(theme, "maps") / measures.DESK_MAPS)
        return Grid((QRectF(left, top, room, high),), top + high)
    gap = GAP * theme.scale
    per_row = min(block.shown, _PER_ROW)
    most = measures.length(theme, "small_picture")
    width = math.floor(min((room - gap * (per_row - 1)) / per_row, most))
    height = min(max(width * block.rows / block.columns, 6.0), most)
    boxes = []
    for index in range(block.shown):
        row, column = divmod(index, per_row)
        boxes.append(
            QRectF(left + column * (width + gap), top + row * (height + gap), width, height)
        )
    return Grid(tuple(boxes), boxes[-1].bottom() + note_height(block, theme))


def note_height(block: Block, theme: Theme) -> float:
    """px for the line that says how many maps there are, where not all are shown."""
    return measures.length(theme, "note") if block.shown < block.count else 0.0


def number_under(at: QPointF, block: Block, grid: Grid) -> Under | None:
    """The number at a point of the body; where several share a pixel, the first."""
    for number, box in enumerate(grid.boxes):
        if box.contains(at):
            row = int((at.y() - box.top()) / box.height() * block.rows)
            column = int((at.x() - box.left()) / box.width() * block.columns)
            return Under(block, number, min(row, block.rows - 1), min(column, block.columns - 1))
    return None
