"""What is said about a learning rate, where gradient descent can be worked out by hand.

On J = theta^2 a step is theta <- (1 - 2 rho) theta, and J'' = 2 everywhere: the bound is rho = 1.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from model.analysis.descent_verdict import STEPS, judge
from model.analysis.progress import CancelledError, Progress
from model.analysis.surfaces import line_objective

PARABOLA = "theta**2"


@pytest.mark.parametrize(
    ("rate", "kind"),
    [
        (0.01, "too small"),
        (0.2, "right"),
        (0.5, "right"),
        (0.9, "too large"),
        (0.99, "too large"),
        (1.0, "too large"),
        (1.01, "diverging"),
        (3.0, "diverging"),
    ],
)
def test_the_parabola(rate: float, kind: str):
    found = judge(line_objective(PARABOLA, (-4, 4)), 3.0, rate)
    assert found.kind == kind
    assert found.is_everywhere
    assert found.bound == pytest.approx(1)
    assert found.second == pytest.approx(2)


def test_the_number_of_steps_is_that_of_the_geometric_series():
    # J falls by (1 - 2 rho)^2 a step: 0.98^(2 k) <= 0.01 from k = 114 on
    found = judge(line_objective(PARABOLA, (-4, 4)), 3.0, 0.01)
    assert found.arrival == math.ceil(math.log(0.01) / (2 * math.log(0.98)))
    assert "114 steps" in found.words


def test_half_the_inverse_of_the_curvature_arrives_at_once():
    found = judge(line_objective(PARABOLA, (-4, 4)), 3.0, 0.5)
    assert found.arrival == 1
    assert "1 step." in found.words


def test_a_kink_has_no_bound_and_no_rest():
    found = judge(line_objective("abs(theta)", (-4, 4)), 3.05, 0.5)
    assert found.kind == "too large"
    assert "steps of 0.5 to and fro" in found.words
    assert math.isnan(found.bound)


def test_the_bound_of_a_double_well_is_that_of_the_minimum_it_comes_to():
    # J = (t^2 - 4)^2 / 8: J'' = (3 t^2 - 4) / 2 = 4 at t = 2
    objective = line_objective("(theta**2 - 4)**2/8", (-3.6, 3.6))
    found = judge(objective, 3.0, 0.05)
    assert found.kind == "right"
    assert not found.is_everywhere
    assert found.second == pytest.approx(4, rel=1e-5)
    assert found.bound == pytest.approx(0.5, rel=1e-5)
    assert judge(objective, 1.9, 0.55).kind == "too large"


def test_a_flat_floor_has_no_bound():
    # J'' = 3 t^2 / 4 is 0 at the minimum of t^4 / 16
    found = judge(line_objective("theta**4/16", (-4, 4)), 3.4, 0.1)
    assert found.kind == "right"
    assert math.isnan(found.bound)


def test_without_a_slope_there_is_no_step():
    objective = line_objective(PARABOLA, (-4, 4))
    assert judge(objective, 0.0, 0.1).kind == "at rest"
    assert judge(line_objective("log(theta)", (-1, 1)), -0.5, 0.1).kind == "at rest"


def test_steps_into_what_is_not_defined_do_not_end_in_nan():
    found = judge(line_objective("theta - log(theta)", (0.1, 4)), 0.2, 5.0)
    assert found.kind == "diverging"


def test_a_cancelled_judgement_ends():
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        judge(line_objective(PARABOLA, (-4, 4)), 3.0, 0.1, progress)


def test_a_long_creep_is_counted_as_more_than_was_tried():
    found = judge(line_objective(PARABOLA, (-4, 4)), 3.0, 1e-4)
    assert found.arrival == -1
    assert f"more than {STEPS}" in found.words
    assert np.isfinite(found.bound)


def test_a_rate_of_zero_is_too_small_however_near_the_minimum():
    found = judge(line_objective("theta**2", (-4.0, 4.0)), 1e-3, 0.0)
    assert found.kind == "too small"
    assert "Nothing moves" in found.words
