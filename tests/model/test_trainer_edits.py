"""Edits of the design while training keep the parameters of all nodes they do not touch."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from model import editing
from model.design import Edit
from model.errors import DesignError
from model.graph import NetworkGraph
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.losses import SoftmaxCrossEntropy
from model.layers.source import DataSource
from model.optimizers import Momentum
from model.trainer import Trainer
from tests.model.samples import busy_net, chain, xor_net
from tests.model.training import edited, fields, training


def test_a_structural_edit_keeps_the_parameters_of_nodes_it_does_not_touch():
    trainer = Trainer(busy_net(optimizer=Momentum(lr=0.1)))
    for _ in range(8):
        trainer.step()
    kept = trainer.plan.parameter("dense_1", "W").copy()
    velocity = trainer.slots[0][trainer.plan.slices["dense_1", "W"]].copy()
    mean = trainer.plan.states["batch_norm_1", "running_mean"].copy()
    graph = edited(
        trainer.graph,
        lambda g: editing.splice(g, Dense(units=4), 0, 0, g.wires_from("dropout_1")[0]),
    )
    said = trainer.update(graph)
    np.testing.assert_array_equal(trainer.plan.parameter("dense_1", "W"), kept)
    np.testing.assert_array_equal(trainer.slots[0][trainer.plan.slices["dense_1", "W"]], velocity)
    np.testing.assert_array_equal(trainer.plan.states["batch_norm_1", "running_mean"], mean)
    # dense_2 takes 4 numbers now instead of 6, and dense_3 is new: both start anew
    assert "Dense 4" in said
    assert "Dense 2" in said
    assert "kept" in said
    assert not trainer.slots[0][trainer.plan.slices["dense_2", "W"]].any()
    assert (trainer.step_count, trainer.epoch) == (8, 1)
    trainer.step()
    assert math.isfinite(trainer.loss)


def test_a_removed_layer_is_named_and_the_rest_goes_on():
    trainer = Trainer(
        chain(
            DataSource(dataset="xor", size=40),
            Dense(units=2),
            Dense(units=2),
            Dense(units=2),
            loss=SoftmaxCrossEntropy(),
        )
    )
    trainer.step()
    first = trainer.plan.parameter("dense_1", "W").copy()
    graph = edited(
        trainer.graph,
        lambda g: editing.rename(g, "dense_2", "Middle"),
    )
    trainer.update(graph)
    said = trainer.update(edited(graph, lambda g: editing.remove(g, ["dense_2"])))
    assert "Middle left the network" in said
    np.testing.assert_array_equal(trainer.plan.parameter("dense_1", "W"), first)
    assert "dense_2" not in trainer.plan.by_id


def test_where_nothing_could_be_kept_nothing_is_said_to_be_kept():
    layers = DataSource(dataset="xor", size=40), Dense(units=2), Dense(units=2)
    trainer = Trainer(chain(*layers, loss=SoftmaxCrossEntropy()))
    trainer.step()
    wider = edited(trainer.graph, lambda g: editing.set_fields(g, "dense_1", {"units": 3}))
    # dense_2 takes 3 numbers now instead of 2
    assert trainer.update(wider) == "Dense 3, Dense 2 start with new parameters."


def test_a_dropout_put_in_while_training_restarts_no_weights_and_says_nothing():
    trainer = Trainer(xor_net())
    trainer.run_epoch()
    theta = trainer.plan.theta.copy()
    said = trainer.update(
        edited(
            trainer.graph,
            lambda g: editing.splice(g, Dropout(), 0, 0, g.wires_from("relu_1")[0]),
        )
    )
    assert said == ""
    np.testing.assert_array_equal(trainer.plan.theta, theta)
    trainer.step()


def test_other_data_are_loaded_and_the_epoch_starts_again():
    trainer = Trainer(xor_net())
    trainer.step()
    theta = trainer.plan.theta.copy()
    said = trainer.update(edited(trainer.graph, fields("data", dataset="circles")))
    assert "data" in said
    np.testing.assert_array_equal(trainer.plan.theta, theta)
    assert trainer.position == 0
    trainer.run_epoch()
    assert trainer.feeding.sources["data"].data.info.key == "circles"


@pytest.mark.parametrize(
    "change",
    [
        training(validation_share=0.9, test_share=0.9, lr=0.5),
        lambda g: editing.remove(g, ["loss"]),
        fields("dense_2", units=3),
        fields("data", dataset="nothing"),
    ],
)
def test_an_edit_that_cannot_run_leaves_the_trainer_as_it_was(
    change: Callable[[NetworkGraph], Edit],
):
    trainer, untouched = Trainer(busy_net()), Trainer(busy_net())
    for _ in range(3):
        trainer.step()
        untouched.step()
    with pytest.raises(DesignError):
        trainer.update(edited(trainer.graph, change))
    trainer.run_epoch()
    untouched.run_epoch()
    assert trainer.plan.theta.tobytes() == untouched.plan.theta.tobytes()
    assert trainer.settings == untouched.settings
    assert trainer.graph.design() == untouched.graph.design()
    trainer.restart()
    trainer.step()
