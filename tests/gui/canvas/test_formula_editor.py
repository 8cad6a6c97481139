"""Formulas and values typed in their place on the card."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt

from gui.widgets.formula_line import FormulaLine
from model import editing
from model.files import read_design
from model.files.examples import examples_folder
from tests.gui.canvas.conftest import Hands, shown

Key = Qt.Key


@pytest.fixture
def lecture(hands: Hands) -> Hands:
    shown(hands, read_design(examples_folder() / "chain_rule.json"))
    return hands


def body(hands: Hands, key: str) -> QPointF:
    """A point of the formula."""
    item = hands.view.canvas.nodes[key]
    return item.pos() + item.body_rect().topLeft() + QPointF(60, 20)


def formula(hands: Hands, key: str) -> str:
    return getattr(hands.graph.node(key).layer, "formula", "")


def test_a_double_click_on_a_formula_types_another_one(lecture: Hands) -> None:
    lecture.double_click(body(lecture, "x"))
    assert isinstance(lecture.view.editors.box, FormulaLine)
    lecture.type("w**2")
    lecture.key(Key.Key_Return)
    assert formula(lecture, "x") == "w**2"
    assert lecture.document.stack.undoText() == "Set formula of x"


def test_enter_on_a_selected_variable_types_its_value(lecture: Hands) -> None:
    lecture.view.select({"w"})
    lecture.key(Key.Key_Return)
    lecture.type("2.5")
    lecture.key(Key.Key_Return)
    assert lecture.graph.node("w").layer.value == "2.5"


def test_a_double_click_on_the_header_still_renames(lecture: Hands) -> None:
    lecture.double_click(lecture.grip("x"))
    assert lecture.view.editors.box.objectName() == "rename_node"


def test_a_faulty_formula_stays_open_with_its_spot_marked_and_says_what_was_expected(
    lecture: Hands,
) -> None:
    lecture.double_click(body(lecture, "x"))
    lecture.type("2*w +")
    lecture.key(Key.Key_Return)
    box = lecture.view.editors.box
    assert isinstance(box, FormulaLine)
    assert box.fault() == (5, 6)
    assert "found the end of the formula" in lecture.view.overlays.bubble.text()
    assert formula(lecture, "x") == "2*w + 3"
    lecture.type(" 1")
    assert lecture.view.overlays.bubble.text() == ""
    lecture.key(Key.Key_Return)
    assert formula(lecture, "x") == "2*w + 1"


def test_while_a_value_is_typed_the_card_that_could_not_be_computed_says_so(
    lecture: Hands,
) -> None:
    y = lecture.view.canvas.nodes["y"]
    lecture.view.select({"w"})
    lecture.key(Key.Key_Return)
    lecture.type("-4")
    assert "the value is -5" in y.problem
    assert lecture.view.overlays.bubble.text().startswith("y: ")
    lecture.key(Key.Key_Backspace)
    lecture.key(Key.Key_Backspace)
    lecture.type("4")
    assert y.problem == ""
    assert lecture.view.overlays.bubble.text() == ""
    lecture.key(Key.Key_Backspace)
    lecture.type("-4")
    lecture.key(Key.Key_Escape)
    assert y.problem == ""
    assert lecture.graph.node("w").layer.value == "1"


def test_a_card_outside_its_domain_knows_the_value(lecture: Hands) -> None:
    lecture.document.attempt(editing.set_fields, "w", {"value": "-4"})
    view = lecture.view.canvas.context_of("y").view
    assert view is not None
    assert view.extras["refused"] == -5
    z = lecture.view.canvas.context_of("z").view
    assert z is not None
    assert z.extras["refused"] is None


def test_escape_gives_it_up(lecture: Hands) -> None:
    lecture.double_click(body(lecture, "x"))
    lecture.type("2*w +")
    lecture.key(Key.Key_Escape)
    assert lecture.view.editors.box is None
    assert lecture.view.overlays.bubble.text() == ""
    assert formula(lecture, "x") == "2*w + 3"
    assert not lecture.messages


def test_a_faulty_formula_that_is_left_is_told_and_changes_nothing(lecture: Hands) -> None:
    lecture.double_click(body(lecture, "x"))
    lecture.type("2*w + )")
    lecture.click(lecture.grip("y"))
    assert formula(lecture, "x") == "2*w + 3"
    assert "“2*w + )” was not taken over." in lecture.messages[-1].text


def test_a_card_without_a_formula_opens_nothing(lecture: Hands) -> None:
    lecture.double_click(body(lecture, "goal"))
    assert lecture.view.editors.box is None


def test_a_loose_formula_has_the_ports_of_its_new_names(hands: Hands) -> None:
    hands.drop_layer("function", QPointF(300, 200))
    (key,) = hands.graph
    hands.document.attempt(editing.set_fields, key, {"formula": "a*b + c"})
    slots = hands.view.canvas.nodes[key].slots
    assert {slot.port for slot in slots if slot.is_input} == {"a", "b", "c"}
