"""Edits during a training: what is used at once, what is restarted, what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from model import editing
from model.design import Design
from model.layers.activations import ReLU
from model.layers.dense import Dense
from tests.gui.training.conftest import Desk
from tests.model.samples import busy_net, xor_net


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
    # The shares leave a ten thousandth for training, which is less than an item of the few.
    desk.controller.step_batches(5)
    desk.until_step(5)
    theta = desk.quiet().plan.theta.tobytes()
    desk.set_training(validation_share=0.5, test_share=0.4999)
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
    assert not desk.controller._worker._running.is_running


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
