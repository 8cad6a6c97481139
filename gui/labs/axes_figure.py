"""A picture over two axes in data units: the base of the laboratories' plots."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPen

from gui.formula_painter import paint_formula, setter
from gui.plots.axes import Tick, linear_ticks, log_ticks
from gui.plots.figure import CENTRE, LEFT, RIGHT, Figure
from gui.plots.numbers import short
from gui.theme import Theme
from model.layer import Array

_TICK_GAP = 6.0
_TICK_PX = 90.0
"""About so many px lie between two ticks."""
_FAR = 1e4
"""px beyond which a point is not painted where it is."""


class AxesFigure(Figure):
    """Set `x_range`, `y_range`, and the names; paint in `paint_data` with `to_screen`.

    A name that begins with a backslash, or is one letter, is set as a formula. y_is_log: a
    logarithmic axis; ranges stay in data units.
    """

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
        self.y_is_log = False
        self.x_is_whole = False
        """Ticks at whole numbers only: steps."""
        self.is_pressable = False
        self.empty_text = ""
        """Why there is nothing to see; it stands in the middle, and nothing else is painted."""
        self.right_room = 14.0
        """px kept at the right of the frame, for labels."""
        self._area = QRectF()
        setter().advanced.connect(self._on_formulas_set)

    @Slot()
    def _on_formulas_set(self) -> None:
        self.update()

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
        left, right = self.x_range
        low, high = self._y_limits()
        area = self._area
        px = area.left() + (x - left) / (right - left) * area.width()
        py = area.bottom() - (self._y(y) - low) / (high - low) * area.height()
        return QPointF(min(max(px, -_FAR), _FAR), min(max(py, -_FAR), _FAR))

    def to_data(self, place: QPointF) -> tuple[float, float]:
        """A point of the picture in data units."""
        left, right = self.x_range
        low, high = self._y_limits()
        area = self._area
        x = left + (place.x() - area.left()) / max(area.width(), 1.0) * (right - left)
        y = low + (area.bottom() - place.y()) / max(area.height(), 1.0) * (high - low)
        return x, 10**y if self.y_is_log else y

    def _y(self, y: float) -> float:
        if not self.y_is_log:
            return y
        return math.log10(y) if y > 0 else -1e9

    def _y_limits(self) -> tuple[float, float]:
        low, high = self.y_range
        return (self._y(low), self._y(high)) if self.y_is_log else (low, high)

    def screen_points(self, x: Array, y: Array) -> list[QPointF]:
        """px of many points; those that are not finite are left out."""
        found = []
        for px, py in zip(np.asarray(x).tolist(), np.asarray(y).tolist(), strict=True):
            if math.isfinite(px) and math.isfinite(py):
                found.append(self.to_screen(px, py))
        return found

    def curve(self, x: Array, y: Array) -> QPainterPath:
        """A line through points, broken where one is not finite."""
        path = QPainterPath()
        is_open = False
        for px, py in zip(np.asarray(x).tolist(), np.asarray(y).tolist(), strict=True):
            if not (math.isfinite(px) and math.isfinite(py)):
                is_open = False
                continue
            point = self.to_screen(px, py)
            path.lineTo(point) if is_open else path.moveTo(point)
            is_open = True
        return path

    def draw_line(self, painter: QPainter, points: list[QPointF]) -> None:
        """A line through points. A solid one goes piece by piece: as a path, many wide pieces take
        Qt ten times as long."""
        if painter.pen().style() == Qt.PenStyle.SolidLine:
            painter.drawLines([QLineF(a, b) for a, b in pairwise(points)])
        else:
            painter.drawPolyline(points)

    # painting

    def paint(self, painter: QPainter, look: Theme) -> None:
        """Frame, grid and ticks around what the subclass paints."""
        if self.empty_text:
            self._paint_empty(painter, look)
            return
        metrics = QFontMetricsF(look.font("chip"))
        x_ticks, y_ticks = self._ticks(metrics)
        room = max((metrics.horizontalAdvance(text) for _y, text in y_ticks), default=0.0)
        left = room + 2 * _TICK_GAP + 4
        bottom = metrics.height() + 2 * _TICK_GAP
        top = 1.35 * look.px("maths") + 4 if self.y_name else 10.0
        self._area = QRectF(self.rect()).adjusted(left, top, -self.right_room, -bottom)
        if self._area.width() < 20 or self._area.height() < 20:
            return
        painter.setFont(look.font("chip"))
        painter.fillRect(self._area, look.color("plotbg"))
        self._paint_grid(painter, look, x_ticks, y_ticks)
        painter.save()
        painter.setClipRect(self._area)
        self.paint_data(painter, look)
        painter.restore()
        painter.setFont(look.font("chip"))
        self._paint_labels(painter, look, x_ticks, y_ticks)
        self.paint_over(painter, look)

    def _paint_empty(self, painter: QPainter, look: Theme) -> None:
        painter.setFont(look.font("caption"))
        painter.setPen(look.color("text3"))
        room = QRectF(self.rect()).adjusted(24, 12, -24, -12)
        painter.drawText(room, int(CENTRE | Qt.TextFlag.TextWordWrap), self.empty_text)

    def _ticks(self, metrics: QFontMetricsF) -> tuple[list[Tick], list[Tick]]:
        columns = max(2, int(self.width() / max(_TICK_PX, 4.5 * metrics.height())))
        rows = max(2, int(self.height() / max(48.0, 2.4 * metrics.height())))
        least = 1.0 if self.x_is_whole else 0.0
        across = linear_ticks(*self.x_range, columns, least=least)
        low, high = self._y_limits()
        if not self.y_is_log:
            return across, linear_ticks(low, high, rows)
        return across, [(10**place, text) for place, text in log_ticks(low, high, rows)]

    def _paint_grid(
        self, painter: QPainter, look: Theme, x_ticks: list[Tick], y_ticks: list[Tick]
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
        self, painter: QPainter, look: Theme, x_ticks: list[Tick], y_ticks: list[Tick]
    ) -> None:
        area = self._area
        metrics = QFontMetricsF(look.font("chip"))
        painter.setPen(QPen(look.color("axis"), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.drawLine(area.bottomLeft(), area.topLeft())
        height = metrics.height()
        name_width = self._name_width(self.x_name, look)
        last = area.right() + min(self.right_room - 4, 40) - name_width
        for x, text in x_ticks:
            at = self.to_screen(x, self.y_range[0]).x()
            half = metrics.horizontalAdvance(text) / 2
            if at + half + _TICK_GAP <= last or not self.x_name:
                box = QRectF(at - half - 2, area.bottom() + _TICK_GAP, 2 * half + 4, height)
                painter.drawText(box, int(CENTRE), text)
        for y, text in y_ticks:
            at = self.to_screen(self.x_range[0], y).y()
            box = QRectF(0, at - height / 2, area.left() - _TICK_GAP, height)
            painter.drawText(box, int(RIGHT), text)
        if self.x_name:
            box = QRectF(last, area.bottom() + _TICK_GAP - 3, name_width, height + 6)
            self._paint_name(painter, look, box, self.x_name)
        if self.y_name:
            width = self._name_width(self.y_name, look)
            left = max(2.0, min(area.left() - width / 2, area.left() - 8))
            box = QRectF(left, 1, width, area.top() - 4)
            self._paint_name(painter, look, box, self.y_name)

    def _name_width(self, name: str, look: Theme) -> float:
        if not name:
            return 0.0
        if not _is_formula(name):
            return QFontMetricsF(look.font("chip")).horizontalAdvance(name) + 8
        found = setter().renderer(name, look.color("text2"))
        width = found.viewBoxF().width() / 20 * look.px("maths") if found is not None else 20.0
        return float(min(width, 0.6 * max(self.width(), 40))) + 2

    def _paint_name(self, painter: QPainter, look: Theme, box: QRectF, name: str) -> None:
        if _is_formula(name):
            paint_formula(painter, box, name, name, look, look.px("maths"), "text2")
            return
        painter.setFont(look.font("chip"))
        painter.setPen(look.color("text2"))
        painter.drawText(box, int(LEFT), name)

    # the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tell where."""
        if self._hears(event.button()):
            self.reading.hide()
            self.pressed.emit(*self.to_data(event.position()))
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell where while the button is down; otherwise read out."""
        if self.is_pressable and event.buttons() & Qt.MouseButton.LeftButton:
            self.reading.hide()
            self.dragged.emit(*self.to_data(event.position()))
        else:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A drag is over."""
        if self._hears(event.button()):
            self.released.emit()
        else:
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys are the laboratory's."""
        event.ignore()

    def _hears(self, button: Qt.MouseButton) -> bool:
        return self.is_pressable and not self.empty_text and button == Qt.MouseButton.LeftButton


def _is_formula(name: str) -> bool:
    return "\\" in name or len(name) == 1


def padded(low: float, high: float, share: float = 0.06) -> tuple[float, float]:
    """A range with room at both ends; of a single value one around it."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return 0.0, 1.0
    room = share * (high - low)
    if room <= 1e-12 * max(abs(low), abs(high), 1e-300):
        room = abs(low) * 0.1 or 1.0
    return low - room, high + room


def signed(value: float) -> str:
    """About three digits with their sign: +0.51, −12.3."""
    text = short(value)
    return text if text.startswith("−") or value == 0 else f"+{text}"
