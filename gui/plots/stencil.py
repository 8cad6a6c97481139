"""Masks as pictures, made of two that are painted once: all neurons kept, all turned off."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPen, QPixmap

from gui.theme import Theme

_LEAST_DOT = 3.0  # px; finer masks are painted as pixels
_RADIUS = 0.38  # of the distance from dot to dot


class Stencil:
    """A lattice of `count` neurons in a picture of `size` pixels, `dpr` of them a px.

    columns: neurons in a row. pitch: from dot to dot, origin: corner of the first cell; px.
    """

    def __init__(
        self,
        count: int,
        columns: int,
        pitch: float,
        origin: QPointF,
        size: QSize,
        dpr: float,
        look: Theme,
    ) -> None:
        self._size, self._dpr = size, dpr
        pitch = max(pitch, 1e-3)
        across = (np.arange(size.width()) + 0.5) / dpr - origin.x()
        up = (np.arange(size.height()) + 0.5) / dpr - origin.y()
        column = np.clip(across // pitch, 0, columns - 1).astype(np.intp)
        row = np.maximum(up // pitch, 0).astype(np.intp)
        self._neuron = np.minimum(row[:, None] * columns + column, count - 1)
        pictures = []
        for is_kept in (True, False):
            image = QImage(size, QImage.Format.Format_RGB32)
            image.setDevicePixelRatio(dpr)
            image.fill(look.color("plotbg"))
            painter = QPainter(image)
            painter.translate(origin)
            _paint_all(painter, is_kept, count, columns, pitch, look)
            painter.end()
            pixels = np.frombuffer(image.constBits(), np.uint32)
            pictures.append(pixels.reshape(size.height(), size.width()).copy())
        self._kept, self._dropped = pictures

    def picture(self, mask: NDArray[np.bool_]) -> QPixmap:
        """The picture of a mask, (count,)."""
        pixels = np.where(mask[self._neuron], self._kept, self._dropped)
        width, height = self._size.width(), self._size.height()
        image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
        picture = QPixmap.fromImage(image)
        picture.setDevicePixelRatio(self._dpr)
        return picture


def _paint_all(
    painter: QPainter, is_kept: bool, count: int, columns: int, pitch: float, look: Theme
) -> None:
    """Kept neurons are filled discs, the others hollow; tiny ones are filled cells."""
    kept, dropped = look.category("regularise"), look.color("border2")
    full, rest = divmod(count, columns)
    if pitch < _LEAST_DOT:
        color = kept if is_kept else look.color("sunken")
        painter.fillRect(0, 0, round(columns * pitch), round(full * pitch), color)
        painter.fillRect(0, round(full * pitch), round(rest * pitch), round(pitch), color)
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen if is_kept else QPen(dropped, max(0.7, pitch * 0.08)))
    painter.setBrush(kept if is_kept else Qt.BrushStyle.NoBrush)
    for neuron in range(count):
        row, column = divmod(neuron, columns)
        centre = QPointF((column + 0.5) * pitch, (row + 0.5) * pitch)
        painter.drawEllipse(centre, pitch * _RADIUS, pitch * _RADIUS)
