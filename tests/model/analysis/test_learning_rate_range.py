"""The range test: its rates, its smoothing and its marks by hand; the training is left alone."""

from __future__ import annotations

import numpy as np
import pytest

from model.analysis.learning_rate_range import (
    MOST_GROWTH,
    ramped,
    range_test,
    read_out,
    smooth,
    steepest_descent,
)
from model.analysis.progress import CancelledError, Progress
from model.analysis.twins import moment_of
from model.errors import FieldError
from model.optimizers import Momentum
from model.schedules import Cosine
from model.trainer import Trainer
from tests.model.samples import busy_net, line_net


def test_smoothing_by_hand():
    # m is 2, then 1 + 1, then 1 + 3; divided by 0.5, 0.75, 0.875
    np.testing.assert_allclose(smooth(np.array([4.0, 2.0, 6.0]), 0.5), [4, 2 / 0.75, 4 / 0.875])


def test_the_steepest_descent_of_a_sigmoid_is_its_middle():
    rates = np.geomspace(1e-5, 10, 121)
    falling = 1 / (1 + np.exp(4 * (np.log10(rates) + 2)))
    place = steepest_descent(rates, falling)
    assert place is not None
    assert rates[place] == pytest.approx(1e-2)


def test_the_noise_of_single_batches_does_not_decide():
    rates = np.geomspace(1e-5, 10, 241)
    falling = 1 / (1 + np.exp(4 * (np.log10(rates) + 2)))
    noise = np.random.default_rng(5).normal(0, 0.15, 241)
    place = steepest_descent(rates, falling + noise)
    assert place is not None
    assert 1e-3 < rates[place] < 1e-1


def test_a_loss_that_only_rises_has_no_descent():
    rates = np.geomspace(1e-3, 1, 20)
    assert steepest_descent(rates, np.arange(20.0)) is None
    assert steepest_descent(rates[:3], np.array([3.0, 2.0, 1.0])) is None


def test_rates_grow_by_the_same_factor_from_the_first_to_the_last():
    moment = moment_of(Trainer(busy_net(schedule=Cosine())))
    found = range_test(Progress(), moment, 1e-6, 1e-2, 41)
    np.testing.assert_allclose(found.rates, np.geomspace(1e-6, 1e-2, 41), rtol=1e-12)
    assert found.diverged is None


def test_its_first_step_is_the_next_step_of_the_training_and_leaves_it_alone():
    trainer = Trainer(busy_net(optimizer=Momentum()))
    for _ in range(17):
        trainer.step()
    theta = trainer.plan.theta.copy()
    found = range_test(Progress(), moment_of(trainer), 1e-4, 1.0, 20)
    np.testing.assert_array_equal(trainer.plan.theta, theta)
    trainer.step()
    assert found.losses[0] == trainer.loss


def test_a_velocity_from_before_moves_nothing():
    """With rho next to 0 the weights stay, however fast they were."""
    trainer = Trainer(line_net(optimizer=Momentum(lr=0.05)))
    for _ in range(5):
        trainer.step()
    still = trainer.evaluate("training").loss
    found = range_test(Progress(), moment_of(trainer), 1e-12, 1e-11, 20)
    np.testing.assert_allclose(found.losses, still, rtol=1e-5)


def test_a_parabola_descends_only_below_two_over_the_curvature():
    """A straight line by gradient descent runs away above 2 / lambda_max of the Hessian."""
    trainer = Trainer(line_net())
    found = range_test(Progress(), moment_of(trainer), 1e-4, 1000.0, 300)
    assert found.diverged is not None
    x = trainer.feeding.arrays()["data"]["x"][trainer.part("training")].astype(np.float64)
    design = np.column_stack([x, np.ones(len(x))])
    bound = 2 / np.linalg.eigvalsh(2 * design.T @ design / len(x)).max()
    least = found.rate(found.least)
    steepest = found.rate(found.steepest)
    assert least is not None
    assert steepest is not None
    assert steepest < least < found.rates[found.diverged]
    assert found.rates[found.diverged] > bound
    assert steepest < bound
    # J rises with every step once rho is above the bound, but for the lag of the smoothing
    assert found.smoothed[found.diverged] > MOST_GROWTH * found.smoothed[found.least] or found.fault


def test_marks_of_a_measured_curve():
    rates = np.geomspace(0.001, 1, 30)
    found = read_out(rates, np.linspace(3, 1, 30), ran_away=True)
    assert found.diverged == 29
    assert found.least == 29
    assert read_out(rates[:0], rates[:0]).least is None


@pytest.mark.parametrize(("low", "high", "steps"), [(0.0, 1.0, 10), (1.0, 0.1, 10), (0.1, 1.0, 1)])
def test_a_range_that_is_none_is_refused(low: float, high: float, steps: int):
    with pytest.raises(FieldError):
        ramped(busy_net(), 0, low, high, steps)


def test_it_can_be_cancelled():
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        range_test(progress, moment_of(Trainer(busy_net())), 1e-4, 1.0, 50)
