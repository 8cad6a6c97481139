"""One run of a sweep, wherever it is worked out: nothing of it depends on the other runs."""

from __future__ import annotations

import math
import os
import signal
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from model.assigning import with_settings
from model.design import Design
from model.epochs import Line, lines, wanted_steps
from model.errors import DesignError
from model.graph import NetworkGraph
from model.room import out_of_memory
from model.sweep.plan import Plan, Setting
from model.sweep.result import Figures, Result
from model.trainer import Trainer

_LOOK_SECONDS = 0.1
"""Between two looks whether the run is still wanted."""
_ORPHAN_SECONDS = 0.5
_MODESTY = 5
_NO_FIGURES = ("done", "seed", "steps_per_second", "sample", "finished")


@dataclass(frozen=True)
class Task:
    """Everything that a process needs for one run. stop: it ends early when this file appears."""

    design: Design
    setting: Setting
    seed: int
    epochs: int | None
    steps: int | None
    name: str
    stop: str = ""


def task_of(plan: Plan, setting: Setting, seed: int, *, stop: str = "") -> Task:
    """One of the plan's runs."""
    return Task(plan.design, setting, seed, plan.epochs, plan.steps, plan.name, stop)


def run(task: Task) -> Result | None:
    """Train the design with the task's setting from its seed, exactly as the verb train does.

    None: it is not wanted any more. A design that cannot run with this setting, or whose loss is
    no number any more, is a result too, with its fault.
    """
    if task.stop and Path(task.stop).exists():
        return None
    began = time.perf_counter()
    last: Line = {}
    best: Line = {}
    fault = ""
    try:
        with np.errstate(all="ignore"):  # the trainer itself looks for infinity, and says where
            for line in _lines(task):
                last = line
                best = line if not best or _judged(line) < _judged(best) else best
    except _NotWantedError:
        return None
    except DesignError as error:
        fault = str(error)
    except MemoryError:
        fault = str(out_of_memory())
    return Result(
        settings=task.setting,
        seed=task.seed,
        last=_figures(last),
        best=_without_test(_figures(best)),
        fault=fault,
        seconds=round(time.perf_counter() - began, 3),
        sweep=task.name,
    )


def _lines(task: Task) -> Any:
    design = with_settings(task.design, task.setting)
    training = msgspec.structs.replace(design.training, seed=task.seed)
    design = msgspec.structs.replace(design, training=training)
    trainer = _Stoppable(NetworkGraph(design), task.stop)
    return lines(trainer, wanted_steps(trainer, task.epochs, task.steps), is_writing=False)


class _NotWantedError(Exception):
    """Nobody waits for this run any more."""


class _Stoppable(Trainer):
    """Looks now and then whether it is still wanted."""

    def __init__(self, graph: NetworkGraph, stop: str) -> None:
        self._stop = stop
        self._look_at = 0.0
        super().__init__(graph)

    def step(self) -> None:
        """One mini-batch. Raises: DivergedError."""
        if self._stop and (now := time.monotonic()) >= self._look_at:
            self._look_at = now + _LOOK_SECONDS
            if Path(self._stop).exists():
                raise _NotWantedError
        super().step()


def _judged(line: Line) -> float:
    """The validation loss, without a validation part the training loss: less is better."""
    loss = line["loss"] if math.isnan(line["val_loss"]) else line["val_loss"]
    return math.inf if math.isnan(loss) else float(loss)


def _figures(line: Line) -> Figures:
    return {name: _plain(value) for name, value in line.items() if name not in _NO_FIGURES}


def _without_test(figures: Figures) -> Figures:
    """The test part is judged at the end only."""
    return {name: value for name, value in figures.items() if not name.startswith("test_")}


def _plain(value: Any) -> Any:
    """A number of JSON; None for what is none."""
    if value is None or isinstance(value, int):
        return value
    number = float(value)
    return number if math.isfinite(number) else None


def stay_with(parent: int, is_modest: bool) -> None:
    """For a process of the pool, before its first run: Ctrl+C is for the parent, and without a
    parent there is nobody to train for (a pool's own processes would wait for minutes).

    is_modest: let the window of the parent go first.
    """
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    if is_modest and hasattr(os, "nice"):
        os.nice(_MODESTY)
    if hasattr(os, "fork"):  # elsewhere nobody inherits an orphan, and its parent keeps its number
        threading.Thread(target=_wait_for_end, args=(parent,), daemon=True).start()


def _wait_for_end(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_ORPHAN_SECONDS)
    os._exit(1)
