"""The lecture's formulas with their numbers, on three points worked out by hand.

Points (0, 1), (1, 2), (2, 4); at beta = (1, 0) the residuals are 0, 1, 3.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from model.analysis.objective import RegressionObjective
from model.analysis.progress import Progress
from model.analysis.racing import Racer
from model.analysis.regression_steps import (
    fitting_box,
    points_of,
    regression_study,
    step_numbers,
)
from model.errors import FieldError
from model.files import read_design
from model.graph import NetworkGraph
from model.optimizers import SGD
from model.trainer import Trainer

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


def trainer_of(name: str) -> Trainer:
    return Trainer(NetworkGraph(read_design(Path(f"resources/examples/{name}.json"))))


def test_a_designs_own_points_are_its_training_items_in_their_units():
    trainer = trainer_of("curve_regression")
    x, y = points_of(trainer, 20)
    source = next(iter(trainer.feeding.sources.values()))
    assert len(x) == 20
    rows = set(zip(source.raw_x.ravel().tolist(), source.raw_y.ravel().tolist(), strict=True))
    assert all((a, b) in rows for a, b in zip(x.tolist(), y.tolist(), strict=True))
    with pytest.raises(FieldError, match="one number x"):
        points_of(trainer_of("iris"))


def test_the_box_fits_any_units():
    first = np.array(fitting_box(X, Y))
    # y a hundred times as large, x ten times: beta_0 scales with y, beta_1 with y / x
    second = np.array(fitting_box(10 * X, 100 * Y))
    np.testing.assert_allclose(second[0], 100 * first[0])
    np.testing.assert_allclose(second[1], 10 * first[1])
    best = np.polyfit(X, Y, 1)[::-1]
    np.testing.assert_allclose(first.mean(axis=1), best)
