"""Cards that become larger push their neighbours on, and only those."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from gui.canvas.geometry import Rect
from gui.canvas.placing import between
from gui.canvas.pushing import room_for
from model.design import Design, Node, Wire
from model.layers import LAYERS
from model.layers.activations import ReLU
from model.layers.dense import Dense
from model.layers.source import DataSource
from tests.gui.canvas.conftest import Hands, mnist, shown


def test_what_lies_below_goes_down_together_and_the_rest_stays() -> None:
    rects = {
        "a": Rect(0, 0, 200, 60),
        "b": Rect(0, 80, 200, 60),
        "c": Rect(0, 160, 200, 60),
        "beside": Rect(300, 80, 200, 60),
    }
    # a grows by 100 px: rounded up to the grid of 8 px, both below go down by 104
    assert room_for(rects, {"a": (200, 160)}) == {"b": (0, 184), "c": (0, 264)}
    assert room_for(rects, {"a": (200, 64)}) == {}


def test_what_lies_beyond_goes_to_the_right() -> None:
    rects = {"a": Rect(0, 0, 200, 60), "b": Rect(220, 0, 200, 60)}
    assert room_for(rects, {"a": (400, 60)}) == {"b": (420, 0)}


def test_a_card_that_grows_when_wired_pushes_its_neighbour_in_the_same_step(hands: Hands) -> None:
    nodes = {
        "data_1": Node(layer=DataSource(dataset="spiral"), x=0, y=0),
        "dense_1": Node(layer=Dense(units=8), x=400, y=0),
        "relu_1": Node(layer=ReLU(), x=400, y=96),
    }
    shown(hands, Design(nodes=nodes))
    before = hands.bytes()
    index = hands.document.stack.index()
    hands.drag(hands.port("data_1", "x", is_input=False), hands.centre("dense_1"))
    canvas = hands.view.canvas
    assert hands.document.stack.index() == index + 1
    assert not canvas.rect_of("dense_1").meets(canvas.rect_of("relu_1"))
    assert hands.graph.node("relu_1").y > 96
    hands.document.stack.undo()
    assert hands.bytes() == before


def test_a_tall_card_dropped_at_the_upper_edge_shows_its_header(hands: Hands) -> None:
    top = hands.view.visible_rect().topLeft()
    hands.drop_layer("data", top + QPointF(300, 6))
    (key,) = hands.graph
    rect = hands.view.canvas.rect_of(key)
    assert hands.view.visible_rect().top() <= rect.y


def test_a_card_spliced_between_two_close_columns_goes_below_the_source() -> None:
    """So that the wire still leads on to the right."""
    rects = {"a": Rect(0, 0, 400, 100), "b": Rect(480, 0, 250, 140)}
    place, moved = between(rects, "a", "b", (400, 100))
    assert place == (0, 128)  # GAP = 30 below y = 100, on the grid of 8
    assert moved == {}
    rects["c"] = Rect(0, 120, 400, 100)  # no room there: b makes way by 8 px steps
    place, moved = between(rects, "a", "b", (400, 100))
    assert place == (472, 8)
    assert moved == {"b": (480 + 464, 0)}


def test_a_card_spliced_between_two_distant_columns_goes_between_them() -> None:
    rects = {"a": Rect(0, 0, 200, 100), "b": Rect(800, 0, 200, 100)}
    assert between(rects, "a", "b", (200, 100)) == ((272, 0), {})


def test_a_spliced_card_lines_up_with_its_column(hands: Hands) -> None:
    """It gets the size that it will have behind the array on the wire."""
    shown(hands, mnist())
    wire = Wire("dense_1", "h", "batch_norm_1", "h")
    route = hands.view.canvas.wires.route_of(wire)
    hands.drop_layer("gelu", QPointF(route[0][0], (route[0][1] + route[-1][1]) / 2))
    assert hands.graph.has_wire(Wire("dense_1", "h", "gelu_1", "h"))
    rects = [hands.view.canvas.rect_of(key) for key in ("dense_1", "gelu_1", "batch_norm_1")]
    assert {(rect.x, rect.width) for rect in rects} == {(rects[0].x, rects[0].width)}


def test_a_loose_card_grows_to_its_column_when_it_is_let_go_on_a_wire(hands: Hands) -> None:
    design = mnist()
    nodes = {**design.nodes, "gelu_1": Node(layer=LAYERS["gelu"](), x=700, y=0)}
    shown(hands, Design(nodes=nodes, wires=design.wires))
    route = hands.view.canvas.wires.route_of(Wire("relu_1", "h", "dropout_1", "h"))
    middle = QPointF(route[0][0], (route[0][1] + route[-1][1]) / 2)
    hands.drag(hands.grip("gelu_1"), middle)
    assert hands.graph.has_wire(Wire("relu_1", "h", "gelu_1", "h"))
    canvas = hands.view.canvas
    assert canvas.rect_of("gelu_1").x == canvas.rect_of("relu_1").x


def test_labels_stand_still_below_a_card_in_the_hand(hands: Hands) -> None:
    design = mnist()
    nodes = {**design.nodes, "gelu_1": Node(layer=LAYERS["gelu"](), x=700, y=0)}
    shown(hands, Design(nodes=nodes, wires=design.wires))
    canvas = hands.view.canvas
    before = {wire: canvas.wires.label_of(wire) for wire in design.wires}
    route = canvas.wires.route_of(Wire("relu_1", "h", "dropout_1", "h"))
    start = hands.grip("gelu_1")
    hands.press(start)
    hands.drag_to(QPointF(*route[0]), start)
    assert {wire: canvas.wires.label_of(wire) for wire in design.wires} == before
    hands.key(Qt.Key.Key_Escape)


def test_a_card_over_a_wire_says_where_it_would_go(hands: Hands) -> None:
    design = mnist()
    nodes = {**design.nodes, "gelu_1": Node(layer=LAYERS["gelu"](), x=700, y=0)}
    shown(hands, Design(nodes=nodes, wires=design.wires))
    route = hands.view.canvas.wires.route_of(Wire("relu_1", "h", "dropout_1", "h"))
    bubble, start = hands.view.overlays.bubble, hands.grip("gelu_1")
    hands.press(start)
    hands.drag_to(QPointF(*route[0]), start)
    assert bubble.text() == "Let go: between ReLU and Dropout"
    hands.drag_to(start + QPointF(200, 0), start)
    assert bubble.text() == ""
    hands.drag_to(QPointF(*route[0]), start)
    hands.key(Qt.Key.Key_Escape)
    assert bubble.text() == ""


def test_room_for_wires_is_left_beside_a_card_that_grows() -> None:
    rects = {"a": Rect(0, 0, 200, 60), "b": Rect(280, 0, 200, 60)}
    assert room_for(rects, {"a": (240, 60)}) == {}  # 40 px are left
    assert room_for(rects, {"a": (248, 60)}) == {"b": (328, 0)}  # else all 80 px are kept
