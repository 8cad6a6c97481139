"""The face of attention: who looks at whom, a map a head, above the sequence that comes out."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from gui.canvas.cards import measures
from gui.canvas.cards.block_grid import Block, Grid, Under, note_height
from gui.canvas.cards.block_picture import Floats
from gui.canvas.cards.face import FaceContext
from gui.canvas.cards.hints import Hints
from gui.canvas.cards.paint import CENTRE, LEFT, draw_text, text_width
from gui.canvas.cards.time_face import TimeFace
from gui.theme import Theme

MOST_HEADS = 8
KEY = "attention"
_WORDS = ("row: asks", "column: is read", "row sum: 1")


class AttentionFace(TimeFace):
    """Row q of a map: how much step q takes from each step; every row adds up to 1."""

    def __init__(self, heads: int, steps: int, seen: int, neurons: int, hints: Hints) -> None:
        self.heads = heads
        shown = min(heads, MOST_HEADS)
        block = Block(KEY, "a", "share", heads, steps, seen, shown)
        super().__init__(steps, neurons, "signed", hints, above=(block,))

    def arranged(self, found: Floats, block: Block) -> Floats:
        """(heads, asking, seen) as it is."""
        return found if block.key == KEY else super().arranged(found, block)

    def _grid(self, block: Block, theme: Theme, top: float) -> Grid:
        """One or two maps are larger than other pictures, with room for the tokens."""
        if block.key != KEY or block.shown > 2:
            return super()._grid(block, theme, top)
        left, room = measures.length(theme, "left"), self.room(theme)
        margin = self._margin(theme)
        side = int((room - margin - (8 if block.shown == 2 else 0)) / 2)
        height = min(max(side * block.rows / block.columns, 12.0), 1.5 * side)
        boxes = tuple(
            QRectF(left + margin + k * (side + 8), top + margin, side, height)
            for k in range(block.shown)
        )
        note = note_height(block, theme)
        return Grid(boxes, boxes[-1].bottom() + note)

    def _margin(self, theme: Theme) -> float:
        """px for a row or column of tokens beside the maps."""
        return measures.length(theme, "token") if self.heads <= 2 and self.hints.tokens else 0.0

    def paint_still(self, painter: QPainter, rect: QRectF, context: FaceContext) -> None:
        """What stays of a sequence; beside a single map, what its rows and columns are."""
        super().paint_still(painter, rect, context)
        if self.heads > 1:
            return
        theme, (box, *_) = context.theme, self.grids(context.theme)[0].boxes
        left = rect.left() + box.right() + 8
        row = theme.px("caption") * 1.45
        wide = rect.right() - left - measures.length(theme, "right") / 2
        for number, words in enumerate(_WORDS):
            if (number + 1) * row <= box.height():
                place = QRectF(left, rect.top() + box.top() + number * row, wide, row)
                draw_text(painter, place, words, theme, "caption", "text3", LEFT)

    def paint_foot(self, painter: QPainter, context: FaceContext) -> None:
        """The foot of a sequence, and the tokens along the maps where there is room."""
        super().paint_foot(painter, context)
        theme, margin = context.theme, self._margin(context.theme)
        grid, block = self.grids(theme)[0], self.blocks[0]
        told = self.tokens(context)
        cell = grid.boxes[0].width() / block.columns
        is_square = block.rows == block.columns
        if not told or not margin or not is_square or cell < 0.85 * text_width(theme, "chip", "m"):
            return
        for number, box in enumerate(grid.boxes):
            for t, token in enumerate(told):
                across = QRectF(box.left() + t * cell, box.top() - margin, cell, margin)
                draw_text(painter, across, token, theme, "chip", "text2", CENTRE)
                if number == 0:
                    down = QRectF(box.left() - margin, 0, margin, cell)
                    down.moveTop(box.top() + t * cell)
                    draw_text(painter, down, token, theme, "chip", "text2", CENTRE)

    def neuron_at(self, pos: QPointF, rect: QRectF, context: FaceContext) -> int | None:
        """Of the sequence's pictures only."""
        found = self.under(pos, rect, context.theme)
        return None if found is None or found.block.key == KEY else found.row

    def place_of(self, found: Under, context: FaceContext) -> tuple[str, str]:
        """Head, asking step, step that is looked at."""
        if found.block.key != KEY:
            return super().place_of(found, context)
        asking, seen = found.row, found.column
        words = (
            f"head {found.number} of {self.heads}: step {asking + 1}{self._token(asking, context)}"
            f" takes from step {seen + 1}{self._token(seen, context)}"
        )
        return f"[{found.number}, {asking}, {seen}]", words
