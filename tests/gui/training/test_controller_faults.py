"""Faults of a training, and its end: a message, no crash, no thread left."""

from __future__ import annotations

import gc
import threading

import pytest

from model.graph import NetworkGraph
from model.layers.activations import ReLU
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.losses import MeanSquaredError
from model.layers.source import DataSource
from model.optimizers import SGD
from model.trainer import Trainer
from tests.gui.training.conftest import Desk
from tests.model.samples import chain


def exploding() -> NetworkGraph:
    return chain(
        DataSource(dataset="diabetes"),
        Dense(units=4),
        ReLU(),
        Dropout(p=0.1),
        Dense(units=1),
        loss=MeanSquaredError(),
        optimizer=SGD(lr=100.0),
    )


def test_a_diverging_run_stops_and_names_the_node(desk: Desk):
    desk.open(exploding())
    for want in ("histograms", "boundary", "predictions"):
        desk.controller.want(want, desk, True)
    desk.controller.run()
    desk.until_state("failed")
    fault = desk.messages[-1]
    assert fault.kind == "error"
    assert fault.node_id in desk.document.graph
    assert "NaN or infinity" in fault.text or "no longer a finite number" in fault.text
    assert "ρ" in fault.text
    # a smaller rho and a reset: it trains
    desk.set_training(lr=1e-6)
    desk.controller.reset()
    desk.until_state("idle")
    desk.controller.step_batches(20)
    desk.until_step(20)
    assert desk.controller.state == "paused"


def test_a_fault_of_the_program_is_told_and_the_thread_lives_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a bug")

    with monkeypatch.context() as patched:
        patched.setattr(Trainer, "step", broken)
        desk.controller.run()
        desk.until_state("failed")
    assert isinstance(desk.faults.pop(), ZeroDivisionError)
    desk.controller.run()
    desk.until_step(5)


def test_a_fault_while_looking_does_not_end_the_thread(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a bug in a picture")

    with monkeypatch.context() as patched:
        patched.setattr("gui.training.showing.take_snapshot", broken)
        desk.controller.run()
        desk.until_state("failed")
        desk.until(lambda: bool(desk.faults))
    assert isinstance(desk.faults[0], ZeroDivisionError)
    desk.faults.clear()
    desk.controller.run()
    desk.until_step(5)


def test_shutdown_leaves_no_thread_even_while_it_runs(desk: Desk):
    desk.controller.run()
    desk.until_step(5)
    assert desk.controller.shutdown()
    assert "training" not in [thread.name for thread in threading.enumerate()]
    assert desk.controller.shutdown(), "twice does no harm"


def test_shutdown_does_not_wait_for_a_slow_step(desk: Desk):
    desk.controller.set_speed(0.01)
    desk.controller.run()
    desk.until_step(1)
    assert desk.controller.shutdown()


def test_the_garbage_collector_never_runs_on_the_training_thread(desk: Desk):
    # It would destroy widgets there. The window collects on its own thread instead.
    assert not gc.isenabled()
    collected: list[str] = []

    def remember(_phase: str, _found: dict[str, int]) -> None:
        collected.append(threading.current_thread().name)

    gc.callbacks.append(remember)
    try:
        desk.controller.want("histograms", desk, True)
        desk.controller.step_batches(2000)
        desk.until_step(2000)
    finally:
        gc.callbacks.remove(remember)
    assert "training" not in collected
    assert not gc.isenabled()


def test_memory_that_runs_out_is_a_message_and_no_crash(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    def run_out(_trainer: Trainer) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "step", run_out)
        desk.controller.run()
        desk.until_state("failed")
    assert "not enough memory" in desk.messages[-1].text
    desk.controller.run()
    desk.until_step(1)
