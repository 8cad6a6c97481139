"""What the canvas shows of a walk: marks, arrows, numbers, breakpoints, and what it repaints."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui import theme
from gui.canvas import CanvasScene, CanvasView
from gui.canvas.card_mark import NO_MARK, stop_spot
from gui.canvas.cards.why_not import why_no_delta
from gui.debugger.canvas_marks import CanvasMarks
from gui.debugger.marking import NEVER_HERE, NOT_HERE_YET
from gui.debugger.moment import Moment
from gui.debugger.session import DebugSession
from gui.document import Document
from gui.training.controller import TrainingController
from model import editing
from model.files import examples_folder
from model.graph import Wire


class Debugged:
    """An example on a canvas that is walked through, with hands for the mouse."""

    def __init__(self, qtbot: QtBot, name: str) -> None:
        self.qtbot = qtbot
        self.document = Document()
        self.controller = TrainingController(self.document)
        self.session = DebugSession(self.document, self.controller)
        self.canvas = CanvasScene(self.document, self.controller)
        self.view = CanvasView(self.canvas)
        qtbot.addWidget(self.view)
        self.view.resize(1300, 900)
        self.view.show()
        self.marks = CanvasMarks(self.session, self.view)
        self.document.open(examples_folder() / f"{name}.json")
        qtbot.waitUntil(lambda: self.controller.latest is not None, timeout=5000)
        self.session.open()
        self.settle()

    def settle(self) -> Moment:
        """Wait until the last command has been told in full."""

        def is_told() -> bool:
            moment = self.session.moment
            return (
                moment is not None and moment.ticket == self.session.ticket and moment.is_described
            )

        self.qtbot.waitUntil(is_told, timeout=5000)
        assert self.session.moment is not None
        return self.session.moment

    def step(self, count: int = 1) -> Moment:
        for _ in range(count):
            self.session.step()
            self.settle()
        return self.settle()

    def step_to(self, kind: str, node_id: str) -> Moment:
        moment = self.settle()
        index = next(
            each.index
            for each in moment.operations
            if each.kind == kind and each.node_id == node_id
        )
        self.session.go_to(index + 1)
        return self.settle()

    def state(self, key: str) -> str:
        return self.canvas.nodes[key].mark.state

    def look(self, source: str, target: str) -> tuple[str, str]:
        """Colour and arrow of the wire between two nodes."""
        found = self.canvas.wires.looks[self.wire(source, target)]
        return found.token, found.arrow

    def wire(self, source: str, target: str) -> Wire:
        return next(
            each
            for each in self.document.graph.wires()
            if (each.source, each.target) == (source, target)
        )

    def mouse(self, kind: QEvent.Type, at: QPointF) -> None:
        button = (
            Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
        )
        spot = QPointF(self.view.mapFromScene(at))
        there = self.view.viewport().mapToGlobal(spot)
        event = QMouseEvent(kind, spot, there, button, button, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(self.view.viewport(), event)

    def corner(self, key: str) -> QPointF:
        return self.canvas.nodes[key].pos() + stop_spot()


@pytest.fixture
def opened(qtbot: QtBot, qapp: QApplication) -> Iterator[list[Debugged]]:
    """Walks that are ended after the test."""
    theme.apply(qapp, "light")
    theme.set_reduced_motion(True)
    found: list[Debugged] = []
    yield found
    for each in found:
        each.session.close()
        each.controller.shutdown()
    theme.set_reduced_motion(False)


@pytest.fixture
def chain(qtbot: QtBot, opened: list[Debugged]) -> Debugged:
    """x = 2w + 3, y = log x, z = 2y² − 1 at w = 1."""
    opened.append(Debugged(qtbot, "chain_rule"))
    return opened[-1]


@pytest.fixture
def branches(qtbot: QtBot, opened: list[Debugged]) -> Debugged:
    opened.append(Debugged(qtbot, "two_branches"))
    return opened[-1]


# cards


def test_at_the_start_all_cards_wait_and_the_first_is_next(chain: Debugged):
    assert {key: chain.state(key) for key in "wxyz"} == {
        "w": "next",
        "x": "pending",
        "y": "pending",
        "z": "pending",
    }


def test_the_active_card_says_its_phase_and_the_others_where_they_stand(chain: Debugged):
    chain.step_to("backward", "z")
    assert chain.state("goal") == "done"
    assert chain.state("z") == "active"
    assert chain.canvas.nodes["z"].mark.token == "bwd"
    assert chain.canvas.nodes["z"].mark.pill == "backward"
    assert chain.state("y") == "next"
    assert chain.state("x") == "pending"


def test_after_a_breakpoint_the_card_says_that_it_is_paused_there(chain: Debugged):
    chain.session.toggle_breakpoint("y")
    chain.settle()
    assert chain.canvas.nodes["y"].mark.has_stop
    chain.session.run_to_end()
    moment = chain.settle()
    assert moment.last is not None
    assert moment.last.node_id == "y"
    assert chain.canvas.nodes["y"].mark.pill == "paused here"


def test_the_value_that_is_read_has_a_lit_tape(chain: Debugged):
    # log passes down delta / x: it reads x, not y
    chain.step_to("backward", "y")
    said = chain.canvas.nodes["x"].mark.read
    assert said == "Operation 3 of the backward pass reads the stored output of x."
    assert chain.canvas.nodes["y"].mark.read == ""


def test_cards_say_that_delta_has_not_come_yet_or_never_will(chain: Debugged, branches: Debugged):
    chain.step_to("backward", "z")
    assert why_no_delta(chain.canvas.context_of("x")) == NOT_HERE_YET
    branches.step()
    source = next(k for k, n in branches.document.graph.nodes.items() if n.layer.category == "data")
    assert why_no_delta(branches.canvas.context_of(source)) == NEVER_HERE


def test_the_whole_batch_is_told_on_the_cards(branches: Debugged):
    branches.session.set_item(None)
    branches.settle()
    branches.step()
    moment = branches.settle()
    active = branches.canvas.nodes[moment.operations[0].node_id]
    assert active.mark.note == "batch"
    assert "whole batch, 16 items" in branches.marks.step_face.content.notes


def test_only_cards_whose_numbers_have_changed_are_repainted(branches: Debugged):
    branches.session.run_to_phase_end()
    branches.step(2)
    seen: list[set[str]] = []
    branches.canvas.some_faces_changed.connect(seen.append)
    moment = branches.step()
    assert moment.last is not None
    around = {moment.last.node_id, *(w.source for w in moment.entering[moment.last.node_id])}
    assert seen
    assert set().union(*seen) <= around


def test_leaving_takes_every_mark_away(chain: Debugged):
    chain.step_to("backward", "y")
    assert chain.marks.step_face.isVisible()
    chain.session.close()
    assert all(item.mark == NO_MARK for item in chain.canvas.nodes.values())
    assert not chain.marks.step_face.isVisible()
    assert not chain.marks.wire_values.isVisible()
    assert chain.canvas.wires.unlabelled == frozenset()
    assert chain.canvas.live.held is None


# wires


def test_a_wire_gets_its_arrow_when_something_has_gone_along_it(chain: Debugged):
    chain.step_to("forward", "x")
    assert chain.look("w", "x") == ("fwd", "forward")
    assert chain.look("y", "z") == ("wire", "")
    chain.step_to("backward", "z")
    assert chain.look("y", "z") == ("bwd", "backward")
    assert chain.look("x", "y") == ("wire", "")
    assert chain.canvas.wires.looks[chain.wire("y", "z")].is_lit
    assert not chain.canvas.wires.looks[chain.wire("z", "goal")].is_lit
    assert chain.canvas.wires.looks[chain.wire("x", "y")].is_dotted


def test_scalars_stand_on_the_wires_as_in_the_lecture(chain: Debugged):
    chain.step_to("backward", "y")
    found = chain.marks.wire_values.values
    # by hand: x = 5, y = log 5, dz/dy = 4 log 5 = 6.4377516, dz/dx = 6.4377516 / 5
    assert found[chain.wire("x", "y")] == (2, "5", "1.2876")
    assert found[chain.wire("y", "z")] == (3, "1.6094", "6.4378")
    assert found[chain.wire("w", "x")] == (1, "1", "")
    assert chain.marks.wire_values.isVisible()


def test_numbers_on_wires_lie_off_the_cards(chain: Debugged):
    chain.step()
    places = chain.marks.wire_values.places
    assert places
    for place in places.values():
        for item in chain.canvas.nodes.values():
            assert not item.rect().meets(place.h)
            assert not item.rect().meets(place.delta)
    assert chain.canvas.wires.unlabelled == places.keys()


# breakpoints by mouse


def test_a_click_on_the_corner_of_a_card_sets_a_breakpoint_and_takes_it_away(chain: Debugged):
    corner = chain.corner("y")
    chain.mouse(QEvent.Type.MouseMove, corner)
    assert chain.canvas.nodes["y"].is_stop_hovered
    for expected in (True, False):
        chain.mouse(QEvent.Type.MouseButtonPress, corner)
        chain.mouse(QEvent.Type.MouseButtonRelease, corner)
        chain.settle()
        assert ("y" in chain.session.breakpoints) is expected
        assert chain.canvas.nodes["y"].mark.has_stop is expected
    assert "F8" in chain.view.hovering.tip_at(corner)
    chain.mouse(QEvent.Type.MouseMove, corner + QPointF(80, 40))
    assert not chain.canvas.nodes["y"].is_stop_hovered


def test_without_a_walk_the_corner_belongs_to_the_card(chain: Debugged):
    chain.session.close()
    corner = chain.corner("y")
    chain.mouse(QEvent.Type.MouseMove, corner)
    assert not chain.canvas.nodes["y"].is_stop_hovered
    chain.mouse(QEvent.Type.MouseButtonPress, corner + QPointF(2, 2))
    chain.mouse(QEvent.Type.MouseButtonRelease, corner + QPointF(2, 2))
    assert chain.session.breakpoints == set()
    assert chain.canvas.selection == {"y"}


# the window follows


def test_a_card_out_of_sight_comes_into_the_window(branches: Debugged):
    branches.view.set_zoom(1.6)
    last = next(
        key for key, node in branches.document.graph.nodes.items() if key.startswith("soft")
    )
    branches.session.run_to_end()
    branches.settle()
    card = branches.view.mapFromScene(branches.canvas.nodes[last].sceneBoundingRect())
    assert branches.view.viewport().rect().intersects(card.boundingRect())
    assert branches.view.viewport().rect().contains(card.boundingRect().center())


def test_the_window_stays_where_the_person_has_just_put_it(branches: Debugged):
    branches.view.set_zoom(1.6)
    branches.view.pan_by(QPoint(-4000, 0))
    branches.view.moved_by_hand.emit()
    before = branches.view.visible_rect()
    branches.step(3)
    assert branches.view.visible_rect() == before


# edits meanwhile


def test_moving_a_card_keeps_the_walk_and_an_edit_begins_it_anew(chain: Debugged):
    chain.step_to("backward", "z")
    ticket = chain.session.ticket
    chain.document.attempt(editing.move, {"w": (-400.0, 40.0)})
    QApplication.processEvents()
    assert chain.session.ticket == ticket
    assert chain.state("z") == "active"
    with chain.qtbot.waitSignal(chain.controller.reset_done):
        chain.document.attempt(editing.set_fields, "x", {"formula": "3*w + 2"})
    assert chain.settle().position == 0
    chain.step(2)
    moment = chain.settle()
    assert moment.numbers["x"].out == pytest.approx(5.0)
    assert moment.operations[1].node_id == "x"


def test_a_walk_that_cannot_go_on_says_why(chain: Debugged):
    said: list[str] = []
    chain.document.message.connect(lambda message: said.append(message.text))
    chain.document.attempt(editing.remove_wires, (chain.wire("x", "y"),))
    chain.qtbot.waitUntil(lambda: not chain.session.is_open)
    assert any("The walk has ended" in text for text in said)


def test_the_arrows_of_the_data_card_lead_the_walk(branches: Debugged):
    branches.step(2)
    branches.controller.show_item(4)
    branches.qtbot.waitUntil(
        lambda: branches.session.moment is not None and branches.session.moment.item == 4
    )
    moment = branches.settle()
    assert moment.position == 2
    assert moment.snapshot.item == 4


def test_another_neuron_on_the_cards_keeps_walk_and_words(branches: Debugged):
    moment = branches.step(2)
    seen: list[Moment] = []
    branches.session.looked.connect(seen.append)
    branches.controller.show_neuron(3)
    branches.qtbot.waitUntil(lambda: bool(seen))
    assert seen[-1].view is moment.view
    assert seen[-1].position == moment.position
    for key, view in seen[-1].snapshot.nodes.items():
        if view.out is not None:
            np.testing.assert_array_equal(view.out, moment.snapshot.nodes[key].out)


# painting


def on_screen(view: CanvasView) -> np.ndarray:
    QApplication.processEvents()
    image = view.screen().grabWindow(view.winId()).toImage()
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    raw = np.frombuffer(image.constBits(), np.uint8)
    return raw.reshape(image.height(), image.width(), 4)[:, :, :3].astype(int)


def test_an_operation_paints_what_a_whole_repaint_would(branches: Debugged):
    branches.view.set_zoom(1.0)
    count = len(branches.settle().operations)
    for position in range(count):
        branches.step()
        if position % 4 == 0:
            by_parts = on_screen(branches.view)
            branches.view.viewport().repaint()
            apart = np.abs(on_screen(branches.view) - by_parts).max(axis=2)
            assert (apart > 60).mean() < 1e-4, f"after operation {position + 1}"
