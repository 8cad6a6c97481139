"""Layout and routes as pure geometry, and on real designs."""

from __future__ import annotations

import itertools
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gui.canvas.arranging import distribute
from gui.canvas.geometry import Rect, Side, sides_of_wire
from gui.canvas.layout import HEIGHT, layered
from gui.canvas.obstacles import box_of
from model.design import Change, Design, Node, Note, Wire
from model.graph import NetworkGraph
from model.layers.activations import ReLU
from model.layers.dense import Dense
from model.layers.losses import SoftmaxCrossEntropy
from model.layers.merge import Add, Concatenate
from model.layers.source import DataSource
from tests.gui.canvas.conftest import Hands, mnist, shown

EXAMPLES = sorted((Path(__file__).parents[3] / "resources" / "examples").glob("*.json"))


def two_branches() -> Design:
    """A skip connection around a branch, and a second branch that is concatenated."""
    nodes = {
        "data_1": Node(layer=DataSource(dataset="iris")),
        "dense_1": Node(layer=Dense(units=8)),
        "dense_2": Node(layer=Dense(units=8)),
        "relu_1": Node(layer=ReLU()),
        "add_1": Node(layer=Add()),
        "dense_3": Node(layer=Dense(units=4)),
        "concatenate_1": Node(layer=Concatenate()),
        "dense_4": Node(layer=Dense(units=3)),
        "loss_1": Node(layer=SoftmaxCrossEntropy()),
    }
    wires = (
        Wire("data_1", "x", "dense_1", "h"),
        Wire("dense_1", "h", "dense_2", "h"),
        Wire("dense_2", "h", "relu_1", "h"),
        Wire("relu_1", "h", "add_1", "h", 0),
        Wire("dense_1", "h", "add_1", "h", 1),
        Wire("data_1", "x", "dense_3", "h"),
        Wire("add_1", "h", "concatenate_1", "h", 0),
        Wire("dense_3", "h", "concatenate_1", "h", 1),
        Wire("concatenate_1", "h", "dense_4", "h"),
        Wire("dense_4", "h", "loss_1", "prediction"),
        Wire("data_1", "y", "loss_1", "target"),
    )
    return Design(nodes=nodes, wires=wires)


def overlapping(rects: list[Rect]) -> bool:
    return any(a.meets(b) for a, b in itertools.combinations(rects, 2))


@st.composite
def designs(draw: st.DrawFn) -> tuple[Design, dict[str, tuple[float, float]]]:
    """Any acyclic graph with cards of any size."""
    count = draw(st.integers(1, 14))
    nodes = {f"add_{n + 1}": Node(layer=Add()) for n in range(count)}
    keys = list(nodes)
    pairs = draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))))
    wires = {
        Wire(keys[min(a, b)], "h", keys[max(a, b)], "h", rank)
        for rank, (a, b) in enumerate(pairs)
        if a != b
    }
    length = st.integers(40, 480).map(float)
    sizes = {key: (draw(length), draw(length)) for key in (*keys, "note_1")}
    note = {"note_1": Note(text="n")}
    return Design(nodes=nodes, wires=tuple(wires), notes=note), sizes


@given(designs())
@settings(max_examples=60)
def test_no_two_cards_overlap_whatever_the_graph(
    found: tuple[Design, dict[str, tuple[float, float]]],
) -> None:
    design, sizes = found
    places = layered(NetworkGraph(design), sizes)
    assert places.keys() == sizes.keys()
    assert not overlapping([Rect(*places[key], *sizes[key]) for key in sizes])


def test_a_chain_goes_down_in_columns_of_equal_width_and_the_loss_comes_last() -> None:
    graph = NetworkGraph(mnist())
    sizes = dict.fromkeys(graph, (428.0, 104.0))
    sizes |= {"data_1": (180.0, 240.0), "flatten_1": (180.0, 66.0)}
    sizes |= {"dense_2": (256.0, 138.0), "loss_1": (256.0, 214.0)}
    places = layered(graph, sizes)
    columns = sorted({x for x, _ in places.values()})
    assert len(columns) == 3
    assert {key for key in graph if places[key][0] == columns[0]} == {"data_1", "flatten_1"}
    assert {key for key in graph if places[key][0] == columns[2]} == {"dense_2", "loss_1"}
    middle = ["dense_1", "batch_norm_1", "relu_1", "dropout_1"]
    heights = [places[key][1] for key in middle]
    assert heights == sorted(heights)
    assert heights[-1] + 104 <= HEIGHT
    assert places["loss_1"][1] > places["dense_2"][1]


