"""The batch norm microscope shows the engine's own numbers of a batch, its company and its way
back."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from gui.labs.batch_norm import BatchNormPanel
from tests.gui.conftest import OpenExample
from tests.gui.labs.conftest import open_panel


@pytest.fixture
def panel(qtbot: QtBot, open_example: OpenExample) -> BatchNormPanel:
    found = open_panel(open_example("xor", (1400, 900)), BatchNormPanel, "batch_norm")
    qtbot.waitUntil(lambda: found._found is not None, timeout=15000)
    return found


def test_the_batch_has_mean_0_and_deviation_1_after_normalising(panel: BatchNormPanel):
    assert "no Batch norm" in panel._said.full_text()
    assert panel._found is not None
    stages = panel._found.stages
    assert stages.hat.shape == (16, 6)
    np.testing.assert_allclose(stages.hat.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(stages.hat.std(axis=0), 1, rtol=1e-3)
    assert panel.pages["features"].figures().keys() >= {"features before", "features after"}


def test_a_batch_of_one_gives_beta(panel: BatchNormPanel, qtbot: QtBot):
    panel.size.set_value(1)
    panel._on_wish()
    qtbot.waitUntil(lambda: panel._found is not None and len(panel._found.items) == 1, timeout=5000)
    assert "β goes out" in panel._said.full_text()
    assert panel._found is not None
    np.testing.assert_allclose(panel._found.stages.after[0], panel._found.pool.beta)


def test_in_test_mode_the_company_makes_no_difference(panel: BatchNormPanel, qtbot: QtBot):
    panel.mode.buttons()[1].click()
    qtbot.waitUntil(
        lambda: panel._found is not None and not panel._found.wish.is_training, timeout=5000
    )
    assert panel._found is not None
    assert np.ptp(panel._found.jitter, axis=0).max() == 0
    assert "no difference" in panel._said.full_text()


def test_the_way_back_adds_up_to_the_engine_s_delta(panel: BatchNormPanel):
    panel.view.buttons()[2].click()
    assert "sum of three paths" in panel._said.full_text()
    rows = panel.tables()["way back"]
    assert rows[0] == [
        "item", "delta arriving", "direct", "by_variance", "by_mean", "total", "engine",
    ]  # fmt: skip
    for row in rows[1:]:
        assert sum(row[2:5]) == pytest.approx(row[6], abs=1e-14)
    panel.first.setValue(3)
    assert panel.tables()["way back"] != rows
