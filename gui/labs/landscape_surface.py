"""A surface as a picture: bands of colour and level lines, roughly geometric above the minimum."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QColor, QImage

from gui import theme
from gui.plots.contour import contours
from gui.theme import Theme
from model.layer import Array

LEVELS = 14
FINE = 181
"""Points a side to which a coarse grid is refined by interpolation, for smooth bands."""
LINES = 81
"""The same for level lines, which are smooth by themselves."""


_LARGEST = 1e150
"""Heights up to which the curves between grid points can be worked out."""
_FAR = 1e4
"""Level lines end at so many times the height that half of the surface lies below."""


@dataclass(frozen=True, eq=False)
class Surface:
    """x, y: (r,); values: (r, r), rows by y, NaN where J is not defined. lowest: the least J that
    is known, on the grid or off it."""

    x: Array
    y: Array
    values: Array
    lowest: float

    @property
    def is_empty(self) -> bool:
        return not np.isfinite(self.values).any()


def surface_of(x: Array, y: Array, values: Array, lowest: float | None = None) -> Surface:
    """lowest: where it is known better than by the grid. What is too large to be drawn counts as
    not defined."""
    values = np.where(np.abs(values) < _LARGEST, values, math.nan)
    known = values[np.isfinite(values)]
    least = float(known.min()) if len(known) else 0.0
    if lowest is not None and math.isfinite(lowest):
        least = min(least, lowest)
    return Surface(x, y, values, least)


def levels_of(surface: Surface, count: int = LEVELS) -> Array:
    """Heights of the level lines: from the lowest to the highest, each the same multiple of the
    last above the minimum. Two to five decades, as the surface needs; a peak that is far higher
    than the rest has no lines of its own."""
    above = surface.values[np.isfinite(surface.values)] - surface.lowest
    above = above[above > 0]
    if not len(above):
        return np.zeros(0)
    high = min(float(above.max()), _FAR * float(np.median(above)))
    low = float(np.quantile(above, 0.02))
    decades = min(max(math.log10(high / low), 1.6), 5.0) if low > 0 else 5.0
    shares = np.arange(1, count + 1) / count
    return np.asarray(surface.lowest + high * 10 ** (decades * (shares - 1)))


def refined(surface: Surface, points: int = FINE) -> Surface:
    """The same on a finer grid, smooth between the points."""
    x, y, values = surface.x, surface.y, surface.values
    times = max(1, math.ceil(points / len(x)))
    if times == 1:
        return surface
    fine_x, fine_y = (np.linspace(a[0], a[-1], (len(a) - 1) * times + 1) for a in (x, y))
    across = _interpolated(values, times)
    return Surface(fine_x, fine_y, _interpolated(across.T, times).T, surface.lowest)


def _interpolated(values: Array, times: int) -> Array:
    """Along the last axis, (r, c) -> (r, (c - 1) times + 1): cubics through the points, each as
    steep there as the line between its neighbours (Catmull & Rom 1974). What is not defined makes
    the two pieces beside it undefined too."""
    first, last = 2 * values[:, :1] - values[:, 1:2], 2 * values[:, -1:] - values[:, -2:-1]
    padded = np.concatenate([first, values, last], axis=1)[..., None]
    a, b, c, d = (padded[:, k : padded.shape[1] - 3 + k] for k in range(4))
    t = np.arange(times) / times
    between = b + t / 2 * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
    flat = between.reshape(len(values), -1)
    return np.concatenate([flat, values[:, -1:]], axis=1)


def band_image(surface: Surface, levels: Array, look: Theme) -> QImage:
    """Bands of the loss map, row 0 at the top; the ground's colour where J is not defined."""
    table = theme.loss_lut(look)
    known = np.isfinite(surface.values)
    band = np.searchsorted(levels, np.where(known, surface.values, levels[-1]), side="right")
    colors = table[np.round(np.linspace(0, 255, len(levels) + 1)).astype(np.intp)]
    rgb = colors[band]
    rgb[~known] = look.color("sunken").getRgb()[:3]
    rgb = np.ascontiguousarray(rgb[::-1])
    rows, columns = rgb.shape[:2]
    image = QImage(rgb.tobytes(), columns, rows, 3 * columns, QImage.Format.Format_RGB888)
    return image.copy()


def level_lines(surface: Surface, levels: Array, area: QRectF) -> list[list[QLineF]]:
    """The line of each level, in pieces, px within the area."""
    left, right = float(surface.x[0]), float(surface.x[-1])
    low, high = float(surface.y[0]), float(surface.y[-1])
    wide, tall = area.width() / (right - left), area.height() / (high - low)
    found = []
    for pieces in contours(surface.x, surface.y, surface.values, levels.tolist()):
        xs = area.left() + (pieces[:, 0::2] - left) * wide
        ys = area.bottom() - (pieces[:, 1::2] - low) * tall
        ends = np.stack([xs[:, 0], ys[:, 0], xs[:, 1], ys[:, 1]], axis=1)
        found.append([QLineF(*piece) for piece in ends.tolist()])
    return found


def line_color(look: Theme) -> QColor:
    """Of the level lines: what stands out from the bands."""
    return QColor(255, 255, 255, 150) if look.is_dark else QColor(255, 255, 255, 235)
