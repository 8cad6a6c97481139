"""A chain of Jacobians side by side as they are multiplied, each with its shape."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPen

from gui import theme
from gui.canvas.cards.paint import draw_fitting, draw_text, heat_image
from gui.plots.figure import Figure
from gui.plots.reading_box import Line
from gui.theme import Theme
from model.layer import Array

_LEAST, _MOST = 16.0, 76.0
_SIGN, _LINE, _PAD, _WORDS = 24.0, 18.0, 10.0, 84.0
"""px at a desk; _WORDS: room for shape and title."""
_MOST_PIXELS = 160
"""Rows and columns of a little picture; of more every few are shown."""


@dataclass(frozen=True)
class Factor:
    """One matrix of the product, and what stands below it."""

    matrix: Array
    title: str

    @property
    def shape_text(self) -> str:
        m, n = self.matrix.shape
        return f"{m:,} × {n:,}"


class ChainStrip(Figure):
    """`pressed(k)`: the k-th factor is wanted by itself, -1 the product."""

    pressed = Signal(int)

    def __init__(self) -> None:
        super().__init__("jacobian_chain", "The Jacobians of the chain as they are multiplied")
        self._factors: tuple[Factor, ...] = ()
        self._images: list[tuple[str, QImage]] = []
        self._chosen = -1

    def show_chain(self, factors: tuple[Factor, ...], chosen: int) -> None:
        """The factors, and the product as the last of them. chosen: is marked, -1 the product."""
        if factors is not self._factors:
            self._images = []
        self._factors, self._chosen = factors, chosen % len(factors) if factors else -1
        self.setMinimumSize(self.sizeHint())
        self.setAccessibleDescription(" · ".join(f.shape_text for f in factors[:-1]))
        self.update()

    def sizeHint(self) -> QSize:
        """Tallest picture and two lines."""
        scale = theme.current().scale
        across = sum(self._slots()) + _SIGN * scale * len(self._factors) + 2 * _PAD * scale
        return QSize(round(across), round((_MOST + 2 * _LINE + 2 * _PAD) * scale))

    def _slots(self) -> list[float]:
        """Width of each picture or of the words below it, px."""
        scale = theme.current().scale
        return [max(_length(f.matrix.shape[1]), _WORDS) * scale for f in self._factors]

    def _boxes(self) -> list[QRectF]:
        """Of each picture, px. Equal counts have equal lengths."""
        scale = theme.current().scale
        slots = self._slots()
        total = sum(slots) + _SIGN * scale * (len(slots) - 1)
        x = max(_PAD * scale, (self.width() - total) / 2)
        middle = (_PAD + _MOST / 2) * scale
        boxes = []
        for factor, slot in zip(self._factors, slots, strict=True):
            height, width = (_length(count) * scale for count in factor.matrix.shape)
            boxes.append(QRectF(x + (slot - width) / 2, middle - height / 2, width, height))
            x += slot + _SIGN * scale
        return boxes

    def _slot(self, box: QRectF) -> QRectF:
        """Room for the words below a picture."""
        wide = max(box.width(), _WORDS * theme.current().scale) + 8
        return QRectF(box.center().x() - wide / 2, 0, wide, self.height())

    def paint(self, painter: QPainter, look: Theme) -> None:
        """Pictures, signs between them, shapes and titles."""
        painter.fillRect(self.rect(), look.color("surface"))
        if not self._factors:
            return
        if not self._images or self._images[0][0] != look.name:
            self._images = [(look.name, _picture(f.matrix, look)) for f in self._factors]
        boxes = self._boxes()
        scale = look.scale
        bottom = (_PAD + _MOST) * scale
        for k, (factor, box) in enumerate(zip(self._factors, boxes, strict=True)):
            painter.drawImage(box, self._images[k][1])
            is_chosen = k == self._chosen
            painter.setPen(
                QPen(look.color("accent" if is_chosen else "border2"), 1 + 2 * is_chosen)
            )
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box)
            if k:
                sign = "=" if k == len(boxes) - 1 else "·"
                x = (boxes[k - 1].right() + box.left()) / 2
                place = QRectF(
                    x - 10 * scale, box.center().y() - 10 * scale, 20 * scale, 20 * scale
                )
                draw_text(painter, place, sign, look, "strong", "text")
            row = self._slot(box)
            row.setRect(row.left(), bottom + 2 * scale, row.width(), _LINE * scale)
            draw_fitting(painter, row, factor.shape_text, look, "chip", "text")
            below = row.translated(0, _LINE * scale)
            draw_text(painter, below, factor.title, look, "caption", "text2")

    def _at(self, place: QPointF) -> int:
        for k, box in enumerate(self._boxes()):
            if self._slot(box).contains(place):
                return k
        return -2

    def lines_at(self, place: QPointF) -> list[Line]:
        """Which matrix it is."""
        k = self._at(place)
        if k < 0:
            return []
        factor = self._factors[k]
        return [(None, f"{factor.title}: {factor.shape_text}")]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Look at that factor."""
        k = self._at(event.position())
        if k >= 0:
            self.pressed.emit(-1 if k == len(self._factors) - 1 else k)
        else:
            super().mousePressEvent(event)


def _length(count: int) -> float:
    """px at a desk for so many rows: more for more, but 784 still fit."""
    return float(min(_MOST, _LEAST + 7.5 * np.log2(max(count, 1))))


def _picture(matrix: Array, look: Theme) -> QImage:
    m, n = matrix.shape
    small = matrix[:: max(1, m // _MOST_PIXELS), :: max(1, n // _MOST_PIXELS)]
    limit = float(np.abs(small[np.isfinite(small)]).max(initial=0.0)) or 1.0
    return heat_image(np.ascontiguousarray(small), -limit, limit, look, "delta")
