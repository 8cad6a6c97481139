"""Level lines of a function on a grid: marching squares, only in the cells that a line crosses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gui.plots.series import Floats


def contour(x: Floats, y: Floats, values: Floats, level: float) -> Floats:
    """The line of one level: see `contours`. Shapes: x (n,), y (m,), values (m, n) ->
    (pieces, 4)."""
    return contours(x, y, values, [level])[0]


def contours(x: Floats, y: Floats, values: Floats, levels: Sequence[float]) -> list[Floats]:
    """For each level straight pieces (x0, y0, x1, y1) of the line where the values cross it.

    Shapes: x (n,), y (m,), values (m, n) -> a list of (pieces, 4). A crossing on a side of a cell
    is found by linear interpolation; where all four sides are crossed, they are joined two by
    two. A cell with a corner that is NaN has no line.
    """
    corners = np.stack(
        [values[:-1, :-1], values[:-1, 1:], values[1:, 1:], values[1:, :-1]], axis=-1
    )
    least, greatest = corners.min(axis=-1), corners.max(axis=-1)
    found = []
    for level in levels:
        row, column = np.nonzero((least <= level) & (greatest > level))
        found.append(_in_cells(x, y, corners[row, column] - level, row, column))
    return found


def _in_cells(x: Floats, y: Floats, above: Floats, row: np.ndarray, column: np.ndarray) -> Floats:
    """above: (k, 4), the corners of k cells less the level, around the cell."""
    x0, x1, y0, y1 = x[column], x[column + 1], y[row], y[row + 1]
    xs, ys = np.stack([x0, x1, x1, x0], axis=-1), np.stack([y0, y0, y1, y1], axis=-1)
    following = np.roll(above, -1, axis=1)
    hit = (above > 0) != (following > 0)
    share = np.where(hit, above / np.where(hit, above - following, 1.0), 0.0)
    px = xs + share * (np.roll(xs, -1, axis=1) - xs)
    py = ys + share * (np.roll(ys, -1, axis=1) - ys)
    order = np.argsort(~hit, axis=1, kind="stable")  # crossed sides first
    px, py = np.take_along_axis(px, order, 1), np.take_along_axis(py, order, 1)
    count = hit.sum(axis=1)
    first = np.stack([px[:, 0], py[:, 0], px[:, 1], py[:, 1]], axis=1)[count >= 2]
    second = np.stack([px[:, 2], py[:, 2], px[:, 3], py[:, 3]], axis=1)[count == 4]
    return np.concatenate([first, second])
