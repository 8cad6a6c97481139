"""The bar over the canvas: words, line of operations, item, speed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from gui.actions import Actions
from gui.debugger.bar import DebugBar
from gui.debugger.player import SPEEDS
from tests.gui.debugger.test_session import Debugging


class Barred(Debugging):
    """A session with its bar."""

    def __init__(self, qtbot: QtBot) -> None:
        super().__init__(qtbot)
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        self.bar = DebugBar(self.session, Actions(self.window))
        self.window.setCentralWidget(self.bar)
        self.window.resize(900, 120)
        self.window.show()
        self.session.restart()
        self.settle()


@pytest.fixture
def barred(qtbot: QtBot) -> Iterator[Barred]:
    found = Barred(qtbot)
    yield found
    found.controller.shutdown()


def test_the_bar_says_in_words_what_was_done(barred: Barred):
    bar = barred.bar
    assert bar._headline.full_text() == "Before the first operation"
    said = []
    for _ in barred.settle().operations:
        barred.do("step")
        said.append(bar._headline.full_text())
    assert any(words.startswith("Output of Dense") for words in said)
    assert any(words.startswith("Gradient of W and b of Dense") for words in said)
    assert any(words.endswith("passed down") for words in said)
    assert said[-1].endswith("updated")
    assert bar._phase.text() == "Update"


def test_a_click_on_the_line_goes_to_that_operation(barred: Barred):
    track = barred.bar.track
    cells = track.cells()
    assert len(cells) == len(barred.settle().operations)
    wanted = len(cells) // 2
    pos = cells[wanted].center().toPoint()
    pos.setX(pos.x() + 2)
    QTest.mouseClick(track, Qt.MouseButton.LeftButton, pos=pos)
    barred.qtbot.waitUntil(
        lambda: barred.session.moment is not None and barred.session.moment.position == wanted + 1
    )
    QTest.keyClick(track, Qt.Key.Key_Left)
    barred.qtbot.waitUntil(
        lambda: barred.session.moment is not None and barred.session.moment.position == wanted
    )
    QTest.keyClick(track, Qt.Key.Key_End)
    barred.qtbot.waitUntil(
        lambda: barred.session.moment is not None and barred.session.moment.is_at_end
    )


def test_another_item_or_the_whole_batch_is_chosen(barred: Barred):
    item = barred.bar.item
    assert item.spin.maximum() == barred.settle().batch
    item.spin.setValue(3)
    barred.qtbot.waitUntil(
        lambda: barred.session.moment is not None and barred.session.moment.item == 2
    )
    barred.settle()
    item.whole.click()
    barred.qtbot.waitUntil(
        lambda: barred.session.moment is not None and barred.session.moment.item is None
    )
    barred.settle()
    assert not item.spin.isEnabled()
    assert "whole batch" in item.spin.toolTip()
    item.whole.click()
    barred.qtbot.waitUntil(
        lambda: barred.session.moment is not None and barred.session.moment.item == 2
    )


def test_the_slider_sets_the_speed_of_play(barred: Barred):
    slider = barred.bar.speed.slider
    slider.setValue(len(SPEEDS) - 1)
    assert barred.session.player.speed == SPEEDS[-1]
    assert barred.bar.speed._label.text() == f"{SPEEDS[-1]:g} op/s"
    slider.setValue(0)
    assert barred.session.player.speed == SPEEDS[0]


def test_a_narrow_bar_puts_its_tools_in_a_row_of_their_own(barred: Barred):
    barred.window.resize(1100, 120)
    barred.qtbot.waitUntil(lambda: barred.bar.item.y() == barred.bar.track.parent().y() or True)
    wide = barred.bar.sizeHint().height()
    barred.window.resize(480, 200)
    barred.qtbot.waitUntil(lambda: barred.bar.item.y() > barred.bar.track.y() + 10)
    assert barred.bar.sizeHint().height() > wide
    for tool in (barred.bar.item, barred.bar.speed, barred.bar.track):
        assert tool.geometry().right() <= barred.bar.width()
