"""Everything there is to say about one operation of a walk: numbers, formulas, lines, reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from model.analysis.diagonal import diagonal
from model.analysis.jacobian import Jacobian, jacobian, jacobian_column
from model.analysis.tracing import gradient_shares, port_names
from model.layer import Array, Loss
from model.plan import PlanNode
from model.run import add_up
from model.teaching.equation import WrittenSum
from model.teaching.number_style import NumberStyle
from model.teaching.operation_view import OperationView, Term, headline
from model.teaching.operations import StepInfo
from model.teaching.places import chosen_of_parameters, chosen_place
from model.teaching.reading import Read, reads_of
from model.teaching.sources import code_of, source_of, watch
from model.teaching.walkthrough import Walkthrough

SMALL = 4096
"""Numbers of a Jacobian up to which it is given whole."""
MOST_ROWS = 256
"""Outputs that may depend on one parameter for its share of the gradient to be written out."""

__all__ = ["OperationView", "Term", "WrittenSum", "describe", "headline", "node_of"]


def describe(walk: Walkthrough, element: int | None, style: NumberStyle) -> OperationView | None:
    """See `Walkthrough.describe`."""
    from model.teaching import equations, formulating, naming, picturing
    from model.teaching.describing_impossible import describe_impossible
    from model.teaching.describing_update import (
        describe_frozen,
        describe_tie,
        describe_update,
        describe_whole,
    )

    if walk.impossible is not None:
        return describe_impossible(walk, walk.impossible, style)
    info = walk.last
    if info is None:
        return None
    view = OperationView(info=info, source=code_of_operation(walk, info))
    match info.kind:
        case "forward":
            view = _forward(walk, view, element)
        case "sum":
            view = _sum(walk, view, element)
        case "backward":
            view = _backward(walk, view, element)
        case "gradient":
            view = _gradient(walk, view, element)
        case "update":
            view = describe_update(walk, view, element)
        case "frozen":
            view = describe_frozen(walk, view, element)
        case "tie":
            view = describe_tie(walk, view, element)
        case _:
            view = describe_whole(walk, view, element)
    ran = _watched(walk, info)
    if walk.steps[info.index].operation is not None:
        view = replace(view, reads=_reads(walk, info))
    view = replace(view, lines=naming.lines(walk, view, ran))
    view = formulating.put_in(walk, view, style)
    view = replace(view, equations=equations.equations_of(walk, view))
    return replace(view, pictures=picturing.pictures_of(walk, view))


def node_of(walk: Walkthrough, info: StepInfo) -> PlanNode:
    return walk.rehearsal.plan.by_id[info.node_id]


def _forward(walk: Walkthrough, view: OperationView, element: int | None) -> OperationView:
    node = node_of(walk, view.info)
    n = walk.rehearsal.run.at[view.info.node_id]
    is_loss = isinstance(node.layer, Loss)
    return replace(
        view,
        formulas=node.layer.chosen_formulas().forward,
        inputs={port: walk.chosen(h) for port, h in zip(port_names(node), n.hs, strict=True)},
        out=np.array(n.loss) if is_loss else walk.chosen(n.out),
        places={} if is_loss else {"out": chosen_place(n.out[walk.item or 0], element)},
    )


def _sum(walk: Walkthrough, view: OperationView, element: int | None) -> OperationView:
    node = node_of(walk, view.info)
    n = walk.rehearsal.run.at[view.info.node_id]
    plan = walk.rehearsal.plan
    terms = tuple(
        Term(key, port_names(plan.by_id[key])[place], walk.chosen(delta))
        for (key, place), delta in zip(node.consumers, n.arriving, strict=True)
    )
    places = {"sum": chosen_place(n.delta_out[walk.item or 0], element)}
    return replace(view, terms=terms, upstream=walk.chosen(n.delta_out), places=places)


def _backward(walk: Walkthrough, view: OperationView, element: int | None) -> OperationView:
    node = node_of(walk, view.info)
    n = walk.rehearsal.run.at[view.info.node_id]
    names = port_names(node)
    passed = {k: delta for k, delta in enumerate(n.deltas) if delta is not None}
    view = replace(
        view,
        formulas=node.layer.chosen_formulas().backward,
        inputs={port: walk.chosen(h) for port, h in zip(names, n.hs, strict=True)},
        upstream=None if n.delta_out is None else walk.chosen(n.delta_out),
        downstream={names[k]: walk.chosen(delta) for k, delta in passed.items()},
        gradients=_gradients(walk, node),
    )
    item = walk.item or 0
    m = 1 if n.delta_out is None else n.delta_out[item].size
    local = {
        names[k]: jacobian(walk.whole, node.node_id, k, item)
        for k, delta in passed.items()
        if m * delta[item].size <= SMALL
    }
    slopes = {}
    for k in passed:
        found = _slopes(walk, node, k, item, local.get(names[k]))
        if found is not None:
            slopes[names[k]] = found
    view = replace(
        view,
        local=local,
        slopes=slopes,
        places={names[k]: chosen_place(delta[item], element) for k, delta in passed.items()},
    )
    sums = [_written(walk, node, view, k) for k in passed]
    return replace(view, written_out=tuple(each for each in sums if each is not None))


def _gradients(walk: Walkthrough, node: PlanNode) -> dict[str, Array]:
    """Result 1 of the node, which is worked out before it passes delta down."""
    is_done = any(
        each.node_id == node.node_id and each.kind == "gradient"
        for each in walk.operations[: walk.position]
    )
    plan = walk.rehearsal.plan
    names = node.parameters if is_done else ()
    return {name: plan.gradient(node.node_id, name).copy() for name in names}


def _slopes(
    walk: Walkthrough, node: PlanNode, k: int, item: int, local: Jacobian | None
) -> Array | None:
    if local is None:
        return diagonal(walk.whole, node.node_id, k, item)
    is_diagonal = local.structure in ("diagonal", "identity") and not local.mixes_items
    is_same = local.in_shape == local.out_shape
    if not is_diagonal or not is_same:
        return None
    return np.array(np.diagonal(local.matrix)).reshape(local.in_shape)


def _written(walk: Walkthrough, node: PlanNode, view: OperationView, k: int) -> WrittenSum | None:
    """None where other items have a part in it, or too many outputs."""
    name = port_names(node)[k]
    place = view.places[name]
    n = walk.rehearsal.run.at[node.node_id]
    item = walk.item or 0
    if n.delta_out is None:  # a loss: one output, whose delta is 1
        slope = np.array(n.deltas[k][item]).reshape(-1)[[place]]  # type: ignore[index]
        return WrittenSum(name, place, np.zeros(1, int), np.ones(1), slope)
    upstream = n.delta_out[item].reshape(-1)
    local, slopes = view.local.get(name), view.slopes.get(name)
    if slopes is not None:
        at = np.array([place])
        return WrittenSum(name, place, at, upstream[at], slopes.reshape(-1)[at])
    if local is not None:
        if local.mixes_items:
            return None
        column = local.matrix[:, place]
        return WrittenSum(name, place, np.arange(len(column)), upstream.copy(), column.copy())
    outputs, found = jacobian_column(walk.whole, node.node_id, k, item, place)
    return WrittenSum(name, place, outputs, upstream[outputs], found) if len(outputs) else None


def _gradient(walk: Walkthrough, view: OperationView, element: int | None) -> OperationView:
    node = node_of(walk, view.info)
    n = walk.rehearsal.run.at[view.info.node_id]
    item = walk.item or 0
    gradients = _gradients(walk, node)
    view = replace(
        view,
        formulas=node.layer.chosen_formulas().backward,
        inputs={p: walk.chosen(h) for p, h in zip(port_names(node), n.hs, strict=True)},
        upstream=None if n.delta_out is None else walk.chosen(n.delta_out),
        gradients=gradients,
    )
    if n.delta_out is None:  # no layer so far is a loss with parameters
        return view
    m = n.delta_out[item].size
    local = {
        name: jacobian(walk.whole, node.node_id, name, item)
        for name, gradient in gradients.items()
        if m * gradient.size <= SMALL
    }
    walk.back()
    shares = gradient_shares(walk.rehearsal, node, n, item)
    walk.forward()
    sums = []
    places = chosen_of_parameters(shares, element)
    for name, place in places.items():
        outputs, slopes = jacobian_column(
            walk.whole, node.node_id, name, item, place, most_rows=MOST_ROWS
        )
        if len(outputs):
            upstream = n.delta_out[item].reshape(-1)[outputs]
            sums.append(WrittenSum(name, place, outputs, upstream, slopes))
    return replace(view, local=local, shares=shares, written_out=tuple(sums), places=places)


def _watched(walk: Walkthrough, info: StepInfo) -> frozenset[int]:
    """Which lines of the operation's function run: it is done once more."""
    function = _function(walk, info)
    if function is None:
        return frozenset()
    walk.back()
    return watch(code_of(function), walk.forward)


