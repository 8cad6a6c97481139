"""Pictures that went in above those that came out, and the difference between them."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from gui import theme
from gui.plots.chart_look import text_width
from gui.plots.figure import LEFT, Figure
from gui.plots.numbers import exact
from gui.plots.reading_box import Line
from gui.sign_marks import sign_mark
from gui.theme import Theme
from model.layer import Array
from model.snapshot import Predictions

ROWS = ("input", "output", "difference")
_LARGEST = 120.0  # px


class Reconstructions(Figure):
    """A column an item: as many as there is room for."""

    def __init__(self) -> None:
        super().__init__("predictions_remade", "Inputs, outputs and their differences")
        self._pictures: list[Array] = []

    def show_predictions(self, found: Predictions) -> None:
        """Show these items."""
        shape = found.inputs.shape
        wanted = np.asarray(found.inputs, np.float64).reshape(shape[0], -1, *shape[-2:])[:, 0]
        made = np.asarray(found.outcomes, np.float64).reshape(shape[0], -1, *shape[-2:])[:, 0]
        self._pictures = [wanted, made, made - wanted]
        self.update()

    def cells(self, look: Theme) -> list[tuple[int, int, QRectF]]:
        """(row, item, place) of each picture."""
        if not self._pictures:
            return []
        label = max(text_width(look, "caption", name) for name in ROWS) + 14
        high = (self.height() - 8) / len(ROWS) - 4
        side = max(min(high, _LARGEST * look.scale), 8.0)
        rows, columns = self._pictures[0].shape[1:]
        wide = side * columns / rows
        count = max(1, int((self.width() - label) // (wide + 6)))
        return [
            (row, item, QRectF(label + item * (wide + 6), 4 + row * (side + 4), wide, side))
            for row in range(len(ROWS))
            for item in range(min(count, len(self._pictures[0])))
        ]

    def paint(self, painter: QPainter, look: Theme) -> None:
        """All pictures; inputs and outputs on one scale of ink, differences around zero."""
        cells = self.cells(look)
        if not cells:
            return
        low = min(float(np.nan_to_num(self._pictures[0]).min()), 0.0)
        high = float(np.nan_to_num(self._pictures[0]).max())
        reach = float(np.abs(np.nan_to_num(self._pictures[2])).max()) or 1.0
        ink, signed = theme.ink_lut(look), theme.activation_lut(look, signed=True)
        for row, item, box in cells:
            ends = (-reach, reach, signed) if row == 2 else (low, high, ink)
            painter.drawImage(box, _image(self._pictures[row][item], *ends))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.color("border2"), 1))
            painter.drawRect(box)
            if row == 2:
                painter.setPen(QPen(look.color("text"), 1.4 * look.scale))
                painter.drawLines(sign_mark(self._pictures[2][item], box, look.scale))
            if item == 0:
                words = QRectF(8, box.center().y() - 20, box.left() - 8, 40)
                painter.setFont(look.font("caption"))
                painter.setPen(look.color("text2"))
                painter.drawText(words, LEFT, ROWS[row])

    def rows(self) -> list[list[Any]]:
        """A row a pixel."""
        if not self._pictures:
            return []
        places = np.ndindex(self._pictures[0].shape)
        rows = ([*at, *(values[at] for values in self._pictures)] for at in places)
        return [["item", "row", "column", *ROWS], *rows]

    def lines_at(self, place: QPointF) -> list[Line]:
        """The pixel below the pointer in all three pictures, and how far off the item is."""
        for _row, item, box in self.cells(theme.current()):
            if box.contains(place):
                shape = self._pictures[0].shape[1:]
                y = min(int((place.y() - box.top()) / box.height() * shape[0]), shape[0] - 1)
                x = min(int((place.x() - box.left()) / box.width() * shape[1]), shape[1] - 1)
                told = [
                    f"{name} = {exact(values[item, y, x])}"
                    for name, values in zip(ROWS, self._pictures, strict=True)
                ]
                error = float(np.square(self._pictures[2][item]).mean())
                told.append(f"row {y}, column {x}; raw brightness; difference = output − input")
                told.append("+ or − marks where the difference is largest")
                told.append(f"mean squared difference of item {item}: {exact(error)}")
                return [(None, text) for text in told]
        return []


def _image(values: Array, low: float, high: float, table: Array) -> QImage:
    levels = (np.nan_to_num(values) - low) / ((high - low) or 1.0) * 255
    rgb = np.ascontiguousarray(table[np.clip(levels, 0, 255).astype(np.uint8)])
    rows, columns = values.shape
    image = QImage(rgb.tobytes(), columns, rows, 3 * columns, QImage.Format.Format_RGB888)
    return image.copy()  # the bytes die with this call
