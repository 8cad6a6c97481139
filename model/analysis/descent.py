"""An optimiser on its way down an objective, with everything that is worth drawing kept."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from model.analysis.objective import Objective
from model.analysis.progress import Progress
from model.layer import Array
from model.optimizers import Optimizer
from model.teaching.anatomy import anatomy

FARTHEST = 1e6
"""A path that leaves the box by so many of its widths has diverged."""


@dataclass
class Path:
    """A descent so far. thetas: (T + 1, n); losses: of all samples, (T + 1,); gradients: those that
    were used, (T, n); samples: how many had been looked at by then, (T + 1,). is_diverged: it has
    ended early.
    """

    thetas: Array
    losses: Array
    gradients: Array
    samples: Array
    is_diverged: bool = False
    parts: list[dict[str, Array]] = field(default_factory=list)
    """The anatomy of each step."""

    @property
    def lengths(self) -> Array:
        """Of each step, (T,)."""
        found: Array = np.linalg.norm(np.diff(self.thetas, axis=0), axis=1)
        return found


def descend(
    objective: Objective,
    optimizer: Optimizer,
    start: Array,
    steps: int,
    *,
    batch_size: int = 0,
    seed: int = 0,
    progress: Progress | None = None,
) -> Path:
    """So many steps from start, (n,). batch_size: samples a step, drawn without replacement from a
    shuffled order as in training; 0: all of them. The same seed draws the same batches.

    The steps are those of the training's own optimiser, in float64.
    """
    theta = np.array(start, dtype=np.float64)
    slots = np.zeros((len(optimizer.slots), theta.size))
    scratch = np.zeros_like(theta)
    batches = _Batches(objective.items, batch_size, seed)
    thetas, losses = [theta.copy()], [float(objective.value(theta))]
    gradients: list[Array] = []
    samples = [0]
    parts: list[dict[str, Array]] = []
    is_diverged = False
    limit = FARTHEST * (np.abs(objective.box).max() + np.ptp(objective.box))
    for t in range(1, steps + 1):
        if progress is not None:
            progress.report(t / steps)
        items = batches.next()
        gradient = objective.gradient(theta, items)
        kept = tuple(slot.copy() for slot in slots)
        parts.append(anatomy(optimizer, theta, gradient, kept, t))
        optimizer.update(theta, gradient.copy(), slots, scratch, t, 1.0)
        if not np.isfinite(theta).all() or np.abs(theta).max() > limit:
            is_diverged = True
            break
        gradients.append(gradient)
        thetas.append(theta.copy())
        losses.append(float(objective.value(theta)))
        samples.append(samples[-1] + (objective.items if items is None else len(items)))
    return Path(
        thetas=np.array(thetas),
        losses=np.array(losses),
        gradients=np.array(gradients).reshape(-1, theta.size),
        samples=np.array(samples),
        is_diverged=is_diverged,
        parts=parts[: len(gradients)],
    )


class _Batches:
    """Mini-batches through a shuffled order, epoch after epoch."""

    def __init__(self, items: int, batch_size: int, seed: int) -> None:
        self._size = 0 if batch_size >= items else batch_size
        self._rng = np.random.default_rng(seed)
        self._order: Array = np.arange(items)
        self._at = items

    def next(self) -> Array | None:
        """The next samples, None: all of them."""
        if not self._size:
            return None
        if self._at >= len(self._order):
            self._order = self._rng.permutation(len(self._order))
            self._at = 0
        found = self._order[self._at : self._at + self._size]
        self._at += self._size
        return found
