"""Level lines of a function on a grid: marching squares, a whole grid at a time."""

from __future__ import annotations

import numpy as np

from gui.plots.series import Floats

# The four sides of a cell: from corner to corner, as (row, column) offsets.
_SIDES = (((0, 0), (0, 1)), ((0, 1), (1, 1)), ((1, 0), (1, 1)), ((0, 0), (1, 0)))


def contour(x: Floats, y: Floats, values: Floats, level: float) -> Floats:
    """Straight pieces (x0, y0, x1, y1) of the line where the values cross the level.

    Shapes: x (n,), y (m,), values (m, n) -> (pieces, 4). A crossing on a side of a cell is found
    by linear interpolation; where all four sides are crossed, they are joined two by two.
    """
    above = values - level
    found_x, found_y, is_crossed = [], [], []
    for (row_a, column_a), (row_b, column_b) in _SIDES:
        a, b = _corner(above, row_a, column_a), _corner(above, row_b, column_b)
        crossed = (a > 0) != (b > 0)
        gap = np.where(crossed, a - b, 1.0)
        share = np.where(crossed, a / gap, 0.0)
        xs, ys = x[:-1], y[:-1, None]
        dx, dy = np.diff(x), np.diff(y)[:, None]
        found_x.append(xs + dx * (column_a + share * (column_b - column_a)) + 0 * ys)
        found_y.append(ys + dy * (row_a + share * (row_b - row_a)) + 0 * xs)
        is_crossed.append(crossed)
    px, py, hit = np.stack(found_x, -1), np.stack(found_y, -1), np.stack(is_crossed, -1)
    count = hit.sum(axis=-1)
    order = np.argsort(~hit, axis=-1, kind="stable")  # crossed sides first
    px, py = np.take_along_axis(px, order, -1), np.take_along_axis(py, order, -1)
    pieces = []
    for first, is_there in ((0, count >= 2), (2, count == 4)):
        ends = (px[..., first], py[..., first], px[..., first + 1], py[..., first + 1])
        pieces.append(np.stack([end[is_there] for end in ends], axis=-1))
    return np.concatenate(pieces)


def _corner(values: Floats, row: int, column: int) -> Floats:
    rows, columns = values.shape
    return values[row : rows - 1 + row, column : columns - 1 + column]
