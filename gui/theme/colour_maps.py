"""From numbers to colours: 256-step look-up tables for strips, heat maps and images."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from gui.theme.themes import Theme


@cache
def _table(name: str, is_reversed: bool) -> NDArray[np.uint8]:
    from pyqtgraph import colormap  # costs 170 ms where nothing has imported it yet

    table = np.ascontiguousarray(colormap.get(name).getLookupTable(nPts=256)[:, :3], np.uint8)
    if is_reversed:
        table = np.ascontiguousarray(table[::-1])
    table.flags.writeable = False
    return table


def activation_lut(theme: Theme, signed: bool = False) -> NDArray[np.uint8]:
    """Colours of h, shape (256, 3): dark purple = low, yellow = high, in every theme.

    With `signed` the map of `delta_lut`, for a quantity whose sign matters.
    """
    return delta_lut(theme) if signed else _table("viridis", False)


def delta_lut(theme: Theme) -> NDArray[np.uint8]:
    """Colours of delta and of Jacobians, shape (256, 3): zero in the middle melts into the card."""
    return _table("CET-D4" if theme.is_dark else "CET-D1", False)


def ink_lut(theme: Theme) -> NDArray[np.uint8]:
    """Colours of images, masks and weights, shape (256, 3): ink on paper, or light on dark."""
    return _table("CET-L1", not theme.is_dark)


def loss_lut(theme: Theme) -> NDArray[np.uint8]:
    """Colours of a loss surface, shape (256, 3), near the ground so that paths stay readable on it:
    the deepest places are the ground's colour, and higher is bluer."""
    table = _table("CET-L12", False)
    if theme.is_dark:
        ground = np.array(theme.color("surface").getRgb()[:3], float)
        share = np.linspace(0.04, 0.6, 256)[:, None]
        return (ground + share * (table[-1] - ground)).round().astype(np.uint8)
    return table[np.linspace(0, 0.42 * 255, 256).round().astype(np.intp)]
