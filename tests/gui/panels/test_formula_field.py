"""Typing a formula or the value of a variable in the inspector."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSlider
from pytestqt.qtbot import QtBot

from gui.document import Document
from gui.inspector import InspectorPanel
from gui.inspector.formula_field import FormulaField, range_for
from model.files import read_design
from model.files.examples import examples_folder
from model.layers.scalar import Function, Variable
from model.observing import take_snapshot
from model.snapshot import SnapshotRequest
from model.trainer import Trainer
from tests.gui.panels.conftest import StillController


@pytest.fixture
def inspector(qtbot: QtBot, document: Document, controller: StillController) -> InspectorPanel:
    """On the lecture's chain of formulas."""
    document.load(read_design(examples_folder() / "chain_rule.json"), None)
    panel = InspectorPanel(document, controller)  # type: ignore[arg-type]
    qtbot.addWidget(panel)
    panel.resize(328, 900)
    panel.show()
    return panel


def field_of(inspector: InspectorPanel, key: str, name: str) -> FormulaField:
    inspector.show_selection((key,))
    field = inspector.properties.form.widget(name)
    assert isinstance(field, FormulaField)
    return field


def typed(field: FormulaField, text: str, *, ends: bool = True) -> None:
    line = field.edit.line
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text) if text.isascii() else line.insert(text)
    if ends:
        QTest.keyClick(line, Qt.Key.Key_Return)


def formula(document: Document, key: str = "x") -> str:
    layer = document.graph.node(key).layer
    assert isinstance(layer, Function)
    return layer.formula


def test_while_a_value_is_typed_it_is_said_which_node_could_not_be_computed(
    inspector: InspectorPanel, document: Document
) -> None:
    field = field_of(inspector, "w", "value")
    typed(field, "-4", ends=False)
    assert field.error().startswith("y: ")
    assert "the value is -5" in field.error()
    QTest.keyClick(field.edit.line, Qt.Key.Key_Escape)
    assert field.error() == ""
    typed(field, "4", ends=False)
    assert field.error() == ""
    layer = document.graph.node("w").layer
    assert isinstance(layer, Variable)
    assert layer.value == "1"


def test_a_formula_counts_on_enter_and_is_one_step_to_undo(
    inspector: InspectorPanel, document: Document
) -> None:
    field = field_of(inspector, "x", "formula")
    typed(field, "w**2", ends=False)
    assert formula(document) == "2*w + 3"
    QTest.keyClick(field.edit.line, Qt.Key.Key_Return)
    assert formula(document) == "w**2"
    assert document.stack.count() == 1
    document.stack.undo()
    assert formula(document) == "2*w + 3"
    assert field.edit.text() == "2*w + 3"


def test_a_faulty_formula_stays_as_typed_and_the_design_keeps_the_last_good_one(
    inspector: InspectorPanel, document: Document
) -> None:
    field = field_of(inspector, "x", "formula")
    typed(field, "2*w + ) 3")
    assert formula(document) == "2*w + 3"
    assert field.edit.text() == "2*w + ) 3"
    assert field.edit.line.fault() == (6, 7)
    assert "found ')' at place 7" in field.edit.reading().says
    inspector.show_selection(("y",))
    assert field_of(inspector, "x", "formula").edit.text() == "2*w + ) 3"
    typed(field_of(inspector, "x", "formula"), "w + 3")
    assert formula(document) == "w + 3"


def test_escape_gives_the_good_formula_back(inspector: InspectorPanel) -> None:
    field = field_of(inspector, "x", "formula")
    typed(field, "2*", ends=False)
    QTest.keyClick(field.edit.line, Qt.Key.Key_Escape)
    assert field.edit.text() == "2*w + 3"
    assert field.edit.line.fault() is None


