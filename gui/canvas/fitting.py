"""Would a new layer fit here? Asked before it exists, so that only what fits is offered."""

from __future__ import annotations

from model.design import Wire
from model.errors import DesignError, WireError
from model.graph import NetworkGraph
from model.layer import Layer, Loss, Port, Source, Spec
from model.layers.scalar import Function
from model.shapes import Inference


def entry_port(layer: Layer, spec: Spec | None) -> Port | None:
    """The input at which an array of this kind enters: labels go to a target."""
    if spec is not None and spec.classes:
        return next((port for port in layer.inputs if port.takes_labels), None)
    return layer.inputs[0] if layer.inputs else None


def why_not_after(layer: Layer, spec: Spec | None) -> DesignError | None:
    """The reason why a layer cannot take an array; None where it can, or nothing is known."""
    if not layer.inputs:
        return WireError(f"{layer.title} has no input: data begins there.")
    if entry_port(layer, spec) is None:
        return WireError(
            f"{layer.title} takes numbers, but this port carries labels (class indices).",
            hint="Wire labels to the target of a loss.",
        )
    if spec is None or isinstance(layer, Loss):
        return None
    count = 2 if layer.inputs[0].is_variadic else 1
    if isinstance(layer, Function):
        count = len(layer.inputs)
    try:
        layer.out_spec(*[spec] * count)
    except DesignError as fault:
        return fault
    return None


def why_not_before(
    graph: NetworkGraph, inference: Inference, layer: Layer, node_id: str, port: str
) -> DesignError | None:
    """The reason why a layer cannot feed an input port; None where it might."""
    if not layer.outputs:
        return WireError(f"{layer.title} has no output: nothing comes after a loss.")
    target = graph.node(node_id).port(port, is_input=True)
    taken = graph.wires_into(node_id, port)
    if taken and target is not None and not target.is_variadic:
        return WireError(f"This port of {graph.title_of(node_id)} already has a wire.")
    if isinstance(layer, Source):
        spec = layer.out_specs().get(exit_port(layer, port))
        if spec is not None and len(graph.node(node_id).layer.inputs) == 1:
            return why_not_after(graph.node(node_id).layer, spec)
    return None


def exit_port(layer: Layer, target_port: str) -> str:
    """The output that goes to an input of this name: labels to a target."""
    names = [port.name for port in layer.outputs]
    return "y" if target_port == "target" and "y" in names else names[0]


def why_not_on(inference: Inference, layer: Layer, wire: Wire) -> DesignError | None:
    """The reason why a layer cannot be spliced into a wire; None where it can."""
    if not layer.outputs:
        return WireError(
            f"{layer.title} has no output, so it cannot stand in the middle of a wire."
        )
    return why_not_after(layer, inference.wires.get(wire))
