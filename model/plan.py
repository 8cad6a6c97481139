"""A design compiled for training: operations in order, one flat vector for all parameters.

The plan owns what lives from step to step (theta, gradients, running statistics, random streams).
What belongs to one batch size, every h and delta, is bound once in a `Run` and used again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from model.chance import stream
from model.design import Wire
from model.errors import DesignError
from model.given_weights import given_arrays
from model.graph import NetworkGraph
from model.initializers import INITIALIZERS
from model.layer import Array, Layer, Loss, Parameter, Source, Spec
from model.memory import zeros
from model.run import Run
from model.shapes import Inference, has_data, infer

MAX_BOUND_RUNS = 8


@dataclass
class PlanNode:
    """One node as the plan sees it. `layer` may be swapped while all shapes stay the same.

    wires: entering, in the order of the ports. carries: for each, whether a delta goes down it.
    hears_delta: some loss depends on the node, and something in it or below it learns. is_frozen:
    its parameters stay as they are. l1, l2: its own penalty weights. given: typed first values.
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
    is_frozen: bool = False
    l1: float | None = None
    l2: float | None = None
    given: dict[str, Array] = field(default_factory=dict)

    @property
    def learns(self) -> bool:
        """The node has parameters and they are not frozen."""
        return bool(self.parameters) and not self.is_frozen


