"""The face of an output of two axes: the item as a small picture, its error term beside it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QImage, QPainter

from gui.canvas.cards import measures, numbers, symbols
from gui.canvas.cards.face import Face, FaceContext
from gui.canvas.cards.paint import draw_text, frame, heat_image, text_width
from gui.canvas.cards.why_not import NO_STEP, why_no_delta
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


class PictureFace(Face):
    """h of the item on the map of ink, delta on a map that is centred on zero."""

    def __init__(self, rows: int, columns: int) -> None:
        self._rows, self._columns = rows, columns
        self._drawn: tuple[NodeView, float, Theme, QImage, QImage | None] | None = None

    def size(self, theme: Theme) -> QSizeF:
        """Two small pictures."""
        columns = measures.columns_for(1, theme)
        height = sum(measures.length(theme, key) for key in ("top", "small_picture", "bottom"))
        return QSizeF(columns.card, height)

    def _boxes(self, theme: Theme) -> tuple[QRectF, QRectF]:
        side = measures.length(theme, "small_picture")
        left, top = measures.length(theme, "left"), measures.length(theme, "top")
        step = side + measures.length(theme, "between_pictures")
        return QRectF(left, top, side, side), QRectF(left + step, top, side, side)

    def _values(self, view: NodeView | None, name: str) -> NDArray[np.floating] | None:
        found = None if view is None else (view.out if name == "h" else view.delta)
        if found is None or np.size(found) != self._rows * self._columns:
            return None
        return np.asarray(found).reshape(self._rows, self._columns)

    def _images(self, context: FaceContext) -> tuple[QImage | None, QImage | None]:
        view, theme = context.view, context.theme
        h = self._values(view, "h")
        if view is None or h is None:
            return None, None
        old = self._drawn
        if (
            old is None
            or old[0] is not view
            or old[1] != context.delta_scale
            or old[2] is not theme
        ):
            finite = h[np.isfinite(h)]
            low = min(float(finite.min()), 0.0) if finite.size else 0.0
            high = float(finite.max()) if finite.size else 1.0
            delta = self._values(view, "delta")
            picture = None
            if delta is not None:
                scale = context.delta_scale or float(np.abs(np.nan_to_num(delta)).max()) or 1.0
                picture = heat_image(delta, -scale, scale, theme, "delta")
            image = heat_image(h, low, high, theme, "ink")
            self._drawn = (view, context.delta_scale, theme, image, picture)
        drawn = self._drawn
        return (None, None) if drawn is None else (drawn[3], drawn[4])

    def paint_live(self, painter: QPainter, rect: QRectF, context: FaceContext) -> None:
        """Two pictures with their letters."""
        theme = context.theme
        painter.save()
        painter.translate(rect.topLeft())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        letters = (("h", "fwd"), ("delta", "bwd"))
        images = self._images(context)
        for box, (name, token), image in zip(self._boxes(theme), letters, images, strict=True):
            path = symbols.shape(name, theme.px("maths"), above=f"({context.layer_index})")
            x = box.left() - 4 * theme.scale - path.boundingRect().right()
            at = QPointF(x, box.top() + theme.px("maths"))
            symbols.draw_symbol(painter, at, path, theme.color(token))
            fit = fitted(box, self._rows, self._columns)
            painter.fillRect(box, theme.color("sunken"))
            if image is not None:
                painter.drawImage(fit, image)
            frame(painter, box, theme, "border2" if image is not None else "border")
        if images[0] is not None and images[1] is None:
            box = self._boxes(theme)[1]
            row = theme.px("caption") * 1.4
            lines = _folded(why_no_delta(context), theme, box.width() - 8)
            y = box.center().y() - row * len(lines) / 2
            for line in lines:
                place = QRectF(box.left(), y, box.width(), row)
                draw_text(painter, place, line, theme, "caption", "text3")
                y += row
        painter.restore()

    def _under(self, pos: QPointF, rect: QRectF, theme: Theme) -> tuple[str, int, int] | None:
        for name, box in zip(("h", "delta"), self._boxes(theme), strict=True):
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
        """h or delta of one pixel in full."""
        found = self._under(pos, rect, context.theme)
        if found is None:
            return ""
        name, row, column = found
        if self._values(context.view, "h") is None:
            return NO_STEP
        values = self._values(context.view, name)
        if values is None:
            return why_no_delta(context).capitalize() + "."
        letter = ("h" if name == "h" else "δ") + numbers.superscript(context.layer_index)
        number = numbers.full(values[row, column], is_signed=name == "delta")
        return (
            f"{letter}[{row}, {column}] = {number}\n"
            f"row {row} of {self._rows}, column {column} of {self._columns},"
            f" item {context.item + 1} of the batch"
        )


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
