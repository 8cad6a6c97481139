"""Docks of the plots: what opens is in front and has its share of the width."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QToolButton

from gui import theme
from gui.main_window import MainWindow
from gui.plot_dock import FRAME
from tests.gui.shell.conftest import MakeWindow, example


def is_shared(window: MainWindow) -> bool:
    """Whether all columns are equally wide, but for those whose heads need more."""
    fronts = [d for column in window.docks.columns() for d in column if d.is_in_front]
    if any(dock.width() < dock.needed_width() for dock in fronts):
        return False
    free = [dock.width() for dock in fronts if dock.width() > dock.needed_width() + 8]
    return max(free) - min(free) <= 8


def test_a_dock_opened_by_its_switch_is_in_front_and_all_are_equally_wide(
    window: MainWindow, qapp: QApplication, qtbot
):
    for key in ("problems", "predictions"):
        dock = window.docks.docks[key]
        dock.switch.trigger()
        qtbot.waitUntil(lambda dock=dock: dock.is_in_front and dock.panel is not None)
        qtbot.waitUntil(lambda: is_shared(window))
    assert len(window.docks.columns()) == 4


def test_a_dock_for_which_there_is_no_room_becomes_a_tab_in_front(
    make_window: MakeWindow, qapp: QApplication, qtbot
):
    window = make_window(example("xor"))
    window.resize(1024, 768)
    for key in ("problems", "predictions"):
        window.docks.docks[key].switch.trigger()
        qtbot.waitUntil(lambda key=key: window.docks.docks[key].is_in_front)
    assert len(window.docks.columns()) == 3
    qtbot.waitUntil(lambda: is_shared(window))


def test_the_switch_of_a_dock_behind_another_brings_it_to_the_front(window: MainWindow, qtbot):
    docks = window.docks.docks
    window.tabifyDockWidget(docks["loss"], docks["delta"])
    docks["loss"].raise_()
    qtbot.waitUntil(lambda: not docks["delta"].is_in_front)
    docks["delta"].switch.trigger()
    qtbot.waitUntil(lambda: docks["delta"].is_in_front)
    assert docks["delta"].switch.isChecked()
    docks["delta"].switch.trigger()
    assert docks["delta"].isHidden()
    assert not docks["delta"].switch.isChecked()


def test_docks_that_open_do_not_take_more_height_from_the_canvas(window: MainWindow, qtbot):
    before = window.docks.docks["loss"].height()
    window.docks.open("problems")
    qtbot.waitUntil(lambda: window.docks.docks["problems"].panel is not None)
    assert window.docks.docks["loss"].height() == before


def test_a_dock_taken_out_of_the_window_lies_beside_its_place(window: MainWindow, qtbot):
    dock = window.docks.docks["loss"]
    qtbot.waitUntil(lambda: dock.panel is not None)
    before = dock.mapToGlobal(dock.rect().topLeft())
    dock.titleBarWidget().findChild(object, "float_loss").click()
    assert dock.isFloating()
    assert dock.mapToGlobal(dock.rect().topLeft()) != before
    dock.titleBarWidget().findChild(object, "float_loss").click()
    assert not dock.isFloating()


def test_switches_keep_their_words_and_the_rarer_ones_go_into_a_menu(window: MainWindow, qtbot):
    row = window.docks.row
    for width in (1024, 1366, 1900):
        window.resize(width, 768)
        qtbot.waitUntil(lambda width=width: window.width() == width)
        chips = [row.findChild(QToolButton, f"switch_{a.objectName()}") for a in everything(window)]
        shown = [chip for chip in chips if not chip.isHidden()]
        more = row.findChild(QToolButton, "more_docks")
        assert {chip.defaultAction() for chip in shown} | set(more.menu().actions()) >= set(
            everything(window)
        )
        assert all(chip.text() for chip in shown)
        assert all(chip.geometry().right() < row.width() for chip in shown)
        assert more.isHidden() == (len(shown) == len(chips))


def everything(window: MainWindow) -> list[QAction]:
    """All switches of the row."""
    return [*window.docks.actions(), window.actions_by_name["show_inspector"]]


@pytest.mark.parametrize("name", ["light", "dark", "projector"])
def test_a_dock_on_its_own_has_a_frame_and_in_the_window_it_has_none(
    window: MainWindow, qapp: QApplication, qtbot, name: str
):
    look = theme.apply(qapp, name)
    dock = window.docks.docks["loss"]
    qtbot.waitUntil(lambda: dock.panel is not None)
    dock.setFloating(True)
    margins = dock.contentsMargins()
    assert {margins.left(), margins.top(), margins.right(), margins.bottom()} == {FRAME}
    image = dock.grab().toImage()
    accent = look.color("accent").rgb()
    corners = [(0, 0), (image.width() - 1, 0), (0, image.height() - 1)]
    assert [image.pixel(x, y) & 0xFFFFFF for x, y in corners] == [accent & 0xFFFFFF] * 3
    assert image.pixel(image.width() // 2, image.height() // 2) & 0xFFFFFF != accent & 0xFFFFFF
    dock.setFloating(False)
    assert dock.contentsMargins().left() == 0
    assert dock.grab().toImage().pixel(0, 0) & 0xFFFFFF != accent & 0xFFFFFF
    theme.apply(qapp, "light")
