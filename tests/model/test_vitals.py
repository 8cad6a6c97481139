"""Vital signs of a training: silent units, saturated units, and how large an update is."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from model import editing
from model import vitals as module
from model.graph import NetworkGraph
from model.layer import Layer, tag_of
from model.layers.activations import HardSigmoid, LeakyReLU, ReLU, Sigmoid, Softsign, Tanh
from model.layers.convolution import Conv1D, Conv2D
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.losses import MeanSquaredError
from model.layers.reshape import Flatten
from model.layers.source import DataSource
from model.observing import take_snapshot
from model.optimizers import SGD, AdamW, Momentum
from model.plan import compile_plan
from model.settings import TrainingSettings
from model.snapshot import SnapshotRequest
from model.trainer import Trainer
from model.trainer_state import restore, state_of
from model.updating import Updater
from model.vitals import Vitals, saturated_share, unit_axis
from tests.model.samples import Given, Projection, build, busy_net, chain, xor_net

WITH_VITALS = SnapshotRequest(wants=frozenset({"vitals"}))


@pytest.fixture(autouse=True)
def _looks_may_follow_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REST", 0)


def fed(shape: tuple[int, ...], *inner: Layer, width: int, **training: Any) -> NetworkGraph:
    """Given numbers of a shape -> inner layers -> a loss over `width` numbers."""
    layers: dict[str, Layer] = {"data": Given(shapes=(shape,), target=(width,))}
    ends = ["data.a"]
    for layer in inner:
        key = f"{tag_of(layer)}_1"
        layers[key] = layer
        ends += [f"{key}.h", f"{key}.h"]
    layers["loss"] = Projection()
    ends.append("loss.prediction")
    wires = [f"{a} > {b}" for a, b in zip(ends[::2], ends[1::2], strict=True)]
    settings = TrainingSettings(**training)
    return build(layers, *wires, "data.y > loss.target", training=settings)


def relu_of(units: int) -> NetworkGraph:
    return fed((units,), Dense(units=units), ReLU(), width=units)


def look_at(vitals: Vitals, step: int, *batches: Any) -> None:
    """As if the ReLU had answered so."""
    for number, answers in enumerate(batches):
        run: Any = SimpleNamespace(at={"relu_1": SimpleNamespace(out=np.array(answers, float))})
        assert vitals.look(run, step + number)


# dead units


def test_a_unit_is_dead_that_answered_zero_to_all_items_of_the_training_part():
    vitals = Vitals(compile_plan(relu_of(4)), training_size=4)
    look_at(vitals, 1, [[0, 0, 1, 2], [0, 0, 0, 2]])
    assert vitals.dead == {}, "two of four items say nothing yet"
    look_at(vitals, 2, [[0, 3, 0, 0], [0, 0, 0, 0]])
    assert vitals.dead == {"relu_1": 0.25}, "only the first unit was silent for four items"


def test_a_unit_that_speaks_again_is_no_longer_dead():
    vitals = Vitals(compile_plan(relu_of(2)), training_size=2)
    look_at(vitals, 1, [[0, 1], [0, 1]])
    assert vitals.dead == {"relu_1": 0.5}
    look_at(vitals, 2, [[1, 0], [0, 0]])
    assert vitals.dead == {"relu_1": 0.5}, "now the second one is silent"
    look_at(vitals, 3, [[1, 1], [0, 0]])
    assert vitals.dead == {"relu_1": 0.0}


def test_of_a_large_training_part_512_items_in_a_row_must_do():
    vitals = Vitals(compile_plan(relu_of(1)), training_size=60_000)
    look_at(vitals, 1, np.zeros((511, 1)))
    assert vitals.dead == {}
    look_at(vitals, 2, np.zeros((1, 1)))
    assert vitals.dead == {"relu_1": 1.0}


def test_the_dead_units_are_those_that_answer_nothing_to_the_whole_training_part():
    trainer = Trainer(xor_net(batch_size=0))  # the batch is the training part
    trainer.plan.parameter("dense_1", "b")[:4] = -100.0
    trainer.step()
    take_snapshot(trainer, WITH_VITALS)
    assert trainer.vitals.dead == {"relu_1": pytest.approx(4 / 6)}


def test_a_small_network_is_asked_about_one_sample_at_once():
    """Of 24 training items only 5 are in the batch: yet one look counts all."""
    trainer = Trainer(xor_net())
    trainer.plan.parameter("dense_1", "b")[:3] = -100.0
    trainer.step()
    streams = {key: str(rng.bit_generator.state) for key, rng in trainer.plan.streams.items()}
    take_snapshot(trainer, WITH_VITALS)
    assert trainer.vitals.needed == 24
    assert trainer.vitals.dead["relu_1"] >= 0.5
    W, b = (trainer.plan.parameter("dense_1", name) for name in "Wb")
    items = trainer.feeding.arrays()["data"]["x"][trainer.feeding.parts.train]
    wanted = (items @ W + b).max(axis=0) <= 0
    assert trainer.vitals.dead["relu_1"] == pytest.approx(wanted.mean())
    assert streams == {k: str(rng.bit_generator.state) for k, rng in trainer.plan.streams.items()}


def test_a_large_network_and_one_with_batch_norm_are_watched_over_their_batches():
    assert Trainer(xor_net()).vitals.wants_sample
    assert not Trainer(busy_net()).vitals.wants_sample, "its running statistics lag behind"
    wide = chain(
        DataSource(dataset="curve", size=40),
        Dense(units=4000),
        ReLU(),
        Dense(units=100),
        Dense(units=1),
        loss=MeanSquaredError(),
    )
    assert not Trainer(wide).vitals.wants_sample
    deep = chain(
        DataSource(dataset="curve", size=20), Dense(units=8), Tanh(), Dense(units=1),
        loss=MeanSquaredError(),
    )  # fmt: skip
    assert not Trainer(deep).vitals.wants_sample, "nothing in it can die"


def test_a_channel_is_dead_only_where_it_is_silent_at_all_places():
    graph = fed((1, 2, 2), Conv2D(channels=2, kernel=1), ReLU(), Flatten(), width=8)
    vitals = Vitals(compile_plan(graph), training_size=1)
    look_at(vitals, 1, [[[[0, 0], [0, 1]], [[0, 0], [0, 0]]]])
    assert vitals.dead == {"relu_1": 0.5}


def test_units_are_neurons_or_channels_of_pictures_and_of_sequences():
    pictures = fed((1, 4, 4), Conv2D(channels=2), ReLU(), Flatten(), width=32)
    lines = fed((1, 6), Conv1D(channels=2), Dropout(), ReLU(), Flatten(), width=12)
    steps = fed((6, 3), Dense(units=2, each_step=True), ReLU(), Flatten(), width=12)
    for graph, axis in ((relu_of(3), 1), (pictures, 1), (lines, 1), (steps, 2)):
        plan = compile_plan(graph)
        assert unit_axis(plan, plan.by_id["relu_1"]) == axis


# saturated units


@pytest.mark.parametrize(
    ("layer", "function"),
    [(Sigmoid(), torch.sigmoid), (Tanh(), torch.tanh), (HardSigmoid(), torch.nn.Hardsigmoid())],
)
def test_where_an_activation_is_saturated_its_slope_is_at_most_a_twenty_fifth_of_the_greatest(
    layer: Layer, function: Callable[[torch.Tensor], torch.Tensor]
):
    h = torch.linspace(-8, 8, 4001, dtype=torch.float64, requires_grad=True)
    answers = function(h)
    (slopes,) = torch.autograd.grad(answers.sum(), h)
    for answer, slope in zip(answers.detach().numpy(), slopes.numpy(), strict=True):
        is_saturated = saturated_share(layer, np.array([answer])) == 1.0
        if isinstance(layer, HardSigmoid):
            assert is_saturated or slope > 0
        else:
            assert is_saturated == (slope <= 0.0396 * slopes.max().item() + 1e-12)


def test_the_share_of_saturated_units_is_that_of_the_average_item():
    answers = np.array([[0.005, 0.5, 0.2, 0.995], [0.4, 0.5, 0.011, 0.0]])
    assert saturated_share(Sigmoid(), answers) == 3 / 8
    assert saturated_share(Softsign(), np.array([0.97, -0.985, 0.99, 0.0])) == 0.5


# updates


@pytest.mark.parametrize(
    "training",
    [
        {"optimizer": SGD(lr=0.3)},
        {"optimizer": SGD(lr=0.3), "l2": 0.1, "clip_norm": 0.01},
        {"optimizer": Momentum(lr=0.1)},
        {"optimizer": AdamW(lr=0.02)},
        {"optimizer": SGD(lr=0.3), "max_norm": 0.2},
    ],
)
def test_the_ratio_is_that_of_the_update_that_was_made(training: dict[str, Any]):
    trainer = Trainer(busy_net(**training))
    for _ in range(3):
        trainer.step()
    nodes = {node.node_id: list(node.parameters) for node in trainer.plan.nodes if node.learns}
    before = {k: [trainer.plan.parameter(k, n).copy() for n in names] for k, names in nodes.items()}
    trainer.vitals.await_step()
    trainer.step()
    assert trainer.vitals.update_step == trainer.step_count == 4
    for key, names in nodes.items():
        old = np.concatenate([values.ravel() for values in before[key]]).astype(np.float64)
        new = np.concatenate([trainer.plan.parameter(key, name).ravel() for name in names])
        wanted = np.linalg.norm(new - old) / np.linalg.norm(old)
        assert trainer.vitals.updates[key] == pytest.approx(wanted, rel=1e-5)
        assert wanted > 0


def test_an_update_by_hand():
    """θ = (3, 4), Δθ = -ρ ∂J/∂θ = -0.1 (1, 2): the ratio is 0.1 √5 / 5."""
    graph = fed((2,), Dense(units=1, use_bias=False), width=1, optimizer=SGD(lr=0.1))
    plan = compile_plan(graph, dtype=np.float64)
    plan.theta[:] = [3, 4]
    vitals = Vitals(plan, 1)
    updater = Updater(plan, graph.training)
    plan.grads[:] = [1, 2]
    assert vitals.measure(updater, 0) >= 0
    assert plan.theta == pytest.approx([2.9, 3.8])
    assert vitals.updates == {"dense_1": pytest.approx(0.1 * math.sqrt(5) / 5)}


def test_measuring_changes_no_number_of_the_training():
    plain, watched = Trainer(busy_net()), Trainer(busy_net())
    for _ in range(20):
        plain.step()
        watched.vitals.await_step()
        watched.step()
        take_snapshot(watched, WITH_VITALS)
    assert plain.plan.theta.tobytes() == watched.plan.theta.tobytes()


def test_parameters_that_are_all_zero_have_no_ratio():
    graph = chain(
        DataSource(dataset="curve", size=20),
        Dense(units=1, initializer="zeros"),
        loss=MeanSquaredError(),
    )
    trainer = Trainer(graph)
    trainer.vitals.await_step()
    trainer.step()
    assert trainer.vitals.updates == {}
    trainer.vitals.await_step()
    trainer.step()
    assert set(trainer.vitals.updates) == {"dense_1"}


# in snapshots


def test_snapshots_hold_the_curves_only_where_they_are_wanted():
    trainer = Trainer(xor_net(batch_size=0))
    for _ in range(3):
        trainer.vitals.await_step()
        trainer.step()
        snapshot = take_snapshot(trainer, WITH_VITALS)
    assert list(snapshot.curves["dead:relu_1"].steps) == [1, 2, 3]
    assert list(snapshot.curves["update:dense_1"].steps) == [1, 2, 3]
    assert snapshot.curves["update:dense_2"].mean[-1] == trainer.vitals.updates["dense_2"]
    plain = take_snapshot(trainer, SnapshotRequest())
    assert "delta:relu_1" in plain.curves
    assert not any(name.startswith(("dead:", "update:")) for name in plain.curves)


def test_a_past_step_that_is_made_again_is_looked_at_again():
    trainer = Trainer(xor_net(batch_size=0))
    trainer.step()
    before = state_of(trainer)
    for _ in range(4):
        trainer.step()
        take_snapshot(trainer, WITH_VITALS)
    restore(trainer, before)
    assert trainer.vitals.looked_step == 5
    trainer.plan.parameter("dense_1", "b")[:] = -100.0
    trainer.step()
    take_snapshot(trainer, WITH_VITALS)
    assert trainer.vitals.dead == {"relu_1": 1.0}


def test_a_second_snapshot_of_a_step_counts_it_once():
    trainer = Trainer(xor_net(batch_size=0))
    trainer.vitals.await_step()
    trainer.step()
    for _ in range(3):
        snapshot = take_snapshot(trainer, WITH_VITALS)
    assert len(snapshot.curves["dead:relu_1"].steps) == 1
    assert len(snapshot.curves["update:dense_1"].steps) == 1


def test_another_layer_in_the_place_of_a_relu_is_looked_at_anew():
    graph = xor_net(batch_size=0)
    trainer = Trainer(graph)
    trainer.plan.parameter("dense_1", "b")[:] = -100.0
    trainer.step()
    take_snapshot(trainer, WITH_VITALS)
    assert trainer.vitals.dead == {"relu_1": 1.0}
    after = NetworkGraph(graph.design())
    after.apply(editing.replace_layer(after, "relu_1", LeakyReLU()).changes)
    trainer.update(after)
    trainer.step()
    take_snapshot(trainer, WITH_VITALS)
    assert trainer.vitals.dead == {}


def test_a_look_that_costs_much_comes_rarely(monkeypatch: pytest.MonkeyPatch):
    now = 0.0
    monkeypatch.setattr(module, "REST", 50)
    monkeypatch.setattr(module, "FIRST", 0)
    monkeypatch.setattr(module, "perf_counter", lambda: now)
    for is_watched in (False, True):
        now = 0.0
        vitals = Vitals(compile_plan(relu_of(1)), training_size=1, is_watched=is_watched)
        assert vitals.is_ready
        vitals.spend(2.0)
        now = 99.0
        vitals.await_step()
        assert not vitals.is_awaited
        now = 100.0
        vitals.await_step()
        assert vitals.is_awaited
        assert vitals.due_at == (100.0 if is_watched else math.inf)


def test_the_first_looks_come_quickly_and_one_that_was_held_up_is_not_believed(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(module, "REST", 50)
    monkeypatch.setattr(module, "FIRST", 10)
    monkeypatch.setattr(module, "perf_counter", lambda: 0.0)
    vitals = Vitals(compile_plan(relu_of(1)), training_size=1, is_watched=True)
    for cost in (0.5, *8 * [0.001]):
        vitals.spend(cost)
        assert vitals.due_at == 0.004
    vitals.spend(0.001)
    assert vitals.due_at == pytest.approx(50 * 0.001)
    vitals.spend(30.0)
    assert vitals.due_at == pytest.approx(50 * 1.2 * 0.001)


def test_only_a_training_that_is_watched_is_looked_at_unasked():
    plain, watched = Trainer(xor_net(batch_size=0)), Trainer(xor_net(batch_size=0))
    watched.watch_vitals()
    for trainer in (plain, watched):
        for _ in range(5):
            trainer.step()
    assert not [name for name in plain.curves if ":" in name]
    assert watched.curves["update:dense_1"].last_step == 5
    assert watched.curves["delta:dense_1"].last_step == 5
    assert plain.plan.theta.tobytes() == watched.plan.theta.tobytes()
    watched.restart()
    watched.step()
    assert watched.curves["dead:relu_1"].last_step == 1, "also after a new start"
