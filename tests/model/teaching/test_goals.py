"""Any node with one number an item can be named the goal J."""

from __future__ import annotations

import pytest

from model.design import Design, Node, Wire
from model.errors import DesignError
from model.graph import NetworkGraph
from model.layer import Layer
from model.layers.dense import Dense
from model.layers.scalar import Function, Goal, Variable
from model.layers.source import DataSource
from model.shapes import infer
from model.teaching.goals import make_goal, why_no_goal


def graph_of(layers: dict[str, Layer], *wires: Wire) -> NetworkGraph:
    return NetworkGraph(
        Design(
            nodes={key: Node(layer=layer, name=key) for key, layer in layers.items()}, wires=wires
        )
    )


def squares(**more: Layer) -> NetworkGraph:
    """w -> square -> half, and a vector v -> double."""
    layers = {
        "w": Variable(value="3"),
        "v": Variable(value="1, 2"),
        "square": Function(formula="w**2"),
        "half": Function(formula="s/2"),
        "double": Function(formula="2*v"),
    }
    wires = [
        Wire("w", "h", "square", "w"),
        Wire("square", "h", "half", "s"),
        Wire("v", "h", "double", "v"),
    ]
    return graph_of(layers | more, *wires)


def test_a_number_becomes_the_goal_in_one_step():
    graph = squares()
    edit = make_goal(graph, infer(graph), "half", 40.0, 80.0)
    assert edit.text == "Make half the goal J"
    graph.apply(edit.changes)
    (key,) = edit.created
    assert isinstance(graph.node(key).layer, Goal)
    assert (graph.node(key).x, graph.node(key).y) == (40.0, 80.0)
    assert [wire.source for wire in graph.wires_into(key)] == ["half"]
    assert infer(graph).can_run
    graph.apply(edit.reversed().changes)
    assert key not in graph


def test_the_goal_that_is_there_is_wired_to_another_number():
    graph = squares(goal=Goal())
    graph.apply(make_goal(graph, infer(graph), "half").changes)
    edit = make_goal(graph, infer(graph), "square")
    assert not edit.created
    graph.apply(edit.changes)
    assert [wire.source for wire in graph.wires_into("goal")] == ["square"]


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("double", "one number an item, but double gives B × 2"),
        ("goal", "has no output"),
        ("half", ""),
    ],
)
def test_what_cannot_be_the_goal_says_why(key, reason):
    graph = squares(goal=Goal())
    said = why_no_goal(graph, infer(graph), key)
    assert (reason in said) if reason else said == ""


def test_labels_and_unknown_shapes_are_no_goals():
    graph = graph_of({"data": DataSource(dataset="iris"), "dense": Dense(units=1)})
    assert "gives B × 4" in why_no_goal(graph, infer(graph), "data")
    assert "cannot be worked out yet" in why_no_goal(graph, infer(graph), "dense")


def test_a_goal_is_not_made_twice():
    graph = squares()
    graph.apply(make_goal(graph, infer(graph), "half").changes)
    assert "is the goal J already" in why_no_goal(graph, infer(graph), "half")
    with pytest.raises(DesignError, match="already"):
        make_goal(graph, infer(graph), "half")
