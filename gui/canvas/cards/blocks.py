"""Faces made of pictures: blocks of small maps, one below the other, each with its letter.

A block holds one map a channel, a head, or just one. Numbers become one image a block, once a
step; where several share a pixel, the largest in size is shown.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF
from PySide6.QtGui import QImage, QPainter

from gui.canvas.cards import measures, numbers, symbols
from gui.canvas.cards.face import Face, FaceContext
from gui.canvas.cards.paint import LEFT, draw_text, frame, heat_image, pen
from gui.canvas.cards.strips import why_no_delta
from gui.theme import Theme
from model.snapshot import NodeView

Floats = NDArray[np.floating]
Kind = Literal["plain", "signed", "inherited", "delta", "share"]
"""How numbers become colours; inherited: plain until a negative number is seen. delta: signed, on
the scale of the board. share: from 0 to 1."""
GAP = 3.0


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


@dataclass
class _Drawn:
    """One image a block, in order; None where there are no numbers."""

    view: NodeView
    delta_scale: float
    theme: Theme
    images: list[list[QImage] | None]
    marks: list[QLineF]
    ranges: list[tuple[float, float]]


class Under(NamedTuple):
    """What lies under the pointer."""

    block: Block
    number: int
    row: int
    column: int


class BlocksFace(Face):
    """Blocks from top to bottom; a subclass may paint below them, in `foot_height` px."""

    def __init__(self, blocks: tuple[Block, ...]) -> None:
        self.blocks = blocks
        self._drawn: _Drawn | None = None
        self._has_seen_negative = False

    # places

    def room(self, theme: Theme) -> float:
        """px across for the maps."""
        return measures.length(theme, "maps")

    def size(self, theme: Theme) -> QSizeF:
        """The blocks, and what stands below them."""
        width = measures.length(theme, "left") + self.room(theme) + measures.length(theme, "right")
        return QSizeF(width, self.foot_top(theme) + self.foot_height(theme))

    def foot_height(self, theme: Theme) -> float:
        """px below the blocks, the card's margin included."""
        return measures.length(theme, "bottom")

    def foot_top(self, theme: Theme) -> float:
        """Where the last block ends."""
        grids = self.grids(theme)
        return grids[-1].bottom if grids else measures.length(theme, "top")

    def grids(self, theme: Theme) -> list[Grid]:
        """The places of all blocks."""
        found, top = [], measures.length(theme, "top")
        for block in self.blocks:
            grid = self._grid(block, theme, top)
            found.append(grid)
            top = grid.bottom + measures.length(theme, "gap")
        return found

    def _grid(self, block: Block, theme: Theme, top: float) -> Grid:
        left, room = measures.length(theme, "left"), self.room(theme)
        if block.is_wide:
            height = block.height * measures.length(theme, "maps") / measures.DESK_MAPS
            return Grid((QRectF(left, top, room, round(height)),), top + round(height))
        gap = GAP * theme.scale
        per_row = min(block.shown, 8)
        most = measures.length(theme, "small_picture")
        width = min((room - gap * (per_row - 1)) / per_row, most)
        width = math.floor(width)
        height = min(max(width * block.rows / block.columns, 6.0), most)
        boxes = []
        for index in range(block.shown):
            row, column = divmod(index, per_row)
            x, y = left + column * (width + gap), top + row * (height + gap)
            boxes.append(QRectF(x, y, width, height))
        note = self._note_height(block, theme)
        return Grid(tuple(boxes), boxes[-1].bottom() + note)

    def _note_height(self, block: Block, theme: Theme) -> float:
        return measures.length(theme, "note") if block.shown < block.count else 0.0

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

    def _prepare(self, context: FaceContext) -> _Drawn | None:
        view, theme = context.view, context.theme
        old = self._drawn
        if view is None or all(self.values(view, block) is None for block in self.blocks):
            return None
        if (
            old is not None
            and old.view is view
            and old.theme is theme
            and old.delta_scale == context.delta_scale
        ):
            return old
        drawn = _Drawn(view, context.delta_scale, theme, [], [], [])
        for block, grid in zip(self.blocks, self.grids(theme), strict=True):
            values = self.values(view, block)
            if values is None:
                drawn.images.append(None)
                drawn.ranges.append((0.0, 0.0))
                continue
            low, high, kind = self._scale(values, block, context.delta_scale)
            drawn.ranges.append((low, high))
            images = []
            for number, box in enumerate(grid.boxes):
                shown = reduced(values[number], box, theme)
                images.append(heat_image(shown, low, high, theme, kind))
                if block.kind == "delta":
                    drawn.marks += sign_mark(values[number], box, theme)
            drawn.images.append(images)
        self._drawn = drawn
        return drawn

    def _scale(self, values: Floats, block: Block, delta_scale: float) -> tuple[float, float, str]:
        """Least and greatest number of the colours, and their map."""
        if block.kind == "share":
            return 0.0, 1.0, "positive"
        finite = values[np.isfinite(values)]
        least, most = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
        if block.kind == "delta":
            reach = delta_scale or max(-least, most) or 1.0
            return -reach, reach, "delta"
        if block.kind == "inherited" and least < 0:
            self._has_seen_negative = True
        if block.kind == "signed" or (block.kind == "inherited" and self._has_seen_negative):
            reach = max(-least, most) or 1.0
            return -reach, reach, "signed"
        return min(least, 0.0), most if most > 0 else 1.0, "positive"

    # painting

    @property
    def h_map(self) -> str:
        """Of the first block that shows h."""
        kind = next((block.kind for block in self.blocks if block.key == "h"), "")
        is_signed = kind == "signed" or (kind == "inherited" and self._has_seen_negative)
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
                row = QRectF(
                    grid.boxes[0].left(), 0, self.room(theme), self._note_height(block, theme)
                )
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
        """All maps, and a + or − at the strongest place of each map of delta."""
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
        local = pos - rect.topLeft()
        for block, grid in zip(self.blocks, self.grids(theme), strict=True):
            for number, box in enumerate(grid.boxes):
                if box.contains(local):
                    row = int((local.y() - box.top()) / box.height() * block.rows)
                    column = int((local.x() - box.left()) / box.width() * block.columns)
                    row, column = min(row, block.rows - 1), min(column, block.columns - 1)
                    return Under(block, number, row, column)
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
            return "No step has been taken yet: press Run or Step."
        values = self.values(context.view, found.block)
        if values is None:
            return self.why_nothing(found.block, context)
        index, place = self.place_of(found, context)
        letter = {"h": "h", "delta": "δ"}.get(found.block.key, found.block.letter)
        if found.block.key in ("h", "delta"):
            letter += numbers.superscript(context.layer_index)
        value = values[found.number, found.row, found.column]
        lines = [f"{letter}{index} = {numbers.full(value, is_signed=found.block.key == 'delta')}"]
        lines.append(f"{place}, item {context.item + 1} of the batch")
        drawn = self._drawn
        if drawn is not None and drawn.view is context.view:
            low, high = drawn.ranges[self.blocks.index(found.block)]
            lines.append(f"Colours from {numbers.short(low)} to {numbers.short(high)}")
        if found.block.key == "delta":
            lines.append("+ and − mark the strongest place of each map")
        return "\n".join(lines)

    def why_nothing(self, block: Block, context: FaceContext) -> str:
        """Why a block is empty after a step."""
        if block.key == "delta":
            return why_no_delta(context).capitalize() + "."
        return "Only while training: in test mode there is nothing to show here."


