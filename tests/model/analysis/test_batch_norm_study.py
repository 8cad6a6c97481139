"""Batch norm under the microscope, against hand calculations and the engine itself."""

from __future__ import annotations

import numpy as np
import pytest

from model.analysis.batch_norm_start import batch_norm_start
from model.analysis.batch_norm_study import (
    Pool,
    Statistics,
    batch_norm_subject,
    normalised,
    paths_back,
    paths_of_step,
    pool_of,
    size_view,
    statistics,
)
from model.analysis.dropout_start import trained
from model.analysis.progress import Progress
from model.errors import DesignError
from model.trainer import Trainer
from tests.model.samples import busy_net, xor_net


def hand_pool() -> Pool:
    """One feature, four items: 0, 2, 4, 10; mean 4, variance 14."""
    return Pool(
        np.array([[0.0], [2.0], [4.0], [10.0]]),
        np.array([2.0]),
        np.array([1.0]),
        Statistics(np.array([1.0]), np.array([4.0]), 0),
        0.0,
        None,
    )


def test_statistics_by_hand():
    found = statistics(hand_pool().h)
    assert (found.mean[0], found.var[0], found.m) == (4.0, 14.0, 4)
    # channels: each over items and places
    h = np.arange(8.0).reshape(2, 2, 2)
    assert statistics(h).mean.tolist() == [2.5, 4.5]
    assert statistics(h).m == 4


def test_the_three_stages_by_hand():
    pool = hand_pool()
    train = pool.stages(np.arange(4), is_training=True)
    np.testing.assert_allclose(train.hat[:, 0], np.array([-4, -2, 0, 6]) / np.sqrt(14))
    np.testing.assert_allclose(train.after, 2 * train.hat + 1)
    test = pool.stages(np.arange(4), is_training=False)
    # running mean 1, running deviation 2
    assert test.hat[:, 0].tolist() == [-0.5, 0.5, 1.5, 4.5]
    assert test.after[:, 0].tolist() == [0.0, 2.0, 4.0, 10.0]


def test_a_batch_of_one_says_nothing_but_beta():
    pool = hand_pool()
    pool.epsilon = 1e-5
    np.testing.assert_array_equal(pool.stages(np.array([3]), is_training=True).after, [[1.0]])
    np.testing.assert_array_equal(pool.jitter(3, 1, 5), np.ones((5, 1)))


def test_the_item_stands_first_and_once_in_its_company():
    pool = hand_pool()
    for number in range(20):
        items = pool.batch(3, number, with_item=2)
        assert items[0] == 2
        assert len(set(items.tolist())) == 3


def test_one_item_jitters_with_its_company_but_not_in_the_whole_pool():
    pool = hand_pool()
    # with one other item the value is +1 or -1 times gamma plus beta: 3 or -1
    assert set(np.round(pool.jitter(1, 2, 30)[:, 0], 12)) == {3.0, -1.0}
    assert np.ptp(pool.jitter(1, 4, 10)) < 1e-12


def test_paths_back_by_hand():
    # h = 0, 2: mu = 1, var = 1, s = 1, gamma = 3, delta = (1, 0)
    h, delta = np.array([[0.0], [2.0]]), np.array([[1.0], [0.0]])
    direct, by_variance, by_mean = paths_back(h, np.array([3.0]), delta, 0.0)
    assert direct.ravel().tolist() == [3.0, 0.0]
    # dJ/dvar = -1/2 * 3 * (1 * -1) = 1.5, times 2 (h - mu) / 2 = -1, +1
    assert by_variance.ravel().tolist() == [-1.5, 1.5]
    # dJ/dmu = -3, times 1/2
    assert by_mean.ravel().tolist() == [-1.5, -1.5]
    # two items always end at -1 and +1: nothing they do changes anything
    assert (direct + by_variance + by_mean).ravel().tolist() == [0.0, 0.0]


@pytest.mark.parametrize("shape", [(7, 3), (4, 3, 5), (3, 2, 4, 4)])
def test_the_sum_of_the_paths_is_the_slope_of_the_layer(shape: tuple[int, ...]):
    rng = np.random.default_rng(3)
    h, delta = rng.normal(size=shape), rng.normal(size=shape)
    gamma = rng.normal(size=shape[1])
    scale = gamma.reshape(-1, *(1,) * (h.ndim - 2))

    def j(x: np.ndarray) -> float:
        return float((delta * scale * normalised(x, statistics(x), 1e-3)).sum())

    total = sum(paths_back(h, gamma, delta, 1e-3))
    for at in [(0,) * h.ndim, tuple(k - 1 for k in shape)]:
        step = np.zeros(shape)
        step[at] = 1e-6
        assert total[at] == pytest.approx((j(h + step) - j(h - step)) / 2e-6, rel=1e-6, abs=1e-8)


def test_the_sum_of_the_paths_is_the_delta_of_the_engine():
    trainer = Trainer(busy_net())
    for _ in range(4):
        trainer.step()
    subject = batch_norm_subject(trainer)
    found = paths_of_step(subject, "batch_norm_1", np.arange(8))
    assert found is not None
    assert found.engine.shape == (8, 6)
    assert np.abs(found.engine).max() > 0
    assert found.error < 1e-14 * 100


def test_the_pool_is_what_enters_the_layer_and_changes_no_training():
    trainer = Trainer(busy_net(), dtype=np.float64)
    for _ in range(4):
        trainer.step()
    theta = trainer.plan.theta.copy()
    running = trainer.plan.states["batch_norm_1", "running_mean"].copy()
    subject = batch_norm_subject(trainer)
    pool = pool_of(subject, "batch_norm_1")
    x = subject.step.arrays["data"]["x"]
    w, b = (trainer.plan.parameter("dense_1", name) for name in ("W", "b"))
    np.testing.assert_allclose(pool.h, x @ w + b, rtol=1e-12)
    np.testing.assert_array_equal(pool.running.mean, running)
    assert pool.labels is not None
    np.testing.assert_array_equal(trainer.plan.theta, theta)
    np.testing.assert_array_equal(trainer.plan.states["batch_norm_1", "running_mean"], running)


def test_smaller_batches_shake_more():
    subject = batch_norm_subject(trained(Progress(), batch_norm_start(), 20))
    pool = pool_of(subject, "batch_norm_1")
    view = size_view(pool, 0, 40)
    assert view.sizes[:4].tolist() == [1, 2, 4, 8]
    # a batch of one is its own mean: its deviation is 0, always, and its output is beta
    assert view.of_std[0] == 0
    assert view.of_item[0] == 0
    assert view.of_mean[2] > view.of_mean[4] > view.of_mean[6]
    # means of B = 4 and 16 independent items differ by the factor 2 in spread, about
    assert view.of_mean[2] / view.of_mean[4] == pytest.approx(2, rel=0.4)


def test_a_network_without_batch_norm_is_told():
    with pytest.raises(DesignError, match="no Batch norm"):
        batch_norm_subject(Trainer(xor_net()))
