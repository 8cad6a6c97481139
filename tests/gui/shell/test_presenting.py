"""The form for a lecture: what is shown, that nothing is hidden, and how everything comes back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.main_window import MainWindow
from model import editing
from model.layer import registry
from tests.gui.shell.conftest import MakeWindow, example

SMALL = QSize(1024, 748)


def covered(window: MainWindow) -> int:
    """How much of cards and notes lies under the loss, px²."""
    card = window.presenting.loss_card
    assert card is not None
    assert card.isVisible()
    if window.stage.has_box:
        assert not card.geometry().intersects(window.view.geometry())
        return 0
    return window.view.overlays.hidden_area(card.geometry())


def test_the_form_for_a_lecture_hides_the_panels_and_brings_them_back(
    window: MainWindow, qapp: QApplication
):
    window.actions_by_name["present"].trigger()
    assert window.is_presenting
    assert theme.current().name == "projector"
    assert window.palette_dock.isHidden()
    assert window.inspector_dock.isHidden()
    assert all(dock.isHidden() for dock in window.docks.docks.values())
    assert window.presenting.loss_card is not None
    assert window.presenting.loss_card.isVisible()
    window.actions_by_name["present"].trigger()
    assert not window.is_presenting
    assert theme.current().name == "light"
    assert not window.palette_dock.isHidden()
    assert not window.docks.docks["loss"].isHidden()
    assert window.presenting.loss_card.isHidden()
    assert window.settings.theme_name == "light"


@pytest.mark.parametrize("size", [SMALL, QSize(1366, 748), QSize(1280, 780), QSize(1600, 980)])
@pytest.mark.parametrize("name", ["xor", "spiral", "mnist_mlp", "two_branches"])
def test_the_loss_of_a_lecture_hides_no_card_and_no_note(
    make_window: MakeWindow, qtbot, name: str, size: QSize
):
    window = make_window(example(name))
    window.resize(size)
    window.actions_by_name["present"].trigger()
    window.controller.step_batch()
    qtbot.waitUntil(lambda: not window.room._fit_timer.isActive())
    assert covered(window) == 0
    assert window.size() == size
    assert window.rect().contains(shown_at(window))


def shown_at(window: MainWindow) -> QRect:
    """The status strip, in the window."""
    strip = window.status
    return QRect(strip.mapTo(window, strip.rect().topLeft()), strip.size())


def test_the_loss_moves_aside_when_the_window_becomes_small(make_window: MakeWindow, qtbot):
    window = make_window(example("mnist_mlp"))
    window.resize(1600, 980)
    window.actions_by_name["present"].trigger()
    qtbot.waitUntil(lambda: not window.stage.has_box)
    window.resize(SMALL)
    qtbot.waitUntil(lambda: window.stage.has_box)
    window.actions_by_name["present"].trigger()
    assert not window.stage.has_box
    qtbot.waitUntil(lambda: window.view.width() > 900)


@pytest.mark.parametrize("name", ["light", "projector"])
def test_a_lecture_does_not_change_the_size_of_the_window(
    make_window: MakeWindow, qapp: QApplication, qtbot, name: str
):
    theme.apply(qapp, name)
    window = make_window(example("mnist_mlp"))
    window.settings.theme_name = name
    window.resize(SMALL)
    for _ in range(2):
        window.actions_by_name["present"].trigger()
        qtbot.waitUntil(lambda: not window.room._fit_timer.isActive())
        assert window.size() == SMALL


def test_a_list_of_problems_that_opens_during_a_lecture_is_closed_with_it(
    make_window: MakeWindow, qtbot
):
    window = make_window(example("xor"))
    window.document.attempt(editing.remove_wires, window.document.graph.wires())
    qtbot.waitUntil(lambda: bool(window.document.inference.problems))
    window.actions_by_name["present"].trigger()
    window.toolbar.run_button.click()
    assert window.docks.docks["problems"].isVisible()
    window.actions_by_name["present"].trigger()
    docks = window.docks.docks
    assert docks["problems"].isHidden()
    assert not docks["problems"].switch.isChecked()
    assert not docks["loss"].isHidden()
    qtbot.waitUntil(lambda: abs(docks["loss"].width() - docks["delta"].width()) <= 8)


def test_a_list_of_problems_that_was_open_before_a_lecture_is_open_after_it(
    window: MainWindow, qtbot
):
    window.show_problems()
    window.actions_by_name["present"].trigger()
    window.actions_by_name["present"].trigger()
    assert not window.docks.docks["problems"].isHidden()


def test_the_dock_that_was_in_front_is_in_front_again(window: MainWindow, qtbot):
    docks = window.docks.docks
    window.tabifyDockWidget(docks["loss"], docks["delta"])
    docks["loss"].raise_()
    qtbot.waitUntil(lambda: docks["loss"].is_in_front and not docks["delta"].is_in_front)
    window.actions_by_name["present"].trigger()
    window.actions_by_name["present"].trigger()
    qtbot.waitUntil(lambda: docks["loss"].is_in_front and not docks["delta"].is_in_front)


def test_a_panel_opened_during_a_lecture_is_not_remembered(window: MainWindow, qtbot):
    window.resize(SMALL)
    qtbot.waitUntil(window.inspector_dock.isHidden)
    window.actions_by_name["present"].trigger()
    window.actions_by_name["show_inspector"].trigger()
    assert not window.inspector_dock.isHidden()
    window.actions_by_name["present"].trigger()
    assert window.inspector_dock.isHidden()
    assert window.settings.panel_choice("inspector", is_narrow=True) is None


def test_in_a_lecture_about_nothing_yet_there_is_no_loss_over_the_hint(
    make_window: MakeWindow, qtbot
):
    window = make_window()
    window.actions_by_name["present"].trigger()
    card = window.presenting.loss_card
    qtbot.waitUntil(lambda: not window.room._fit_timer.isActive())
    assert card is not None
    assert card.isHidden()
    assert window.view.overlays.hint.isVisible()
    assert window.document.attempt(editing.add_node, registry()["dense"](), 0.0, 0.0)
    qtbot.waitUntil(card.isVisible)
    window.document.stack.undo()
    qtbot.waitUntil(card.isHidden)
