"""A wire that may not be drawn is refused with its reason."""

from __future__ import annotations

import pytest

from model import editing
from model.design import Wire
from model.errors import DesignError, ShapeError, WireError
from model.graph import NetworkGraph
from model.layers.dense import Dense
from model.layers.losses import SoftmaxCrossEntropy
from model.layers.merge import Add
from model.layers.reshape import Reshape
from model.layers.source import DataSource
from model.shapes import infer
from model.wiring import check_wire
from tests.model.samples import build


@pytest.fixture
def graph() -> NetworkGraph:
    return build(
        {
            "data": DataSource(dataset="iris"),
            "digits": DataSource(dataset="digits"),
            "dense_1": Dense(units=4),
            "dense_2": Dense(units=3),
            "free": Dense(units=3),
            "add": Add(),
            "loss": SoftmaxCrossEntropy(),
        },
        "data.x > dense_1.h",
        "dense_1.h > dense_2.h",
        "dense_2.h > add.h",
        "dense_2.h > loss.prediction",
    )


def check(graph: NetworkGraph, wire: Wire, replaces: Wire | None = None) -> None:
    check_wire(graph, infer(graph), wire, replaces=replaces)


@pytest.mark.parametrize(
    ("wire", "kind", "words"),
    [
        (Wire("dense_1", "h", "dense_1", "h"), WireError, ["feed itself"]),
        (Wire("dense_2", "h", "dense_1", "h"), WireError, ["cycle", "Dense 4", "Dense 3"]),
        (Wire("add", "h", "dense_1", "h"), WireError, ["cycle"]),
        (Wire("data", "x", "dense_2", "h"), WireError, ["already has a wire", "Dense 4", "Add"]),
        (Wire("data", "y", "free", "h"), WireError, ["labels", "port x"]),
        (Wire("data", "y", "loss", "prediction"), WireError, ["already has a wire"]),
        (Wire("data", "z", "free", "h"), WireError, ["starts at an output", "'z'"]),
        (Wire("loss", "prediction", "free", "h"), WireError, ["starts at an output"]),
        (Wire("data", "x", "digits", "x"), WireError, ["ends at an input"]),
        (Wire("data", "x", "free", "out"), WireError, ["ends at an input", "'out'"]),
        (Wire("digits", "x", "free", "h"), ShapeError, ["B × 8 × 8", "Flatten"]),
        (Wire("nobody", "h", "free", "h"), DesignError, ["nobody"]),
    ],
)
def test_every_refusal_says_why(
    graph: NetworkGraph, wire: Wire, kind: type[DesignError], words: list[str]
):
    with pytest.raises(kind) as refused:
        check(graph, wire)
    assert [word for word in words if word not in str(refused.value)] == []


@pytest.mark.parametrize(
    "wire",
    [
        Wire("data", "x", "free", "h"),
        Wire("dense_1", "h", "add", "h"),  # other widths: the other wire may be the one to change
        Wire("dense_2", "h", "add", "h"),  # once more the same
        Wire("data", "y", "loss", "target"),
        Wire("digits", "x", "loss", "target"),
        Wire("free", "h", "add", "h"),
    ],
)
def test_what_is_possible_is_let_through(graph: NetworkGraph, wire: Wire):
    check(graph, wire)


def test_refusals_name_the_node_that_would_get_the_wire(graph: NetworkGraph):
    with pytest.raises(ShapeError) as refused:
        check(graph, Wire("digits", "x", "free", "h"))
    assert refused.value.node_id == "free"


def test_a_wire_may_be_moved_to_where_it_is_in_the_way_itself(graph: NetworkGraph):
    old = graph.wires_into("dense_2")[0]
    check(graph, Wire("data", "x", "dense_2", "h"), replaces=old)
    with pytest.raises(WireError, match="already"):
        check(graph, Wire("data", "x", "dense_1", "h"), replaces=old)


def test_labels_may_not_go_to_a_prediction(graph: NetworkGraph):
    free = editing.remove_wires(graph, graph.wires_into("loss", "prediction"))
    graph.apply(free.changes)
    with pytest.raises(WireError, match="labels"):
        check(graph, Wire("data", "y", "loss", "prediction"))


def test_a_layer_whose_shape_is_not_known_yet_can_be_wired():
    graph = build({"one": Dense(), "two": Reshape(shape=(4, 4)), "loss": SoftmaxCrossEntropy()})
    check(graph, Wire("one", "h", "two", "h"))
    check(graph, Wire("two", "h", "loss", "prediction"))


def test_every_wire_of_a_sound_design_would_be_let_through_again():
    graph = build(
        {"data": DataSource(), "dense": Dense(units=2), "loss": SoftmaxCrossEntropy()},
        "data.x > dense.h",
        "dense.h > loss.prediction",
        "data.y > loss.target",
    )
    for wire in graph.wires():
        check(graph, wire, replaces=wire)
