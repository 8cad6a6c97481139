"""The textbook functions against the values and minima that the literature gives."""

from __future__ import annotations

import math

import numpy as np
import pytest

from model.analysis.descent import descend
from model.analysis.objective import FormulaObjective
from model.analysis.surfaces import (
    LINES,
    SURFACES,
    Line,
    Surface,
    lecture_regression,
    line_objective,
)
from model.errors import DesignError
from model.expressions.parsing import FormulaError
from model.optimizers import SGD

BY_KEY = {surface.key: surface for surface in SURFACES}


@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.key)
def test_minima_are_minima(surface: Surface):
    objective = surface.objective()
    for place in surface.minima:
        at = np.array(place)
        np.testing.assert_allclose(objective.gradient(at), 0, atol=1e-5)
        around = at + 0.01 * np.array([[1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [1, -1]])
        assert (objective.value(around) > objective.value(at)).all()
        inside = (objective.box[:, 0] < at) & (at < objective.box[:, 1])
        assert inside.all()
    _x, _y, values = objective.surface(61)
    assert values.min() >= min(objective.value(np.array(place)) for place in surface.minima) - 1e-9


# By hand: Rosenbrock 1960 at (-1.2, 1): 2.2^2 + 100 (1 - 1.44)^2 = 4.84 + 19.36. Beale at 0:
# 1.5^2 + 2.25^2 + 2.625^2. Himmelblau at 0: 121 + 49. Rastrigin at (0.5, 0.5): 2 (0.25 + 20).
@pytest.mark.parametrize(
    ("key", "place", "value"),
    [
        ("rosenbrock", (-1.2, 1.0), 24.2),
        ("beale", (0.0, 0.0), 14.203125),
        ("himmelblau", (0.0, 0.0), 170.0),
        ("rastrigin", (0.5, 0.5), 40.5),
        ("saddle", (0.0, 0.0), 0.0),
        ("plateau", (1.0, 1.0), 1 - math.exp(-1)),
    ],
)
def test_values_are_the_literatures(key: str, place: tuple[float, float], value: float):
    assert BY_KEY[key].objective().value(np.array(place)) == pytest.approx(value)


@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.key)
def test_gradients_are_the_slopes_of_the_values(surface: Surface):
    objective = surface.objective()
    rng = np.random.default_rng(5)
    for at in rng.uniform(objective.box[:, 0], objective.box[:, 1], (6, 2)):
        h = 1e-6
        up, down = at + h * np.eye(2), at - h * np.eye(2)
        slopes = (objective.value(up) - objective.value(down)) / (2 * h)
        np.testing.assert_allclose(objective.gradient(at), slopes, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.key)
def test_gradient_descent_goes_down_from_the_start_that_is_offered(surface: Surface):
    objective = surface.objective()
    path = descend(objective, SGD(lr=surface.rate), np.array(surface.start), 60)
    assert not path.is_diverged
    assert path.losses[-1] < path.losses[0]


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.key)
def test_the_functions_of_one_parameter_can_be_descended(line: Line):
    path = descend(line.objective(), SGD(lr=line.rate), np.array([line.start]), 60)
    assert not path.is_diverged
    assert path.losses[-1] < path.losses[0]


def test_the_second_derivatives_of_a_ravine_by_hand():
    # J = x^2 / 2 + 12 y^2
    hessian = BY_KEY["ravine"].objective().hessian(np.array([1.0, -0.5]))
    np.testing.assert_allclose(hessian, [[1, 0], [0, 24]], atol=1e-8)


def test_a_foreign_name_is_marked_in_the_text():
    with pytest.raises(FormulaError, match="There is no parameter"):
        line_objective("2 + 3", (-1, 1))
    with pytest.raises(FormulaError, match="'x' is no parameter") as fault:
        line_objective("theta**2 + x", (-1, 1))
    assert (fault.value.start, fault.value.end) == (11, 12)


def test_where_a_formula_is_not_defined_there_is_no_value_and_no_slope():
    objective = line_objective("log(theta)", (-1, 1))
    values = objective.value(np.linspace(-1, 1, 5)[:, None])
    # log 0.5 and log 1; nothing at -1, -0.5, 0
    np.testing.assert_allclose(values[3:], [math.log(0.5), 0.0])
    assert np.isnan(values[:3]).all()
    assert np.isnan(objective.gradient(np.array([-1.0]))).all()
    assert objective.gradient(np.array([0.5]))[0] == pytest.approx(2)


def test_a_vector_is_no_loss():
    with pytest.raises(DesignError):
        FormulaObjective("stack(x, y)", ("x", "y"), [(-1, 1), (-1, 1)])


def test_the_mean_of_the_regression_is_its_sum_over_the_number_of_points():
    total, mean = lecture_regression("sum"), lecture_regression("mean")
    at = np.array([0.3, -0.2])
    assert total.value(at) == pytest.approx(24 * mean.value(at))
    np.testing.assert_allclose(total.gradient(at), 24 * mean.gradient(at))
    np.testing.assert_allclose(total.minimum, np.polyfit(total.x, total.y, 1)[::-1])