def _reads(walk: Walkthrough, info: StepInfo) -> tuple[Read, ...]:
    """Asked before the operation, which is done again afterwards. Constants are left out."""
    walk.back()
    operation = walk.steps[info.index].operation
    plan = walk.rehearsal.plan
    n = walk.rehearsal.run.at[info.node_id]
    found: tuple[Read, ...] = ()
    if operation is not None:
        found = reads_of(operation, n, node_of(walk, info), plan.theta, plan.grads)
    fresh = walk.fresh.run.at[info.node_id]
    walk.forward()
    return tuple(each for each in found if not _is_constant(each, fresh))


def _is_constant(read: Read, fresh: Any) -> bool:
    """The layer has set it up once and for all, such as a row of ones."""
    at_first = getattr(fresh, read.name, None)
    return (
        read.origin == "stored"
        and isinstance(at_first, np.ndarray)
        and np.array_equal(at_first, read.values)
    )


def _function(walk: Walkthrough, info: StepInfo) -> Callable[..., Any] | None:
    """The engine's function that does the operation; None for a sum in one line."""
    updater = walk.optimising.updater
    functions: dict[str, Callable[..., Any]] = {
        "sum": add_up,
        "penalty": updater.regularizer.add_gradient,
        "clip": updater.clip,
        "update": updater.settings.optimizer.update,
        "limit": updater.regularizer.limit,
    }
    return functions.get(info.kind) or walk.steps[info.index].operation


def code_of_operation(walk: Walkthrough, info: StepInfo) -> str:
    """The NumPy lines of the operation as they stand in the program."""
    function = _function(walk, info)
    if function is not None:
        return source_of(function)
    return "total += part\n" if info.kind == "tie" else "pass  # frozen: theta stays\n"
