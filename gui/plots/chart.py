"""A chart of curves over steps that can be moved, zoomed, read and pointed at."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPen

from gui.plots.chart_canvas import ChartCanvas
from gui.plots.chart_hover import curve_at, readings
from gui.plots.chart_look import curve_color
from gui.plots.reading_box import ReadingBox


class Chart(ChartCanvas):
    """Drag moves, the wheel zooms, a double click shows everything again; left and right move the
    crosshair, which reads exact values. A click on a curve or its label makes it stand out.
    """

    def __init__(self, name: str, **options: Any) -> None:
        """name: of the widget; options: those of `ChartCanvas`."""
        self._has_key_focus = False
        super().__init__(name, **options)
        self.reading = ReadingBox(self)
        self._box.sigRangeChangedManually.connect(self._on_moved_by_hand)
        self._box.sigRangeChanged.connect(self._on_range_changed)

    def _rebuild(self) -> None:
        super()._rebuild()
        if self._hover_x is not None:
            self._read_out()

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """The picture, and a frame where it is reached by keyboard."""
        super().drawForeground(painter, rect)
        if self._has_key_focus and self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._look.color("accent"), 2))
            painter.drawRect(QRectF(self.viewport().rect()).adjusted(1, 1, -1, -1))

    @Slot(object)
    def _on_moved_by_hand(self, _axes: object) -> None:
        self._is_free = True
        self.view_changed.emit(True)

    @Slot(object, object, object)
    def _on_range_changed(self, *_args: object) -> None:
        if self._is_free:
            (left, right), (bottom, top) = self._box.viewRange()
            self._limits = (left, right, bottom, top)
            self._make_room_for_numbers()
            self.resetCachedContent()
            self._draw_lines()

    def hover_text(self) -> str:
        """What the crosshair reads, line by line; "" without one."""
        return "\n".join(text for _curve, text in readings(self._frame()))

    def set_hover(self, x: float | None) -> None:
        """Put the crosshair at the point nearest to x (axis units), or take it away."""
        self._hover_x = x
        self._read_out()
        self.viewport().update()

    def _read_out(self) -> None:
        frame = self._frame()
        lines = [
            (None if curve is None else curve_color(self._look, curve, frame.standing_out), text)
            for curve, text in readings(frame)
        ]
        right = frame.limits[1] if frame.pointed else 0.0
        place = frame.pixel(right if self._hover_x is None else self._hover_x, 0.0).x()
        at = self.viewport().mapToGlobal(QPointF(place, -self.contentsMargins().top()))
        self.reading.show_lines(lines if self.isVisible() else [], at.toPoint())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the values below the pointer."""
        super().mouseMoveEvent(event)
        place = event.position()
        is_inside = self._box.geometry().adjusted(-4, -4, 4, 4).contains(place)
        is_free = not event.buttons()
        self.set_pointed(curve_at(place, self._frame(), self._look) if is_free else "")
        self.set_hover(self._x_at(place) if is_inside and is_free else None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on a curve or on its label makes it stand out; a second one takes that back."""
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            key = curve_at(event.position(), self._frame(), self._look)
            if key or self.highlighted:
                self.set_highlighted("" if key == self.highlighted else key)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show everything again."""
        super().mouseDoubleClickEvent(event)
        self.fit()

    def hideEvent(self, event: QHideEvent) -> None:
        """The box with the values goes too."""
        super().hideEvent(event)
        self._let_go()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Reached by keyboard, the chart shows a frame."""
        reasons = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self._has_key_focus = event.reason() in reasons
        super().focusInEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Take the crosshair away."""
        super().leaveEvent(event)
        self._let_go()

    def _let_go(self) -> None:
        self.set_pointed("")
        self.set_hover(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right move the crosshair, Home shows everything, Escape ends both."""
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self._curves:
            self.set_hover(self._neighbour(1 if key == Qt.Key.Key_Right else -1))
        elif key == Qt.Key.Key_Home:
            self.fit()
        elif key == Qt.Key.Key_Escape and (self.highlighted or self._hover_x is not None):
            self.set_hover(None)
            self.set_highlighted("")
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def _neighbour(self, by: int) -> float | None:
        places = self._x[self._curves[0].key]
        if not len(places):
            return None
        if self._hover_x is None:
            return float(places[-1])
        nearest = int(np.abs(places - self._hover_x).argmin())
        return float(places[min(max(nearest + by, 0), len(places) - 1)])

    def _x_at(self, place: QPointF) -> float:
        plot = self._box.geometry()
        left, right = self._limits[:2]
        return left + (place.x() - plot.left()) / max(plot.width(), 1) * (right - left)