def test_a_name_that_is_typed_anew_keeps_its_wire(
    inspector: InspectorPanel, document: Document
) -> None:
    typed(field_of(inspector, "x", "formula"), "2*v + 3")
    (wire,) = document.graph.wires_into("x")
    assert (wire.source, wire.target_port) == ("w", "v")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("__import__('os')", "is not part of any formula"),
        ("a.b", "is not part of any formula"),
        ("9**9**9", "no input"),
        ("(" * 1_000_000, "at most 500 can be read"),
        ("x" * 1_000_000, "at most 500 can be read"),
        ("pancake(x)", "There is no function named 'pancake'"),
        ("lambda x: x", "is not part of any formula"),
    ],
)
def test_hostile_formulas_are_refused_in_the_field(
    inspector: InspectorPanel, document: Document, text: str, says: str
) -> None:
    field = field_of(inspector, "x", "formula")
    field.edit.line.setText(text)
    assert says in field.edit.reading().says
    assert len(field.edit.reading().says) < 400
    QTest.keyClick(field.edit.line, Qt.Key.Key_Return)
    if field.edit.reading().is_faulty:
        assert formula(document) == "2*w + 3"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2.5", "A number."),
        ("1/3", "A number."),
        ("1,5", "A vector of 2 numbers; a decimal sign is a point."),
        ("1, 2; 3, 4", "A matrix of 2 rows and 2 columns."),
        ("1, 2; 3", "same length"),
        ("w", "is no number"),
        ("", "needs a value"),
        ("9" * 1_000_000, "no"),
        ("1," * 500_000, "at most 4096 numbers"),
    ],
)
def test_a_value_says_how_it_was_read(inspector: InspectorPanel, text: str, says: str) -> None:
    field = field_of(inspector, "w", "value")
    field.edit.line.setText(text)
    assert says in field.edit.reading().says
    assert len(field.edit.reading().says) < 400


def test_a_slider_moves_a_number_live_as_one_step(
    inspector: InspectorPanel, document: Document
) -> None:
    field = field_of(inspector, "w", "value")
    slider = field.findChild(QSlider, "value_slider")
    assert slider is not None
    slider.setSliderDown(True)
    seen = []
    for position in (115, 120, 150):
        slider.setValue(position)
        layer = document.graph.node("w").layer
        assert isinstance(layer, Variable)
        seen.append(layer.value)
    slider.setSliderDown(False)
    assert seen == ["1.5", "2", "5"]
    assert document.stack.count() == 1
    assert field.edit.text() == "5"
    document.stack.undo()
    assert slider.value() == 110  # 1 on a scale from -10 to 10 in steps of 0.1


def test_a_vector_has_no_slider(inspector: InspectorPanel) -> None:
    field = field_of(inspector, "w", "value")
    typed(field, "1, 2")
    assert not field.findChild(QSlider, "value_slider").isVisible()


@pytest.mark.parametrize(
    ("number", "reach"), [(0, 10), (-10, 10), (10.5, 20), (-37, 50), (512, 1000)]
)
def test_the_slider_reaches_beyond_the_number(number: float, reach: float) -> None:
    assert range_for(number) == reach


def test_a_constant_says_why_it_has_no_random_start(inspector: InspectorPanel) -> None:
    inspector.show_selection(("w",))
    form = inspector.properties.form
    form.widget("is_trainable").edited.emit(False)
    assert not form.widget("is_random").isEnabled()
    assert form.widget("is_random").toolTip() == "A constant keeps its typed value."


def test_a_trained_value_is_kept_as_the_value_of_its_variable(
    inspector: InspectorPanel, document: Document, controller: StillController
) -> None:
    inspector.show_selection(("w",))
    inspector.tabs.setCurrentIndex(2)
    trainer = Trainer(document.graph)
    trainer.step()  # w = 1 - 0.05 * 2.5751007
    request = SnapshotRequest(wants=frozenset({"parameters"}), parameters_of="w")
    controller.latest = take_snapshot(trainer, request)
    inspector._show_live()
    block = inspector.tensors.weights
    assert "first values are typed" in block._note.text()
    block.keep_button.click()
    layer = document.graph.node("w").layer
    assert isinstance(layer, Variable)
    assert float(layer.value) == pytest.approx(1 - 0.05 * 2.5751007, abs=1e-7)
    assert document.graph.node("w").weights == {}
