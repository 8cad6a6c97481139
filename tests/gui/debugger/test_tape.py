"""The tape shows what is held in memory; the list shows the operations of the phase."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.debugger.moment import Moment
from gui.debugger.tape_frames import evaluations, frames
from gui.main_window import MainWindow
from model.teaching.counting import Choice


class Walking:
    """A window that debugs the chain rule of the lecture."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.qtbot = qtbot
        self.window = MainWindow(Path("resources/examples/chain_rule.json"), recovery_folder=folder)
        qtbot.addWidget(self.window)
        self.window.resize(1600, 1000)
        self.window.show()
        qtbot.waitUntil(lambda: self.window.controller.latest is not None, timeout=5000)
        self.choices: list[Choice] = []
        self.session = self.window.debugging.session
        self.session.counted.connect(lambda found: self.choices.append(found[0]))
        self.session.open()
        self.settle()

    def settle(self) -> Moment:
        def is_told() -> bool:
            moment = self.session.moment
            return (
                moment is not None and moment.is_described and moment.ticket == self.session.ticket
            )

        self.qtbot.waitUntil(is_told, timeout=5000)
        assert self.session.moment is not None
        return self.session.moment

    def states(self, *, is_recomputing: bool) -> dict[str, str]:
        document = self.window.document
        titles = {key: node.title for key, node in document.graph.nodes.items()}
        shown = frames(
            self.settle(),
            document.inference.order,
            titles,
            self.choices[-1],
            is_recomputing=is_recomputing,
        )
        return {frame.title: frame.state for frame in shown}

    def step_to(self, kind: str, title: str) -> None:
        """Until this operation has been done."""
        while True:
            self.session.step()
            last = self.settle().last
            assert last is not None
            if (last.kind, last.title) == (kind, title):
                return


@pytest.fixture
def walking(qtbot: QtBot, tmp_path: Path) -> Iterator[Walking]:
    found = Walking(qtbot, tmp_path)
    yield found
    found.window.document.stack.setClean()
    found.window.close()


def test_values_come_onto_the_tape_are_read_and_can_be_freed(walking: Walking):
    assert walking.states(is_recomputing=False)["x"] == "pending"
    walking.step_to("forward", "y")
    states = walking.states(is_recomputing=False)
    assert states["y"] == "held"
    assert states["z"] == "pending"
    walking.step_to("backward", "z")
    # z = 2 y^2 - 1: its derivative 4 y reads y, and nothing else
    assert walking.states(is_recomputing=False)["y"] == "read"
    walking.step_to("backward", "y")
    states = walking.states(is_recomputing=False)
    assert states["x"] == "read"
    assert states["y"] == "free"


def test_recomputing_holds_little_and_evaluates_more(walking: Walking):
    walking.step_to("backward", "z")
    states = walking.states(is_recomputing=True)
    # the derivative of z needs y, for which x and y are computed again
    assert (states["x"], states["y"], states["w"]) == ("again", "again", "held")
    moment, choice = walking.settle(), walking.choices[-1]
    assert evaluations(moment, choice, is_recomputing=False) == 3
    assert evaluations(moment, choice, is_recomputing=True) == 5
    walking.step_to("backward", "x")
    assert evaluations(walking.settle(), choice, is_recomputing=True) == 6


def test_the_panels_say_numbers_and_costs(walking: Walking):
    walking.step_to("forward", "x")
    rooms = walking.window.debugging.rooms
    tape = rooms.tape
    assert tape is not None
    if rooms.tabs.indexOf(tape) >= 0:  # in a narrow window it is a tab
        rooms.tabs.setCurrentWidget(tape)
    assert tape.header.caption() == "2 numbers, 16 bytes"
    assert "Store: 3 evaluations" in tape.costs.text()
    assert "1 in reverse mode" in tape.costs.text()
    tape.ways.buttons()[1].click()
    assert tape.is_recomputing
    assert "of 6 evaluations" in tape.costs.text()


def test_a_click_on_an_operation_goes_there(walking: Walking):
    steps = walking.window.debugging.rooms.steps
    assert steps is not None
    row = steps.list.visualRect(steps.model.index(1, 0))
    QTest.mouseClick(steps.list.viewport(), Qt.MouseButton.LeftButton, pos=row.center())
    assert walking.settle().position == 2
    data = steps.model.index(1, 0).data()
    assert data.endswith("now")


def test_leaving_gives_inspector_and_plots_back(walking: Walking):
    window = walking.window
    assert window.inspector_dock.isHidden()
    assert window.docks.docks["loss"].isHidden()
    walking.session.close()
    window.inspector_dock.show()
    walking.session.open()
    walking.settle()
    assert window.inspector_dock.isHidden()
    walking.session.close()
    assert not window.inspector_dock.isHidden()
    assert not window.docks.docks["loss"].isHidden()


def test_in_a_narrow_window_the_tape_is_a_tab_and_shows_what_happened_meanwhile(walking: Walking):
    rooms = walking.window.debugging.rooms
    tape, steps = rooms.tape, rooms.steps
    assert tape is not None
    assert steps is not None
    rooms._place_tape(is_tab=True)
    rooms.tabs.setCurrentWidget(steps)
    walking.step_to("forward", "x")
    rooms.tabs.setCurrentWidget(tape)
    assert tape.header.caption() == "2 numbers, 16 bytes"
    rooms._place_tape(is_tab=False)
    assert rooms.tabs.indexOf(tape) < 0
    assert tape.isVisible()


def test_plots_that_are_opened_meanwhile_are_tabs_beside_the_tape(walking: Walking):
    window = walking.window
    below = window.debugging.rooms._below
    assert below is not None
    for key in ("loss", "confusion", "codes"):
        window.docks.open(key)
        assert below in window.tabifiedDockWidgets(window.docks.docks[key])
    walking.session.close()
    shown = [key for key, dock in window.docks.docks.items() if not dock.isHidden()]
    assert "loss" in shown  # as before the walk
    assert "codes" not in shown
    assert all(below not in window.tabifiedDockWidgets(window.docks.docks[key]) for key in shown)
