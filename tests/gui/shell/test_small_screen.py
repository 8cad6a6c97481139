"""A window that was remembered on a large screen opens inside a small one."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from gui.canvas.node_item import collapse_zoom
from gui.main_window import MainWindow
from gui.settings import Settings
from tests.gui.shell.conftest import example


def test_on_a_narrow_window_the_inspector_folds_and_its_switch_brings_it_back(qtbot):
    window = MainWindow(None, Settings())
    qtbot.addWidget(window)
    window.setWindowState(Qt.WindowState.WindowNoState)
    window.resize(1366, 748)
    window.show()
    assert not window.inspector_dock.isHidden()
    window.resize(1024, 748)
    qtbot.waitUntil(window.inspector_dock.isHidden)
    switch = window.docks.row.findChild(QToolButton, "switch_show_inspector")
    switch.click()
    assert not window.inspector_dock.isHidden()
    window.shut_down()


@pytest.mark.parametrize("width", [1024, 1366])
@pytest.mark.parametrize("name", ["xor", "spiral", "mnist_mlp"])
def test_on_a_laptop_the_cards_of_an_example_show_their_numbers(qtbot, name: str, width: int):
    window = MainWindow(example(name), Settings())
    qtbot.addWidget(window)
    window.setWindowState(Qt.WindowState.WindowNoState)
    window.resize(width, 748)  # of 768 px, with a frame
    window.show()
    window.room.fit_soon()
    qtbot.waitUntil(lambda: window.view.zoom >= collapse_zoom() + 0.1)
    window.shut_down()


def test_a_window_remembered_on_a_larger_screen_fits_the_one_that_is_there(qtbot):
    settings = Settings()
    first = MainWindow(None, settings)
    qtbot.addWidget(first)
    first.resize(first.screen().availableSize() * 3)
    settings.geometry = first.saveGeometry()
    first.shut_down()

    window = MainWindow(None, settings)
    qtbot.addWidget(window)

    room = window.screen().availableSize()
    assert window.width() <= room.width()
    assert window.height() <= room.height()
    window.shut_down()
