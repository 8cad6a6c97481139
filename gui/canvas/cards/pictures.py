"""The face of an output of two axes: the item as a small picture, its error term beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF
from PySide6.QtGui import QImage, QPainter

from gui.canvas.cards import measures, numbers, symbols
from gui.canvas.cards.drawn import Drawn
from gui.canvas.cards.draws import LETTERS, MIDDLES
from gui.canvas.cards.face import Face, FaceContext
from gui.canvas.cards.paint import draw_text, frame, heat_image, pen, text_width
from gui.canvas.cards.why_not import NO_STEP, why_no_delta
from gui.sign_marks import sign_mark
from gui.theme import Theme
from model.snapshot import NodeView


def fitted(box: QRectF, rows: int, columns: int) -> QRectF:
    """The largest rectangle of square pixels inside a box, centred."""
    side = min(box.width() / columns, box.height() / rows)
    fit = QRectF(0, 0, side * columns, side * rows)
    fit.moveCenter(box.center())
    return fit


def pixel_at(pos: QPointF, box: QRectF, rows: int, columns: int) -> tuple[int, int] | None:
    """Row and column of the pixel under `pos`."""
    if not box.contains(pos):
        return None
    row = int((pos.y() - box.top()) / box.height() * rows)
    column = int((pos.x() - box.left()) / box.width() * columns)
    return min(row, rows - 1), min(column, columns - 1)


@dataclass
class _Pictures(Drawn):
    """The pictures of one step, and the signs of those that have two."""

    images: dict[str, QImage]
    marks: list[QLineF]


class PictureFace(Face):
    """h of the item on the map of ink, delta on a map that is centred on zero.

    extra: what the layer's view gives in the output's shape besides, such as "noise"; "" for none.
    """

    def __init__(self, rows: int, columns: int, extra: str = "") -> None:
        self._rows, self._columns = rows, columns
        self._extra = extra
        self._names = (extra, "h", "delta") if extra else ("h", "delta")
        self._drawn: _Pictures | None = None

    def size(self, theme: Theme) -> QSizeF:
        """The small pictures side by side."""
        names = ("top", "bottom")
        height = self._side(theme) + sum(measures.length(theme, name) for name in names)
        return QSizeF(measures.columns_for(1, theme).card, height)

    def _side(self, theme: Theme) -> float:
        """px of a picture: three share the room of two, so that cards line up."""
        side, gap = measures.length(theme, "small_picture"), self._gap(theme)
        count = len(self._names)
        return float(int((2 * side + gap - (count - 1) * gap) / count))

    def _gap(self, theme: Theme) -> float:
        """px between two pictures: room for a letter."""
        return measures.length(theme, "between_pictures")

    def _boxes(self, theme: Theme) -> list[QRectF]:
        side = self._side(theme)
        left, top = measures.length(theme, "left"), measures.length(theme, "top")
        step = side + self._gap(theme)
        return [QRectF(left + k * step, top, side, side) for k in range(len(self._names))]

    def _values(self, view: NodeView | None, name: str) -> NDArray[np.floating] | None:
        if view is None:
            return None
        own = {"h": view.out, "delta": view.delta}
        found = own[name] if name in own else view.extras.get(name)
        if found is None or np.size(found) != self._rows * self._columns:
            return None
        return np.asarray(found).reshape(self._rows, self._columns)

    def _prepare(self, context: FaceContext) -> _Pictures | None:
        view, theme, scale = context.view, context.theme, context.delta_scale
        if view is None or self._values(view, "h") is None:
            return None
        if self._drawn is not None and self._drawn.is_of(context):
            return self._drawn
        made = _Pictures(view, scale, theme, {}, [])
        for name, box in zip(self._names, self._boxes(theme), strict=True):
            values = self._values(view, name)
            if values is None:
                continue
            if name == "h":
                finite = values[np.isfinite(values)]
                low = min(float(finite.min()), 0.0) if finite.size else 0.0
                high = float(finite.max()) if finite.size else 1.0
                made.images[name] = heat_image(values, low, high, theme, "ink")
                continue
            values = values - MIDDLES.get(name, 0.0)
            reach = float(np.abs(np.nan_to_num(values)).max()) or 1.0
            kind = "delta" if name == "delta" else "signed"
            reach = (scale or reach) if name == "delta" else reach
            made.images[name] = heat_image(values, -reach, reach, theme, kind)
            made.marks += sign_mark(values, fitted(box, self._rows, self._columns), theme.scale)
        self._drawn = made
        return made

    def _paint_letters(self, painter: QPainter, context: FaceContext) -> None:
        theme, px = context.theme, context.theme.px("maths")
        for name, box in zip(self._names, self._boxes(theme), strict=True):
            right = box.left() - 4 * theme.scale
            if name == self._extra:
                width = text_width(theme, "strong", LETTERS[name])
                place = QRectF(right - width, box.top(), width + 1, px * 1.2)
                draw_text(painter, place, LETTERS[name], theme, "strong", "text2")
                continue
            path = symbols.shape(name, px, above=f"({context.layer_index})")
            at = QPointF(right - path.boundingRect().right(), box.top() + px)
            token = "fwd" if name == "h" else "bwd"
            symbols.draw_symbol(painter, at, path, theme.color(token))

    def paint_live(self, painter: QPainter, rect: QRectF, context: FaceContext) -> None:
        """The pictures with their letters, a + or − at the strongest place of those with a sign."""
        theme = context.theme
        painter.save()
        painter.translate(rect.topLeft())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._paint_letters(painter, context)
        drawn = self._prepare(context)
        for name, box in zip(self._names, self._boxes(theme), strict=True):
            image = None if drawn is None else drawn.images.get(name)
            painter.fillRect(box, theme.color("sunken"))
            if image is not None:
                painter.drawImage(fitted(box, self._rows, self._columns), image)
            frame(painter, box, theme, "border2" if image is not None else "border")
            if drawn is not None and image is None:
                self._paint_why(painter, box, theme, self._why_nothing(name, context))
        if drawn is not None and drawn.marks:
            painter.setPen(pen(theme, "text", 1.4 * theme.scale))
            painter.drawLines(drawn.marks)
        painter.restore()

    def _why_nothing(self, name: str, context: FaceContext) -> str:
        return why_no_delta(context) if name == "delta" else "none outside training"

    def _paint_why(self, painter: QPainter, box: QRectF, theme: Theme, words: str) -> None:
        row = theme.px("caption") * 1.4
        lines = _folded(words, theme, box.width() - 8)
        if row * len(lines) > box.height():  # the tip has the reason
            lines = ["none"]
        y = box.center().y() - row * len(lines) / 2
        for line in lines:
            place = QRectF(box.left(), y, box.width(), row)
            draw_text(painter, place, line, theme, "caption", "text3")
            y += row

    def _under(self, pos: QPointF, rect: QRectF, theme: Theme) -> tuple[str, int, int] | None:
        for name, box in zip(self._names, self._boxes(theme), strict=True):
            fit = fitted(box, self._rows, self._columns)
            pixel = pixel_at(pos - rect.topLeft(), fit, self._rows, self._columns)
            if pixel is not None:
                return name, *pixel
        return None

    def neuron_at(self, pos: QPointF, rect: QRectF, context: FaceContext) -> int | None:
        """The pixel's number, row by row."""
        found = self._under(pos, rect, context.theme)
        return None if found is None else found[1] * self._columns + found[2]

    def tip_at(self, pos: QPointF, rect: QRectF, context: FaceContext) -> str:
        """One pixel of a picture in full."""
        found = self._under(pos, rect, context.theme)
        if found is None:
            return ""
        name, row, column = found
        if self._values(context.view, "h") is None:
            return NO_STEP
        values = self._values(context.view, name)
        if values is None:
            return self._why_nothing(name, context).capitalize() + "."
        own = {"h": "h", "delta": "δ"}
        letter = own[name] + numbers.superscript(context.layer_index) if name in own else ""
        number = numbers.full(values[row, column], is_signed=name == "delta")
        lines = [
            f"{letter or LETTERS[name]}[{row}, {column}] = {number}",
            f"row {row} of {self._rows}, column {column} of {self._columns},"
            f" item {context.item + 1} of the batch",
        ]
        if name != "h":
            lines.append("+ or − marks the strongest place")
        return "\n".join(lines)


def _folded(words: str, theme: Theme, width: float) -> list[str]:
    """Words on as many lines as they need."""
    lines: list[str] = []
    for word in words.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(theme, "caption", longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
