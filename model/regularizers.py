"""What keeps weights small: the penalty in J, and limits on the weights after each update.

    J = data term + sum over weights of l1 |w| + l2 w^2

Biases and the scales of norms are exempt, and so are frozen weights: what cannot move need not
count. A node may have penalty weights of its own.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from model.layer import Array, Shape
from model.plan import Plan, PlanNode
from model.settings import TrainingSettings


class _Group(NamedTuple):
    """Neighbours in theta with the same penalty; scratch: room for one of them."""

    weights: Array
    grads: Array
    scratch: Array
    l1: float
    l2: float


class _Units(NamedTuple):
    """The weights that enter the units of a layer. axes: those to sum over, so that one number a
    unit is left; norms: room for these."""

    weights: Array
    scratch: Array
    norms: Array
    axes: tuple[int, ...]


class Regularizer:
    """Bound to a plan and its settings; made again when either changes. Nothing is allocated in
    a step."""

    def __init__(self, plan: Plan, settings: TrainingSettings) -> None:
        self._is_proximal = settings.l1_step == "proximal"
        self._groups = self._grouped(plan, settings)
        self.has_penalty = bool(self._groups)
        self._max_norm = settings.max_norm
        self._units = _units(plan) if settings.max_norm else []
        self.has_limits = bool(self._units) or (
            self._is_proximal and any(group.l1 for group in self._groups)
        )

    @staticmethod
    def _grouped(plan: Plan, settings: TrainingSettings) -> list[_Group]:
        ranges: list[tuple[int, int, float, float]] = []
        for (key, _), place in plan.slices.items():
            if place.stop > plan.n_penalised:
                continue
            l1, l2 = penalty_weights(plan.by_id[key], settings)
            if ranges and ranges[-1][2:] == (l1, l2):
                ranges[-1] = (ranges[-1][0], place.stop, l1, l2)
            else:
                ranges.append((place.start, place.stop, l1, l2))
        ranges = [found for found in ranges if found[2] or found[3]]
        scratch = np.zeros(max((b - a for a, b, _, _ in ranges), default=0), plan.dtype)
        return [
            _Group(plan.theta[a:b], plan.grads[a:b], scratch[: b - a], l1, l2)
            for a, b, l1, l2 in ranges
        ]

    def penalty(self) -> float:
        """l1 sum |w| + l2 sum w^2 of the present weights."""
        total = 0.0
        for weights, _, scratch, l1, l2 in self._groups:
            if l2:
                total += l2 * float(np.dot(weights, weights))
            if l1:
                np.abs(weights, out=scratch)
                total += l1 * float(scratch.sum())
        return total

    def add_gradient(self) -> None:
        """Add 2 l2 w + l1 sign(w) to the gradient; the l1 part not where its step is proximal."""
        for weights, grads, scratch, l1, l2 in self._groups:
            if l2:
                np.multiply(weights, 2 * l2, out=scratch)
                grads += scratch
            if l1 and not self._is_proximal:
                np.sign(weights, out=scratch)
                scratch *= l1
                grads += scratch

    def limit(self, rho: float) -> None:
        """After the update: the proximal l1 step, then the max-norm.

        Proximal: w <- sign(w) max(|w| - rho l1, 0), with the plain rho whatever the optimiser: a
        weight of a size of at most rho l1 becomes exactly 0, and its gradient may bring it back.
        Source: Daubechies et al. 2004. Max-norm: the weights that enter a neuron or an output
        channel, as one vector, are scaled to the length c where they are longer. Source: Srebro &
        Shraibman 2005; Srivastava et al. 2014.
        """
        if self._is_proximal:
            for weights, _, scratch, l1, _ in self._groups:
                if l1:
                    weights.clip(-rho * l1, rho * l1, out=scratch)
                    weights -= scratch
        for weights, scratch, norms, axes in self._units:
            np.multiply(weights, weights, out=scratch)
            np.add.reduce(scratch, axis=axes, keepdims=True, out=norms)
            np.sqrt(norms, out=norms)
            np.maximum(norms, self._max_norm, out=norms)
            np.divide(self._max_norm, norms, out=norms)
            np.multiply(weights, norms, out=weights)


def penalty_weights(node: PlanNode, settings: TrainingSettings) -> tuple[float, float]:
    """(l1, l2) of a node: its own, or those of the training."""
    return (
        settings.l1 if node.l1 is None else node.l1,
        settings.l2 if node.l2 is None else node.l2,
    )


def _units(plan: Plan) -> list[_Units]:
    """Weights of two axes and more."""
    found = []
    for (key, name), place in plan.slices.items():
        parameter = plan.by_id[key].parameters[name]
        if place.stop <= plan.n_penalised and len(parameter.shape) > 1:
            weights = plan.theta[place].reshape(parameter.groups, -1, *parameter.shape[1:])
            unit = parameter.unit_axis % len(parameter.shape) + 1
            axes = tuple(axis for axis in range(1, weights.ndim) if axis != unit)
            norms = np.zeros_like(weights, shape=_kept(weights.shape, axes))
            found.append(_Units(weights, np.zeros_like(weights), norms, axes))
    return found


def _kept(shape: Shape, axes: tuple[int, ...]) -> Shape:
    """The shape of a sum over these axes that keeps them as 1."""
    return tuple(1 if axis in axes else size for axis, size in enumerate(shape))
