"""Do, undo, redo: the same bytes for every operation of the canvas, and no item is left over."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from model import editing
from model.design import Design, Node, Note, Wire
from model.layers.activations import ReLU, Tanh
from model.layers.dense import Dense
from tests.gui.canvas.conftest import Hands, mnist, shown


def board() -> Design:
    """The network of the mock-up with two loose cards and a note."""
    design = mnist()
    loose = {
        "tanh_1": Node(layer=Tanh(), x=520, y=0),
        "relu_2": Node(layer=ReLU(), x=520, y=204),
    }
    notes = {"note_1": Note(text="Look here", x=520, y=450)}
    nodes = {**design.nodes, **loose}
    return msgspec.structs.replace(design, nodes=nodes, notes=notes)


def _do(name: str) -> Callable[[Hands], object]:
    def run(hands: Hands) -> None:
        hands.view.actions_[name].trigger()

    return run


def _selected(name: str, *keys: str) -> Callable[[Hands], object]:
    def run(hands: Hands) -> None:
        hands.view.select(keys)
        hands.view.actions_[name].trigger()

    return run


def _middle(hands: Hands, wire: Wire) -> QPointF:
    route = hands.view.canvas.wires.route_of(wire)
    return QPointF(route[0][0], (route[0][1] + route[-1][1]) / 2)


_WIRE = Wire("dense_1", "h", "batch_norm_1", "h")


def _wire(hands: Hands) -> None:
    hands.drag(hands.port("tanh_1", "h", is_input=False), hands.centre("relu_2"))


def _rewire(hands: Hands) -> None:
    item = hands.view.canvas.nodes["batch_norm_1"]
    slot = next(slot for slot in item.slots if slot.wire is not None)
    hands.drag(item.slot_point(slot), hands.centre("tanh_1"))


def _rename(hands: Hands) -> None:
    hands.view.select(["dense_1"])
    hands.key(Qt.Key.Key_F2)
    hands.type("Hidden")
    hands.key(Qt.Key.Key_Return)


def _paste(hands: Hands) -> None:
    hands.view.select(["dense_1", "batch_norm_1", "note_1"])
    hands.view.actions_["copy"].trigger()
    assert "fragment" in QGuiApplication.clipboard().text()
    hands.view.actions_["paste"].trigger()


def _note(hands: Hands) -> None:
    hands.view.editors.edit_note("note_1")
    hands.type("Another text")
    hands.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def _resize(hands: Hands) -> None:
    rect = hands.view.canvas.rect_of("note_1")
    corner = QPointF(rect.right - 4, rect.bottom - 4)
    hands.drag(corner, corner + QPointF(40, 40))


def _remove_wire(hands: Hands) -> None:
    hands.view.canvas.select((), {_WIRE})
    hands.view.actions_["delete"].trigger()


OPERATIONS: dict[str, Callable[[Hands], object]] = {
    "drop": lambda hands: hands.drop_layer("dense", QPointF(700, 100)),
    "splice a new layer": lambda hands: hands.drop_layer("dropout", _middle(hands, _WIRE)),
    "splice a loose card": lambda hands: hands.drag(hands.grip("tanh_1"), _middle(hands, _WIRE)),
    "wire": _wire,
    "rewire": _rewire,
    "move": lambda hands: hands.drag(hands.grip("tanh_1"), hands.grip("tanh_1") + QPointF(90, 70)),
    "rename": _rename,
    "paste": _paste,
    "note": _note,
    "resize": _resize,
    "remove a wire": _remove_wire,
    "new note": _do("add_note"),
    "layout": _do("layout"),
    "remove": _selected("delete", "dense_1", "relu_1", "note_1"),
    "cut": _selected("cut", "batch_norm_1", "note_1"),
    "duplicate": _selected("duplicate", "dense_1", "batch_norm_1", "note_1"),
    "distribute": _selected("distribute_vertically", "tanh_1", "relu_2", "dense_2"),
    "spread": _selected("distribute_horizontally", "tanh_1", "dense_1", "dense_2", "note_1"),
    **{
        f"align {how}": _selected(f"align_{how}", "tanh_1", "dense_1", "note_1")
        for how in ("left", "centre", "right", "top", "middle", "bottom")
    },
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_do_undo_redo_gives_the_same_design(hands: Hands, name: str) -> None:
    shown(hands, board())
    before = hands.bytes()
    OPERATIONS[name](hands)
    QApplication.processEvents()
    after = hands.bytes()
    assert after != before
    stack = hands.document.stack
    assert all(stack.text(index) for index in range(stack.count()))
    steps = stack.count()
    for _ in range(steps):
        stack.undo()
    assert hands.bytes() == before
    for _ in range(steps):
        stack.redo()
    assert hands.bytes() == after
    mirrors(hands)


def mirrors(hands: Hands) -> None:
    """The scene shows the graph: the same ids, places and wires."""
    canvas, graph = hands.view.canvas, hands.graph
    assert set(canvas.nodes) == set(graph.nodes)
    assert set(canvas.notes) == set(graph.notes)
    assert set(canvas.wires.wires()) == set(graph.wires())
    for key, node in graph.nodes.items():
        assert (canvas.nodes[key].pos().x(), canvas.nodes[key].pos().y()) == (node.x, node.y)


def test_two_hundred_additions_and_removals_leave_no_item_behind(hands: Hands) -> None:
    shown(hands, mnist())
    items = len(hands.view.canvas.items())
    for _ in range(200):
        hands.document.attempt(editing.add_node, Dense(), 900.0, 0.0)
        new = hands.view.selected_ids()
        hands.document.attempt(editing.remove, new)
    assert len(hands.view.canvas.items()) == items
    mirrors(hands)


def test_an_undo_during_a_drag_ends_the_drag(hands: Hands) -> None:
    shown(hands, mnist())
    hands.document.attempt(editing.add_node, Dense(), 900.0, 0.0)
    start = hands.grip("dense_3")
    hands.press(start)
    hands.drag_to(start + QPointF(100, 100), start)
    hands.document.stack.undo()
    assert hands.view.gesture is None
    assert "dense_3" not in hands.view.canvas.nodes
    mirrors(hands)
