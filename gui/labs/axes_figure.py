"""A picture over two axes in data units: the base of the laboratories' plots."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPen

from gui.formula_painter import paint_formula, setter
from gui.plots.axes import Tick, linear_ticks, log_ticks
from gui.plots.figure import CENTRE, LEFT, RIGHT, Figure
from gui.plots.numbers import short
from gui.theme import Theme
from model.layer import Array
from model.run import without_warnings

_TICK_GAP = 6.0
_TICK_PX = 90.0
"""About so many px lie between two ticks."""
_FAR = 1e4
"""px beyond which a point is not painted where it is."""


class AxesFigure(Figure):
    """Set `x_range`, `y_range`, and the names; paint in `paint_data` with `to_screen`.

    A name that begins with a backslash, or is one letter, is set as a formula. x_is_log, y_is_log:
    logarithmic axes; ranges and places stay in data units, which are above 0 there.
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
        self.x_is_log = self.y_is_log = False
        self.x_is_whole = self.y_is_whole = False
        """Ticks at whole numbers only: steps, counts."""
        self.y_is_share = False
        """Ticks in per cent."""
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
        across, up = self._places(x, y)
        return QPointF(min(max(across, -_FAR), _FAR), min(max(up, -_FAR), _FAR))

    def _places(self, x: Any, y: Any) -> tuple[Any, Any]:
        """px of points in data units; numbers or arrays."""
        left, right = self._x_limits()
        low, high = self._y_limits()
        area = self._area
        across = area.left() + (_along(x, self.x_is_log) - left) / (right - left) * area.width()
        up = area.bottom() - (_along(y, self.y_is_log) - low) / (high - low) * area.height()
        return across, up

    def to_data(self, place: QPointF) -> tuple[float, float]:
        """A point of the picture in data units."""
        left, right = self._x_limits()
        low, high = self._y_limits()
        area = self._area
        x = left + (place.x() - area.left()) / max(area.width(), 1.0) * (right - left)
        y = low + (area.bottom() - place.y()) / max(area.height(), 1.0) * (high - low)
        return 10**x if self.x_is_log else x, 10**y if self.y_is_log else y

    def _x_limits(self) -> tuple[float, float]:
        """Of the axis: decades where it is logarithmic."""
        low, high = self.x_range
        return _along(low, self.x_is_log), _along(high, self.x_is_log)

    def _y_limits(self) -> tuple[float, float]:
        low, high = self.y_range
        return _along(low, self.y_is_log), _along(high, self.y_is_log)

    @without_warnings
    def screen_points(self, x: Array, y: Array) -> list[QPointF]:
        """px of many points; those that are not finite are left out."""
        across, up = np.asarray(x, float), np.asarray(y, float)
        is_known = np.isfinite(across) & np.isfinite(up)
        across, up = self._places(across[is_known], up[is_known])
        pairs = np.column_stack([across, up]).clip(-_FAR, _FAR).tolist()
        return [QPointF(px, py) for px, py in pairs]

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
            self.paint_reason(painter, look, self.empty_text)
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

    def _ticks(self, metrics: QFontMetricsF) -> tuple[list[Tick], list[Tick]]:
        columns = max(2, int(self.width() / max(_TICK_PX, 4.5 * metrics.height())))
        rows = max(2, int(self.height() / max(48.0, 2.4 * metrics.height())))
        least = 1.0 if self.x_is_whole else 0.0
        if self.x_is_log:
            across = _decades(*self._x_limits(), columns)
        else:
            across = linear_ticks(*self.x_range, columns, least=least)
        if self.y_is_log:
            return across, _decades(*self._y_limits(), rows)
        low, high = self.y_range
        if self.y_is_share:
            ticks = linear_ticks(100 * low, 100 * high, rows)
            return across, [(each / 100, f"{text} %") for each, text in ticks]
        return across, linear_ticks(low, high, rows, least=1.0 if self.y_is_whole else 0.0)

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
            box = QRectF(area.left() - _TICK_GAP, 1, width, area.top() - 4)  # right of the ticks
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


def _along(value: Any, is_log: bool) -> Any:
    """A place along an axis, of a number or of many; what has none on a log axis lies far below
    it."""
    if not is_log:
        return value
    if isinstance(value, np.ndarray):
        return np.log10(np.maximum(value, 1e-300)) - 1e9 * (value <= 0)
    return math.log10(value) if value > 0 else -1e9


def _decades(low: float, high: float, count: int) -> list[Tick]:
    return [(10**place, text) for place, text in log_ticks(low, high, count)]


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
