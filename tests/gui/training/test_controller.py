"""Run, pause, step, reset: the window's words to the training thread and what comes back."""

from __future__ import annotations

import gc
import threading
from typing import Any

import pytest
from PySide6.QtCore import QThread
from PySide6.QtWidgets import QApplication

from gui.training.phases import PhaseClock
from model import editing
from model.design import Design
from model.graph import NetworkGraph
from model.layers.activations import ReLU
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.losses import MeanSquaredError
from model.layers.source import DataSource
from model.optimizers import SGD
from model.trainer import Trainer
from tests.gui.training.conftest import Desk
from tests.model.samples import busy_net, chain, xor_net


def trained(graph: NetworkGraph, steps: int) -> bytes:
    """theta after so many steps without a window."""
    trainer = Trainer(graph)
    for _ in range(steps):
        trainer.step()
    return trainer.plan.theta.tobytes()


def test_an_opened_design_is_shown_before_the_first_step(desk: Desk):
    assert desk.controller.state == "idle"
    shown = desk.snapshots[-1]
    assert shown.step == 0
    assert shown.nodes["dense_1"].out is not None


def test_run_brings_snapshots_and_pause_stops_them(desk: Desk):
    desk.controller.run()
    desk.until_step(50)
    assert desk.states == ["running"]
    desk.controller.pause()
    desk.until_state("paused")
    trainer = desk.quiet()
    steps, count = trainer.step_count, len(desk.snapshots)
    assert desk.snapshots[-1].step == steps, "the last snapshot is always sent"
    desk.qtbot.wait(120)
    assert trainer.step_count == steps
    assert len(desk.snapshots) == count
    assert desk.controller.latest is desk.snapshots[-1]


def test_signals_come_on_the_windows_thread(desk: Desk):
    seen: list[Any] = []

    def remember(*_: object) -> None:
        seen.append(QThread.currentThread() is QApplication.instance().thread())

    desk.controller.snapshot.connect(remember)
    desk.controller.state_changed.connect(remember)
    desk.controller.run()
    desk.until_step(10)
    assert seen
    assert all(seen)


def test_a_step_is_exactly_one_batch(desk: Desk):
    for expected in (1, 2, 3):
        desk.controller.step_batch()
        desk.until_step(expected)
        assert desk.quiet().step_count == expected
        assert desk.controller.state == "paused"
    assert [shown.step for shown in desk.snapshots][-3:] == [1, 2, 3]


def test_so_many_steps_are_exactly_so_many(desk: Desk):
    desk.controller.step_batches(17)
    desk.until_state("paused")
    assert desk.quiet().step_count == 17


def test_an_epoch_is_exactly_its_batches_and_begins_where_the_last_ended(desk: Desk):
    desk.controller.step_batch()
    desk.until_step(1)
    desk.controller.step_epoch()  # 24 items, five a batch: to the end of this epoch
    desk.until(lambda: desk.snapshots[-1].step == 5)
    assert desk.quiet().epoch == 1
    desk.controller.step_epoch()
    desk.until(lambda: desk.snapshots[-1].step == 10)
    desk.qtbot.wait(80)
    assert desk.quiet().step_count == 10
    assert desk.controller.state == "paused"


def test_toggle_runs_and_pauses(desk: Desk):
    desk.controller.toggle()
    desk.until_state("running")
    desk.controller.toggle()
    desk.until_state("paused")


def test_stop_judges_the_test_part_and_keeps_what_was_learned(desk: Desk):
    desk.controller.run()
    desk.until_step(20)
    desk.controller.stop()
    desk.until_state("stopped")
    trainer = desk.quiet()
    shown = desk.snapshots[-1]
    assert shown.test["loss"] == pytest.approx(trainer.evaluate("test").loss)
    assert shown.step == trainer.step_count >= 20


def test_reset_gives_the_very_same_numbers_again(desk: Desk):
    found = []
    for _ in range(2):
        desk.controller.step_batches(30)
        desk.until(lambda: desk.snapshots[-1].step == 30)
        trainer = desk.quiet()
        found.append((trainer.plan.theta.tobytes(), trainer.curves["loss"].view().mean.tolist()))
        desk.controller.reset()
        desk.until(lambda: desk.snapshots[-1].step == 0)
        desk.until_state("idle")
    assert found[0] == found[1]
    assert found[0][0] == trained(xor_net(), 30)
    assert len(desk.resets) == 2


