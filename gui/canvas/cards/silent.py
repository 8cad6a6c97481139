"""Neurons that weights of exactly 0 have silenced: empty, dotted columns in the strips."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from gui.canvas.cards import measures
from gui.canvas.cards.face import FaceContext
from gui.canvas.cards.paint import hairline
from gui.theme import Theme
from model.vanishing import Silence

UNFED = "All weights into this neuron are exactly 0: it says its bias, whatever comes."
UNHEARD = "All weights out of this neuron are exactly 0: nobody hears what it says."
_NARROW = 6.0
"""px below which a column is only emptied."""


def silence_of(context: FaceContext) -> Silence:
    """Of the neurons of a card in the newest step."""
    found = None if context.view is None else context.view.extras.get("silence")
    return found if isinstance(found, Silence) else Silence()


def paint_silent(
    painter: QPainter,
    theme: Theme,
    count: int,
    row: QRectF,
    is_silent: NDArray[np.bool_] | None,
    *,
    keeps_number: bool = False,
) -> None:
    """Empty the columns of a strip whose neurons are all silent. keeps_number: a number stands in
    the column, so it is only framed."""
    if is_silent is None or is_silent.size != count:
        return
    columns = measures.columns_for(count, theme)
    padded = np.ones(columns.cells * columns.per_cell, bool)
    padded[:count] = is_silent
    gone = padded.reshape(columns.cells, columns.per_cell).all(axis=1)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.color("text2"), hairline(theme), Qt.PenStyle.DotLine))
    for k in np.flatnonzero(gone).tolist():
        cell = QRectF(row.left() + k * columns.cell, row.top(), columns.cell, row.height())
        if not keeps_number:
            painter.fillRect(cell, theme.color("surface"))
        if columns.cell >= _NARROW:
            painter.drawRect(cell.adjusted(0.5, 0.5, -1.5, -1.5))
        if keeps_number:
            painter.drawLine(cell.bottomLeft(), cell.topRight())


def words_of(context: FaceContext, neuron: int) -> list[str]:
    """Why a neuron is drawn empty; [] where it is not."""
    silence, found = silence_of(context), []
    for mask, words in ((silence.unfed, UNFED), (silence.unheard, UNHEARD)):
        if mask is not None and neuron < mask.size and mask[neuron]:
            found.append(words)
    return found
