"""Run, pause, step, reset: the window's words to the training thread and what comes back."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QThread
from PySide6.QtWidgets import QApplication

from tests.gui.training.conftest import Desk, trained
from tests.model.samples import xor_net


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
