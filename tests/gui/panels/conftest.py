"""A document with a small network, and a stand-in for the training: no thread is needed here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.document import Document
from model import editing
from model.graph import Wire
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
