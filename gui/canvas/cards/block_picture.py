"""The numbers of one step as small maps: one image each, worked out once a snapshot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QImage

from gui.canvas.cards.block_grid import Block, Grid
from gui.canvas.cards.drawn import Drawn
from gui.canvas.cards.draws import MIDDLES
from gui.canvas.cards.face import FaceContext
from gui.canvas.cards.paint import heat_image
from gui.canvas.cards.signs import ShownSign
from gui.sign_marks import sign_mark
from model.snapshot import NodeView

Floats = NDArray[np.floating]


@dataclass
class BlocksPicture(Drawn):
    """Images and ranges of colours by block, in order; None where there are no numbers. marks: the
    signs of the strongest places, where a map has two."""

    images: list[list[QImage] | None] = field(default_factory=list)
    ranges: list[tuple[float, float]] = field(default_factory=list)
    marks: list[QLineF] = field(default_factory=list)


def picture_of(
    context: FaceContext,
    view: NodeView,
    blocks: Sequence[Block],
    grids: Sequence[Grid],
    values_of: Callable[[Block], Floats | None],
    sign: ShownSign,
) -> BlocksPicture:
    """All maps. sign: of an `inherited` block."""
    theme = context.theme
    made = BlocksPicture(view, context.delta_scale, theme)
    for block, grid in zip(blocks, grids, strict=True):
        values = values_of(block)
        if values is None:
            made.images.append(None)
            made.ranges.append((0.0, 0.0))
            continue
        middle = MIDDLES.get(block.key, 0.0)
        values = values - middle if middle else values
        low, high, kind = _colours(values, block, context.delta_scale, sign)
        made.ranges.append((low + middle, high + middle))
        images = []
        for number, box in enumerate(grid.boxes):
            images.append(heat_image(reduced(values[number], box), low, high, theme, kind))
            if kind in ("delta", "signed"):
                made.marks += sign_mark(values[number], box, theme.scale)
        made.images.append(images)
    return made


def _colours(
    values: Floats, block: Block, delta_scale: float, inherited: ShownSign
) -> tuple[float, float, str]:
    """Least and greatest number of the colours, and their map."""
    if block.kind == "share":
        return 0.0, 1.0, "positive"
    if block.kind == "delta":
        _low, high = ShownSign("signed").range_of(values)
        reach = delta_scale or high
        return -reach, reach, "delta"
    known = {"plain": ShownSign("positive"), "signed": ShownSign("signed")}
    sign = known.get(block.kind, inherited)
    return *sign.range_of(values), sign.kind


def reduced(values: Floats, box: QRectF) -> Floats:
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
