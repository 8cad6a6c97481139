"""The two aligned strips of a card: activations h as colours, error terms delta as bars."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from gui.canvas.cards import measures, numbers, symbols
from gui.canvas.cards.digits import draw_digits
from gui.canvas.cards.face import FaceContext
from gui.canvas.cards.paint import (
    draw_text,
    frame,
    hairline,
    pen,
    smooth_unless_aligned,
    text_width,
)
from gui.canvas.cards.signs import ShownSign, Sign
from gui.canvas.cards.silent import paint_silent, silence_of, words_of
from gui.canvas.cards.strip_picture import StripPicture, largest, picture_of
from gui.canvas.cards.why_not import NO_STEP, why_no_delta
from gui.theme import Theme

Row = Literal["h", "delta"]


def that_fits(value: float, theme: Theme, width: float) -> str:
    """As many digits as there is room for; none rather than a piece of a number."""
    for digits in (3, 2, 1):
        text = numbers.short(value, digits)
        if text_width(theme, "chip", text) <= width:
            return text
    return ""


class Strips:
    """The strips of `count` neurons, painted at any height inside a card's body."""

    def __init__(self, count: int, sign: Sign) -> None:
        self.count = count
        self.sign = ShownSign(sign)
        self._drawn: StripPicture | None = None

    def forget(self) -> None:
        """Training begins anew."""
        self.sign.forget()
        self._drawn = None

    def columns(self, theme: Theme) -> measures.Columns:
        """Where the neurons stand."""
        return measures.columns_for(self.count, theme)

    @property
    def is_numbered(self) -> bool:
        """Whether each neuron has its number beneath."""
        return self.count <= measures.NUMBERED

    @property
    def has_values(self) -> bool:
        """Whether there is room for the numbers themselves."""
        return self.count <= measures.WITH_VALUE

    @property
    def _bars_name(self) -> str:
        return "delta_bars_tall" if self.has_values else "delta_bars"

    def height(self, theme: Theme) -> float:
        """Height of both strips with the space around them, px."""
        names = ("top", "h_strip", "gap", self._bars_name, "bottom")
        total = sum(measures.length(theme, name) for name in names)
        return total + (measures.length(theme, "digits") if self.is_numbered else 0.0)

    def rows(self, theme: Theme, top: float) -> tuple[QRectF, QRectF]:
        """The h strip and the delta trough, x from the card's left edge, y from `top`."""
        columns = self.columns(theme)
        h_height = measures.length(theme, "h_strip")
        y = top + measures.length(theme, "top")
        h_row = QRectF(columns.left, y, columns.strip, h_height)
        y += h_height + measures.length(theme, "gap")
        return h_row, QRectF(
            columns.left, y, columns.strip, measures.length(theme, self._bars_name)
        )

    # painting

    def still_key(self, context: FaceContext) -> Hashable:
        """What `paint_still` looks at."""
        why = "" if self._has_delta(context) or not self._has_h(context) else why_no_delta(context)
        followed = context.neuron if self.is_numbered else None
        return context.layer_index, why, followed

    def paint_still(
        self, painter: QPainter, rect: QRectF, top: float, context: FaceContext
    ) -> None:
        """Letters, trough and the numbers of the neurons, `top` px below the body's top."""
        theme = context.theme
        h_row, delta_row = self.rows(theme, top)
        painter.save()
        painter.translate(rect.topLeft())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._labels(painter, theme, context.layer_index, h_row, delta_row)
        painter.fillRect(delta_row, theme.color("sunken"))
        if self._has_h(context) and not self._has_delta(context):
            room = QRectF(delta_row)
            room.setWidth(self.columns(theme).room)
            draw_text(painter, room, why_no_delta(context), theme, "caption", "text3")
        if self.is_numbered:
            self._digits(painter, context, delta_row)
        painter.restore()

    def paint_live(
        self,
        painter: QPainter,
        rect: QRectF,
        top: float,
        context: FaceContext,
        speaks: NDArray[np.bool_] | None = None,
    ) -> None:
        """Colours, bars and values. speaks: False = bar painted faded."""
        theme = context.theme
        h_row, delta_row = self.rows(theme, top)
        painter.save()
        painter.translate(rect.topLeft())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        drawn = self._prepare(context, delta_row, speaks)
        if drawn is not None and drawn.image is not None:
            painter.drawImage(h_row, drawn.image)
        frame(painter, h_row, theme, "border2" if drawn else "border")
        if drawn is not None and self._has_delta(context):
            self._bars(painter, theme, drawn, delta_row)
        if drawn is not None:
            self._empty(painter, context, h_row, delta_row)
        if drawn is not None and self.has_values:
            self._values(painter, context, drawn, h_row, delta_row)
        painter.restore()

    def _empty(
        self, painter: QPainter, context: FaceContext, h_row: QRectF, delta_row: QRectF
    ) -> None:
        """Columns of neurons into which, or out of which, all weights are exactly 0."""
        silence, theme = silence_of(context), context.theme
        keeps = self.has_values
        paint_silent(painter, theme, self.count, h_row, silence.unfed, keeps_number=keeps)
        paint_silent(painter, theme, self.count, delta_row, silence.unheard, keeps_number=keeps)

    def _has_h(self, context: FaceContext) -> bool:
        out = None if context.view is None else context.view.out
        return out is not None and np.size(out) == self.count

    def _has_delta(self, context: FaceContext) -> bool:
        return self._has_h(context) and context.view is not None and context.view.delta is not None

    def paint_followed(
        self, painter: QPainter, rect: QRectF, top: float, context: FaceContext
    ) -> None:
        """The dashed line through the followed neuron, from `top` to the end of the strips."""
        if context.neuron is None or not 0 <= context.neuron < self.count:
            return
        theme = context.theme
        columns = self.columns(theme)
        x = rect.left() + columns.x_of(context.neuron)
        top += 1.0  # the line has a width, and stays inside the body
        bottom = rect.bottom() - measures.length(theme, "bottom")
        if self.is_numbered:
            bottom -= measures.length(theme, "digits")
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if columns.cell >= 12:
            box = QRectF(x - columns.cell / 2, rect.top() + top, columns.cell, 0)
            box.setBottom(bottom)
            painter.setPen(pen(theme, "text", hairline(theme), is_dashed=True))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box)
        else:
            painter.setPen(pen(theme, "text", hairline(theme), is_dashed=True))
            painter.drawLine(QPointF(x, rect.top() + top), QPointF(x, bottom))
        painter.restore()

    def _labels(
        self, painter: QPainter, theme: Theme, index: int, h_row: QRectF, delta_row: QRectF
    ) -> None:
        edge = measures.length(theme, "stripe") + 2
        room = h_row.left() - edge - 3
        for name, row, token in (("h", h_row, "fwd"), ("delta", delta_row, "bwd")):
            px = theme.px("maths")
            path = symbols.shape(name, px, above=f"({index})")
            width = path.boundingRect().right()
            if width > room:
                path = symbols.shape(name, round(px * room / width, 1), above=f"({index})")
                width = path.boundingRect().right()
            at = QPointF(edge + max(0.0, room - width), row.center().y() + 0.3 * px)
            symbols.draw_symbol(painter, at, path, theme.color(token))

    def _bars(self, painter: QPainter, theme: Theme, drawn: StripPicture, row: QRectF) -> None:
        if drawn.bar_image is not None:
            painter.drawImage(row, drawn.bar_image)
        smooth_unless_aligned(painter)
        painter.setPen(Qt.PenStyle.NoPen)
        for color, rects in drawn.bars:
            painter.setBrush(color)
            painter.drawRects(rects)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(pen(theme, "border2", hairline(theme)))
        painter.drawLine(QLineF(row.left(), row.center().y(), row.right(), row.center().y()))

    def _values(
        self,
        painter: QPainter,
        context: FaceContext,
        drawn: StripPicture,
        h_row: QRectF,
        delta_row: QRectF,
    ) -> None:
        """With so few neurons there is room for the numbers themselves."""
        theme, view = context.theme, context.view
        if view is None or view.out is None:
            return
        cell = self.columns(theme).cell
        half = delta_row.height() / 2
        h = np.asarray(view.out).reshape(-1)
        delta = None if view.delta is None else np.asarray(view.delta).reshape(-1)
        for j, ink in enumerate(drawn.inks):
            left = h_row.left() + j * cell
            box = QRectF(left, h_row.top(), cell, h_row.height())
            text = that_fits(float(h[j]), theme, cell - 8)
            draw_text(painter, box, text, theme, "chip", ink)
            if delta is not None:
                is_up = bool(delta[j] >= 0)
                box = QRectF(left, delta_row.top() + (half if is_up else 0), cell, half)
                text = that_fits(float(delta[j]), theme, cell - 8)
                draw_text(painter, box, text, theme, "chip", "text2")

    def _digits(self, painter: QPainter, context: FaceContext, delta_row: QRectF) -> None:
        theme = context.theme
        width, height = self.columns(theme).cell * self.count, measures.length(theme, "digits")
        row = QRectF(delta_row.left(), delta_row.bottom(), width, height)
        draw_digits(painter, theme, row, self.count, context.neuron)

    def _prepare(
        self, context: FaceContext, delta_row: QRectF, speaks: NDArray[np.bool_] | None
    ) -> StripPicture | None:
        if context.view is None or not self._has_h(context):
            return None
        if self._drawn is None or not self._drawn.is_of(context):
            self._drawn = picture_of(context, context.view, self.sign, delta_row, speaks)
        return self._drawn

    # pointing

    def row_at(self, pos: QPointF, rect: QRectF, top: float, theme: Theme) -> Row | None:
        """Which strip lies under `pos`."""
        y = pos.y() - rect.top()
        h_row, delta_row = self.rows(theme, top)
        if h_row.top() <= y <= h_row.bottom():
            return "h"
        return "delta" if delta_row.top() <= y <= delta_row.bottom() else None

    def tip(self, pos: QPointF, rect: QRectF, top: float, context: FaceContext) -> str:
        """The number under `pos` in full."""
        row = self.row_at(pos, rect, top, context.theme)
        cell = self.columns(context.theme).cell_at(pos.x() - rect.left())
        if row is None or cell is None:
            return ""
        view, drawn = context.view, self._drawn
        if view is None or view.out is None or np.size(view.out) != self.count:
            return NO_STEP
        values = view.out if row == "h" else view.delta
        if values is None:
            return why_no_delta(context).capitalize() + "."
        flat = np.asarray(values).reshape(-1)
        j = int(largest(flat)[cell])
        letter = "h" if row == "h" else "δ"
        name = letter + numbers.superscript(context.layer_index) + numbers.subscript(j)
        lines = [f"{name} = {numbers.full(flat[j], is_signed=row == 'delta')}"]
        lines.append(f"{self.place(j)}, item {context.item + 1} of the batch")
        lines += words_of(context, j)
        if row == "delta":
            lines.append(f"∂J/∂h; a full bar is ±{numbers.short(context.delta_scale)}")
        elif drawn is not None and drawn.view is view:
            lines.append(f"Colours from {numbers.short(drawn.low)} to {numbers.short(drawn.high)}")
        return "\n".join(lines)

    def place(self, neuron: int) -> str:
        """Which neuron, or which of those that share a column."""
        columns = measures.columns(self.count, False)
        if columns.per_cell == 1:
            return f"neuron {neuron} of {self.count}"
        sharing = columns.neurons_of(neuron // columns.per_cell)
        return (
            f"neuron {neuron} of {self.count}, the largest in size of neurons"
            f" {sharing[0]} to {sharing[-1]}, which share a column"
        )