def test_a_reset_while_it_runs_leaves_nothing_running(desk: Desk):
    desk.controller.run()
    desk.until_step(20)
    desk.controller.reset()
    desk.until_state("idle")
    assert desk.quiet().step_count == 0
    desk.qtbot.wait(80)
    assert desk.trainer.step_count == 0


def test_a_run_after_a_reset_does_not_remember_where_an_epoch_was_to_pause(desk: Desk):
    desk.controller.set_speed(1.0)
    desk.controller.step_epoch()
    desk.until_step(1)
    desk.controller.reset()
    desk.until_state("idle")
    desk.controller.set_speed(None)
    desk.controller.run()
    desk.until_step(40)  # far beyond the end of the first epoch
    assert desk.controller.state == "running"


def test_run_pressed_during_an_epoch_goes_on_beyond_it(desk: Desk):
    desk.controller.set_speed(20.0)
    desk.controller.step_epoch()
    desk.until_step(1)
    desk.controller.run()
    desk.controller.set_speed(None)
    desk.until_step(40)
    assert desk.controller.state == "running"


def test_a_new_seed_is_an_undoable_change_that_starts_anew(desk: Desk):
    desk.controller.step_batches(5)
    desk.until_step(5)
    desk.controller.reset_with_new_seed()
    desk.until(lambda: desk.snapshots[-1].step == 0)
    assert desk.document.graph.training.seed != 3
    assert "anew" in desk.sentences[-1]
    desk.document.stack.undo()
    desk.until(lambda: desk.snapshots[-1].seed == 3)


def test_a_run_ends_after_the_epochs_of_the_design_and_goes_on_for_as_many(desk: Desk):
    desk.set_training(epochs=2)
    desk.controller.run()
    desk.until_state("finished")
    assert desk.quiet().epoch == 2
    assert desk.snapshots[-1].test
    desk.controller.run()
    desk.until(lambda: desk.snapshots[-1].epoch == 4)
    desk.until_state("finished")


def test_pause_and_stop_say_nothing_where_nothing_runs(desk: Desk):
    desk.controller.pause()
    desk.quiet()
    assert desk.controller.state == "idle"
    assert desk.states == []


# speed


def test_a_speed_limit_is_never_exceeded(desk: Desk):
    from time import perf_counter

    desk.controller.set_speed(40.0)
    start = perf_counter()
    desk.controller.run()
    desk.until_step(8)
    steps, seconds = desk.trainer.step_count, perf_counter() - start
    assert steps <= 40.0 * seconds + 2
    # slow enough to see: each of the steps was shown, none skipped
    desk.controller.pause()
    desk.until_state("paused")


def test_a_slow_run_answers_a_command_at_once_not_at_its_next_step(desk: Desk):
    desk.controller.set_speed(0.01)  # one step in 100 seconds
    desk.controller.run()
    desk.until_step(1)
    desk.controller.pause()
    desk.until_state("paused")
    assert desk.quiet().step_count == 1


def test_the_limit_can_be_lifted_while_it_waits(desk: Desk):
    desk.controller.set_speed(0.01)
    desk.controller.run()
    desk.until_step(1)
    desk.controller.set_speed(None)
    desk.until_step(100)


def test_phases_are_played_at_slow_speed_and_not_at_full_speed(desk: Desk):
    heard: list[tuple[str, float]] = []

    def remember(phase: str, progress: float) -> None:
        heard.append((phase, progress))

    desk.controller.phase_changed.connect(remember)
    desk.controller.run()
    desk.until_step(200)
    assert [phase for phase, _ in heard if phase] == []
    desk.controller.set_speed(5.0)
    desk.until(lambda: {"forward", "backward", "update"} <= {phase for phase, _ in heard})
    assert all(0 <= progress <= 1 for _, progress in heard)
    desk.controller.set_speed(None)
    assert heard[-1][0] == ""
    assert isinstance(desk.controller._phases, PhaseClock)


# edits


def test_a_learning_rate_set_while_it_runs_is_used_without_a_restart(desk: Desk):
    desk.controller.run()
    desk.until_step(20)
    desk.set_training(lr=0.0)
    desk.until(lambda: desk.trainer.settings.optimizer.lr == 0.0)
    desk.controller.pause()
    desk.until_state("paused")
    trainer = desk.quiet()
    theta, steps = trainer.plan.theta.tobytes(), trainer.step_count
    desk.controller.step_batches(10)
    desk.until_step(steps + 10)
    assert desk.quiet().plan.theta.tobytes() == theta
    assert desk.sentences == []
    assert desk.resets == []


