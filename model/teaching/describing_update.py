"""The update phase: every weight's old value, its step and its new one, and what comes between."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from model.layer import Array
from model.teaching.anatomy import anatomy
from model.teaching.operation_view import OperationView
from model.teaching.places import chosen_of_parameters, chosen_place
from model.teaching.update_lines import general_lines
from model.teaching.walkthrough import Walkthrough
from model.teaching.weight_changes import Where, change_of, where

ALL = "all"
"""The place among all numbers that learn, in `OperationView.places`."""


def describe_update(walk: Walkthrough, view: OperationView, element: int | None) -> OperationView:
    """Worked out from the numbers before the update."""
    optimising, plan = walk.optimising, walk.rehearsal.plan
    optimizer = optimising.settings.optimizer
    walk.back()
    parts = {}
    for name, place in optimising.slices(view.info.node_id).items():
        shape = plan.parameter(view.info.node_id, name).shape
        parts[name] = anatomy(
            optimizer,
            plan.theta[place].reshape(shape),
            plan.grads[place].reshape(shape),
            tuple(slot.reshape(shape) for slot in optimising.slots_of(place)),
            optimising.count,
            optimising.factor,
            is_decayed=optimising.is_decayed(place),
        )
    walk.forward()
    places = chosen_of_parameters({name: each["step"] for name, each in parts.items()}, element)
    return replace(view, formulas=optimizer.formulas.forward, parts=parts, places=places)


def describe_frozen(walk: Walkthrough, view: OperationView, element: int | None) -> OperationView:
    """Every weight stays as it is, whatever its gradient."""
    key, plan = view.info.node_id, walk.rehearsal.plan
    parts = {}
    for name in plan.by_id[key].parameters:
        theta = np.array(plan.parameter(key, name))
        parts[name] = {"theta": theta}
        if walk.is_done(key, "gradient"):
            parts[name]["gradient"] = np.array(plan.gradient(key, name))
        parts[name] |= {"step": np.zeros_like(theta), "new": theta}
    found = {name: each.get("gradient", each["theta"]) for name, each in parts.items()}
    formulas = general_lines(view.info.kind, walk.optimising.settings)
    return replace(
        view, formulas=formulas, parts=parts, places=chosen_of_parameters(found, element)
    )


def describe_tie(walk: Walkthrough, view: OperationView, element: int | None) -> OperationView:
    """The gradient by one array that two layers use is the sum of both."""
    plan = walk.rehearsal.plan
    key, name, tied = tied_parameter(walk, view)
    walk.back()
    own = np.array(plan.gradient(key, name))
    walk.forward()
    added = np.array(plan.gradient(tied, name).T)
    parts = {"own gradient": own, "tied gradient": added, "summed gradient": own + added}
    place = chosen_place(parts["summed gradient"], element)
    formulas = general_lines(view.info.kind, walk.optimising.settings)
    return replace(view, formulas=formulas, parts={name: parts}, places={name: place})


def tied_parameter(walk: Walkthrough, view: OperationView) -> tuple[str, str, str]:
    """(owner, name, the node that shares the owner's array)."""
    plan = walk.rehearsal.plan
    part = walk.steps[view.info.index].part
    return next(
        (owner, name, key)
        for (key, name), owner in plan.ties.items()
        if plan.gradient(key, name) is part
    )


def describe_whole(walk: Walkthrough, view: OperationView, element: int | None) -> OperationView:
    """Penalty, clip and limit: all numbers of the network before and after, and all parts of the
    parameter in which the chosen one lies."""
    plan, optimising = walk.rehearsal.plan, walk.optimising
    kind = view.info.kind
    changed = plan.theta[: plan.n_penalised] if kind == "limit" else plan.grads
    changed = changed[: plan.n_learning]
    after = changed.copy()
    walk.back()
    before = changed.copy()
    place = chosen_place(_interest(before, after), element)
    at = where(plan, place)
    view = replace(view, inputs={"before": before}, out=after, places={ALL: place})
    if at is not None:
        parts = change_of(kind, plan, optimising.settings, at, before, optimising.rho)
        view = _with_parts(view, at, parts, place)
    walk.forward()
    return replace(view, formulas=general_lines(kind, optimising.settings))


def _interest(before: Array, after: Array) -> Array:
    """The number that changes most is looked at first; where none does, the largest."""
    change = after - before
    return change if np.any(change) else before


def _with_parts(
    view: OperationView, at: Where, parts: dict[str, Array], place: int
) -> OperationView:
    places = {**view.places, at.key: place - at.start}
    return replace(view, parts={at.key: parts}, places=places)
