"""The averaging laboratory trains copies, shows what it knows on the way, and can be stopped."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from gui.labs.averaging import AveragingPanel
from tests.gui.conftest import OpenExample
from tests.gui.labs.conftest import open_panel


@pytest.fixture
def panel(open_example: OpenExample) -> AveragingPanel:
    found = open_panel(open_example("xor", (1400, 900)), AveragingPanel, "averaging")
    found.job.cancel()
    found.count.set_value(3)
    found.steps.set_value(20)
    found.train.click()
    return found


def test_the_map_and_the_errors_grow_to_k_networks(panel: AveragingPanel, qtbot: QtBot):
    qtbot.waitUntil(lambda: not panel.job.is_running, timeout=15000)
    assert panel.found is not None
    assert len(panel.found.members) == 3
    assert panel.map.is_plane
    assert len(panel.map._lines) == 3
    assert panel.map.empty_text == ""
    assert "3 networks err by" in panel._said.full_text()
    assert panel.numbers.numbers["average"].text().endswith("%")
    assert panel.numbers.numbers["dropout"].text() == "–"
    rows = panel.tables()["errors of averages"]
    assert [row[0] for row in rows[1:]] == [
        "network 1", "network 2", "network 3", "mean of weights", "average",
    ]  # fmt: skip
    assert panel.controller.latest is not None
    assert panel.controller.latest.step == 0


def test_leaving_stops_the_training(panel: AveragingPanel, qtbot: QtBot):
    panel.steps.set_value(5000)
    panel.train.click()
    assert panel.job.is_running
    panel.leave_wanted.emit()
    qtbot.waitUntil(lambda: not panel.job.is_running, timeout=2000)
    assert not panel.isVisible()


def test_a_network_that_writes_is_told_why_not(qtbot: QtBot, open_example: OpenExample):
    window = open_example("transformer_reverse", None, until_shown=False)
    panel = open_panel(window, AveragingPanel, "averaging")
    panel.count.set_value(2)
    panel.steps.set_value(1)
    panel.train.click()
    qtbot.waitUntil(lambda: "one thing an item" in panel._said.full_text(), timeout=15000)
    assert "one thing an item" in panel.map.empty_text


def test_errors_of_classes_are_drawn_in_per_cent_as_they_are_told(
    panel: AveragingPanel, qtbot: QtBot
):
    qtbot.waitUntil(lambda: not panel.job.is_running, timeout=15000)
    assert panel.curve.y_is_share
    panel.curve.grab()
    assert panel.found is not None
    place = panel.curve.to_screen(1.0, float(panel.found.errors()[0]))
    assert f"network 1: {panel._text(float(panel.found.errors()[0]))}" in panel.curve.text_at(place)
    assert "Dotted" not in panel.legend.text()


def test_what_is_cancelled_says_how_far_it_came(panel: AveragingPanel, qtbot: QtBot):
    panel.steps.set_value(5000)
    panel.train.click()
    panel._cancel.click()
    assert panel._said.full_text().startswith("Stopped after 0 of 3 networks")
    assert panel.map.empty_text == "No network has been trained"