def test_p_is_changed_in_the_running_training(desk: Desk):
    desk.open(busy_net())
    desk.controller.run()
    desk.until_step(20)
    plan = desk.trainer.plan
    desk.set_field("dropout_1", p=0.0)
    desk.until(lambda: all(desk.snapshots[-1].nodes["dropout_1"].extras["mask"]))
    assert desk.controller.state == "running"
    assert desk.trainer.plan is plan


def test_an_edit_of_the_structure_while_it_runs_keeps_weights_and_says_what_was_restarted(
    desk: Desk,
):
    desk.controller.run()
    desk.until_step(20)
    wire = desk.document.graph.wires_from("relu_1")[0]
    desk.edit(editing.splice, Dense(units=6, initializer="orthogonal"), 0, 0, wire)
    desk.until(lambda: bool(desk.sentences))
    assert "Dense 6 (2nd) starts with new parameters" in desk.sentences[0]
    desk.until(lambda: "dense_3" in desk.snapshots[-1].nodes)
    assert desk.controller.state == "running"
    assert desk.snapshots[-1].step > 20
    assert desk.resets == []


def test_an_edit_right_after_run_does_not_throw_the_run_away(desk: Desk):
    # The window has not heard yet that training runs; the thread knows.
    desk.controller.run()
    desk.set_training(lr=0.02)
    desk.until_step(30)
    assert desk.controller.state == "running"
    assert desk.resets == []


def test_an_edit_right_after_a_step_keeps_the_step(desk: Desk):
    desk.controller.step_batch()
    desk.set_training(lr=0.02)
    desk.until_step(1)
    assert desk.quiet().step_count == 1


def test_moves_and_notes_do_not_touch_the_training(desk: Desk):
    desk.controller.step_batches(5)
    desk.until_step(5)
    sent = len(desk.snapshots)
    desk.edit(editing.move, {"dense_1": (50.0, 60.0)})
    desk.edit(editing.add_note, "look", 0, 0)
    desk.quiet()
    assert len(desk.snapshots) == sent


def test_a_fault_in_the_design_pauses_with_a_message_and_its_repair_lets_it_go_on(desk: Desk):
    desk.controller.run()
    desk.until_step(20)
    desk.set_field("dense_2", units=3)
    desk.until_state("paused")
    assert desk.messages[-1].kind == "error"
    assert desk.messages[-1].node_id == "loss"
    assert "2 classes" in desk.messages[-1].text
    steps = desk.quiet().step_count
    desk.controller.run()
    desk.qtbot.wait(60)
    assert desk.quiet().step_count == steps
    desk.document.apply(desk.messages[-1].actions[0])
    desk.controller.run()
    desk.until_step(steps + 20)
    assert desk.resets == []


def test_run_says_what_is_missing(desk: Desk):
    refused: list[Any] = []
    desk.controller.run_refused.connect(refused.append)
    desk.edit(editing.remove, ["loss"])
    desk.controller.run()
    assert "no loss" in refused[0].message
    assert "Not ready to run" in desk.messages[-1].text
    assert desk.controller.state == "idle"


def test_a_change_that_only_the_data_refuse_is_told_and_does_not_train_the_old_design(desk: Desk):
    # Both shares are legal by themselves; together they leave no item for training.
    desk.controller.step_batches(5)
    desk.until_step(5)
    theta = desk.quiet().plan.theta.tobytes()
    desk.set_training(validation_share=0.9, test_share=0.9)
    desk.until_state("failed")
    assert "No item is left for training" in desk.messages[-1].text
    told = len(desk.messages)
    for press in (desk.controller.run, desk.controller.step_batch, desk.controller.step_epoch):
        press()
        desk.quiet()
        assert desk.trainer.step_count == 5
        assert desk.trainer.plan.theta.tobytes() == theta
        assert len(desk.messages) > told, "every press says why nothing happens"
        told = len(desk.messages)
    desk.document.stack.undo()
    desk.quiet()
    desk.controller.step_batch()
    desk.until_step(6)
    assert desk.resets == []


