"""Descents on small functions, against steps worked out by hand and solutions in closed form."""

from __future__ import annotations

import numpy as np
import pytest

from model.analysis.descent import descend
from model.analysis.objective import FormulaObjective, RegressionObjective
from model.analysis.progress import CancelledError, Progress
from model.expressions import FormulaError
from model.optimizers import SGD, Adam, Momentum


def bowl() -> FormulaObjective:
    return FormulaObjective("x**2 + 10*y**2", ("x", "y"), [(-3, 3), (-3, 3)], minimum=(0, 0))


def points() -> RegressionObjective:
    return RegressionObjective(np.array([0.0, 1.0, 2.0]), np.array([1.0, 2.0, 4.0]))


def test_a_formula_has_its_values_and_slopes():
    objective = bowl()
    assert objective.value(np.array([1.0, 2.0])) == 41
    np.testing.assert_array_equal(objective.gradient(np.array([1.0, 2.0])), [2, 40])
    x, y, values = objective.surface(5)
    assert values.shape == (5, 5)
    assert values[0, 2] == 10 * y[0] ** 2 + x[2] ** 2


def test_a_formula_with_a_foreign_name_is_refused():
    with pytest.raises(FormulaError, match="'z' is no parameter"):
        FormulaObjective("x + z", ("x", "y"), [(-1, 1), (-1, 1)])


def test_steps_of_gradient_descent_are_those_worked_out_by_hand():
    path = descend(bowl(), SGD(lr=0.05), np.array([1.0, 1.0]), 2)
    # x: 1 - 0.05 * 2 = 0.9, then 0.81; y: 1 - 0.05 * 20 = 0, then 0
    np.testing.assert_allclose(path.thetas, [[1, 1], [0.9, 0], [0.81, 0]], atol=1e-15)
    np.testing.assert_allclose(path.losses, [11, 0.81, 0.6561])
    np.testing.assert_allclose(path.lengths, [np.hypot(0.1, 1), 0.09])


def test_momentum_is_the_lectures():
    path = descend(bowl(), Momentum(lr=0.01, momentum=0.9), np.array([1.0, 0.0]), 2)
    # nu: 0.02, then 0.9 * 0.02 + 0.01 * 1.96 = 0.0376
    np.testing.assert_allclose(path.thetas[:, 0], [1, 0.98, 0.9424])
    np.testing.assert_allclose(path.parts[1]["velocity"][0], 0.0376)


def test_the_lines_minimum_is_the_normal_equations():
    objective = points()
    slope, intercept = np.polyfit(objective.x, objective.y, 1)
    np.testing.assert_allclose(objective.minimum, [intercept, slope])
    assert objective.minimum is not None
    np.testing.assert_allclose(objective.gradient(objective.minimum), [0, 0], atol=1e-12)
    # RSS at the origin: 1 + 4 + 16
    assert objective.value(np.zeros(2)) == 21
    np.testing.assert_array_equal(objective.gradient(np.zeros(2)), [-14, -20])


@pytest.mark.parametrize(("factor", "diverges"), [(0.95, False), (1.05, True)])
def test_gradient_descent_diverges_above_the_largest_rate(factor: float, diverges: bool):
    objective = points()
    path = descend(objective, SGD(lr=factor * objective.largest_rate), np.zeros(2), 400)
    grew = path.is_diverged or path.losses[-1] > path.losses[0]
    assert grew == diverges


def test_batches_go_through_every_sample_once_an_epoch():
    objective = points()
    path = descend(objective, SGD(lr=1e-6), np.zeros(2), 6, batch_size=1, seed=3)
    assert path.samples.tolist() == [0, 1, 2, 3, 4, 5, 6]
    total = path.gradients[:3].mean(axis=0)
    np.testing.assert_allclose(total, objective.gradient(np.zeros(2)), rtol=1e-4)


def test_a_mini_batch_guesses_the_whole_sum():
    objective = points()
    guesses = [objective.value(np.zeros(2), np.array([i])) for i in range(3)]
    assert np.mean(guesses) == pytest.approx(21)


def test_adam_reaches_the_bottom():
    path = descend(bowl(), Adam(lr=0.1), np.array([2.0, 2.0]), 400)
    assert path.losses[-1] < 1e-4


def test_a_cancelled_descent_ends():
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        descend(bowl(), SGD(), np.zeros(2), 10, progress=progress)
