"""A design compiled for training: operations in order, one flat vector for all parameters.

The plan owns what lives from step to step (theta, gradients, running statistics, random streams).
What belongs to one batch size, every h and delta, is bound once in a `Run` and used again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from model.chance import stream
from model.errors import DesignError
from model.graph import NetworkGraph, Wire
from model.initializers import INITIALIZERS
from model.layer import Array, Layer, Loss, Parameter, Source, Spec
from model.run import Run
from model.shapes import Inference, infer

MAX_BOUND_RUNS = 8


@dataclass
class PlanNode:
    """One node as the plan sees it. `layer` may be swapped while all shapes stay the same.

    wires: entering, in the order of the ports. carries: for each, whether a delta goes down it.
    hears_delta: some loss depends on the node, and something in it or below it learns.
    """

    node_id: str
    layer: Layer
    specs: tuple[Spec, ...]
    outputs: dict[str, Spec]
    wires: tuple[Wire, ...]
    carries: tuple[bool, ...]
    hears_delta: bool
    consumers: tuple[tuple[str, int], ...]
    """(node id, position of the wire there) of every wire that brings a delta back."""
    parameters: dict[str, Parameter]


class Plan:
    """theta, grads: (P,) with penalised parameters first, n_penalised of them."""

    def __init__(self, nodes: list[PlanNode], dtype: Any, seed: int) -> None:
        self.nodes = nodes
        self.by_id = {node.node_id: node for node in nodes}
        self.dtype = np.dtype(dtype)
        self.seed = seed
        self.slices: dict[tuple[str, str], slice] = {}
        self.n_penalised = 0
        self._place()
        total = max((part.stop for part in self.slices.values()), default=0)
        self.theta: Array = np.zeros(total, self.dtype)
        self.grads: Array = np.zeros(total, self.dtype)
        self.states: dict[tuple[str, str], Array] = {}
        self.streams = {node.node_id: stream(seed, "draws", node.node_id) for node in nodes}
        self._runs: dict[tuple[int, bool], Run] = {}
        self._initialize()

    def _place(self) -> None:
        start = 0
        for is_penalised in (True, False):
            for node in self.nodes:
                for name, parameter in node.parameters.items():
                    if parameter.is_penalised == is_penalised:
                        size = Spec(parameter.shape).size
                        self.slices[node.node_id, name] = slice(start, start + size)
                        start += size
            if is_penalised:
                self.n_penalised = start

    def _initialize(self) -> None:
        """First values, each parameter from a stream of its own; drawn in float64, so that plans
        of both number types start alike."""
        for node in self.nodes:
            for name, parameter in node.parameters.items():
                rng = stream(self.seed, "initial values", f"{node.node_id}.{name}")
                drawn = INITIALIZERS[parameter.initializer](rng, parameter)
                self.parameter(node.node_id, name)[...] = drawn
            for name, state in node.layer.states(*node.specs).items():
                self.states[node.node_id, name] = np.full(state.shape, state.value, self.dtype)

    def parameter(self, node_id: str, name: str) -> Array:
        """A view into theta in the parameter's shape."""
        shape = self.by_id[node_id].parameters[name].shape
        return self.theta[self.slices[node_id, name]].reshape(shape)

    def gradient(self, node_id: str, name: str) -> Array:
        """A view into grads in the parameter's shape."""
        shape = self.by_id[node_id].parameters[name].shape
        return self.grads[self.slices[node_id, name]].reshape(shape)

    def bind(self, batch: int, *, is_training: bool) -> Run:
        """The arrays for this batch size, made once."""
        key = (batch, is_training)
        found = self._runs.get(key)
        if found is None:
            if len(self._runs) >= MAX_BOUND_RUNS:
                self._runs.pop(next(iter(self._runs)))
            found = self._runs[key] = Run(self, batch, is_training)
        return found

    def swap_layer(self, node_id: str, layer: Layer) -> None:
        """Another layer object of the same kind and shapes (p, epsilon, a loss's weight ...)."""
        self.by_id[node_id].layer = layer
        for run in self._runs.values():
            run.list_operations()

    def adopt(self, old: Plan) -> tuple[list[str], list[tuple[slice, slice]]]:
        """Take over parameters, states and streams of every node whose shapes are the same.

        Returns the ids of nodes that start anew, and (new, old) slices of theta that were kept,
        for the optimiser's memory.
        """
        kept: list[tuple[slice, slice]] = []
        fresh: list[str] = []
        for node in self.nodes:
            before = old.by_id.get(node.node_id)
            if before is None or _shapes(before) != _shapes(node):
                if node.parameters:
                    fresh.append(node.node_id)
                continue
            self.streams[node.node_id] = old.streams[node.node_id]
            for name in node.parameters:
                places = self.slices[node.node_id, name], old.slices[node.node_id, name]
                self.theta[places[0]] = old.theta[places[1]]
                kept.append(places)
            for name in node.layer.states(*node.specs):
                self.states[node.node_id, name][...] = old.states[node.node_id, name]
        return fresh, kept


