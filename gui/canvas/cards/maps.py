"""The face of an output of channels: a small picture each, its error term, and noise or mask."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF

from gui.canvas.cards.block_grid import Block, Kind, Under
from gui.canvas.cards.blocks import BlocksFace
from gui.canvas.cards.draws import KINDS, LETTERS
from gui.canvas.cards.face import FaceContext

MOST_MAPS = 16


class MapsFace(BlocksFace):
    """h of every channel as a picture, delta below it, aligned."""

    def __init__(self, shape: tuple[int, int, int], kind: Kind, extra: str = "") -> None:
        channels, rows, columns = shape
        shown = min(channels, MOST_MAPS)
        found: list[tuple[str, str, Kind]] = [("h", "h", kind), ("delta", "delta", "delta")]
        if extra:
            found.insert(0, (extra, LETTERS[extra], KINDS[extra]))
        super().__init__(
            tuple(
                Block(key, letter, colours, channels, rows, columns, shown)
                for key, letter, colours in found
            )
        )

    def neuron_at(self, pos: QPointF, rect: QRectF, context: FaceContext) -> int | None:
        """The place's number, channel by channel and row by row."""
        found = self.under(pos, rect, context.theme)
        if found is None:
            return None
        block = found.block
        return (found.number * block.rows + found.row) * block.columns + found.column

    def place_of(self, found: Under, context: FaceContext) -> tuple[str, str]:
        """Channel, row, column."""
        block = found.block
        where = (
            f"channel {found.number} of {block.count}, row {found.row} of {block.rows},"
            f" column {found.column} of {block.columns}"
        )
        return f"[{found.number}, {found.row}, {found.column}]", where