class Plan:
    """theta, grads: (P,): n_penalised parameters that a penalty touches, then the others that
    learn, n_learning in all, then the frozen ones.

    slices: the place of each parameter, by (node id, name); a tied one has none of its own. ties:
    by (node id, name), the node whose array it is, transposed.
    """

    def __init__(self, nodes: list[PlanNode], dtype: Any, seed: int) -> None:
        self.nodes = nodes
        self.by_id = {node.node_id: node for node in nodes}
        self.dtype = np.dtype(dtype)
        self.seed = seed
        self.slices: dict[tuple[str, str], slice] = {}
        self.ties: dict[tuple[str, str], str] = {}
        self.n_penalised = self.n_learning = 0
        self._place()
        total = max((part.stop for part in self.slices.values()), default=0)
        self.theta: Array = zeros((total,), self.dtype)
        self.grads: Array = zeros((total,), self.dtype)
        self._tied_grads = {
            (key, name): np.zeros(self.by_id[key].parameters[name].shape, self.dtype)
            for key, name in self.ties
        }
        self.states: dict[tuple[str, str], Array] = {}
        self.streams = {node.node_id: stream(seed, "draws", node.node_id) for node in nodes}
        self._runs: dict[tuple[int, bool], Run] = {}
        self._initialize()

    def _place(self) -> None:
        groups: tuple[list[tuple[str, str]], ...] = ([], [], [])
        for node in self.nodes:
            for name, parameter in node.parameters.items():
                if parameter.tied_to:
                    self.ties[node.node_id, name] = parameter.tied_to
                    continue
                group = 2 if node.is_frozen else 0 if parameter.is_penalised else 1
                groups[group].append((node.node_id, name))
        ends = []
        start = 0
        for group_places in groups:
            for key, name in group_places:
                size = Spec(self.by_id[key].parameters[name].shape).size
                self.slices[key, name] = slice(start, start + size)
                start += size
            ends.append(start)
        self.n_penalised, self.n_learning, _ = ends

    def _initialize(self) -> None:
        """First values, each parameter from a stream of its own; drawn in float64, so that plans
        of both number types start alike."""
        for node in self.nodes:
            for name, parameter in node.parameters.items():
                if not parameter.tied_to:
                    rng = stream(self.seed, "initial values", f"{node.node_id}.{name}")
                    drawn = INITIALIZERS[parameter.initializer](rng, parameter)
                    self.parameter(node.node_id, name)[...] = drawn
                    self._put_typed(node.node_id, name, parameter)
            self.give(node.node_id)
            for name, state in node.layer.states(*node.specs).items():
                self.states[node.node_id, name] = np.full(state.shape, state.value, self.dtype)

    def _put_typed(self, node_id: str, name: str, parameter: Parameter) -> None:
        if parameter.values:
            typed = np.array(parameter.values).reshape(parameter.shape)
            self.parameter(node_id, name)[...] = typed

    def give(self, node_id: str) -> None:
        """Put the typed values of a node into its parameters."""
        for name, values in self.by_id[node_id].given.items():
            self.parameter(node_id, name)[...] = values

    def parameter(self, node_id: str, name: str) -> Array:
        """A view into theta in the parameter's shape; of a tied one, into the other's array."""
        if (node_id, name) in self.ties:
            return self.parameter(self.ties[node_id, name], name).T
        shape = self.by_id[node_id].parameters[name].shape
        return self.theta[self.slices[node_id, name]].reshape(shape)

    def gradient(self, node_id: str, name: str) -> Array:
        """A view into grads in the parameter's shape; a tied one has room of its own, which
        `Run.backward` adds to the other's."""
        if (node_id, name) in self.ties:
            return self._tied_grads[node_id, name]
        shape = self.by_id[node_id].parameters[name].shape
        return self.grads[self.slices[node_id, name]].reshape(shape)

    def tied_gradients(self) -> list[tuple[Array, Array]]:
        """(sum, part): where the gradient of each tied parameter is to be added."""
        return [
            (self.gradient(other, name).T, self._tied_grads[key, name])
            for (key, name), other in self.ties.items()
            if self.by_id[key].hears_delta
            and not self.by_id[key].is_frozen
            and not self.by_id[other].is_frozen
        ]

    def bind(self, batch: int, *, is_training: bool) -> Run:
        """The arrays for this batch size, made once."""
        key = (batch, is_training)
        found = self._runs.get(key)
        if found is None:
            if len(self._runs) >= MAX_BOUND_RUNS:
                self._runs.pop(next(iter(self._runs)))
            found = self._runs[key] = Run(self, batch, is_training)
        return found

    def kept_draws(self) -> list[tuple[int, str, Array]]:
        """(batch, node id, noise) of masks that were drawn once and stay: a layer that keeps its
        draw has `n.noise` and `n.is_drawn`."""
        return [
            (batch, key, n.noise)
            for (batch, is_training), run in self._runs.items()
            if is_training
            for key, n in run.at.items()
            if getattr(self.by_id[key].layer, "new_mask", "") == "frozen" and n.is_drawn
        ]

    def forget_runs(self) -> None:
        """All arrays but those of the plan itself; the next `bind` makes them anew."""
        self._runs.clear()

    def swap_layer(self, node_id: str, layer: Layer) -> None:
        """Another layer object of the same kind and shapes (p, epsilon, a loss's weight ...)."""
        node = self.by_id[node_id]
        node.layer = layer
        for name, parameter in layer.parameters(*node.specs).items():
            if parameter.values != node.parameters[name].values:
                self._put_typed(node_id, name, parameter)
                node.parameters[name] = parameter
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
                place = node.node_id, name
                if place in self.ties:
                    continue
                self.parameter(*place)[...] = old.parameter(*place)
                if place in old.slices:
                    kept.append((self.slices[place], old.slices[place]))
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
        piece = graph.node(key)
        wires = tuple(graph.wires_into(key))
        nodes.append(
            PlanNode(
                node_id=key,
                layer=piece.layer,
                specs=found.inputs[key],
                outputs={port: spec for (k, port), spec in found.outputs.items() if k == key},
                wires=wires,
                carries=tuple(_carries(graph, wire, learns, hears) for wire in wires),
                hears_delta=hears[key] and learns[key],
                consumers=_consumers(graph, key, learns, hears),
                parameters=found.parameters[key],
                is_frozen=piece.is_frozen,
                l1=piece.l1,
                l2=piece.l2,
                given=given_arrays(piece.title, piece.weights, found.parameters[key]),
            )
        )
    return Plan(nodes, dtype, graph.training.seed)


def _reach(graph: NetworkGraph, found: Inference) -> tuple[dict[str, bool], dict[str, bool]]:
    """learns: something in the node or below it learns; in a graph of variables alone every node
    counts, for all its deltas are looked at. hears: a loss depends on its output."""
    learns: dict[str, bool] = {}
    is_followed = not has_data(graph)
    for key in found.order:
        below = any(learns[wire.source] for wire in graph.wires_into(key))
        own = bool(found.parameters[key]) and not graph.node(key).is_frozen
        learns[key] = below or own or is_followed
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
