"""A chart of curves over steps: pyqtgraph draws the lines, `chart_paint` all text around them.

One painter serves the screen and both kinds of exported picture, so they cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
)

from gui import theme
from gui.plots.axes import log_limits, nice_limits, nice_step
from gui.plots.chart_axes import paint_axes, plot_area
from gui.plots.chart_hover import curve_at, paint_crosshair, readings
from gui.plots.chart_labels import paint_ends, paint_legend
from gui.plots.chart_look import Frame, curve_color, curve_pen, mix
from gui.plots.reading_box import ReadingBox
from gui.plots.series import Curve, Floats, broken, floats, logarithm, smooth, thin
from gui.theme import Theme

MOST_POINTS = 600  # a curve; more cost time and show nothing more
_RAW_OPACITY = 0.32
_CROWD = 3  # more curves than these are left with rough edges while the training runs


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
        self._floor, self._top = floor, top
        self._curves: tuple[Curve, ...] = ()
        self._x: dict[str, Floats] = {}
        self._y: dict[str, Floats] = {}
        self._lines: dict[str, pg.PlotCurveItem] = {}
        self._raws: dict[str, pg.PlotCurveItem] = {}
        self._map: Callable[[Floats], Floats] = same
        self._is_log = False
        self._smoothing = 0.0
        self._x_label = "step"
        self._is_running = False
        self._is_free = False  # moved by hand
        self._hover_x: float | None = None
        self.reading = ReadingBox(self)
        self.highlighted = ""
        self._box = pg.ViewBox(enableMenu=False, defaultPadding=0.0)
        self._box.setMenuEnabled(False)
        self.scene().addItem(self._box)
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
        keys = {curve.key for curve in curves}
        for table in (self._lines, self._raws):
            for key in [key for key in table if key not in keys]:
                self._box.removeItem(table.pop(key))
        self._curves = tuple(curves)
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
        self._dress_lines()
        self.highlighted_changed.emit(key)

    def fit(self) -> None:
        """Show everything again."""
        was_free, self._is_free = self._is_free, False
        self._rebuild()
        if was_free:
            self.view_changed.emit(False)

    # building

    def _rebuild(self) -> None:
        self._x, self._y = {}, {}
        for curve in self._curves:
            self._x[curve.key] = floats(self._map(floats(curve.view.steps)))
            mean = floats(curve.view.mean)
            values = mean if curve.is_sparse else smooth(mean, self._smoothing)
            self._y[curve.key] = logarithm(values) if self._is_log else values
        if not self._is_free:
            self._fit_limits()
        self._draw_lines()
        if self._hover_x is not None:
            self._read_out()
        self.viewport().update()

    def _fit_limits(self) -> None:
        ends = [x[-1] for x in self._x.values() if len(x)]
        right = max(ends, default=1.0)
        step = nice_step(max(right, 1e-9), 12)
        x_limits = (0.0, max(step, float(np.ceil(right / step - 1e-9) * step)))
        low, high = self._value_range()
        if self._is_log:
            bottom, top = log_limits(low, high)
        else:
            bottom, top = nice_limits(low, high)
            if self._floor is not None and np.isfinite(low):
                bottom = max(bottom, self._floor)
            if self._top is not None and np.isfinite(high) and high <= self._top:
                top = min(top, self._top)
        limits = (*x_limits, bottom, top)
        if limits != self._limits:
            self._limits = limits
            self._layout()

    def _value_range(self) -> tuple[float, float]:
        parts = [self._y[curve.key] for curve in self._curves]
        for curve in self._curves:
            for values in (curve.view.low, curve.view.high):
                raw = floats(values)
                parts.append(logarithm(raw) if self._is_log else raw)
        found = np.concatenate(parts) if parts else np.empty(0)
        found = found[np.isfinite(found)]
        return (float(found.min()), float(found.max())) if len(found) else (np.nan, np.nan)

    def _layout(self) -> None:
        """Give the curves the room that the texts leave."""
        area = plot_area(self._frame(), QRectF(self.viewport().rect()), self._look)
        self._box.setGeometry(area)
        self.resetCachedContent()  # pyqtgraph keeps the background, so axes cost nothing
        left, right, bottom, top = self._limits
        self._box.setRange(xRange=(left, right), yRange=(bottom, top), padding=0, update=True)

    def _draw_lines(self) -> None:
        left, right = self._limits[:2]
        density = min(1.0, 2.0 / self._look.size("curve"))  # thick lines hide what is finer
        room = int(max(60, min(MOST_POINTS, density * self._box.geometry().width())))
        for curve in self._curves:
            x, y = self._x[curve.key], self._y[curve.key]
            part = _part(x, left, right)
            line = self._line(self._lines, curve.key)
            is_calm = self._smoothing > 0 and not curve.is_sparse
            xs, ys = thin(x[part], y[part], y[part], room // 2 if is_calm else room)
            if curve.style == "dashed" and not curve.is_sparse:
                ys = broken(ys)
            line.setData(xs, ys, connect="finite")
            self._draw_raw(curve, x, part, room)

    def _draw_raw(self, curve: Curve, x: Floats, part: slice, room: int) -> None:
        """The unsmoothed curve with its extremes, faint, behind the line."""
        view = curve.view
        if curve.is_sparse or not (self._smoothing > 0 or view.stride > 1):
            if curve.key in self._raws:
                self._box.removeItem(self._raws.pop(curve.key))
            return
        low, high = floats(view.low)[part], floats(view.high)[part]
        if self._is_log:
            low, high = logarithm(low), logarithm(high)
        raw = self._line(self._raws, curve.key)
        raw.setData(*thin(x[part], low, high, room), connect="finite")

    def _line(self, table: dict[str, pg.PlotCurveItem], key: str) -> pg.PlotCurveItem:
        if key not in table:
            line = pg.PlotCurveItem()
            line.setSegmentedLineMode("on")
            line.setZValue(1 if table is self._lines else 0)
            self._box.addItem(line, ignoreBounds=True)
            table[key] = line
            self._dress_lines()
        return table[key]

    # look

    def dress(self, look: Theme) -> None:
        """Put on a theme."""
        self._look = look
        self.setBackground(QColor(look.color("plotbg")))
        self._dress_lines()
        self._layout()

    def _dress_lines(self) -> None:
        look = self._look
        is_smooth = not (self._is_running and len(self._curves) > _CROWD)
        for curve in self._curves:
            color = curve_color(look, curve, self.highlighted)
            faint = QPen(mix(color, look.color("plotbg"), _RAW_OPACITY), 1.0)
            faint.setCosmetic(True)
            firm = curve_pen(look, curve, self.highlighted)
            for table, pen in ((self._raws, faint), (self._lines, firm)):
                line = table.get(curve.key)
                if line is not None:
                    line.setPen(pen)
                    line.opts["antialias"] = is_smooth
                    line.setZValue(table is self._lines and 1 + (curve.key == self.highlighted))
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
        )

    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:
        """Grid and axes, below the curves."""
        super().drawBackground(painter, rect)
        paint_axes(painter, self._frame(), self._look, has_grid=True)

    def drawForeground(self, painter: QPainter, _rect: QRectF) -> None:
        """Legend, end labels and crosshair, above the curves."""
        frame = self._frame()
        area = QRectF(self.viewport().rect())
        paint_ends(painter, frame, self._look)
        paint_legend(painter, frame, area, self._look)
        if self._hover_x is not None:
            paint_crosshair(painter, frame, self._look)

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


def _part(x: Floats, left: float, right: float) -> slice:
    """The points between two limits and one more at each side."""
    first, last = np.searchsorted(x, (left, right))
    return slice(max(int(first) - 1, 0), int(last) + 1)
