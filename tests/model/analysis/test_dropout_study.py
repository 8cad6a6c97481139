"""Masks of a run, and the three predictions of its sub-networks, against counting by hand."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest

from model.analysis.dropout_committee import (
    Committee,
    answers,
    committee,
    exact_answer,
    most_doubtful,
)
from model.analysis.dropout_start import dropout_start, trained
from model.analysis.dropout_study import (
    binomial,
    distinct_so_far,
    dropout_subject,
    dropped_counts,
    expected_distinct,
    masks_of_run,
    noise_view,
)
from model.analysis.progress import CancelledError, Progress
from model.errors import DesignError
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.losses import MeanSquaredError
from model.layers.source import DataSource
from model.trainer import Trainer
from tests.model.samples import busy_net, chain, xor_net


def test_the_masks_of_a_run_are_the_very_ones_that_were_drawn():
    trainer = Trainer(busy_net())
    seen = []
    for _ in range(11):
        trainer.step()
        assert trainer.run is not None
        seen.append(trainer.run.at["dropout_1"].mask.copy() > 0)
    record = masks_of_run(dropout_subject(trainer), "dropout_1", 11)
    np.testing.assert_array_equal(record.masks, np.concatenate(seen))
    assert record.is_exact
    assert record.steps[-1] == 11


def test_masks_of_a_run_whose_batch_size_has_changed_are_not_called_exact():
    trainer = Trainer(busy_net())
    trainer.step()
    subject = dropout_subject(trainer)
    subject.batch_size = 3
    assert not masks_of_run(subject, "dropout_1", 5).is_exact


def test_distinct_masks_are_counted_as_they_come():
    masks = np.array([[1, 0], [1, 0], [0, 1], [1, 0], [1, 1]], dtype=bool)
    assert distinct_so_far(masks).tolist() == [1, 1, 2, 2, 3]
    # neurons off: 1, 1, 1, 1, 0
    assert dropped_counts(masks).tolist() == [1, 4, 0]


def test_expected_different_masks():
    # two neurons, p = 1/2, four equal masks: 4 (1 - (3/4)^M) = 1, 1.75, 2.3125
    np.testing.assert_allclose(expected_distinct(np.array([1, 2, 3]), 2, 0.5), [1, 1.75, 2.3125])
    # one neuron, p = 1/4: 2 - (1/4)^2 - (3/4)^2 = 1.375 after two draws
    np.testing.assert_allclose(expected_distinct(np.array([2]), 1, 0.25), [1.375])
    np.testing.assert_allclose(expected_distinct(np.array([5]), 3, 0.0), [1.0])
    # of 2^2000 masks hardly one comes twice
    np.testing.assert_allclose(expected_distinct(np.array([100.0]), 2000, 0.5), [100.0], rtol=1e-9)


@pytest.mark.parametrize(("n", "p"), [(5, 0.3), (64, 0.5), (3, 0.0), (300, 0.2)])
def test_the_binomial_is_that_of_exact_fractions(n: int, p: float):
    q = Fraction(p)
    exact = [float(math.comb(n, k) * q**k * (1 - q) ** (n - k)) for k in range(n + 1)]
    np.testing.assert_allclose(binomial(n, p), exact, rtol=1e-9, atol=1e-300)


def test_the_exact_answer_is_the_weighted_sum_over_all_masks():
    trainer = trained(Progress(), dropout_start(), 30)
    subject = dropout_subject(trainer)
    plan = subject.step.plan
    x = subject.step.arrays["data_1"]["x"][3]
    hidden = np.maximum(x @ plan.parameter("dense_1", "W") + plan.parameter("dense_1", "b"), 0)
    expected = np.zeros(2)
    for mask in itertools.product([0.0, 1.0], repeat=8):
        on = sum(mask)
        z = (hidden * np.array(mask)) @ plan.parameter("dense_2", "W")
        z = z + plan.parameter("dense_2", "b")
        expected += 0.6**on * 0.4 ** (8 - on) * np.exp(z) / np.exp(z).sum()
    np.testing.assert_allclose(exact_answer(subject, 3), expected, rtol=1e-12)


def test_weight_scaling_is_the_geometric_mean_behind_one_linear_layer_and_softmax():
    # Baldi & Sadowski 2013: softmax(E z) = normalised product of softmax(z_m)^P(m)
    subject = dropout_subject(trained(Progress(), dropout_start(), 30))
    masks = np.array(list(itertools.product([False, True], repeat=8)))
    on = masks.sum(axis=1)
    chances = 0.6**on * 0.4 ** (8 - on)
    each = answers(subject.step, 0, {"dropout_1": masks}, 256)
    geometric = np.exp(chances @ np.log(each))
    scaled = answers(subject.step, 0, {}, 1)[0]
    np.testing.assert_allclose(scaled, geometric / geometric.sum(), rtol=1e-9)


@pytest.mark.parametrize("scaling", ["test", "inverted"])
def test_for_a_linear_network_scaling_and_exact_average_agree(scaling: str):
    net = chain(
        DataSource(dataset="curve", size=20),
        Dense(units=6),
        Dropout(p=0.3, scaling=scaling),
        Dense(units=1),
        loss=MeanSquaredError(),
        seed=1,
    )
    subject = dropout_subject(Trainer(net))
    found = committee(Progress(), subject, 2, 4000)
    assert found.exact is not None
    np.testing.assert_allclose(found.scaled, found.exact, rtol=1e-10)
    # the mean of T samples lies within five standard errors
    error = 5 * found.spread / np.sqrt(4000)
    assert (np.abs(found.mean - found.exact) < error).all()
    assert found.sub_networks == 64
    np.testing.assert_allclose(found.running_mean[-1], found.mean)


def test_batch_norm_keeps_its_running_statistics_while_sub_networks_are_asked():
    trainer = Trainer(busy_net(), dtype=np.float64)
    for _ in range(5):
        trainer.step()
    subject = dropout_subject(trainer)
    before = {place: state.copy() for place, state in subject.step.plan.states.items()}
    found = committee(Progress(), subject, 0, 50)
    for place, state in subject.step.plan.states.items():
        np.testing.assert_array_equal(state, before[place])
    assert found.spread.max() > 0
    np.testing.assert_allclose(found.samples.sum(axis=1), 1)


def test_noise_turns_activations_off_and_leaves_the_others():
    subject = dropout_subject(trained(Progress(), dropout_start(), 10))
    view = noise_view(subject, "dropout_1")
    np.testing.assert_array_equal(view.after, view.before * view.mask)
    assert 0 < view.mask.mean() < 1


def test_too_many_masks_are_not_tried_one_by_one():
    net = chain(
        DataSource(dataset="curve", size=20),
        Dense(units=13),
        Dropout(),
        Dense(units=1),
        loss=MeanSquaredError(),
    )
    subject = dropout_subject(Trainer(net))
    with pytest.raises(DesignError, match="too many"):
        exact_answer(subject, 0)
    assert committee(Progress(), subject, 0, 3).exact is None


def test_a_network_without_dropout_is_told():
    with pytest.raises(DesignError, match="no Dropout layer"):
        dropout_subject(Trainer(xor_net()))


def test_a_cancelled_study_ends():
    subject = dropout_subject(trained(Progress(), dropout_start(), 2))
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        committee(progress, subject, 0, 10)


def test_the_most_doubtful_item_has_the_least_lead():
    subject = dropout_subject(trained(Progress(), dropout_start(), 30))
    count = subject.step.batch
    each = np.array([answers(subject.step, k, {}, 1)[0] for k in range(count)])
    assert most_doubtful(subject) == int(np.abs(each[:, 0] - each[:, 1]).argmin())


def answered(samples: list[float], exact: float | None) -> Committee:
    found = np.array(samples)[:, None]
    known = None if exact is None else np.array([exact])
    return Committee(0, np.array([0.5]), found, np.zeros(len(samples)), known, 4, 2)


def test_the_band_of_the_average_is_the_spread_over_the_root_of_t():
    low, high = answered([0.0, 1.0, 1.0, 0.0], exact=0.4).band(0)  # sigma = 1/2
    np.testing.assert_allclose(high - 0.4, [0.5, 0.5 / 2**0.5, 0.5 / 3**0.5, 0.25])
    np.testing.assert_allclose(0.4 - low, high - 0.4)
    low, high = answered([0.0, 1.0, 1.0, 0.0], exact=None).band(0)
    np.testing.assert_allclose((low + high) / 2, 0.5)  # around the mean of the samples


def test_the_average_of_many_samples_comes_to_the_exact_one_about_two_times_of_three_in_its_band():
    subject = dropout_subject(trained(Progress(), dropout_start(), 40))
    inside = []
    for item in range(30):
        found = committee(Progress(), subject, item, 400)
        low, high = found.band(0)
        inside.append(low[-1] <= found.running_mean[-1, 0] <= high[-1])
    assert 0.45 < np.mean(inside) < 0.9  # 0.68 expected, 30 seeded draws
