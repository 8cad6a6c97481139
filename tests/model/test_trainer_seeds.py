"""One seed gives the same numbers, and what differs in one thing differs in that thing only."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from model import editing
from model.graph import NetworkGraph
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.losses import SoftmaxCrossEntropy
from model.layers.source import DataSource
from model.optimizers import Momentum
from model.trainer import Trainer
from tests.model.samples import busy_net, chain, line_net, xor_net
from tests.model.training import edited, fields, theta_after

# the same numbers again


@pytest.mark.parametrize("net", [xor_net, busy_net, line_net])
def test_one_seed_gives_the_very_same_weights_twice(net: Callable[..., NetworkGraph]):
    assert theta_after(net()) == theta_after(net())


def test_another_seed_gives_other_weights():
    assert theta_after(xor_net()) != theta_after(xor_net(seed=4))


@pytest.mark.parametrize("net", [xor_net, busy_net])
def test_a_restart_gives_the_same_numbers_again(net: Callable[..., NetworkGraph]):
    trainer = Trainer(net(optimizer=Momentum(lr=0.05)))
    runs = []
    for _ in range(2):
        losses = []
        for _ in range(13):
            trainer.step()
            losses.append(trainer.loss)
        runs.append((losses, trainer.plan.theta.tobytes(), trainer.evaluate("validation")))
        trainer.restart()
        assert (trainer.step_count, trainer.epoch, trainer.position) == (0, 0, 0)
        assert math.isnan(trainer.loss)
    assert runs[0] == runs[1]


def test_step_by_step_is_the_same_as_an_epoch_at_once():
    stepping, running = Trainer(busy_net()), Trainer(busy_net())
    for _ in range(3):
        running.run_epoch()
    while stepping.epoch < 3:
        stepping.step()
    assert stepping.plan.theta.tobytes() == running.plan.theta.tobytes()
    assert stepping.step_count == running.step_count == 15


def test_looking_at_the_validation_part_changes_nothing():
    looked_at, left_alone = Trainer(busy_net()), Trainer(busy_net())
    for _ in range(12):
        looked_at.step()
        looked_at.evaluate("validation")
        looked_at.evaluate_test()
        left_alone.step()
    assert looked_at.plan.theta.tobytes() == left_alone.plan.theta.tobytes()
    for key, state in looked_at.plan.states.items():
        np.testing.assert_array_equal(state, left_alone.plan.states[key])


def test_single_and_double_precision_agree():
    single, double = Trainer(busy_net()), Trainer(busy_net(), dtype=np.float64)
    # Masks are drawn in the number type, so dropout is off here; all else is the same.
    off = fields("dropout_1", p=0.0)
    for trainer in (single, double):
        trainer.update(edited(trainer.graph, off))
        trainer.run_epoch()
    assert single.plan.theta.dtype == np.float32
    np.testing.assert_allclose(single.plan.theta, double.plan.theta, rtol=1e-4, atol=1e-5)
    assert single.loss == pytest.approx(double.loss, rel=1e-4)


# chance: what differs in one thing differs in that thing only


def test_a_node_added_elsewhere_leaves_first_values_and_batch_order_as_they_were():
    plain = xor_net()
    more = edited(
        plain,
        lambda g: editing.splice(g, Dropout(), 0, 0, g.wires_from("relu_1")[0]),
        lambda g: editing.add_node_to_port(g, Dense(units=5), 0, 0, "relu_1", "h"),
    )
    first, second = Trainer(plain), Trainer(more)
    for key in ("dense_1", "dense_2"):
        np.testing.assert_array_equal(
            first.plan.parameter(key, "W"), second.plan.parameter(key, "W")
        )
    for _ in range(12):
        first.step()
        second.step()
        np.testing.assert_array_equal(first.indices, second.indices)


def test_one_dropout_more_leaves_the_masks_of_the_other_as_they_were():
    one = chain(
        DataSource(dataset="xor", size=40), Dense(units=6), Dropout(), Dense(units=2),
        loss=SoftmaxCrossEntropy(), batch_size=5,
    )  # fmt: skip
    two = edited(one, lambda g: editing.splice(g, Dropout(), 0, 0, g.wires_from("dropout_1")[0]))
    trainers = Trainer(one), Trainer(two)
    for _ in range(3):
        masks = []
        for trainer in trainers:
            trainer.step()
            assert trainer.run is not None
            masks.append(trainer.run.at["dropout_1"].mask.copy())
        np.testing.assert_array_equal(masks[0], masks[1])


def test_the_name_of_a_node_does_not_matter_to_chance():
    plain = xor_net()
    renamed = edited(plain, lambda g: editing.rename(g, "dense_1", "Hidden"))
    assert theta_after(plain) == theta_after(renamed)
