"""What the drawn sets promise: balance, exact size, and the geometry of their formulas."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.data.catalogue import info_of
from model.data.generators import (
    GENERATORS,
    circles,
    curve,
    curve_without_noise,
    gaussians,
    moons,
    plane,
    spiral,
    xor,
)

CLASS_SETS = [key for key in GENERATORS if info_of(key).has_classes]


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("key", GENERATORS)
@given(size=st.integers(2, 60), noise=st.floats(0, 2), seed=st.integers(0, 1000))
def test_a_generator_returns_exactly_the_items_asked_for(key, size, noise, seed):
    x, y = GENERATORS[key](size, noise, rng(seed))
    info = info_of(key)
    assert x.shape == (size, *info.x_shape)
    assert y.shape == (size, *info.y_shape)
    assert x.dtype == np.float64
    assert y.dtype == (np.int64 if info.has_classes else np.float64)
    assert np.isfinite(x).all()


@pytest.mark.parametrize("key", CLASS_SETS)
@pytest.mark.parametrize(("size", "counts"), [(300, [150, 150]), (301, [151, 150])])
def test_classes_are_balanced(key, size, counts):
    _, y = GENERATORS[key](size, 0.1, rng())
    assert np.bincount(y).tolist() == counts


@pytest.mark.parametrize("key", CLASS_SETS)
def test_the_first_items_are_no_regular_row_of_classes(key):
    _, y = GENERATORS[key](100, 0.1, rng())
    assert 0 < np.sum(y[1:] == y[:-1]) < 99


@pytest.mark.parametrize("key", GENERATORS)
def test_the_same_stream_draws_the_same_items(key):
    first, second = (GENERATORS[key](50, 0.1, rng(3)) for _ in range(2))
    other = GENERATORS[key](50, 0.1, rng(4))
    np.testing.assert_array_equal(first[0], second[0])
    np.testing.assert_array_equal(first[1], second[1])
    assert not np.array_equal(first[0], other[0])


@pytest.mark.parametrize("key", GENERATORS)
def test_without_noise_all_inputs_lie_within_one(key):
    x, _ = GENERATORS[key](400, 0.0, rng())
    assert np.abs(x).max() <= 1.0 + 1e-12


def test_xor_says_whether_the_signs_differ_and_leaves_a_margin():
    x, y = xor(400, 0.0, rng())
    np.testing.assert_array_equal(y, (x[:, 0] > 0) != (x[:, 1] > 0))
    assert np.abs(x).min() >= 0.1
    quadrants = 2 * (x[:, 0] > 0) + (x[:, 1] > 0)
    assert np.bincount(quadrants).tolist() == [100, 100, 100, 100]


def test_noise_is_the_radius_of_the_gaussian_clouds():
    x, y = gaussians(20_000, 0.3, rng())
    for label, centre in ((0, -0.5), (1, 0.5)):
        cloud = x[y == label]
        # 10,000 draws: the mean is sure to 0.3 / 100, the deviation to 0.3 / 141; five of these.
        np.testing.assert_allclose(cloud.mean(axis=0), centre, atol=0.015)
        np.testing.assert_allclose(cloud.std(axis=0), 0.3, atol=0.011)


def test_circles_are_a_disc_within_a_ring():
    x, y = circles(400, 0.0, rng())
    radius = np.hypot(x[:, 0], x[:, 1])
    assert radius[y == 0].max() <= 0.5
    assert radius[y == 1].min() >= 0.7


def test_the_second_arm_of_the_spiral_is_the_first_turned_by_half_a_circle():
    x, y = spiral(200, 0.0, rng())
    first, second = (
        arm[np.argsort(np.hypot(arm[:, 0], arm[:, 1]))] for arm in (x[y == 0], x[y == 1])
    )
    np.testing.assert_allclose(second, -first, atol=1e-12)
    # The outer end: r = 1, t = 3.5 pi, so (sin t, cos t) = (-1, 0).
    np.testing.assert_allclose(first[-1], (-1.0, 0.0), atol=1e-12)


def test_the_arms_of_the_spiral_keep_apart():
    x, y = spiral(500, 0.0, rng())
    apart = np.linalg.norm(x[y == 0][:, np.newaxis] - x[y == 1], axis=2)
    assert apart.min() >= 0.159  # 2 · 0.08 across the centre


def test_moons_lie_on_their_half_circles():
    x, y = moons(200, 0.0, rng())
    x1, x2 = (1.5 * x + (0.5, 0.25)).T
    upper, lower = y == 0, y == 1
    np.testing.assert_allclose(np.hypot(x1[upper], x2[upper]), 1.0)
    np.testing.assert_allclose(np.hypot(x1[lower] - 1.0, x2[lower] - 0.5), 1.0)
    assert x2[upper].min() >= 0.0
    assert x2[lower].max() <= 0.5


def test_the_plane_is_the_mean_of_its_inputs():
    x, y = plane(100, 0.0, rng())
    np.testing.assert_allclose(y[:, 0], x[:, 0] / 2 + x[:, 1] / 2)


@pytest.mark.parametrize(("x", "y"), [(0.0, 0.0), (0.25, 0.775), (-0.25, -0.775), (1.0, 0.3)])
def test_the_curve_passes_through_points_reckoned_by_hand(x, y):
    assert curve_without_noise(np.array([[x]]))[0, 0] == pytest.approx(y, abs=1e-12)


def test_regression_noise_moves_the_target_and_not_the_input():
    x_exact, y_exact = curve(10_000, 0.0, rng())
    x, y = curve(10_000, 0.2, rng())
    np.testing.assert_array_equal(x, x_exact)
    assert np.std(y - y_exact) == pytest.approx(0.2, abs=0.008)
