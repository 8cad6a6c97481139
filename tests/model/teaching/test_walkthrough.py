"""Walking through a step: the engine's numbers, one operation at a time, there and back."""

from __future__ import annotations

import numpy as np
import pytest

from model.analysis.rehearsal import Rehearsal
from model.layer import Layer
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.losses import MeanSquaredError
from model.layers.source import DataSource
from model.optimizers import Adam, AdamW, Lion, Momentum, NAdam
from model.plan import compile_plan
from model.schedules import Constant
from model.teaching import walkthrough
from model.teaching.walkthrough import Walkthrough
from model.trainer import Trainer
from model.trainer_state import state_of
from tests.model.layers.registry import cases, small
from tests.model.samples import busy_net, chain
from tests.model.teaching.walks import assert_same, every_computing, everything, walk_of


@every_computing
def test_the_numbers_are_the_engines_for_every_layer(kind: type[Layer]):
    case = cases(small(kind), batch=3, seed=1, consumers=2)[0]
    plan = compile_plan(case.graph, dtype=np.float64)
    run = plan.bind(3, is_training=True)
    run.fill(case.arrays)
    loss = run.forward()
    run.backward()
    walk = Walkthrough(Rehearsal(case.graph, case.arrays, dtype=np.float64), item=None)
    walk.run_to_phase_end()
    assert walk.loss == loss
    assert walk.run_to_phase_end() is not None
    np.testing.assert_array_equal(walk.rehearsal.plan.grads, plan.grads)
    for key, n in run.at.items():
        found = walk.numbers(key)
        if plan.by_id[key].outputs.get("") is None:
            np.testing.assert_array_equal(found.out, n.out)
        if n.delta_out is not None:
            np.testing.assert_array_equal(found.delta, n.delta_out)
        for passed, delta in zip(found.passed, n.deltas, strict=True):
            if delta is not None:
                np.testing.assert_array_equal(passed, delta)


@every_computing
def test_every_operation_of_every_layer_can_be_undone_bit_by_bit(kind: type[Layer]):
    walk = walk_of(kind, consumers=2)
    states = [everything(walk)]
    while walk.forward() is not None:
        states.append(everything(walk))
    for position in range(len(walk.operations) - 1, -1, -1):
        assert walk.back() == walk.operations[position]
        assert_same(everything(walk), states[position])
    assert walk.back() is None
    walk.run_to_end()
    assert_same(everything(walk), states[-1])


def test_further_back_than_the_record_the_step_is_done_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(walkthrough, "MOST_BYTES", 1)
    walk = Walkthrough(Trainer(busy_net(optimizer=Adam())), None)
    thetas, outs = [], []
    while not walk.is_at_end:
        thetas.append(walk.rehearsal.plan.theta.copy())
        outs.append(walk.tape())
        walk.forward()
    for theta, tape in zip(reversed(thetas), reversed(outs), strict=True):
        walk.back()
        np.testing.assert_array_equal(walk.rehearsal.plan.theta, theta)
        assert list(walk.tape()) == list(tape)
        for key, out in tape.items():
            np.testing.assert_array_equal(walk.tape()[key], out)


TRAININGS = [
    {"optimizer": Momentum(lr=0.1), "l2": 0.01, "l1": 0.001},
    {"optimizer": Adam(), "clip_norm": 0.1, "l1": 0.01, "l1_step": "proximal"},
    {"optimizer": AdamW(weight_decay=0.1), "clip_value": 0.001, "max_norm": 0.5},
    {"optimizer": NAdam(), "schedule": Constant(warmup=10)},
    {"optimizer": Lion(weight_decay=0.1)},
]


@pytest.mark.parametrize("training", TRAININGS, ids=lambda each: type(each["optimizer"]).__name__)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_walk_to_the_end_is_the_trainers_next_step_bit_by_bit(training: dict, dtype: type):
    trainer = Trainer(busy_net(**training), dtype=dtype)
    for _ in range(3):
        trainer.step()
    before = state_of(trainer)
    walk = Walkthrough(trainer)
    walk.run_to_end()
    assert state_of(trainer).words == before.words
    for name, array in state_of(trainer).arrays.items():
        np.testing.assert_array_equal(array, before.arrays[name])
    trainer.step()
    np.testing.assert_array_equal(walk.rehearsal.plan.theta, trainer.plan.theta)
    np.testing.assert_array_equal(walk.optimising.updater.slots, trainer.slots)
    for place, state in trainer.plan.states.items():
        np.testing.assert_array_equal(walk.rehearsal.plan.states[place], state)
    assert walk.loss == trainer.data_loss


def test_tied_weights_add_up_their_gradients_in_an_operation_of_their_own():
    graph = chain(
        DataSource(dataset="diabetes"),
        Dense(units=4),
        Dense(units=10, tied_to="dense_1"),
        Dense(units=1),
        loss=MeanSquaredError(),
        batch_size=4,
    )
    trainer = Trainer(graph)
    walk = Walkthrough(trainer)
    walk.run_to_end()
    assert [each.node_id for each in walk.operations if each.kind == "tie"] == ["dense_1"]
    trainer.step()
    np.testing.assert_array_equal(walk.rehearsal.plan.theta, trainer.plan.theta)


def test_a_frozen_mask_is_the_one_of_the_training():
    graph = chain(
        DataSource(dataset="diabetes"),
        Dense(units=6),
        Dropout(new_mask="frozen"),
        Dense(units=1),
        loss=MeanSquaredError(),
        batch_size=4,
    )
    trainer = Trainer(graph)
    trainer.step()
    assert trainer.run is not None
    mask = trainer.run.at["dropout_1"].mask.copy()
    walk = Walkthrough(trainer)
    walk.run_to("dropout_1")
    np.testing.assert_array_equal(walk.rehearsal.run.at["dropout_1"].mask, mask)
