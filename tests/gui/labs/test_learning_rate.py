"""The learning rate finder in the window: tested, read, chosen, used, undone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.labs.learning_rate import LearningRatePanel
from gui.main_window import MainWindow
from tests.gui.conftest import OpenExample
from tests.gui.labs.conftest import open_panel


@pytest.fixture
def window(open_example: OpenExample) -> MainWindow:
    return open_example("breast_cancer_dropout")


@pytest.fixture
def panel(window: MainWindow, qtbot: QtBot) -> LearningRatePanel:
    found = open_panel(window, LearningRatePanel, "learning_rate")
    qtbot.waitUntil(lambda: found.test is not None and not found.job.is_running, timeout=8000)
    return found


def test_it_tests_at_once_and_says_what_it_found(window: MainWindow, panel: LearningRatePanel):
    test = panel.test
    assert test is not None
    assert test.steepest is not None
    assert panel.chosen == float(f"{test.rates[test.steepest]:.2g}")
    assert "falls fastest" in panel._said.toolTip()
    assert "Steepest descent" in panel.reading.text()
    latest = window.controller.latest
    assert latest is not None
    assert latest.step == 0


def test_the_chosen_rate_becomes_an_edit_that_can_be_undone(
    window: MainWindow, panel: LearningRatePanel
):
    before = window.document.graph.training.optimizer.lr
    panel.use.click()
    assert window.document.graph.training.optimizer.lr == panel.chosen != before
    window.document.stack.undo()
    assert window.document.graph.training.optimizer.lr == before


def test_a_click_in_the_picture_chooses_another(panel: LearningRatePanel):
    panel.figure.grab()
    place = panel.figure.to_screen(0.01, 0.2).toPoint()
    QTest.mouseClick(panel.figure, Qt.MouseButton.LeftButton, pos=place)
    assert panel.chosen == pytest.approx(0.01, rel=0.06)
    assert "0.01" in panel.found.text() or "0.0099" in panel.found.text()


def test_its_numbers_are_exported(panel: LearningRatePanel):
    rows = panel.tables()["range_test"]
    assert rows[0] == ["learning_rate", "J", "smoothed"]
    assert panel.test is not None
    assert len(rows) == 1 + len(panel.test.rates)
    assert rows[1][0] == pytest.approx(1e-5)


def test_a_range_that_is_none_is_told(qtbot: QtBot, panel: LearningRatePanel):
    panel.low.set_value(1.0)
    panel.high.set_value(0.5)
    with qtbot.waitSignal(panel.job.failed, timeout=5000) as said:
        panel.again.click()
    assert "must be above 0 and below" in said.args[0]


def test_without_a_choice_the_button_says_why(panel: LearningRatePanel):
    panel._choose(None)
    assert not panel.use.isEnabled()
    assert panel.use.toolTip()


def test_a_range_that_goes_down_is_refused_where_the_picture_was(
    panel: LearningRatePanel, qtbot: QtBot
):
    panel.low.set_value(1.0)
    panel.high.set_value(0.001)
    panel.run()
    qtbot.waitUntil(lambda: "range test goes from 1" in panel.figure.empty_text, timeout=8000)
    assert panel.chosen is None
    assert not panel.use.isEnabled()
    assert panel.tables() == {}
