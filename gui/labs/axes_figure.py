"""A picture over two axes in data units: the base of the laboratories' plots."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPainterPath, QPen

from gui.plots.axes import linear_ticks
from gui.plots.figure import Figure
from gui.theme import Theme
from model.layer import Array

_TICK_GAP = 6.0
_TICK_PX = 90.0
"""About so many px lie between two ticks."""


class AxesFigure(Figure):
    """Set `x_range`, `y_range`, and the names; paint in `paint_data` with `to_screen`."""

    pressed = Signal(float, float)
    """A press of the left button, in data units."""
    dragged = Signal(float, float)
    """The pointer moves while the button is down, in data units."""
    released = Signal()

    def __init__(self, name: str, description: str, x_name: str = "", y_name: str = "") -> None:
        super().__init__(name, description)
        self.x_name, self.y_name = x_name, y_name
        self.x_range = (0.0, 1.0)
        self.y_range = (0.0, 1.0)
        self.is_pressable = False
        self._area = QRectF()

    # for subclasses

    def paint_data(self, painter: QPainter, look: Theme) -> None:
        """Paint what lies in the frame; it is clipped."""

    def paint_over(self, painter: QPainter, look: Theme) -> None:
        """Paint labels and marks over the frame, not clipped."""

    # coordinates

    @property
    def area(self) -> QRectF:
        """The frame, px."""
        return self._area

    def to_screen(self, x: float, y: float) -> QPointF:
        """px of a point in data units; far points are held near the frame."""
        (left, right), (low, high) = self.x_range, self.y_range
        area = self._area
        px = area.left() + (x - left) / (right - left) * area.width()
        py = area.bottom() - (y - low) / (high - low) * area.height()
        return QPointF(min(max(px, -1e4), 1e4), min(max(py, -1e4), 1e4))

    def to_data(self, place: QPointF) -> tuple[float, float]:
        """A point of the picture in data units."""
        (left, right), (low, high) = self.x_range, self.y_range
        area = self._area
        x = left + (place.x() - area.left()) / max(area.width(), 1.0) * (right - left)
        y = low + (area.bottom() - place.y()) / max(area.height(), 1.0) * (high - low)
        return x, y

    def curve(self, x: Array, y: Array) -> QPainterPath:
        """A line through points, broken where one is not finite."""
        path = QPainterPath()
        is_open = False
        for px, py in zip(np.asarray(x).tolist(), np.asarray(y).tolist(), strict=True):
            if not (np.isfinite(px) and np.isfinite(py)):
                is_open = False
                continue
            point = self.to_screen(px, py)
            path.lineTo(point) if is_open else path.moveTo(point)
            is_open = True
        return path

    # painting

    def paint(self, painter: QPainter, look: Theme) -> None:
        """Frame, grid and ticks around what the subclass paints."""
        metrics = QFontMetricsF(look.font("chip"))
        x_ticks, y_ticks = self._ticks(metrics)
        room = max((metrics.horizontalAdvance(text) for _y, text in y_ticks), default=0.0)
        left = room + 2 * _TICK_GAP + 4
        bottom = metrics.height() + 2 * _TICK_GAP
        top = metrics.height() + _TICK_GAP if self.y_name else 10.0
        self._area = QRectF(self.rect()).adjusted(left, top, -14, -bottom)
        if self._area.width() < 20 or self._area.height() < 20:
            return
        painter.setFont(look.font("chip"))
        painter.fillRect(self._area, look.color("plotbg"))
        self._paint_grid(painter, look, x_ticks, y_ticks)
        painter.save()
        painter.setClipRect(self._area)
        self.paint_data(painter, look)
        painter.restore()
        self._paint_labels(painter, look, x_ticks, y_ticks)
        self.paint_over(painter, look)

    def _ticks(
        self, metrics: QFontMetricsF
    ) -> tuple[list[tuple[float, str]], list[tuple[float, str]]]:
        columns = max(2, int(self.width() / max(_TICK_PX, 4 * metrics.height())))
        rows = max(2, int(self.height() / max(60.0, 3 * metrics.height())))
        return linear_ticks(*self.x_range, columns), linear_ticks(*self.y_range, rows)

    def _paint_grid(
        self,
        painter: QPainter,
        look: Theme,
        x_ticks: list[tuple[float, str]],
        y_ticks: list[tuple[float, str]],
    ) -> None:
        area = self._area
        painter.setPen(QPen(look.color("plotgrid"), 1))
        for x, _text in x_ticks:
            at = self.to_screen(x, self.y_range[0]).x()
            painter.drawLine(QPointF(at, area.top()), QPointF(at, area.bottom()))
        for y, _text in y_ticks:
            at = self.to_screen(self.x_range[0], y).y()
            painter.drawLine(QPointF(area.left(), at), QPointF(area.right(), at))

    def _paint_labels(
        self,
        painter: QPainter,
        look: Theme,
        x_ticks: list[tuple[float, str]],
        y_ticks: list[tuple[float, str]],
    ) -> None:
        area = self._area
        metrics = QFontMetricsF(look.font("chip"))
        painter.setPen(QPen(look.color("axis"), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.drawLine(area.bottomLeft(), area.topLeft())
        height = metrics.height()
        name_width = metrics.horizontalAdvance(self.x_name) + 8 if self.x_name else 0.0
        last = area.right() - name_width
        for x, text in x_ticks:
            at = self.to_screen(x, self.y_range[0]).x()
            half = metrics.horizontalAdvance(text) / 2
            if at + half <= last or not self.x_name:
                box = QRectF(at - half - 2, area.bottom() + _TICK_GAP, 2 * half + 4, height)
                painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)
        for y, text in y_ticks:
            at = self.to_screen(self.x_range[0], y).y()
            box = QRectF(0, at - height / 2, area.left() - _TICK_GAP, height)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, int(flags), text)
        painter.setPen(look.color("text2"))
        if self.x_name:
            box = QRectF(last, area.bottom() + _TICK_GAP, name_width, height)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignRight), self.x_name)
        if self.y_name:
            box = QRectF(4, 2, area.right() - 4, height)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignLeft), self.y_name)

    # the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tell where."""
        if self.is_pressable and event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit(*self.to_data(event.position()))
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell where while the button is down; otherwise read out."""
        if self.is_pressable and event.buttons() & Qt.MouseButton.LeftButton:
            self.dragged.emit(*self.to_data(event.position()))
        else:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A drag is over."""
        if self.is_pressable and event.button() == Qt.MouseButton.LeftButton:
            self.released.emit()
        else:
            super().mouseReleaseEvent(event)
