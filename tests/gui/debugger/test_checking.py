"""The gradient check of a walk: badges, verdict, and the curve over the step size."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from model.analysis.gradient_check import GradientReport
from model.analysis.step_sizes import StepCurve
from model.analysis.tolerance import GOOD


class Checking:
    """A window that debugs the XOR network, with the check's panel."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.window = MainWindow(Path("resources/examples/xor.json"), recovery_folder=folder)
        qtbot.addWidget(self.window)
        self.window.resize(1600, 1000)
        self.window.show()
        qtbot.waitUntil(lambda: self.window.controller.latest is not None, timeout=5000)
        self.session = self.window.debugging.session
        self.session.open()
        rooms = self.window.debugging.rooms
        assert rooms.checker is not None
        assert rooms.check is not None
        self.checker, self.panel = rooms.checker, rooms.check
        self.reports: list[GradientReport] = []
        self.curves: list[StepCurve] = []
        self.checker.reported.connect(lambda r: self.reports.append(r) if r else None)
        self.checker.curve_changed.connect(lambda c: self.curves.append(c) if c else None)
        qtbot.waitUntil(lambda: self.panel.chooser.count() > 0, timeout=5000)


@pytest.fixture
def checking(qtbot: QtBot, tmp_path: Path) -> Iterator[Checking]:
    found = Checking(qtbot, tmp_path)
    yield found
    found.window.document.stack.setClean()
    found.window.close()


def test_switched_on_it_finds_every_card_right_and_says_so(checking: Checking, qtbot: QtBot):
    checking.panel.switch.setChecked(True)
    qtbot.waitUntil(lambda: bool(checking.reports), timeout=10_000)
    assert checking.reports[-1].is_good
    assert "are right" in checking.panel.header.caption()
    nodes = checking.window.scene.nodes
    marked = {key for key, item in nodes.items() if item.mark.check is not None}
    assert marked == set(checking.reports[-1].nodes)
    assert not any(item.mark.is_wrong for item in nodes.values())
    checking.panel.switch.setChecked(False)
    assert all(item.mark.check is None for item in nodes.values())


def test_a_wrong_gradient_is_named(checking: Checking):
    key = next(iter(checking.window.scene.nodes))
    wire = checking.window.document.graph.wires()[0]
    report = GradientReport({(key, "W"): 0.5}, {wire: GOOD / 10}, 0.0, 2)
    checking.checker._on_checked(report)
    title = checking.window.document.graph.node(key).title
    assert f"Wrong at {title}" in checking.panel.header.caption()
    assert checking.window.scene.nodes[key].mark.is_wrong


def test_the_curve_has_the_form_of_a_u_and_the_slider_reads_it(checking: Checking, qtbot: QtBot):
    checking.panel.switch.setChecked(True)
    qtbot.waitUntil(lambda: bool(checking.curves), timeout=10_000)
    curve = checking.curves[-1]
    _step, least = curve.best
    assert least < 1e-7
    assert curve.central[0] > 100 * least
    assert curve.central[-1] > 100 * least
    checking.panel.slider.setValue(0)
    text = checking.panel.reading.text()
    assert "h        = 1.0e-12" in text
    assert f"error    = {curve.central[0]:.1e}" in text
    first = curve.node_id, curve.parameter
    checking.panel.chooser.setCurrentIndex(1)
    qtbot.waitUntil(
        lambda: (checking.curves[-1].node_id, checking.curves[-1].parameter) != first,
        timeout=10_000,
    )
