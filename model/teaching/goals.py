"""Naming a number of the graph the goal J."""

from __future__ import annotations

from model.design import Change, Edit, Node, Wire, stem_of
from model.errors import DesignError
from model.graph import NetworkGraph
from model.layers.scalar import Goal
from model.shapes import Inference


def why_no_goal(graph: NetworkGraph, found: Inference, node_id: str) -> str:
    """ "" where `make_goal` will take the node, otherwise the reason why not, for a tooltip."""
    try:
        _check(graph, found, node_id)
    except DesignError as fault:
        return str(fault)
    return ""


def make_goal(
    graph: NetworkGraph, found: Inference, node_id: str, x: float = 0.0, y: float = 0.0
) -> Edit:
    """The node's number as the goal J. A goal that is there is wired to it; otherwise one is put
    at (x, y).

    Raises: DesignError where the node does not give one number an item.
    """
    port, goal_id = _check(graph, found, node_id)
    text = f"Make {graph.title_of(node_id)} the goal J"
    if goal_id:
        changes = [Change("", wire, None) for wire in graph.wires_into(goal_id)]
        changes.append(Change("", None, Wire(node_id, port, goal_id, "prediction")))
        return Edit(text, tuple(changes))
    goal = Node(layer=Goal(), x=x, y=y)
    key = graph.new_id(stem_of(goal.layer))
    wire = Wire(node_id, port, key, "prediction")
    return Edit(text, (Change(key, None, goal), Change("", None, wire)), (key,))


def _check(graph: NetworkGraph, found: Inference, node_id: str) -> tuple[str, str]:
    """The port that gives the number, and the goal that is there, or "". Raises: DesignError."""
    node = graph.node(node_id)
    if not node.layer.outputs:
        raise DesignError(f"{node.title} has no output: it is a term of J itself.", node_id=node_id)
    port = node.layer.outputs[0].name
    spec = found.outputs.get((node_id, port))
    if spec is None:
        raise DesignError(
            f"The shapes of {node.title} cannot be worked out yet.",
            node_id=node_id,
            hint="Wire its inputs first.",
        )
    if spec.classes or spec.size != 1:
        what = f"labels ({spec})" if spec.classes else str(spec)
        raise DesignError(
            f"The goal J is one number an item, but {node.title} gives {what}.",
            node_id=node_id,
            hint="Put a Function such as sum(x) behind it.",
        )
    goals = [key for key in graph if isinstance(graph.node(key).layer, Goal)]
    for key in goals:
        if any(wire.source == node_id for wire in graph.wires_into(key)):
            raise DesignError(f"{node.title} is the goal J already.", node_id=node_id)
    if len(goals) > 1:
        raise DesignError(
            "This design has several goals, and J is their sum.",
            node_id=node_id,
            hint="Draw a wire from it to the one that you mean.",
        )
    return port, goals[0] if goals else ""
