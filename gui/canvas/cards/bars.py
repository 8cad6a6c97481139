"""Bars up and down from a zero line: as rectangles where they are wide, as pixels where narrow."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage

from gui.canvas.cards import measures
from gui.theme import THEMES, Theme

FADED = 0.32
_PER_PX = 4  # rows of a bar image a pixel of its height
_NOTCH_PX = 2.0


@dataclass(frozen=True)
class Bars:
    """ratios: (cells,) values, 1 = a full bar; beyond 1 a bar is cut and wears a notch.

    is_faded: (cells,) bars of neurons that are off. NaN fills its whole column in the colour of
    errors.
    """

    ratios: NDArray[np.floating]
    is_faded: NDArray[np.bool_]
    theme: Theme

    @property
    def notch(self) -> float:
        """Height of the mark on a cut bar, px."""
        return _NOTCH_PX * self.theme.scale

    @property
    def is_cut(self) -> NDArray[np.bool_]:
        """Which bars reach beyond the scale."""
        return np.asarray(np.abs(self.ratios) > 1.0 + 1e-6)


def bar_gap(columns: measures.Columns, theme: Theme) -> float:
    """px free at each side of a bar in its column."""
    spare = (columns.cell - measures.length(theme, "widest_bar")) / 2
    return max(spare, min(2.0, columns.cell / 8) if columns.cell >= 6 else 0.0)


@cache
def _shades(theme: Theme) -> tuple[tuple[QColor, QColor], tuple[QColor, QColor]]:
    """(up, down), each (plain, faded); faded is mixed with the trough, so nothing is clear."""
    trough = theme.color("sunken")

    def faded(token: str) -> QColor:
        color = theme.color(token)
        pairs = (
            (color.redF(), trough.redF()),
            (color.greenF(), trough.greenF()),
            (color.blueF(), trough.blueF()),
        )
        mixed = [FADED * part + (1 - FADED) * ground for part, ground in pairs]
        return QColor.fromRgbF(*mixed)

    return (theme.color("pos"), faded("pos")), (theme.color("neg"), faded("neg"))


def bar_image(bars: Bars, height: float) -> QImage:
    """All bars on the trough's colour, one pixel a column; to be stretched over the trough."""
    theme = bars.theme
    rows = 2 * round(height * _PER_PX / 2)
    half = rows // 2
    is_bad = np.isnan(bars.ratios)
    has_bad = bool(is_bad.any())
    ratios = np.where(is_bad, 0.0, bars.ratios) if has_bad else bars.ratios
    is_up = ratios > 0
    levels = np.ceil(np.minimum(np.abs(ratios), 1.0) * half).astype(np.intp)
    levels = np.where(is_up, levels, -levels)
    which = levels + half + bars.is_faded * (2 * half + 1)
    pixels = _columns_of_bars(theme.name, half)[:, which]
    notch = round(bars.notch * _PER_PX)
    is_cut = bars.is_cut
    if is_cut.any():
        pixels[:notch, is_cut & is_up] = theme.color("text").rgba()
        pixels[rows - notch :, is_cut & ~is_up] = theme.color("text").rgba()
    if has_bad:
        pixels[:, is_bad] = theme.color("err").rgba()
    pixels = np.ascontiguousarray(pixels)
    columns = pixels.shape[1]
    image = QImage(pixels.data, columns, rows, columns * 4, QImage.Format.Format_RGB32)
    return image.copy()  # the pixels die with this call


@cache
def _columns_of_bars(name: str, half: int) -> NDArray[np.uint32]:
    """(2 half rows, columns) colours: bars from -half to half on the trough, plain, then faded."""
    theme = THEMES[name]
    up, down = _shades(theme)
    rows = np.arange(2 * half)[:, None]
    levels = np.arange(-half, half + 1)
    is_inside = np.where(
        levels > 0, (rows >= half - levels) & (rows < half), (rows >= half) & (rows < half - levels)
    )
    parts = []
    for is_faded in (0, 1):
        colours = np.where(levels > 0, up[is_faded].rgba(), down[is_faded].rgba())
        parts.append(np.where(is_inside, colours, theme.color("sunken").rgba()))
    return np.hstack(parts).astype(np.uint32)


def bar_rects(
    bars: Bars, row: QRectF, lefts: list[float], width: float
) -> list[tuple[QColor, list[QRectF]]]:
    """The bars as rectangles, by colour; what is painted later lies on top."""
    theme = bars.theme
    half, middle = row.height() / 2, row.center().y()
    up, down = _shades(theme)
    cut = bars.is_cut.tolist()
    groups: dict[tuple[bool, bool], list[QRectF]] = {}
    text, err = theme.color("text"), theme.color("err")
    marks: dict[str, list[QRectF]] = {"text": [], "err": []}
    for j, (ratio, is_faded) in enumerate(
        zip(bars.ratios.tolist(), bars.is_faded.tolist(), strict=True)
    ):
        if ratio != ratio:
            marks["err"].append(QRectF(lefts[j], row.top(), width, row.height()))
        elif ratio != 0:
            height = min(abs(ratio), 1.0) * half
            key = (ratio > 0, is_faded)
            bar = QRectF(lefts[j], middle - height if ratio > 0 else middle, width, height)
            groups.setdefault(key, []).append(bar)
        if cut[j]:
            top = row.top() if ratio > 0 else row.bottom() - bars.notch
            marks["text"].append(QRectF(lefts[j], top, width, bars.notch))
    painted = [((up if key[0] else down)[key[1]], rects) for key, rects in groups.items()]
    return [*painted, *((c, marks[k]) for c, k in ((text, "text"), (err, "err")) if marks[k])]
