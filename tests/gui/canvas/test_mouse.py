"""Every gesture of the mouse, with real events, and what it leaves in the graph."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from model.design import Design, Node, Wire
from model.layers.activations import ReLU
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.losses import SoftmaxCrossEntropy
from model.layers.merge import Add
from model.layers.source import DataSource
from model.snapshot import NodeView
from tests.gui.canvas.conftest import Hands, chain, mnist, shown, snapshot

Mods = Qt.KeyboardModifier


def two_loose(hands: Hands) -> None:
    shown(
        hands,
        Design(
            nodes={
                "dense_1": Node(layer=Dense(units=4)),
                "relu_1": Node(layer=ReLU(), x=520, y=304),
            }
        ),
    )


def test_a_drag_from_output_to_input_draws_a_wire(hands: Hands) -> None:
    two_loose(hands)
    start = hands.port("dense_1", "h", is_input=False)
    hands.drag(start, hands.port("relu_1", "h", is_input=True))
    assert hands.graph.wires() == [Wire("dense_1", "h", "relu_1", "h")]


def test_a_drag_from_input_to_output_draws_the_same_wire(hands: Hands) -> None:
    two_loose(hands)
    start = hands.port("relu_1", "h", is_input=True)
    hands.drag(start, hands.port("dense_1", "h", is_input=False))
    assert hands.graph.wires() == [Wire("dense_1", "h", "relu_1", "h")]


def test_a_wire_let_go_anywhere_on_a_card_finds_its_port(hands: Hands) -> None:
    two_loose(hands)
    hands.drag(hands.port("dense_1", "h", is_input=False), hands.centre("relu_1"))
    assert hands.graph.wires() == [Wire("dense_1", "h", "relu_1", "h")]


def test_while_a_wire_is_dragged_ports_light_up_and_other_cards_are_dimmed(hands: Hands) -> None:
    shown(hands, chain(("dense_1", Dense()), ("relu_1", ReLU()), ("relu_2", ReLU())))
    start = hands.port("dense_1", "h", is_input=False)
    hands.press(start)
    hands.drag_to(start + QPointF(200, 0), start)
    scene = hands.view.canvas
    assert scene.dimmed == {"relu_1", "relu_2"}  # both inputs are taken
    hands.key(Qt.Key.Key_Escape)
    assert not scene.dimmed
    assert hands.view.gesture is None


def test_a_cycle_is_refused_with_its_reason(hands: Hands) -> None:
    shown(hands, chain(("add_1", Add()), ("relu_1", ReLU()), ("dense_1", Dense())))
    before = hands.bytes()
    hands.drag(hands.port("dense_1", "h", is_input=False), hands.centre("add_1"))
    assert hands.bytes() == before
    assert "cycle" in hands.messages[-1].text
    assert "cycle" in hands.view.overlays.bubble.text()


def test_a_taken_port_is_refused_with_its_reason(hands: Hands) -> None:
    design = chain(("dense_1", Dense()), ("relu_1", ReLU()))
    nodes = {**design.nodes, "tanh_1": Node(layer=ReLU(), x=560, y=0)}
    shown(hands, Design(nodes=nodes, wires=design.wires))
    before = hands.bytes()
    hands.drag(hands.port("tanh_1", "h", is_input=False), hands.centre("relu_1"))
    assert hands.bytes() == before
    assert "already has a wire" in hands.messages[-1].text
    (edit,) = hands.messages[-1].actions
    assert edit.text == "Replace the wire"
    hands.document.apply(edit)
    assert list(hands.graph.wires()) == [Wire("tanh_1", "h", "relu_1", "h")]


def test_the_end_of_a_wire_taken_to_a_taken_port_offers_its_place_in_one_step(
    hands: Hands,
) -> None:
    nodes = {
        "dense_1": Node(layer=Dense(), x=0, y=0),
        "relu_1": Node(layer=ReLU(), x=0, y=300),
        "dense_2": Node(layer=Dense(), x=560, y=0),
        "relu_2": Node(layer=ReLU(), x=560, y=300),
    }
    wires = (Wire("dense_1", "h", "relu_1", "h"), Wire("dense_2", "h", "relu_2", "h"))
    shown(hands, Design(nodes=nodes, wires=wires))
    before, index = hands.bytes(), hands.document.stack.index()
    item = hands.view.canvas.nodes["relu_1"]
    end = next(slot for slot in item.slots if slot.wire is not None)
    hands.drag(item.slot_point(end), hands.centre("relu_2"))
    assert hands.bytes() == before
    assert (
        "This port of ReLU (2nd) already has a wire (from Dense 16 (2nd))"
        in hands.messages[-1].text
    )
    (edit,) = hands.messages[-1].actions
    assert edit.text == "Replace the wire"
    hands.document.apply(edit)
    assert hands.graph.wires() == [Wire("dense_1", "h", "relu_2", "h")]
    assert hands.document.stack.index() == index + 1
    hands.document.stack.undo()
    assert hands.bytes() == before


def test_no_place_is_offered_where_the_wire_would_close_a_cycle(hands: Hands) -> None:
    shown(hands, chain(("add_1", Add()), ("relu_1", ReLU()), ("dense_1", Dense())))
    hands.drag(hands.port("dense_1", "h", is_input=False), hands.centre("relu_1"))
    assert hands.messages[-1].actions == ()


def test_an_image_refused_by_dense_offers_to_insert_a_flatten(hands: Hands) -> None:
    nodes = {
        "data_1": Node(layer=DataSource(dataset="mnist")),
        "dense_1": Node(layer=Dense(), x=500, y=400),
    }
    shown(hands, Design(nodes=nodes))
    before = hands.bytes()
    hands.drag(hands.port("data_1", "x", is_input=False), hands.centre("dense_1"))
    assert hands.bytes() == before
    message = hands.messages[-1]
    assert "Dense takes vectors" in message.text
    assert [edit.text for edit in message.actions] == ["Insert Flatten"]
    hands.document.apply(message.actions[0])
    assert hands.document.inference.out("dense_1") is not None


def test_labels_are_refused_by_a_layer_of_numbers(hands: Hands) -> None:
    nodes = {
        "data_1": Node(layer=DataSource(dataset="iris")),
        "dense_1": Node(layer=Dense(), x=500, y=400),
    }
    shown(hands, Design(nodes=nodes))
    before = hands.bytes()
    hands.drag(hands.port("data_1", "y", is_input=False), hands.centre("dense_1"))
    assert hands.bytes() == before
    assert "labels" in hands.messages[-1].text


def test_the_end_of_a_wire_is_dragged_to_another_port(hands: Hands) -> None:
    design = chain(("dense_1", Dense()), ("relu_1", ReLU()))
    nodes = {**design.nodes, "relu_2": Node(layer=ReLU(), x=560, y=0)}
    shown(hands, Design(nodes=nodes, wires=design.wires))
    item = hands.view.canvas.nodes["relu_1"]
    taken = next(slot for slot in item.slots if slot.wire is not None)
    hands.drag(item.slot_point(taken), hands.centre("relu_2"))
    assert hands.graph.wires() == [Wire("dense_1", "h", "relu_2", "h")]
    hands.document.stack.undo()
    assert hands.graph.wires() == list(design.wires)


def test_an_end_of_a_wire_let_go_on_empty_canvas_removes_it(hands: Hands) -> None:
    shown(hands, chain(("dense_1", Dense()), ("relu_1", ReLU())))
    item = hands.view.canvas.nodes["relu_1"]
    taken = next(slot for slot in item.slots if slot.wire is not None)
    hands.drag(item.slot_point(taken), QPointF(700, 500))
    assert hands.graph.wires() == []


def test_a_wire_let_go_on_empty_canvas_asks_for_a_layer_and_wires_it(hands: Hands) -> None:
    shown(hands, Design(nodes={"data_1": Node(layer=DataSource(dataset="iris"))}))
    hands.drag(hands.port("data_1", "x", is_input=False), QPointF(500, 300))
    popup = hands.view.searching.popup
    assert popup.isVisible()
    hands.type("dense")
    hands.key(Qt.Key.Key_Return)
    assert Wire("data_1", "x", "dense_1", "h") in hands.graph.wires()
    assert not popup.isVisible()


def test_layers_that_fit_come_first_in_the_search(hands: Hands) -> None:
    shown(hands, Design(nodes={"data_1": Node(layer=DataSource(dataset="mnist"))}))
    hands.drag(hands.port("data_1", "x", is_input=False), QPointF(500, 300))
    tags = hands.view.searching.popup.tags()
    assert tags.index("flatten") < tags.index("dense")


def test_a_layer_from_the_palette_lies_under_the_pointer(hands: Hands) -> None:
    shown(hands, Design())
    assert hands.drop_layer("dense", QPointF(0, 0))
    rect = hands.view.canvas.rect_of("dense_1")
    assert rect.holds((0.0, 0.0))
    assert hands.graph.node("dense_1").x % 8 == 0
    assert hands.view.selected_ids() == ("dense_1",)


def test_an_unknown_layer_is_left_to_the_window(hands: Hands) -> None:
    shown(hands, Design())
    assert not hands.drop_layer("no_such_layer", QPointF(0, 0))
    assert len(hands.graph) == 0


def test_a_layer_dropped_on_a_wire_is_spliced_in_and_the_others_make_room(hands: Hands) -> None:
    shown(hands, chain(("dense_1", Dense()), ("relu_1", ReLU()), ("dense_2", Dense())))
    route = hands.view.canvas.wires.route_of(Wire("dense_1", "h", "relu_1", "h"))
    middle = QPointF(route[0][0], (route[0][1] + route[-1][1]) / 2)
    hands.drop_layer("dropout", middle)
    assert [(w.source, w.target) for w in hands.graph.wires()] == [
        ("dense_1", "dropout_1"),
        ("dropout_1", "relu_1"),
        ("relu_1", "dense_2"),
    ]
    rects = [hands.view.canvas.rect_of(key) for key in hands.graph]
    assert not any(a.meets(b) for i, a in enumerate(rects) for b in rects[:i])


def test_a_loss_dropped_on_a_wire_says_why_it_cannot_stand_there(hands: Hands) -> None:
    shown(hands, chain(("dense_1", Dense()), ("relu_1", ReLU())))
    route = hands.view.canvas.wires.route_of(Wire("dense_1", "h", "relu_1", "h"))
    hands.drop_layer("mse", QPointF(route[0][0], (route[0][1] + route[-1][1]) / 2))
    assert hands.graph.wires() == [Wire("dense_1", "h", "relu_1", "h")]
    assert "no output" in hands.messages[-1].text


def test_a_loose_card_dragged_onto_a_wire_is_spliced_in(hands: Hands) -> None:
    design = chain(("dense_1", Dense()), ("relu_1", ReLU()))
    nodes = {**design.nodes, "dropout_1": Node(layer=Dropout(), x=560, y=304)}
    shown(hands, Design(nodes=nodes, wires=design.wires))
    route = hands.view.canvas.wires.route_of(design.wires[0])
    middle = QPointF(route[0][0], (route[0][1] + route[-1][1]) / 2)
    hands.drag(hands.grip("dropout_1"), middle)
    ends = [(w.source, w.target) for w in hands.graph.wires()]
    assert ends == [("dense_1", "dropout_1"), ("dropout_1", "relu_1")]
    assert hands.document.stack.count() == 1


def test_a_drag_moves_the_selection_in_steps_of_the_grid_as_one_undo_step(hands: Hands) -> None:
    two_loose(hands)
    hands.click(hands.grip("dense_1"))
    hands.click(hands.grip("relu_1"), Mods.ShiftModifier)
    hands.drag(hands.grip("dense_1"), hands.grip("dense_1") + QPointF(43, 21))
    assert (hands.graph.node("dense_1").x, hands.graph.node("dense_1").y) == (40, 24)
    assert (hands.graph.node("relu_1").x, hands.graph.node("relu_1").y) == (560, 328)
    assert hands.document.stack.count() == 1
    hands.document.stack.undo()
    assert (hands.graph.node("relu_1").x, hands.graph.node("relu_1").y) == (520, 304)


@pytest.mark.parametrize("key", [Mods.AltModifier, Mods.ControlModifier])
def test_alt_or_control_moves_freely(hands: Hands, key: Qt.KeyboardModifier) -> None:
    two_loose(hands)
    hands.drag(hands.grip("relu_1"), hands.grip("relu_1") + QPointF(43, 21), key)
    assert (hands.graph.node("relu_1").x, hands.graph.node("relu_1").y) == (563, 325)


def test_escape_during_a_move_puts_everything_back(hands: Hands) -> None:
    shown(hands, mnist())
    before = hands.bytes()
    start = hands.grip("dense_1")
    hands.press(start)
    hands.drag_to(start + QPointF(300, 90), start)
    assert hands.view.canvas.rect_of("dense_1").x == 304
    hands.key(Qt.Key.Key_Escape)
    assert hands.view.canvas.rect_of("dense_1").x == 0
    assert hands.bytes() == before
    assert hands.document.stack.count() == 0


def test_a_rubber_band_selects_and_shift_toggles(hands: Hands) -> None:
    two_loose(hands)
    rect = hands.view.canvas.rect_of("dense_1")
    corner = QPointF(rect.right + 30, rect.bottom + 30)
    hands.drag(corner, QPointF(rect.x - 20, rect.y - 20))
    assert hands.view.selected_ids() == ("dense_1",)
    hands.click(hands.grip("relu_1"), Mods.ShiftModifier)
    assert hands.view.selected_ids() == ("dense_1", "relu_1")
    hands.drag(corner, QPointF(rect.x - 20, rect.y - 20), Mods.ShiftModifier)
    assert hands.view.selected_ids() == ("relu_1",)


def test_a_click_selects_a_wire_and_delete_removes_it(hands: Hands) -> None:
    design = chain(("dense_1", Dense()), ("relu_1", ReLU()))
    shown(hands, design)
    route = hands.view.canvas.wires.route_of(design.wires[0])
    hands.click(QPointF(route[0][0], (route[0][1] + route[-1][1]) / 2))
    assert hands.view.selected_wires() == {design.wires[0]}
    hands.key(Qt.Key.Key_Delete)
    assert hands.graph.wires() == []


def test_middle_button_and_space_pan_without_changing_the_design(hands: Hands) -> None:
    shown(hands, mnist())
    corner = QPoint(0, 0)
    viewport = hands.view.viewport()
    before = hands.view.mapToScene(corner)
    QTest.mousePress(viewport, Qt.MouseButton.MiddleButton, Mods.NoModifier, QPoint(300, 300))
    QTest.mouseMove(viewport, QPoint(350, 330))
    QTest.mouseRelease(viewport, Qt.MouseButton.MiddleButton, Mods.NoModifier, QPoint(350, 330))
    moved = hands.view.mapToScene(corner) - before
    assert (moved.x(), moved.y()) == (-50, -30)
    QTest.keyPress(hands.view, Qt.Key.Key_Space)
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, Mods.NoModifier, QPoint(350, 330))
    QTest.mouseMove(viewport, QPoint(300, 300))
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, Mods.NoModifier, QPoint(300, 300))
    QTest.keyRelease(hands.view, Qt.Key.Key_Space)
    assert hands.view.mapToScene(corner) == before
    assert not hands.view.is_space_down
    assert hands.document.stack.count() == 0


def test_the_wheel_zooms_to_the_pointer(hands: Hands) -> None:
    shown(hands, mnist())
    spot = QPointF(300, 200)
    before = hands.view.mapToScene(spot.toPoint())
    event = QWheelEvent(
        spot, hands.view.viewport().mapToGlobal(spot), QPoint(), QPoint(0, 120),
        Qt.MouseButton.NoButton, Mods.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(hands.view.viewport(), event)
    assert hands.view.zoom == pytest.approx(1.0015**120)
    after = hands.view.mapToScene(spot.toPoint())
    assert abs(after.x() - before.x()) < 2
    assert abs(after.y() - before.y()) < 2


def test_two_fingers_on_a_touchpad_pan(hands: Hands) -> None:
    shown(hands, mnist())
    before = hands.view.mapToScene(QPoint(0, 0))
    spot = QPointF(300, 200)
    event = QWheelEvent(
        spot, hands.view.viewport().mapToGlobal(spot), QPoint(10, -20), QPoint(40, -80),
        Qt.MouseButton.NoButton, Mods.NoModifier, Qt.ScrollPhase.ScrollUpdate, False,
    )  # fmt: skip
    QApplication.sendEvent(hands.view.viewport(), event)
    moved = hands.view.mapToScene(QPoint(0, 0)) - before
    assert (moved.x(), moved.y()) == (-10, 20)
    assert hands.view.zoom == 1.0


def test_a_double_click_on_the_header_renames_in_place(hands: Hands) -> None:
    two_loose(hands)
    hands.double_click(hands.grip("dense_1"))
    hands.type("Hidden")
    hands.key(Qt.Key.Key_Return)
    assert hands.graph.node("dense_1").title == "Hidden"


def test_a_note_is_written_moved_and_resized(hands: Hands) -> None:
    shown(hands, Design(nodes={"dense_1": Node(layer=Dense())}))
    hands.view.actions_.add_note_at(QPointF(600, 200))
    hands.type("Watch the loss")
    hands.key(Qt.Key.Key_Return, Mods.ControlModifier)
    assert hands.graph.notes["note_1"].text == "Watch the loss"
    rect = hands.view.canvas.rect_of("note_1")
    corner = QPointF(rect.right - 4, rect.bottom - 4)
    hands.drag(corner, corner + QPointF(40, 16))
    note = hands.graph.notes["note_1"]
    assert (note.width, note.height) == (304, 136)
    middle = QPointF(rect.x + 30, rect.y + 30)
    hands.drag(middle, middle + QPointF(-80, 0))
    assert hands.graph.notes["note_1"].x == note.x - 80


def test_a_double_click_on_a_note_edits_it_and_escape_keeps_it(hands: Hands) -> None:
    shown(hands, Design(nodes={"dense_1": Node(layer=Dense())}))
    hands.view.actions_.add_note_at(QPointF(600, 200))
    hands.key(Qt.Key.Key_Escape)
    hands.double_click(hands.centre("note_1"))
    hands.type("kept")
    hands.key(Qt.Key.Key_Escape)
    assert hands.graph.notes["note_1"].text == "kept"


def test_a_loss_has_two_ports_that_differ(hands: Hands) -> None:
    shown(hands, Design(nodes={"loss_1": Node(layer=SoftmaxCrossEntropy())}))
    ports = {slot.port: (slot.x, slot.y) for slot in hands.view.canvas.nodes["loss_1"].slots}
    assert set(ports) == {"prediction", "target"}
    assert ports["prediction"] != ports["target"]


def test_arrows_on_the_data_card_show_another_item(hands: Hands) -> None:
    shown(hands, Design(nodes={"data_1": Node(layer=DataSource(dataset="mnist"))}))
    extras = {"x": np.zeros((28, 28), np.float32), "y": np.int64(4), "index": 7}
    hands.controller.snapshot.emit(snapshot({"data_1": NodeView(extras["x"], extras=extras)}))
    item = hands.view.canvas.nodes["data_1"]
    body, context = item.body_rect(), hands.view.canvas.context_of("data_1")
    spots = [
        QPointF(x, y)
        for x in range(4, int(body.right()), 6)
        for y in range(int(body.top()) + 4, int(body.bottom()), 6)
        if (action := item.face.press(QPointF(x, y), body, context)) is not None
        and action.kind == "next_item"
    ]
    hands.click(item.pos() + spots[0])
    assert hands.controller.items == [1]
