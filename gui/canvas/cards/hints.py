"""What a card must know of the nodes around its own: names of classes and tokens, axes of time."""

from __future__ import annotations

from dataclasses import dataclass, replace

from model.data import catalogue, info_of
from model.graph import NetworkGraph, Node
from model.layer import Loss
from model.layers.source import DataSource


@dataclass(frozen=True)
class Hints:
    """classes: names of what a loss tells apart. tokens: how token numbers are written. source:
    the data node whose items the steps of this node belong to, "" where there is no such node.
    is_sequence: the first of two axes is time."""

    classes: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    source: str = ""
    is_sequence: bool = False


NO_HINTS = Hints()


def hints_of(graph: NetworkGraph) -> dict[str, Hints]:
    """The hints for every node of a design."""
    found: dict[str, Hints] = {}
    for key in graph.order():
        node = graph.node(key)
        above = [found[wire.source] for wire in graph.wires_into(key) if wire.source in found]
        hint = next((each for each in above if each.is_sequence), NO_HINTS)
        if isinstance(node.layer, DataSource):
            hint = _of_source(key, node.layer)
        elif node.layer.category in ("sequence", "attention") or _is_by_step(node):
            hint = replace(hint, is_sequence=True)
        if isinstance(node.layer, Loss):
            hint = _of_loss(graph, key, hint)
        found[key] = hint
    return found


def _is_by_step(node: Node) -> bool:
    return bool(getattr(node.layer, "each_step", False))


def _of_source(key: str, layer: DataSource) -> Hints:
    if layer.dataset not in catalogue():
        return NO_HINTS
    info = info_of(layer.dataset)
    return Hints((), info.tokens, key, True) if info.is_sequence else NO_HINTS


def _of_loss(graph: NetworkGraph, key: str, hint: Hints) -> Hints:
    """Names of classes or tokens, where the target comes from a data set."""
    for wire in graph.wires_into(key, "target"):
        layer = graph.node(wire.source).layer
        if isinstance(layer, DataSource) and layer.dataset in catalogue():
            info = info_of(layer.dataset)
            if layer.target == "inputs" or wire.source_port == "x":
                return replace(hint, tokens=info.tokens if info.x_classes else ())
            return replace(hint, classes=info.classes, tokens=info.tokens, source=wire.source)
    return hint
