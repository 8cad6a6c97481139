"""A curve with the point, the tangent, and a triangle that shows where the slope comes from."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPolygonF

from gui.canvas.cards.paint import CENTRE, LEFT, draw_text, metrics, text_width
from gui.debugger.views import math_paint
from gui.debugger.views.axes import Axes
from gui.debugger.views.term_canvas import Hit
from gui.debugger.views.term_words import words_of
from gui.theme import Theme
from model.layer import Array
from model.teaching.number_style import NumberStyle
from model.teaching.pictures import Curve
from model.teaching.terms import is_lit

_HEIGHT = 176.0
_DOT = 4.5


class CurvePicture:
    """y = f(x) around the number that is looked at."""

    def __init__(self, curve: Curve) -> None:
        self._curve = curve
        self.hits: list[Hit] = []
        self._axes = Axes(QRectF(0, 0, 1, 1), (0, 1), (0, 1))
        self._rect = QRectF()
        self._plate_top = 0.0

    def arrange(self, rect: QRectF, style: NumberStyle, look: Theme) -> float:
        curve, scale = self._curve, look.scale
        height = _HEIGHT * min(scale, 1.35)
        line = metrics(look, "chip").height()
        self._rect = QRectF(rect.x(), rect.y(), rect.width(), height)
        left = 44 * scale
        title = math_paint.size_of(self._label(), look.px("maths")).height()
        top = max(title, line) + 6
        if self._is_crowded(style, look, left):
            self._plate_top = title + 2
            top = title + line + 10
            height += line + 4
            self._rect.setHeight(height)
        inner = self._rect.adjusted(left, top, -10 * scale, -line - 6)
        self._axes = Axes(inner, (float(curve.xs[0]), float(curve.xs[-1])), self._y_range())
        axes = self._axes
        x = axes.x(curve.x)
        y = axes.y(curve.y) if self._is_defined else inner.bottom()
        self.hits = []
        if curve.slope is not None:
            tip = f"{words_of(('local',))}\nslope {style.full(curve.slope)}"
            triangle = QRectF(
                QPointF(x, y), axes.point(curve.x + curve.run, curve.y + self._rise)
            ).normalized()
            self.hits.append(Hit(triangle.adjusted(-4, -14, 4, 14), ("local",), tip))
        port = (f"input:{curve.port}",)
        foot = QRectF(x - 20 * scale, inner.bottom(), 40 * scale, line + 6)
        self.hits.append(Hit(foot, port, f"{words_of(port)} = {style.full(curve.x)}"))
        dot = QRectF(x - 8, y - 8, 16, 16)
        value = f"= {style.full(curve.y)}" if self._is_defined else "is not defined here"
        self.hits.append(Hit(dot, ("out",), f"{words_of(('out',))} {value}"))
        return height

    def _is_crowded(self, style: NumberStyle, look: Theme, left: float) -> bool:
        """The slope has no room beside the function's name, and stands below it."""
        self._plate_top = 0.0
        if self._curve.slope is None:
            return False
        name = math_paint.size_of(self._label(), look.px("maths")).width()
        plate = text_width(look, "chip", self._slope_words(style)) + 14
        return left + name + 8 + plate > self._rect.width()

    def _slope_words(self, style: NumberStyle) -> str:
        """`slope 0.8/4 = 0.2`."""
        curve = self._curve
        rise, run, slope = (style.text(each) for each in (self._rise, curve.run, curve.slope or 0))
        return f"slope {slope}" if "/" in rise + run else f"slope {rise}/{run} = {slope}"

    @property
    def _is_defined(self) -> bool:
        return bool(np.isfinite(self._curve.y))

    @property
    def _rise(self) -> float:
        return (self._curve.slope or 0.0) * self._curve.run

    def _y_range(self) -> tuple[float, float]:
        """The curve, the point and the triangle; a steep end of the curve may be cut."""
        curve = self._curve
        finite = curve.ys[np.isfinite(curve.ys)]
        if not self._is_defined:
            low, high = np.percentile(finite, [5, 95]) if finite.size else (0.0, 1.0)
            room = 0.1 * (high - low) or 0.5
            return float(low) - room, float(high) + room
        if not finite.size:
            return curve.y - 1, curve.y + 1
        low, high = np.percentile(finite, [3, 97]) if curve.slope is not None else (0.0, 0.0)
        if curve.slope is None:
            low, high = float(finite.min()), float(finite.max())
        low = min(float(low), curve.y, curve.y + self._rise)
        high = max(float(high), curve.y, curve.y + self._rise)
        room = 0.08 * (high - low) if high > low else 0.5
        return low - room, high + room

    def _label(self) -> str:
        curve = self._curve
        return curve.label if "=" in curve.label else f"f({curve.x_name}) = {curve.label}"

    def paint(self, painter: QPainter, style: NumberStyle, look: Theme, lit: str) -> None:
        curve, axes = self._curve, self._axes
        axes.paint(painter, style, look, [curve.x])
        painter.save()
        painter.setClipRect(axes.rect.adjusted(-6, -3, 6, 3))
        self._paint_gaps(painter, look)
        if curve.slope is not None:
            self._paint_triangle(painter, look, lit)
        self._paint_others(painter, look)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.color("fwd"), 2.4 * min(look.scale, 1.4)))
        painter.drawPath(_path_of(curve.xs, curve.ys, axes))
        if curve.slope is not None:
            self._paint_tangent(painter, look)
        if self._is_defined:
            self._paint_point(painter, look, lit)
        else:
            self._paint_cross(painter, look)
        painter.restore()
        self._paint_words(painter, style, look, lit)

    def _paint_triangle(self, painter: QPainter, look: Theme, lit: str) -> None:
        curve, axes = self._curve, self._axes
        start = axes.point(curve.x, curve.y)
        corner = axes.point(curve.x + curve.run, curve.y)
        end = axes.point(curve.x + curve.run, curve.y + self._rise)
        color = look.color("highlight")
        if not is_lit(lit, ("local",)):
            color = look.with_alpha("highlight", 0.55)
        painter.setBrush(color)
        painter.setPen(QPen(look.color("text"), 1.4))
        painter.drawPolygon(QPolygonF([start, corner, end]))

    def _paint_gaps(self, painter: QPainter, look: Theme) -> None:
        """Where the function is not defined, when the point lies there."""
        if self._is_defined:
            return
        curve, area = self._curve, self._axes.rect
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("errbg"))
        half = (curve.xs[1] - curve.xs[0]) / 2
        for x in curve.xs[~np.isfinite(curve.ys)]:
            left, right = self._axes.x(float(x - half)), self._axes.x(float(x + half))
            painter.drawRect(QRectF(left, area.top(), right - left + 0.5, area.height()))

    def _paint_cross(self, painter: QPainter, look: Theme) -> None:
        """At the place on the axis that has no value."""
        axes = self._axes
        x, y = axes.x(self._curve.x), axes.rect.bottom()
        size = 5.0 * min(look.scale, 1.4)
        painter.setPen(QPen(look.color("err"), 1.2, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(x, y), QPointF(x, axes.rect.top()))
        painter.setPen(QPen(look.color("err"), 2.6 * min(look.scale, 1.4)))
        for way in (-1, 1):
            start, end = QPointF(x - size, y - way * size), QPointF(x + size, y + way * size)
            painter.drawLine(start - QPointF(0, size), end - QPointF(0, size))

    def _paint_tangent(self, painter: QPainter, look: Theme) -> None:
        curve, axes = self._curve, self._axes
        slope = curve.slope or 0.0
        reach = 1.25 * curve.run
        start = axes.point(curve.x - reach, curve.y - slope * reach)
        end = axes.point(curve.x + reach, curve.y + slope * reach)
        painter.setPen(QPen(look.color("text"), 1.6, Qt.PenStyle.DashLine))
        painter.drawLine(start, end)

    def _paint_others(self, painter: QPainter, look: Theme) -> None:
        """The item's other numbers, on the same curve."""
        if self._curve.others is None:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.with_alpha("fwd", 0.3))
        for x, y in zip(*self._curve.others, strict=True):
            painter.drawEllipse(self._axes.point(float(x), float(y)), 2.6, 2.6)

    def _paint_point(self, painter: QPainter, look: Theme, lit: str) -> None:
        curve, axes = self._curve, self._axes
        point = axes.point(curve.x, curve.y)
        painter.setPen(QPen(look.color("text3"), 1.2, Qt.PenStyle.DotLine))
        painter.drawLine(point, QPointF(point.x(), axes.rect.bottom()))
        if curve.slope is None:
            painter.drawLine(point, QPointF(axes.rect.left(), point.y()))
        painter.setPen(QPen(look.color("surface"), 1.5))
        token = "fwd" if curve.slope is None else "bwd"
        painter.setBrush(look.color("highlight" if is_lit(lit, ("out",)) else token))
        painter.drawEllipse(point, _DOT * min(look.scale, 1.4), _DOT * min(look.scale, 1.4))

    def _paint_words(self, painter: QPainter, style: NumberStyle, look: Theme, lit: str) -> None:
        curve, axes = self._curve, self._axes
        math_paint.paint(
            painter,
            QPointF(axes.rect.x(), self._rect.y()),
            self._label(),
            look.px("maths"),
            look,
            default="fwd",
        )
        line = metrics(look, "chip").height()
        x = axes.x(curve.x)
        text = style.text(curve.x)
        width = text_width(look, "chip", text) + 8
        left = min(max(x - width / 2, axes.rect.left() - 30), axes.rect.right() - width + 8)
        foot = QRectF(left, axes.rect.bottom() + 2, width, line + 2)
        _ground(painter, foot, look, is_lit(lit, (f"input:{curve.port}",)))
        draw_text(painter, foot, text, look, "chip", "text", CENTRE)
        if curve.slope is None:
            self._paint_height(painter, style, look, lit)
        else:
            self._paint_slope(painter, style, look, lit)

    def _paint_height(self, painter: QPainter, style: NumberStyle, look: Theme, lit: str) -> None:
        """f(x) beside the point."""
        curve, axes = self._curve, self._axes
        if not self._is_defined:
            self._paint_missing(painter, look)
            return
        text = style.text(curve.y)
        width, line = text_width(look, "chip", text) + 8, metrics(look, "chip").height() + 2
        point = axes.point(curve.x, curve.y)
        left = point.x() + 9 if point.x() + 9 + width < axes.rect.right() else point.x() - 9 - width
        top = min(max(point.y() - line / 2, axes.rect.top()), axes.rect.bottom() - line)
        rect = QRectF(left, top, width, line)
        _ground(painter, rect, look, is_lit(lit, ("out",)), is_plate=True)
        token = "hitext" if is_lit(lit, ("out",)) else "fwd"
        draw_text(painter, rect, text, look, "chip", token, CENTRE)

    def _paint_missing(self, painter: QPainter, look: Theme) -> None:
        axes, text = self._axes, "not defined here"
        width, line = text_width(look, "chip", text) + 8, metrics(look, "chip").height() + 2
        x = axes.x(self._curve.x)
        left = min(max(x - width / 2, axes.rect.left()), axes.rect.right() - width)
        rect = QRectF(left, axes.rect.center().y() - line / 2, width, line)
        _ground(painter, rect, look, False, is_plate=True)
        draw_text(painter, rect, text, look, "chip", "err", CENTRE)

    def _paint_slope(self, painter: QPainter, style: NumberStyle, look: Theme, lit: str) -> None:
        """`slope 0.8/4 = 0.2` above, rise and run at the triangle."""
        curve, axes = self._curve, self._axes
        rise, run = style.text(self._rise), style.text(curve.run)
        text = self._slope_words(style)
        line = metrics(look, "chip").height()
        width = min(text_width(look, "chip", text) + 14, self._rect.width())
        top = self._rect.y() + self._plate_top
        plate = QRectF(self._rect.right() - width, top, width, line + 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("highlight"))
        painter.drawRoundedRect(plate, 4, 4)
        draw_text(painter, plate, text, look, "chip", "hitext", CENTRE)
        start = axes.point(curve.x, curve.y)
        end = axes.point(curve.x + curve.run, curve.y + self._rise)
        below = self._rise >= 0
        middle = QRectF(
            start.x(), start.y() + (2 if below else -line - 2), end.x() - start.x(), line
        )
        if abs(end.x() - start.x()) > text_width(look, "chip", run):
            draw_text(painter, middle, run, look, "chip", "text", CENTRE)
        room = axes.rect.right() + 8 - end.x()
        if text_width(look, "chip", rise) + 4 < room and abs(end.y() - start.y()) > line * 0.8:
            beside = QRectF(end.x() + 5, (start.y() + end.y() - line) / 2, room, line)
            draw_text(painter, beside, rise, look, "chip", "text", LEFT)


def _ground(
    painter: QPainter, rect: QRectF, look: Theme, is_on: bool, *, is_plate: bool = False
) -> None:
    if not is_on and not is_plate:
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("highlight") if is_on else look.with_alpha("surface", 0.8))
    painter.drawRoundedRect(rect, 3, 3)


def _path_of(xs: Array, ys: Array, axes: Axes) -> QPainterPath:
    """Interrupted where the function is not defined."""
    path = QPainterPath()
    is_down = False
    far = 20 * axes.rect.height()
    for x, y in zip(xs, ys, strict=True):
        if not np.isfinite(y):
            is_down = False
            continue
        point = axes.point(float(x), float(y))
        point.setY(min(max(point.y(), -far), far))
        if is_down:
            path.lineTo(point)
        else:
            path.moveTo(point)
        is_down = True
    return path
