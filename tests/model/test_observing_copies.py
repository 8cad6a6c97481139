"""A snapshot is a copy, and looking changes nothing, not even after a divergence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from model.observing import take_snapshot
from model.snapshot import SnapshotRequest
from model.trainer import Trainer
from tests.model.looking import EVERYTHING, small_net
from tests.model.samples import busy_net


def arrays_in(value: Any) -> list[np.ndarray]:
    """Every array inside a snapshot, however deep."""
    if isinstance(value, np.ndarray):
        return [value]
    if isinstance(value, dict):
        return [found for part in value.values() for found in arrays_in(part)]
    if isinstance(value, (list, tuple)):
        return [found for part in value for found in arrays_in(part)]
    if hasattr(value, "__dataclass_fields__"):
        return [found for part in vars(value).values() for found in arrays_in(part)]
    return []


def living_arrays(trainer: Trainer) -> list[np.ndarray]:
    """Every array that training still writes to or reads from."""
    plan = trainer.plan
    found = [plan.theta, plan.grads, trainer.slots, *plan.states.values()]
    for run in plan._runs.values():
        for n in run.at.values():
            found += arrays_in({k: v for k, v in vars(n).items() if k != "rng"})
    for source in trainer.feeding.sources.values():
        found += [*source.arrays.values(), source.data.x, np.asarray(source.data.y)]
    return found


@pytest.mark.parametrize("before_the_first_step", [True, False])
@pytest.mark.parametrize("net", [busy_net, small_net])
def test_everything_in_a_snapshot_is_a_copy(net: Any, before_the_first_step: bool):
    trainer = Trainer(net())
    if not before_the_first_step:
        trainer.run_epoch()
    shown = take_snapshot(trainer, SnapshotRequest(item=1, neuron=2, wants=EVERYTHING))
    living = living_arrays(trainer)
    for array in arrays_in(shown):
        assert not any(np.shares_memory(array, other) for other in living)


def test_a_snapshot_stays_as_it_was_while_training_goes_on():
    trainer = Trainer(busy_net())
    trainer.step()
    shown = take_snapshot(trainer, SnapshotRequest(wants=EVERYTHING))
    before = [array.copy() for array in arrays_in(shown)]
    trainer.run_epoch()
    for array, old in zip(arrays_in(shown), before, strict=True):
        np.testing.assert_array_equal(array, old)


def test_looking_never_changes_what_is_learned():
    looked_at, left_alone = Trainer(busy_net()), Trainer(busy_net())
    for step in range(23):
        looked_at.step()
        left_alone.step()
        take_snapshot(looked_at, SnapshotRequest(item=step % 5, neuron=1, wants=EVERYTHING))
    assert looked_at.plan.theta.tobytes() == left_alone.plan.theta.tobytes()


def test_a_diverged_training_can_still_be_looked_at():
    trainer = Trainer(small_net())
    trainer.step()
    trainer.plan.theta[:] = np.inf
    shown = take_snapshot(trainer, SnapshotRequest(wants=EVERYTHING))
    assert shown.histograms is not None
    trainer.plan.theta[:] = np.nan
    take_snapshot(trainer, SnapshotRequest(wants=EVERYTHING))
