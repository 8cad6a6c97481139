"""Averages of networks, against numbers by hand and the identities of their errors."""

from __future__ import annotations

import numpy as np
import pytest

from model.analysis.averaging import (
    Answers,
    Ensemble,
    Wish,
    answers_of,
    disagreement,
    mean_of,
    member_trainer,
    train_ensemble,
    without_dropout,
)
from model.analysis.averaging_weights import WeightMean, statistics_anew
from model.analysis.progress import CancelledError, Progress
from model.chance import stream
from model.errors import DesignError
from model.files import examples_folder, read_design
from model.graph import NetworkGraph
from model.trainer import Trainer
from tests.model.samples import busy_net, line_net, xor_net


def test_errors_by_hand():
    targets = np.array([0, 1, 1])
    one = Answers(np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8]]), targets, True)
    two = Answers(np.array([[0.4, 0.6], [0.3, 0.7], [0.1, 0.9]]), targets, True)
    assert (one.error, two.error) == (pytest.approx(1 / 3), pytest.approx(1 / 3))
    both = mean_of([one, two])
    # 0.65 0.35, 0.45 0.55, 0.15 0.85: all right
    np.testing.assert_allclose(both.outcomes[:, 0], [0.65, 0.45, 0.15])
    assert both.error == 0
    assert both.loss == pytest.approx(-np.log([0.65, 0.55, 0.85]).mean())


def test_one_output_is_the_probability_of_the_second_class():
    found = Answers(np.array([[0.2], [0.7]]), np.array([0, 0]), True)
    assert found.labels.tolist() == [0, 1]
    assert found.error == 0.5
    assert found.loss == pytest.approx(-(np.log(0.8) + np.log(0.3)) / 2)


def test_disagreement_by_hand():
    # two members, one place, two outputs: (0, 1) and (1, 1): deviations 1/2 and 0
    assert disagreement(np.array([[[0.0, 1.0]], [[1.0, 1.0]]])).tolist() == [0.25]


def test_the_first_member_is_the_design_s_own_training_bit_for_bit():
    own, member = Trainer(busy_net()), member_trainer(busy_net(), 0)
    for _ in range(7):
        own.step()
        member.step()
    np.testing.assert_array_equal(own.plan.theta, member.plan.theta)


def test_another_member_has_the_same_data_but_another_start_and_order():
    first, second = member_trainer(xor_net(), 0), member_trainer(xor_net(), 1)
    for part in ("training", "validation", "test"):
        np.testing.assert_array_equal(first.part(part), second.part(part))
    x = [t.feeding.arrays()["data"]["x"] for t in (first, second)]
    np.testing.assert_array_equal(*x)
    assert np.abs(first.plan.theta - second.plan.theta).max() > 0.1
    first.step()
    second.step()
    assert not np.array_equal(first.indices, second.indices)


def test_a_bootstrap_sample_is_drawn_with_replacement_from_the_training_part():
    trainer = member_trainer(xor_net(), 2, is_bagging=True)
    train = trainer.part("training")
    assert len(trainer.order) == len(train)
    assert set(trainer.order) < set(train)
    expected = train[stream(3, "bootstrap", "2").integers(0, len(train), len(train))]
    np.testing.assert_array_equal(trainer.order, expected)
    used = []
    for _ in range(trainer.n_batches):
        trainer.step()
        used.append(trainer.indices.copy())
    np.testing.assert_array_equal(np.sort(np.concatenate(used)), np.sort(expected))


def test_squared_error_of_the_average_is_mean_error_less_mean_variance():
    found = train_ensemble(Progress(), line_net(), Wish(4, 3, True))
    outcomes = np.array([member.answers.outcomes for member in found.members])
    expected = found.errors().mean() - outcomes.var(axis=0).mean()
    assert found.average.error == pytest.approx(expected, rel=1e-9)
    assert found.errors_of_average()[-1] == pytest.approx(found.average.error, rel=1e-12)
    assert found.errors_of_average()[0] == found.errors()[0]
    maps = found.maps()
    assert maps is not None
    assert maps.shape == (4, 200, 1)


