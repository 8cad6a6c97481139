"""Pictures that went in above those that came out, and the difference between them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from gui import theme
from gui.plots.chart_look import line_height, text_width
from gui.plots.figure import LEFT, Figure
from gui.plots.numbers import exact
from gui.plots.reading_box import Line
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
            if item == 0:
                words = QRectF(8, box.center().y() - 20, box.left() - 8, 40)
                painter.setFont(look.font("caption"))
                painter.setPen(look.color("text2"))
                painter.drawText(words, LEFT, ROWS[row])

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
                told.append(f"row {y}, column {x}; raw brightness")
                told.append(f"mean squared difference of item {item}: {exact(error)}")
                return [(None, text) for text in told]
        return []


def _image(values: Array, low: float, high: float, table: Array) -> QImage:
    levels = (np.nan_to_num(values) - low) / ((high - low) or 1.0) * 255
    rgb = np.ascontiguousarray(table[np.clip(levels, 0, 255).astype(np.uint8)])
    rows, columns = values.shape
    image = QImage(rgb.tobytes(), columns, rows, 3 * columns, QImage.Format.Format_RGB888)
    return image.copy()  # the bytes die with this call


class TokenRows(Figure):
    """Sequences of tokens: a line each for what went in, what was wanted and what was answered."""

    def __init__(self) -> None:
        super().__init__("predictions_tokens", "Sequences with the network's answers")
        self._found: Predictions | None = None

    def show_predictions(self, found: Predictions) -> None:
        """Show these items."""
        self._found = found
        self.update()

    def _lines(self, item: int) -> list[tuple[str, str, list[bool | None]]]:
        """(name, text, verdict of each token) of an item."""
        found = self._found
        if found is None or found.answers is None:
            return []
        target, answer = found.targets[item], found.answers[item]
        asked = (target >= 0).tolist()
        right = [
            bool(a == t) if ask else None for a, t, ask in zip(answer, target, asked, strict=True)
        ]
        silent: list[bool | None] = [None] * len(asked)
        shown = [int(a) if ask else -1 for a, ask in zip(answer, asked, strict=True)]
        return [
            ("x", self._text(found.inputs[item].tolist()), silent),
            ("y", self._text(target.tolist()), silent),
            ("ŷ", self._text(shown), right),
        ]

    def _text(self, numbers: list[int]) -> str:
        tokens = self._found.tokens if self._found is not None else ()
        visible = {" ": "␣", "\n": "↵"}
        names = [tokens[n] if 0 <= n < len(tokens) else "·" for n in numbers]
        return "".join(visible.get(name, name) for name in names)

    def paint(self, painter: QPainter, look: Theme) -> None:
        """Items from top to bottom; wrong tokens are underlined twice and marked."""
        if self._found is None:
            return
        line = line_height(look, "mono") + 1
        pitch = text_width(look, "mono", "0")
        top = 6.0
        for item in range(len(self._found.inputs)):
            if top + 3 * line > self.height():
                break
            for name, text, verdicts in self._lines(item):
                self._paint_line(painter, look, QPointF(10, top), name, text, verdicts, pitch)
                top += line
            top += line * 0.5

    def _paint_line(
        self,
        painter: QPainter,
        look: Theme,
        at: QPointF,
        name: str,
        text: str,
        verdicts: list[bool | None],
        pitch: float,
    ) -> None:
        line = line_height(look, "mono")
        painter.setFont(look.font("strong"))
        painter.setPen(look.color("text2"))
        painter.drawText(QRectF(at.x(), at.y(), 2 * pitch, line), LEFT, name)
        painter.setFont(look.font("mono"))
        left = at.x() + 3 * pitch
        for place, (letter, is_right) in enumerate(zip(text, verdicts, strict=True)):
            box = QRectF(left + place * pitch, at.y(), pitch, line)
            if box.right() > self.width() - 4:
                break
            token = {True: "ok", False: "err", None: "text"}[is_right]
            painter.setPen(look.color(token))
            painter.drawText(box.adjusted(-2, 0, 2, 0), int(Qt.AlignmentFlag.AlignCenter), letter)
            if is_right is False:
                painter.setPen(QPen(look.color("err"), 1.5 * min(look.scale, 1.4)))
                painter.drawLine(
                    box.bottomLeft() + QPointF(1, -1), box.bottomRight() + QPointF(-1, -1)
                )

    def lines_at(self, place: QPointF) -> list[Line]:
        """The whole item below the pointer."""
        if self._found is None:
            return []
        line = line_height(theme.current(), "mono") + 1
        item = int((place.y() - 6) / (3.5 * line))
        if not 0 <= item < len(self._found.inputs):
            return []
        rows = self._lines(item)
        verdicts = [v for v in rows[2][2] if v is not None] if rows else []
        told = [f"{name} = {text}" for name, text, _ in rows]
        return [(None, text) for text in [*told, f"{sum(verdicts)} of {len(verdicts)} right"]]
