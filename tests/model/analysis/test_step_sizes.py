"""The error of a difference against its step: large at both ends, small between."""

from __future__ import annotations

import numpy as np
import pytest

from model.analysis.step_sizes import STEPS, step_curve
from model.errors import DesignError
from model.files import examples_folder, read_design
from model.graph import NetworkGraph
from model.trainer import Trainer
from tests.model.samples import busy_net


def chain_rule() -> NetworkGraph:
    return NetworkGraph(read_design(examples_folder() / "chain_rule.json"))


def at(steps: np.ndarray, step: float) -> int:
    return int(np.argmin(np.abs(np.log(steps / step))))


def test_the_curve_has_the_form_of_a_u():
    curve = step_curve(chain_rule(), "w", "theta")
    assert curve.analytic == pytest.approx(2.5751007, abs=5e-8)
    assert (curve.steps[0], curve.steps[-1]) == (pytest.approx(1e-12), 1)
    step, error = curve.best
    # the best step of a central difference is near epsilon^(1/3) = 6e-6
    assert 1e-7 < step < 1e-3
    assert error < 1e-9
    assert curve.central[at(curve.steps, 1e-12)] > 1e-6
    assert curve.central[-1] > 1e-3


def test_the_errors_left_of_rounding_are_those_of_taylors_series():
    # J(w) = 2 log(2 w + 3)^2 - 1 at w = 1, u = 5: J' = 8 log(u) / u,
    # J'' = 16 (1 - log u) / u^2, J''' = 32 (2 log u - 3) / u^3
    curve = step_curve(chain_rule(), "w", "theta")
    u, log = 5.0, np.log(5.0)
    first, second, third = 8 * log / u, 16 * (1 - log) / u**2, 32 * (2 * log - 3) / u**3
    k = at(curve.steps, 1e-3)
    h = curve.steps[k]
    assert curve.forward[k] == pytest.approx(abs(h / 2 * second / first), rel=1e-2)
    assert curve.central[k] == pytest.approx(abs(h**2 / 6 * third / first), rel=1e-2)


def test_the_steepest_number_of_a_network_with_masks_and_statistics():
    curve = step_curve(busy_net(), "dense_1", "W")
    assert curve.best[1] < 1e-7
    assert len(curve.index) == 2
    assert curve.analytic != 0


def test_where_j_is_not_defined_the_curve_has_a_gap():
    graph = chain_rule()
    trainer = Trainer(graph)
    trainer.plan.parameter("w", "theta")[...] = -1.4  # 2 w + 3 = 0.2: log is lost beyond -0.1
    curve = step_curve(trainer, "w", "theta")
    assert np.isnan(curve.central[-1])
    assert np.isfinite(curve.forward[-1])
    assert curve.best[1] < 1e-8


def test_the_training_stays_as_it_is():
    trainer = Trainer(busy_net())
    trainer.step()
    theta = trainer.plan.theta.copy()
    step_curve(trainer, "dense_2", "b", (1,), steps=STEPS[:3])
    np.testing.assert_array_equal(trainer.plan.theta, theta)


def test_a_parameter_that_is_not_there_is_refused_in_words():
    with pytest.raises(DesignError, match="has no parameter W"):
        step_curve(busy_net(), "dropout_1", "W")
    with pytest.raises(DesignError, match="no number at"):
        step_curve(busy_net(), "dense_1", "W", (9, 9))
