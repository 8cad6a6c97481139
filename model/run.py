"""The arrays of a plan for one batch size, and the flat lists of operations over them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from model.layer import Array, Loss, Source, Spec, Workspace

if TYPE_CHECKING:
    from model.plan import Plan, PlanNode

Operation = tuple[Callable[[Workspace], None], Workspace]
Feed = Mapping[str, Mapping[str, Array]]
"""By data node and port: the prepared arrays of the whole set, (N, ...)."""


without_warnings = np.errstate(over="ignore", invalid="ignore", divide="ignore")
"""A decorator: NaN and infinity are looked for in the loss and told with their node, not by
NumPy's warnings on a console that nobody sees."""


class Run:
    """Every h, delta and gradient of one batch; nothing is allocated in a step."""

    def __init__(self, plan: Plan, batch: int, is_training: bool) -> None:
        self._plan = plan
        self.batch = batch
        self.is_training = is_training
        self.at: dict[str, Workspace] = {}
        self._outs: dict[tuple[str, str], Array] = {}
        for node in plan.nodes:
            self._bind_forward(node)
        if is_training:
            for node in reversed(plan.nodes):
                self._bind_backward(node)
        self.losses: list[tuple[str, Workspace]] = []
        self.forward_operations: list[Operation] = []
        self.backward_operations: list[Operation] = []
        self._silent = [
            plan.gradient(node.node_id, name)
            for node in plan.nodes
            for name in node.parameters
            if node.learns and not node.hears_delta
        ]
        self._ties = plan.tied_gradients() if is_training else []
        self.list_operations()

    def _bind_forward(self, node: PlanNode) -> None:
        n = Workspace()
        n.node_id = node.node_id
        n.batch, n.dtype, n.is_training = self.batch, self._plan.dtype, self.is_training
        n.specs, n.rng = node.specs, self._plan.streams[node.node_id]
        n.hs = [self._outs[wire.source, wire.source_port] for wire in node.wires]
        n.h = n.hs[0] if n.hs else None
        n.deltas, n.delta, n.delta_out, n.loss = [], None, None, 0.0
        for name in node.parameters:
            setattr(n, name, self._plan.parameter(node.node_id, name))
            setattr(n, f"d{name}", self._plan.gradient(node.node_id, name))
        for (owner, name), state in self._plan.states.items():
            if owner == node.node_id:
                setattr(n, name, state)
        n.outs = {}
        for port, spec in node.outputs.items():
            if not node.layer.binds_out:
                n.outs[port] = self._out(n, spec)
        n.out = next(iter(n.outs.values()), None)
        node.layer.setup(n)
        if node.layer.binds_out:
            n.outs = dict.fromkeys(node.outputs, n.out)
        self._outs |= {(node.node_id, port): array for port, array in n.outs.items()}
        self.at[node.node_id] = n

    def _out(self, n: Workspace, spec: Spec) -> Array:
        """Where the shape stays the same, so does the order in memory."""
        if spec.classes:
            return n.empty(self.batch, *spec.shape, dtype=np.int64)
        if n.h is not None and n.h.shape[1:] == spec.shape and not n.specs[0].classes:
            return n.like(n.h)
        return n.empty(self.batch, *spec.shape)

    def _bind_backward(self, node: PlanNode) -> None:
        n = self.at[node.node_id]
        arriving = [self.at[key].deltas[position] for key, position in node.consumers]
        if len(arriving) == 1:
            n.delta_out = arriving[0]
        elif arriving:
            n.delta_out = np.zeros_like(n.out)
            n.arriving = arriving
        is_loss = isinstance(node.layer, Loss)
        n.deltas = [
            (n.empty(*h.shape) if is_loss else n.like(h)) if carries else None
            for h, carries in zip(n.hs, node.carries, strict=True)
        ]
        n.delta = n.deltas[0] if n.deltas else None

    def list_operations(self) -> None:
        """Write down the calls of both passes; again when a layer object has been swapped."""
        nodes = [node for node in self._plan.nodes if not isinstance(node.layer, Source)]
        self.losses = [(n.node_id, self.at[n.node_id]) for n in nodes if isinstance(n.layer, Loss)]
        self._weights = [n.layer.weight for n in nodes if isinstance(n.layer, Loss)]
        self.forward_operations = [(node.layer.forward, self.at[node.node_id]) for node in nodes]
        self.backward_operations = []
        if not self.is_training:
            return
        for node in reversed(nodes):
            n = self.at[node.node_id]
            if not node.hears_delta:
                continue
            if len(node.consumers) > 1:
                self.backward_operations.append((add_up, n))
            if node.learns or (node.parameters and any(node.carries)):
                # of a frozen node too: what it works out on the way, its backward may use
                self.backward_operations.append((node.layer.gradient, n))
            if any(node.carries):
                self.backward_operations.append((node.layer.backward, n))

    def layer(self, loss_id: str) -> Loss:
        """The loss at this node."""
        found = self._plan.by_id[loss_id].layer
        if not isinstance(found, Loss):
            raise TypeError(f"{loss_id} is no loss")
        return found

    def load(self, feed: Feed, indices: Array) -> None:
        """Copy these items of the data sets into the outputs of the data nodes."""
        for node_id, arrays in feed.items():
            for port, out in self.at[node_id].outs.items():
                arrays[port].take(indices, axis=0, out=out, mode="clip")

    def fill(self, arrays: Feed) -> None:
        """Put given items, (B, ...) by node and port, into the outputs of the data nodes."""
        for node_id, ports in arrays.items():
            for port, values in ports.items():
                self.at[node_id].outs[port][...] = values

    def forward(self) -> float:
        """All nodes in order. Returns the data term of J: the weighted sum of the losses."""
        for operation, n in self.forward_operations:
            operation(n)
        total = 0.0
        for weight, (_, n) in zip(self._weights, self.losses, strict=True):
            total += weight * n.loss
        return total

    def backward(self) -> None:
        """All nodes in reverse order; afterwards plan.grads holds the gradient of the data term."""
        for operation, n in self.backward_operations:
            operation(n)
        for gradient in self._silent:  # no loss depends on it; the penalty may have left a trace
            gradient.fill(0)
        for total, part in self._ties:
            total += part


def add_up(n: Workspace) -> None:
    """At a fan-out the deltas of all outgoing wires are summed."""
    np.copyto(n.delta_out, n.arriving[0])
    for delta in n.arriving[1:]:
        n.delta_out += delta
