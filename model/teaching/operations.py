"""A training step as a list of operations that can be done one at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np

from model.analysis.rehearsal import Rehearsal
from model.layer import Array, Workspace
from model.run import Operation, add_up
from model.updating import Updater

Phase = Literal["forward", "backward", "update"]
Kind = Literal[
    "forward",
    "sum",
    "gradient",
    "backward",
    "tie",
    "penalty",
    "clip",
    "update",
    "frozen",
    "limit",
]


@dataclass(frozen=True)
class StepInfo:
    """One operation. index: its place in the step, from 0.

    kind: forward; sum (of the deltas at a fan-out); gradient (result 1, dJ/dtheta); backward
    (result 2, delta passed down); tie (the gradient of a tied weight is added to its owner's);
    update (of the node's parameters), frozen (they stay as they are). Of the whole network, with
    the node_id "": penalty (its gradient is added), clip, limit (max-norm and the proximal L1
    step).
    """

    index: int
    phase: Phase
    kind: Kind
    node_id: str
    title: str


@dataclass(frozen=True)
class Step:
    """run: does it. roots: what it may write to. operation: of a layer, with its workspace. part:
    of a tie, the gradient that is added."""

    info: StepInfo
    run: Callable[[], None]
    roots: tuple[Any, ...]
    operation: Callable[[Workspace], None] | None = None
    part: Array | None = None


class Optimising:
    """The update of a training, node by node, on the arrays of a rehearsal.

    t: updates of the training so far, as the schedule counts them.
    """

    def __init__(self, step: Rehearsal, updater: Updater, t: int) -> None:
        self.plan = step.plan
        self.updater = updater
        self.settings = updater.settings
        self.factor = self.settings.schedule.factor(t, updater.reductions)
        self.rho = self.settings.optimizer.lr * self.factor
        self.count = updater.count + 1
        self._first_slots = updater.slots.copy()

    def begin(self) -> None:
        self.updater.slots[...] = self._first_slots

    def slices(self, node_id: str) -> dict[str, slice]:
        """The places in theta of those of the node's own parameters that learn."""
        return {
            name: place
            for (key, name), place in self.plan.slices.items()
            if key == node_id and place.stop <= self.plan.n_learning
        }

    def slots_of(self, place: slice) -> tuple[Array, ...]:
        return tuple(slot[place] for slot in self.updater.slots)

    def is_decayed(self, place: slice) -> bool:
        return bool(place.stop <= self.plan.n_penalised)

    def update(self, node_id: str) -> None:
        """The same numbers as in one go: an optimiser takes every number by itself."""
        optimizer = self.settings.optimizer
        for place in self.slices(node_id).values():
            theta, grads = self.plan.theta[place], self.plan.grads[place]
            if self.is_decayed(place):
                optimizer.shrink(theta, self.factor)
            slots, scratch = self.slots_of(place), np.zeros_like(theta)
            optimizer.update(theta, grads, slots, scratch, self.count, self.factor)


class _Listing:
    """Operations numbered as they come."""

    def __init__(self, step: Rehearsal) -> None:
        self.steps: list[Step] = []
        self._graph = step.graph

    def add(
        self,
        phase: Phase,
        kind: Kind,
        node_id: str,
        run: Callable[[], None],
        *roots: Any,
        operation: Callable[[Workspace], None] | None = None,
        part: Array | None = None,
    ) -> None:
        title = self._graph.title_of(node_id) if node_id else ""
        info = StepInfo(len(self.steps), phase, kind, node_id, title)
        self.steps.append(Step(info, run, roots, operation, part))


def list_steps(step: Rehearsal, optimising: Optimising) -> list[Step]:
    """All operations of a step, in the order in which the engine does them."""
    found = _Listing(step)
    plan, run, updater = step.plan, step.run, optimising.updater
    for operation, n in run.forward_operations:
        _add_of_layer(found, "forward", "forward", (operation, n))
    for operation, n in run.backward_operations:
        layer = plan.by_id[n.node_id].layer
        kind: Kind = "backward"
        if operation is add_up:
            kind = "sum"
        elif operation == layer.gradient:
            kind = "gradient"
        _add_of_layer(found, "backward", kind, (operation, n))
    owners = {id(plan.gradient(*place)): other for place, other in plan.ties.items()}
    for total, part in plan.tied_gradients():
        add = partial(_add_to, total, part)
        found.add("backward", "tie", owners[id(part)], add, total, part=part)
    if updater.regularizer.has_penalty:
        found.add("update", "penalty", "", updater.regularizer.add_gradient, plan.grads)
    if updater.settings.clip_value or updater.settings.clip_norm:
        found.add("update", "clip", "", updater.clip, plan.grads)
    for node in plan.nodes:
        places = list(optimising.slices(node.node_id).values())
        if places:
            parts = [plan.theta[place] for place in places]
            parts += [slot for place in places for slot in optimising.slots_of(place)]
            act = partial(optimising.update, node.node_id)
            found.add("update", "update", node.node_id, act, *parts)
        elif node.parameters and node.is_frozen:
            found.add("update", "frozen", node.node_id, _stay)
    if updater.regularizer.has_limits:
        weights = plan.theta[: plan.n_penalised]
        act = partial(updater.regularizer.limit, optimising.rho)
        found.add("update", "limit", "", act, weights)
    return found.steps


def _add_of_layer(found: _Listing, phase: Phase, kind: Kind, operation: Operation) -> None:
    function, n = operation
    found.add(phase, kind, n.node_id, partial(function, n), n, operation=function)


def _stay() -> None:
    """A frozen node is left as it is."""


def _add_to(total: Array, part: Array) -> None:
    total += part
