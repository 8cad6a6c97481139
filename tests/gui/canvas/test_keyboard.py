"""Everything without a mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QGuiApplication

from model import clipboard
from model.design import Design, Node, Wire
from model.layers.activations import ReLU, Tanh
from model.layers.dense import Dense
from model.layers.losses import SoftmaxCrossEntropy
from model.layers.merge import Add
from model.layers.source import DataSource
from tests.gui.canvas.conftest import Hands, chain, mnist, shown

Key, Mods = Qt.Key, Qt.KeyboardModifier


@pytest.mark.parametrize("key", [Key.Key_Tab, Key.Key_Slash])
def test_tab_and_slash_open_the_search_and_enter_inserts(hands: Hands, key: Qt.Key) -> None:
    shown(hands, Design())
    hands.key(key)
    hands.type("batch")
    hands.key(Key.Key_Return)
    assert list(hands.graph) == ["batch_norm_1"]
    assert hands.view.hasFocus()


def test_escape_closes_the_search_without_a_trace(hands: Hands) -> None:
    shown(hands, Design())
    hands.key(Key.Key_Tab)
    hands.key(Key.Key_Escape)
    assert not hands.view.searching.popup.isVisible()
    assert hands.view.hasFocus()
    assert len(hands.graph) == 0


def test_a_network_is_built_by_keyboard_alone(hands: Hands) -> None:
    shown(hands, Design())
    for words in ("data set", "dense", "relu", "dense", "softmax cross"):
        hands.key(Key.Key_Tab)
        hands.type(words)
        hands.key(Key.Key_Return)
    kinds = [hands.graph.node(key).layer.title for key in hands.document.inference.order]
    assert kinds == ["Data set", "Dense", "ReLU", "Dense", "Softmax cross-entropy"]
    wires = {(w.source, w.target, w.target_port) for w in hands.graph.wires()}
    assert ("data_1", "softmax_cross_entropy_1", "target") in wires
    rects = [hands.view.canvas.rect_of(key) for key in hands.graph]
    assert not any(a.meets(b) for i, a in enumerate(rects) for b in rects[:i])


def test_arrows_walk_along_the_wires(hands: Hands) -> None:
    shown(hands, mnist())
    hands.key(Key.Key_Down)
    assert hands.view.selected_ids() == ("data_1",)
    hands.key(Key.Key_Down)
    hands.key(Key.Key_Down)
    assert hands.view.selected_ids() == ("dense_1",)
    hands.key(Key.Key_Up)
    assert hands.view.selected_ids() == ("flatten_1",)
    hands.key(Key.Key_Down, Mods.ShiftModifier)
    assert hands.view.selected_ids() == ("dense_1", "flatten_1")


def test_alt_and_arrows_nudge_by_the_grid_as_one_step(hands: Hands) -> None:
    shown(hands, mnist())
    hands.view.select(["relu_1"])
    y = hands.graph.node("relu_1").y
    for _ in range(3):
        hands.key(Key.Key_Right, Mods.AltModifier)
    hands.key(Key.Key_Up, Mods.AltModifier)
    assert (hands.graph.node("relu_1").x, hands.graph.node("relu_1").y) == (24, y - 8)
    assert hands.document.stack.count() == 1


@pytest.mark.parametrize("key", [Key.Key_Delete, Key.Key_Backspace])
def test_delete_removes_a_node_and_heals_the_wire(hands: Hands, key: Qt.Key) -> None:
    shown(hands, chain(("dense_1", Dense()), ("relu_1", ReLU()), ("dense_2", Dense())))
    hands.view.select(["relu_1"])
    hands.key(key)
    assert [(w.source, w.target) for w in hands.graph.wires()] == [("dense_1", "dense_2")]


def test_f2_renames_and_escape_gives_up(hands: Hands) -> None:
    shown(hands, chain(("dense_1", Dense()), ("relu_1", ReLU())))
    hands.view.select(["dense_1"])
    hands.key(Key.Key_F2)
    hands.type("Nothing")
    hands.key(Key.Key_Escape)
    assert hands.graph.node("dense_1").name == ""
    hands.key(Key.Key_F2)
    hands.type("First")
    hands.key(Key.Key_Return)
    assert hands.graph.node("dense_1").name == "First"
    assert hands.view.hasFocus()


def test_copies_travel_as_text_on_the_clipboard(hands: Hands) -> None:
    shown(hands, chain(("dense_1", Dense()), ("relu_1", ReLU())))
    hands.key(Key.Key_A, Mods.ControlModifier)
    hands.key(Key.Key_C, Mods.ControlModifier)
    piece = clipboard.from_text(QGuiApplication.clipboard().text())
    assert list(piece.nodes) == ["dense_1", "relu_1"]
    hands.key(Key.Key_V, Mods.ControlModifier)
    assert Wire("dense_2", "h", "relu_2", "h") in hands.graph.wires()
    assert hands.view.selected_ids() == ("dense_2", "relu_2")


def test_a_strange_clipboard_says_so(hands: Hands) -> None:
    shown(hands, chain(("dense_1", Dense()), ("relu_1", ReLU())))
    QGuiApplication.clipboard().setText("a shopping list")
    hands.key(Key.Key_V, Mods.ControlModifier)
    assert "holds no layers" in hands.messages[-1].text
    assert len(hands.graph) == 2


def test_cut_names_its_undo_step(hands: Hands) -> None:
    shown(hands, chain(("dense_1", Dense(units=3)), ("relu_1", ReLU())))
    hands.view.select(["dense_1"])
    hands.key(Key.Key_X, Mods.ControlModifier)
    assert list(hands.graph) == ["relu_1"]
    assert hands.document.stack.undoText() == "Cut Dense 3"


def test_w_wires_from_the_selected_card(hands: Hands) -> None:
    nodes = {
        "dense_1": Node(layer=Dense()),
        "relu_1": Node(layer=ReLU(), x=500),
        "tanh_1": Node(layer=Tanh(), x=1000),
    }
    shown(hands, Design(nodes=nodes))
    hands.view.select(["dense_1"])
    hands.key(Key.Key_W)
    hands.key(Key.Key_Right)
    hands.key(Key.Key_Return)
    assert hands.graph.wires() == [Wire("dense_1", "h", "tanh_1", "h")]
    hands.key(Key.Key_W)
    hands.key(Key.Key_Escape)
    assert len(hands.graph.wires()) == 1
    assert not hands.view.canvas.dimmed


def test_w_says_when_nothing_can_be_wired(hands: Hands) -> None:
    shown(hands, Design(nodes={"dense_1": Node(layer=Dense())}))
    hands.view.select(["dense_1"])
    hands.key(Key.Key_W)
    assert "no free input" in hands.messages[-1].text
    assert hands.view.gesture is None


def test_w_wires_the_labels_to_the_target(hands: Hands) -> None:
    nodes = {
        "data_1": Node(layer=DataSource(dataset="iris")),
        "loss_1": Node(layer=SoftmaxCrossEntropy(), x=500),
        "add_1": Node(layer=Add(), x=1000),
    }
    shown(hands, Design(nodes=nodes))
    hands.view.select(["data_1"])
    hands.key(Key.Key_W)
    found = {(w.source_port, w.target, w.target_port) for w in hands.view.gesture.choices}
    assert ("y", "loss_1", "target") in found
    assert ("y", "add_1", "h") not in found


def test_n_adds_a_note_that_is_open_for_typing(hands: Hands) -> None:
    shown(hands, chain(("dense_1", Dense()), ("relu_1", ReLU())))
    hands.key(Key.Key_N)
    hands.type("n f w stay letters")
    hands.key(Key.Key_Return, Mods.ControlModifier)
    assert [note.text for note in hands.graph.notes.values()] == ["n f w stay letters"]


def test_zoom_keys(hands: Hands) -> None:
    shown(hands, mnist())
    hands.key(Key.Key_Plus)
    assert hands.view.zoom == pytest.approx(1.2)
    hands.key(Key.Key_Minus)
    hands.key(Key.Key_Minus)
    assert hands.view.zoom == pytest.approx(1 / 1.2)
    hands.key(Key.Key_0, Mods.ControlModifier)
    assert hands.view.zoom == 1.0
    hands.key(Key.Key_F)
    rect = hands.view.canvas.content_rect()
    assert hands.view.visible_rect().contains(rect)


def test_a_disabled_entry_says_why(hands: Hands) -> None:
    shown(hands, mnist())
    action = hands.view.actions_["align_left"]
    assert not action.isEnabled()
    assert action.toolTip() == "Select at least two layers or notes."
    hands.view.select(["dense_1", "relu_1"])
    assert action.isEnabled()
    assert action.toolTip() == "Align left edges"


def test_the_menus_are_whole(hands: Hands) -> None:
    menus = hands.view.actions_for_menu()
    assert set(menus) == {"edit", "arrange", "view"}
    actions = [action for menu in menus.values() for action in menu if action is not None]
    assert all(action.text() and action.toolTip() for action in actions)
    names = [action.objectName() for action in actions]
    assert len(names) == len(set(names))


def test_context_menus_fit_what_lies_under_the_pointer(hands: Hands) -> None:
    shown(hands, chain(("dense_1", Dense()), ("relu_1", ReLU())))
    view, actions = hands.view, hands.view.actions_
    on_card = actions.menu_at(view.mapFromScene(hands.centre("dense_1")))
    assert actions["rename"] in on_card.actions()
    assert view.selected_ids() == ("dense_1",)
    on_empty = actions.menu_at(view.rect().bottomLeft())
    route = view.canvas.wires.route_of(hands.graph.wires()[0])
    point = hands.spot((route[0][0], (route[0][1] + route[-1][1]) / 2)).toPoint()
    on_wire = actions.menu_at(point)
    assert "Insert a layer…" in [action.text() for action in on_wire.actions()]
    assert on_empty is not on_wire


def test_a_note_added_far_from_the_pointer_is_brought_into_view(hands: Hands) -> None:
    hands.view.set_zoom(0.5)
    hands.view.actions_.add_note_at(QPointF(6000, 4000))
    box = hands.view.editors.box
    assert box is not None
    assert hands.view.rect().contains(box.geometry())
    rect = hands.view.canvas.rect_of(hands.view.selected_ids()[0])
    assert hands.view.visible_rect().contains(QRectF(*rect))


def test_esc_keeps_what_was_typed_into_a_note_and_undo_takes_it_back(hands: Hands) -> None:
    hands.view.actions_.add_note_at(QPointF(100, 100))
    key = hands.view.selected_ids()[0]
    hands.type("Watch the border")
    hands.key(Key.Key_Escape)
    assert hands.view.editors.box is None
    assert hands.graph.notes[key].text == "Watch the border"
    hands.document.stack.undo()
    assert hands.graph.notes[key].text == "Note"
