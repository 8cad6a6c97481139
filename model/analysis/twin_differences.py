"""How far a twin is from the training on the canvas: h, delta and theta of every node.

Both stand at the same step and see the same items, those of the canvas' next batch, each with its
own weights and its own random streams. For an array a of the twin and b of the canvas the relative
difference is ||a - b|| / ||b||, over the whole batch: 0 where they are the very same.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from model.analysis.progress import Progress
from model.analysis.rehearsal import Rehearsal, next_batch, rehearse
from model.analysis.twin_knobs import Alteration
from model.analysis.twins import Moment, fork, fork_with, ratio
from model.errors import DesignError
from model.layer import Array, Loss
from model.trainer import Trainer
from model.trainer_state import restore, state_of


@dataclass(frozen=True)
class NodeDifference:
    """Relative differences of one node; None where one of the two has no such array.

    h: what it gives, J for a loss. delta: what arrives at its output. theta: its parameters.
    Infinite where the canvas has zeros only, NaN where a number is none.
    """

    h: float | None = None
    delta: float | None = None
    theta: float | None = None


@dataclass(frozen=True)
class Differences:
    """step: at which both stand. nodes: those that both have. is_end: the canvas has not gone on
    since the fork, so that a copy of it has, to the end of the runs."""

    step: int
    nodes: dict[str, NodeDifference]
    is_end: bool = False


def compare(
    twin: Trainer, canvas: Trainer, progress: Progress | None = None
) -> dict[str, NodeDifference]:
    """The next step of both, on the items of the canvas' next batch.

    Raises: DesignError where the twin has other data.
    """
    items = next_batch(canvas)
    if len(twin.feeding.parts.train) != len(canvas.feeding.parts.train):
        raise DesignError(
            "The canvas trains on other items than the twin.",
            hint="Undo the change of the data, or fork the present state.",
        )
    progress = Progress() if progress is None else progress
    steps = []
    for trainer in (twin, canvas):
        progress.report()
        steps.append(rehearse(trainer, indices=items))
        progress.report()
        steps[-1].there_and_back()
    first, second = steps
    shared = [key for key in second.plan.by_id if key in first.plan.by_id]
    return {key: _of_node(first, second, key) for key in progress.over(shared)}


def _of_node(first: Rehearsal, second: Rehearsal, key: str) -> NodeDifference:
    a, b = first.run.at[key], second.run.at[key]
    names = second.plan.by_id[key].parameters
    pairs = [
        (first.plan.parameter(key, n), second.plan.parameter(key, n))
        for n in _both(first, key, names)
    ]
    theta = relative(pairs) if pairs else None
    if isinstance(second.plan.by_id[key].layer, Loss):
        return NodeDifference(relative([(np.array(a.loss), np.array(b.loss))]), None, theta)
    delta = None
    if a.delta_out is not None and b.delta_out is not None:
        delta = relative([(a.delta_out, b.delta_out)])
    return NodeDifference(relative([(a.out, b.out)]), delta, theta)


def _both(first: Rehearsal, key: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if name in first.plan.by_id[key].parameters]


def relative(pairs: Iterable[tuple[Array, Array]]) -> float | None:
    """||a - b|| / ||b|| over all pairs (a, b) together; None where shapes differ."""
    apart = size = 0.0
    for a, b in pairs:
        if a.shape != b.shape:
            return None
        away = a.astype(np.float64) - b
        apart += float(np.sum(away * away))
        size += float(np.sum(np.square(b, dtype=np.float64)))
    return math.nan if math.isnan(apart + size) else ratio(apart, size)


@dataclass
class Companion:
    """A twin that is led to wherever the training of the canvas stands.

    steps: while the canvas stands where they part, both are compared so many steps further on.
    """

    moment: Moment
    alteration: Alteration | None
    steps: int
    _twin: Trainer | None = field(default=None, repr=False)
    _canvas: Trainer | None = field(default=None, repr=False)

    def differences(self, progress: Progress, now: Moment) -> Differences:
        """Raises: DesignError, DivergedError, CancelledError; then nothing of it is lost."""
        start = self.moment.step
        if now.step < start:
            raise DesignError(
                f"The runs part at step {start:,}, but the canvas stands before it, at step"
                f" {now.step:,}.",
                hint="Press Run.",
            )
        if now.step == start:
            return self._at_the_end(progress, now)
        twin = self._led(progress, now.step)
        canvas = self._canvas
        if canvas is None:
            canvas = self._canvas = Trainer(now.graph, dtype=now.dtype)
        elif canvas.graph is not now.graph:
            canvas.update(now.graph)
        restore(canvas, now.state)
        return Differences(now.step, compare(twin, canvas, progress))

    def _at_the_end(self, progress: Progress, now: Moment) -> Differences:
        """Where both will be: a copy of the canvas' training goes on, not itself."""
        goal = now.step + self.steps
        canvas = fork(now)
        _lead(progress, canvas, goal, "Leading a copy of the training to the end of the runs")
        twin = self._led(progress, goal)
        return Differences(goal, compare(twin, canvas, progress), is_end=True)

    def _led(self, progress: Progress, step: int) -> Trainer:
        """The twin at this step; from the fork again where it is further on already."""
        twin = self._twin
        if twin is None or twin.step_count > step:
            twin = self._twin = fork_with(self.moment, self.alteration)
        _lead(progress, twin, step, "Leading the twin to the step of the canvas")
        return twin


def _lead(progress: Progress, trainer: Trainer, goal: int, words: str) -> None:
    start = trainer.step_count
    while trainer.step_count < goal:
        trainer.step()
        progress.report((trainer.step_count - start) / (goal - start), words)


def stand_of(trainer: Trainer) -> Moment:
    """As `moment_of`, without the curves. Call it on the thread that owns the trainer."""
    return Moment(trainer.graph, state_of(trainer), {}, trainer.dtype)
