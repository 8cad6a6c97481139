"""Weights that are exactly 0 silence neurons, inputs and wires."""

from __future__ import annotations

import numpy as np

from model.design import Wire
from model.layers.dense import Dense
from model.layers.losses import MeanSquaredError
from model.layers.rectifiers import PReLU
from model.layers.scalar import Function, Goal, Variable
from model.layers.source import DataSource
from model.observing import take_snapshot
from model.optimizers import SGD
from model.snapshot import SnapshotRequest
from model.trainer import Trainer
from model.vanishing import Vanished, vanished
from tests.model.samples import build, chain, xor_net


def test_as_long_as_no_weight_is_zero_nothing_has_vanished():
    trainer = Trainer(xor_net())
    assert vanished(trainer.plan) == Vanished()
    assert take_snapshot(trainer, SnapshotRequest()).vanished == frozenset()


def test_columns_of_zeros_are_unfed_and_rows_of_zeros_unheard():
    trainer = Trainer(xor_net())  # 2 inputs, dense_1 with 6, relu_1, dense_2 with 2
    trainer.plan.parameter("dense_1", "W")[:, 4] = 0
    trainer.plan.parameter("dense_1", "W")[1, :] = 0
    trainer.plan.parameter("dense_2", "W")[3, :] = 0
    found = vanished(trainer.plan)
    assert set(found.silent) == {"data", "dense_1", "relu_1"}
    data, dense, relu = (found.silent[key] for key in ("data", "dense_1", "relu_1"))
    assert data.unheard is not None
    assert data.unheard.tolist() == [False, True]
    assert dense.unfed is not None
    assert dense.unfed.nonzero()[0].tolist() == [4]
    assert dense.unheard is None  # the activation listens to all of it
    assert relu.unheard is not None
    assert relu.unheard.nonzero()[0].tolist() == [3]
    assert found.wires == frozenset()


def test_a_wire_vanishes_with_its_last_weight():
    trainer = Trainer(xor_net())
    weights = trainer.plan.parameter("dense_2", "W")
    weights[...] = 0
    weights[5, 1] = 1e-30
    assert not vanished(trainer.plan).wires
    weights[5, 1] = 0
    assert vanished(trainer.plan).wires == {Wire("relu_1", "h", "dense_2", "h")}
    snapshot = take_snapshot(trainer, SnapshotRequest())
    assert snapshot.vanished == {Wire("relu_1", "h", "dense_2", "h")}
    silence = snapshot.nodes["dense_2"].extras["silence"]
    assert silence.unfed.tolist() == [True, True]


def test_what_another_node_still_hears_is_not_unheard():
    graph = chain(
        DataSource(dataset="xor", size=40), PReLU(), Dense(units=1), loss=MeanSquaredError()
    )
    trainer = Trainer(graph)
    trainer.plan.parameter("dense_1", "W")[0, :] = 0
    found = vanished(trainer.plan)
    assert set(found.silent) == {"prelu_1"}


def test_the_wires_of_an_unfolded_weight_vanish_with_it():
    layers = {
        "x": Variable(value="3", is_trainable=False),
        "w": Variable(value="0", is_penalised=True),
        "b": Variable(value="0"),
        "out": Function(formula="w*x + b"),
        "goal": Goal(),
    }
    wires = ("x.h > out.x", "w.h > out.w", "b.h > out.b", "out.h > goal.prediction")
    trainer = Trainer(build(layers, *wires))
    assert vanished(trainer.plan).wires == {Wire("w", "h", "out", "w")}
    trainer.plan.parameter("w", "theta")[...] = 1e-9
    assert not vanished(trainer.plan).wires


def test_the_proximal_step_makes_a_strong_penalty_silence_everything():
    graph = xor_net(l1=1.0, l1_step="proximal", optimizer=SGD(lr=0.1))
    trainer = Trainer(graph)
    for _ in range(60):
        trainer.step()
    found = vanished(trainer.plan)
    assert found.wires == {
        Wire("data", "x", "dense_1", "h"),
        Wire("relu_1", "h", "dense_2", "h"),
    }
    assert np.count_nonzero(trainer.plan.parameter("dense_1", "W")) == 0
