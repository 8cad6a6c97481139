"""One step of a training written down: for every node what comes in, what goes out, and its deltas.

Nothing is updated and the training stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from model.analysis.memory import Memory
from model.analysis.rehearsal import Rehearsal, rehearse
from model.design import Wire
from model.graph import NetworkGraph
from model.layer import Array, Loss, Workspace, tag_of
from model.plan import PlanNode
from model.run import without_warnings
from model.trainer import Trainer


@dataclass(frozen=True)
class WireTrace:
    """What one wire brings into a node, of one item.

    port: the name of the input port, with the place in brackets where several wires enter it, such
    as `h[1]`. h: what comes up. delta: dJ/dh, what the node passes down; None where training sends
    nothing down this wire.
    """

    wire: Wire
    port: str
    h: Array
    delta: Array | None


@dataclass(frozen=True)
class NodeTrace:
    """One node, of one item of the batch.

    outs: by output port; empty for a loss. loss: its value over the batch, before its weight; None
    for other nodes. delta_arriving: dJ/dout; None where no loss depends on the node. grads: dJ/d
    parameter, the item's share; batch_grads: the sum over the batch. All of the data term of J.
    """

    node_id: str
    tag: str
    title: str
    inputs: tuple[WireTrace, ...]
    outs: dict[str, Array]
    loss: float | None
    delta_arriving: Array | None
    grads: dict[str, Array] = field(default_factory=dict)
    batch_grads: dict[str, Array] = field(default_factory=dict)

    @property
    def out(self) -> Array | None:
        return next(iter(self.outs.values()), None)


@dataclass(frozen=True)
class Trace:
    """loss: the data term of J of the batch. nodes: by id, in the order of computation."""

    item: int
    batch: int
    loss: float
    nodes: dict[str, NodeTrace]


@without_warnings
def trace(graph: NetworkGraph | Rehearsal, item: int = 0, trainer: Trainer | None = None) -> Trace:
    """The next step of the trainer, or the first step of the design, in float64.

    Masks are those that the step would draw. Raises: FieldError where the batch has no such item,
    DesignError where the design cannot run, DataError.
    """
    step = rehearse(graph if trainer is None else trainer, dtype=np.float64)
    step.check_item(item)
    loss = step.run.forward()
    shares = _backward(step, item)
    nodes = {node.node_id: _node(step, node, item, shares) for node in step.plan.nodes}
    return Trace(item, step.batch, loss, nodes)


def _backward(step: Rehearsal, item: int) -> dict[tuple[str, str], Array]:
    """The whole backward pass; by (node id, parameter) the item's share of each gradient."""
    shares: dict[tuple[str, str], Array] = {}
    for operation, n in step.run.backward_operations:
        node = step.plan.by_id[n.node_id]
        if operation == node.layer.gradient:
            found = gradient_shares(step, node, n, item)
            shares |= {(node.node_id, name): share for name, share in found.items()}
        operation(n)
    return shares


def gradient_shares(step: Rehearsal, node: PlanNode, n: Workspace, item: int) -> dict[str, Array]:
    """The item's share of each gradient of a node, which is about to be computed: the gradient is
    linear in delta, so it is that of the item's delta alone. Leaves all as it was."""
    memory = Memory(n, leave=(step.plan.theta,), apart=(step.plan.grads,))
    alone = np.zeros_like(n.delta_out)
    alone[item] = n.delta_out[item]
    n.delta_out[...] = alone
    node.layer.gradient(n)
    found = {name: step.plan.gradient(node.node_id, name).copy() for name in node.parameters}
    memory.restore()
    return found


def _node(
    step: Rehearsal, node: PlanNode, item: int, shares: dict[tuple[str, str], Array]
) -> NodeTrace:
    n = step.run.at[node.node_id]
    is_loss = isinstance(node.layer, Loss)
    names = [name for name in node.parameters if (node.node_id, name) in shares]
    return NodeTrace(
        node_id=node.node_id,
        tag=tag_of(node.layer),
        title=step.graph.title_of(node.node_id),
        inputs=tuple(
            WireTrace(wire, port, h[item].copy(), None if delta is None else np.array(delta[item]))
            for wire, port, h, delta in zip(
                node.wires, port_names(node), n.hs, n.deltas, strict=True
            )
        ),
        outs={} if is_loss else {port: np.array(out[item]) for port, out in n.outs.items()},
        loss=n.loss if is_loss else None,
        delta_arriving=None if n.delta_out is None else np.array(n.delta_out[item]),
        grads={name: shares[node.node_id, name] for name in names},
        batch_grads={name: step.plan.gradient(node.node_id, name).copy() for name in names},
    )


def port_names(node: PlanNode) -> list[str]:
    """The input port of each wire; `h[0]`, `h[1]` where several wires enter one port."""
    ports = [wire.target_port for wire in node.wires]
    return [
        port if ports.count(port) == 1 else f"{port}[{ports[:k].count(port)}]"
        for k, port in enumerate(ports)
    ]


def as_json(found: Trace) -> dict[str, Any]:
    """Lists and numbers only. A node with one output has its array as `out`, a data node an object
    by port; `delta` is by input port."""
    return {
        "item": found.item,
        "batch": found.batch,
        "loss": found.loss,
        "nodes": {key: _node_as_json(node) for key, node in found.nodes.items()},
    }


def _node_as_json(node: NodeTrace) -> dict[str, Any]:
    outs = {port: out.tolist() for port, out in node.outs.items()}
    arriving = node.delta_arriving
    return {
        "type": node.tag,
        "title": node.title,
        "h": {each.port: each.h.tolist() for each in node.inputs},
        "out": outs if len(outs) > 1 else next(iter(outs.values()), node.loss),
        "delta_arriving": None if arriving is None else arriving.tolist(),
        "delta": {
            each.port: None if each.delta is None else each.delta.tolist() for each in node.inputs
        },
        "grads": {name: array.tolist() for name, array in node.grads.items()},
        "batch_grads": {name: array.tolist() for name, array in node.batch_grads.items()},
    }
