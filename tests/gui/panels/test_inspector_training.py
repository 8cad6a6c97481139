"""The page of the training: every setting, every optimiser, the batch."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QAbstractSpinBox, QSlider, QToolButton

from gui.document import Document
from gui.inspector import InspectorPanel
from gui.widgets import NumberField
from model import editing
from model.fields import Field, fields_of
from model.optimizers import OPTIMIZERS
from model.settings import TrainingSettings
from tests.gui.panels.conftest import another, edit_by_hand

TRAINING_FIELDS = [field for field in fields_of(TrainingSettings) if field.name != "batch_size"]


@pytest.mark.parametrize("field", TRAINING_FIELDS, ids=lambda field: field.name)
def test_every_training_setting_can_be_set_and_undone(
    inspector: InspectorPanel, document: Document, field: Field
) -> None:
    inspector.show_selection(())
    page = inspector.training
    form = next(form for form in page.forms.values() if field.name in form.names())
    old = getattr(document.graph.training, field.name)
    new = another(field, old)
    edit_by_hand(form.widget(field.name), new)
    assert getattr(document.graph.training, field.name) == new
    document.stack.undo()
    assert getattr(document.graph.training, field.name) == old
    assert form.widget(field.name).value() == old


@pytest.mark.parametrize("tag", OPTIMIZERS)
def test_every_optimiser_can_be_chosen_and_every_field_of_it_set(
    inspector: InspectorPanel, document: Document, tag: str
) -> None:
    inspector.show_selection(())
    page = inspector.training
    before = document.graph.training
    page.optimizer.edited.emit(tag)
    assert isinstance(document.graph.training.optimizer, OPTIMIZERS[tag])
    assert page.optimizer.value() == tag
    assert page.optimizer_form is not None
    assert page.optimizer_form.names() == [f.name for f in fields_of(OPTIMIZERS[tag])]
    for field in fields_of(OPTIMIZERS[tag]):
        old = getattr(document.graph.training.optimizer, field.name)
        edit_by_hand(page.optimizer_form.widget(field.name), another(field, old))
        assert getattr(document.graph.training.optimizer, field.name) == another(field, old)
    while document.stack.canUndo():
        document.stack.undo()
    assert document.graph.training == before
    assert page.optimizer.value() == "sgd"


def test_choosing_the_optimiser_that_is_on_is_no_step(
    inspector: InspectorPanel, document: Document
) -> None:
    inspector.training.optimizer.edited.emit("sgd")
    assert document.stack.count() == 0


def test_the_batch_is_the_whole_set_a_number_or_a_single_item(
    inspector: InspectorPanel, document: Document
) -> None:
    batch = inspector.training.batch
    buttons: list[QToolButton] = list(batch.mode.buttons())  # type: ignore[arg-type]
    buttons[0].click()
    assert document.graph.training.batch_size == 0
    assert not batch.size.isEnabled()
    assert batch.size.toolTip()
    buttons[2].click()
    assert document.graph.training.batch_size == 1
    buttons[1].click()
    assert document.graph.training.batch_size == 32
    assert batch.size.isEnabled()
    for _ in range(3):
        document.stack.undo()
    assert document.graph.training.batch_size == 32
    assert batch.mode.value() == "mini"


def test_no_slider_shows_a_number_that_is_not_the_value(
    inspector: InspectorPanel, document: Document
) -> None:
    inspector.show_selection(())
    page = inspector.training
    forms = [*page.forms.values(), page.optimizer_form, page.schedule_form]
    fields = [form.widget(name) for form in forms if form is not None for name in form.names()]
    numbers = [field for field in fields if isinstance(field, NumberField)]
    assert len(numbers) > 10
    for field in numbers:
        at = field.findChild(QSlider).value()
        assert field._scale.value_at(at) == pytest.approx(field.value(), rel=0.03), (
            field.objectName()
        )


def test_zero_epochs_are_called_never_and_a_limit_off(
    inspector: InspectorPanel, document: Document
) -> None:
    inspector.show_selection(())
    forms = inspector.training.forms
    words = {
        name: form.widget(name).findChild(QAbstractSpinBox).text()
        for form in forms.values()
        for name in form.names()
        if name in ("epochs", "patience", "max_norm", "clip_value", "clip_norm")
    }
    assert words.pop("epochs") == "never"
    assert set(words.values()) == {"off"}


def test_how_the_l1_penalty_is_stepped_down_is_grey_while_there_is_none(
    inspector: InspectorPanel, document: Document
) -> None:
    inspector.show_selection(())
    form = inspector.training.forms["penalty"]
    assert form.widget("l1_step").toolTip() == "There is no L1 penalty: λ₁ is 0."
    edit_by_hand(form.widget("l1"), 0.01)
    assert form.widget("l1_step").isEnabled()
    edit_by_hand(form.widget("l1"), 0.0)
    assert not form.widget("l1_step").isEnabled()
    assert document.attempt(editing.set_node, "dense_1", {"l1": 0.1})
    inspector.training.refresh()
    assert form.widget("l1_step").isEnabled()


def test_first_values_of_all_weights_are_one_choice_and_one_step(
    inspector: InspectorPanel, document: Document
) -> None:
    inspector.show_selection(())
    field = inspector.training.first_values
    assert field.choice.value() == "", "the layers start with Glorot's uniform values"
    before, count = document.graph.design(), document.stack.count()
    field.choice.edited.emit("small")
    starts = [
        (layer.initializer, layer.spread)
        for layer in (node.layer for node in document.graph.nodes.values())
        if hasattr(layer, "initializer")
    ]
    assert set(starts) == {("normal", 0.01)}
    assert document.stack.count() == count + 1
    inspector.training.refresh()
    assert field.choice.value() == "small"
    document.stack.undo()
    assert document.graph.design() == before
