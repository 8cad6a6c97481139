"""A window that was remembered on a large screen opens inside a small one."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QToolButton

from gui import theme
from gui.canvas.zooms import collapse_zoom
from gui.main_window import MainWindow
from gui.palette.drag import make_drag
from gui.palette.mime import LAYER_MIME
from gui.settings import Settings
from model.blocks import BLOCKS
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


def opened(qtbot, width: int, settings: Settings, path: Path | None = None) -> MainWindow:
    """A window that has been this wide from the start."""
    window = MainWindow(path, settings)
    qtbot.addWidget(window)
    window.setWindowState(Qt.WindowState.WindowNoState)
    window.resize(width, 748)
    window.show()
    QApplication.processEvents()
    return window


def test_on_a_window_that_opens_narrow_the_switch_of_the_folded_inspector_is_not_lit(qtbot):
    window = opened(qtbot, 1024, Settings())
    assert window.inspector_dock.isHidden()
    assert not window.actions_by_name["show_inspector"].isChecked()
    window.shut_down()


@pytest.mark.parametrize("name", ["light", "dark", "projector"])
def test_with_every_dock_open_a_window_can_still_become_small(qtbot, qapp: QApplication, name: str):
    window = opened(qtbot, 1600, Settings(), example("mnist_mlp"))
    for key in window.docks.docks:
        window.docks.open(key)
    QApplication.processEvents()
    assert len(window.docks.columns()) > 3
    theme.apply(qapp, name)
    QApplication.processEvents()
    window.resize(1024, 748)
    qtbot.waitUntil(lambda: window.width() == 1024 and window.height() == 748)
    qtbot.waitUntil(lambda: all_heads_fit(window))
    count = len(window.docks.columns())
    window.resize(1600, 748)
    qtbot.waitUntil(lambda: all_heads_fit(window) and len(window.docks.columns()) > count)
    theme.apply(qapp, "light")
    window.shut_down()


def all_heads_fit(window: MainWindow) -> bool:
    """No head of a dock at the bottom is cut, and all docks are inside of the window."""
    fronts = [dock for column in window.docks.columns() for dock in column if dock.is_in_front]
    widths = sum(dock.width() for dock in fronts)
    return widths <= window.width() and all(d.width() >= d.needed_width() for d in fronts)


def test_what_a_person_does_to_a_side_panel_is_remembered_for_this_width(qtbot):
    settings = Settings()
    first = opened(qtbot, 1024, settings)
    assert first.palette_panel.is_rail
    first.palette_panel.rail.unfolded.emit()
    first.actions_by_name["show_inspector"].trigger()
    first.palette_panel.layers.tree.topLevelItem(0).setExpanded(False)
    first.close()

    again = opened(qtbot, 1024, settings)
    assert not again.palette_panel.is_rail
    assert not again.inspector_dock.isHidden()
    assert not again.palette_panel.layers.tree.topLevelItem(0).isExpanded()
    again.palette_panel.fold_button.click()
    again.actions_by_name["show_inspector"].trigger()
    again.resize(1600, 900)
    qtbot.waitUntil(lambda: not again.palette_panel.is_rail)
    assert not again.inspector_dock.isHidden(), "what was folded on a narrow window"
    again.reset_layout()
    assert again.palette_panel.layers.tree.topLevelItem(0).isExpanded()
    again.close()

    last = opened(qtbot, 1024, settings)
    assert last.palette_panel.is_rail
    assert last.inspector_dock.isHidden()
    last.shut_down()


@pytest.mark.parametrize("name", ["light", "projector"])
def test_side_panels_make_way_for_one_another_rather_than_widen_the_window(
    qtbot, qapp: QApplication, name: str
):
    theme.apply(qapp, name)
    settings = Settings()
    settings.theme_name = name
    window = opened(qtbot, 1024, settings)
    find, inspector = (window.actions_by_name[key] for key in ("find_layer", "show_inspector"))
    both_fit = name == "light"
    for _ in range(2):
        find.trigger()
        QApplication.processEvents()
        assert not window.palette_panel.is_rail
        inspector.trigger()
        QApplication.processEvents()
        assert inspector.isChecked()
        assert window.palette_panel.is_rail != both_fit
        assert window.width() == 1024
        find.trigger()
        QApplication.processEvents()
        assert window.inspector_dock.isHidden() != both_fit
        assert inspector.isChecked() == both_fit
        assert window.width() == 1024
        if both_fit:
            inspector.trigger()
    theme.apply(qapp, "light")
    window.shut_down()


def test_a_search_unfolds_the_palette_only_for_now(qtbot):
    settings = Settings()
    first = opened(qtbot, 1024, settings)
    first.actions_by_name["find_layer"].trigger()
    assert not first.palette_panel.is_rail
    first.close()
    again = opened(qtbot, 1024, settings)
    assert again.palette_panel.is_rail
    again.shut_down()


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


@pytest.mark.parametrize("name", ["light", "dark", "projector"])
def test_on_a_small_screen_every_part_of_the_window_is_inside_of_it(
    qtbot, qapp: QApplication, name: str
):
    theme.apply(qapp, name)
    settings = Settings()
    settings.theme_name = name
    window = opened(qtbot, 1024, settings, example("mnist_mlp"))
    QApplication.processEvents()
    assert (window.width(), window.height()) == (1024, 748)
    for part in (window.status, window.toolbar, window.palette_panel, window.stage):
        corner = part.mapTo(window, part.rect().bottomRight())
        assert corner.x() < 1024, part.objectName()
        assert corner.y() < 748, part.objectName()
    rail = window.palette_panel.rail
    for button in rail._buttons:
        assert rail.rect().contains(button.geometry()), button.objectName()
        assert min(button.width(), button.height()) >= 30, button.objectName()
    theme.apply(qapp, "light")
    window.shut_down()


def test_the_rail_offers_the_blocks_to_click_and_to_drag(qtbot):
    window = opened(qtbot, 1024, Settings())
    menu = window.palette_panel.rail.menu("blocks")
    assert [action.data() for action in menu.actions()] == [f"block:{key}" for key in BLOCKS]
    with qtbot.waitSignal(window.palette_panel.layer_chosen) as heard:
        menu.actions()[0].trigger()
    assert heard.args == [f"block:{next(iter(BLOCKS))}"]
    drag = make_drag(menu, "block:residual_block")
    assert bytes(drag.mimeData().data(LAYER_MIME).data()) == b"block:residual_block"
    assert not drag.pixmap().isNull()
    drag.deleteLater()
    window.shut_down()
