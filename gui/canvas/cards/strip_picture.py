"""The numbers of one step as colours and bars: worked out once a snapshot, painted often."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage

from gui.canvas.cards import measures
from gui.canvas.cards.bars import Bars, bar_gap, bar_image, bar_rects
from gui.canvas.cards.drawn import Drawn
from gui.canvas.cards.face import FaceContext
from gui.canvas.cards.paint import heat_image, strip_image
from gui.canvas.cards.signs import ShownSign
from gui.theme import ink_on
from model.snapshot import NodeView

Floats = NDArray[np.floating]


@dataclass
class StripPicture(Drawn):
    """What one snapshot looks like; x from the card's edge.

    low, high: the numbers at the ends of h's colours. inks: readable on the colour of each column,
    where the numbers themselves are written.
    """

    image: QImage | None = None
    low: float = 0.0
    high: float = 1.0
    bar_image: QImage | None = None
    bars: list[tuple[QColor, list[QRectF]]] = field(default_factory=list)
    inks: list[QColor] = field(default_factory=list)


def picture_of(
    context: FaceContext,
    view: NodeView,
    sign: ShownSign,
    row: QRectF,
    speaks: NDArray[np.bool_] | None,
) -> StripPicture:
    """Colours of h, and bars of delta in a trough. speaks: False = bar painted faded."""
    h = np.asarray(view.out).reshape(-1)
    made = StripPicture(view, context.delta_scale, context.theme)
    _colour(made, h, sign)
    if view.delta is not None and np.size(view.delta) == h.size:
        _raise_bars(made, np.asarray(view.delta).reshape(-1), row, speaks)
    return made


def _colour(made: StripPicture, h: Floats, sign: ShownSign) -> None:
    made.low, made.high = sign.range_of(h)
    shown = h[largest(h)]
    colours = (made.low, made.high, made.theme, sign.kind)
    if h.size <= measures.WITH_VALUE:  # the numbers stand in the columns, sign and all
        made.image = heat_image(shown[None, :], *colours)
        made.inks = [ink_on(made.image.pixelColor(j, 0)) for j in range(h.size)]
    else:
        made.image = strip_image(shown, *colours)


def _raise_bars(
    made: StripPicture, delta: Floats, row: QRectF, speaks: NDArray[np.bool_] | None
) -> None:
    columns = measures.columns_for(delta.size, made.theme)
    which = largest(delta)
    shown = delta[which].astype(np.float64)
    size = np.abs(shown[np.isfinite(shown)])
    scale = made.delta_scale or (float(size.max()) if size.size else 0.0) or 1.0
    is_faded = np.zeros(columns.cells, bool) if speaks is None else ~speaks[which]
    bars = Bars(shown / scale, is_faded, made.theme)
    if columns.cell < 6:
        made.bar_image = bar_image(bars, row.height())
    else:
        gap = bar_gap(columns, made.theme)
        lefts = row.left() + gap + np.arange(columns.cells) * columns.cell
        made.bars = bar_rects(bars, row, lefts.tolist(), columns.cell - 2 * gap)


def largest(values: Floats) -> NDArray[np.intp]:
    """For each column the neuron it shows: the one of greatest size."""
    columns = measures.columns(values.size, False)
    if columns.per_cell == 1:
        return np.arange(values.size)
    padded = np.full(columns.cells * columns.per_cell, -1.0)
    padded[: values.size] = np.where(np.isnan(values), np.inf, np.abs(values))
    best = padded.reshape(columns.cells, columns.per_cell).argmax(axis=1)
    return np.asarray(best + np.arange(columns.cells) * columns.per_cell)
