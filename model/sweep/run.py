"""One run of a sweep, wherever it is worked out: nothing of it depends on the other runs."""

from __future__ import annotations

import contextlib
import math
import os
import signal
import threading
import time
from collections.abc import Iterator
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
_STOP = "stop"
_ORPHAN_SECONDS = 0.5
_MODESTY = 5
_NO_FIGURES = ("done", "seed", "steps_per_second", "sample", "finished")


@dataclass(frozen=True)
class Task:
    """Everything that a process needs for one run. signs: a folder; the run ends early when a file
    `stop` appears in it, and says there how far it is; "" = none."""

    design: Design
    setting: Setting
    seed: int
    epochs: int | None
    steps: int | None
    name: str
    signs: str = ""


def task_of(plan: Plan, setting: Setting, seed: int, *, signs: str = "") -> Task:
    """One of the plan's runs."""
    return Task(plan.design, setting, seed, plan.epochs, plan.steps, plan.name, signs)


class Signs:
    """The folder in which those who train and the one who waits tell each other something."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def stop(self) -> None:
        """Nobody waits any more."""
        (self._folder / _STOP).touch()

    @property
    def is_stopped(self) -> bool:
        return (self._folder / _STOP).exists()

    def tell(self, share: float) -> None:
        """How far this process's run is, 0 to 1; a run that has ended counts by its result."""
        with contextlib.suppress(OSError):  # the folder goes when nobody waits
            (self._folder / str(os.getpid())).write_text(f"{share:.4f}", encoding="ascii")

    def under_way(self) -> float:
        """So many runs are done of those that have not ended: 1.5 = three halves."""
        total = 0.0
        with contextlib.suppress(OSError):
            for path in self._folder.iterdir():
                text = "0" if path.name == _STOP else path.read_text(encoding="ascii")
                total += float(text or 0)  # it may be written this very moment
        return total


def run(task: Task) -> Result | None:
    """Train the design with the task's setting from its seed, exactly as the verb train does.

    None: it is not wanted any more. A design that cannot run with this setting, or whose loss is
    no number any more, is a result too, with its fault.
    """
    signs = Signs(Path(task.signs)) if task.signs else None
    if signs is not None and signs.is_stopped:
        return None
    began = time.perf_counter()
    last: Line = {}
    best: Line = {}
    fault = ""
    try:
        with np.errstate(all="ignore"):  # the trainer itself looks for infinity, and says where
            for line in _lines(task, signs):
                last = line
                best = line if not best or _judged(line) < _judged(best) else best
    except _NotWantedError:
        return None
    except DesignError as error:
        fault = str(error)
    except MemoryError:
        fault = str(out_of_memory())
    if signs is not None:
        signs.tell(0.0)
    return Result(
        settings=task.setting,
        seed=task.seed,
        last=_figures(last),
        best=_without_test(_figures(best)),
        fault=fault,
        seconds=round(time.perf_counter() - began, 3),
        sweep=task.name,
    )


def _lines(task: Task, signs: Signs | None) -> Iterator[Line]:
    design = with_settings(task.design, task.setting)
    training = msgspec.structs.replace(design.training, seed=task.seed)
    design = msgspec.structs.replace(design, training=training)
    trainer = _Stoppable(NetworkGraph(design), signs)
    trainer.wanted = wanted_steps(trainer, task.epochs, task.steps)
    return lines(trainer, trainer.wanted, is_writing=False)


class _NotWantedError(Exception):
    """Nobody waits for this run any more."""


class _Stoppable(Trainer):
    """Looks now and then whether it is still wanted, and tells how far it is."""

    def __init__(self, graph: NetworkGraph, signs: Signs | None) -> None:
        self._signs = signs
        self._look_at = 0.0
        self.wanted = 1
        super().__init__(graph)

    def step(self) -> None:
        """One mini-batch. Raises: DivergedError."""
        if self._signs is not None and (now := time.monotonic()) >= self._look_at:
            self._look_at = now + _LOOK_SECONDS
            if self._signs.is_stopped:
                raise _NotWantedError
            self._signs.tell(self.step_count / self.wanted)
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
