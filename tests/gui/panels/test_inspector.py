"""The inspector: forms for everything there is, edits through undo, live numbers, no leaks."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QSlider, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from gui import theme
from gui.document import Document
from gui.inspector import InspectorPanel
from gui.inspector.field_widgets import EntryField, slider_of, widget_for
from gui.inspector.form import FieldForm
from gui.inspector.neuron import neuron_view
from gui.inspector.panel import help_text
from gui.inspector.rules import reasons_of, with_consequences
from gui.inspector.sources import latex_of, numpy_source
from gui.widgets import ChoiceField
from gui.widgets import Field as FieldWidget
from gui.widgets.number_scale import NumberScale
from model import editing
from model.fields import Field, fields_of, layer_with
from model.layers import LAYERS
from model.layers.source import DataSource
from model.optimizers import OPTIMIZERS
from model.settings import TrainingSettings
from model.snapshot import NodeView, Snapshot
from tests.gui.panels.conftest import StillController


@pytest.fixture
def inspector(qtbot: QtBot, document: Document, controller: StillController) -> InspectorPanel:
    panel = InspectorPanel(document, controller)  # type: ignore[arg-type]
    qtbot.addWidget(panel)
    panel.resize(328, 900)
    panel.show()
    return panel


def another(field: Field, value: Any) -> Any:
    """A different value that the field allows."""
    if field.kind == "bool":
        return not value
    if field.kind == "choice":
        return next(choice for choice in field.choices if choice != value)
    if field.kind == "text":
        return {"value": "2.5", "formula": "3*x"}.get(field.name, f"{value} x".strip())
    if field.kind == "ints":
        return (0, 1) if value != (0, 1) else ()
    if field.kind == "floats":
        return (0.5, 2.0) if value != (0.5, 2.0) else ()
    if field.kind == "int":
        return value + 1 if field.high is None or value + 1 <= field.high else value - 1
    return value / 2 if value else (field.high or 1.0) / 4


def edit_by_hand(widget: FieldWidget, value: object) -> None:
    """What the widget does when a user has finished a change."""
    widget.edited.emit(value)
    widget.finished.emit()


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


@pytest.mark.parametrize("tag", LAYERS)
def test_every_layer_has_all_three_tabs(
    inspector: InspectorPanel, document: Document, qtbot: QtBot, tag: str
) -> None:
    document.new()
    document.attempt(editing.add_node, LAYERS[tag](), 0.0, 0.0)
    inspector.show_selection((f"{tag}_1",))
    with qtbot.captureExceptions() as faults:
        for tab in range(3):
            inspector.tabs.setCurrentIndex(tab)
            inspector.grab()
    assert not faults
    assert inspector.header._title.full_text() == document.graph.node(f"{tag}_1").title
    assert LAYERS[tag].title in help_text(LAYERS[tag])


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
    assert reasons_of(LAYERS["dense"]()) == {}
    source = DataSource(dataset="iris", features=(1,))
    assert with_consequences(source, {"dataset": "wine"})["features"] == ()
    assert with_consequences(source, {"dataset": "iris"}) == {"dataset": "iris"}


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


def test_several_layers_of_one_kind_are_set_together_in_one_step(
    inspector: InspectorPanel, document: Document
) -> None:
    inspector.show_selection(("dense_1", "dense_2"))
    form = inspector.properties.form
    assert form is not None
    edit_by_hand(form.widget("units"), 5)
    found = [document.graph.node(key).layer.units for key in ("dense_1", "dense_2")]  # type: ignore[attr-defined]
    assert found == [5, 5]
    assert document.stack.count() == 1
    document.stack.undo()
    found = [document.graph.node(key).layer.units for key in ("dense_1", "dense_2")]  # type: ignore[attr-defined]
    assert found == [8, 3]


def test_layers_of_different_kinds_have_nothing_in_common(inspector: InspectorPanel) -> None:
    inspector.show_selection(("dense_1", "dropout_1"))
    assert inspector.properties.form is None
    assert not inspector.tabs.isVisible()


def test_a_note_says_where_its_text_is_written(
    inspector: InspectorPanel, document: Document
) -> None:
    document.attempt(editing.add_note, "Look here", 0.0, 0.0)
    inspector.show_selection(("note_1",))
    assert inspector.notes.isVisible()


def test_a_removed_node_leaves_the_inspector(
    inspector: InspectorPanel, document: Document, qtbot: QtBot
) -> None:
    inspector.show_selection(("dropout_1",))
    inspector.header.actions_by_name["remove"].trigger()
    assert "dropout_1" not in document.graph
    qtbot.waitUntil(lambda: inspector.shown_ids == ())
    assert inspector.training.isVisible()


def test_the_menu_duplicates_and_resets(inspector: InspectorPanel, document: Document) -> None:
    inspector.show_selection(("dense_1",))
    inspector.header.actions_by_name["duplicate"].trigger()
    assert len(document.graph) == 6
    inspector.header.actions_by_name["defaults"].trigger()
    assert document.graph.node("dense_1").layer == LAYERS["dense"]()
    assert document.stack.undoText() == "Reset Dense 8 to defaults"


def test_a_title_is_renamed_in_place(
    inspector: InspectorPanel, document: Document, qtbot: QtBot
) -> None:
    inspector.show_selection(("dense_1",))
    qtbot.mouseDClick(inspector.header._title, Qt.MouseButton.LeftButton)
    assert inspector.header.is_renaming
    line = inspector.header._line
    line.setText("Hidden")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert document.graph.node("dense_1").title == "Hidden"
    qtbot.waitUntil(lambda: inspector.header._title.full_text() == "Hidden")
    inspector.header.start_renaming()
    line.setText("Other")
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert document.graph.node("dense_1").title == "Hidden"


def test_the_code_shown_is_the_code_that_runs() -> None:
    text = numpy_source(LAYERS["dense"], "forward", "gradient", "backward")
    assert text.startswith("def forward(self, n: Workspace) -> None:")
    assert "np.dot(n.h_rows, n.W, out=n.out_rows)" in text
    assert "np.dot(n.delta_out, n.W.T, out=n.delta)" in text
    assert numpy_source(LAYERS["relu"], "gradient") == ""
    assert numpy_source(LAYERS["data"], "forward", "backward") == ""


@pytest.mark.parametrize("tag", LAYERS)
def test_every_layer_but_the_data_shows_forward_and_backward(tag: str) -> None:
    if tag != "data":
        assert numpy_source(LAYERS[tag], "forward")
        assert numpy_source(LAYERS[tag], "gradient", "backward")
    assert "\\[" in latex_of(LAYERS[tag].formulas)


def test_latex_and_numpy_are_copied(inspector: InspectorPanel) -> None:
    inspector.show_selection(("dropout_1",))
    inspector.tabs.setCurrentIndex(1)
    inspector.maths.copy_latex.click()
    assert r"\mathrm{Bernoulli}(1 - p)" in QGuiApplication.clipboard().text()
    inspector.maths.copy_numpy.click()
    assert "np.greater_equal(n.noise, self.p" in QGuiApplication.clipboard().text()


def labels_of(widget: QWidget) -> str:
    from PySide6.QtWidgets import QLabel

    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def test_tensors_list_shapes_counts_and_cost(inspector: InspectorPanel) -> None:
    inspector.show_selection(("dense_1",))
    inspector.tabs.setCurrentIndex(2)
    text = labels_of(inspector.tensors)
    # Dense 8 on the four lengths of the iris: W 4 x 8, b 8; 32 multiply-adds, times 32 items
    for words in ("B × 4", "B × 8", "4 × 8", "W", "b", "1,024"):
        assert words in text.split("\n")
    assert inspector.header._subtitle.full_text() == "l = 1, θ 40 parameters"


def snapshot_of(document: Document, nodes: dict[str, NodeView]) -> Snapshot:
    return Snapshot(
        step=234,
        epoch=3,
        batch_index=1,
        n_batches=3,
        item=6,
        batch=32,
        loss=0.5,
        data_loss=0.5,
        penalty=0.0,
        losses={},
        nodes=nodes,
        wires={},
        phase_seconds=(0.0, 0.0, 0.0),
        steps_per_second=0.0,
        curves={},
        split_sizes=(90, 30, 30),
        scaling={},
        seed=42,
    )


@pytest.fixture
def dropped(document: Document) -> Snapshot:
    """Neuron 1 is off, neuron 2 speaks."""
    mask = np.array([1, 0, 1, 1, 1, 1, 1, 1], bool)
    h = np.array([0.5, 1.209, 2.0, 0, 0, 0, 0, 0], np.float32)
    delta = np.array([0.1, -0.00626, 0.25, 0, 0, 0, 0, 0], np.float32)
    nodes = {
        "dense_1": NodeView(out=h, delta=delta * mask),
        "dropout_1": NodeView(out=h * mask, delta=delta, extras={"mask": mask}),
    }
    return snapshot_of(document, nodes)


def test_a_dropped_neuron_shows_both_products(
    inspector: InspectorPanel, controller: StillController, dropped: Snapshot
) -> None:
    inspector.show_selection(("dropout_1",))
    controller.latest = dropped
    controller.request = replace(controller.request, neuron=1)
    controller.neuron_changed.emit(1)
    block = inspector.neuron
    assert block._heading.text() == "NEURON 1"
    assert block._state.text() == "dropped in this step"
    assert [number.text() for number in block._numbers] == ["1.21", "0", "0", "−0.00626", "0", "0"]
    assert block._numbers[0].toolTip() == "h in = 1.209"
    controller.request = replace(controller.request, neuron=2)
    controller.neuron_changed.emit(2)
    assert block._state.text() == "speaks in this step"
    assert [n.text() for n in block._numbers][2] == "2.00"


def test_inverted_dropout_multiplies_by_more_than_one(
    document: Document, dropped: Snapshot
) -> None:
    document.attempt(editing.set_fields, "dropout_1", {"p": 0.75, "scaling": "inverted"})
    view = neuron_view(document.graph, dropped, "dropout_1", 2)
    assert view is not None
    assert view.factor == 4.0  # 1 / (1 - 0.75)


def test_there_is_no_neuron_to_show_before_the_first_step(document: Document) -> None:
    assert neuron_view(document.graph, None, "dropout_1", 0) is None
    assert neuron_view(document.graph, snapshot_of(document, {}), "dropout_1", 0) is None


def test_live_figures_follow_snapshots(
    inspector: InspectorPanel, controller: StillController, document: Document, qtbot: QtBot
) -> None:
    inspector.show_selection(("dense_1",))
    inspector.tabs.setCurrentIndex(2)
    cells = inspector.tensors.live.cells
    assert cells["mean", "h"].text() == "–"
    out = np.array([1.0, 3.0], np.float32)  # mean 2, deviation 1 by hand
    controller.latest = snapshot_of(document, {"dense_1": NodeView(out=out)})
    controller.snapshot.emit(controller.latest)
    qtbot.waitUntil(lambda: cells["mean", "h"].text() == "2.00")
    assert [cells[name, "h"].text() for name in ("std", "min", "max")] == ["1.00", "1.00", "3.00"]
    assert cells["mean", "h"].toolTip() == "mean of h = 2.0"
    assert cells["mean", "δ"].text() == "–"


def test_problems_of_the_node_stand_below_its_fields_with_repairs(
    inspector: InspectorPanel, document: Document, qtbot: QtBot
) -> None:
    document.attempt(editing.set_fields, "data_1", {"dataset": "digits"})
    inspector.show_selection(("dense_1",))
    cards = inspector.properties.findChildren(QWidget, "inspector_problem")
    assert len(cards) == 1
    cards[0].buttons[0].click()  # type: ignore[attr-defined]
    qtbot.waitUntil(
        lambda: (
            not [
                c
                for c in inspector.properties.findChildren(QWidget, "inspector_problem")
                if c.isVisible()
            ]
        )
    )
    assert document.stack.undoText() == "Insert Flatten"


def test_a_hundred_selections_leave_no_widgets_behind(
    inspector: InspectorPanel, document: Document
) -> None:
    choices = [("dense_1",), ("dropout_1",), (), ("data_1",), ("dense_1", "dense_2"), ("dense_2",)]

    def walk(rounds: int) -> int:
        for number in range(rounds):
            inspector.tabs.setCurrentIndex(number % 3)
            inspector.show_selection(choices[number % len(choices)])
            QApplication.processEvents()
        inspector.tabs.setCurrentIndex(0)
        inspector.show_selection(("dense_1",))
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
        return len(QApplication.allWidgets())

    walk(18)
    QTest.qWait(400)  # the page of the training builds itself when the window has time
    before = walk(18)
    assert walk(102) <= before


@pytest.mark.parametrize("name", ["light", "dark", "projector"])
def test_nothing_is_wider_than_the_column(
    inspector: InspectorPanel, qapp: QApplication, name: str
) -> None:
    look = theme.apply(qapp, name)
    inspector.resize(round(look.size("inspector")), 900)
    for ids in (("dropout_1",), ("data_1",), ("dense_1",), ("softmax_cross_entropy_1",), ()):
        for tab in range(3):
            inspector.show_selection(ids)
            inspector.tabs.setCurrentIndex(tab)
            qapp.processEvents()
            area = inspector._stack.currentWidget()
            content = area.widget()  # type: ignore[attr-defined]
            room = area.viewport().width()  # type: ignore[attr-defined]
            assert content.width() <= room
            assert content.minimumSizeHint().width() <= room


def test_tab_walks_from_the_tabs_through_the_fields_in_their_order(
    inspector: InspectorPanel, qtbot: QtBot
) -> None:
    inspector.show_selection(("dense_1",))
    inspector.show_selection(("dropout_1",))
    qtbot.wait(20)
    form = inspector.properties.form
    assert form is not None
    owners = []
    widget: QWidget = inspector.tabs
    for _ in range(40):
        widget = widget.nextInFocusChain()
        owners += [n for n in form.names() if form.widget(n).isAncestorOf(widget)]
    assert list(dict.fromkeys(owners)) == ["p", "scaling", "new_mask"]
    assert inspector.tabs.nextInFocusChain() is form.widget("p").findChild(QSlider)


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
