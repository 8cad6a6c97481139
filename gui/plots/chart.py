"""A chart of curves over steps: pyqtgraph moves and zooms it, painters of our own draw it.

The same painters serve the screen and both kinds of exported picture, so they cannot differ.
What changes with every step is painted anew; axes, grid and legend wait in a picture.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from gui import theme
from gui.plots.bundles import Bundle, bundles_of
from gui.plots.chart_axes import paint_axes, plot_area
from gui.plots.chart_hover import curve_at, paint_crosshair, readings
from gui.plots.chart_labels import end_width, paint_ends, paint_legend
from gui.plots.chart_limits import limits_of
from gui.plots.chart_look import Frame, curve_color
from gui.plots.curve_lines import CurveLines
from gui.plots.reading_box import ReadingBox
from gui.plots.series import Curve, Floats
from gui.theme import Theme


def same(steps: Floats) -> Floats:
    """Steps on an axis of steps."""
    return steps


class Chart(pg.GraphicsView):
    """Curves with axes, legend, end labels and a crosshair that reads exact values.

    Drag moves, the wheel zooms, a double click shows everything again; left and right move
    the crosshair.
    """

    view_changed = Signal(bool)
    """Whether the picture has been moved by hand, away from showing everything."""
    highlighted_changed = Signal(str)

    def __init__(
        self,
        name: str,
        floor: float | None = None,
        top: float | None = None,
        ends: Literal["value", "symbol"] = "value",
        has_legend: bool = True,
    ) -> None:
        super().__init__(useOpenGL=False)
        self._ends: Literal["value", "symbol"] = ends
        self._has_legend = has_legend
        self.setObjectName(name)
        self.setAccessibleName(name.replace("_", " "))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setViewportUpdateMode(self.ViewportUpdateMode.FullViewportUpdate)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._floor, self._top = floor, top
        self._curves: tuple[Curve, ...] = ()
        self._bundles: list[Bundle] = []
        self._end_room = 0.0  # px that the widest label at the right has needed so far
        self._laid_out_as: object = None
        self._x: dict[str, Floats] = {}
        self._y: dict[str, Floats] = {}
        self._map: Callable[[Floats], Floats] = same
        self._is_log = False
        self._smoothing = 0.0
        self._x_label = "step"
        self._is_running = False
        self._is_free = False  # moved by hand
        self._is_moving_edge = False
        self._has_key_focus = False
        self._hover_x: float | None = None
        self.reading = ReadingBox(self)
        self.highlighted = ""
        self._box = pg.ViewBox(enableMenu=False, defaultPadding=0.0)
        self._box.setMenuEnabled(False)
        self.scene().addItem(self._box)
        self._lines = CurveLines()
        self._box.sigRangeChangedManually.connect(self._on_moved_by_hand)
        self._box.sigRangeChanged.connect(self._on_range_changed)
        self._limits = (0.0, 1.0, 0.0, 1.0)
        self.dress(theme.current())

    # what is shown

    @property
    def curves(self) -> tuple[Curve, ...]:
        """The curves on show."""
        return self._curves

    @property
    def is_log(self) -> bool:
        """Whether the vertical axis is logarithmic."""
        return self._is_log

    @property
    def smoothing(self) -> float:
        """Weight of the moving average, 0 = off."""
        return self._smoothing

    @property
    def limits(self) -> tuple[float, float, float, float]:
        """Left, right, bottom, top in axis units (decades on a log axis)."""
        return self._limits

    def set_curves(self, curves: Sequence[Curve]) -> None:
        """Show these curves and no others."""
        keys = [curve.key for curve in curves]
        if keys != [curve.key for curve in self._curves]:
            self._end_room = 0.0
        self._curves = tuple(curves)
        self._lines.set_curves(curves)
        if self.highlighted not in keys:
            self.highlighted = ""
        self._rebuild()

    def set_log(self, is_log: bool) -> None:
        """Switch the vertical axis."""
        self._is_log = is_log
        self.fit()

    def set_smoothing(self, weight: float) -> None:
        """Weight of the moving average per point, 0 = off, below 1."""
        self._smoothing = weight
        self._rebuild()

    def set_x_axis(self, mapping: Callable[[Floats], Floats], label: str) -> None:
        """How steps become the horizontal axis, and its name."""
        has_moved = label != self._x_label
        self._map, self._x_label = mapping, label
        if has_moved:
            self._hover_x = None
            self.fit()

    def set_running(self, is_running: bool) -> None:
        """While a training runs, a crowd of curves is drawn without smooth edges."""
        if is_running != self._is_running:
            self._is_running = is_running
            self._dress_lines()

    def set_highlighted(self, key: str) -> None:
        """Make one curve stand out; "" = none."""
        self.highlighted = key
        self.resetCachedContent()
        self._dress_lines()
        self.highlighted_changed.emit(key)

    def fit(self) -> None:
        """Show everything again."""
        was_free, self._is_free = self._is_free, False
        self._end_room, self._laid_out_as = 0.0, None
        self._rebuild()
        if was_free:
            self.view_changed.emit(False)

    # building

    def _rebuild(self) -> None:
        self._bundles = bundles_of(self._curves, self._map, self._is_log, self._smoothing)
        self._x = {curve.key: bundle.x for bundle in self._bundles for curve in bundle.curves}
        self._y = {
            curve.key: row
            for bundle in self._bundles
            for curve, row in zip(bundle.curves, bundle.y, strict=True)
        }
        if not self._is_free:
            self._limits = limits_of(self._bundles, self._is_log, self._floor, self._top)
        self._make_room()
        self._draw_lines()
        if self._hover_x is not None:
            self._read_out()
        self.viewport().update()

    def _make_room(self) -> None:
        """Lay out anew where an axis, the legend or the labels at the right need it."""
        self._end_room = max(self._end_room, end_width(self._frame(), self._look))
        names = [(c.key, c.name, c.short, c.style, c.color, c.is_sparse) for c in self._curves]
        wanted = (self._limits, self._end_room, names, self._x_label, self._is_log)
        if wanted != self._laid_out_as:
            self._layout()
            self._laid_out_as = wanted

    def _make_room_for_numbers(self) -> None:
        """Move the left edge in where the numbers of a zoomed axis are longer than before."""
        plot = QRectF(self._box.geometry())
        wanted = plot_area(self._frame(), QRectF(self.viewport().rect()), self._look)
        if wanted.left() > plot.left() + 0.5 and not self._is_moving_edge:
            self._is_moving_edge = True
            plot.setLeft(wanted.left())
            self._box.setGeometry(plot)
            self._is_moving_edge = False

    def _layout(self) -> None:
        """Give the curves the room that the texts leave."""
        area = plot_area(self._frame(), QRectF(self.viewport().rect()), self._look)
        self._box.setGeometry(area)
        self.resetCachedContent()  # axes and legend are painted once into the background
        left, right, bottom, top = self._limits
        self._box.setRange(xRange=(left, right), yRange=(bottom, top), padding=0, update=True)

    def _draw_lines(self) -> None:
        plot = self._box.geometry()
        state = (self._look, self._smoothing, self._is_log)
        self._lines.draw(self._bundles, plot, self._limits, *state)
        self._dress_lines()

    # look

    def dress(self, look: Theme) -> None:
        """Put on a theme."""
        self._look = look
        self.setBackground(QColor(look.color("plotbg")))
        self._end_room = 0.0
        self._make_room()
        self._layout()
        self._draw_lines()

    def _dress_lines(self) -> None:
        self._lines.dress(self._look, self.highlighted, self._is_running)
        self.viewport().update()

    def _frame(self) -> Frame:
        return Frame(
            self._curves,
            self._x,
            self._y,
            self._box.geometry(),
            self._limits,
            self._is_log,
            self._smoothing,
            self._x_label,
            self.highlighted,
            self._hover_x,
            self._ends,
            self._has_legend,
            least_end=self._end_room,
        )

    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:
        """Grid, axes and legend, below the curves."""
        super().drawBackground(painter, rect)
        frame = self._frame()
        paint_axes(painter, frame, self._look, has_grid=True)
        paint_legend(painter, frame, QRectF(self.viewport().rect()), self._look)

    def drawForeground(self, painter: QPainter, _rect: QRectF) -> None:
        """Curves, end labels and crosshair."""
        frame = self._frame()
        self._lines.paint(painter, is_joined=not isinstance(painter.device(), QWidget))
        paint_ends(painter, frame, self._look)
        if self._hover_x is not None:
            paint_crosshair(painter, frame, self._look)
        if self._has_key_focus and self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._look.color("accent"), 2))
            painter.drawRect(QRectF(self.viewport().rect()).adjusted(1, 1, -1, -1))

    # hands

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Make room anew. pyqtgraph calls this once with None."""
        super().resizeEvent(event)
        if hasattr(self, "_limits"):
            self._layout()
            self._draw_lines()

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
            (None if curve is None else curve_color(self._look, curve), text)
            for curve, text in readings(frame)
        ]
        place = frame.pixel(self._hover_x or 0.0, 0.0).x()
        at = self.viewport().mapToGlobal(QPointF(place, -self.contentsMargins().top()))
        self.reading.show_lines(lines if self.isVisible() else [], at.toPoint())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the values below the pointer."""
        super().mouseMoveEvent(event)
        plot = self._box.geometry()
        place = event.position()
        is_inside = plot.adjusted(-4, -4, 4, 4).contains(place)
        self.set_hover(self._x_at(place) if is_inside and not event.buttons() else None)

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
        self.set_hover(None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Reached by keyboard, the chart shows a frame."""
        reasons = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self._has_key_focus = event.reason() in reasons
        super().focusInEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Take the crosshair away."""
        super().leaveEvent(event)
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
