"""May this wire be drawn? Asked while a wire is dragged, so every refusal says why."""

from __future__ import annotations

from model.design import Wire
from model.errors import DesignError, WireError
from model.graph import NetworkGraph
from model.shapes import Inference


def check_wire(
    graph: NetworkGraph, found: Inference, wire: Wire, *, replaces: Wire | None = None
) -> None:
    """Raises: WireError where the wire is impossible, ShapeError where the one input that the
    target has cannot have this shape. Losses and merges are judged on the canvas instead, for
    there the other wire may be the one to change. `replaces`: a wire that is moved here."""
    _check_ends(graph, wire)
    _check_place(graph, wire, replaces)
    _check_kind(graph, found, wire)
    layer = graph.node(wire.target).layer
    spec = found.outputs.get((wire.source, wire.source_port))
    if spec is not None and len(layer.inputs) == 1 and not layer.inputs[0].is_variadic:
        try:
            layer.out_spec(spec)
        except DesignError as fault:
            raise fault.at(wire.target) from None


def _check_ends(graph: NetworkGraph, wire: Wire) -> None:
    if graph.node(wire.source).port(wire.source_port, is_input=False) is None:
        raise WireError(f"A wire starts at an output, and '{wire.source_port}' is none.")
    if graph.node(wire.target).port(wire.target_port, is_input=True) is None:
        raise WireError(f"A wire ends at an input, and '{wire.target_port}' is none.")
    if wire.source == wire.target:
        raise WireError("A layer cannot feed itself.", node_id=wire.target)
    if graph.reaches(wire.target, wire.source):
        source, target = graph.title_of(wire.source), graph.title_of(wire.target)
        raise WireError(
            f"This wire would close a cycle: data already flows from {target} to {source}.",
            node_id=wire.target,
            hint="A network is computed from the data to the loss, without loops.",
        )


def _check_place(graph: NetworkGraph, wire: Wire, replaces: Wire | None) -> None:
    target = graph.node(wire.target)
    port = target.port(wire.target_port, is_input=True)
    taken = [old for old in graph.wires_into(wire.target, wire.target_port) if old != replaces]
    if port is not None and not port.is_variadic and taken:
        raise WireError(
            f"This port of {graph.title_of(wire.target)} already has a wire"
            f" (from {graph.title_of(taken[0].source)}).",
            node_id=wire.target,
            hint="Remove that wire first, or join the two with Add or Concatenate.",
        )


def _check_kind(graph: NetworkGraph, found: Inference, wire: Wire) -> None:
    port = graph.node(wire.target).port(wire.target_port, is_input=True)
    spec = found.outputs.get((wire.source, wire.source_port))
    if spec is not None and spec.classes and port is not None and not port.takes_labels:
        title = graph.title_of(wire.target)
        if spec.shape:
            raise WireError(
                f"{title} takes numbers, but this port carries tokens.",
                node_id=wire.target,
                hint="Put an Embedding layer in front.",
            )
        raise WireError(
            f"{title} takes numbers, but this port carries labels (class indices).",
            node_id=wire.target,
            hint="Wire port x of the data here, and the labels to the target of a loss.",
        )
