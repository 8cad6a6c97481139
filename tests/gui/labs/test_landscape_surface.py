"""Level lines and grids against a disc and a plane, by hand; no window."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import QRectF

from gui import theme
from gui.labs.landscape_levels import value_at
from gui.labs.landscape_surface import (
    band_image,
    level_lines,
    levels_of,
    refined,
    surface_of,
)
from gui.plots.contour import contours


def bowl(side: int = 41) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    axis = np.linspace(-2, 2, side)
    x, y = np.meshgrid(axis, axis)
    return axis, axis, x**2 + y**2


def test_the_level_line_of_a_bowl_is_a_circle():
    (pieces,) = contours(*bowl(), [1.0])
    ends = pieces.reshape(-1, 2)
    radii = np.linalg.norm(ends, axis=1)
    np.testing.assert_allclose(radii, 1.0, atol=0.004)
    length = np.linalg.norm(pieces[:, 2:] - pieces[:, :2], axis=1).sum()
    assert length == pytest.approx(2 * math.pi, rel=0.002)


def test_a_saddle_cell_is_joined_two_by_two():
    values = np.array([[1.0, -1.0], [-1.0, 1.0]])
    (pieces,) = contours(np.arange(2.0), np.arange(2.0), values, [0.0])
    assert len(pieces) == 2


def test_where_nothing_is_defined_there_are_no_lines():
    x, y, values = bowl()
    values[:, :20] = np.nan
    (pieces,) = contours(x, y, values, [1.0])
    assert (pieces[:, 0] >= -1e-9).all()
    assert len(pieces)


def test_levels_are_geometric_above_the_minimum():
    levels = levels_of(surface_of(*bowl(), 0.0))
    ratios = levels[1:] / levels[:-1]
    np.testing.assert_allclose(ratios, ratios[0])
    assert levels[-1] == pytest.approx(8)  # the corner: 2^2 + 2^2
    shifted = levels_of(surface_of(*bowl()[:2], bowl()[2] + 100, 100.0))
    np.testing.assert_allclose(shifted - 100, levels)


def test_a_flat_surface_has_no_levels():
    flat = surface_of(np.arange(3.0), np.arange(3.0), np.full((3, 3), 2.0))
    assert len(levels_of(flat)) == 0


def test_a_finer_grid_lies_on_the_straight_lines_between():
    x = np.array([0.0, 1.0, 2.0])
    plane = surface_of(x, x, 3 * x[None, :] - 2 * x[:, None])
    fine = refined(plane, 9)
    np.testing.assert_allclose(fine.values, 3 * fine.x[None, :] - 2 * fine.y[:, None], atol=1e-12)
    assert value_at(plane, 0.25, 1.5) == pytest.approx(3 * 0.25 - 2 * 1.5)
    assert math.isnan(value_at(plane, -1, 0))


def test_between_the_points_of_a_grid_it_is_smooth():
    x = np.linspace(-2, 2, 21)
    coarse = surface_of(x, x, x[None, :] ** 2 + x[:, None] ** 2)
    fine = refined(coarse, 161)
    exact = fine.x[None, :] ** 2 + fine.y[:, None] ** 2
    inner = slice(8, -8)
    np.testing.assert_allclose(fine.values[inner, inner], exact[inner, inner], atol=1e-9)
    holed = surface_of(x, x, np.where(x[None, :] > 1.9, np.nan, coarse.values))
    assert np.isfinite(refined(holed, 161).values[:, :130]).all()


def test_lines_and_bands_are_drawn_within_the_area():
    surface = surface_of(*bowl(), 0.0)
    levels = levels_of(surface)
    area = QRectF(10, 20, 300, 200)
    for pieces in level_lines(surface, levels[:-1], area):
        for piece in pieces:
            assert area.adjusted(-1e-6, -1e-6, 1e-6, 1e-6).contains(piece.p1())
    image = band_image(surface, levels, theme.light)
    assert (image.width(), image.height()) == (41, 41)
    low, high = image.pixelColor(20, 20), image.pixelColor(0, 0)
    assert low.lightness() > high.lightness()
    assert low == theme.loss_lut(theme.light)[0].tolist() or low.lightness() > 220


@pytest.mark.filterwarnings("error")
def test_heights_that_overflow_count_as_not_defined_and_a_peak_does_not_flatten_the_rest():
    x = np.linspace(-1, 1, 21)
    values = np.add.outer(x**2, x**2)
    values[0, 0], values[3, 4], values[10, 10] = np.inf, 1e300, 1e90
    surface = surface_of(x, x, values)
    assert np.isnan(surface.values[[0, 3], [0, 4]]).all()
    levels = levels_of(surface)
    assert levels[-1] <= 1e4
    assert np.isfinite(refined(surface).values).any()
