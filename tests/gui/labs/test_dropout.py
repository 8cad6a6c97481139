"""The Dropout laboratory shows the masks of the run and three predictions side by side."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontMetricsF
from pytestqt.qtbot import QtBot

from gui.labs.dropout import DropoutPanel
from gui.main_window import MainWindow
from model.layers.batch_norm import BatchNorm
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from tests.gui.conftest import OpenExample
from tests.gui.labs.conftest import open_panel

SIZE = (1400, 900)


def stepped(qtbot: QtBot, window: MainWindow, steps: int) -> MainWindow:
    window.controller.step_batches(steps)
    qtbot.waitUntil(lambda: window.controller.latest.step == steps, timeout=5000)
    return window


def panel_of(qtbot: QtBot, window: MainWindow, node_id: str = "") -> DropoutPanel:
    panel = open_panel(window, DropoutPanel, "dropout", node_id)
    qtbot.waitUntil(lambda: panel._found is not None, timeout=15000)
    return panel


def test_a_design_without_dropout_is_shown_a_built_in_network(
    qtbot: QtBot, open_example: OpenExample
):
    panel = panel_of(qtbot, open_example("xor", SIZE))
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
        "dropout average",
        "dropout share",
        "dropout sub-networks",
        "dropout masks",
        "dropout noise",
    }


def test_the_average_over_samples_is_drawn_beside_the_exact_one(
    qtbot: QtBot, open_example: OpenExample
):
    panel = panel_of(qtbot, open_example("xor", SIZE))
    figure = panel.pictures.average
    assert [run.name for run in figure.runs] == ["mean of T", "scaling", "exact"]
    assert panel._found is not None
    answer = panel._found[3]
    best = int(answer.scaled.argmax())
    assert figure.runs[0].x[0] == 0.0  # T = 1, on an axis of powers of ten
    assert figure.runs[0].y[0] == answer.samples[0, best]
    assert figure.runs[0].y[-1] == pytest.approx(answer.mean[best])
    rows = panel.tables()["dropout average"]
    assert len(rows) == 1 + 100
    low, high = rows[25][2:4]  # T = 25
    assert (high - low) / 2 == pytest.approx(answer.spread[best] / 5)
    assert (high + low) / 2 == pytest.approx(answer.exact[best])
    ticks, _rows = figure._ticks(QFontMetricsF(figure.font()))
    assert (ticks[0][1], ticks[-1][1]) == ("1", "100")


def test_beside_the_open_design_the_small_network_can_be_looked_at(
    qtbot: QtBot, open_example: OpenExample
):
    panel = panel_of(qtbot, open_example("breast_cancer_dropout", SIZE))
    assert panel.is_own
    panel.which.buttons()[1].click()
    qtbot.waitUntil(lambda: panel._found is not None, timeout=15000)
    assert panel._found is not None
    assert panel._found[3].exact is not None
    assert "A built-in network on moons" in panel._said.full_text()
    panel.which.buttons()[0].click()
    qtbot.waitUntil(lambda: panel._found is not None, timeout=15000)
    assert panel._found[3].exact is None


def test_without_an_exact_average_the_band_lies_around_the_mean(
    qtbot: QtBot, open_example: OpenExample
):
    window = stepped(qtbot, open_example("breast_cancer_dropout", SIZE), 3)
    figure = panel_of(qtbot, window).pictures.average
    assert [run.name for run in figure.runs] == ["mean of T", "scaling"]


def test_the_masks_are_those_of_the_open_design_s_run(qtbot: QtBot, open_example: OpenExample):
    window = stepped(qtbot, open_example("breast_cancer_dropout", SIZE), 12)
    panel = panel_of(qtbot, window, "dropout_2")
    assert panel._found is not None
    subject, record, _noise, answer = panel._found
    assert panel.node.currentData() == "dropout_2"
    assert subject.step_count == 12
    assert record.is_exact
    assert record.steps[11 * subject.batch_size] == 12
    assert answer.exact is None
    assert "too many" in panel.why.text()


def test_another_item_and_more_samples_are_asked(qtbot: QtBot, open_example: OpenExample):
    panel = panel_of(qtbot, open_example("xor", SIZE))
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
    assert panel.pictures.cloud.y_name == "neuron 6"


def test_dropout_and_batch_norm_open_their_laboratory_from_their_cards(
    open_example: OpenExample,
):
    labs = open_example("xor", SIZE).labs
    assert "dropout" in [spec.key for spec in labs.of_layer(Dropout())]
    assert "batch_norm" in [spec.key for spec in labs.of_layer(BatchNorm())]
    of_dense = [spec.key for spec in labs.of_layer(Dense())]
    assert "dropout" not in of_dense
    assert "batch_norm" not in of_dense
