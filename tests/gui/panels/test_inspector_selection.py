"""What the inspector shows for a selection, and what its menu does to it."""

from __future__ import annotations

import gc

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSlider, QWidget
from pytestqt.qtbot import QtBot

from gui.document import Document
from gui.inspector import InspectorPanel
from model import editing
from model.layers import LAYERS
from tests.gui.panels.conftest import edit_by_hand


def test_several_layers_of_one_kind_are_set_together_in_one_step(
    inspector: InspectorPanel, document: Document
) -> None:
    inspector.show_selection(("dense_1", "dense_2"))
    form = inspector.properties.form
    assert form is not None
    edit_by_hand(form.widget("units"), 5)
    found = [document.graph.node(key).layer.units for key in ("dense_1", "dense_2")]  # type: ignore[attr-defined]
    assert found == [5, 5]
    assert document.stack.count() == 1
    document.stack.undo()
    found = [document.graph.node(key).layer.units for key in ("dense_1", "dense_2")]  # type: ignore[attr-defined]
    assert found == [8, 3]


def test_layers_of_different_kinds_have_nothing_in_common(inspector: InspectorPanel) -> None:
    inspector.show_selection(("dense_1", "dropout_1"))
    assert inspector.properties.form is None
    assert not inspector.tabs.isVisible()


def test_a_note_says_where_its_text_is_written(
    inspector: InspectorPanel, document: Document
) -> None:
    document.attempt(editing.add_note, "Look here", 0.0, 0.0)
    inspector.show_selection(("note_1",))
    assert inspector.notes.isVisible()


def test_a_removed_node_leaves_the_inspector(
    inspector: InspectorPanel, document: Document, qtbot: QtBot
) -> None:
    inspector.show_selection(("dropout_1",))
    inspector.header.actions_by_name["remove"].trigger()
    assert "dropout_1" not in document.graph
    qtbot.waitUntil(lambda: inspector.shown_ids == ())
    assert inspector.training.isVisible()


def test_the_menu_duplicates_and_resets(inspector: InspectorPanel, document: Document) -> None:
    inspector.show_selection(("dense_1",))
    inspector.header.actions_by_name["duplicate"].trigger()
    assert len(document.graph) == 6
    inspector.header.actions_by_name["defaults"].trigger()
    assert document.graph.node("dense_1").layer == LAYERS["dense"]()
    assert document.stack.undoText() == "Reset Dense 8 to defaults"


def test_a_title_is_renamed_in_place(
    inspector: InspectorPanel, document: Document, qtbot: QtBot
) -> None:
    inspector.show_selection(("dense_1",))
    qtbot.mouseDClick(inspector.header._title, Qt.MouseButton.LeftButton)
    assert inspector.header.is_renaming
    line = inspector.header._line
    line.setText("Hidden")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert document.graph.node("dense_1").title == "Hidden"
    qtbot.waitUntil(lambda: inspector.header._title.full_text() == "Hidden")
    inspector.header.start_renaming()
    line.setText("Other")
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert document.graph.node("dense_1").title == "Hidden"


def test_problems_of_the_node_stand_below_its_fields_with_repairs(
    inspector: InspectorPanel, document: Document, qtbot: QtBot
) -> None:
    document.attempt(editing.set_fields, "data_1", {"dataset": "digits"})
    inspector.show_selection(("dense_1",))
    cards = inspector.properties.findChildren(QWidget, "inspector_problem")
    assert len(cards) == 1
    cards[0].buttons[0].click()  # type: ignore[attr-defined]
    qtbot.waitUntil(
        lambda: (
            not [
                c
                for c in inspector.properties.findChildren(QWidget, "inspector_problem")
                if c.isVisible()
            ]
        )
    )
    assert document.stack.undoText() == "Insert Flatten"


def test_a_hundred_selections_leave_no_widgets_behind(
    inspector: InspectorPanel, document: Document
) -> None:
    choices = [("dense_1",), ("dropout_1",), (), ("data_1",), ("dense_1", "dense_2"), ("dense_2",)]

    def walk(rounds: int) -> int:
        for number in range(rounds):
            inspector.tabs.setCurrentIndex(number % 3)
            inspector.show_selection(choices[number % len(choices)])
            QApplication.processEvents()
        inspector.tabs.setCurrentIndex(0)
        inspector.show_selection(("dense_1",))
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
        return len(QApplication.allWidgets())

    walk(18)
    QTest.qWait(400)  # the page of the training builds itself when the window has time
    before = walk(18)
    assert walk(102) <= before


def test_tab_walks_from_the_tabs_through_the_fields_in_their_order(
    inspector: InspectorPanel, qtbot: QtBot
) -> None:
    inspector.show_selection(("dense_1",))
    inspector.show_selection(("dropout_1",))
    qtbot.wait(20)
    form = inspector.properties.form
    assert form is not None
    owners = []
    widget: QWidget = inspector.tabs
    for _ in range(40):
        widget = widget.nextInFocusChain()
        owners += [n for n in form.names() if form.widget(n).isAncestorOf(widget)]
    assert list(dict.fromkeys(owners)) == ["p", "scaling", "new_mask"]
    assert inspector.tabs.nextInFocusChain() is form.widget("p").findChild(QSlider)
