"""Tripwires: what raises them, what clears them, and that they do not flicker."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from model import vitals
from model.files import examples_folder, read_design
from model.graph import NetworkGraph
from model.observing import take_snapshot
from model.plan import compile_plan
from model.remedies import remedies_of
from model.snapshot import SnapshotRequest
from model.trainer import Trainer
from model.tripwires import (
    CLEAR_LOOKS,
    LIMITS,
    RAISE_LOOKS,
    Alarm,
    Kind,
    Latch,
    Tripwires,
    delta_ratios,
)
from tests.model.samples import xor_net

EVERY = 100
"""Steps between two looks: more than any limit asks for in all."""
ALL_WELL = {"dense_1": 0.1, "relu_1": 0.1, "dense_2": 0.1}


def wires() -> Tripwires:
    """Of dense_1 -> relu_1 -> dense_2."""
    return Tripwires(compile_plan(xor_net()))


def kinds(alarms: Sequence[Alarm]) -> list[Kind]:
    return [alarm.kind for alarm in alarms]


def looks(
    found: Tripwires,
    count: int,
    start: int = 1,
    loss: float = 1.0,
    deltas: dict[str, float] | None = None,
    dead: dict[str, float] | None = None,
    updates: dict[str, float] | None = None,
) -> None:
    for look in range(start, start + count):
        found.hear(EVERY * look, loss, deltas or ALL_WELL, dead or {}, updates or {})


# what raises them


def test_delta_at_each_layer_is_compared_with_that_at_the_last_one():
    deltas = {"a": 0.002, "x": 9.0, "b": 0.5, "c": 2.0}
    assert delta_ratios(("a", "b", "c"), deltas) == {"a": 0.001, "b": 0.25}
    assert delta_ratios(("a", "b"), {"a": 1.0, "b": 0.0}) == {}, "nothing is left to be learned"
    assert delta_ratios(("a", "b"), {"a": 1.0, "b": math.inf}) == {}
    assert delta_ratios((), {}) == {}


@pytest.mark.parametrize(
    ("deltas", "kind"),
    [
        ({"dense_1": 0.9e-4, "relu_1": 0.1, "dense_2": 0.1}, "vanishing"),
        ({"dense_1": 1.1e2, "relu_1": 0.1, "dense_2": 0.1}, "growing"),
        ({"dense_1": 1001.0, "relu_1": 0.1, "dense_2": 999.0}, "exploding"),
        ({"dense_1": math.inf, "relu_1": 0.1, "dense_2": 1001.0}, "exploding"),
    ],
)
def test_delta_that_gets_out_of_hand_raises_an_alarm(deltas: dict[str, float], kind: Kind):
    found = wires()
    looks(found, RAISE_LOOKS, deltas=deltas)
    alarm = found.alarms[0]
    assert alarm.kind == kind
    assert (alarm.node_id, alarm.step) == ("dense_1", EVERY * RAISE_LOOKS)
    assert alarm.limit == LIMITS[kind].limit


def test_delta_of_layers_without_parameters_alarms_nobody():
    found = wires()
    looks(found, 50, deltas=ALL_WELL | {"relu_1": 1e9})
    assert found.alarms == ()


def test_more_than_half_of_the_units_dead_raises_an_alarm():
    found = wires()
    looks(found, 50, dead={"relu_1": 0.5})
    assert found.alarms == ()
    looks(found, RAISE_LOOKS, start=51, dead={"relu_1": 0.51})
    assert found.alarms == (
        Alarm("dead", ("relu_1",), "relu_1", 0.51, 0.5, EVERY * (50 + RAISE_LOOKS)),
    )


def test_updates_that_leap_and_updates_that_stand_still_raise_alarms():
    found = wires()
    looks(found, RAISE_LOOKS, updates={"dense_1": 0.11, "dense_2": 0.9e-6})
    assert [(alarm.kind, alarm.node_ids) for alarm in found.alarms] == [
        ("leaping", ("dense_1",)),
        ("stuck", ("dense_2",)),
    ]


def test_tiny_updates_are_no_alarm_once_the_loss_has_halved():
    found = wires()
    looks(found, 1, loss=2.0)
    looks(found, 50, start=2, loss=0.9, updates={"dense_1": 1e-9})
    assert found.alarms == ()
    looks(found, RAISE_LOOKS, start=52, loss=1.1, updates={"dense_1": 1e-9})
    assert kinds(found.alarms) == ["stuck"]


def test_updates_that_stand_still_below_dead_units_are_not_told_apart_from_them():
    found = wires()
    looks(found, RAISE_LOOKS, updates={"dense_1": 0.0}, dead={"relu_1": 1.0})
    assert kinds(found.alarms) == ["dead"]


def test_one_alarm_speaks_for_all_nodes_and_names_the_worst():
    found = wires()
    looks(found, RAISE_LOOKS, updates={"dense_1": 0.2, "dense_2": 0.7})
    assert found.alarms == (
        Alarm("leaping", ("dense_1", "dense_2"), "dense_2", 0.7, 0.1, EVERY * RAISE_LOOKS),
    )


def test_a_graph_of_variables_has_no_tripwires():
    graph = NetworkGraph(read_design(examples_folder() / "sin_x_squared.json"))
    found = Tripwires(compile_plan(graph, dtype=np.float64))
    looks(found, 20, deltas={"variable_1": 1e9}, updates={"variable_1": 5.0})
    assert found.alarms == ()


# no flicker


def test_an_alarm_rises_only_after_several_looks_in_a_row():
    found = wires()
    for start in range(0, 60, RAISE_LOOKS):  # one look short, then all is well, again and again
        looks(found, RAISE_LOOKS - 1, start=start, updates={"dense_1": 0.3})
        assert found.alarms == ()
        looks(found, 1, start=start + RAISE_LOOKS - 1, updates={"dense_1": 0.01})
        assert found.alarms == ()


def test_a_change_must_last_for_some_steps_however_often_it_is_looked_at():
    limit, latch = LIMITS["dead"], Latch()
    for step in range(limit.steps):
        latch.hear(limit, 0.9, step)
        assert not latch.is_up
    latch.hear(limit, 0.9, limit.steps)
    assert latch.is_up
    for step in range(limit.steps + 1, 2 * limit.steps + 1):
        latch.hear(limit, 0.1, step)
        assert latch.is_up
    latch.hear(limit, 0.1, 2 * limit.steps + 1)
    assert not latch.is_up


def test_a_training_that_goes_back_in_time_is_looked_at_there_anew():
    limit, latch = LIMITS["leaping"], Latch()
    latch.hear(limit, 0.3, 1000)
    for step in range(100, 100 + limit.steps):
        latch.hear(limit, 0.3, step)
        assert not latch.is_up
    latch.hear(limit, 0.3, 100 + limit.steps)
    assert latch.is_up


def test_a_value_that_trembles_about_the_limit_raises_its_alarm_once():
    latch, changes, was_up = Latch(), 0, False
    rng = np.random.default_rng(4)
    for step in range(5000):
        latch.hear(LIMITS["leaping"], 0.1 * float(1 + 0.3 * rng.standard_normal()), EVERY * step)
        changes += latch.is_up != was_up
        was_up = latch.is_up
    assert (latch.is_up, changes) == (True, 1)


def test_between_the_limit_and_the_release_everything_stays_as_it_is():
    limit = LIMITS["dead"]
    for first, is_up in ((0.4, False), (0.6, True)):
        latch = Latch()
        for step in range(100):
            latch.hear(limit, first if step < 50 else 0.47, EVERY * step)
        assert latch.is_up == is_up


def test_an_alarm_falls_after_a_longer_row_of_looks_on_the_safe_side():
    found = wires()
    looks(found, RAISE_LOOKS, updates={"dense_1": 0.3})
    looks(found, CLEAR_LOOKS - 1, start=100, updates={"dense_1": 0.01})
    assert kinds(found.alarms) == ["leaping"]
    assert found.alarms[0].value == 0.01, "it says what it is now"
    looks(found, 1, start=200, updates={"dense_1": 0.01})
    assert found.alarms == ()


# with the engine


def alarms_of(name: str, steps: int, every: int, monkeypatch: pytest.MonkeyPatch) -> list[Alarm]:
    monkeypatch.setattr(vitals, "REST", 0)
    trainer = Trainer(NetworkGraph(read_design(examples_folder() / f"{name}.json")))
    found = []
    for step in range(steps):
        if step % every == 0:
            trainer.vitals.await_step()
        trainer.step()
        if step % every == 0:
            found += take_snapshot(trainer, SnapshotRequest()).alarms
    return found


def test_the_example_of_vanishing_delta_trips_its_wire(monkeypatch: pytest.MonkeyPatch):
    found = alarms_of("vanishing_delta", 200, 10, monkeypatch)
    assert {(alarm.kind, alarm.node_id) for alarm in found} == {("vanishing", "dense_1")}


def test_the_example_of_dead_relus_kills_them_and_a_tenth_of_rho_lets_them_live(
    monkeypatch: pytest.MonkeyPatch,
):
    """J of two classes that nothing tells apart is log 2 = 0.693."""
    monkeypatch.setattr(vitals, "REST", 0)
    graph = NetworkGraph(read_design(examples_folder() / "dead_relu.json"))
    remedy = next(r for r in remedies_of("dead", ("relu_2",), graph) if "ρ" in r.edit.text)
    mended = NetworkGraph(graph.design())
    mended.apply(remedy.edit.changes)
    dead, alive = Trainer(graph), Trainer(mended)
    for trainer in (dead, alive):
        for _ in range(300):
            trainer.vitals.await_step()
            trainer.step()
    assert dead.tripwires.alarms[0].kind == "dead"
    assert dead.vitals.dead["relu_2"] == 1.0
    assert dead.evaluate("training").loss == pytest.approx(0.693, abs=0.05)
    assert alive.tripwires.alarms == ()
    assert alive.evaluate("training").loss < 0.2


@pytest.mark.parametrize("name", ["xor", "spiral", "iris", "two_branches", "residual_20"])
def test_healthy_examples_trip_nothing(name: str, monkeypatch: pytest.MonkeyPatch):
    assert alarms_of(name, 400, 10, monkeypatch) == []
