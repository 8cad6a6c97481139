"""How the numbers of one feature are distributed before and after batch norm: two histograms."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from gui.canvas.cards.paint import hairline, pen, smooth_unless_aligned
from gui.theme import Theme
from model.snapshot import NodeView

BINS = 14


@dataclass(frozen=True)
class Bell:
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


def bell_of(values: NDArray[np.floating], low: float, high: float) -> Bell:
    """The histogram of some values on an axis from low to high."""
    place = ((values - low) * (BINS / (high - low))).astype(np.intp)
    place = np.minimum(np.maximum(place, 0), BINS - 1)
    counts = np.bincount(place, minlength=BINS)
    shares = counts / max(int(counts.max()), 1)
    mean = float(values.mean()) if values.size else 0.0
    std = float(values.std()) if values.size else 0.0
    return Bell(values, shares, low, high, mean, std)


def pair_of(before: NDArray[np.floating], after: NDArray[np.floating]) -> tuple[Bell, Bell]:
    """Both on one axis, so that the shift is seen; on an axis each where one would be a spike."""
    ends = [(float(part.min()), float(part.max())) for part in (before, after)]
    low, high = _axis(min(low for low, _ in ends), max(high for _, high in ends))
    narrowest = min(most - least for least, most in ends)
    if narrowest * 10 >= high - low:
        return bell_of(before, low, high), bell_of(after, low, high)
    return bell_of(before, *_axis(*ends[0])), bell_of(after, *_axis(*ends[1]))


def _axis(low: float, high: float) -> tuple[float, float]:
    margin = 0.08 * (high - low) or max(abs(high), 1.0) * 0.1
    return low - margin, high + margin


def bells_of(view: NodeView) -> tuple[Bell, Bell] | None:
    """Both histograms of what a batch norm tells; None where it tells nothing."""
    if "before" not in view.extras:
        return None
    parts = [np.asarray(view.extras[key], np.float64) for key in ("before", "after")]
    before, after = (part[np.isfinite(part)] for part in parts)
    return pair_of(before, after) if before.size and after.size else None


def paint_bell(painter: QPainter, box: QRectF, bell: Bell, theme: Theme, token: str) -> None:
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


def _paint_whisker(painter: QPainter, box: QRectF, bell: Bell, theme: Theme) -> None:
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
