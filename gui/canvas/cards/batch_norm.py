"""The face of batch norm: one neuron over the batch, before and after."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from gui.canvas.cards import measures, numbers, symbols
from gui.canvas.cards.face import FaceContext
from gui.canvas.cards.paint import (
    LEFT,
    RIGHT,
    draw_arrow,
    draw_text,
    hairline,
    pen,
    smooth_unless_aligned,
    text_width,
)
from gui.canvas.cards.strip_face import StripFace
from gui.theme import Theme
from model.snapshot import NodeView

BINS = 14


@dataclass(frozen=True)
class _Bell:
    """One histogram, ready to paint. shares: (BINS,) heights, 1 = the tallest; low, high: axis."""

    values: NDArray[np.floating]
    shares: NDArray[np.floating]
    low: float
    high: float
    mean: float
    std: float

    def place(self, value: float) -> float:
        """Where a value lies on the axis, 0 to 1."""
        share = (value - self.low) / (self.high - self.low)
        return min(max(share, 0.0), 1.0)


def _bell(values: NDArray[np.floating], low: float, high: float) -> _Bell:
    place = ((values - low) * (BINS / (high - low))).astype(np.intp)
    place = np.minimum(np.maximum(place, 0), BINS - 1)
    counts = np.bincount(place, minlength=BINS)
    shares = counts / max(int(counts.max()), 1)
    mean = float(values.mean()) if values.size else 0.0
    std = float(values.std()) if values.size else 0.0
    return _Bell(values, shares, low, high, mean, std)


def _axis(low: float, high: float) -> tuple[float, float]:
    margin = 0.08 * (high - low) or max(abs(high), 1.0) * 0.1
    return low - margin, high + margin


def _pair(before: NDArray[np.floating], after: NDArray[np.floating]) -> tuple[_Bell, _Bell]:
    """Both on one axis, so that the shift is seen; on an axis each where one would be a spike."""
    ends = [(float(part.min()), float(part.max())) for part in (before, after)]
    low, high = _axis(min(low for low, _ in ends), max(high for _, high in ends))
    narrowest = min(most - least for least, most in ends)
    if narrowest * 10 >= high - low:
        return _bell(before, low, high), _bell(after, low, high)
    return _bell(before, *_axis(*ends[0])), _bell(after, *_axis(*ends[1]))


class BatchNormFace(StripFace):
    """Histograms of the followed neuron, its mean and deviation, then the strips."""

    def __init__(self, count: int) -> None:
        super().__init__(count, "signed")
        self._drawn: tuple[NodeView, tuple[_Bell, _Bell] | None] | None = None

    def _is_narrow(self, theme: Theme) -> bool:
        return self.strips.columns(theme).room < measures.length(theme, "widest") * 0.85

    def _boxes(self, theme: Theme) -> tuple[QRectF, QRectF]:
        """The troughs before and after, px from the body's corner."""
        columns = self.strips.columns(theme)
        if self._is_narrow(theme):
            width = float(round(columns.room * 0.42))
        else:
            share = 0.3 if theme.is_projector else 1 / 3
            width = measures.length(theme, "widest") * share
        top, height = 5 * theme.scale, measures.length(theme, "histogram")
        right = columns.left + columns.room - width
        return QRectF(columns.left, top, width, height), QRectF(right, top, width, height)

    def extra_height(self, theme: Theme) -> float:
        """Histograms, and below them two rows of text on a narrow card."""
        bottom = self._boxes(theme)[0].bottom() + 6 * theme.scale
        return bottom + (2 * theme.px("caption") * 1.45 if self._is_narrow(theme) else 0.0)

    def _bells(self, view: NodeView | None) -> tuple[_Bell, _Bell] | None:
        if view is None or "before" not in view.extras:
            return None
        if self._drawn is None or self._drawn[0] is not view:
            parts = [np.asarray(view.extras[key], np.float64) for key in ("before", "after")]
            before, after = (part[np.isfinite(part)] for part in parts)
            pair = _pair(before, after) if before.size and after.size else None
            self._drawn = (view, pair)
        return self._drawn[1]

    # painting

    def paint_still(self, painter: QPainter, rect: QRectF, context: FaceContext) -> None:
        """Troughs, captions and the arrow; below, what stays of the strips."""
        super().paint_still(painter, rect, context)
        painter.save()
        painter.translate(rect.topLeft())
        for box in self._boxes(context.theme):
            painter.fillRect(box, context.theme.color("sunken"))
        self._paint_captions(painter, context.theme)
        painter.restore()

    def paint_live(self, painter: QPainter, rect: QRectF, context: FaceContext) -> None:
        """Histograms, mean and deviation, and the strips."""
        super().paint_live(painter, rect, context)
        theme, bells = context.theme, self._bells(context.view)
        painter.save()
        painter.translate(rect.topLeft())
        if bells is not None:
            for box, bell, token in zip(
                self._boxes(theme), bells, ("fwd", "category"), strict=True
            ):
                _paint_bell(painter, box, bell, theme, token)
        if context.view is not None and "mean" in context.view.extras:
            extras = context.view.extras
            for name, key, place in zip(
                ("mu", "sigma"), ("mean", "std"), self._number_places(theme), strict=True
            ):
                self._paint_number(painter, place, name, extras["neuron"], extras[key], theme)
        painter.restore()

    def _number_places(self, theme: Theme) -> tuple[QRectF, QRectF]:
        """Where mean and deviation stand: between wide histograms, below narrow ones."""
        left, right = self._boxes(theme)
        if self._is_narrow(theme):
            row = theme.px("caption") * 1.45
            half = (right.right() - left.left()) / 2
            first = QRectF(left.left(), left.bottom() + 2 + row, half, row)
            return first, first.translated(half, 0)
        gap, row = 6 * theme.scale, left.height() / 3
        wide = right.left() - left.right() - 2 * gap
        first = QRectF(left.right() + gap, left.top() + row, wide, row)
        return first, first.translated(0, row)

    def _paint_captions(self, painter: QPainter, theme: Theme) -> None:
        """Captions and arrow: between wide histograms, below narrow ones."""
        left, right = self._boxes(theme)
        row = theme.px("caption") * 1.45
        gap = 6 * theme.scale
        if self._is_narrow(theme):
            y = left.bottom() + 2
            draw_text(
                painter, QRectF(left.left(), y, left.width(), row), "before", theme, "caption"
            )
            draw_text(
                painter, QRectF(right.left(), y, right.width(), row), "after", theme, "caption"
            )
            middle = left.center().y()
            start, end = left.right() + gap, right.left() - gap
        else:
            row = left.height() / 3
            box = QRectF(left.right() + gap, left.top(), right.left() - left.right() - 2 * gap, row)
            draw_text(painter, box, "before", theme, "caption", "text2", LEFT)
            draw_text(painter, box, "after", theme, "caption", "text2", RIGHT)
            middle = box.center().y() + 1
            start = box.left() + text_width(theme, "caption", "before") + gap
            end = box.right() - text_width(theme, "caption", "after") - gap
        draw_arrow(painter, QPointF(start, middle), QPointF(end, middle), theme, "text2")

    def _paint_number(
        self, painter: QPainter, place: QRectF, name: str, neuron: int, value: float, theme: Theme
    ) -> None:
        letter = symbols.shape(name, theme.px("maths"), below=str(neuron))
        text = f"= {numbers.short(float(value))}"
        space = 0.35 * theme.px("chip")
        wide = letter.boundingRect().right() + space + text_width(theme, "chip", text)
        x = place.left() + max(0.0, (place.width() - wide) / 2)
        base = place.center().y() + 0.26 * theme.px("maths")
        symbols.draw_symbol(painter, QPointF(x, base), letter, theme.color("text"))
        x += letter.boundingRect().right() + space
        room = QRectF(x, place.top(), place.right() - x + space, place.height())
        draw_text(painter, room, text, theme, "chip", "text", LEFT)

    # pointing

    def tip_at(self, pos: QPointF, rect: QRectF, context: FaceContext) -> str:
        """Mean and deviation in full above, h and delta in full below."""
        bells = self._bells(context.view)
        if bells is None or context.view is None:
            return super().tip_at(pos, rect, context)
        local = pos - rect.topLeft()
        top = self.extra_height(context.theme)
        if local.y() >= top:
            return super().tip_at(pos, rect, context)
        extras = context.view.extras
        neuron = int(extras["neuron"])
        for box, bell, when in zip(
            self._boxes(context.theme), bells, ("before", "after"), strict=True
        ):
            if box.contains(local):
                return (
                    f"neuron {neuron} {when} batch norm, {bell.values.size} items of the batch\n"
                    f"mean {numbers.full(bell.mean)}, standard deviation {numbers.full(bell.std)}\n"
                    f"axis from {numbers.short(bell.low)} to {numbers.short(bell.high)}"
                )
        below = numbers.subscript(neuron)
        return (
            f"μ{below} = {numbers.full(extras['mean'])}, mean of neuron {neuron} over the batch\n"
            f"σ{below} = {numbers.full(extras['std'])}, its standard deviation (1/m)"
        )


