"""Polynomials through a noisy wave, against numpy's own fit and gradient descent by hand."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.polynomial import Polynomial

from model.analysis.overfitting import over_items, over_sizes
from model.analysis.overfitting_polynomial import (
    Wave,
    descent,
    design_matrix,
    least_squares,
    mean_squared,
    wave,
)
from model.analysis.progress import Progress


def test_the_wave_has_its_top_at_a_quarter():
    np.testing.assert_allclose(wave(np.array([0.0, 0.25, 0.75])), [0, 1, -1], atol=1e-15)


def test_the_fit_is_the_one_numpy_finds_on_powers():
    (x, y), (x_new, _y_new), _test = Wave().parts(3)
    x, y = x[:20], y[:20]
    ours = design_matrix(x_new, 5) @ least_squares(x, y, 5)
    np.testing.assert_allclose(ours, Polynomial.fit(x, y, 5)(x_new), rtol=1e-9, atol=1e-9)


def test_the_path_is_gradient_descent_step_by_step():
    (x, y), _validation, _test = Wave().parts(0)
    x, y = x[:9], y[:9]
    phi = design_matrix(x, 4)
    rho = 1 / np.linalg.eigvalsh(2 * phi.T @ phi / len(x)).max()
    c, walked = np.zeros(5), []
    for _ in range(8):
        walked.append(c)
        c = c - rho * 2 / len(x) * phi.T @ (phi @ c - y)
    np.testing.assert_allclose(descent(x, y, 4, np.arange(8)), walked, rtol=1e-10, atol=1e-12)


def test_the_path_ends_at_the_least_squares_fit():
    (x, y), _validation, _test = Wave().parts(0)
    last = descent(x[:30], y[:30], 6, np.array([1e9]))[0]
    np.testing.assert_allclose(last, least_squares(x[:30], y[:30], 6), rtol=1e-8)


def test_mean_squares_by_hand():
    # f = 1 + 2 (2 x - 1): -1 at 0, 3 at 1
    assert mean_squared(np.array([0.0, 1.0]), np.array([0.0, 3.0]), np.array([1.0, 2.0])) == 0.5


def test_as_many_coefficients_as_items_meet_every_item_and_no_other():
    training, validation, test = Wave().judge(Progress(), 11, 12, 0)
    assert training < 1e-12
    assert validation > 0.1
    assert test > 0.1


def test_validation_loss_falls_and_rises_again_over_the_degree():
    found = over_sizes(Progress(), Wave(), [float(k) for k in range(10)], 14, 10)
    training, validation, test = found.mean
    assert (np.diff(training) < 0).all()
    assert found.best == 3
    assert validation[9] > 2 * validation[3] < validation[1]
    assert test[9] > 2 * test[3] < test[1]


def test_more_items_close_the_gap():
    found = over_items(Progress(), Wave(), 7, (10, 20, 50, 100), 10)
    assert (np.diff(found.gap) < 0).all()
    assert found.gap[-1] < 0.03 < 1 < found.gap[0]
    # with many items both losses meet at the variance of the noise
    assert found.mean[0, -1] == pytest.approx(0.25**2, rel=0.2)


def test_a_longer_learning_curve_holds_the_shorter():
    run = Wave().run(Progress(), 3, 8, 0)
    longer = Wave().run(Progress(), 3, 9, 0)
    np.testing.assert_array_equal(run.maps[0].points, longer.maps[0].points[:8])


def test_the_run_marks_its_best_step():
    run = Wave().run(Progress(), 9, 12, 5)
    best = run.stop.best
    assert run.stop.stopped == best + 5
    assert run.validation[best] == run.validation[: best + 6].min()
    assert run.validation[-1] > 2 * run.validation[best]
    assert (np.diff(run.losses[0]) <= 1e-12).all()
