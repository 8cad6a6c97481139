"""The kernels of a convolution as small pictures: blue −, red +, one scale for all."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap

from gui.canvas.cards.paint import heat_image
from gui.theme import Theme
from model.layer import Array

MOST = (8, 16)
"""Output and input channels that are shown."""
_GAP, _LARGEST = 2, 14  # px between two kernels; px of a weight at most


def filters_picture(values: Array, look: Theme, width: float) -> tuple[QPixmap, str]:
    """A row an output channel, a column an input channel; the kernels of a single input channel
    beside one another. At most `width` px wide. Returns the picture and what it shows, in words.

    values: (channels out, channels in, height, width).
    """
    shown = values[: MOST[0], : MOST[1]]
    outs, ins, high, wide = shown.shape
    words = f"{outs} of {values.shape[0]} filters, {ins} of {values.shape[1]} input channels"
    if ins == 1:
        shown = shown.swapaxes(0, 1)
        outs, ins = 1, outs
    side = max(1, min(int((width + _GAP) / ins - _GAP) // wide, round(_LARGEST * look.scale)))
    size = QSize(ins * (wide * side + _GAP) - _GAP, outs * (high * side + _GAP) - _GAP)
    picture = QPixmap(size)
    picture.fill(Qt.GlobalColor.transparent)
    reach = float(np.abs(np.nan_to_num(values)).max()) or 1.0
    painter = QPainter(picture)
    for row in range(outs):
        for column in range(ins):
            image = heat_image(shown[row, column], -reach, reach, look, "signed")
            spot = QPointF(column * (wide * side + _GAP), row * (high * side + _GAP))
            painter.drawImage(spot, image.scaled(wide * side, high * side))
    painter.end()
    return picture, f"{words}; blue −, red +, up to ±{reach:.3g}"
