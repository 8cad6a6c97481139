"""A document with a small network, and a stand-in for the training: no thread is needed here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui import theme
from gui.document import Document
from gui.inspector import InspectorPanel
from gui.widgets import Field as FieldWidget
from model import editing
from model.design import Wire
from model.fields import Field
from model.layers import LAYERS
from model.snapshot import Snapshot, SnapshotRequest


class StillController(QObject):
    """What the panels use of a `TrainingController`; a test emits the signals itself."""

    snapshot = Signal(object)
    reset_done = Signal()
    neuron_changed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.latest: Snapshot | None = None
        self.request = SnapshotRequest()

    def want(self, want: str, who: object, on: bool) -> None:
        """A display says what it needs."""

    def ask(self, **changes: object) -> None:
        """A display says what it asks for."""
        self.request = replace(self.request, **changes)


@pytest.fixture(autouse=True)
def light_theme(qapp: QApplication) -> None:
    theme.apply(qapp, "light")


@pytest.fixture
def document(qapp: QApplication) -> Document:
    """Data x -> Dense -> Dropout -> Dense -> loss <- labels, of the iris."""
    found = Document()
    for tag, fields in (
        ("data", {"dataset": "iris"}),
        ("dense", {"units": 8}),
        ("dropout", {}),
        ("dense", {"units": 3}),
        ("softmax_cross_entropy", {}),
    ):
        assert found.attempt(editing.add_node, LAYERS[tag](**fields), 0.0, 0.0)
    for wire in (
        Wire("data_1", "x", "dense_1", "h"),
        Wire("dense_1", "h", "dropout_1", "h"),
        Wire("dropout_1", "h", "dense_2", "h"),
        Wire("dense_2", "h", "softmax_cross_entropy_1", "prediction"),
        Wire("data_1", "y", "softmax_cross_entropy_1", "target"),
    ):
        assert found.attempt(editing.add_wire, wire)
    assert not found.inference.problems
    found.stack.clear()
    return found


@pytest.fixture
def controller(qapp: QApplication) -> StillController:
    return StillController()


@pytest.fixture
def design_bytes(document: Document) -> Callable[[], bytes]:
    """The present design as it would be saved."""
    from model import files

    return lambda: files.to_bytes(document.graph.design())


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