def test_another_design_opened_while_it_runs_stops_the_old_one(desk: Desk):
    desk.controller.run()
    desk.until_step(20)
    desk.document.load(busy_net().design(), None)
    desk.until(lambda: "dropout_1" in desk.snapshots[-1].nodes)
    assert desk.controller.state == "idle"
    assert desk.snapshots[-1].step == 0
    assert "dropout_1" in desk.quiet().plan.by_id


@pytest.mark.parametrize("design", [Design(), Design(nodes=xor_net().design().nodes)])
def test_a_design_that_cannot_run_stops_the_old_one_too(desk: Desk, design: Design):
    desk.controller.run()
    desk.until_step(20)
    desk.document.load(design, None)
    assert desk.controller.latest is None
    desk.qtbot.wait(150)
    shown = len(desk.snapshots)
    desk.qtbot.wait(150)
    assert len(desk.snapshots) == shown, "the old network is still trained and shown"
    assert desk.controller.state == "idle"
    assert desk.controller.latest is None
    assert not desk.controller._worker._is_running


# faults


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
        patched.setattr("gui.training.worker.take_snapshot", broken)
        desk.controller.run()
        desk.until_state("failed")
        desk.until(lambda: bool(desk.faults))
    assert isinstance(desk.faults[0], ZeroDivisionError)
    desk.faults.clear()
    desk.controller.run()
    desk.until_step(5)


# looking


def test_what_is_shown_does_not_change_what_is_learned(desk: Desk):
    desk.open(busy_net())
    for want in ("histograms", "boundary", "predictions"):
        desk.controller.want(want, desk, True)
    desk.controller.step_batches(300)
    for item in range(6):
        desk.controller.show_item(item % 5)
        desk.controller.show_neuron(item)
        desk.qtbot.wait(20)
    desk.until(lambda: desk.snapshots[-1].step == 300)
    assert desk.quiet().plan.theta.tobytes() == trained(busy_net(), 300)


def test_another_item_is_shown_at_once_although_nothing_moves(desk: Desk):
    items: list[int] = []
    desk.controller.item_changed.connect(items.append)
    desk.controller.step_batches(2)
    desk.until_step(2)
    desk.controller.show_item(3)
    desk.until(lambda: desk.snapshots[-1].item == 3)
    assert desk.quiet().step_count == 2
    desk.controller.show_item(99)
    desk.controller.show_item(-1)
    assert items == [3, 4, 0]


def test_nothing_is_computed_that_no_display_wants(desk: Desk):
    assert desk.snapshots[-1].boundary is None
    first, second = object(), object()
    desk.controller.want("boundary", first, True)
    desk.controller.want("boundary", second, True)
    desk.until(lambda: desk.snapshots[-1].boundary is not None)
    desk.controller.want("boundary", first, False)
    assert "boundary" in desk.controller.request.wants
    desk.controller.want("boundary", second, False)
    desk.controller.step_batch()
    desk.until_step(1)
    assert desk.snapshots[-1].boundary is None


def test_the_last_picture_of_a_run_holds_everything_that_is_wanted(desk: Desk):
    desk.controller.want("histograms", desk, True)
    desk.controller.want("predictions", desk, True)
    desk.controller.run()
    desk.until_step(50)
    desk.controller.pause()
    desk.until_state("paused")
    desk.quiet()
    assert desk.snapshots[-1].histograms is not None
    assert desk.snapshots[-1].predictions is not None
    assert desk.snapshots[-1].predictions.at_step == desk.snapshots[-1].step


# the thread


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


def test_a_layer_frozen_between_two_steps_keeps_its_weights(desk: Desk):
    desk.controller.step_batches(3)
    desk.until_step(3)
    before = desk.quiet().plan.parameter("dense_1", "W").copy()
    desk.document.attempt(editing.set_node, "dense_1", {"is_frozen": True})
    desk.controller.step_batches(5)
    desk.until_step(8)
    assert (desk.quiet().plan.parameter("dense_1", "W") == before).all()


def test_a_card_that_is_laid_down_without_wires_leaves_the_training_alone(desk: Desk):
    trainer, resets, shown = desk.quiet(), len(desk.resets), len(desk.snapshots)
    desk.document.attempt(editing.add_node, ReLU(), 900.0, 0.0)
    desk.qtbot.wait(50)
    assert desk.quiet() is trainer
    assert (len(desk.resets), len(desk.snapshots)) == (resets, shown)


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
