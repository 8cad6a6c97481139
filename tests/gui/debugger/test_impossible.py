"""A formula that fails at its value: the walk stops there, its card says why, F10 is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from gui.debugger.moment import Moment
from gui.main_window import MainWindow
from model import editing
from tests.gui.conftest import OpenExample

SENTENCE = "log(x) needs x > 0; x = −1 here."


class Stuck:
    """The chain rule at w = −2, where x = −1 has no logarithm."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self.qtbot, self.window = qtbot, window
        self.said: list[str] = []
        window.document.message.connect(lambda message: self.said.append(message.text))
        window.document.attempt(editing.set_fields, "w", {"value": "-2"})
        window.document.stack.setClean()
        window.actions_by_name["debug"].trigger()
        self.session = window.debugging.session
        self.settle()

    def settle(self) -> Moment:
        def is_told() -> bool:
            moment = self.session.moment
            return (
                moment is not None and moment.ticket == self.session.ticket and moment.is_described
            )

        self.qtbot.waitUntil(is_told, timeout=5000)
        assert self.session.moment is not None
        return self.session.moment

    def press(self, name: str) -> Moment:
        self.window.actions_by_name[name].trigger()
        return self.settle()


@pytest.fixture
def make(qtbot: QtBot, open_example: OpenExample) -> Callable[[], Stuck]:
    return lambda: Stuck(qtbot, open_example("chain_rule", until_shown=True))


def test_the_walk_goes_up_to_the_formula_and_says_there_why(make: Callable[[], Stuck]):
    stuck = make()
    for _ in range(3):
        moment = stuck.press("debug_step")
    assert moment.position == 2
    assert moment.impossible is not None
    assert moment.last.node_id == "y"
    card = stuck.window.scene.nodes["y"]
    assert card.mark.pill == "not defined at x = −1"
    assert SENTENCE in card.problem
    face = stuck.window.debugging.desk.marks.step_face
    assert face.content.notes[0] == SENTENCE
    assert face.content.headline == "cannot be computed"
    assert any(SENTENCE in text for text in stuck.said)
    reason = stuck.window.actions_by_name["debug_to_phase_end"].toolTip()
    assert SENTENCE in reason


def test_another_step_is_refused_with_the_same_sentence_and_back_goes_back(
    make: Callable[[], Stuck],
):
    stuck = make()
    for _ in range(3):
        stuck.press("debug_step")
    stuck.said.clear()
    moment = stuck.press("debug_step")
    assert (moment.position, moment.impossible is not None) == (2, True)
    assert any(SENTENCE in text for text in stuck.said)
    moment = stuck.press("debug_back")
    assert (moment.position, moment.impossible) == (2, None)
    assert stuck.window.scene.nodes["y"].mark.state == "next"
    moment = stuck.press("debug_back")
    assert moment.position == 1


def test_after_the_value_is_mended_the_walk_begins_anew(make: Callable[[], Stuck]):
    stuck = make()
    for _ in range(3):
        stuck.press("debug_step")
    with stuck.qtbot.waitSignal(stuck.window.controller.reset_done, timeout=5000):
        stuck.window.document.attempt(editing.set_fields, "w", {"value": "1"})
        stuck.window.document.stack.setClean()
    stuck.qtbot.waitUntil(lambda: stuck.session.moment.position == 0, timeout=5000)
    assert stuck.settle().impossible is None
    for _ in range(3):
        moment = stuck.press("debug_step")
    assert (moment.position, moment.last.node_id) == (3, "y")
    assert stuck.window.scene.nodes["y"].mark.token == "fwd"
