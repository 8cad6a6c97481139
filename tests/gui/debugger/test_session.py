"""The door to the debugger: operation by operation, with the numbers of the next training step."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from gui.debugger.moment import Moment
from gui.debugger.session import DebugSession
from gui.document import Document
from gui.training.controller import TrainingController
from model import editing
from model.graph import NetworkGraph
from model.trainer import Trainer
from tests.model.samples import xor_net


class Debugging:
    """A session on the XOR network, and the moments it has told."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.document = Document()
        self.controller = TrainingController(self.document)
        self.session = DebugSession(self.document, self.controller)
        self.described: list[Moment] = []
        self.session.described.connect(self.described.append)
        self.document.load(xor_net().design(), None)
        qtbot.waitUntil(lambda: self.controller.latest is not None, timeout=5000)
        self.session.open()
        self.settle()

    def settle(self) -> Moment:
        """Wait until the last command has been told in full."""

        def is_told() -> bool:
            moment = self.session.moment
            return (
                moment is not None
                and moment.ticket == self.session.ticket
                and (moment.is_described)
            )

        self.qtbot.waitUntil(is_told, timeout=5000)
        assert self.session.moment is not None
        return self.session.moment

    def do(self, command: str, *args: object) -> Moment:
        getattr(self.session, command)(*args)
        return self.settle()


@pytest.fixture
def debugging(qtbot: QtBot) -> Iterator[Debugging]:
    found = Debugging(qtbot)
    yield found
    found.controller.shutdown()


def xor() -> Trainer:
    return Trainer(NetworkGraph(xor_net().design()))


def test_debugging_begins_before_the_first_operation(debugging: Debugging):
    moment = debugging.settle()
    assert (moment.position, moment.phase, moment.step) == (0, "forward", 1)
    assert moment.view is None
    assert moment.loss is None
    assert all(
        view.delta is None and view.out is None
        for key, view in moment.snapshot.nodes.items()
        if key in {info.node_id for info in moment.operations}
    )


def test_each_operation_adds_its_numbers_and_its_words(debugging: Debugging):
    moment = debugging.do("step")
    first = moment.operations[0]
    assert moment.last == first
    assert moment.snapshot.nodes[first.node_id].out is not None
    assert moment.view is not None
    assert moment.view.info == first
    back = debugging.do("back")
    assert back.position == 0
    assert back.snapshot.nodes[first.node_id].out is None


def test_a_walk_to_its_end_has_the_numbers_of_the_training_step(debugging: Debugging):
    moment = debugging.do("run_to_end")
    trainer = xor()
    trainer.step()
    assert moment.loss == pytest.approx(trainer.data_loss, rel=1e-6)
    assert trainer.run is not None
    for key, numbers in moment.numbers.items():
        delta = trainer.run.at[key].delta_out
        if delta is not None and numbers.delta is not None:
            np.testing.assert_array_equal(numbers.delta, delta[0])


def test_after_the_last_operation_the_training_does_the_step(debugging: Debugging):
    debugging.do("run_to_end")
    moment = debugging.do("step")
    assert (moment.position, moment.step) == (0, 2)
    second = debugging.do("run_to_end")
    trainer = xor()
    trainer.step()
    trainer.step()
    assert second.loss == pytest.approx(trainer.data_loss, rel=1e-6)


def test_a_breakpoint_stops_a_run_and_a_run_to_a_card_goes_there(debugging: Debugging):
    target = debugging.settle().operations[-1].node_id
    debugging.do("toggle_breakpoint", target)
    stopped = debugging.do("run_to_end")
    assert stopped.last is not None
    assert stopped.last.node_id == target
    assert not stopped.is_at_end
    debugging.do("toggle_breakpoint", target)
    debugging.do("restart")
    first = debugging.session.moment
    assert first is not None
    assert first.position == 0
    reached = debugging.do("run_to", target)
    assert reached.last is not None
    assert reached.last.node_id == target


def test_going_to_a_place_and_back_gives_the_same_numbers(debugging: Debugging):
    count = len(debugging.settle().operations)
    there = debugging.do("go_to", count // 2)
    debugging.do("run_to_end")
    again = debugging.do("go_to", count // 2)
    assert there.position == again.position == count // 2
    for key, numbers in there.numbers.items():
        if numbers.delta is None:
            assert again.numbers[key].delta is None
        else:
            np.testing.assert_array_equal(numbers.delta, again.numbers[key].delta)


def test_the_whole_batch_can_be_looked_at(debugging: Debugging):
    whole = debugging.do("set_item", None)
    whole = debugging.do("run_to_end")
    node = next(key for key, found in whole.numbers.items() if found.delta is not None)
    delta = whole.numbers[node].delta
    shown = whole.snapshot.nodes[node].delta
    assert delta is not None
    assert shown is not None
    assert len(delta) == whole.batch
    np.testing.assert_array_equal(shown, delta[0])


def test_an_edit_begins_the_walk_anew(debugging: Debugging):
    debugging.do("run_to_phase_end")
    debugging.document.attempt(editing.set_training, {"batch_size": 2})
    debugging.qtbot.waitUntil(
        lambda: debugging.session.moment is not None and debugging.session.moment.batch == 2
    )
    assert debugging.settle().position == 0


def test_running_the_training_ends_the_walk(debugging: Debugging):
    debugging.controller.run()
    debugging.qtbot.waitUntil(lambda: not debugging.session.is_open)
    assert debugging.session.moment is None


def test_a_design_that_cannot_run_is_not_debugged(qtbot: QtBot):
    document = Document()
    controller = TrainingController(document)
    session = DebugSession(document, controller)
    said: list[object] = []
    document.message.connect(said.append)
    session.open()
    assert not session.is_open
    assert said
    controller.shutdown()


def test_playing_goes_on_to_the_end_and_stops(debugging: Debugging):
    debugging.session.player.set_speed(200.0)
    debugging.session.player.play()
    debugging.qtbot.waitUntil(
        lambda: debugging.session.moment is not None and debugging.session.moment.is_at_end,
        timeout=10_000,
    )
    debugging.qtbot.waitUntil(lambda: not debugging.session.player.is_playing)
