"""The tabs Maths and Tensors, and the live numbers of one neuron."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.document import Document
from gui.inspector import InspectorPanel
from gui.inspector.neuron import neuron_view
from gui.inspector.panel import help_text
from gui.inspector.sources import latex_of, numpy_source
from model import editing
from model.layers import LAYERS
from model.snapshot import NodeView, Snapshot
from tests.gui.panels.conftest import StillController


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
