"""The picture of a chart: pyqtgraph holds the range of its axes, painters of our own draw it.

The same painters serve the screen and both kinds of exported picture, so they cannot differ.
What changes with every step is painted anew; axes, grid and legend wait in a picture.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QResizeEvent
from PySide6.QtWidgets import QWidget

from gui import theme
from gui.plots.bundles import Bundle, bundles_of
from gui.plots.chart_axes import paint_axes, plot_area
from gui.plots.chart_ends import end_width, most_ends, paint_ends
from gui.plots.chart_hover import paint_crosshair
from gui.plots.chart_legend import paint_legend
from gui.plots.chart_limits import limits_of
from gui.plots.chart_lines import paint_limit_lines, paint_limit_names, with_lines
from gui.plots.chart_look import Frame, LimitLine
from gui.plots.chart_names import MOST_NAMED, named
from gui.plots.chart_past import paint_past
from gui.plots.curve_lines import CurveLines
from gui.plots.curve_table import csv_of
from gui.plots.series import Curve, Floats
from gui.theme import Theme


def same(steps: Floats) -> Floats:
    """Steps on an axis of steps."""
    return steps


class ChartCanvas(pg.GraphicsView):
    """Curves with axes, legend, end labels and a crosshair.

    floor, top: bounds of the vertical axis. ends: what stands at the end of a curve. Of more
    curves than have room for a symbol at their end some keep their colour, the others are grey.
    """

    view_changed = Signal(bool)
    """Whether the picture has been moved by hand, away from showing everything."""
    highlighted_changed = Signal(str)
    named_changed = Signal()
    """Other curves than before have a label at their end, or a colour."""

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
        self._is_whole = False
        self._limit_lines: tuple[LimitLine, ...] = ()
        self._given: tuple[Curve, ...] = ()
        self._curves: tuple[Curve, ...] = ()
        self._most = 0  # labels that have room at the right
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
        self._hover_x: float | None = None
        self._past: float | None = None
        self.highlighted = ""
        self.pointed = ""
        self._box = pg.ViewBox(enableMenu=False, defaultPadding=0.0)
        self._box.setMenuEnabled(False)
        self.scene().addItem(self._box)
        self._lines = CurveLines()
        self._limits = (0.0, 1.0, 0.0, 1.0)
        self.dress(theme.current())

    # what is shown

    @property
    def curves(self) -> tuple[Curve, ...]:
        """The curves on show."""
        return self._curves

    @property
    def look(self) -> Theme:
        """The theme it wears."""
        return self._look

    @property
    def is_crowded(self) -> bool:
        """Whether some curves are grey for want of room for their label."""
        return any(curve.style == "grey" for curve in self._curves)

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
        has_others = keys != [curve.key for curve in self._given]
        if has_others:
            self._end_room = 0.0
        self._given = tuple(curves)
        self.pointed = self.pointed if self.pointed in keys else ""
        if self.highlighted not in keys:
            self.highlighted = ""
        self._rebuild()
        if has_others:
            self.named_changed.emit()

    def set_past(self, step: int | None) -> None:
        """Mark the past step that the window shows; None: it shows the newest."""
        if step != self._past:
            self._past = None if step is None else float(step)
            self.viewport().update()

    def set_log(self, is_log: bool) -> None:
        """Switch the vertical axis."""
        self._is_log = is_log
        self.fit()

    def set_bounds(self, floor: float | None, top: float | None, *, is_whole: bool) -> None:
        """Bounds of the vertical axis. is_whole: it goes from one to the other, whatever the
        values."""
        if (floor, top, is_whole) != (self._floor, self._top, self._is_whole):
            self._floor, self._top, self._is_whole = floor, top, is_whole
            self.fit()

    def set_limit_lines(self, lines: Sequence[LimitLine]) -> None:
        """Levels beyond which something is wrong; shown with the next curves."""
        self._limit_lines = tuple(lines)

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
        if key == self.highlighted:
            return
        self.highlighted = key
        self.resetCachedContent()
        self._dress_lines()
        self.highlighted_changed.emit(key)

    def set_pointed(self, key: str) -> None:
        """Make the curve below the pointer stand out for the moment; "" = none."""
        if key != self.pointed:
            self.pointed = key
            self._dress_lines()

    def fit(self) -> None:
        """Show everything again."""
        was_free, self._is_free = self._is_free, False
        self._end_room, self._laid_out_as = 0.0, None
        self._rebuild()
        if was_free:
            self.view_changed.emit(False)

    # files

    def picture_size(self) -> QSize:
        """px of what is on the screen."""
        return self.viewport().size()

    def draw(self, painter: QPainter, _density: float) -> None:
        """The same picture on another device."""
        size = self.viewport().size()
        target = QRectF(0, 0, size.width(), size.height())
        self.render(painter, target, self.viewport().rect())

    def text(self, _kind: str) -> str:
        """All points of all curves."""
        return csv_of(self._curves)

    # building

    def _rebuild(self) -> None:
        most = min(self._most, MOST_NAMED)
        self._curves = named(self._given, most) if self._ends == "symbol" else self._given
        self._lines.set_curves(self._curves)
        self._bundles = bundles_of(self._curves, self._map, self._is_log, self._smoothing)
        self._x = {curve.key: bundle.x for bundle in self._bundles for curve in bundle.curves}
        self._y = {
            curve.key: row
            for bundle in self._bundles
            for curve, row in zip(bundle.curves, bundle.y, strict=True)
        }
        if not self._is_free:
            found = limits_of(self._bundles, self._is_log, self._floor, self._top)
            if self._is_whole and self._floor is not None and self._top is not None:
                found = (*found[:2], self._floor, self._top)
            self._limits = with_lines(found, self._limit_lines, self._is_log)
        self._make_room()
        self._draw_lines()
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
        self._name_anew()

    def _name_anew(self) -> None:
        """Other curves get a label where there is more or less room than before."""
        most = most_ends(self._frame(), self._look)
        had, self._most = self._most, most
        is_same = min(had, MOST_NAMED) == min(most, MOST_NAMED)
        if not is_same and self._ends == "symbol" and len(self._given) > min(had, most):
            self._rebuild()
            self.named_changed.emit()

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
        stands_out = (self.highlighted, self.pointed)
        self._lines.dress(self._look, stands_out, self._is_running)
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
            pointed=self.pointed,
            limit_lines=self._limit_lines,
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
        paint_limit_lines(painter, frame, self._look)
        self._lines.paint(painter, is_joined=not isinstance(painter.device(), QWidget))
        paint_limit_names(painter, frame, self._look)
        paint_ends(painter, frame, self._look)
        if self._past is not None:
            place = float(self._map(np.array([self._past]))[0])
            paint_past(painter, frame, place, self._look)
        if self._hover_x is not None:
            paint_crosshair(painter, frame, self._look)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Make room anew. pyqtgraph calls this once with None."""
        super().resizeEvent(event)
        if hasattr(self, "_limits"):
            self._layout()
            self._draw_lines()
