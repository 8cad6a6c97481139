"""The crosshair of a chart: which point is meant, and its exact values."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QPointF
from PySide6.QtGui import QPainter, QPen

from gui.plots.chart_ends import end_boxes
from gui.plots.chart_look import Frame, curve_color
from gui.plots.chart_names import evenly
from gui.plots.numbers import exact
from gui.plots.series import Curve, floats
from gui.theme import Theme

MOST_READ = 8
"""Of more curves only so many are read out at once."""
_REACH = 7.0  # px from a curve within which a click means it


def hovered_step(frame: Frame) -> float | None:
    """The step that the crosshair stands at: that of the nearest point of the densest curve.

    Without a crosshair it is the last step of the curve that is pointed at, on its label.
    """
    if frame.hover_x is None:
        own = next((c for c in frame.curves if c.key == frame.pointed and len(c.view.steps)), None)
        return None if own is None else float(own.view.steps[-1])
    curves = [curve for curve in _own(frame) if len(frame.x[curve.key])]
    if not curves:
        return None
    densest = max(curves, key=lambda curve: len(frame.x[curve.key]))
    nearest = int(np.abs(frame.x[densest.key] - frame.hover_x).argmin())
    return float(floats(densest.view.steps)[nearest])


def readings(frame: Frame) -> list[tuple[Curve | None, str]]:
    """Lines of text, each with the curve it speaks of: the step first, then each exact value.

    A curve without a point at this step is read at its last point before it, and says so. Of a
    crowd the curve that is pointed at comes first and in full, then some of those with a label.
    """
    step = hovered_step(frame)
    if step is None:
        return []
    lines: list[tuple[Curve | None, str]] = [(None, f"step {step:.0f}")]
    own = _own(frame)
    is_crowd = len(own) > MOST_READ
    told = _told(frame) if is_crowd else own
    for curve in told:
        steps = floats(curve.view.steps)
        index = int(np.searchsorted(steps, step + 1e-9)) - 1
        if index < 0:
            continue
        lines.append((curve, _reading(curve, index, step)))
        if not is_crowd or curve.key in frame.standing_out:
            lines += [(None, line) for line in _details(frame, curve, index)]
    if is_crowd:
        lines.append((None, f"and {len(own) - len(told)} more: point at a curve"))
    return lines


def _own(frame: Frame) -> list[Curve]:
    """All but the ghosts of another run that nobody points at."""
    return [c for c in frame.curves if c.style != "ghost" or c.key in frame.standing_out]


def _told(frame: Frame) -> list[Curve]:
    """What is pointed at, what was picked, then those with a label, evenly spread over them."""
    by_key = {curve.key: curve for curve in frame.curves}
    first = [by_key[key] for key in dict.fromkeys(reversed(frame.standing_out)) if key in by_key]
    others = [c for c in frame.curves if c.style not in ("grey", "ghost") and c not in first]
    return [*first, *evenly(others, MOST_READ - len(first))]


def _details(frame: Frame, curve: Curve, index: int) -> list[str]:
    """Where a point stands for many steps, their extremes; and the smoothed value."""
    found = []
    if curve.view.stride > 1:
        found.append(_spread(curve, index))
    if frame.smoothing > 0 and not curve.is_sparse:
        value = frame.y[curve.key][index]
        value = 10.0**value if frame.is_log else value
        if not np.isfinite(value):  # 0 has no logarithm
            return found
        found.append(f"   smoothed ({frame.smoothing:g}): {exact(float(value))}")
    return found


def _reading(curve: Curve, index: int, step: float) -> str:
    view = curve.view
    text = f"{curve.raised}, {curve.short} = {exact(view.mean[index])}"
    own = float(view.steps[index])
    if own != step:
        text += f" (of step {own:.0f})"
    return text


def _spread(curve: Curve, index: int) -> str:
    view = curve.view
    low, high = exact(view.low[index]), exact(view.high[index])
    return f"   mean of {view.stride} {curve.unit}, {low} to {high}"


def paint_crosshair(painter: QPainter, frame: Frame, look: Theme) -> None:
    """A line through the point, and a dot on each curve that has one there."""
    step = hovered_step(frame)
    if step is None or frame.hover_x is None:
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    dots = []
    own = _own(frame)
    for curve in _told(frame) if len(own) > MOST_READ else own:
        steps = floats(curve.view.steps)
        index = int(np.searchsorted(steps, step + 1e-9)) - 1
        if index >= 0 and steps[index] == step:
            place = frame.pixel(frame.x[curve.key][index], frame.y[curve.key][index])
            dots.append((place, curve_color(look, curve, frame.standing_out)))
    for place, _color in dots[:1]:
        painter.setPen(QPen(look.color("axis"), 1))
        painter.drawLine(QLineF(place.x(), frame.plot.top(), place.x(), frame.plot.bottom()))
    for place, color in dots:
        if np.isfinite(place.y()) and frame.plot.contains(place):
            painter.setPen(QPen(look.color("plotbg"), 1.5))
            painter.setBrush(color)
            painter.drawEllipse(place, 4 * look.scale, 4 * look.scale)
    painter.restore()


def curve_at(place: QPointF, frame: Frame, look: Theme) -> str:
    """The key of the curve or end label below a point of the screen; "" = none."""
    for curve, _end, box in end_boxes(frame, look):
        if box.contains(place):
            return curve.key
    if not frame.plot.contains(place):
        return ""
    best, key = _REACH * look.scale, ""
    for curve in frame.curves:
        distance = _distance(place, frame, curve)
        if distance < best:
            best, key = distance, curve.key
    return key


def _distance(place: QPointF, frame: Frame, curve: Curve) -> float:
    """Upright distance from the point to the curve, px."""
    x, y = frame.x[curve.key], frame.y[curve.key]
    is_there = np.isfinite(y)
    if not is_there.any():
        return float("inf")
    left, right = frame.limits[:2]
    at = left + (place.x() - frame.plot.left()) / frame.plot.width() * (right - left)
    known = x[is_there]
    if not known[0] <= at <= known[-1]:
        return float("inf")
    return abs(frame.pixel(at, float(np.interp(at, known, y[is_there]))).y() - place.y())
