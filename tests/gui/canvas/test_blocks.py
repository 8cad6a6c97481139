"""Blocks from the palette: dropped, pressed, and undone as one step."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from gui.document import Document
from gui.palette import PalettePanel
from gui.palette.mime import LAYER_MIME
from model.blocks import BLOCKS
from tests.gui.canvas.conftest import Hands, mnist, shown


def test_a_dropped_block_is_one_step_of_opened_layers(hands: Hands) -> None:
    shown(hands, mnist())
    count, steps = len(hands.document.graph), hands.document.stack.count()
    assert hands.drop_layer("block:residual_block", QPointF(1500, 200))
    assert len(hands.document.graph) == count + 5  # entry, Dense, ReLU, Dense, Add
    assert hands.document.stack.count() == steps + 1
    hands.document.stack.undo()
    assert len(hands.document.graph) == count


def test_a_block_that_is_pressed_is_wired_behind_the_selected_card(hands: Hands) -> None:
    shown(hands, mnist())
    hands.view.select(("dense_1",))
    known = set(hands.document.graph)
    hands.view.insert_layer("block:residual_block")
    new = set(hands.document.graph) - known
    assert len(new) == 4
    entering = {w.target for w in hands.document.graph.wires_from("dense_1")}
    assert len(entering & new) == 2  # the first layer and the skip connection


def test_an_unknown_block_is_no_drag_of_ours(hands: Hands) -> None:
    assert not hands.drop_layer("block:no_such_block", QPointF(100, 100))


def test_the_palette_offers_each_block_to_press_and_to_drag(qtbot: QtBot, hands: Hands) -> None:
    panel = PalettePanel(Document())
    qtbot.addWidget(panel)
    buttons = panel.layers.blocks.buttons
    assert list(buttons) == list(BLOCKS)
    with qtbot.waitSignal(panel.layer_chosen) as heard:
        buttons["transformer_block"].click()
    assert heard.args == ["block:transformer_block"]
    mime = buttons["residual_block"].make_drag().mimeData()
    assert bytes(mime.data(LAYER_MIME).data()) == b"block:residual_block"
