"""Every recorded step comes back bit for bit: what it computed, and all that the next needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

import numpy as np
import pytest

from model import editing
from model.analysis.progress import CancelledError, Progress
from model.errors import DivergedError
from model.graph import NetworkGraph
from model.layers.batch_norm import BatchNorm
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.losses import SoftmaxCrossEntropy
from model.layers.noise import GaussianNoise
from model.layers.source import DataSource
from model.optimizers import Adam, Momentum
from model.recording import COPYING_SHARE
from model.schedules import Plateau
from model.time_machine import TimeMachine
from model.trainer import Trainer
from model.trainer_state import state_of
from tests.model.samples import chain, line_net
from tests.model.training import edited, fields, training

Make = Callable[[NetworkGraph], Any]


def rich_net(**training: Any) -> NetworkGraph:
    """All that has a memory: momentum, dropout, noise, running statistics, shuffled batches."""
    settings = {"batch_size": 7, "seed": 3, "optimizer": Momentum(momentum=0.9)} | training
    return chain(
        DataSource(dataset="moons", size=60),
        Dense(units=6),
        BatchNorm(),
        Dropout(p=0.3),
        GaussianNoise(sigma=0.2),
        Dense(units=2),
        loss=SoftmaxCrossEntropy(),
        **settings,
    )


def bits(trainer: Trainer) -> dict[str, bytes]:
    """Everything that was computed in the last step, and everything the next one depends on."""
    state = state_of(trainer)
    found = {name: array.tobytes() for name, array in state.arrays.items()}
    words = {k: v for k, v in state.words.items() if k != "test_figures"}
    found["words"] = repr(words).encode()
    run = trainer.run
    if run is not None:
        found["gradient"] = trainer.plan.grads.tobytes()
        found["batch"] = trainer.indices.tobytes()
        for key, n in run.at.items():
            for name, value in vars(n).items():
                if isinstance(value, np.ndarray) and name not in ("draws", "scratch"):
                    found[f"{key}.{name}"] = value.tobytes()
    return found


def machine_of(graph: NetworkGraph, every: float = 10.0, budget: int = 2**28) -> TimeMachine:
    """A copy about each so many steps, by a clock that counts steps and charges for each look."""
    machine = TimeMachine(budget)
    trainer = Trainer(graph)
    looks = count()
    cost = every * COPYING_SHARE
    machine.recording._clock = lambda: trainer.step_count + next(looks) * cost
    machine.begin(trainer)
    return machine


def walked(machine: TimeMachine, steps: int) -> dict[int, dict[str, bytes]]:
    """Train on; what every step was like."""
    trainer = machine.trainer
    assert trainer is not None
    found = {}
    for _ in range(steps):
        trainer.step()
        machine.note()
        found[trainer.step_count] = bits(trainer)
    return found


def shown(machine: TimeMachine, step: int) -> dict[str, bytes]:
    machine.seek(step, Progress())
    trainer = machine.trainer
    assert trainer is not None
    assert trainer.step_count == step
    return bits(trainer)


def unlike(found: dict[str, bytes], wanted: dict[str, bytes]) -> list[str]:
    return sorted(k for k in found.keys() | wanted.keys() if found.get(k) != wanted.get(k))


def edit(machine: TimeMachine, *makes: Make) -> dict[str, bytes]:
    trainer = machine.trainer
    assert trainer is not None
    trainer.update(edited(NetworkGraph(trainer.graph.design()), *makes))
    machine.edited()
    return bits(trainer)


def scattered(last: int) -> Iterable[int]:
    """Back, forth, neighbours, both ends."""
    rng = np.random.default_rng(1)
    return [last, last - 1, last - 2, 1, 2, 0, last - 1, *rng.integers(0, last, 12).tolist()]


NETS = {
    "momentum, dropout, noise, batch norm": rich_net,
    "Adam with weight penalties": lambda: rich_net(optimizer=Adam(), l1=1e-3, l2=1e-3),
    "patience, best weights and a plateau": lambda: rich_net(
        schedule=Plateau(wait=0, threshold=0.5), patience=2, restore_best=True
    ),
    "variables": line_net,
}


@pytest.mark.parametrize("name", NETS)
def test_every_past_step_is_the_one_that_was_there(name: str) -> None:
    machine = machine_of(NETS[name]())
    start = bits(machine.trainer) if machine.trainer else {}
    known = {0: start} | walked(machine, 90)
    for step in scattered(90):
        assert unlike(shown(machine, step), known[step]) == []


def test_only_some_states_are_kept() -> None:
    machine = machine_of(rich_net())
    walked(machine, 90)
    assert 0 < machine.view().copies <= 12


def test_a_mask_that_stays_is_the_same_in_the_past() -> None:
    graph = chain(
        DataSource(dataset="moons", size=40),
        Dense(units=6),
        Dropout(p=0.3, new_mask="frozen"),
        Dense(units=2),
        loss=SoftmaxCrossEntropy(),
        batch_size=7,
    )
    machine = machine_of(graph)
    known = walked(machine, 40)
    for step in (3, 39, 17, 16):
        assert unlike(shown(machine, step), known[step]) == []


def test_a_change_of_the_learning_rate_in_mid_run_happens_again() -> None:
    machine = machine_of(rich_net())
    known = walked(machine, 25)
    known[25] = edit(machine, training(optimizer=Momentum(lr=0.003, momentum=0.5)))
    known |= walked(machine, 25)
    known[50] = edit(machine, fields("dropout_1", p=0.6))
    known |= walked(machine, 11)
    for step in (24, 25, 26, 50, 51, 60, 49, 3):
        assert unlike(shown(machine, step), known[step]) == []


def test_weights_typed_by_hand_and_new_layers_happen_again() -> None:
    machine = machine_of(rich_net())
    known = walked(machine, 13)
    typed = {"W": [[0.5] * 6, [-0.25] * 6]}
    given = {"weights": typed}
    known[13] = edit(machine, lambda graph: editing.set_node(graph, "dense_1", given))
    known |= walked(machine, 20)
    untyped = {"weights": {}}
    known[33] = edit(
        machine,
        lambda graph: editing.set_node(graph, "dense_1", untyped),
        fields("dense_1", units=9),
    )
    known |= walked(machine, 20)
    for step in (52, 33, 34, 13, 14, 12, 40):
        assert unlike(shown(machine, step), known[step]) == []


def test_a_change_of_the_data_happens_again() -> None:
    machine = machine_of(rich_net())
    known = walked(machine, 13)
    known[13] = edit(machine, fields("data", dataset="circles"))
    known |= walked(machine, 20)
    for step in (32, 13, 14, 12):
        assert unlike(shown(machine, step), known[step]) == []


def test_a_run_that_has_failed_keeps_its_past() -> None:
    machine = machine_of(rich_net())
    known = walked(machine, 13)
    edit(machine, training(optimizer=Momentum(lr=1e30, momentum=0.9)))
    trainer = machine.trainer
    assert trainer is not None
    with pytest.raises(DivergedError):
        walked(machine, 50)
    failed = trainer.step_count
    machine.stumbled()
    edit(machine, training(optimizer=Momentum(lr=0.01)))
    assert failed < 63
    assert unlike(shown(machine, 12), known[12]) == []


def test_without_room_for_copies_everything_is_computed_again() -> None:
    machine = machine_of(rich_net(), budget=0)
    known = walked(machine, 60)
    assert machine.view().copies == 0
    for step in (59, 3, 58):
        assert unlike(shown(machine, step), known[step]) == []


def test_copies_stay_within_the_budget_and_spread_over_the_whole_run() -> None:
    machine = machine_of(rich_net(), every=2, budget=400_000)
    known = walked(machine, 600)
    line = machine.recording.live
    assert line is not None
    assert machine.view().size <= 400_000
    places = [mark.step for mark in line.marks if mark.kind == "copy"]
    assert len(places) > 10
    gaps = np.diff([0, *places, 600])
    assert gaps[-5:].mean() < gaps[:5].mean()
    assert gaps.max() <= 200
    for step in (599, 1, 300, 299, 298):
        assert unlike(shown(machine, step), known[step]) == []


def test_looking_at_the_past_leaves_the_present_as_it_was() -> None:
    machine = machine_of(rich_net())
    known = walked(machine, 40)
    shown(machine, 7)
    machine.to_now()
    assert machine.trainer is not None
    assert unlike(bits(machine.trainer), known[40]) == []


def test_computing_again_can_be_given_up() -> None:
    machine = machine_of(rich_net(), every=1000)
    known = walked(machine, 60)
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        machine.seek(50, progress)
    assert unlike(shown(machine, 50), known[50]) == []


def test_copying_takes_a_small_share_of_the_time() -> None:
    machine = TimeMachine()
    trainer = Trainer(rich_net())
    now = [0.0]
    machine.recording._clock = lambda: now[0]
    machine.begin(trainer)
    spent = copies = 0.0
    for _ in range(2000):
        trainer.step()
        now[0] += 1.0
        before = machine.recording.copies
        machine.recording._clock = iter([now[0], now[0] + 3.0]).__next__
        machine.note()
        if machine.recording.copies > before:
            now[0] += 3.0
            spent += 3.0
            copies += 1
    assert copies > 5
    assert spent / now[0] <= 0.02
