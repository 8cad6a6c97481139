"""Hollow circles on the points of a curve that has only a few."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from gui import theme
from gui.plots.chart_look import Frame, curve_color
from gui.plots.series import Curve
from gui.theme import Theme

_MOST = 8


def paint_marks(painter: QPainter, frame: Frame, curve: Curve, look: Theme) -> None:
    """Hollow circles on a few points, always on the first and the last."""
    x, y = frame.x[curve.key], frame.y[curve.key]
    known = np.flatnonzero(np.isfinite(y) & (x >= frame.limits[0]) & (x <= frame.limits[1]))
    if not len(known):
        return
    last = len(known) - 1
    picked = sorted({round(k * last / (_MOST - 1)) for k in range(_MOST)})
    color = curve_color(look, curve, frame.standing_out)
    area = frame.plot.adjusted(-3, -3, 3, 3)
    for index in known[picked].tolist():
        place = frame.pixel(x[index], y[index])
        if area.contains(place):
            paint_circle(painter, place, look, color)


def paint_circle(painter: QPainter, place: QPointF, look: Theme, color: QColor) -> None:
    """A hollow circle; on the screen it is a picture that is made once a colour."""
    screen = painter.device()
    if not isinstance(screen, QWidget):
        painter.save()
        _paint_circle(painter, place, look, color)
        painter.restore()
        return
    picture = _picture(look, color.rgba(), screen.devicePixelRatioF())
    half = picture.deviceIndependentSize() / 2
    painter.drawPixmap(place - QPointF(half.width(), half.height()), picture)


def paint_alarm(painter: QPainter, place: QPointF, look: Theme) -> None:
    """A triangle with an exclamation mark: this curve is beyond a limit."""
    side = 15.0 * look.scale
    area = QRectF(place.x() - side * 0.7, place.y() - side / 2, side, side)
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("plotbg"))
    painter.drawEllipse(area.adjusted(-1, -1, 1, 1))
    theme.paint_icon(painter, "alert", area, look.color("err"))
    painter.restore()


@lru_cache(maxsize=64)
def _picture(look: Theme, rgba: int, dpr: float) -> QPixmap:
    side = 2 * math.ceil(5 * look.scale) + 1
    picture = QPixmap(round(side * dpr), round(side * dpr))
    picture.setDevicePixelRatio(dpr)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_circle(painter, QPointF(side / 2, side / 2), look, QColor.fromRgba(rgba))
    painter.end()
    return picture


def _paint_circle(painter: QPainter, place: QPointF, look: Theme, color: QColor) -> None:
    painter.setPen(QPen(color, 1.6 * look.scale))
    painter.setBrush(look.color("plotbg"))
    painter.drawEllipse(place, 3.4 * look.scale, 3.4 * look.scale)
