"""Cards of a computation graph show numbers without a run, and never those of an older design."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from model import editing
from model.errors import DesignError
from model.files import read_design
from model.files.examples import examples_folder
from model.snapshot import NodeView
from tests.gui.canvas.conftest import Hands, shown, snapshot


@pytest.fixture
def lecture(hands: Hands) -> Hands:
    """The bundled chain rule: w = 1, x = 5, y = log 5, z = 2 y^2 - 1."""
    shown(hands, read_design(examples_folder() / "chain_rule.json"))
    return hands


def number(hands: Hands, key: str) -> float | None:
    view = hands.view.canvas.context_of(key).view
    return None if view is None or view.out is None else float(view.out)


def seen(**values: float) -> object:
    views = {key: NodeView(out=np.array(value)) for key, value in values.items()}
    views["w"] = NodeView(out=np.array(values["w"]), extras={"theta": np.array(values["w"] - 0.5)})
    return snapshot(views)


def test_numbers_stand_on_the_cards_before_any_run(lecture: Hands) -> None:
    assert number(lecture, "x") == 5
    assert number(lecture, "z") == pytest.approx(4.1805808, abs=1e-7)
    assert lecture.view.canvas.context_of("goal").view.extras["loss"] == number(lecture, "z")


def test_a_snapshot_is_shown_as_it_is(lecture: Hands) -> None:
    lecture.controller.snapshot.emit(seen(w=2, x=7, y=1.9, z=6))
    assert number(lecture, "x") == 7


def test_an_edit_shows_at_once_and_trained_values_are_kept(lecture: Hands) -> None:
    lecture.controller.snapshot.emit(seen(w=2, x=7, y=1.9, z=6))
    lecture.document.attempt(editing.set_fields, "x", {"formula": "10*w"})
    assert number(lecture, "x") == 15  # the update has left w at 1.5
    lecture.document.attempt(editing.set_fields, "w", {"value": "3"})
    assert number(lecture, "x") == 30  # what was typed later counts


def test_while_a_problem_stops_the_run_old_snapshots_are_not_shown(lecture: Hands) -> None:
    lecture.document.attempt(editing.set_fields, "w", {"value": "-5"})
    lecture.controller.snapshot.emit(seen(w=2, x=7, y=1.9, z=6))
    assert number(lecture, "x") == -7
    assert number(lecture, "y") is None
    assert "the value is -7" in lecture.view.canvas.nodes["y"].problem


def test_after_a_reset_the_typed_values_are_back(lecture: Hands) -> None:
    lecture.controller.snapshot.emit(seen(w=2, x=7, y=1.9, z=6))
    lecture.controller.reset_done.emit()
    assert number(lecture, "x") == 5


def test_cards_say_their_numbers_to_who_listens(lecture: Hands) -> None:
    item = lecture.view.canvas.nodes["x"]
    context = lecture.view.canvas.context_of("x")
    assert item.face.said(context) == "x = 2*w + 3: h⁽²⁾ = 5.0"
    QApplication.processEvents()


def test_a_run_that_fails_marks_its_node_until_something_changes(lecture: Hands) -> None:
    card = lecture.view.canvas.nodes["y"]
    said = "This formula asks for the logarithm: the value is -2."
    lecture.controller.state_changed.emit("failed")
    lecture.document.report(DesignError(said, node_id="y"))
    assert card.problem == said
    assert card.is_blocking
    lecture.controller.state_changed.emit("running")
    assert card.problem == ""


def test_other_errors_leave_no_mark(lecture: Hands) -> None:
    lecture.document.report(DesignError("No.", node_id="y"))
    assert lecture.view.canvas.nodes["y"].problem == ""


def test_a_card_without_a_number_says_why(lecture: Hands) -> None:
    lecture.document.attempt(editing.set_fields, "w", {"value": "-5"})
    lecture.document.attempt(editing.remove, ("goal",))
    canvas = lecture.view.canvas

    def why(key: str) -> str:
        return canvas.nodes[key].face.text.why_empty(canvas.context_of(key))

    assert "the value is -7" in why("y")
    assert why("z") == "y has no value."
    lecture.document.attempt(editing.set_fields, "w", {"value": "1", "is_random": True})
    assert why("x") == "w starts at random: press Run or Step."
    lecture.document.attempt(editing.remove_wires, lecture.graph.wires_into("x"))
    assert why("x") == "x has an input without a wire."
