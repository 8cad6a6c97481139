"""Polylines as pieces of straight line, cut at the edges of a box: what Qt paints fastest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QPainter, QPainterPath
from shiboken6 import wrapInstance

from gui.plots.series import Floats

_SLACK = 0.5  # px that a piece may stand over the box


class Pieces:
    """The pieces of one polyline in memory that Qt reads directly."""

    def __init__(self) -> None:
        self._memory: Floats = np.empty((0, 4))
        self._first: QLineF | None = None  # stands for all of the memory
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def ends(self) -> Floats:
        """x0, y0, x1, y1 of each piece, px. (pieces, 4)"""
        return self._memory[: self._count]

    def set(self, ends: Floats) -> None:
        """Other pieces. (pieces, 4)"""
        if len(ends) > len(self._memory):
            self._first = None
            self._memory = np.empty((2 * len(ends), 4))
            self._first = wrapInstance(self._memory.ctypes.data, QLineF)
        self._count = len(ends)
        self.ends[:] = ends

    def paint(self, painter: QPainter) -> None:
        """Each piece by itself; with square caps they join, at a tenth of a polyline's cost."""
        if self._count:
            painter.drawLines(self._first, self._count)

    def paint_joined(self, painter: QPainter) -> None:
        """As polylines, for files."""
        path, last = QPainterPath(), (np.nan, np.nan)
        for x0, y0, x1, y1 in self.ends.tolist():
            if (x0, y0) != last:
                path.moveTo(QPointF(x0, y0))
            path.lineTo(QPointF(x1, y1))
            last = (x1, y1)
        painter.drawPath(path)


def pieces_of(x: Floats, y: Floats, box: QRectF) -> list[Floats]:
    """x0, y0, x1, y1 of the pieces of polylines that lie in a box, px; a gap where a point is not
    finite. (k, n) twice -> k times (pieces, 4)"""
    rows, n = x.shape
    ends = np.empty((rows, max(n - 1, 0), 4))
    ends[..., 0], ends[..., 1] = x[:, :-1], y[:, :-1]
    ends[..., 2], ends[..., 3] = x[:, 1:], y[:, 1:]
    left, right = box.left() - _SLACK, box.right() + _SLACK
    top, bottom = box.top() - _SLACK, box.bottom() + _SLACK
    is_inside = (x >= left) & (x <= right) & (y >= top) & (y <= bottom)  # False where NaN
    if is_inside.all():
        return list(ends)
    is_known = np.isfinite(x) & np.isfinite(y)
    is_whole = is_known[:, :-1] & is_known[:, 1:]
    if (is_inside | ~is_known).all():
        return [row[keep] for row, keep in zip(ends, is_whole, strict=True)]
    return [
        _clipped(row[keep], left, top, right, bottom)
        for row, keep in zip(ends, is_whole, strict=True)
    ]


def dashes_of(ends: Floats, dash: float, gap: float) -> Floats:
    """The pieces of a dashed line: what of each lies where a dash is, px to the right being what
    counts, so that a dash is as long beside a steep piece or between far points as anywhere.
    (pieces, 4) -> (more or fewer pieces, 4)"""
    if not len(ends):
        return ends
    period = dash + gap
    x0, x1 = ends[:, 0], ends[:, 2]
    first, last = np.floor(x0 / period), np.floor(x1 / period)
    counts = (last - first + 1).astype(np.intp)
    piece = np.repeat(np.arange(len(ends)), counts)
    nth = np.arange(len(piece)) - np.repeat(np.cumsum(counts) - counts, counts)
    start = (first[piece] + nth) * period
    left, right = np.maximum(start, x0[piece]), np.minimum(start + dash, x1[piece])
    keep = left <= right
    piece, left, right = piece[keep], left[keep], right[keep]
    across = x1[piece] - x0[piece]
    rise = ends[piece, 3] - ends[piece, 1]
    slope = np.divide(rise, across, out=np.zeros_like(rise), where=across > 0)
    found = np.empty((len(piece), 4))
    found[:, 0], found[:, 2] = left, right
    found[:, 1] = ends[piece, 1] + (left - x0[piece]) * slope
    found[:, 3] = np.where(
        right == x1[piece], ends[piece, 3], ends[piece, 1] + (right - x0[piece]) * slope
    )
    return found


def _clipped(ends: Floats, left: float, top: float, right: float, bottom: float) -> Floats:
    """What of each piece lies in the box. Source: Liang & Barsky 1984."""
    x, y = ends[:, 0], ends[:, 1]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        dx, dy = ends[:, 2] - x, ends[:, 3] - y
        enter, leave = np.zeros(len(ends)), np.ones(len(ends))
        is_out: NDArray[np.bool_] = np.zeros(len(ends), dtype=bool)
        for pace, room in ((-dx, x - left), (dx, right - x), (-dy, y - top), (dy, bottom - y)):
            at = room / pace
            enter = np.where(pace < 0, np.maximum(enter, at), enter)
            leave = np.where(pace > 0, np.minimum(leave, at), leave)
            is_out |= (pace == 0) & (room < 0)
        cut = [x + enter * dx, y + enter * dy, x + leave * dx, y + leave * dy]
    found = np.stack(cut, axis=1)
    # what is not cut keeps its very ends, so that neighbours still meet
    found[:, :2] = np.where((enter == 0)[:, None], ends[:, :2], found[:, :2])
    found[:, 2:] = np.where((leave == 1)[:, None], ends[:, 2:], found[:, 2:])
    found = found[~is_out & (enter <= leave) & np.isfinite(found).all(axis=1)]
    return np.clip(found, (left, top, left, top), (right, bottom, right, bottom))  # rounding
