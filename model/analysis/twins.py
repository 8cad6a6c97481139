"""Twins: the present state of a training, gone on with several times, exactly one thing changed.

A fork has the same weights, statistics, optimiser memory, batch order and random streams. A twin
that changes nothing does the very same steps as the original, bit for bit.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from model.analysis.progress import Progress
from model.analysis.twin_knobs import Alteration, altered, words_of
from model.curves import Curve
from model.errors import DivergedError
from model.expressions.operations import DomainError
from model.graph import NetworkGraph
from model.layer import Array
from model.trainer import Trainer
from model.trainer_state import TrainerState, restore, state_of

MARKS = 50
"""Places at which a run is judged on the validation part."""


@dataclass(frozen=True)
class Moment:
    """A training at one step, as copies: the training itself may go on, or be edited."""

    graph: NetworkGraph
    state: TrainerState
    curves: dict[str, Curve]
    dtype: Any

    @property
    def step(self) -> int:
        """Steps done before."""
        return int(self.state.words["step"])


def moment_of(trainer: Trainer) -> Moment:
    """Where the trainer stands. Call it on the thread that owns the trainer."""
    graph = NetworkGraph(trainer.graph.design())
    return Moment(graph, state_of(trainer), copy.deepcopy(trainer.curves), trainer.dtype)


def fork(moment: Moment) -> Trainer:
    """A trainer of its own that goes on from there. Raises: DesignError, DataError."""
    trainer = Trainer(moment.graph, dtype=moment.dtype)
    restore(trainer, moment.state)
    trainer.curves |= copy.deepcopy(moment.curves)
    return trainer


def fork_with(moment: Moment, alteration: Alteration | None) -> Trainer:
    """As `fork`, one thing changed. Masks that are drawn once and kept stay what they are.

    Raises: DesignError, DataError.
    """
    trainer = fork(moment)
    if alteration is None:
        return trainer
    trainer.update(altered(moment.graph, alteration))
    for name, noise in moment.state.arrays.items():
        if name.startswith("draws."):
            _, batch, key = name.split(".", 2)
            _keep_draw(trainer, int(batch), key, noise)
    return trainer


def _keep_draw(trainer: Trainer, batch: int, key: str, noise: Array) -> None:
    """A kept mask, where the node is still there and has as many neurons."""
    if key not in trainer.plan.by_id or batch > trainer.batch_size:
        return
    n = trainer.plan.bind(batch, is_training=True).at[key]
    if getattr(n, "noise", None) is not None and n.noise.shape == noise.shape:
        n.noise[...] = noise
        n.is_drawn = True


@dataclass(frozen=True)
class TwinRun:
    """One of several runs from the same moment; k marks, the first where they part.

    number: for colour and marker. words: what was changed. steps, items: (k,) done since the fork.
    train: (k,) mean data term over the steps since the mark before, in training mode, NaN at the
    first. validation, accuracy: (k,) in test mode, without the penalty; NaN where there is no
    validation part, or nothing to be right about. losses: (n,) data term of each step. fault: why
    it ended early, "" where it did not. state, curves: where it stands; None while it runs.
    """

    number: int
    name: str
    words: str
    alteration: Alteration | None
    start: int
    steps: Array
    items: Array
    train: Array
    validation: Array
    accuracy: Array
    losses: Array
    fault: str = ""
    state: TrainerState | None = None
    curves: dict[str, Curve] | None = None

    @property
    def judged(self) -> Array:
        """The validation losses; those of training where there is no validation part."""
        return self.train if np.isnan(self.validation).all() else self.validation

    @property
    def best(self) -> tuple[float, int]:
        """The least judged loss and the steps after the fork at which it was; NaN, 0 for none."""
        known = np.where(np.isnan(self.judged), math.inf, self.judged)
        place = int(known.argmin())
        found = float(known[place])
        return (found, int(self.steps[place])) if math.isfinite(found) else (math.nan, 0)

    def renamed(self, name: str) -> TwinRun:
        """The same run by another name."""
        return replace(self, name=name)


@dataclass
class _Going:
    """A run on its way."""

    number: int
    name: str
    alteration: Alteration | None
    words: str
    trainer: Trainer
    start: int
    losses: list[float] = field(default_factory=list)
    marks: list[tuple[float, ...]] = field(default_factory=list)
    items: int = 0
    waiting: int = 0
    fault: str = ""

    def step(self) -> None:
        """One more, unless it has diverged."""
        if self.fault:
            return
        try:
            self.trainer.step()
        except (DivergedError, DomainError) as found:
            self.fault = str(found)
            return
        self.losses.append(self.trainer.data_loss)
        self.items += len(self.trainer.indices)
        self.waiting += 1

    def mark(self) -> None:
        """Judge it here, unless it has been judged here."""
        if self.marks and not self.waiting:
            return
        recent = self.losses[-self.waiting :] if self.waiting else []
        train = sum(recent) / len(recent) if recent else math.nan
        found = self.trainer.evaluate("validation")
        loss = found.loss - self.trainer.penalty_now()
        right = found.accuracy if found.accuracy is not None else found.token_accuracy
        accuracy = math.nan if right is None else right
        self.marks.append((len(self.losses), self.items, train, loss, accuracy))
        self.waiting = 0

    def view(self, *, is_done: bool = False) -> TwinRun:
        """What is known of it."""
        table = np.array(self.marks, dtype=float).reshape(-1, 5).T
        steps, items, train, validation, accuracy = table
        return TwinRun(
            self.number,
            self.name,
            self.words,
            self.alteration,
            self.start,
            steps,
            items,
            train,
            validation,
            accuracy,
            losses=np.array(self.losses),
            fault=self.fault,
            state=state_of(self.trainer) if is_done else None,
            curves=copy.deepcopy(self.trainer.curves) if is_done else None,
        )


def twin_runs(
    progress: Progress,
    moment: Moment,
    wanted: Sequence[tuple[int, str, Alteration | None]],
    steps: int,
) -> list[TwinRun]:
    """Go on from the moment once for each of `wanted` (number, name, what is changed; None: the
    original), `steps` steps each, in turn, so that their curves grow together.

    Partial answers are lists of runs without states. Raises: DesignError, CancelledError.
    """
    going = []
    for number, name, alteration in wanted:
        trainer = fork_with(moment, alteration)
        words = words_of(moment.graph, alteration)
        going.append(_Going(number, name, alteration, words, trainer, moment.step))
        progress.report(0.0, "Copying the training")
    every = max(1, math.ceil(steps / MARKS))
    for done in range(steps + 1):
        if done % every == 0 or done == steps:
            for each in going:
                each.mark()
                progress.report()
            progress.report(partial=[each.view() for each in going])
        if done < steps:
            for each in going:
                each.step()
                progress.report(done / steps, f"Step {done + 1:,} of {steps:,}")
    for each in going:
        each.mark()
    return [each.view(is_done=True) for each in going]


def differences(one: TrainerState, other: TrainerState, graph: NetworkGraph) -> dict[str, float]:
    """How far the parameters of each node are apart: ||a - b|| / ||b||, by node, b of `other`.

    Only parameters that both have count. Infinite where b is 0 and a is not.
    """
    squares: dict[str, list[float]] = {}
    for name, b in other.arrays.items():
        key = name.partition(".")[0]
        a = one.arrays.get(name)
        if key not in graph or a is None or a.shape != b.shape or not b.size:
            continue
        found = squares.setdefault(key, [0.0, 0.0])
        found[0] += float(np.sum((a.astype(np.float64) - b) ** 2))
        found[1] += float(np.sum(b.astype(np.float64) ** 2))
    return {key: ratio(apart, size) for key, (apart, size) in squares.items()}


def ratio(apart: float, size: float) -> float:
    """The square root of apart / size; infinite where only size is 0."""
    if size:
        return math.sqrt(apart / size)
    return math.inf if apart else 0.0
