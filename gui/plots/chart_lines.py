"""Levels of a chart beyond which something is wrong: dashed, with their name."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from gui.plots.chart_limits import Limits
from gui.plots.chart_look import Frame, LimitLine, line_height, mix, text_width
from gui.theme import Theme

_GROUND = 0.8  # how opaque the ground of a name is
_ROOM = 0.06  # of the height of the axis, beyond a line for which room is made


def _place(line: LimitLine, is_log: bool) -> float:
    """On the vertical axis; NaN where it has none."""
    if not is_log:
        return line.value
    return math.log10(line.value) if line.value > 0 else math.nan


def with_lines(limits: Limits, lines: Sequence[LimitLine], is_log: bool) -> Limits:
    """The limits of the axes, wider where a line is near."""
    left, right, bottom, top = limits
    for line in lines:
        place = _place(line, is_log)
        room = _ROOM * (top - bottom)
        steps = 4 if is_log else 1 / max(room, 1e-12)  # whole steps: the axis rarely moves
        if bottom - line.reach <= place < bottom + room:
            bottom = math.floor((place - room) * steps) / steps
        elif top - room < place <= top + line.reach:
            top = math.ceil((place + room) * steps) / steps
    return left, right, bottom, top


def paint_limit_lines(painter: QPainter, frame: Frame, look: Theme) -> None:
    """Below the curves: every line that is in sight."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    pen = QPen(mix(look.color("err"), look.color("plotbg"), 0.7), max(1.0, look.scale))
    pen.setDashPattern([6.0, 4.0])
    painter.setPen(pen)
    for _line, y in _seen(frame):
        painter.drawLine(QLineF(frame.plot.left(), y, frame.plot.right(), y))
    painter.restore()


def paint_limit_names(painter: QPainter, frame: Frame, look: Theme) -> None:
    """Above the curves, at the left: on the side of the line where fewer curves are."""
    painter.save()
    painter.setFont(look.font("caption"))
    height = line_height(look, "caption")
    for line, y in _seen(frame):
        left, width = frame.plot.left() + 6, text_width(look, "caption", line.label) + 6
        sides = [QRectF(left, y - height - 1, width, height), QRectF(left, y + 2, width, height)]
        sides = [box for box in sides if frame.plot.contains(box)] or sides[:1]
        box = min(sides, key=lambda box: _crossing(frame, box))
        ground = look.with_alpha("plotbg", _GROUND)
        painter.fillRect(box, ground)
        painter.setPen(look.color("err"))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), line.label)
    painter.restore()


def _seen(frame: Frame) -> list[tuple[LimitLine, float]]:
    """The lines within the axis, with their height on the screen."""
    found = []
    for line in frame.limit_lines:
        place = _place(line, frame.is_log)
        if frame.limits[2] <= place <= frame.limits[3]:
            found.append((line, frame.pixel(0.0, place).y()))
    return found


def _crossing(frame: Frame, box: QRectF) -> int:
    """How many curves run through a box of the screen."""
    left, low = frame.place(box.bottomLeft())
    right, high = frame.place(box.topRight())
    count = 0
    for curve in frame.curves:
        x, y = frame.x[curve.key], frame.y[curve.key]
        start = max(int(np.searchsorted(x, left)) - 1, 0)
        part = y[start : int(np.searchsorted(x, right)) + 1]
        part = part[np.isfinite(part)]
        count += len(part) > 0 and bool(part.min() <= high and part.max() >= low)
    return count
