"""The averaging laboratory trains copies, shows what it knows on the way, and can be stopped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.labs.averaging import AveragingPanel
from gui.main_window import MainWindow


@pytest.fixture
def panel(qtbot: QtBot, tmp_path: Path) -> Iterator[AveragingPanel]:
    window = MainWindow(Path("resources/examples/xor.json"), recovery_folder=tmp_path)
    qtbot.addWidget(window)
    window.resize(1400, 900)
    window.show()
    qtbot.waitUntil(lambda: window.controller.latest is not None, timeout=5000)
    window.labs.open("averaging")
    found = window.labs.panels["averaging"]
    assert isinstance(found, AveragingPanel)
    found.job.cancel()
    found.count.set_value(3)
    found.steps.set_value(20)
    found.train.click()
    yield found
    window.document.stack.setClean()
    window.close()


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


def test_a_network_that_writes_is_told_why_not(qtbot: QtBot, tmp_path: Path):
    window = MainWindow(
        Path("resources/examples/transformer_reverse.json"), recovery_folder=tmp_path
    )
    qtbot.addWidget(window)
    window.show()
    window.labs.open("averaging")
    panel = window.labs.panels["averaging"]
    assert isinstance(panel, AveragingPanel)
    panel.count.set_value(2)
    panel.steps.set_value(1)
    panel.train.click()
    qtbot.waitUntil(lambda: "one thing an item" in panel._said.full_text(), timeout=15000)
    assert "one thing an item" in panel.map.empty_text
    window.document.stack.setClean()
    window.close()
