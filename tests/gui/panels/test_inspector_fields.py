"""The inspector's fields: everything can be set and undone, refusals are explained."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QSlider
from pytestqt.qtbot import QtBot

from gui.document import Document
from gui.inspector import InspectorPanel
from gui.inspector.field_widgets import EntryField, slider_of, widget_for
from gui.inspector.form import FieldForm
from gui.inspector.rules import reasons_of, with_consequences
from gui.widgets import ChoiceField
from gui.widgets.number_scale import NumberScale
from model import editing
from model.fields import Field, fields_of, layer_with
from model.layers import LAYERS
from model.layers.source import DataSource
from model.optimizers import OPTIMIZERS
from model.settings import TrainingSettings
from tests.gui.panels.conftest import another, edit_by_hand

LAYER_FIELDS = [(tag, f) for tag, kind in LAYERS.items() for f in fields_of(kind)]


@pytest.mark.parametrize(("tag", "field"), LAYER_FIELDS, ids=lambda x: getattr(x, "name", x))
def test_every_field_of_every_layer_can_be_set_undone_and_redone(
    inspector: InspectorPanel, document: Document, tag: str, field: Field
) -> None:
    layer = LAYERS[tag](dataset="curve") if tag == "data" else LAYERS[tag]()
    known = set(document.graph)
    document.attempt(editing.add_node, layer, 0.0, 0.0)
    (key,) = set(document.graph) - known
    inspector.show_selection((key,))
    form = inspector.properties.form
    assert form is not None
    widget = form.widget(field.name)
    old = getattr(document.graph.node(key).layer, field.name)
    assert widget.value() == old
    new, steps = another(field, old), document.stack.count()
    edit_by_hand(widget, new)
    assert getattr(document.graph.node(key).layer, field.name) == new
    assert document.stack.count() == steps + 1
    assert widget.value() == new
    document.stack.undo()
    assert widget.value() == old == getattr(document.graph.node(key).layer, field.name)
    document.stack.redo()
    assert widget.value() == new


def test_a_slider_drag_is_one_undo_step(inspector: InspectorPanel, document: Document) -> None:
    inspector.show_selection(("dropout_1",))
    form = inspector.properties.form
    assert form is not None
    slider = form.widget("p").findChild(QSlider)
    slider.setSliderDown(True)
    for position in range(55, 90):
        slider.setValue(position)
    slider.setSliderDown(False)
    assert document.graph.node("dropout_1").layer.p == 0.89  # type: ignore[attr-defined]
    assert document.stack.count() == 1
    slider.setSliderDown(True)
    slider.setValue(20)
    slider.setSliderDown(False)
    assert document.stack.count() == 2
    document.stack.undo()
    document.stack.undo()
    assert document.graph.node("dropout_1").layer.p == 0.5  # type: ignore[attr-defined]
    assert form.widget("p").value() == 0.5


def test_a_value_out_of_bounds_is_explained_and_the_last_good_one_kept(
    inspector: InspectorPanel, document: Document, qtbot: QtBot
) -> None:
    inspector.show_selection(("dropout_1",))
    form = inspector.properties.form
    assert form is not None
    line = form.widget("p").findChild(QLineEdit)
    line.setText("1")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert "less than 1" in form.widget("p").error()
    assert document.graph.node("dropout_1").layer.p == 0.5  # type: ignore[attr-defined]
    assert document.stack.count() == 0


def test_what_the_model_refuses_is_said_below_the_field(
    inspector: InspectorPanel, document: Document
) -> None:
    inspector.show_selection(("dropout_1",))
    form = inspector.properties.form
    assert form is not None
    form.edited.emit("p", 3.0)
    assert "p must be" in form.widget("p").error()
    assert document.stack.count() == 0


def test_a_list_of_columns_is_typed_as_text(
    inspector: InspectorPanel, document: Document, qtbot: QtBot
) -> None:
    inspector.show_selection(("data_1",))
    form = inspector.properties.form
    assert form is not None
    widget = form.widget("features")
    assert isinstance(widget, EntryField)
    line = widget.findChild(QLineEdit)
    line.setText("2, 3")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert document.graph.node("data_1").layer.features == (2, 3)  # type: ignore[attr-defined]
    line.setText("two")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert "whole numbers" in widget.error()
    assert document.graph.node("data_1").layer.features == (2, 3)  # type: ignore[attr-defined]


def test_another_data_set_brings_its_size_and_noise_in_one_step(
    inspector: InspectorPanel, document: Document
) -> None:
    inspector.show_selection(("data_1",))
    form = inspector.properties.form
    assert form is not None
    edit_by_hand(form.widget("dataset"), "spiral")
    layer = document.graph.node("data_1").layer
    assert isinstance(layer, DataSource)
    # the catalogue says 500 items and noise 0.02 for the spiral
    assert (layer.dataset, layer.size, layer.noise) == ("spiral", 500, 0.02)
    assert document.stack.count() == 1
    assert form.widget("size").isEnabled()
    document.stack.undo()
    assert not form.widget("size").isEnabled()


def test_fields_that_do_not_matter_say_why(inspector: InspectorPanel, document: Document) -> None:
    inspector.show_selection(("data_1",))
    form = inspector.properties.form
    assert form is not None
    for name in ("size", "noise", "target_scaling"):  # iris is a file with labels
        assert not form.widget(name).isEnabled()
        assert "Iris" in form.widget(name).toolTip()
    assert form.widget("one_hot").isEnabled()
    edit_by_hand(form.widget("dataset"), "diabetes")
    assert form.widget("target_scaling").isEnabled()
    assert "Diabetes" in form.widget("one_hot").toolTip()


def test_rules_of_data_sets() -> None:
    assert set(reasons_of(DataSource(dataset="digits"))) == {
        "size",
        "noise",
        "target_scaling",
        "features",
        "steps",
    }
    assert set(reasons_of(DataSource(dataset="curve"))) == {"one_hot", "steps"}
    tokens = {"noise", "scaling", "target_scaling", "one_hot", "features"}
    assert set(reasons_of(DataSource(dataset="reverse"))) == tokens
    assert set(reasons_of(DataSource(dataset="iris", target="inputs"))) == {
        "size",
        "noise",
        "target_scaling",
        "one_hot",
        "steps",
    }
    source = DataSource(dataset="iris", features=(1,))
    assert with_consequences(source, {"dataset": "wine"})["features"] == ()
    assert with_consequences(source, {"dataset": "iris"}) == {"dataset": "iris"}


@pytest.mark.parametrize(
    ("tag", "fields", "names"),
    [
        ("dense", {}, {"spread"}),
        ("dense", {"initializer": "he_normal"}, {"spread"}),
        ("dense", {"initializer": "uniform"}, set()),
        ("dense", {"initializer": "constant", "tied_to": "dense_1"}, {"initializer", "spread"}),
        ("conv_2d", {}, {"pad", "spread"}),
        ("conv_2d", {"initializer": "normal"}, {"pad"}),
        ("conv_1d", {"padding": "number"}, {"spread"}),
        ("transposed_conv_2d", {"initializer": "constant"}, set()),
        ("maxout", {}, {"spread"}),
        ("zero_pad", {"along": "length"}, {"top", "bottom"}),
        ("zero_pad", {}, set()),
        ("variable", {"is_trainable": False}, {"is_random", "is_penalised"}),
    ],
)
def test_fields_that_do_nothing_beside_others_say_why(
    tag: str, fields: dict[str, Any], names: set[str]
) -> None:
    reasons = reasons_of(LAYERS[tag](**fields))
    assert set(reasons) == names
    assert all(reason.endswith(".") for reason in reasons.values())


def test_every_field_that_is_grey_says_why_below_itself_and_when_pointed_at(
    inspector: InspectorPanel, document: Document
) -> None:
    for tag in LAYERS:
        assert document.attempt(editing.add_node, LAYERS[tag](), 0.0, 0.0)
        key = next(reversed(document.graph.nodes))
        inspector.show_selection((key,))
        forms = [inspector.properties.form, inspector.properties.node_form]
        for form in filter(None, forms):
            grey = [name for name in form.names() if not form.widget(name).isEnabled()]
            for name in grey:
                reason = form.widget(name).toolTip()
                assert reason.endswith("."), (tag, name)
                assert form._notes[name].text() == reason, (tag, name)
        document.attempt(editing.remove, (key,))


def test_the_dropout_scaling_is_chosen_on_cards(inspector: InspectorPanel) -> None:
    inspector.show_selection(("dropout_1",))
    form = inspector.properties.form
    assert form is not None
    scaling = form.widget("scaling")
    assert isinstance(scaling, ChoiceField)
    assert [choice.formula for choice in scaling._choices] == [
        r"\times (1 - p)",
        r"\div (1 - p)",
    ]


def test_every_field_has_a_tooltip_and_a_name(inspector: InspectorPanel) -> None:
    for kind in LAYERS.values():
        for field in fields_of(kind):
            layer = layer_with(kind(), {})
            widget = widget_for(field, getattr(layer, field.name))
            assert field.description in widget.toolTip()
            assert widget.objectName() == f"field_{field.name}"
            widget.deleteLater()


def test_the_ends_of_every_slider_are_short_round_numbers() -> None:
    kinds = [*LAYERS.values(), TrainingSettings, *OPTIMIZERS.values()]
    for field in (field for kind in kinds for field in fields_of(kind)):
        if field.kind in ("int", "float") and (found := slider_of(field)) is not None:
            low, high, is_log = found
            scale = NumberScale(low, high, field.kind == "int", is_log)
            texts = [scale.text_of(end) for end in (low, scale.middle(), high)]
            assert max(map(len, texts)) <= 6, (field.name, texts)


def test_a_form_is_quiet_while_it_is_filled(qtbot: QtBot) -> None:
    kind: Callable[..., Any] = LAYERS["dropout"]
    form = FieldForm(
        fields_of(LAYERS["dropout"]), {"p": 0.5, "scaling": "test", "new_mask": "every step"}
    )
    qtbot.addWidget(form)
    with qtbot.assertNotEmitted(form.edited):
        form.show_values({"p": 0.1, "scaling": "inverted", "new_mask": "frozen"})
    assert kind(p=0.1).p == form.widget("p").value()
