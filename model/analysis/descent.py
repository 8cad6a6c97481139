"""An optimiser on its way down an objective, with everything that is worth drawing kept."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from model.analysis.objective import Objective
from model.analysis.progress import Progress
from model.layer import Array
from model.optimizers import Optimizer
from model.run import without_warnings
from model.teaching.anatomy import Parts, anatomy

MOST_WATCHED = 16
"""Of objectives with more parameters, gradients and anatomy are kept where they are asked for."""


@dataclass(eq=False)
class Path:
    """A descent so far.

    thetas: (T + 1, k), as the objective shows them; losses: of all samples, (T + 1,); gradients:
    those that were used, of the watched parameters, (T, w); samples: how many had been looked at
    by then, (T + 1,); lengths: of each step in all parameters, (T,). batches: the samples of each
    step, None: all of them. parts: the anatomy of each step, of the watched parameters.
    is_diverged: it has ended early.
    """

    thetas: Array
    losses: Array
    gradients: Array
    samples: Array
    lengths: Array
    batches: list[Array | None] = field(default_factory=list)
    is_diverged: bool = False
    parts: list[Parts] = field(default_factory=list)

    @property
    def steps(self) -> int:
        """T."""
        return len(self.lengths)


class Descent:
    """A descent that can be taken further, step by step.

    batch_size: samples a step, drawn without replacement from a shuffled order as in training; 0:
    all of them. The same seed draws the same batches. watched: the parameters of which gradient
    and anatomy are kept, None: all of a few, none of many. The steps are those of the training's
    own optimiser, in float64.
    """

    def __init__(
        self,
        objective: Objective,
        optimizer: Optimizer,
        start: Array,
        *,
        batch_size: int = 0,
        seed: int = 0,
        watched: Array | None = None,
    ) -> None:
        self.objective, self.optimizer = objective, optimizer
        self.theta = np.array(start, dtype=np.float64)
        size = self.theta.size
        watched = objective.watched if watched is None else watched
        if watched is None:
            watched = np.arange(size if size <= MOST_WATCHED else 0)
        self._watched = watched
        self._slots = np.zeros((len(optimizer.slots), size))
        self._scratch = np.zeros(size)
        self._batches = Batches(objective.items, batch_size, seed)
        self.is_diverged = False
        self._thetas = [objective.shown(self.theta)]
        self._losses = [float(objective.value(self.theta))]
        self._gradients: list[Array] = []
        self._samples = [0]
        self._lengths: list[float] = []
        self._used: list[Array | None] = []
        self._parts: list[Parts] = []

    @property
    def steps(self) -> int:
        """How many have been taken."""
        return len(self._lengths)

    @without_warnings
    def step(self) -> bool:
        """One more; False where it has run away, and then nothing is kept of it."""
        if self.is_diverged:
            return False
        objective, t = self.objective, self.steps + 1
        items = self._batches.next()
        gradient = objective.gradient(self.theta, items, draw=t)
        parts = self._anatomy(gradient, t)
        before = self.theta.copy()
        self._shrink()
        kept = gradient[self._watched].copy()
        self.optimizer.update(self.theta, gradient, self._slots, self._scratch, t, 1.0)
        if not np.isfinite(self.theta).all() or np.abs(self.theta).max() > objective.farthest:
            self.is_diverged = True
            self.theta = before
            return False
        self._gradients.append(kept)
        self._parts.append(parts)
        self._thetas.append(objective.shown(self.theta))
        self._losses.append(float(objective.value(self.theta)))
        self._lengths.append(float(np.linalg.norm(self.theta - before)))
        self._samples.append(self._samples[-1] + (objective.items if items is None else len(items)))
        self._used.append(items)
        return True

    def _shrink(self) -> None:
        """Decoupled weight decay, of weights only."""
        is_weight = self.objective.is_weight
        weights = self.theta[is_weight]
        self.optimizer.shrink(weights)
        self.theta[is_weight] = weights

    def _anatomy(self, gradient: Array, t: int) -> Parts:
        at = self._watched
        if not len(at):
            return {}
        memory = tuple(slot[at].copy() for slot in self._slots)
        return mixed_anatomy(
            self.optimizer, self.theta[at], gradient[at], memory, t, self.objective.is_weight[at]
        )

    def path(self) -> Path:
        """What there is so far, as arrays."""
        return Path(
            thetas=np.array(self._thetas),
            losses=np.array(self._losses),
            gradients=np.array(self._gradients).reshape(self.steps, len(self._watched)),
            samples=np.array(self._samples),
            lengths=np.array(self._lengths),
            batches=list(self._used),
            is_diverged=self.is_diverged,
            parts=list(self._parts),
        )


def mixed_anatomy(
    optimizer: Optimizer,
    theta: Array,
    gradient: Array,
    memory: tuple[Array, ...],
    t: int,
    is_weight: Array,
) -> Parts:
    """The anatomy of an update of parameters of which only some are decayed, (n,) each."""
    parts = anatomy(optimizer, theta, gradient, memory, t, is_decayed=bool(is_weight.any()))
    if "decayed" in parts:
        parts["decayed"] = np.where(is_weight, parts["decayed"], parts["theta"])
        parts["new"] = parts["decayed"] - parts["step"]
    return parts


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
    """So many steps from start, (n,); fewer where it runs away. Raises: CancelledError."""
    descent = Descent(objective, optimizer, start, batch_size=batch_size, seed=seed)
    for t in range(1, steps + 1):
        if progress is not None:
            progress.report(t / steps)
        if not descent.step():
            break
    return descent.path()


class Batches:
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
