"""Twins part from the original by exactly what was asked for, and by nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.analysis.progress import CancelledError, Progress
from model.analysis.twin_knobs import (
    KEPT,
    Alteration,
    altered,
    edit_of,
    knobs_of,
    name_of,
    words_of,
)
from model.analysis.twins import Moment, differences, fork, moment_of, twin_runs
from model.errors import FieldError
from model.files import read_design
from model.graph import NetworkGraph
from model.optimizers import Adam, Momentum
from model.trainer import Trainer
from model.trainer_state import TrainerState, restore
from tests.model.samples import busy_net, line_net, xor_net

ODD = 17
"""In the middle of an epoch: busy_net has 5 steps an epoch."""


def walked(trainer: Trainer, steps: int) -> Trainer:
    for _ in range(steps):
        trainer.step()
    return trainer


def bits(state: TrainerState | None) -> dict[str, bytes]:
    assert state is not None
    return {name: array.tobytes() for name, array in state.arrays.items()}


def at_odd(net: Callable[..., NetworkGraph] = busy_net, **training: Any) -> Moment:
    return moment_of(walked(Trainer(net(**training)), ODD))


@pytest.mark.parametrize("optimizer", [Momentum(lr=0.05), Adam(lr=0.01)])
@pytest.mark.parametrize("first", [0, ODD])
def test_a_twin_that_changes_nothing_is_bit_identical(optimizer: Momentum | Adam, first: int):
    trainer = walked(Trainer(busy_net(optimizer=optimizer)), first)
    assert trainer.plan.dtype == np.float32
    moment = moment_of(trainer)
    same = Alteration("", "lr", optimizer.lr)
    runs = twin_runs(Progress(), moment, [(0, "original", None), (1, "same", same)], 33)
    walked(trainer, 33)  # the original itself goes on, without anybody judging it on the way
    goal = moment_of(trainer).state
    for run in runs:
        assert bits(run.state) == bits(goal)
        assert run.state is not None
        assert run.state.words == goal.words
    np.testing.assert_array_equal(runs[0].losses, runs[1].losses)
    assert len(runs[0].losses) == 33


def test_twins_beside_it_do_not_disturb_the_original():
    moment = at_odd()
    alone = twin_runs(Progress(), moment, [(0, "original", None)], 20)[0]
    others = [(0, "original", None), (1, "a", Alteration("", "lr", 0.5))]
    among = twin_runs(Progress(), moment, others, 20)
    assert bits(among[0].state) == bits(alone.state)
    assert bits(among[1].state) != bits(alone.state)


def test_another_learning_rate_is_the_run_that_an_edit_at_that_step_gives():
    trainer = walked(Trainer(busy_net()), ODD)
    alteration = Alteration("", "lr", 0.02)
    run = twin_runs(Progress(), moment_of(trainer), [(1, "slow", alteration)], 20)[0]
    trainer.update(altered(trainer.graph, alteration))
    assert bits(run.state) == bits(moment_of(walked(trainer, 20)).state)
    assert run.words == "ρ 0.1 → 0.02"


def test_the_first_batches_are_the_same_for_all_twins():
    moment = at_odd()
    twin = fork(moment)
    twin.update(altered(moment.graph, Alteration("dropout_1", "p", 0.0)))
    original = fork(moment)
    for _ in range(12):
        twin.step()
        original.step()
        np.testing.assert_array_equal(twin.indices, original.indices)


def test_marks_count_steps_and_items_and_judge_without_the_penalty():
    moment = at_odd(l2=0.01)
    bigger = Alteration("", "batch_size", 12)
    first, second = twin_runs(Progress(), moment, [(0, "a", None), (1, "b", bigger)], 10)
    assert first.steps.tolist() == list(range(11))
    # 24 items in batches of 5: the 17 steps before end with 10 items of the fourth epoch used
    assert first.items.tolist() == [0, 5, 10, 14, 19, 24, 29, 34, 38, 43, 48]
    assert second.items.tolist()[:3] == [0, 12, 14]
    assert np.isnan(first.train[0])
    np.testing.assert_allclose(first.train[1:], first.losses, rtol=1e-12)
    there = fork(moment)
    loss = there.evaluate("validation").loss - there.penalty_now()
    assert first.validation[0] == second.validation[0] == pytest.approx(loss, rel=1e-12)


def test_the_best_place_of_a_run_is_that_of_its_least_validation_loss():
    run = twin_runs(Progress(), at_odd(), [(0, "a", None)], 40)[0]
    best, place = run.best
    assert best == min(run.validation)
    assert run.validation[run.steps.tolist().index(place)] == best


def test_a_node_can_be_taken_out():
    moment = at_odd()
    alteration = Alteration("batch_norm_1", KEPT, False)
    assert "batch_norm_1" not in altered(moment.graph, alteration)
    run = twin_runs(Progress(), moment, [(1, "without", alteration)], 5)[0]
    assert run.state is not None
    assert not any("batch_norm_1" in name for name in run.state.arrays)
    assert run.words.endswith("taken out")


def test_a_run_that_diverges_says_so_and_the_others_go_on():
    wild = Alteration("", "lr", 1000.0)
    moment = moment_of(walked(Trainer(line_net()), 3))
    first, second = twin_runs(Progress(), moment, [(0, "a", None), (1, "wild", wild)], 60)
    assert first.fault == ""
    assert len(first.losses) == 60
    assert second.fault
    assert len(second.losses) < 60


def test_differences_are_relative_lengths_by_node():
    graph = busy_net()
    b = {"dense_1.W": np.array([[3.0, 0.0]]), "dense_1.b": np.array([4.0])}
    b |= {
        "dense_2.b": np.zeros(1),
        "order": np.arange(3),
        "optimizer.velocity.dense_1.b": np.ones(1),
    }
    a = {name: array + 0 for name, array in b.items()} | {"dense_1.b": np.array([3.0])}
    found = differences(TrainerState(a, {}), TrainerState(b, {}), graph)
    assert found == {"dense_1": 0.2, "dense_2": 0.0}  # |3 - 4| / sqrt(3² + 4²)
    a["dense_2.b"] = np.ones(1)
    assert differences(TrainerState(a, {}), TrainerState(b, {}), graph)["dense_2"] == np.inf


def test_a_twin_that_leaves_the_domain_of_the_formula_ends_alone():
    graph = NetworkGraph(read_design(Path("resources/examples/chain_rule.json")))
    moment = moment_of(Trainer(graph))
    wild = Alteration("", "lr", 10.0)
    first, second = twin_runs(Progress(), moment, [(0, "a", None), (1, "wild", wild)], 8)
    assert first.fault == ""
    assert "logarithm" in second.fault
    assert len(second.losses) < 8 == len(first.losses)


def test_a_runs_state_can_be_taken_back_into_the_training():
    trainer = walked(Trainer(busy_net()), ODD)
    off = Alteration("dropout_1", "p", 0.0)
    moment = moment_of(trainer)
    run = twin_runs(Progress(), moment, [(1, "off", off)], 9)[0]
    trainer.update(altered(trainer.graph, off))
    assert run.state is not None
    restore(trainer, run.state)
    assert trainer.step_count == ODD + 9
    longer = twin_runs(Progress(), moment, [(1, "off", off)], 14)[0]
    assert bits(moment_of(walked(trainer, 5)).state) == bits(longer.state)


def test_knobs_name_what_is_there_and_their_edits_can_be_made():
    graph = busy_net(optimizer=Momentum())
    knobs = knobs_of(graph)
    places = {(knob.node_id, knob.field.name) for knob in knobs}
    assert {("", "lr"), ("", "momentum"), ("", "optimizer"), ("", "batch_size")} <= places
    assert {("dropout_1", "p"), ("dropout_1", KEPT), ("batch_norm_1", KEPT)} <= places
    assert len(places) == len(knobs)
    for knob in knobs:
        altered(graph, knob.turned(knob.value))
        assert words_of(graph, knob.turned(knob.value))
    assert not [knob for knob in knobs_of(xor_net()) if knob.node_id]


def test_runs_have_short_names():
    graph = busy_net()
    assert name_of(graph, None) == "original"
    assert name_of(graph, Alteration("dropout_1", "p", 0.0)) == "p = 0"
    assert name_of(graph, Alteration("", "optimizer", "adam")) == "Adam"
    assert name_of(graph, Alteration("", "l2", 0.01)) == "λ₂ = 0.01"
    assert name_of(graph, Alteration("", "shuffle", False)) == "shuffle = off"
    assert name_of(graph, Alteration("dropout_1", KEPT, False)) == "without Dropout"


def test_a_value_that_is_not_allowed_is_refused_in_one_sentence():
    with pytest.raises(FieldError):
        edit_of(busy_net(), Alteration("dropout_1", "p", 1.5))


def test_runs_can_be_cancelled():
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        twin_runs(progress, at_odd(), [(0, "a", None)], 1000)
