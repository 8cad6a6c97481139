"""Overfitting in numbers: the losses of the three parts over model size, items and steps.

A `Ground` is something that can be fitted in several sizes to the first n of its training items.
All losses are data terms without penalty, in test mode. Learning curves take nested subsets: the
first n items of one shuffled order, so that a longer one holds the shorter.
Source: Goodfellow, Bengio, Courville 2016, sections 5.2 and 7.8 (early stopping, algorithm 7.1).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from model.analysis.progress import Progress
from model.curves import Curve
from model.layer import Array
from model.snapshot import Boundary
from model.trainer_state import TrainerState

PARTS = ("training", "validation", "test")
Over = Literal["size", "items"]
Memo = dict[tuple[float, int, int], Array]
"""Losses (3,) by (size, items, number of the seed), so that nothing is fitted twice."""


@dataclass(frozen=True)
class Stop:
    """best: place of the least validation loss that patience has seen; stopped: where patience
    ended, None where it did not."""

    best: int
    stopped: int | None = None


def early_stop(losses: Sequence[float], patience: int) -> Stop:
    """The first of the least losses up to where none has been better for `patience` in a row.

    losses: one an evaluation; those that are not finite are never better. patience 0: no end.
    """
    best, least, waited = 0, math.inf, 0
    for k, loss in enumerate(losses):
        if loss < least:
            best, least, waited = k, loss, 0
            continue
        waited += 1
        if patience and waited >= patience:
            return Stop(best, k)
    return Stop(best)


@dataclass(frozen=True, eq=False)
class FitRun:
    """One fit, judged at M marks on its way.

    steps: (M,); losses: (3, M) of `PARTS`, NaN for a part without items. maps: what is answered at
    each mark, () where the inputs cannot be drawn; held_out: (m, d) inputs and (m, ...) targets of
    the validation part for that picture. truth: (x,) what the data come from without noise, where
    that is known. best_state: the training as it stood at the best mark; back: the same as a state
    of the whole design's training, with its curves, once the run is over; None where there is none
    to go back to. fault: why it ended early, "" = not.
    """

    size: float
    items: int
    steps: Array
    losses: Array
    stop: Stop
    maps: tuple[Boundary, ...] = ()
    held_out: tuple[Array, Array] | None = None
    truth: Array | None = None
    best_state: TrainerState | None = None
    back: tuple[TrainerState, dict[str, Curve]] | None = None
    fault: str = ""

    @property
    def validation(self) -> Array:
        """(M,)."""
        return np.asarray(self.losses[1])


class Ground(Protocol):
    """What is fitted. sizes: the usual ones, rising; most_items: items of its training part."""

    @property
    def title(self) -> str: ...

    @property
    def sizes(self) -> tuple[float, ...]: ...

    @property
    def most_items(self) -> int: ...

    def size_words(self, size: float) -> str:
        """Such as `degree 9` or `32 units`."""
        ...

    def parameters(self, size: float) -> int:
        """How many numbers learn. Raises: DesignError."""
        ...

    def judge(self, progress: Progress, size: float, items: int, number: int) -> Array:
        """(3,) losses of the fit to the first `items`, from the number-th seed. Raises:
        DesignError."""
        ...

    def run(self, progress: Progress, size: float, items: int, patience: int) -> FitRun:
        """The fit of seed 0, judged on its way. Raises: DesignError."""
        ...


@dataclass(frozen=True, eq=False)
class PartCurves:
    """Losses over size or number of items. places: (P,); losses: (3, P, K) over K seeds, NaN where
    they are not known yet, or a part has no items; infinite where a training ran away."""

    over: Over
    places: Array
    losses: Array

    @property
    def mean(self) -> Array:
        """(3, P) over the seeds that are known."""
        return _over_seeds(self.losses, np.mean)

    @property
    def low(self) -> Array:
        """(3, P) the least of the seeds."""
        return _over_seeds(self.losses, np.min)

    @property
    def high(self) -> Array:
        """(3, P) the greatest of the seeds."""
        return _over_seeds(self.losses, np.max)

    @property
    def best(self) -> int | None:
        """The place with the least mean validation loss; None where none is known."""
        means = self.mean[1]
        return int(np.nanargmin(means)) if np.isfinite(means).any() else None

    @property
    def gap(self) -> Array:
        """(P,) mean validation loss minus mean training loss."""
        return np.asarray(self.mean[1] - self.mean[0])


def _over_seeds(losses: Array, fold: Callable[..., float]) -> Array:
    found = np.full(losses.shape[:2], np.nan)
    for place in np.ndindex(*found.shape):
        known = losses[place][~np.isnan(losses[place])]
        if len(known):
            found[place] = fold(known)
    return found


def item_counts(most: int, least: int = 2, points: int = 12) -> tuple[int, ...]:
    """Numbers of items for a learning curve: evenly spaced in their logarithm, rounded."""
    least = min(least, most)
    return tuple(sorted({round(n) for n in np.geomspace(least, most, points).tolist()}))


def over_sizes(
    progress: Progress,
    ground: Ground,
    sizes: Sequence[float],
    items: int,
    seeds: int,
    memo: Memo | None = None,
) -> PartCurves:
    """Fits of every size to the same items. Partial answers grow seed by seed. memo: what is known
    of this very ground; it is added to. Raises: DesignError, CancelledError."""
    wanted = [(float(size), items) for size in sizes]
    return _curves(progress, ground, "size", wanted, seeds, memo)


def over_items(
    progress: Progress,
    ground: Ground,
    size: float,
    counts: Sequence[int],
    seeds: int,
    memo: Memo | None = None,
) -> PartCurves:
    """Learning curves: fits of one size to more and more items; otherwise as `over_sizes`. Raises:
    DesignError, CancelledError."""
    wanted = [(size, int(count)) for count in counts]
    return _curves(progress, ground, "items", wanted, seeds, memo)


def _curves(
    progress: Progress,
    ground: Ground,
    over: Over,
    wanted: list[tuple[float, int]],
    seeds: int,
    memo: Memo | None,
) -> PartCurves:
    memo = {} if memo is None else memo
    places = np.array([each[0 if over == "size" else 1] for each in wanted], dtype=float)
    losses = np.full((3, len(wanted), seeds), np.nan)
    words = {"size": "Model size", "items": "Learning curve"}[over]
    total = max(len(wanted) * seeds, 1)
    for number in range(seeds):
        for k, (size, items) in enumerate(wanted):
            done = number * len(wanted) + k
            progress.report(done / total, f"{words}: seed {number + 1} of {seeds}")
            place = (size, items, number)
            if place not in memo:
                memo[place] = ground.judge(progress, size, items, number)
            losses[:, k, number] = memo[place]
            progress.report(partial=PartCurves(over, places, losses.copy()))
    return PartCurves(over, places, losses)
