"""The Dropout laboratory shows the masks of the run and three predictions side by side."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.labs.dropout import DropoutPanel
from gui.labs.mode import LabMode
from gui.main_window import MainWindow
from model.layers.batch_norm import BatchNorm
from model.layers.dense import Dense
from model.layers.dropout import Dropout


def opened(qtbot: QtBot, folder: Path, example: str, steps: int = 0) -> MainWindow:
    window = MainWindow(Path(f"resources/examples/{example}.json"), recovery_folder=folder)
    qtbot.addWidget(window)
    window.resize(1400, 900)
    window.show()
    qtbot.waitUntil(lambda: window.controller.latest is not None, timeout=5000)
    if steps:
        window.controller.step_batches(steps)
        qtbot.waitUntil(lambda: window.controller.latest.step == steps, timeout=5000)
    return window


@pytest.fixture
def windows(qtbot: QtBot) -> Iterator[list[MainWindow]]:
    found: list[MainWindow] = []
    yield found
    for window in found:
        window.document.stack.setClean()
        window.close()


def panel_of(qtbot: QtBot, labs: LabMode, node_id: str = "") -> DropoutPanel:
    labs.open("dropout", node_id)
    panel = labs.panels["dropout"]
    assert isinstance(panel, DropoutPanel)
    qtbot.waitUntil(lambda: panel._found is not None, timeout=15000)
    return panel


def test_a_design_without_dropout_is_shown_a_built_in_network(
    qtbot: QtBot, tmp_path: Path, windows: list[MainWindow]
):
    windows.append(opened(qtbot, tmp_path, "xor"))
    panel = panel_of(qtbot, windows[0].labs)
    assert "no Dropout layer" in panel._said.full_text()
    assert "of 256" in panel._said.full_text()
    assert panel._found is not None
    answer = panel._found[3]
    assert answer.exact is not None
    best = int(answer.scaled.argmax())
    assert panel.numbers.numbers["exact"].text() == f"{answer.exact[best]:.4f}"
    assert panel.numbers.numbers["scaled"].text() == f"{answer.scaled[best]:.4f}"
    assert set(panel.tables()) == {
        "dropout predictions",
        "dropout share",
        "dropout sub-networks",
    }


def test_the_masks_are_those_of_the_open_design_s_run(
    qtbot: QtBot, tmp_path: Path, windows: list[MainWindow]
):
    windows.append(opened(qtbot, tmp_path, "breast_cancer_dropout", 12))
    panel = panel_of(qtbot, windows[0].labs, "dropout_2")
    assert panel._found is not None
    subject, record, _noise, answer = panel._found
    assert panel.node.currentData() == "dropout_2"
    assert subject.step_count == 12
    assert record.is_exact
    assert record.steps[11 * subject.batch_size] == 12
    assert answer.exact is None
    assert "too many" in panel.why.text()


def test_another_item_and_more_samples_are_asked(
    qtbot: QtBot, tmp_path: Path, windows: list[MainWindow]
):
    windows.append(opened(qtbot, tmp_path, "xor"))
    panel = panel_of(qtbot, windows[0].labs)
    panel.item.setValue(5)
    panel.samples.set_value(40)
    qtbot.waitUntil(
        lambda: (
            panel._found is not None
            and panel._found[3].item == 4
            and len(panel._found[3].samples) == 40
        ),
        timeout=5000,
    )
    panel.second.setValue(6)
    assert panel.cloud.y_name == "neuron 6"


def test_dropout_and_batch_norm_open_their_laboratory_from_their_cards(
    qtbot: QtBot, tmp_path: Path, windows: list[MainWindow]
):
    windows.append(opened(qtbot, tmp_path, "xor"))
    labs = windows[0].labs
    assert "dropout" in [spec.key for spec in labs.of_layer(Dropout())]
    assert "batch_norm" in [spec.key for spec in labs.of_layer(BatchNorm())]
    of_dense = [spec.key for spec in labs.of_layer(Dense())]
    assert "dropout" not in of_dense
    assert "batch_norm" not in of_dense
