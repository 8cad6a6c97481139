"""What the picture of one parameter shows, on J = theta^2 by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from model.analysis.descent_slope import slope_study, weight_study
from model.analysis.network_surface import NetworkLoss
from model.analysis.progress import Progress
from model.analysis.rehearsal import Rehearsal, rehearse
from model.errors import DesignError
from model.files import read_design
from model.graph import NetworkGraph
from model.trainer import Trainer


def test_slopes_promises_and_next_steps_of_a_parabola():
    found = slope_study(Progress(), "theta**2", (-4, 4), 3.0, 0.1, 2)
    # theta: 3, 3 - 0.1 * 6 = 2.4, 2.4 - 0.1 * 4.8 = 1.92
    np.testing.assert_allclose(found.path.thetas[:, 0], [3, 2.4, 1.92])
    np.testing.assert_allclose(found.slopes, [6, 4.8, 3.84])
    np.testing.assert_allclose(found.seconds, 2, rtol=1e-6)
    np.testing.assert_allclose(found.ahead, [2.4, 1.92, 1.536])
    np.testing.assert_allclose(found.ahead_losses, found.ahead**2)
    # -rho J'^2: the tangent promises 3.6 of the way down, the bend gives 9 - 5.76 = 3.24
    np.testing.assert_allclose(found.promises, [-3.6, -2.304, -1.47456])
    np.testing.assert_allclose(found.values, found.x**2)
    assert found.verdict.kind == "right"


def test_a_start_where_nothing_is_defined_has_no_steps():
    found = slope_study(Progress(), "log(theta)", (-4, 4), -1.0, 0.1, 5)
    assert found.path.steps == 0
    assert np.isnan(found.slopes).all()
    assert found.verdict.kind == "at rest"


def test_a_formula_that_cannot_be_read_is_refused():
    with pytest.raises(DesignError):
        slope_study(Progress(), "theta +* 2", (-4, 4), 1.0, 0.1, 5)


def step_of(name: str, steps: int = 4) -> Rehearsal:
    trainer = Trainer(NetworkGraph(read_design(Path(f"resources/examples/{name}.json"))))
    for _ in range(steps):
        trainer.step()
    return rehearse(trainer, dtype=np.float64, indices=trainer.part("training"))


def test_one_weight_of_a_network_starts_where_it_stands():
    step = step_of("iris")
    place = ("dense_1", "W", (1, 2))
    found = weight_study(Progress(), step, place, 0.0, None, 0.3, 5)
    loss = NetworkLoss(step)
    at = loss.position(place)
    now = loss.theta[at]
    assert found.path.thetas[0, 0] == now
    assert found.path.losses[0] == pytest.approx(loss.value(loss.theta))
    assert found.slopes[0] == pytest.approx(loss.gradient(loss.theta)[at])
    np.testing.assert_allclose(found.path.thetas[1, 0], now - 0.3 * found.slopes[0])
    theta = loss.theta.copy()
    theta[at] = found.x[7]
    assert found.values[7] == pytest.approx(loss.value(theta))
    assert (found.x[0] + found.x[-1]) / 2 == pytest.approx(now)


def test_the_variable_of_a_drawn_formula_is_its_own_curve():
    # sin(x^2) as a graph of a variable and functions, in float64
    step = step_of("sin_x_squared", 0)
    key = next(key for key, _name in step.plan.slices)
    name = next(name for _key, name in step.plan.slices)
    found = weight_study(Progress(), step, (key, name, ()), 2.0, None, 0.01, 3)
    np.testing.assert_allclose(found.values, np.sin(found.x**2), atol=1e-12)
    np.testing.assert_allclose(
        found.slopes, 2 * found.path.thetas[:, 0] * np.cos(found.path.thetas[:, 0] ** 2)
    )
