"""One update of all parameters: penalty, clipping, schedule, optimiser, limits."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from model.layer import Array
from model.memory import zero_rows, zeros
from model.plan import Plan
from model.regularizers import Regularizer
from model.settings import TrainingSettings

PIECE = 131_072
"""Numbers an optimiser takes at a time: theta, gradient and memory of a piece stay in the cache of
one core through all of its operations. They go number by number, so the bits are the same."""

_Piece = tuple[Array, Array, tuple[Array, ...], Array]


class Updater:
    """The optimiser's memory, and all that happens between a gradient and new parameters.

    slots: (n_slots, P), zero at the start; count: updates since then; reductions: how often a
    plateau of the validation loss has lowered the learning rate.
    """

    def __init__(self, plan: Plan, settings: TrainingSettings) -> None:
        self.count = 0
        self.reductions = 0
        self.rho = settings.optimizer.lr
        self.settings = settings
        self._plan = plan
        self.slots: Array = self._empty_memory()
        self.use(settings)

    def _empty_memory(self) -> Array:
        size = len(self._plan.theta)
        return zero_rows(len(self.settings.optimizer.slots), size, self._plan.dtype)

    def use(self, settings: TrainingSettings) -> None:
        """From now on with these settings; another kind of optimiser starts with an empty
        memory."""
        before = self.settings.optimizer
        is_same_kind = type(settings.optimizer) is type(before)
        self.settings = settings
        if not is_same_kind:
            self.count = 0
            self.slots = self._empty_memory()
        elif settings.optimizer != before and self.count:
            settings.optimizer.carry_over(self.slots, before, self.count)
        self.regularizer = Regularizer(self._plan, settings)
        self._weights = self._plan.theta[: self._plan.n_penalised]
        self._grads = self._plan.grads[: self._plan.n_learning]
        self._pieces = self._cut()
        self._update = settings.optimizer.update
        self._shrink = settings.optimizer.shrink
        self._factor = settings.schedule.factor

    def _cut(self) -> list[_Piece]:
        size = self._plan.n_learning
        count = max(1, -(-size // PIECE))
        edges = [size * k // count // 16 * 16 for k in range(count)] + [size]
        spans = list(pairwise(edges))
        scratch = zeros((max(b - a for a, b in spans),), self._plan.dtype)
        return [
            (
                self._plan.theta[a:b],
                self._plan.grads[a:b],
                tuple(slot[a:b] for slot in self.slots),
                scratch[: b - a],
            )
            for a, b in spans
        ]

    def remember(self, slots: Array, places: list[tuple[slice, slice]]) -> None:
        """Take memory over from another plan: (new, old) places."""
        for new, old in places:
            self.slots[:, new] = slots[:, old]

    def penalise(self) -> float:
        """Add the penalty's gradient to that of the data; returns the penalty."""
        if not self.regularizer.has_penalty:
            return 0.0
        self.regularizer.add_gradient()
        return self.regularizer.penalty()

    def step(self, t: int) -> None:
        """Move theta. t: the updates of the training so far, which the schedule counts."""
        self.clip()
        factor = self._factor(t, self.reductions)
        self.rho = self.settings.optimizer.lr * factor
        self.count += 1
        self._shrink(self._weights, factor)
        for theta, grads, slots, scratch in self._pieces:
            self._update(theta, grads, slots, scratch, self.count, factor)
        if self.regularizer.has_limits:
            self.regularizer.limit(self.rho)

    def clip(self) -> None:
        """First every entry, then the length of the whole (Pascanu et al. 2013; 1e-6 as in
        PyTorch); nothing where the settings ask for none."""
        grads, value, norm = self._grads, self.settings.clip_value, self.settings.clip_norm
        if value:
            grads.clip(-value, value, out=grads)
        if norm:
            length = math.sqrt(float(np.dot(grads, grads)))
            if length > norm:
                grads *= norm / (length + 1e-6)
