"""Thinning, smoothing and logarithms of curves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.plots.series import logarithm, smooth, thin


@given(
    st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=700),
    st.integers(min_value=20, max_value=300),
)
def test_thinning_keeps_extremes_ends_and_the_limit(values: list[float], most: int) -> None:
    y = np.array(values)
    x = np.arange(len(y), dtype=float)
    xs, ys = thin(x, y, y, most)
    assert len(xs) == len(ys) <= max(most, 4)
    assert (ys.min(), ys.max()) == (y.min(), y.max())
    assert (xs[0], xs[-1], ys[0], ys[-1]) == (x[0], x[-1], y[0], y[-1])
    assert (np.diff(xs) >= 0).all()


def test_thinning_keeps_the_least_of_the_low_and_the_greatest_of_the_high_curve() -> None:
    x = np.arange(1000.0)
    low, high = np.sin(x) - 1, np.sin(x) + 1
    _, ys = thin(x, low, high, 100)
    assert (ys.min(), ys.max()) == (low.min(), high.max())


def test_thinning_passes_over_gaps() -> None:
    y = np.array([1.0, np.nan, 5.0, -2.0] * 100)
    _, ys = thin(np.arange(400.0), y, y, 50)
    assert (np.nanmin(ys), np.nanmax(ys)) == (-2.0, 5.0)


def test_short_curves_stay_as_they_are() -> None:
    x, y = np.array([1.0, 2, 3]), np.array([4.0, 6, 5])
    xs, ys = thin(x, y, y, 60)
    assert (xs.tolist(), ys.tolist()) == ([1, 2, 3], [4, 6, 5])


@given(st.lists(st.floats(-1e3, 1e3), max_size=300), st.floats(0.01, 0.99))
def test_smoothing_in_blocks_equals_the_recursion(values: list[float], weight: float) -> None:
    expected, carried = [], 0.0
    for t, value in enumerate(values, start=1):
        carried = weight * carried + (1 - weight) * value
        expected.append(carried / (1 - weight**t))
    assert smooth(np.array(values, float), weight) == pytest.approx(expected, rel=1e-7, abs=1e-7)


def test_smoothing_by_hand() -> None:
    # w = 0.5: s_1 = 1 / 0.5 * 0.5 = 1; s_2 = (0.25 + 1.5) / 0.75 = 7/3
    assert smooth(np.array([1.0, 3.0]), 0.5).tolist() == pytest.approx([1.0, 7 / 3])


def test_smoothing_leaves_gaps_where_there_were_gaps() -> None:
    found = smooth(np.array([1.0, np.nan, 3.0]), 0.5)
    assert np.isnan(found[1])
    assert found[2] == pytest.approx(7 / 3)


def test_no_smoothing_changes_nothing() -> None:
    values = np.array([3.0, 1.0, 2.0])
    assert smooth(values, 0.0).tolist() == [3, 1, 2]


def test_logarithms_of_zero_and_less_are_gaps() -> None:
    found = logarithm(np.array([100.0, 0.0, -1.0, np.inf, np.nan]))
    assert found[0] == 2
    assert np.isnan(found[1:]).all()