def _paint_bell(painter: QPainter, box: QRectF, bell: _Bell, theme: Theme, token: str) -> None:
    """Bars, a tick at zero, and above them the mean with one deviation to each side."""
    color = theme.category("regularise") if token == "category" else theme.color(token)
    head = 9 * theme.scale
    width = box.width() / BINS
    tall = box.height() - head
    bars = [
        QRectF(box.left() + j * width + 0.5, box.bottom() - share * tall, width - 1, share * tall)
        for j, share in enumerate(bell.shares.tolist())
        if share > 0
    ]
    smooth_unless_aligned(painter)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawRects(bars)
    line = hairline(theme)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(pen(theme, "border2", line))
    painter.drawLine(box.bottomLeft(), box.bottomRight())
    if bell.low < 0 < bell.high:
        x = box.left() + bell.place(0.0) * box.width()
        painter.drawLine(QPointF(x, box.bottom()), QPointF(x, box.bottom() + 3 * theme.scale))
    _paint_whisker(painter, box, bell, theme)


def _paint_whisker(painter: QPainter, box: QRectF, bell: _Bell, theme: Theme) -> None:
    if not math.isfinite(bell.mean) or not math.isfinite(bell.std):
        return
    at, lower, upper = (
        box.left() + bell.place(value) * box.width()
        for value in (bell.mean, bell.mean - bell.std, bell.mean + bell.std)
    )
    size = 3.5 * theme.scale
    y = box.top() + size + 0.5
    painter.setPen(pen(theme, "text", 1.4 * theme.scale))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.drawLine(QPointF(lower, y), QPointF(upper, y))
    for x in (lower, upper):
        painter.drawLine(QPointF(x, y - size), QPointF(x, y + size))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("text"))
    corners = [QPointF(at - size * 1.2, y - size), QPointF(at + size * 1.2, y - size)]
    painter.drawPolygon(QPolygonF([*corners, QPointF(at, y + size * 0.9)]))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
