"""Names of the curves of a chart: legend above, labels at their ends; markers on them."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from gui.plots.axes import spread
from gui.plots.chart_look import (
    Frame,
    curve_color,
    curve_pen,
    font_of,
    line_height,
    text_width,
)
from gui.plots.numbers import short
from gui.plots.series import Curve, Floats, floats
from gui.theme import Theme

_MOST_MARKERS = 8
_LEADER = 12.0  # px from the curve's end to its symbol


# legend


def _legend_rows(frame: Frame, width: float, look: Theme) -> list[list[tuple[Curve, str, float]]]:
    """(curve, text, width of the text) row by row; short names where the long ones do not fit."""
    swatch = _swatch(look)
    for texts in ([c.name for c in frame.curves], [c.short for c in frame.curves]):
        entries = [
            (curve, text, text_width(look, "caption", text))
            for curve, text in zip(frame.curves, texts, strict=True)
        ]
        if sum(wide + swatch + 20 for _, _, wide in entries) <= width + 20:
            return [entries] if entries else []
    rows: list[list[tuple[Curve, str, float]]] = [[]]
    for entry in entries:
        used = sum(wide + swatch + 20 for _, _, wide in rows[-1])
        if rows[-1] and used + entry[2] + swatch > width:
            rows.append([])
        rows[-1].append(entry)
    return rows


def _swatch(look: Theme) -> float:
    return 22 * look.scale + 6


def legend_height(frame: Frame, area: QRectF, look: Theme) -> float:
    """Room of the legend above the curves, px."""
    if not frame.has_legend:
        return 0.0
    rows = len(_legend_rows(frame, area.width() - 16, look))
    return rows * (line_height(look, "caption") + 2)


def paint_legend(painter: QPainter, frame: Frame, area: QRectF, look: Theme) -> None:
    """A piece of each curve and its name, centred above the curves."""
    if not frame.has_legend:
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(look.font("caption"))
    swatch, line = _swatch(look), line_height(look, "caption") + 2
    for number, row in enumerate(_legend_rows(frame, area.width() - 16, look)):
        used = sum(wide + swatch + 20 for _, _, wide in row) - 20
        x = max(8.0, min(frame.plot.center().x() - used / 2, area.width() - 8 - used))
        middle = area.top() + number * line + line / 2
        for curve, text, wide in row:
            pen = curve_pen(look, curve, frame.highlighted)
            if curve.style == "dashed":
                pen.setDashPattern([3.5, 2.2])
                pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.drawLine(QPointF(x, middle), QPointF(x + swatch - 6, middle))
            if curve.is_sparse:
                _marker(painter, QPointF(x + swatch / 2 - 3, middle), look, painter.pen().color())
            painter.setPen(look.color("text2"))
            box = QRectF(x + swatch, middle - line / 2, wide + 2, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)
            x += wide + swatch + 20
    painter.restore()


# ends


def end_texts(frame: Frame, curve: Curve) -> tuple[str, str]:
    """What stands at the end of a curve: (symbol, raised index) or (last value, "")."""
    if frame.ends == "symbol":
        return curve.symbol, f"({curve.index})" if curve.index else ""
    mean = floats(curve.view.mean)
    return (short(mean[-1]) if len(mean) else ""), ""


def _end_size(frame: Frame, texts: tuple[str, str], look: Theme) -> tuple[float, float]:
    if frame.ends == "symbol":
        width = text_width(look, "symbol", texts[0]) + text_width(look, "index", texts[1]) + 3
        return width + _LEADER, line_height(look, "symbol") * 0.82
    return text_width(look, "mono", texts[0]) + 2, line_height(look, "mono") * 0.92


def end_width(frame: Frame, look: Theme) -> float:
    """Room of the labels at the right of the curves, px; stays put while numbers change."""
    widths = [_end_size(frame, end_texts(frame, curve), look)[0] for curve in frame.curves]
    if frame.ends == "value":
        widths.append(text_width(look, "mono", "0.00"))
    return max(widths, default=0.0)


def end_boxes(frame: Frame, look: Theme) -> list[tuple[Curve, QPointF, QRectF]]:
    """(curve, its last point on the screen, the box of its label); no two boxes overlap."""
    found: list[tuple[Curve, QPointF, QRectF]] = []
    for curve in frame.curves:
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
    gap = max(box.height() for _, _, box in found)
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
            _paint_markers(painter, frame, curve, look)
    for curve, place, box in end_boxes(frame, look):
        color = curve_color(look, curve, frame.highlighted)
        texts = end_texts(frame, curve)
        if frame.ends == "symbol":
            painter.setPen(QPen(color, 1.2 * look.scale))
            height = min(max(place.y(), frame.plot.top()), frame.plot.bottom())
            place.setY(height)
            edge = QPointF(max(place.x(), frame.plot.right()), height)
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


def _paint_markers(painter: QPainter, frame: Frame, curve: Curve, look: Theme) -> None:
    """Hollow circles on a few points, always on the first and the last."""
    x, y = frame.x[curve.key], frame.y[curve.key]
    known = np.flatnonzero(np.isfinite(y) & (x >= frame.limits[0]) & (x <= frame.limits[1]))
    if not len(known):
        return
    last = len(known) - 1
    picked = sorted({round(k * last / (_MOST_MARKERS - 1)) for k in range(_MOST_MARKERS)})
    color = curve_color(look, curve, frame.highlighted)
    area = frame.plot.adjusted(-3, -3, 3, 3)
    for index in known[picked].tolist():
        place = frame.pixel(x[index], y[index])
        if area.contains(place):
            _marker(painter, place, look, color)


def _marker(painter: QPainter, place: QPointF, look: Theme, color: QColor) -> None:
    """A hollow circle; on the screen it is a picture that is made once a colour."""
    screen = painter.device()
    if not isinstance(screen, QWidget):
        painter.save()
        _paint_marker(painter, place, look, color)
        painter.restore()
        return
    picture = _marker_picture(look, color.rgba(), screen.devicePixelRatioF())
    half = picture.deviceIndependentSize() / 2
    painter.drawPixmap(place - QPointF(half.width(), half.height()), picture)


@lru_cache(maxsize=64)
def _marker_picture(look: Theme, rgba: int, dpr: float) -> QPixmap:
    side = 2 * math.ceil(5 * look.scale) + 1
    picture = QPixmap(round(side * dpr), round(side * dpr))
    picture.setDevicePixelRatio(dpr)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_marker(painter, QPointF(side / 2, side / 2), look, QColor.fromRgba(rgba))
    painter.end()
    return picture


def _paint_marker(painter: QPainter, place: QPointF, look: Theme, color: QColor) -> None:
    painter.setPen(QPen(color, 1.6 * look.scale))
    painter.setBrush(look.color("plotbg"))
    painter.drawEllipse(place, 3.4 * look.scale, 3.4 * look.scale)
