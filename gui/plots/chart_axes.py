"""The axes of a chart, and the room that its texts need."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from gui.plots.axes import Tick, linear_ticks, log_ticks
from gui.plots.chart_ends import end_width
from gui.plots.chart_legend import legend_height
from gui.plots.chart_look import Frame, line_height, text_width
from gui.theme import Theme

_GAP = 5.0  # px between an axis and its numbers


def plot_area(frame: Frame, area: QRectF, look: Theme) -> QRectF:
    """Where the curves go: what axis texts, end labels and legend leave of `area`."""
    line = line_height(look, "chip")
    top = legend_height(frame, area, look) + line * 0.5 + 3
    bottom = line + _GAP + 4
    height = max(area.height() - top - bottom, 20)
    texts = [text for _place, text in _up(frame, height, look)]
    widest = max((text_width(look, "chip", text) for text in texts), default=0.0)
    left = max(widest, text_width(look, "chip", "0.00")) + _GAP + 6
    name = (
        _name_start(frame, look) - frame.plot.right() + text_width(look, "caption", frame.x_label)
    )
    right = max(end_width(frame, look), frame.least_end) + 10
    right = max(right, name + 4)
    width = max(area.width() - left - right, 20)
    return QRectF(area.left() + left, area.top() + top, width, height)


def _up(frame: Frame, height: float, look: Theme) -> list[Tick]:
    count = min(frame.most_ticks, max(2, int(height / (line_height(look, "chip") * 1.9))))
    make = log_ticks if frame.is_log else linear_ticks
    return make(frame.limits[2], frame.limits[3], count)


def _across(frame: Frame, look: Theme) -> list[Tick]:
    """As many ticks as stand apart by two letters at least: 20 000 has a gap of one within."""
    gap = 2 * text_width(look, "chip", "0")
    (left, right), width = frame.limits[:2], frame.plot.width()
    for count in range(12, 0, -1):
        ticks = linear_ticks(*frame.limits[:2], count, least=1.0 if frame.x_label == "step" else 0)
        widest = max((text_width(look, "chip", text) for _place, text in ticks), default=0.0)
        step = ticks[1][0] - ticks[0][0] if len(ticks) > 1 else right - left
        if step / ((right - left) or 1) * width >= widest + gap:
            break
    return [(0.0, "0")] if [place for place, _ in ticks] == [0] else ticks


def paint_axes(painter: QPainter, frame: Frame, look: Theme, has_grid: bool) -> None:
    """Grid, axis lines, ticks with their numbers, and the name of the horizontal axis."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setFont(look.font("chip"))
    _paint_up(painter, frame, look, has_grid)
    plot = frame.plot
    _paint_across(painter, frame, look, has_grid)
    painter.setPen(QPen(look.color("axis"), 1))
    painter.drawLine(QLineF(plot.left(), plot.bottom(), plot.right(), plot.bottom()))
    painter.drawLine(QLineF(plot.left(), plot.top(), plot.left(), plot.bottom()))
    painter.setFont(look.font("caption"))
    painter.setPen(look.color("text3"))
    metrics = QFontMetricsF(painter.font())
    width = metrics.horizontalAdvance(frame.x_label) + 2
    box = QRectF(_name_start(frame, look), plot.bottom() + _GAP, width, metrics.height())
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, frame.x_label)
    _paint_upright(painter, frame, look)
    painter.restore()


def upright_width(name: str, look: Theme) -> float:
    """px that the name of the vertical axis takes at the left."""
    return line_height(look, "caption") if name else 0.0


def _paint_upright(painter: QPainter, frame: Frame, look: Theme) -> None:
    """The name of the vertical axis, read from below."""
    if not frame.y_label:
        return
    plot, width = frame.plot, upright_width(frame.y_label, look)
    metrics = QFontMetricsF(painter.font())
    text = metrics.elidedText(frame.y_label, Qt.TextElideMode.ElideRight, plot.height())
    ticks = _up(frame, plot.height(), look)
    numbers = max((text_width(look, "chip", tick) for _place, tick in ticks), default=0.0)
    painter.translate(max(plot.left() - numbers - _GAP - 4 - width, 0), plot.center().y())
    painter.rotate(-90)
    box = QRectF(-plot.height() / 2, 0, plot.height(), width)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _name_start(frame: Frame, look: Theme) -> float:
    """Where the name of the horizontal axis begins: right of half the widest number, px."""
    digits = f"{frame.limits[1]:.3g}" if frame.limits[1] < 1000 else f"{frame.limits[1]:.0f}"
    half = text_width(look, "chip", digits) / 2
    return frame.plot.right() + max(10.0, half + 5)


def _paint_up(painter: QPainter, frame: Frame, look: Theme, has_grid: bool) -> None:
    plot, height = frame.plot, QFontMetricsF(painter.font()).height()
    for place, text in _up(frame, plot.height(), look):
        y = round(frame.pixel(0, place).y())
        if has_grid:
            painter.setPen(QPen(look.color("plotgrid"), 1))
            painter.drawLine(QLineF(plot.left(), y, plot.right(), y))
        painter.setPen(QPen(look.color("axis"), 1))
        painter.drawLine(QLineF(plot.left() - 3, y, plot.left(), y))
        box = QRectF(0, y - height / 2, plot.left() - _GAP - 1, height)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)


def _paint_across(painter: QPainter, frame: Frame, look: Theme, has_grid: bool) -> None:
    plot, metrics = frame.plot, QFontMetricsF(painter.font())
    for place, text in _across(frame, look):
        x = round(frame.pixel(place, 0).x())
        if has_grid and x > plot.left() + 1:
            painter.setPen(QPen(look.color("plotgrid"), 1))
            painter.drawLine(QLineF(x, plot.top(), x, plot.bottom()))
        painter.setPen(QPen(look.color("axis"), 1))
        painter.drawLine(QLineF(x, plot.bottom(), x, plot.bottom() + 3))
        half = metrics.horizontalAdvance(text) / 2 + 1
        box = QRectF(x - half, plot.bottom() + _GAP, 2 * half, metrics.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
