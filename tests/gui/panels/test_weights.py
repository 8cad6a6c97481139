"""Typed weights, the fields that every node has, and the settings of the training."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QFontMetricsF, QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui import theme
from gui.document import Document
from gui.inspector.filters import filters_picture
from gui.inspector.panel import InspectorPanel
from gui.inspector.weight_model import parsed, text_of
from model import editing
from model.layers import LAYERS
from model.observing import take_snapshot
from model.snapshot import SnapshotRequest
from model.trainer import Trainer
from tests.gui.panels.conftest import StillController


def shown(inspector: InspectorPanel, document: Document, controller: StillController) -> Trainer:
    """The Tensors tab of the first Dense layer, filled by a training of one step."""
    inspector.show_selection(("dense_1",))
    inspector.tabs.setCurrentIndex(2)
    trainer = Trainer(document.graph)
    trainer.step()
    request = SnapshotRequest(wants=frozenset({"parameters"}), parameters_of="dense_1")
    controller.latest = take_snapshot(trainer, request)
    inspector._show_live()
    return trainer


def test_the_table_reads_back_what_was_trained(
    inspector: InspectorPanel, document: Document, controller: StillController
) -> None:
    trainer = shown(inspector, document, controller)
    assert controller.request.parameters_of == "dense_1"
    block = inspector.tensors.weights
    assert np.array_equal(block.model.array, trainer.parameters("dense_1")["W"])
    block.names.setCurrentText("b")
    assert block.model.array.shape == (8,)


def test_a_number_typed_into_a_cell_is_one_undoable_step(
    inspector: InspectorPanel, document: Document, controller: StillController
) -> None:
    shown(inspector, document, controller)
    block = inspector.tensors.weights
    assert block.model.setData(block.model.index(1, 2), "−0.25")
    typed = document.graph.node("dense_1").weights["W"]
    assert typed[1][2] == -0.25
    assert document.stack.count() == 1
    assert Trainer(document.graph).parameters("dense_1")["W"][1, 2] == np.float32(-0.25)
    document.stack.undo()
    assert document.graph.node("dense_1").weights == {}


def test_words_and_infinity_are_no_weights(
    inspector: InspectorPanel, document: Document, controller: StillController
) -> None:
    shown(inspector, document, controller)
    block = inspector.tensors.weights
    model = block.model
    for word in ("many", "inf"):
        assert not model.setData(model.index(0, 0), word)
        assert block._fault.text() == f"“{word}” is no number; the cell is as it was."
        assert block._fault.isVisible()
    assert document.stack.count() == 0
    assert model.setData(model.index(0, 0), "1")
    assert not block._fault.isVisible()


def test_a_table_is_pasted_and_forgotten_again(
    inspector: InspectorPanel, document: Document, controller: StillController
) -> None:
    shown(inspector, document, controller)
    block = inspector.tensors.weights
    wanted = np.arange(32.0).reshape(4, 8) / 8
    QGuiApplication.clipboard().setText(text_of(wanted))
    block.paste_button.click()
    assert document.graph.node("dense_1").weights["W"] == wanted.tolist()
    block.copy_button.click()
    assert np.array_equal(parsed(QGuiApplication.clipboard().text(), (4, 8)), wanted)
    block.forget_button.click()
    assert document.graph.node("dense_1").weights == {}


def test_a_table_of_another_size_is_refused_with_both_sizes(
    inspector: InspectorPanel, document: Document, controller: StillController
) -> None:
    shown(inspector, document, controller)
    block = inspector.tensors.weights
    QGuiApplication.clipboard().setText("1\t2\n3\t4")
    block.paste_button.click()
    assert block._fault.text() == "The table is 4 × 8, but the clipboard holds 2 × 2."
    assert document.stack.count() == 0


@pytest.mark.parametrize("text", ["1, 2\n3, 4", "[[1 2] [3 4]]", "1;2\n3;4", "1\n2\n3\n4"])
def test_tables_are_read_as_people_write_them(text: str) -> None:
    assert parsed(text, (2, 2)).tolist() == [[1, 2], [3, 4]]


def test_what_is_no_number_is_named() -> None:
    with pytest.raises(ValueError, match="“x” in row 1 is no number"):
        parsed("1 x\n2 3", (2, 2))


@pytest.mark.parametrize("name", ["light", "dark", "projector"])
def test_the_table_shows_whole_columns_and_is_as_high_as_its_rows(
    inspector: InspectorPanel,
    document: Document,
    controller: StillController,
    qapp: QApplication,
    qtbot: QtBot,
    name: str,
) -> None:
    look = theme.apply(qapp, name)
    inspector.resize(round(look.size("inspector")), 900)
    shown(inspector, document, controller)
    table = inspector.tensors.weights.table
    qtbot.waitUntil(lambda: not table._fitting.isActive())
    cell = table.columnWidth(0)
    count = table.viewport().width() // cell
    assert count >= 2
    assert table.viewport().width() - count * cell < count + 2, "no column is cut"
    widest = QFontMetricsF(table.font()).horizontalAdvance("-0.00383")
    assert cell > widest + 8
    assert table.viewport().height() in range(4 * table.rowHeight(0), 4 * table.rowHeight(0) + 6)
    theme.apply(qapp, "light")


def test_before_the_first_step_nothing_is_said_of_cells_that_are_not_there(
    inspector: InspectorPanel, document: Document
) -> None:
    inspector.show_selection(("dense_1",))
    inspector.tabs.setCurrentIndex(2)
    block = inspector.tensors.weights
    assert block.table.isHidden()
    assert "cell" not in block._note.text()
    assert "Press Run or Step" in block._note.text()


def test_kernels_of_one_channel_stand_beside_one_another(qapp: QApplication) -> None:
    look = theme.apply(qapp, "light")
    values = np.random.default_rng(1).normal(size=(6, 1, 5, 5))
    picture, words = filters_picture(values, look, 280)
    assert picture.width() <= 280
    assert picture.width() > 5 * picture.height()
    assert words.startswith("6 of 6 filters, 1 of 1 input channels")
    square, _words = filters_picture(np.ones((4, 4, 3, 3)), look, 280)
    assert square.width() == square.height()


def test_a_layer_is_frozen_and_penalised_by_itself(
    inspector: InspectorPanel, document: Document
) -> None:
    inspector.show_selection(("dense_1",))
    form = inspector.properties.node_form
    assert form is not None
    assert form.names() == ["is_frozen", "l1", "l2"]
    form.widget("is_frozen").edited.emit(True)
    form.widget("l2").edited.emit(0.5)
    form.widget("l2").finished.emit()
    node = document.graph.node("dense_1")
    assert (node.is_frozen, node.l1, node.l2) == (True, None, 0.5)
    line = form.widget("l2")._line
    assert float(line.text()) == 0.5
    line.setText("")
    line.editingFinished.emit()
    assert document.graph.node("dense_1").l2 is None
    document.stack.undo()
    assert float(line.text()) == 0.5


def test_a_frozen_layer_says_why_its_penalties_are_grey(
    inspector: InspectorPanel, document: Document
) -> None:
    inspector.show_selection(("dense_1",))
    form = inspector.properties.node_form
    assert form is not None
    assert form.widget("l1").isEnabled()
    form.widget("is_frozen").edited.emit(True)
    assert not form.widget("l1").isEnabled()
    assert "Frozen" in form._notes["l2"].text()
    document.stack.undo()
    assert form.widget("l2").isEnabled()


def test_a_layer_without_parameters_has_nothing_to_freeze(inspector: InspectorPanel) -> None:
    inspector.show_selection(("dropout_1",))
    assert inspector.properties.node_form is None


def test_tied_weights_are_a_choice_of_nodes(inspector: InspectorPanel, document: Document) -> None:
    inspector.show_selection(("dense_2",))
    form = inspector.properties.form
    assert form is not None
    field = form.widget("tied_to")
    assert [choice.value for choice in field._choices] == ["", "dense_1"]
    field.edited.emit("dense_1")
    assert document.graph.node("dense_2").layer.tied_to == "dense_1"
    document.attempt(editing.add_node, LAYERS["dense"](units=4), 0.0, 0.0)
    inspector.show_selection(("dense_2",))
    field = inspector.properties.form.widget("tied_to")
    assert [choice.value for choice in field._choices] == ["", "dense_1", "dense_3"]
    assert field.value() == "dense_1"


def test_a_schedule_brings_its_own_fields(inspector: InspectorPanel, document: Document) -> None:
    page = inspector.training
    page.refresh()
    assert page.schedule_form.names() == ["warmup"]
    page.schedule.edited.emit("cosine")
    assert page.schedule_form.names() == ["warmup", "length", "low"]
    page.schedule_form.widget("length").edited.emit(500)
    assert document.graph.training.schedule.length == 500
    document.stack.undo()
    document.stack.undo()
    assert page.schedule.value() == "constant"


def test_early_stopping_says_what_it_needs(inspector: InspectorPanel, document: Document) -> None:
    page = inspector.training
    page.refresh()
    form = page.forms["stopping"]
    assert "patience is 0" in form._notes["restore_best"].text()
    document.attempt(editing.set_training, {"patience": 5})
    page.refresh()
    assert form._notes["restore_best"].text() == ""
    document.attempt(editing.set_training, {"validation_share": 0.0, "schedule": "plateau"})
    page.refresh()
    assert "no validation part" in form._notes["patience"].text()
    assert "waits for the validation loss" in page.schedule._error.text()


def test_a_snapshot_of_another_node_is_not_taken_for_this_one(
    inspector: InspectorPanel, document: Document, controller: StillController
) -> None:
    shown(inspector, document, controller)
    assert controller.latest is not None
    before = inspector.tensors.weights.model.array.copy()
    controller.latest = replace(controller.latest, parameters={"other": np.zeros(3)})
    inspector._show_live()
    assert np.array_equal(inspector.tensors.weights.model.array, before)