def reduced(values: Floats, box: QRectF, theme: Theme) -> Floats:
    """As many rows and columns as the box has px: of those that share one the largest in size."""
    most_rows, most_columns = max(int(box.height()), 1), max(int(box.width()), 1)
    for axis, most in ((0, most_rows), (1, most_columns)):
        count = values.shape[axis]
        if count > most:
            share = -(-count // most)
            edges = np.arange(0, count, share)
            high = np.maximum.reduceat(values, edges, axis=axis)
            low = np.minimum.reduceat(values, edges, axis=axis)
            values = np.where(high >= -low, high, low)
    return values


def sign_mark(values: Floats, box: QRectF, theme: Theme) -> list[QLineF]:
    """A + or − where delta is largest in size, so that its sign can be read without colours."""
    if not np.isfinite(values).all() or not values.any():
        return []
    place = int(np.abs(values).argmax())
    row, column = divmod(place, values.shape[1])
    arm = min(3.0 * theme.scale, box.width() / 5, box.height() / 3)
    x = box.left() + (column + 0.5) / values.shape[1] * box.width()
    y = box.top() + (row + 0.5) / values.shape[0] * box.height()
    x = min(max(x, box.left() + arm + 1), box.right() - arm - 1)
    y = min(max(y, box.top() + arm + 1), box.bottom() - arm - 1)
    lines = [QLineF(x - arm, y, x + arm, y)]
    if values.flat[place] > 0:
        lines.append(QLineF(x, y - arm, x, y + arm))
    return lines
