"""The window asks the training thread for past steps, and branches."""

from __future__ import annotations

import pytest

from model import editing
from model.optimizers import Adam
from model.snapshot import Snapshot
from tests.gui.training.conftest import Desk


@pytest.fixture
def trained(desk: Desk) -> Desk:
    desk.controller.step_batches(40)
    desk.until_step(40)
    desk.quiet()
    return desk


def shown(desk: Desk, step: int) -> Snapshot:
    desk.until(lambda: desk.snapshots[-1].step == step and desk.controller.time.view.at == step)
    return desk.snapshots[-1]


def test_one_step_back_shows_the_numbers_that_were_there(desk: Desk):
    desk.controller.step_batch()
    desk.until_step(1)
    first = desk.snapshots[-1]
    desk.controller.step_batch()
    desk.until_step(2)
    desk.controller.time.back_one()
    again = shown(desk, 1)
    assert again.newest == 2
    assert again.loss == first.loss
    for key, view in first.nodes.items():
        if view.delta is not None:
            assert again.nodes[key].delta.tobytes() == view.delta.tobytes()
            assert again.nodes[key].out.tobytes() == view.out.tobytes()


def test_the_past_has_the_curves_of_the_whole_run(trained: Desk):
    trained.controller.time.seek(7)
    found = shown(trained, 7)
    assert found.curves["loss"].steps[-1] == 40


def test_back_to_now(trained: Desk):
    before = trained.trainer.plan.theta.tobytes()
    trained.controller.time.seek(7)
    shown(trained, 7)
    trained.controller.time.to_now()
    trained.until(lambda: trained.controller.time.view.at is None)
    assert trained.quiet().plan.theta.tobytes() == before
    assert trained.snapshots[-1].newest is None


def test_seeking_pauses_a_running_training(desk: Desk):
    desk.controller.run()
    desk.until_step(30)
    desk.controller.time.seek(5)
    shown(desk, 5)
    assert desk.controller.state == "paused"


def test_a_step_from_the_past_makes_a_branch(trained: Desk):
    trained.controller.time.seek(10)
    shown(trained, 10)
    trained.controller.step_batch()
    trained.until(lambda: trained.snapshots[-1].step == 11)
    trained.quiet()
    view = trained.controller.time.view
    assert [(line.parent, line.first, line.last) for line in view.lines] == [
        (0, 0, 40),
        (1, 10, 11),
    ]
    assert view.at is None
    assert trained.snapshots[-1].curves["loss"].steps[-1] == 11


def test_the_old_run_is_gone_back_to(trained: Desk):
    late = trained.trainer.plan.theta.tobytes()
    trained.controller.time.seek(10)
    shown(trained, 10)
    trained.controller.time.continue_here()
    trained.until(lambda: len(trained.controller.time.view.lines) == 2)
    trained.controller.time.switch(1)
    trained.until(lambda: trained.controller.time.view.current == 1)
    assert trained.quiet().plan.theta.tobytes() == late
    assert trained.snapshots[-1].curves["loss"].steps[-1] == 40


def test_an_edit_in_the_past_applies_to_a_branch(trained: Desk):
    trained.controller.time.seek(10)
    shown(trained, 10)
    trained.set_training(optimizer=Adam(lr=0.01))
    trained.until(lambda: len(trained.controller.time.view.lines) == 2)
    trainer = trained.quiet()
    assert trainer.step_count == 10
    assert trainer.settings.optimizer == Adam(lr=0.01)


def test_continuing_before_an_edit_brings_the_design_of_then_back(trained: Desk):
    earlier = trained.document.graph.training
    trained.set_training(batch_size=3)
    trained.controller.step_batches(5)
    trained.until_step(45)
    trained.controller.time.seek(10)
    shown(trained, 10)
    assert trained.controller.time.view.differs
    trained.controller.run()
    trained.until(lambda: trained.document.graph.training == earlier)
    trained.controller.pause()
    assert trained.quiet().settings == earlier
    assert trained.document.stack.undoText() == "Design of step 10"
    assert "The design is that of step 10" in trained.messages[-1].text
    trained.document.stack.undo()
    assert trained.document.graph.training.batch_size == 3


def test_a_card_that_was_added_later_goes_with_the_branch_and_undo_brings_it_back(trained: Desk):
    graph = trained.document.graph
    trained.edit(editing.remove, ["relu_1"])
    trained.controller.step_batches(5)
    trained.until_step(45)
    trained.controller.time.seek(10)
    shown(trained, 10)
    trained.controller.time.continue_here()
    trained.until(lambda: "relu_1" in graph)
    trained.document.stack.undo()
    assert "relu_1" not in graph


def test_reset_and_another_design_forget_the_recording(trained: Desk):
    trained.controller.time.seek(10)
    shown(trained, 10)
    trained.controller.reset()
    trained.until(lambda: trained.controller.time.view.newest == 0)
    assert trained.controller.time.view.at is None
    trained.controller.step_batches(3)
    trained.until_step(3)
    trained.document.new()
    trained.until(lambda: not trained.controller.time.view.lines)


def test_stop_judges_the_newest_state(trained: Desk):
    trained.controller.time.seek(10)
    shown(trained, 10)
    trained.controller.stop()
    trained.until_state("stopped")
    trained.quiet()
    assert trained.snapshots[-1].step == 40


def test_what_is_lent_is_what_is_shown(trained: Desk):
    trained.controller.time.seek(10)
    shown(trained, 10)
    steps: list[int] = []
    trained.controller.lend(lambda trainer: steps.append(trainer.step_count))
    trained.quiet()
    assert steps == [10]
    assert trained.controller.time.view.at == 10


def test_of_many_wishes_the_newest_counts(trained: Desk):
    for step in (3, 30, 12, 25, 8):
        trained.controller.time.seek(step)
    assert shown(trained, 8).step == 8


def test_without_recording_there_is_no_past(desk: Desk):
    desk.controller.time.set_recording(False, 2**26)
    desk.controller.step_batches(10)
    desk.until_step(10)
    desk.controller.time.back_one()
    desk.quiet()
    assert desk.snapshots[-1].step == 10
    assert not desk.controller.time.view.is_on
