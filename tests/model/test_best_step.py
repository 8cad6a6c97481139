"""Early stopping marks the best step, and its parameters and statistics come back bit for bit."""

from __future__ import annotations

import math

import numpy as np
import pytest

from model.best_step import best_step, show_anew, state_of_best
from model.observing import take_snapshot
from model.optimizers import Adam
from model.snapshot import SnapshotRequest
from model.trainer import Trainer
from model.trainer_state import restore
from tests.model.samples import busy_net


def patient(**training: object) -> Trainer:
    return Trainer(busy_net(optimizer=Adam(lr=0.05), **({"patience": 50} | training)))


@pytest.mark.parametrize("restore_best", [True, False])
def test_the_best_step_is_kept_exactly_with_its_statistics(restore_best: bool):
    trainer = patient(restore_best=restore_best)
    least, at, theta, states = math.inf, 0, trainer.plan.theta, trainer.plan.states
    for _ in range(400):
        trainer.step()
        if trainer.step_count % trainer.evaluation_interval == 0:
            loss = trainer.evaluate("validation").loss
            if loss < least:
                least, at = loss, trainer.step_count
                theta = trainer.plan.theta.copy()
                states = {key: state.copy() for key, state in trainer.plan.states.items()}
    assert 0 < at < 400
    assert best_step(trainer) == (at, least)
    assert take_snapshot(trainer, SnapshotRequest()).best == (at, least)
    found = state_of_best(trainer)
    assert found is not None
    restore(trainer, found)
    show_anew(trainer)
    assert trainer.plan.theta.tobytes() == theta.tobytes()
    assert states
    for key, state in states.items():
        np.testing.assert_array_equal(trainer.plan.states[key], state)
    assert trainer.evaluate("validation").loss == least
    assert trainer.step_count == 400
    assert not trainer.slots.any()
    assert trainer.updater.count == 0
    assert best_step(trainer) == (at, least)
    assert take_snapshot(trainer, SnapshotRequest()).step == 400
    trainer.step()


def test_without_early_stopping_there_is_no_best_step():
    trainer = patient(patience=0)
    for _ in range(60):
        trainer.step()
    assert best_step(trainer) is None
    assert state_of_best(trainer) is None
    assert take_snapshot(trainer, SnapshotRequest()).best is None


def test_before_the_first_evaluation_there_is_none_either():
    trainer = patient()
    trainer.step()
    assert best_step(trainer) is None
