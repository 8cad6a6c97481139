"""The best step so far of a training with early stopping, and the way back to it."""

from __future__ import annotations

import dataclasses

import numpy as np

from model.trainer import Trainer
from model.trainer_state import TrainerState, state_of

NONE_YET = (
    "There is no best step yet: it needs a validation part, early stopping (patience above 0), and"
    " twenty steps at least."
)


def best_step(trainer: Trainer) -> tuple[int, float] | None:
    """Step and validation loss of the best evaluation that patience has heard of; None where there
    is none, or early stopping is off."""
    watch = trainer.watch
    if watch.best_theta is None or not trainer.settings.patience:
        return None
    return watch.best_step, watch.best


def state_of_best(trainer: Trainer) -> TrainerState | None:
    """The present state with the parameters and statistics of the best step, bit for bit.

    The training goes on from its own step, with its own order and streams; the optimiser's memory,
    which speaks of other places, is empty, and patience begins anew. None where none is known.
    """
    if best_step(trainer) is None:
        return None
    found = state_of(trainer)
    arrays = dict(found.arrays)
    for name in found.arrays:
        if name.startswith("best."):
            own = name.removeprefix("best.")
            arrays[own] = found.arrays[name].reshape(arrays[own].shape).copy()
        elif name.startswith("optimizer."):
            arrays[name] = np.zeros_like(found.arrays[name])
    words = found.words | {"updates": 0, "waited": 0, "finished": ""}
    return dataclasses.replace(found, arrays=arrays, words=words)


def show_anew(trainer: Trainer) -> None:
    """What is shown until the next step is worked out from the present parameters."""
    trainer.run = None