def test_branches_lie_side_by_side() -> None:
    graph = NetworkGraph(two_branches())
    places = layered(graph, dict.fromkeys(graph, (200.0, 100.0)))
    assert places["dense_1"][1] == places["dense_3"][1]
    assert abs(places["dense_1"][0] - places["dense_3"][0]) >= 200


@pytest.mark.parametrize("design", [mnist(), two_branches()], ids=["mnist", "two branches"])
def test_wires_cross_no_card_after_the_automatic_layout(hands: Hands, design: Design) -> None:
    shown(hands, design)
    hands.view.actions_["layout"].trigger()
    assert crossings(hands) == []
    labels_are_clear(hands)


@pytest.mark.parametrize("path", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_wires_cross_no_card_in_the_examples(hands: Hands, path: Path) -> None:
    shown(hands, msgspec.json.decode(path.read_bytes(), type=Design))
    assert crossings(hands) == []
    labels_are_clear(hands)
    canvas = hands.view.canvas
    keys = (*canvas.nodes, *canvas.notes)
    assert not overlapping([canvas.rect_of(key) for key in keys])


def crossings(hands: Hands) -> list[tuple[Wire, str]]:
    """Wires that run over the inside of a card."""
    canvas = hands.view.canvas
    return [
        (wire, key)
        for wire in canvas.wires.wires()
        for a, b in itertools.pairwise(canvas.wires.route_of(wire))
        for key, item in canvas.nodes.items()
        if box_of(a, b).grown(0.1).meets(item.rect().grown(-1))
    ]


def labels_are_clear(hands: Hands) -> None:
    """No label lies on a card or on another label."""
    canvas = hands.view.canvas
    boxes = [label.box for wire in canvas.wires.wires() if (label := canvas.wires.label_of(wire))]
    assert boxes or not any(spec.shape for spec in hands.document.inference.wires.values())
    assert not overlapping(boxes)
    assert not any(box.meets(item.rect()) for box in boxes for item in canvas.nodes.values())


def test_a_wire_leaves_where_its_target_lies() -> None:
    card = Rect(0, 0, 200, 100)
    nothing = lambda _rect: False  # noqa: E731
    assert sides_of_wire(card, Rect(0, 140, 200, 100), nothing) == (Side.BOTTOM, Side.TOP)
    assert sides_of_wire(card, Rect(300, 0, 200, 100), nothing) == (Side.RIGHT, Side.LEFT)
    assert sides_of_wire(card, Rect(0, -300, 200, 100), nothing) == (Side.RIGHT, Side.RIGHT)
    something = lambda _rect: True  # noqa: E731
    assert sides_of_wire(card, Rect(0, 400, 200, 100), something) == (Side.RIGHT, Side.RIGHT)


def test_distribute_gives_equal_gaps() -> None:
    graph = NetworkGraph()
    for key, x in (("add_1", 0.0), ("add_2", 110.0), ("add_3", 500.0)):
        graph.apply([Change(key, None, Node(layer=Add(), x=x))])
    sizes = dict.fromkeys(graph, (100.0, 50.0))
    graph.apply(distribute(graph, list(graph), "horizontally", sizes).changes)
    # 600 px from edge to edge less three cards of 100 leaves two gaps of 150
    assert [graph.node(key).x for key in graph] == [0.0, 250.0, 500.0]


def test_wires_go_round_notes_too(hands: Hands) -> None:
    nodes = {
        "add_1": Node(layer=Add(), x=0, y=0),
        "add_2": Node(layer=Add(), x=900, y=0),
    }
    note = Note(text="In the way", x=400, y=-40, width=200, height=200)
    wire = Wire("add_1", "h", "add_2", "h")
    shown(hands, Design(nodes=nodes, wires=(wire,), notes={"note_1": note}))
    canvas = hands.view.canvas
    route = canvas.wires.route_of(wire)
    assert not any(
        box_of(a, b).meets(canvas.rect_of("note_1")) for a, b in itertools.pairwise(route)
    )
