"""The lines of a chart as pyqtgraph items: few points, solid colours, cheap to paint."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QPen

from gui.plots.chart_look import curve_color, curve_pen, mix
from gui.plots.series import FEW_POINTS, Curve, Floats, broken, floats, logarithm, thin
from gui.theme import Theme

MOST_POINTS = 600  # a line; more cost time and show nothing more
_RAW_OPACITY = 0.32
_CROWD = 3  # more curves than these are left with rough edges while the training runs


class CurveLines:
    """For each curve its main line and, behind it where needed, what it smooths or sums up."""

    def __init__(self, box: pg.ViewBox) -> None:
        self._box = box
        self._curves: tuple[Curve, ...] = ()
        self.lines: dict[str, pg.PlotCurveItem] = {}
        self.raws: dict[str, pg.PlotCurveItem] = {}
        self._dressed_as: object = None

    def set_curves(self, curves: Sequence[Curve]) -> None:
        """Take lines away whose curve is gone."""
        self._curves = tuple(curves)
        keys = {curve.key for curve in curves}
        for table in (self.lines, self.raws):
            for key in [key for key in table if key not in keys]:
                self._box.removeItem(table.pop(key))

    def draw(
        self,
        x: dict[str, Floats],
        y: dict[str, Floats],
        limits: tuple[float, float],
        look: Theme,
        smoothing: float,
        is_log: bool,
    ) -> None:
        """Give the lines their points between two limits. x, y: by curve, in axis units."""
        density = min(1.0, 2.0 / look.size("curve"))  # thick lines hide what is finer
        room = int(max(60, min(MOST_POINTS, density * self._box.geometry().width())))
        for curve in self._curves:
            part = _part(x[curve.key], *limits)
            xs, ys = x[curve.key][part], y[curve.key][part]
            is_calm = smoothing > 0 and not curve.is_sparse
            line_x, line_y = thin(xs, ys, ys, room // 2 if is_calm else room)
            if curve.style == "dashed":
                line_y = broken(line_y)
            self._line(self.lines, curve.key).setData(line_x, line_y, connect="finite")
            if not curve.is_sparse and (smoothing > 0 or curve.view.stride > 1):
                low, high = floats(curve.view.low)[part], floats(curve.view.high)[part]
                if is_log:
                    low, high = logarithm(low), logarithm(high)
                raw = self._line(self.raws, curve.key)
                raw.setData(*thin(xs, low, high, room), connect="finite")
            elif curve.key in self.raws:
                self._box.removeItem(self.raws.pop(curve.key))

    def _line(self, table: dict[str, pg.PlotCurveItem], key: str) -> pg.PlotCurveItem:
        if key not in table:
            line = pg.PlotCurveItem()
            line.setSegmentedLineMode("on")
            self._box.addItem(line, ignoreBounds=True)
            table[key] = line
        return table[key]

    def dress(self, look: Theme, highlighted: str, is_running: bool) -> None:
        """Pens for the theme; nothing where they are as they should be."""
        looks = [
            (c.key, c.color, c.style, len(c.view.steps) < FEW_POINTS, c.key in self.raws)
            for c in self._curves
        ]
        wanted = (look, highlighted, is_running, looks)
        if wanted == self._dressed_as:
            return
        self._dressed_as = wanted
        is_smooth = not (is_running and len(self._curves) > _CROWD)
        for curve in self._curves:
            color = curve_color(look, curve, highlighted)
            faint = QPen(mix(color, look.color("plotbg"), _RAW_OPACITY), 1.0)
            faint.setCosmetic(True)
            firm = curve_pen(look, curve, highlighted)
            level = 2.0 if curve.key == highlighted else 0.5 if curve.style == "thin" else 1.0
            for table, pen, height in ((self.raws, faint, 0.0), (self.lines, firm, level)):
                line = table.get(curve.key)
                if line is not None:
                    line.setPen(pen)
                    line.opts["antialias"] = is_smooth
                    line.setZValue(height)


def _part(x: Floats, left: float, right: float) -> slice:
    """The points between two limits and one more at each side."""
    first, last = np.searchsorted(x, (left, right))
    return slice(max(int(first) - 1, 0), int(last) + 1)
