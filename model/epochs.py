"""Train epoch by epoch, with the figures of each."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from model.generation import sample
from model.trainer import Trainer

DEFAULT_EPOCHS = 10
Line = dict[str, Any]


def wanted_steps(trainer: Trainer, epochs: int | None, steps: int | None) -> int:
    """So many steps, or epochs, or else the epochs of the design, or else ten."""
    return steps or (epochs or trainer.settings.epochs or DEFAULT_EPOCHS) * trainer.n_batches


def lines(trainer: Trainer, steps: int, *, is_writing: bool = True) -> Iterator[Line]:
    """Train, and give the figures after every epoch; the last ones come with those of the test.

    loss, accuracy and token_accuracy: means over the steps of the epoch, in training mode; all
    others in test mode. accuracy is the share of right answers, of sequences that of whole ones;
    token_accuracy the share of right positions, for sequences only.
    sample: a text as the network would write it now, where it says which token comes next, unless
    is_writing is off.
    Raises: DivergedError.
    """
    is_over = trainer.step_count >= steps
    while not is_over:
        started, first = time.perf_counter(), trainer.step_count
        figures = trainer.run_epoch(steps - trainer.step_count)
        seconds = max(time.perf_counter() - started, 1e-9)
        judged = trainer.evaluate("validation")
        line: Line = {
            "epoch": trainer.epoch if trainer.position == 0 else trainer.epoch + 1,
            "step": trainer.step_count,
            "loss": figures.loss,
            "val_loss": judged.loss,
        }
        for name, value in figures.accuracies.items():
            line |= {name: value, f"val_{name}": getattr(judged, name)}
        line["steps_per_second"] = round((trainer.step_count - first) / seconds, 1)
        is_over = trainer.step_count >= steps or bool(trainer.finished)
        if is_over:
            tested = trainer.evaluate("test")
            line |= {"done": True, "seed": trainer.settings.seed, "test_loss": tested.loss}
            line |= {f"test_{name}": getattr(tested, name) for name in figures.accuracies}
            if trainer.finished:
                line["finished"] = trainer.finished
        written = sample(trainer) if is_writing else None
        if written is not None:
            line["sample"] = written.prompt + written.text
        yield line
