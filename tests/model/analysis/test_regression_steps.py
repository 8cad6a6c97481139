"""The lecture's formulas with their numbers, on three points worked out by hand.

Points (0, 1), (1, 2), (2, 4); at beta = (1, 0) the residuals are 0, 1, 3.
"""

from __future__ import annotations

import numpy as np
import pytest

from model.analysis.objective import RegressionObjective
from model.analysis.progress import Progress
from model.analysis.racing import Racer
from model.analysis.regression_steps import regression_study, step_numbers
from model.errors import FieldError
from model.optimizers import SGD

X, Y = np.array([0.0, 1.0, 2.0]), np.array([1.0, 2.0, 4.0])
BOX = ((-4.0, 4.0), (-4.0, 4.0))


def test_the_sums_of_the_lecture_by_hand():
    found = step_numbers(RegressionObjective(X, Y), np.array([1.0, 0.0]), None, 0.1)
    assert found.residual_sum == 4
    assert found.weighted_sum == 7
    assert found.gradient.tolist() == [-8, -14]
    np.testing.assert_allclose(found.new, [1.8, 1.4])


def test_the_mean_divides_by_the_number_of_points():
    found = step_numbers(RegressionObjective(X, Y, None, "mean"), np.array([1.0, 0.0]), None, 0.1)
    np.testing.assert_allclose(found.gradient, [-8 / 3, -14 / 3])
    assert found.factor == pytest.approx(-2 / 3)


@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_a_batch_guesses_the_whole_sum(reduction: str):
    objective = RegressionObjective(X, Y, None, reduction)  # type: ignore[arg-type]
    at = np.array([1.0, 0.0])
    # of the last point alone: residual 3, x times it 6; times N / |B| = 3 for the sum
    found = step_numbers(objective, at, np.array([2]), 0.1)
    factor = -6.0 if reduction == "sum" else -2.0
    np.testing.assert_allclose(found.gradient, [3 * factor, 6 * factor])
    for items in (None, np.array([2]), np.array([0, 1])):
        np.testing.assert_allclose(
            step_numbers(objective, at, items, 0.1).gradient, objective.gradient(at, items)
        )


def test_the_numbers_are_those_of_the_path_that_is_drawn():
    racers = (Racer(0, SGD(lr=0.05)), Racer(1, SGD(lr=0.05), 2))
    study = regression_study(Progress(), (X, Y), BOX, "sum", racers, np.array([0.0, -1.0]), 9)
    for key in (0, 1):
        path = study.race.paths[key]
        for t in range(9):
            found = step_numbers(study.objective, path.thetas[t], path.batches[t], 0.05)
            np.testing.assert_allclose(found.new, path.thetas[t + 1])
            np.testing.assert_allclose(found.gradient, path.gradients[t])
    x, y, values = study.surface
    assert values[3, 5] == pytest.approx(study.objective.value(np.array([x[5], y[3]])))


def test_points_above_one_another_have_no_line():
    with pytest.raises(FieldError, match="two places of x"):
        regression_study(Progress(), (np.ones(3), Y), BOX, "sum", (), np.zeros(2), 3)
