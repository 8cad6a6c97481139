"""Dropout or batch norm put into a design that lacks it: the one thing that a twin does otherwise.

Every other node keeps its id, so that its weights and its random stream stay what they are; a new
node draws from a stream of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from model import editing
from model.design import Change, Edit, Wire
from model.errors import DesignError
from model.graph import NetworkGraph
from model.layer import Layer, Loss, Spec
from model.layers.activations import Activation
from model.layers.batch_norm import BatchNorm
from model.shapes import Inference, has_data, infer

EVERY, BEFORE_EVERY = "*", "*before"
"""Places: behind every hidden activation, or in front of every one. Others are ids of nodes, behind
which the new one comes."""


class Place(NamedTuple):
    """key: `EVERY`, `BEFORE_EVERY` or the id of a node. caption: in few words."""

    key: str
    caption: str


@dataclass(frozen=True)
class _Spot:
    """An output whose wires are led through the new node, as far as they carry h."""

    node_id: str
    port: str


def places_for(graph: NetworkGraph, layer: Layer) -> tuple[Place, ...]:
    """Where such a layer can be put in; none in a graph of variables."""
    if not has_data(graph):
        return ()
    found = infer(graph)
    single = [spot for spot in _spots(graph, found) if _is_taken(layer, found, spot)]
    hidden = _hidden(graph, found)
    places = []
    if any(_behind(graph, found, layer, hidden)):
        places.append(Place(EVERY, "behind all activations"))
    if isinstance(layer, BatchNorm) and any(_before(graph, found, layer, hidden)):
        places.append(Place(BEFORE_EVERY, "before all activations"))
    return (
        *places,
        *(Place(spot.node_id, f"behind {graph.title_of(spot.node_id)}") for spot in single),
    )


def insertion(graph: NetworkGraph, layer: Layer, place: str) -> Edit:
    """The layer put in at a place of `places_for`. Raises: DesignError where it fits nowhere."""
    found = infer(graph)
    if place == EVERY:
        spots = list(_behind(graph, found, layer, _hidden(graph, found)))
    elif place == BEFORE_EVERY:
        spots = list(_before(graph, found, layer, _hidden(graph, found)))
    else:
        graph.node(place)
        spots = [spot for spot in _spots(graph, found) if spot.node_id == place]
    title = layer.title
    if not spots:
        raise DesignError(
            f"There is no place for {title} {words_of_place(graph, place)}.",
            hint="Choose another place.",
        )
    draft = NetworkGraph(graph.design())
    changes: list[Change] = []
    created: list[str] = []
    for spot in spots:
        edit = _through(draft, layer, spot)
        draft.apply(edit.changes)
        changes += edit.changes
        created += edit.created
    text = f"Insert {title} {words_of_place(graph, place)}"
    return Edit(text, tuple(changes), tuple(created))


def words_of_place(graph: NetworkGraph, place: str) -> str:
    """Such as "behind every hidden activation"."""
    if place == EVERY:
        return "behind every hidden activation"
    if place == BEFORE_EVERY:
        return "in front of every hidden activation"
    return f"behind {graph.title_of(place)}"


def _through(graph: NetworkGraph, layer: Layer, spot: _Spot) -> Edit:
    """All that the output feeds is fed by the new node instead."""
    wires = _led(graph, spot)
    source, target = graph.node(spot.node_id), graph.node(wires[0].target)
    added = editing.add_node(graph, layer, (source.x + target.x) / 2, (source.y + target.y) / 2)
    key = added.created[0]
    first = Wire(spot.node_id, spot.port, key, layer.inputs[0].name)
    out = layer.outputs[0].name
    changes = [*added.changes, *(Change("", wire, None) for wire in wires), editing.added(first)]
    changes += [
        editing.added(Wire(key, out, wire.target, wire.target_port, wire.order)) for wire in wires
    ]
    return Edit(added.text, tuple(changes), added.created)


def _led(graph: NetworkGraph, spot: _Spot) -> list[Wire]:
    """The wires of an output, without those that a loss compares with."""
    found = []
    for wire in graph.wires_from(spot.node_id, spot.port):
        layer = graph.node(wire.target).layer
        if not isinstance(layer, Loss) or wire.target_port == layer.inputs[0].name:
            found.append(wire)
    return found


def _spots(graph: NetworkGraph, found: Inference) -> list[_Spot]:
    """First outputs that carry h to something else than a loss."""
    spots = []
    for key in found.order:
        layer = graph.node(key).layer
        if isinstance(layer, Loss) or not layer.outputs:
            continue
        spot = _Spot(key, layer.outputs[0].name)
        wires = _led(graph, spot)
        if any(not isinstance(graph.node(wire.target).layer, Loss) for wire in wires):
            spots.append(spot)
    return spots


def _is_taken(layer: Layer, found: Inference, spot: _Spot) -> bool:
    """The layer takes what this output gives, and hands it on in the same shape."""
    spec = found.outputs.get((spot.node_id, spot.port))
    if spec is None or spec.classes:
        return False
    try:
        return layer.out_spec(spec) == Spec(spec.shape)
    except DesignError:
        return False


def _hidden(graph: NetworkGraph, found: Inference) -> list[str]:
    """Activations behind which something learns."""
    learners = [key for key, parameters in found.parameters.items() if parameters]
    below = set().union(*(graph.ancestors(key) - {key} for key in learners))
    return [
        key for key in found.order if key in below and isinstance(graph.node(key).layer, Activation)
    ]


def _behind(
    graph: NetworkGraph, found: Inference, layer: Layer, hidden: Iterable[str]
) -> Iterable[_Spot]:
    """The outputs of hidden activations that have no such layer behind them yet."""
    for key in hidden:
        spot = _Spot(key, graph.node(key).layer.outputs[0].name)
        targets = (graph.node(wire.target).layer for wire in _led(graph, spot))
        is_there = any(type(each) is type(layer) for each in targets)
        if not is_there and _is_taken(layer, found, spot):
            yield spot


def _before(
    graph: NetworkGraph, found: Inference, layer: Layer, hidden: Iterable[str]
) -> Iterable[_Spot]:
    """The outputs that hidden activations stand behind, without such a layer between."""
    seen: set[_Spot] = set()
    for key in hidden:
        wire = graph.wires_into(key)[0]
        spot = _Spot(wire.source, wire.source_port)
        is_there = type(graph.node(wire.source).layer) is type(layer)
        if spot not in seen and not is_there and _is_taken(layer, found, spot):
            seen.add(spot)
            yield spot
