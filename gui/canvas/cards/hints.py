"""What a card must know of the nodes around its own: names of classes and tokens, axes of time,
the sign of what it passes on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gui.canvas.cards.signs import Sign
from model.data import catalogue, info_of
from model.design import Node
from model.graph import NetworkGraph
from model.layer import Layer, Loss, tag_of
from model.layers.source import DataSource

KEEP_SIGN = frozenset(
    {
        "add",
        "multiply",
        "average",
        "maximum",
        "concatenate",
        "dropout",
        "spatial_dropout",
        "flatten",
        "reshape",
        "slice",
        "transpose",
        "repeat_vector",
        "reduce",
        "max_pool_1d",
        "max_pool_2d",
        "average_pool_1d",
        "average_pool_2d",
        "global_average_pool",
        "upsample",
        "zero_pad",
    }
)
"""Layers whose output is never negative where no input is."""


@dataclass(frozen=True)
class Hints:
    """classes: names of what a loss tells apart. tokens: how token numbers are written. source:
    the data node whose items the steps of this node belong to, "" where there is no such node.
    is_sequence: the first of two axes is time. sign: of the output of a layer that keeps the sign
    of its inputs. origin: the data sets on which an unknown sign depends."""

    classes: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    source: str = ""
    is_sequence: bool = False
    sign: Sign = "inherited"
    origin: tuple[Layer, ...] = ()


NO_HINTS = Hints()


def hints_of(graph: NetworkGraph) -> dict[str, Hints]:
    """The hints for every node of a design."""
    found: dict[str, Hints] = {}
    signs = _signs_of(graph)
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
    for key, (sign, origin) in signs.items():
        if tag_of(graph.node(key).layer) in KEEP_SIGN:
            found[key] = replace(found[key], sign=sign, origin=origin)
    return found


_Known = tuple[Sign, tuple[Layer, ...]]


def _signs_of(graph: NetworkGraph) -> dict[str, _Known]:
    """The sign of every output, followed from the data on, and the data sets it depends on where it
    is not known."""
    found: dict[str, _Known] = {}
    for key in graph.order():
        layer = graph.node(key).layer
        if isinstance(layer, DataSource):
            found[key] = _SCALED.get(layer.scaling, ("inherited", (layer,)))
        elif not layer.is_signed:
            found[key] = ("positive", ())
        elif tag_of(layer) in KEEP_SIGN:
            found[key] = _joined([found[wire.source] for wire in graph.wires_into(key)])
        else:
            found[key] = ("signed", ())
    return found


_SCALED: dict[str, _Known] = {"standardize": ("signed", ()), "unit": ("positive", ())}


def _joined(above: list[_Known]) -> _Known:
    """Of several inputs: one that may be negative is enough."""
    signs = {sign for sign, _ in above}
    if "signed" in signs:
        return "signed", ()
    if signs == {"positive"}:
        return "positive", ()
    return "inherited", tuple(layer for _, origin in above for layer in origin)


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