def test_the_log_loss_of_the_average_is_no_worse_than_the_mean_of_the_losses():
    found = train_ensemble(Progress(), xor_net(), Wish(4, 20))
    assert found.average.loss <= np.mean([m.answers.loss for m in found.members]) + 1e-12
    assert found.dropout is None
    assert found.swa is not None
    maps = found.maps()
    assert maps is not None
    assert maps.shape == (4, 64, 64, 2)


def test_errors_agree_with_the_trainer_s_own_evaluation():
    trainer = Trainer(xor_net(), dtype=np.float64)
    for _ in range(15):
        trainer.step()
    found, own = answers_of(trainer, "training"), trainer.evaluate("training")
    assert own.accuracy is not None
    assert found.error == pytest.approx(1 - own.accuracy)
    assert found.loss == pytest.approx(own.loss, rel=1e-9)


def test_members_have_no_dropout_and_are_compared_with_one_that_has():
    found = train_ensemble(Progress(), busy_net(), Wish(2, 6))
    assert found.dropout is not None
    own = Trainer(busy_net())
    for _ in range(6):
        own.step()
    np.testing.assert_array_equal(
        found.dropout.answers.outcomes, answers_of(own, found.part).outcomes
    )
    plain = Trainer(without_dropout(busy_net()))
    plain.step()
    assert plain.run is not None
    assert plain.run.at["dropout_1"].mask.all()


def test_the_mean_of_the_weights_along_the_path():
    trainer = Trainer(busy_net(), dtype=np.float64)
    mean, seen = WeightMean(trainer), []
    for _ in range(5):
        trainer.step()
        mean.add()
        seen.append(trainer.plan.theta.copy())
    np.testing.assert_allclose(mean.theta, np.mean(seen, axis=0), rtol=1e-12)
    running = trainer.plan.states["batch_norm_1", "running_mean"].copy()
    with mean:
        np.testing.assert_array_equal(trainer.plan.theta, mean.theta)
        assert not np.array_equal(trainer.plan.states["batch_norm_1", "running_mean"], running)
    np.testing.assert_array_equal(trainer.plan.theta, seen[-1])
    np.testing.assert_array_equal(trainer.plan.states["batch_norm_1", "running_mean"], running)


def test_statistics_anew_are_the_means_of_those_of_the_batches():
    trainer = Trainer(busy_net(), dtype=np.float64)
    statistics_anew(trainer)
    plan, items = trainer.plan, trainer.part("training")
    x = trainer.feeding.arrays()["data"]["x"][items[: len(items) // 5 * 5]]
    h = x @ plan.parameter("dense_1", "W") + plan.parameter("dense_1", "b")
    batches = h.reshape(-1, 5, 6)
    np.testing.assert_allclose(
        plan.states["batch_norm_1", "running_mean"], batches.mean(axis=1).mean(axis=0), rtol=1e-9
    )
    np.testing.assert_allclose(
        plan.states["batch_norm_1", "running_var"],
        batches.var(axis=1, ddof=1).mean(axis=0),
        rtol=1e-9,
    )


def test_what_is_known_is_told_after_every_member():
    class Listening(Progress):
        told: list[int] = []

        def report(self, share=None, words="", partial=None):
            super().report(share, words, partial)
            if isinstance(partial, Ensemble):
                self.told.append(len(partial.members))

    progress = Listening()
    train_ensemble(progress, xor_net(), Wish(3, 2))
    assert progress.told == [1, 2, 3]


def test_a_cancelled_study_ends():
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        train_ensemble(progress, xor_net(), Wish(2, 5))


def test_a_network_that_writes_is_refused():
    graph = NetworkGraph(read_design(examples_folder() / "transformer_reverse.json"))
    with pytest.raises(DesignError, match="one thing an item"):
        train_ensemble(Progress(), graph, Wish(2, 1))
