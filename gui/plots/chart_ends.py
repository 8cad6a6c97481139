"""What stands at the ends of the curves of a chart: their symbol, or their last value."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gui.plots.axes import spread
from gui.plots.chart_look import Frame, curve_color, font_of, line_height, text_width
from gui.plots.chart_marks import paint_alarm, paint_marks
from gui.plots.numbers import short
from gui.plots.series import Curve, Floats, floats
from gui.theme import Theme

_LEADER = 12.0  # px from the curve's end to its symbol


def end_texts(frame: Frame, curve: Curve) -> tuple[str, str]:
    """What stands at the end of a curve: (symbol, raised index) or (last value, "")."""
    if frame.ends == "symbol":
        return curve.symbol, f"({curve.index})" if curve.index else ""
    mean = floats(curve.view.mean)
    return (short(mean[-1]) if len(mean) else ""), ""


def _end_size(frame: Frame, texts: tuple[str, str], look: Theme) -> tuple[float, float]:
    height = _end_height(frame, look)
    if frame.ends == "symbol":
        width = text_width(look, "symbol", texts[0]) + text_width(look, "index", texts[1]) + 3
        return width + _LEADER, height
    return text_width(look, "mono", texts[0]) + 2, height


def _end_height(frame: Frame, look: Theme) -> float:
    if frame.ends == "symbol":
        return line_height(look, "symbol") * 0.82
    return line_height(look, "mono") * 0.92


def end_width(frame: Frame, look: Theme) -> float:
    """Room of the labels at the right of the curves, px; stays put while numbers change."""
    widths = [_end_size(frame, end_texts(frame, curve), look)[0] for curve in frame.curves]
    if frame.ends == "value":
        widths.append(text_width(look, "mono", "0.00"))
    return max(widths, default=0.0)


def most_ends(frame: Frame, look: Theme) -> int:
    """How many labels have room one below the other, at least one."""
    gap = _end_height(frame, look)
    return max(int((frame.plot.height() - gap / 2) / gap), 0) + 1


def _labelled(frame: Frame, look: Theme) -> list[Curve]:
    """The curves that get a label: what is pointed at and what stands out in any case."""
    most = most_ends(frame, look)
    first = [curve for curve in frame.curves if curve.key in frame.standing_out]
    others = [
        c
        for c in frame.curves
        if c.style not in ("grey", "ghost") and c.key not in frame.standing_out
    ]
    chosen = {curve.key for curve in [*first, *others][:most]}
    return [curve for curve in frame.curves if curve.key in chosen]


def end_boxes(frame: Frame, look: Theme) -> list[tuple[Curve, QPointF, QRectF]]:
    """(curve, its last point on the screen, the box of its label); no two boxes overlap."""
    found: list[tuple[Curve, QPointF, QRectF]] = []
    for curve in _labelled(frame, look):
        x, y = frame.x[curve.key], frame.y[curve.key]
        last = _last_seen(x, y, frame.limits[1])
        if last < 0:
            continue
        place = frame.pixel(x[last], y[last])
        if not math.isfinite(place.x() + place.y()):
            continue
        width, height = _end_size(frame, end_texts(frame, curve), look)
        found.append((curve, place, QRectF(frame.plot.right() + 6, 0, width, height)))
    if not found:
        return []
    gap = _end_height(frame, look)
    plot = frame.plot
    middles = spread(
        [min(max(place.y(), plot.top()), plot.bottom()) for _, place, _ in found],
        gap,
        plot.top(),
        max(plot.bottom() - gap / 2, plot.top()),
    )
    for (_, _, box), middle in zip(found, middles, strict=True):
        box.moveCenter(QPointF(box.center().x(), middle))
    return found


def paint_alarms(painter: QPainter, frame: Frame, look: Theme) -> None:
    """A mark at the end of every curve that is beyond a limit."""
    for curve in frame.curves:
        if curve.is_alarming and curve.style != "ghost":
            x, y = frame.x[curve.key], frame.y[curve.key]
            last = _last_seen(x, y, frame.limits[1])
            if last >= 0 and frame.limits[2] <= y[last] <= frame.limits[3]:
                paint_alarm(painter, frame.pixel(x[last], y[last]), look)


def _last_seen(x: Floats, y: Floats, right: float) -> int:
    """The last finite point up to the right edge; -1 = none."""
    if len(x) and x[-1] <= right and math.isfinite(y[-1]):
        return len(x) - 1
    seen = np.flatnonzero(np.isfinite(y) & (x <= right))
    return int(seen[-1]) if len(seen) else -1


def paint_ends(painter: QPainter, frame: Frame, look: Theme) -> None:
    """Values or symbols at the right of the curves, in their colours; markers on the curves."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for curve in frame.curves:
        if curve.is_sparse:
            paint_marks(painter, frame, curve, look)
    paint_alarms(painter, frame, look)
    for curve, place, box in end_boxes(frame, look):
        color = curve_color(look, curve, frame.standing_out)
        texts = end_texts(frame, curve)
        if frame.ends == "symbol":
            painter.setPen(QPen(color, 1.2 * look.scale))
            height = min(max(place.y(), frame.plot.top()), frame.plot.bottom())
            place.setY(height)
            edge = QPointF(max(place.x(), frame.plot.right()), height)
            if _has_gone(frame, curve):
                _paint_fall(painter, frame, place)
                place = edge
            end = QPointF(box.left() + _LEADER - 3, box.center().y())
            painter.drawPolyline([place, edge, end])
            _paint_symbol(painter, box.adjusted(_LEADER, 0, 0, 0), texts, look, color)
        else:
            font = look.font("mono")
            painter.setFont(font)
            painter.setPen(color)
            painter.drawText(
                box, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip, texts[0]
            )
    painter.restore()


def _has_gone(frame: Frame, curve: Curve) -> bool:
    """Its last values have no place on the axis, such as 0 on a logarithmic one."""
    y = frame.y[curve.key]
    return len(y) > 0 and not math.isfinite(y[-1])


def _paint_fall(painter: QPainter, frame: Frame, place: QPointF) -> None:
    """From its last place a curve falls off the axis."""
    painter.save()
    pen = painter.pen()
    pen.setDashPattern([1.5, 2.5])
    painter.setPen(pen)
    painter.drawLine(place, QPointF(place.x(), frame.plot.bottom()))
    painter.restore()


def _paint_symbol(
    painter: QPainter, box: QRectF, texts: tuple[str, str], look: Theme, color: QColor
) -> None:
    raise_px = line_height(look, "symbol") * 0.26
    baseline = box.center().y() + raise_px
    painter.setPen(color)
    painter.setFont(font_of(look, "symbol"))
    painter.drawText(QPointF(box.left(), baseline), texts[0])
    painter.setFont(font_of(look, "index"))
    start = box.left() + text_width(look, "symbol", texts[0]) + 1
    painter.drawText(QPointF(start, baseline - raise_px), texts[1])
