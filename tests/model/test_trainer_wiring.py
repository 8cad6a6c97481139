"""What the wires carry: data from several nodes, and deltas that add up or are not sent at all."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from model import editing
from model.design import Wire
from model.errors import DataError
from model.graph import NetworkGraph
from model.layer import Array
from model.layers.activations import Tanh
from model.layers.dense import Dense
from model.layers.losses import SoftmaxCrossEntropy
from model.layers.margin_losses import Hinge
from model.layers.merge import Add
from model.layers.source import DataSource
from model.trainer import Trainer
from tests.model.samples import build, xor_net
from tests.model.training import theta_after


def two_sources(**second: Any) -> NetworkGraph:
    return build(
        {
            "left": DataSource(dataset="iris", features=(0, 1)),
            "right": DataSource(**({"dataset": "iris", "features": (3,)} | second)),
            "dense_1": Dense(units=4),
            "dense_2": Dense(units=4),
            "add": Add(),
            "dense_3": Dense(units=3),
            "loss": SoftmaxCrossEntropy(),
        },
        "left.x > dense_1.h",
        "right.x > dense_2.h",
        "dense_1.h > add.h",
        "dense_2.h > add.h",
        "add.h > dense_3.h",
        "dense_3.h > loss.prediction",
        "left.y > loss.target",
    )


def test_two_data_nodes_feed_other_columns_of_the_same_items():
    trainer = Trainer(two_sources(), dtype=np.float64)
    trainer.step()
    assert trainer.run is not None
    table = trainer.feeding.sources["left"].data.x
    np.testing.assert_array_equal(trainer.run.at["left"].outs["x"], table[trainer.indices][:, :2])
    np.testing.assert_array_equal(trainer.run.at["right"].outs["x"], table[trainer.indices][:, 3:])
    assert trainer.run_epoch().accuracy is not None


def test_data_nodes_with_other_numbers_of_items_are_refused_with_both_numbers():
    with pytest.raises(DataError, match=r"150.*178"):
        Trainer(two_sources(dataset="wine"))


def test_a_data_node_that_is_not_wired_takes_no_part():
    graph = xor_net()
    graph.apply(editing.add_node(graph, DataSource(dataset="iris"), 0, 0).changes)
    trainer = Trainer(graph)
    trainer.run_epoch()
    assert list(trainer.feeding.sources) == ["data"]
    assert trainer.plan.theta.tobytes() == theta_after(xor_net(), trainer.step_count)


def test_the_delta_of_a_fan_out_is_the_sum_over_its_wires():
    graph = build(
        {
            "data": DataSource(dataset="xor", size=40),
            "dense_1": Dense(units=3),
            "tanh": Tanh(),
            "add": Add(),
            "dense_2": Dense(units=2),
            "loss": SoftmaxCrossEntropy(),
            "dense_3": Dense(units=2),
            "other": Hinge(weight=0.5),
        },
        "data.x > dense_1.h",
        "dense_1.h > tanh.h",
        "dense_1.h > add.h",
        "tanh.h > add.h",
        "add.h > dense_2.h",
        "dense_2.h > loss.prediction",
        "data.y > loss.target",
        "dense_1.h > dense_3.h",
        "dense_3.h > other.prediction",
        "data.y > other.target",
    )
    trainer = Trainer(graph, dtype=np.float64)
    trainer.step()
    run = trainer.run
    assert run is not None
    arriving = [run.at["tanh"].deltas[0], run.at["add"].deltas[0], run.at["dense_3"].deltas[0]]
    assert all(delta is not None and delta.any() for delta in arriving)
    total: Array = sum(arriving)  # type: ignore[assignment, arg-type]
    np.testing.assert_allclose(run.at["dense_1"].delta_out, total, rtol=1e-12, atol=1e-15)
    assert trainer.loss == pytest.approx(run.at["loss"].loss + 0.5 * run.at["other"].loss)


def test_one_output_may_enter_a_merge_twice():
    graph = build(
        {
            "data": DataSource(dataset="xor", size=40),
            "dense_1": Dense(units=2),
            "add": Add(),
            "loss": SoftmaxCrossEntropy(),
        },
        "data.x > dense_1.h",
        "dense_1.h > add.h",
        "dense_1.h > add.h",
        "add.h > loss.prediction",
        "data.y > loss.target",
    )
    trainer = Trainer(graph, dtype=np.float64)
    trainer.step()
    run = trainer.run
    assert run is not None
    np.testing.assert_allclose(run.at["add"].out, 2 * run.at["dense_1"].out)
    np.testing.assert_allclose(run.at["dense_1"].delta_out, 2 * run.at["loss"].delta)


def test_nothing_is_sent_down_where_nothing_learns():
    trainer = Trainer(xor_net())
    trainer.step()
    run = trainer.run
    assert run is not None
    assert run.at["dense_1"].delta is None
    assert run.at["data"].delta_out is None
    assert Wire("data", "y", "loss", "target") in trainer.graph.wires()
    assert run.at["loss"].deltas[1] is None