def _shapes(node: PlanNode) -> tuple[type[Layer], dict[str, tuple[int, ...]]]:
    return type(node.layer), {name: found.shape for name, found in node.parameters.items()}


def compile_plan(
    graph: NetworkGraph, found: Inference | None = None, *, dtype: Any = np.float32
) -> Plan:
    """Raises: DesignError with the first problem where the design cannot run."""
    found = infer(graph) if found is None else found
    blocking = next((problem for problem in found.problems if problem.is_blocking), None)
    if blocking is not None:
        raise DesignError(blocking.message, node_id=blocking.node_id or None, hint=blocking.hint)
    learns, hears = _reach(graph, found)
    nodes = []
    for key in found.order:
        layer = graph.node(key).layer
        wires = tuple(graph.wires_into(key))
        nodes.append(
            PlanNode(
                node_id=key,
                layer=layer,
                specs=found.inputs[key],
                outputs={port: spec for (k, port), spec in found.outputs.items() if k == key},
                wires=wires,
                carries=tuple(_carries(graph, wire, learns, hears) for wire in wires),
                hears_delta=hears[key] and learns[key],
                consumers=_consumers(graph, key, learns, hears),
                parameters=found.parameters[key],
            )
        )
    return Plan(nodes, dtype, graph.training.seed)


def _reach(graph: NetworkGraph, found: Inference) -> tuple[dict[str, bool], dict[str, bool]]:
    """learns: parameters in the node or below it. hears: a loss depends on the node's output."""
    learns: dict[str, bool] = {}
    for key in found.order:
        below = any(learns[wire.source] for wire in graph.wires_into(key))
        learns[key] = below or bool(found.parameters[key])
    hears: dict[str, bool] = {}
    for key in reversed(found.order):
        hears[key] = isinstance(graph.node(key).layer, Loss) or any(
            hears[wire.target] and _passes(graph, wire) for wire in graph.wires_from(key)
        )
    return learns, hears


def _passes(graph: NetworkGraph, wire: Wire) -> bool:
    """Targets are taken as given: no delta goes to them."""
    return not (isinstance(graph.node(wire.target).layer, Loss) and wire.target_port == "target")


def _carries(
    graph: NetworkGraph, wire: Wire, learns: dict[str, bool], hears: dict[str, bool]
) -> bool:
    return learns[wire.source] and hears[wire.target] and _passes(graph, wire)


def _consumers(
    graph: NetworkGraph, key: str, learns: dict[str, bool], hears: dict[str, bool]
) -> tuple[tuple[str, int], ...]:
    if isinstance(graph.node(key).layer, Source):
        return ()
    return tuple(
        (wire.target, graph.wires_into(wire.target).index(wire))
        for wire in graph.wires_from(key)
        if _carries(graph, wire, learns, hears)
    )
