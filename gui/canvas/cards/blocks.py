"""Faces made of pictures: blocks of small maps, one below the other, each with its letter.

A block holds one map a channel, a head, or just one. Numbers become one image a block, once a
step; where several share a pixel, the largest in size is shown.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QPainter

from gui.canvas.cards import measures, numbers, symbols
from gui.canvas.cards.block_grid import Block, Grid, Under, grid_of, note_height, number_under
from gui.canvas.cards.block_picture import BlocksPicture, Floats, picture_of
from gui.canvas.cards.face import Face, FaceContext
from gui.canvas.cards.paint import LEFT, draw_text, frame, pen
from gui.canvas.cards.signs import ShownSign
from gui.canvas.cards.why_not import NO_STEP, why_no_delta
from gui.theme import Theme
from model.snapshot import NodeView


class BlocksFace(Face):
    """Blocks from top to bottom; a subclass may paint below them, in `foot_height` px."""

    def __init__(self, blocks: tuple[Block, ...]) -> None:
        self.blocks = blocks
        self._drawn: BlocksPicture | None = None
        self._sign = ShownSign("inherited")

    def forget(self) -> None:
        """Training begins anew."""
        self._sign.forget()
        self._drawn = None

    # places

    def room(self, theme: Theme) -> float:
        """px across for the maps."""
        return measures.length(theme, "maps")

    def size(self, theme: Theme) -> QSizeF:
        """The blocks, and what stands below them."""
        width = measures.length(theme, "left") + self.room(theme) + measures.length(theme, "right")
        return QSizeF(width, self.foot_top(theme) + self.foot_height(theme))

    def head_height(self, theme: Theme) -> float:
        """px above the blocks that a face of more takes."""
        return 0.0

    def foot_height(self, theme: Theme) -> float:
        """px below the blocks, the card's margin included."""
        return measures.length(theme, "bottom")

    def foot_top(self, theme: Theme) -> float:
        """Where the last block ends."""
        grids = self.grids(theme)
        return grids[-1].bottom if grids else measures.length(theme, "top")

    def grids(self, theme: Theme) -> list[Grid]:
        """The places of all blocks."""
        found, top = [], self.head_height(theme) + measures.length(theme, "top")
        for block in self.blocks:
            grid = self._grid(block, theme, top)
            found.append(grid)
            top = grid.bottom + measures.length(theme, "gap")
        return found

    def _grid(self, block: Block, theme: Theme, top: float) -> Grid:
        return grid_of(block, theme, top, self.room(theme))

    # numbers

    def values(self, view: NodeView | None, block: Block) -> Floats | None:
        """(count, rows, columns), or None."""
        found: Any = None
        if view is not None:
            own = {"h": view.out, "delta": view.delta}
            found = own[block.key] if block.key in own else view.extras.get(block.key)
        if found is None or np.size(found) != block.count * block.rows * block.columns:
            return None
        return self.arranged(np.asarray(found), block)

    def arranged(self, found: Floats, block: Block) -> Floats:
        """Numbers as maps; a subclass may turn them."""
        return found.reshape(block.count, block.rows, block.columns)

    def _prepare(self, context: FaceContext) -> BlocksPicture | None:
        view = context.view
        if view is None or all(self.values(view, block) is None for block in self.blocks):
            return None
        if self._drawn is None or not self._drawn.is_of(context):
            grids = self.grids(context.theme)
            self._drawn = picture_of(
                context, view, self.blocks, grids, lambda b: self.values(view, b), self._sign
            )
        return self._drawn

    # painting

    @property
    def h_map(self) -> str:
        """Of the first block that shows h."""
        kind = next((block.kind for block in self.blocks if block.key == "h"), "")
        is_signed = kind == "signed" or (kind == "inherited" and self._sign.is_signed)
        return "" if not kind else "signed" if is_signed else "plain"

    def still_key(self, context: FaceContext) -> Hashable:
        """What `paint_still` looks at."""
        return context.layer_index, self._why(context)

    def _why(self, context: FaceContext) -> str:
        has_h = context.view is not None and context.view.out is not None
        has_delta = context.view is not None and context.view.delta is not None
        return why_no_delta(context) if has_h and not has_delta else ""

    def paint_still(self, painter: QPainter, rect: QRectF, context: FaceContext) -> None:
        """Letters, empty maps, and how many of them there are."""
        theme = context.theme
        painter.save()
        painter.translate(rect.topLeft())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for block, grid in zip(self.blocks, self.grids(theme), strict=True):
            for box in grid.boxes:
                painter.fillRect(box, theme.color("sunken"))
                frame(painter, box, theme, "border")
            self._paint_letter(painter, theme, block, grid.boxes[0], context.layer_index)
            if block.shown < block.count:
                row = QRectF(grid.boxes[0].left(), 0, self.room(theme), note_height(block, theme))
                row.moveBottom(grid.bottom)
                words = f"the first {block.shown} of {block.count}"
                draw_text(painter, row, words, theme, "caption", "text3", LEFT)
            why = self._why(context)
            if block.key == "delta" and why:
                row = QRectF(grid.boxes[0])
                row.setWidth(self.room(theme))
                draw_text(painter, row, why, theme, "caption", "text3")
        painter.restore()

    def _paint_letter(
        self, painter: QPainter, theme: Theme, block: Block, box: QRectF, index: int
    ) -> None:
        edge = measures.length(theme, "stripe") + 2
        room = box.left() - edge - 3
        px = theme.px("maths")
        if block.key not in ("h", "delta"):
            area = QRectF(edge, box.top(), room, px * 1.2)
            draw_text(painter, area, block.letter, theme, "strong", "text2")
            return
        path = symbols.shape(block.letter, px, above=f"({index})")
        width = path.boundingRect().right()
        if width > room:
            path = symbols.shape(block.letter, round(px * room / width, 1), above=f"({index})")
            width = path.boundingRect().right()
        at = QPointF(
            edge + max(0.0, room - width), box.top() + min(box.height() / 2 + 0.3 * px, px)
        )
        token = "fwd" if block.key == "h" else "bwd"
        symbols.draw_symbol(painter, at, path, theme.color(token))

    def paint_live(self, painter: QPainter, rect: QRectF, context: FaceContext) -> None:
        """All maps, and a + or − at the strongest place of each that has both signs."""
        drawn = self._prepare(context)
        painter.save()
        painter.translate(rect.topLeft())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if drawn is not None:
            theme = context.theme
            for images, grid in zip(drawn.images, self.grids(theme), strict=True):
                for image, box in zip(images or (), grid.boxes, strict=False):
                    painter.drawImage(box, image)
                    frame(painter, box, theme, "border2")
            if drawn.marks:
                painter.setPen(pen(theme, "text", 1.4 * theme.scale))
                painter.drawLines(drawn.marks)
        self.paint_foot(painter, context)
        painter.restore()

    def paint_foot(self, painter: QPainter, context: FaceContext) -> None:
        """What stands below the blocks and changes with each step."""

    # pointing

    def under(self, pos: QPointF, rect: QRectF, theme: Theme) -> Under | None:
        """The number under the pointer; where several share a pixel, the first."""
        at = pos - rect.topLeft()
        for block, grid in zip(self.blocks, self.grids(theme), strict=True):
            found = number_under(at, block, grid)
            if found is not None:
                return found
        return None

    def place_of(self, found: Under, context: FaceContext) -> tuple[str, str]:
        """Index of the number, such as `[0, 3, 4]`, and its place in words."""
        return f"[{found.row}, {found.column}]", f"row {found.row}, column {found.column}"

    def tip_at(self, pos: QPointF, rect: QRectF, context: FaceContext) -> str:
        """One number in full, with its symbol and place."""
        found = self.under(pos, rect, context.theme)
        if found is None:
            return ""
        if context.view is None or context.view.out is None:
            return NO_STEP
        values = self.values(context.view, found.block)
        if values is None:
            return self.why_nothing(found.block, context)
        index, place = self.place_of(found, context)
        letter = {"h": "h", "delta": "δ"}.get(found.block.key, found.block.letter)
        if found.block.key in ("h", "delta"):
            letter += numbers.superscript(context.layer_index)
        value = values[found.number, found.row, found.column]
        is_delta = found.block.key == "delta"
        lines = [f"{letter}{index} = {numbers.full(value, is_signed=is_delta)}"]
        lines.append(f"{place}, item {context.item + 1} of the batch")
        drawn = self._drawn
        if drawn is not None and drawn.view is context.view:
            low, high = drawn.ranges[self.blocks.index(found.block)]
            lines.append(f"Colours from {numbers.short(low)} to {numbers.short(high)}")
            if low < 0 and found.block.kind != "plain":
                lines.append("+ and − mark the strongest place of each map")
        return "\n".join(lines)

    def why_nothing(self, block: Block, context: FaceContext) -> str:
        """Why a block is empty after a step."""
        if block.key == "delta":
            return why_no_delta(context).capitalize() + "."
        return "Only while training: in test mode there is nothing to show here."
