"""The lines of a chart: few points, solid colours, painted in one go."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from gui.plots.bundles import Bundle
from gui.plots.chart_look import NOBODY, curve_color, curve_pen, mix
from gui.plots.pieces import Pieces, dashes_of, pieces_of
from gui.plots.series import Curve, Floats, thin_rows
from gui.theme import Theme

MOST_POINTS = 600  # a line; more cost time and show nothing more
_RAW_DENSITY = 0.75  # points of a faint line for one of a main line
_RAW_OPACITY = 0.32
_DASH, _GAP = 4.0, 3.2  # in widths of the line; its caps make a dash longer by one
_LEVELS = {"ghost": 0.2, "grey": 0.3, "thin": 0.5}  # which lines lie above which; faint ones at 0
_CROWD = 3  # more curves than these are left with rough edges while the training runs


class CurveLines:
    """For each curve its main line and, behind it where needed, what it smooths or sums up."""

    def __init__(self) -> None:
        self._curves: tuple[Curve, ...] = ()
        self.lines: dict[str, Pieces] = {}
        self.raws: dict[str, Pieces] = {}
        self._order: list[tuple[Pieces, QPen]] = []
        self._dressed_as: object = None
        self._is_smooth = True

    def set_curves(self, curves: Sequence[Curve]) -> None:
        """Take lines away whose curve is gone."""
        self._curves = tuple(curves)
        keys = {curve.key for curve in curves}
        for table in (self.lines, self.raws):
            for key in [key for key in table if key not in keys]:
                del table[key]

    def draw(
        self,
        bundles: Sequence[Bundle],
        plot: QRectF,
        limits: tuple[float, float, float, float],
        look: Theme,
        smoothing: float,
        is_log: bool,
    ) -> None:
        """Give the lines their points. plot: where they go, px; limits: left, right, bottom, top
        there, in axis units."""
        density = min(1.0, 2.0 / look.size("curve"))  # thick lines hide what is finer
        room = int(max(60, min(MOST_POINTS, density * plot.width())))
        for bundle in bundles:
            part = _part(bundle.x, *limits[:2])
            x, y = bundle.x[part], bundle.y[:, part]
            is_calm = smoothing > 0 and not bundle.is_sparse
            xs, ys = thin_rows(x, y, y, room // 2 if is_calm else room)
            self._fill(self.lines, bundle, xs, ys, plot, limits)
            for curve in bundle.curves:
                if curve.style == "dashed":
                    line, width = self.lines[curve.key], look.size("curve")
                    line.set(dashes_of(line.ends, _DASH * width, _GAP * width))
            is_bare = bundle.is_sparse or (smoothing <= 0 and bundle.stride <= 1)
            if not is_bare:
                low, high = bundle.low[:, part], bundle.high[:, part]
                xs, ys = _thin_range(x, low, high, int(_RAW_DENSITY * room), is_log)
                self._fill(self.raws, bundle, xs, ys, plot, limits)
            for curve in bundle.curves:
                if is_bare or curve.style in ("grey", "ghost"):
                    self.raws.pop(curve.key, None)

    def _fill(
        self,
        table: dict[str, Pieces],
        bundle: Bundle,
        x: Floats,
        y: Floats,
        plot: QRectF,
        limits: tuple[float, float, float, float],
    ) -> None:
        left, right, bottom, top = limits
        with np.errstate(over="ignore"):
            across = plot.left() + (x - left) * (plot.width() / ((right - left) or 1))
            up = plot.bottom() - (y - bottom) * (plot.height() / ((top - bottom) or 1))
        all_pieces = pieces_of(across, up, plot)
        for curve, pieces in zip(bundle.curves, all_pieces, strict=True):
            if curve.key not in table:
                table[curve.key] = Pieces()
            table[curve.key].set(pieces)

    def dress(
        self, look: Theme, standing_out: tuple[str, str] = NOBODY, is_running: bool = False
    ) -> None:
        """Pens for the theme; nothing where they are as they should be. standing_out: keys of the
        curve that was picked and of the one that is pointed at."""
        looks = [(c.key, c.color, c.style, c.is_alarming, c.key in self.raws) for c in self._curves]
        wanted = (look, standing_out, is_running, looks, list(self.lines))
        if wanted == self._dressed_as:
            return
        self._dressed_as = wanted
        self._is_smooth = not (is_running and len(self._curves) > _CROWD)
        found: list[tuple[float, Pieces, QPen]] = []
        for curve in self._curves:
            color = curve_color(look, curve, standing_out)
            faint = QPen(mix(color, look.color("plotbg"), _RAW_OPACITY), 1.0)
            firm = curve_pen(look, curve, standing_out)
            if is_running and firm.style() == Qt.PenStyle.SolidLine:
                firm.setCapStyle(Qt.PenCapStyle.SquareCap)  # ten times as fast as round ones
            level = 2.0 if curve.key in standing_out else _LEVELS.get(curve.style, 1.0)
            for table, pen, height in ((self.raws, faint, 0.0), (self.lines, firm, level)):
                if curve.key in table:
                    found.append((height, table[curve.key], pen))
        self._order = [(line, pen) for _, line, pen in sorted(found, key=lambda item: item[0])]

    def paint(self, painter: QPainter, is_joined: bool) -> None:
        """All lines, from the faint to the one that stands out. is_joined: as polylines with
        round corners, for files."""
        painter.save()
        is_smooth = is_joined or self._is_smooth
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, is_smooth)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for line, pen in self._order:
            if is_joined:
                fine = QPen(pen)
                fine.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
                if pen.style() == Qt.PenStyle.SolidLine:
                    fine.setCapStyle(Qt.PenCapStyle.RoundCap)
                painter.setPen(fine)
                line.paint_joined(painter)
            else:
                painter.setPen(pen)
                line.paint(painter)
        painter.restore()


def _thin_range(
    x: Floats, low: Floats, high: Floats, most: int, is_log: bool
) -> tuple[Floats, Floats]:
    """The band between least and greatest; the logarithm is taken of what is left, no more."""
    if not is_log:
        return thin_rows(x, low, high, most)
    low, high = (np.where(values > 0, values, np.nan) for values in (low, high))
    xs, ys = thin_rows(x, low, high, most)
    return xs, np.log10(ys)


def _part(x: Floats, left: float, right: float) -> slice:
    """The points between two limits and one more at each side."""
    first, last = np.searchsorted(x, (left, right))
    return slice(max(int(first) - 1, 0), int(last) + 1)
