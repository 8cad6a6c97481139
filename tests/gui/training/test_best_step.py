"""Going back to the best step of a training with early stopping can be undone."""

from __future__ import annotations

import pytest

from gui.training.best_step import WayBack
from model.best_step import best_step
from model.optimizers import Adam
from tests.gui.training.conftest import Desk
from tests.model.samples import busy_net


@pytest.fixture
def patient(desk: Desk) -> Desk:
    desk.open(busy_net(optimizer=Adam(lr=0.05), patience=50))
    desk.controller.step_batches(400)
    desk.until_step(400)
    desk.quiet()
    return desk


def test_the_weights_of_the_best_step_come_back_and_undo_takes_them_away(patient: Desk):
    desk = patient
    late = desk.trainer.plan.theta.tobytes()
    found = best_step(desk.trainer)
    assert found is not None
    step, loss = found
    assert 0 < step < 400
    assert desk.snapshots[-1].best == (step, loss)
    way = WayBack(desk.document, desk.controller, desk.controller)
    way.go_back()
    desk.until(lambda: desk.document.stack.undoText() == "Go back to the best step")
    trainer = desk.quiet()
    assert trainer.evaluate("validation").loss == loss
    assert trainer.step_count == 400
    assert f"The weights of step {step} are back" in desk.messages[-1].text
    desk.document.stack.undo()
    assert desk.quiet().plan.theta.tobytes() == late
    desk.document.stack.redo()
    assert desk.quiet().evaluate("validation").loss == loss


def test_without_early_stopping_the_reason_is_told(desk: Desk):
    desk.controller.step_batches(30)
    desk.until_step(30)
    WayBack(desk.document, desk.controller, desk.controller).go_back()
    desk.until(lambda: bool(desk.messages))
    assert "patience" in desk.messages[-1].text
    assert not desk.document.stack.canUndo()
