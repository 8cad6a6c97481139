"""Parameters drawn as inputs: "we represent the parameters also as inputs".

`parameters_as_nodes` is a picture only; `dense_as_function` changes the design.
"""

from __future__ import annotations

from typing import NamedTuple

from model.design import Edit
from model.errors import DesignError
from model.graph import NetworkGraph
from model.layer import Shape, Spec
from model.layers.dense import Dense
from model.layers.scalar import MAX_NUMBERS, Function, Variable
from model.shapes import Inference, infer
from model.teaching.replacing import (
    ENTRY,
    Group,
    Weights,
    opened,
    parameters_of,
    refuse_ties,
    typed,
)

BESIDE_PX = 220.0
BELOW_PX = 72.0
MAX_TEXT = 20_000
"""Characters that a Variable holds."""
_GREEK = {"gamma": r"\gamma", "beta": r"\beta", "theta": r"\theta", "alpha": r"\alpha"}


class ParameterNode(NamedTuple):
    """A parameter as a node of its own, in a picture of the design.

    key: `dense_1.W`, no id of the design. owner: the node that it feeds, by one wire. symbol: in
    LaTeX. title: `W of Dense 16`. x, y: where it may be drawn, left of its owner. tied_to: the key
    of the array that it is (transposed), "" where it is its own.
    """

    key: str
    owner: str
    name: str
    symbol: str
    title: str
    shape: Shape
    x: float
    y: float
    tied_to: str = ""

    @property
    def size(self) -> int:
        return Spec(self.shape).size

    @property
    def wire(self) -> tuple[str, str]:
        """(key, owner): the wire of the picture, along which theta goes down and dJ/dtheta up."""
        return self.key, self.owner


def parameters_as_nodes(
    graph: NetworkGraph, found: Inference | None = None
) -> tuple[ParameterNode, ...]:
    """Every layer's parameters, in the order of computation. A Variable is a node already.

    found: the shapes, where they have been worked out before.
    """
    found = infer(graph) if found is None else found
    nodes = []
    for owner in found.order:
        node = graph.node(owner)
        if isinstance(node.layer, Variable):
            continue
        for place, (name, parameter) in enumerate(found.parameters.get(owner, {}).items()):
            nodes.append(
                ParameterNode(
                    key=f"{owner}.{name}",
                    owner=owner,
                    name=name,
                    symbol=_GREEK.get(name, name),
                    title=f"{name} of {node.title}",
                    shape=parameter.shape,
                    x=node.x - BESIDE_PX,
                    y=node.y + place * BELOW_PX,
                    tied_to=f"{parameter.tied_to}.{name}" if parameter.tied_to else "",
                )
            )
    return tuple(nodes)


def dense_as_function(graph: NetworkGraph, weights: Weights, node_id: str) -> Edit:
    """Put Variables W and b and the Function `h @ W + b` in place of a Dense layer, with the same
    numbers, penalty and frozen state.

    weights: the present parameters; None: those the design starts from.
    Raises: DesignError where the node is no Dense layer, is tied, or is too large to be typed.
    """
    node = graph.node(node_id)
    if not isinstance(node.layer, Dense):
        raise DesignError(
            f"Only a Dense layer becomes h @ W + b, but {node.title} is none.", node_id=node_id
        )
    refuse_ties(graph, node_id)
    group = Group(graph, node.x, node.y)
    reads = [ENTRY]
    for name, values in parameters_of(graph, weights, node_id).items():
        text = typed(values)
        if values.size > MAX_NUMBERS or len(text) > MAX_TEXT:
            raise DesignError(
                f"{name} of {node.title} has {values.size:,} numbers, too many for a Variable.",
                node_id=node_id,
                hint="Take a smaller layer, or show the parameters as nodes without changing it.",
            )
        is_weight = name == "W"
        reads.append(
            group.add(
                Variable(value=text, is_penalised=is_weight),
                f"{name} of {node.title}",
                (len(reads) - 1, 0),
                is_frozen=node.is_frozen,
                l1=node.l1 if is_weight else None,
                l2=node.l2 if is_weight else None,
            )
        )
    formula = "h @ W + b" if len(reads) == 3 else "h @ W"
    exit_id = group.add(Function(formula=formula), node.name, (0, 1), reads)
    return opened(graph, node_id, group, exit_id, f"Show {node.title} as {formula}")
