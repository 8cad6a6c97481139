"""The tool bar: whatever the width, everything in it can be reached."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QWidget

from gui import theme
from gui.main_window import MainWindow
from gui.toolbar_forms import PARTS
from model import files
from tests.gui.shell.conftest import MakeWindow, example

NEVER_AWAY = ("undo_button", "redo_button", "run_button")


def in_bar(window: MainWindow) -> list[QWidget]:
    """What the bar shows, from left to right."""
    row = window.toolbar._row
    found = [row.itemAt(index).widget() for index in range(row.count())]
    return [widget for widget in found if widget is not None and not widget.isHidden()]


def in_menu(window: MainWindow) -> set[QAction]:
    """The actions behind the button »."""
    return {a for a in window.toolbar.more_button.menu().actions() if not a.isSeparator()}


def settled(window: MainWindow, qtbot) -> None:
    """Nothing in the bar lies on anything else, or outside of the bar."""

    def is_laid_out() -> bool:
        boxes = [widget.geometry() for widget in in_bar(window)]
        is_inside = all(box.left() >= 0 and box.right() < window.toolbar.width() for box in boxes)
        return is_inside and not any(a.intersects(b) for a, b in pairwise(boxes))

    qtbot.waitUntil(is_laid_out)


@pytest.mark.parametrize("name", ["light", "dark", "projector"])
@pytest.mark.parametrize("width", [860, 1024, 1366, 1600])
def test_at_every_width_each_part_is_in_the_bar_or_in_its_menu(
    window: MainWindow, qapp: QApplication, qtbot, name: str, width: int
):
    theme.apply(qapp, name)
    qapp.processEvents()
    window.resize(width, 748)
    qtbot.waitUntil(lambda: window.toolbar.width() == width)
    settled(window, qtbot)
    shown = set(in_bar(window))
    for part, names in PARTS.items():
        actions = {window.actions_by_name[each] for each in names}
        is_shown = window.toolbar._parts[part] in shown
        assert is_shown or actions <= in_menu(window), part
        assert not (is_shown and actions & in_menu(window)), part
    assert window.toolbar.more_button.isHidden() == (not in_menu(window))
    assert {*NEVER_AWAY} <= {widget.objectName() for widget in shown}


@pytest.mark.parametrize("name", ["light", "dark"])
def test_on_a_small_laptop_words_go_before_buttons(
    window: MainWindow, qapp: QApplication, qtbot, name: str
):
    theme.apply(qapp, name)
    window.resize(1024, 748)
    settled(window, qtbot)
    names = {widget.objectName() for widget in in_bar(window)}
    assert {"new_button", "open_button", "save_button", *NEVER_AWAY} <= names


def test_the_menu_of_what_has_no_room_opens_by_key_and_by_mouse(
    window: MainWindow, qapp: QApplication, qtbot
):
    theme.apply(qapp, "projector")
    window.resize(860, 748)
    more = window.toolbar.more_button
    qtbot.waitUntil(more.isVisible)
    assert more.focusPolicy() & Qt.FocusPolicy.TabFocus
    seen: list[bool] = []

    def close() -> None:
        seen.append(more.menu().isVisible())
        more.menu().close()

    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_Down):
        QTimer.singleShot(0, close)
        qtbot.keyClick(more, key)
    QTimer.singleShot(0, close)
    qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
    assert seen == [True] * 4


@pytest.mark.parametrize("width", [1024, 1366])
def test_in_a_lecture_a_long_name_is_shortened_and_hides_no_button(
    make_window: MakeWindow, tmp_path: Path, qtbot, width: int
):
    path = tmp_path / ("a_long_name_" * 12 + ".json")
    path.write_bytes(example("xor").read_bytes())
    window = make_window(path)
    window.resize(width, 748)
    window.actions_by_name["present"].trigger()
    title = window.toolbar._title
    qtbot.waitUntil(lambda: title.isVisible() and title.text().endswith("…"))
    settled(window, qtbot)
    assert window.toolbar.run_button in in_bar(window)
    assert window.toolbar.present_button in in_bar(window)
    free = window.toolbar.width() - sum(widget.width() for widget in in_bar(window))
    assert free < 120, "the name has all the room that is left"


def test_in_a_lecture_a_short_name_is_shown_in_full(window: MainWindow, qtbot):
    window.resize(1024, 748)
    window.actions_by_name["present"].trigger()
    qtbot.waitUntil(lambda: window.toolbar._title.text() == "xor")
    settled(window, qtbot)
    files_away = {window.actions_by_name[name] for name in ("new", "open", "save", "undo", "reset")}
    assert files_away <= in_menu(window)


def test_the_name_of_a_lecture_follows_the_file(window: MainWindow, qtbot):
    window.actions_by_name["present"].trigger()
    window.file_actions.open(files.examples_folder() / "spiral.json")
    qtbot.waitUntil(lambda: window.toolbar._title.text() == "spiral")
