"""One node replaced by a group of nodes, and a group by one node; everything around makes room."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np

from model.design import Change, Edit, Node, Note, Wire, stem_of
from model.errors import DesignError
from model.given_weights import given_arrays
from model.graph import NetworkGraph
from model.layer import Array, Layer
from model.plan import Plan, PlanNode
from model.shapes import Inference, infer

COLUMN_PX = 304.0
ROW_PX = 168.0
ENTRY = ""
"""Stands for the wire that enters the group."""

Weights = Plan | Mapping[str, Mapping[str, Array]] | None
"""Where the present parameters are: a plan, arrays by node and name, or None for first values."""


def parameters_of(
    graph: NetworkGraph, weights: Weights, node_id: str, found: Inference | None = None
) -> dict[str, Array]:
    """Copies of a node's parameters; first values of the design where `weights` has none.

    found: the shapes of the design, where they have been worked out before.
    Raises: DesignError where the node's shapes cannot be worked out.
    """
    if isinstance(weights, Plan) and node_id in weights.by_id:
        names = weights.by_id[node_id].parameters
        return {name: weights.parameter(node_id, name).copy() for name in names}
    if weights is not None and not isinstance(weights, Plan) and node_id in weights:
        return {name: np.array(values) for name, values in weights[node_id].items()}
    found = infer(graph) if found is None else found
    node = graph.node(node_id)
    if node_id not in found.parameters:
        raise DesignError(
            f"The shapes of {node.title} cannot be worked out yet.",
            node_id=node_id,
            hint="Repair the problems of the design first.",
        )
    parameters = found.parameters[node_id]
    given = given_arrays(node.title, node.weights, parameters)
    alone = PlanNode(
        node_id, node.layer, found.inputs[node_id], {}, (), (), False, (), parameters, given=given
    )
    plan = Plan([alone], np.float64, graph.training.seed)
    return {name: plan.parameter(node_id, name).copy() for name in parameters}


def typed(values: Array) -> str:
    """The text of a Variable that holds these numbers, every digit of them."""
    if values.ndim == 0:
        return str(values[()])
    rows: list[str] = [", ".join(map(str, row)) for row in np.atleast_2d(values)]
    if values.ndim == 1:
        return rows[0] if len(values) > 1 else f"{rows[0]},"
    return "; ".join(rows) if len(rows) > 1 else f"{rows[0]};"


class Group:
    """Nodes that will stand for another one, by column and row, and the wires between them.

    step: distance between columns and between rows, px.
    """

    def __init__(
        self,
        graph: NetworkGraph,
        x: float,
        y: float,
        step: tuple[float, float] = (COLUMN_PX, ROW_PX),
    ) -> None:
        self._graph = graph
        self._corner = x, y
        self._step = step
        self.nodes: dict[str, Node] = {}
        self.wires: list[tuple[str, str, str]] = []
        """(source or ENTRY, target, port)."""

    def add(
        self,
        layer: Layer,
        name: str,
        place: tuple[float, float],
        reads: Sequence[str] = (),
        **fields: Any,
    ) -> str:
        """Returns the new id. place: column and row; reads: a source for each port of the layer."""
        key = self._graph.new_id(stem_of(layer), self.nodes)
        x = self._corner[0] + place[0] * self._step[0]
        y = self._corner[1] + place[1] * self._step[1]
        node = Node(layer=layer, name=name, x=round(x, 2), y=round(y, 2))
        self.nodes[key] = msgspec.structs.replace(node, **fields)
        for source, port in zip(reads, layer.inputs, strict=True):
            self.wires.append((source, key, port.name))
        return key

    @property
    def extent(self) -> tuple[float, float]:
        """From the corner to the top left corner of the outermost nodes."""
        return extent(self.nodes.values())


def extent(nodes: Collection[Node]) -> tuple[float, float]:
    """Distance between the outermost corners, across and down."""
    across, down = [node.x for node in nodes], [node.y for node in nodes]
    return max(across) - min(across), max(down) - min(down)


def opened(graph: NetworkGraph, node_id: str, group: Group, exit_id: str, text: str) -> Edit:
    """The group in place of the node. What lies to the right of it and below moves away."""
    node = graph.node(node_id)
    entering = graph.wires_into(node_id)
    leaving = graph.wires_from(node_id)
    wires = [
        Wire(start.source, start.source_port, target, port)
        for source, target, port in group.wires
        if source == ENTRY
        for start in entering
    ]
    wires += [
        Wire(source, "h", target, port) for source, target, port in group.wires if source != ENTRY
    ]
    wires += [msgspec.structs.replace(wire, source=exit_id, source_port="h") for wire in leaving]
    changes = [Change("", wire, None) for wire in (*entering, *leaving)]
    changes.append(Change(node_id, node, None))
    changes += _moved_away(graph, {node_id}, (node.x, node.y), group.extent)
    changes += [Change(key, None, made) for key, made in group.nodes.items()]
    changes += [Change("", None, wire) for wire in wires]
    return Edit(text, tuple(changes), tuple(group.nodes))


def closed(
    graph: NetworkGraph, members: Collection[str], node: Node, entry: Wire, exit_id: str, text: str
) -> Edit:
    """One node in place of a group: `opened` the other way round."""
    inner = [graph.node(key) for key in members]
    corner = min(piece.x for piece in inner), min(piece.y for piece in inner)
    node = msgspec.structs.replace(node, x=corner[0], y=corner[1])
    key = graph.new_id(stem_of(node.layer))
    touched = {wire for member in members for wire in graph.wires_into(member)}
    leaving = graph.wires_from(exit_id)
    across, down = extent(inner)
    changes = [Change("", wire, None) for wire in sorted(touched.union(leaving))]
    changes += [Change(member, graph.node(member), None) for member in sorted(members)]
    changes += _moved_away(graph, members, (corner[0] + across, corner[1] + down), (-across, -down))
    changes.append(Change(key, None, node))
    changes.append(Change("", None, Wire(entry.source, entry.source_port, key, "h")))
    changes += [
        Change("", None, msgspec.structs.replace(wire, source=key, source_port="h"))
        for wire in leaving
    ]
    return Edit(text, tuple(changes), (key,))


def _moved_away(
    graph: NetworkGraph,
    members: Collection[str],
    corner: tuple[float, float],
    distance: tuple[float, float],
) -> list[Change]:
    """Nodes and notes right of the corner go across by distance[0], those below down by [1]."""
    changes = []
    pieces: dict[str, Node | Note] = {**graph.nodes, **graph.notes}
    for key, piece in pieces.items():
        if key in members:
            continue
        x = piece.x + (distance[0] if piece.x > corner[0] + 1 else 0)
        y = piece.y + (distance[1] if piece.y > corner[1] + 1 else 0)
        if (x, y) != (piece.x, piece.y):
            placed = msgspec.structs.replace(piece, x=round(x, 2), y=round(y, 2))
            changes.append(Change(key, piece, placed))
    return changes


def refuse_ties(graph: NetworkGraph, node_id: str) -> None:
    """Raises: DesignError where the node shares its W with another one."""
    node = graph.node(node_id)
    ties = {key: str(getattr(graph.node(key).layer, "tied_to", "")) for key in graph}
    if ties[node_id] or node_id in ties.values():
        raise DesignError(
            f"{node.title} shares its weights with another layer.",
            node_id=node_id,
            hint="Clear the field “tied to” first.",
        )
