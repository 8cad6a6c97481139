"""Everything there is to say about one operation of a walk: numbers, formulas, lines, reads."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from model.analysis.jacobian import Jacobian, jacobian, jacobian_column
from model.analysis.tracing import gradient_shares, port_names
from model.layer import Array, Loss
from model.plan import PlanNode
from model.run import add_up
from model.teaching.anatomy import anatomy
from model.teaching.operations import StepInfo
from model.teaching.reading import Read, reads_of
from model.teaching.walkthrough import Walkthrough

SMALL = 4096
"""Numbers of a Jacobian up to which it is given whole."""
MOST_ROWS = 64
"""Outputs that may depend on one parameter for its share of the gradient to be written out."""

Lines = tuple[tuple[str, str], ...]
"""(caption, LaTeX)."""


@dataclass(frozen=True)
class Term:
    """A delta that arrives over one of several wires. source: the node that has passed it down."""

    source: str
    port: str
    delta: Array


@dataclass(frozen=True)
class WrittenSum:
    """One chosen number: total = sum of upstream times local, of one item.

    by: the port or the parameter; place: of the chosen number, row by row; outputs: the places of
    the outputs that depend on it (only these have a term).
    """

    by: str
    place: int
    outputs: Array
    upstream: Array
    local: Array

    @property
    def total(self) -> float:
        return float(self.upstream @ self.local)


@dataclass(frozen=True)
class OperationView:
    """One operation. Arrays are those of the chosen item, or of the batch; copies.

    formulas: of the layer; with_numbers: the same with numbers put in. source: the NumPy lines that
    ran. reads: what they read. inputs, downstream: by port. local: Jacobians by port or parameter,
    where they are small. terms: what is summed at a fan-out. gradients: result 1 over the batch,
    shares: of the item, by parameter. parts: by parameter, the anatomy of its update.
    """

    info: StepInfo
    source: str
    formulas: Lines = ()
    with_numbers: Lines = ()
    reads: tuple[Read, ...] = ()
    inputs: dict[str, Array] = field(default_factory=dict)
    out: Array | None = None
    upstream: Array | None = None
    local: dict[str, Jacobian] = field(default_factory=dict)
    downstream: dict[str, Array] = field(default_factory=dict)
    terms: tuple[Term, ...] = ()
    written_out: tuple[WrittenSum, ...] = ()
    gradients: dict[str, Array] = field(default_factory=dict)
    shares: dict[str, Array] = field(default_factory=dict)
    parts: dict[str, dict[str, Array]] = field(default_factory=dict)

    @property
    def lit(self) -> tuple[str, ...]:
        """Ids of the nodes whose stored outputs (the tape) the operation reads."""
        own = (self.info.node_id for each in self.reads if each.origin == "output")
        below = (each.source for each in self.reads if each.origin == "input")
        return tuple(dict.fromkeys([*below, *own]))


def describe(walk: Walkthrough, element: int | None, digits: int) -> OperationView | None:
    """See `Walkthrough.describe`."""
    from model.teaching import formulating

    info = walk.last
    if info is None:
        return None
    view = OperationView(info=info, source=_source(walk, info))
    match info.kind:
        case "forward":
            view = _forward(walk, view)
        case "sum":
            view = _sum(walk, view)
        case "backward":
            view = _backward(walk, view, element)
        case "gradient":
            view = _gradient(walk, view, element)
        case "update":
            view = _update(walk, view)
    if walk.steps[info.index].operation is not None:
        view = replace(view, reads=_reads(walk, info))
    return formulating.put_in(walk, view, element, digits)


def node_of(walk: Walkthrough, info: StepInfo) -> PlanNode:
    return walk.rehearsal.plan.by_id[info.node_id]


def _forward(walk: Walkthrough, view: OperationView) -> OperationView:
    node = node_of(walk, view.info)
    n = walk.rehearsal.run.at[view.info.node_id]
    return replace(
        view,
        formulas=node.layer.chosen_formulas().forward,
        inputs={port: walk.chosen(h) for port, h in zip(port_names(node), n.hs, strict=True)},
        out=np.array(n.loss) if isinstance(node.layer, Loss) else walk.chosen(n.out),
    )


def _sum(walk: Walkthrough, view: OperationView) -> OperationView:
    node = node_of(walk, view.info)
    n = walk.rehearsal.run.at[view.info.node_id]
    plan = walk.rehearsal.plan
    terms = tuple(
        Term(key, port_names(plan.by_id[key])[place], walk.chosen(delta))
        for (key, place), delta in zip(node.consumers, n.arriving, strict=True)
    )
    return replace(view, terms=terms, upstream=walk.chosen(n.delta_out))


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
    )
    item = walk.item or 0
    m = 1 if n.delta_out is None else n.delta_out[item].size
    local = {
        names[k]: jacobian(walk.whole, node.node_id, k, item)
        for k, delta in passed.items()
        if m * delta[item].size <= SMALL
    }
    sums = [
        _written(walk, node, k, delta[item], local.get(names[k]), element)
        for k, delta in passed.items()
    ]
    return replace(view, local=local, written_out=tuple(each for each in sums if each is not None))


def _written(
    walk: Walkthrough,
    node: PlanNode,
    k: int,
    delta: Array,
    local: Jacobian | None,
    element: int | None,
) -> WrittenSum | None:
    """None where other items have a part in it, or too many outputs."""
    place = chosen_place(delta, element)
    name = port_names(node)[k]
    if local is not None:
        if local.mixes_items or local.delta is None:
            return None
        column = local.matrix[:, place]
        return WrittenSum(name, place, np.arange(len(column)), local.delta, column.copy())
    n = walk.rehearsal.run.at[node.node_id]
    if n.delta_out is None:  # a loss: one output, whose delta is 1
        return WrittenSum(name, place, np.zeros(1, int), np.ones(1), delta.reshape(-1)[[place]])
    item = walk.item or 0
    outputs, slopes = jacobian_column(walk.whole, node.node_id, k, item, place)
    upstream = n.delta_out[item].reshape(-1)[outputs]
    return WrittenSum(name, place, outputs, upstream, slopes) if len(outputs) else None


def chosen_place(values: Array, element: int | None) -> int:
    """The place of the chosen number, within bounds; of the largest where none is chosen."""
    flat = np.abs(values).reshape(-1)
    if element is not None:
        return min(max(element, 0), len(flat) - 1)
    return int(np.argmax(np.nan_to_num(flat)))


def _gradient(walk: Walkthrough, view: OperationView, element: int | None) -> OperationView:
    node = node_of(walk, view.info)
    n = walk.rehearsal.run.at[view.info.node_id]
    plan, item = walk.rehearsal.plan, walk.item or 0
    gradients = {name: plan.gradient(node.node_id, name).copy() for name in node.parameters}
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
    for name, share in shares.items():
        place = chosen_place(share, element)
        outputs, slopes = jacobian_column(
            walk.whole, node.node_id, name, item, place, most_rows=MOST_ROWS
        )
        if len(outputs):
            upstream = n.delta_out[item].reshape(-1)[outputs]
            sums.append(WrittenSum(name, place, outputs, upstream, slopes))
    return replace(view, local=local, shares=shares, written_out=tuple(sums))


def _update(walk: Walkthrough, view: OperationView) -> OperationView:
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
    return replace(view, formulas=optimizer.formulas.forward, parts=parts)


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


def _source(walk: Walkthrough, info: StepInfo) -> str:
    """The NumPy lines of the operation as they stand in the program."""
    updater = walk.optimising.updater
    functions: dict[str, Callable[..., Any]] = {
        "sum": add_up,
        "penalty": updater.regularizer.add_gradient,
        "clip": updater.clip,
        "update": updater.settings.optimizer.update,
        "limit": updater.regularizer.limit,
    }
    function = functions.get(info.kind) or walk.steps[info.index].operation
    if function is None:
        return "total += part\n"
    return textwrap.dedent(inspect.getsource(function))
