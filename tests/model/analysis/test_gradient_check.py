"""The check finds right gradients right and wrong ones wrong, and leaves the training alone."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import pytest

from model.analysis.gradient_check import check_gradients, check_step
from model.analysis.progress import CancelledError, Progress
from model.analysis.rehearsal import next_batch, rehearse
from model.analysis.tolerance import GOOD
from model.design import Wire
from model.errors import DesignError
from model.files import examples_folder, read_design
from model.graph import NetworkGraph
from model.layer import Layer, Workspace
from model.layers.activations import Tanh
from model.layers.dense import Dense
from model.layers.losses import MeanSquaredError
from model.layers.source import DataSource
from model.teaching.from_expression import from_expression
from model.trainer import Trainer
from tests.model.samples import Given, build, busy_net, chain


def batch_of(trainer: Trainer, count: int = 6) -> dict[str, dict[str, Any]]:
    feed = trainer.feeding.arrays()
    return {
        key: {port: array[:count] for port, array in ports.items()} for key, ports in feed.items()
    }


class Wrong(Tanh, frozen=True, kw_only=True, tag="wrong"):
    """A tanh whose backward pass is off by one part in a thousand."""

    title: ClassVar[str] = "Wrong"

    def backward(self, n: Workspace) -> None:
        super().backward(n)
        n.delta *= 1.001


class WrongDense(Dense, frozen=True, kw_only=True, tag="wrong_dense"):
    """A Dense layer that forgets its bias gradient."""

    def gradient(self, n: Workspace) -> None:
        super().gradient(n)
        n.db[...] = 0


def small(inner: Layer) -> NetworkGraph:
    return chain(
        DataSource(dataset="diabetes", scaling="standardize", target_scaling="unit"),
        Dense(units=3),
        inner,
        Dense(units=1),
        loss=MeanSquaredError(),
    )


def test_a_right_network_is_good_in_every_node_and_wire():
    graph = small(Tanh())
    report = check_gradients(graph, batch_of(Trainer(graph, dtype=np.float64)))
    assert report.is_good
    assert set(report.nodes) == {"dense_1", "tanh_1", "dense_2", "loss"}
    assert set(report.parameters) == {
        (key, name) for key in ("dense_1", "dense_2") for name in ("W", "b")
    }
    # every wire but the one to the target, the one from the data included
    assert set(report.wires) == {wire for wire in graph.wires() if wire.target_port != "target"}
    # 10*3 + 3 + 3*1 + 1 weights and 6 items on wires of 10, 3, 3 and 1 numbers
    assert report.checked == 37 + 6 * 17


def test_a_wrong_backward_pass_is_found_in_the_node_that_has_it():
    graph = small(Wrong())
    report = check_gradients(graph, batch_of(Trainer(graph, dtype=np.float64)))
    assert not report.is_good
    assert report.wires[Wire("dense_1", "h", "wrong_1", "h")] == pytest.approx(1e-3, rel=0.01)
    assert report.nodes["dense_2"] < GOOD
    assert report.nodes["loss"] < GOOD


def test_a_wrong_parameter_gradient_is_found():
    graph = small(WrongDense(units=2))
    report = check_gradients(graph, batch_of(Trainer(graph, dtype=np.float64)))
    assert report.parameters["wrong_dense_1", "W"] < GOOD
    assert report.parameters["wrong_dense_1", "b"] > 1


def test_a_running_training_goes_on_as_if_nobody_had_checked():
    trainers = [Trainer(busy_net(), dtype=np.float64) for _ in range(2)]
    for trainer in trainers:
        trainer.step()
    plan = trainers[0].plan
    theta = plan.theta.copy()
    report = check_gradients(trainers[0].graph, batch_of(trainers[0]), plan=plan)
    assert report.is_good
    np.testing.assert_array_equal(plan.theta, theta)
    for trainer in trainers:
        trainer.run_epoch()
    assert trainers[0].plan.theta.tobytes() == trainers[1].plan.theta.tobytes()
    assert trainers[0].loss == trainers[1].loss


def test_the_present_weights_are_checked_where_a_plan_is_given():
    trainer = Trainer(small(Tanh()), dtype=np.float64)
    arrays = batch_of(trainer)
    fresh = check_gradients(trainer.graph, arrays).loss
    trainer.plan.parameter("dense_2", "b")[...] += 3
    assert check_gradients(trainer.graph, arrays, plan=trainer.plan).loss != fresh


def test_fewer_entries_can_be_asked_for():
    graph = small(Tanh())
    arrays = batch_of(Trainer(graph, dtype=np.float64))
    report = check_gradients(graph, arrays, entries=2)
    assert report.is_good
    # two of each array: W, b, W of the layers and four wires; the last b has one number only
    assert report.checked == 2 * 7 + 1


def test_dropout_and_batch_norm_are_checked_with_the_mask_and_statistics_of_one_batch():
    trainer = Trainer(busy_net(), dtype=np.float64)
    assert check_gradients(trainer.graph, batch_of(trainer)).is_good


def test_a_design_that_cannot_run_is_named():
    graph = build({"given": Given(shapes=((2,),)), "dense": Dense()}, "given.a > dense.h")
    with pytest.raises(DesignError, match="no loss"):
        check_gradients(graph, {"given": {"a": np.zeros((1, 2))}})


def test_at_a_kink_every_slope_between_those_of_both_sides_is_right():
    # J = max(a, b) with a = b = 1: the engine gives all of delta to one of them
    graph = NetworkGraph()
    graph.apply(from_expression(graph, "max(a, b)", values={"a": "1", "b": "1"}).changes)
    assert check_gradients(graph, {}).is_good


@pytest.mark.parametrize("name", ["two_losses", "mnist_cnn", "transformer_reverse"])
def test_the_gradients_of_examples_are_right(name: str):
    design = read_design(examples_folder() / f"{name}.json")
    trainer = Trainer(NetworkGraph(design))
    step = rehearse(trainer, dtype=np.float64, indices=next_batch(trainer)[:4])
    report = check_step(step, entries=4)
    assert report.is_good, {key: error for key, error in report.nodes.items() if error > GOOD}


def test_a_check_that_nobody_waits_for_ends():
    progress = Progress()
    progress.cancel()
    step = rehearse(Trainer(small(Tanh())), dtype=np.float64)
    with pytest.raises(CancelledError):
        check_step(step, progress=progress)
