"""The batch norm microscope shows the engine's own numbers of a batch, its company and its way
back."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from gui.labs.batch_norm import BatchNormPanel
from model import editing
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
    panel.batch_size.set_value(1)
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
    panel.view.buttons()[3].click()
    assert "sum of three paths" in panel._said.full_text()
    rows = panel.tables()["way back"]
    assert rows[0] == [
        "item", "delta arriving", "direct", "by_variance", "by_mean", "total", "engine",
    ]  # fmt: skip
    for row in rows[1:]:
        assert sum(row[2:5]) == pytest.approx(row[6], abs=1e-14)
    panel.first.setValue(3)
    assert panel.tables()["way back"] != rows


def test_another_item_s_jitter_is_looked_at(panel: BatchNormPanel, qtbot: QtBot):
    assert panel._found is not None
    pool = panel._found.pool
    panel.item.setValue(30)
    qtbot.waitUntil(lambda: panel._found is not None and panel._found.wish.item == 29, timeout=5000)
    assert panel._found.items[0] == 29
    np.testing.assert_array_equal(panel._found.stages.before[0], pool.h[29])
    np.testing.assert_array_equal(panel._found.jitter, pool.jitter(29, 16, 100))
    test = pool.stages(np.array([29]), is_training=False).after[0]
    assert panel.company.cloud.cross == pytest.approx((test[0], test[1]))
    assert "Item 30 in 100 batches" in panel._said.full_text()


def test_a_click_on_the_crowd_chooses_an_item(panel: BatchNormPanel, qtbot: QtBot):
    panel.view.buttons()[2].click()
    cloud = panel.company.cloud
    qtbot.waitUntil(lambda: cloud.area.width() > 100, timeout=5000)
    x, y = cloud.crowd[77].tolist()
    assert cloud.item_near(x, y) == 77
    cloud.pressed.emit(x, y)
    qtbot.waitUntil(lambda: panel._found is not None and panel._found.wish.item == 77, timeout=5000)
    assert cloud.item_near(1e6, 1e6) == -1


def test_the_built_in_network_is_trained_on_and_the_mode_switched_meanwhile(
    panel: BatchNormPanel, qtbot: QtBot
):
    assert panel._found is not None
    first = panel._found.step
    running = panel._found.stages.running.mean
    panel.train.click()
    assert panel.train.text() == "Pause"
    assert panel.is_training_on
    qtbot.waitUntil(lambda: panel._found.step >= first + 4, timeout=8000)
    panel.mode.buttons()[1].click()
    qtbot.waitUntil(lambda: not panel._found.wish.is_training, timeout=8000)
    assert panel.is_training_on
    assert np.ptp(panel._found.jitter, axis=0).max() == 0
    assert not np.array_equal(panel._found.stages.running.mean, running)
    page = panel.pages["statistics"]
    assert len(page.tables()["statistics over steps"]) > 4
    panel.train.click()
    qtbot.waitUntil(lambda: not panel.is_training_on, timeout=5000)
    assert panel.train.text() == "Train on"
    stood = panel._found.step
    panel.item.setValue(5)
    qtbot.waitUntil(lambda: panel._found.wish.item == 4, timeout=5000)
    assert panel._found.step == stood


def test_the_panel_follows_the_training_of_the_canvas(qtbot: QtBot, open_example: OpenExample):
    window = open_example("mnist_mlp", (1400, 900))
    panel = open_panel(window, BatchNormPanel, "batch_norm")
    qtbot.waitUntil(lambda: panel._found is not None, timeout=15000)
    assert panel._found.step == 0
    panel.batch_size.set_value(8)
    panel.train.click()
    qtbot.waitUntil(lambda: panel.train.text() == "Pause", timeout=5000)
    qtbot.waitUntil(lambda: panel._found.step > 0, timeout=15000)
    panel.mode.buttons()[1].click()
    qtbot.waitUntil(lambda: not panel._found.wish.is_training, timeout=8000)
    panel.train.click()
    qtbot.waitUntil(lambda: not window.controller.is_running, timeout=5000)
    qtbot.waitUntil(lambda: panel._found.step == window.controller.latest.step, timeout=8000)
    assert len(panel._found.items) == 8
    assert panel.train.text() == "Train on"


def test_a_design_that_loses_its_batch_norm_meanwhile_leaves_the_built_in_network(
    qtbot: QtBot, open_example: OpenExample
):
    window = open_example("mnist_mlp", (1400, 900))
    panel = open_panel(window, BatchNormPanel, "batch_norm")
    qtbot.waitUntil(lambda: panel._found is not None, timeout=15000)
    window.document.attempt(editing.remove, ["batch_norm_1"])
    panel._on_look()
    qtbot.waitUntil(
        lambda: panel._found is not None and panel._found.trainer is not None, timeout=15000
    )
    assert window.controller.state != "failed"
    assert "no Batch norm" in panel._said.full_text()


def test_batch_and_running_statistics_stand_side_by_side(panel: BatchNormPanel):
    rows = panel.tables()["statistics"]
    assert rows[0] == ["feature", "batch mean", "running mean", "batch std", "running std"]
    assert panel._found is not None
    stages = panel._found.stages
    np.testing.assert_allclose([row[1] for row in rows[1:]], stages.batch.mean)
    np.testing.assert_allclose([row[4] for row in rows[1:]], np.sqrt(stages.running.var))
    assert set(panel.figures()) >= {"batch norm means", "batch norm mean over steps", "company"}
