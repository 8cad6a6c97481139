"""Menus and keys: each has a text and a tip, no key is given twice, F1 lists them all."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLabel, QMenu

from gui.actions import GROUPS, plain
from gui.help import CANVAS_GESTURES, AboutDialog, HelpSheet, all_lines, sheet_of
from gui.main_window import MainWindow
from model import editing
from model.layer import registry


def every_action(menu: QMenu):
    for action in menu.actions():
        if action.menu() is not None:
            yield from every_action(action.menu())
        elif not action.isSeparator():
            yield action


def test_every_declared_action_is_in_a_menu(window: MainWindow):
    found = {action for menu in window.menus.values() for action in every_action(menu)}
    left = [a.objectName() for a in window.actions_by_name.all() if a not in found]
    assert [name for name in left if name != "clear_recent"] == []  # filled when it is opened


def test_every_action_has_a_text_and_a_tip(window: MainWindow):
    for action in window.actions_by_name.all():
        assert plain(action.text())
        assert action.toolTip()
        assert action.whatsThis()


def test_no_key_is_given_twice(window: MainWindow):
    keys = Counter(
        key.toString() for action in window.actions_by_name.all() for key in action.shortcuts()
    )
    assert [key for key, count in keys.items() if count > 1] == []


def test_no_access_key_is_given_twice_in_a_menu(window: MainWindow):
    for name, menu in window.menus.items():
        letters = [
            QKeySequence.mnemonic(action.text()).toString()
            for action in menu.actions()
            if not action.isSeparator() and not QKeySequence.mnemonic(action.text()).isEmpty()
        ]
        assert len(letters) == len(set(letters)), name


def test_undo_and_redo_say_which_edit_they_mean(window: MainWindow):
    undo, redo = window.actions_by_name["undo"], window.actions_by_name["redo"]
    assert not undo.isEnabled()
    assert undo.toolTip().startswith("There is nothing to undo")
    window.document.attempt(editing.add_node, registry()["relu"](), 0, 0)
    assert plain(undo.text()) == "Undo Add ReLU"
    undo.trigger()
    assert plain(redo.text()) == "Redo Add ReLU"
    assert not undo.isEnabled()


def test_the_sheet_lists_every_key_of_every_action_and_of_the_canvas(window: MainWindow):
    menus = window.view.actions_for_menu()
    sheet = HelpSheet(all_lines(window.actions_by_name, menus), window)
    said = sheet.text()
    for specs in GROUPS.values():
        for spec in specs:
            for key in window.actions_by_name[spec.name].shortcuts():
                assert key.toString() in said
    keyed = [a for menu in menus.values() for a in menu if a is not None and a.shortcuts()]
    assert len(keyed) > 10
    for action in keyed:
        assert plain(action.text()).removesuffix("…") in said
        assert all(key.toString() in said for key in action.shortcuts())
    assert all(keys in said and words in said for keys, words in CANVAS_GESTURES)


def test_the_sheet_names_the_action_and_not_the_edit_it_would_undo(window: MainWindow):
    window.document.attempt(editing.add_node, registry()["relu"](), 0, 0)
    lines = all_lines(window.actions_by_name, window.view.actions_for_menu())
    assert "Undo" in [words for _, words in lines["Edit"]]


def test_the_sheet_uses_as_many_columns_as_the_screen_holds(window: MainWindow):
    lines = all_lines(window.actions_by_name, window.view.actions_for_menu())
    wide, narrow = sheet_of(lines, 5000), sheet_of(lines, 600)
    assert wide.sizeHint().width() > narrow.sizeHint().width()
    assert narrow.sizeHint().height() > wide.sizeHint().height()
    fits = wide.sizeHint().width()
    assert sheet_of(lines, fits).sizeHint().width() == fits
    assert sheet_of(lines, fits - 1).sizeHint().width() < fits


def test_about_names_the_versions_and_licences(window: MainWindow):
    dialog = AboutDialog("1.2.3", window)
    said = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "Deltaboard 1.2.3" in said
    assert "PySide6-Essentials" in said
    assert "LGPL" in said


@pytest.mark.parametrize("name", ["palette", "inspector"])
def test_a_side_panel_goes_and_comes_by_its_action(window: MainWindow, name: str):
    action, dock = window.actions_by_name[f"show_{name}"], getattr(window, f"{name}_dock")
    action.trigger()
    assert (dock.isHidden(), action.isChecked()) == (True, False)
    action.trigger()
    assert (dock.isHidden(), action.isChecked()) == (False, True)
