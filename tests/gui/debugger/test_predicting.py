"""Predict first: the walk waits for an answer; faults are planted, found and taken away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from gui.debugger.fault_panel import FaultPanel
from gui.debugger.moment import Moment
from gui.debugger.predict_panel import PredictPanel
from gui.main_window import MainWindow
from gui.widgets.walking import widgets_in
from model.analysis.gradient_check import GradientReport


class Class:
    """A window that debugs an example."""

    def __init__(self, qtbot: QtBot, folder: Path, example: str) -> None:
        self.qtbot = qtbot
        path = Path(f"resources/examples/{example}.json")
        self.window = MainWindow(path, recovery_folder=folder)
        qtbot.addWidget(self.window)
        self.window.resize(1600, 1000)
        self.window.show()
        qtbot.waitUntil(lambda: self.window.controller.latest is not None, timeout=5000)
        self.session = self.window.debugging.session
        self.session.open()
        self.settle()

    @property
    def panel(self) -> PredictPanel:
        found = self.window.debugging.rooms.predict
        assert found is not None
        return found

    @property
    def faults(self) -> FaultPanel:
        tabs = self.window.debugging.rooms.tabs
        found = next(w for k in range(tabs.count()) if isinstance(w := tabs.widget(k), FaultPanel))
        assert isinstance(found, FaultPanel)
        return found

    def settle(self) -> Moment:
        def is_told() -> bool:
            moment = self.session.moment
            is_new = moment is not None and moment.ticket == self.session.ticket
            return is_new and moment is not None and moment.is_described

        self.qtbot.waitUntil(is_told, timeout=5000)
        assert self.session.moment is not None
        return self.session.moment

    def predict(self, scope: str) -> None:
        panel = self.panel
        panel.scope.setCurrentIndex(panel.scope.findData(scope))
        panel.switch.setChecked(True)
        self.qtbot.waitUntil(lambda: panel._predictor.quiz is not None, timeout=5000)
        self.settle()

    def said(self, name: str) -> str:
        labels = [w for w in widgets_in(self.panel) if w.objectName() == name]
        assert isinstance(labels[0], QLabel)
        return labels[0].text()

    def answer(self, text: str) -> None:
        QTest.keyClicks(self.panel.box.line, text)
        QTest.keyClick(self.panel.box.line, Qt.Key.Key_Return)

    def close(self) -> None:
        self.window.document.stack.setClean()
        self.window.close()


@pytest.fixture
def chain(qtbot: QtBot, tmp_path: Path) -> Iterator[Class]:
    found = Class(qtbot, tmp_path, "chain_rule")
    yield found
    found.close()


@pytest.fixture
def net(qtbot: QtBot, tmp_path: Path) -> Iterator[Class]:
    found = Class(qtbot, tmp_path, "xor")
    yield found
    found.close()


def test_the_walk_waits_until_the_value_is_predicted(chain: Class):
    chain.predict("forward")
    chain.session.step()
    assert chain.settle().position == 1, "a variable is given, nothing is asked"
    chain.session.step()
    assert chain.settle().position == 1
    assert "x" in chain.said("quiz_prompt")
    chain.answer("4")
    assert chain.said("quiz_verdict").startswith("✗")
    chain.panel.box.line.clear()
    chain.answer("5,0")
    assert chain.said("quiz_verdict").startswith("✓")
    chain.panel.box.next_button.click()
    moment = chain.settle()
    assert moment.position == 2
    assert moment.last is not None
    assert moment.last.title == "x"
    assert chain.panel.header.caption().startswith("1 of ")


def test_all_deltas_are_asked_in_the_backward_phase_only(chain: Class):
    chain.predict("deltas")
    chain.session.run_to_phase_end()
    assert chain.settle().phase == "backward"
    chain.session.step()
    chain.settle()
    assert "δ" in chain.said("quiz_prompt")
    chain.panel.box.hint_button.click()
    chain.panel.box.hint_button.click()
    chain.panel.box.hint_button.click()
    assert not chain.panel.box.hint_button.isEnabled()
    before = chain.settle().position
    chain.panel.box.next_button.click()
    assert chain.settle().position == before + 1


def test_shapes_are_hidden_on_the_canvas_while_they_are_asked_for(net: Class):
    net.predict("shapes")
    scene = net.window.scene
    assert scene.hides_shapes
    texts = {label.text for w in scene.geometry.routes if (label := scene.wires.label_of(w))}
    assert texts == {"?"}
    net.panel.switch.setChecked(False)
    assert not scene.hides_shapes
    texts = {label.text for w in scene.geometry.routes if (label := scene.wires.label_of(w))}
    assert "?" not in texts


def test_marks_can_be_saved(chain: Class, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    chain.predict("one")
    path = tmp_path / "marks.csv"

    def choose(*_args: object) -> tuple[str, str]:
        return str(path), "Table (*.csv)"

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    chain.panel.save.click()
    assert path.read_text().startswith("question,")


def test_a_planted_fault_is_found_by_the_check_and_named(net: Class, qtbot: QtBot):
    rooms = net.window.debugging.rooms
    net.session.plant_fault("bias_not_summed")
    qtbot.waitUntil(lambda: net.session.fault is not None, timeout=5000)
    fault = net.session.fault
    assert fault is not None
    assert rooms.checker is not None
    reports: list[GradientReport] = []
    rooms.checker.reported.connect(lambda r: reports.append(r) if r else None)
    rooms.checker.switch(True)
    qtbot.waitUntil(lambda: bool(reports), timeout=10_000)
    assert not reports[-1].is_good
    assert reports[-1].nodes[fault.node_id] == reports[-1].worst
    panel = net.faults
    wrong = next(k for k in range(panel.node.count()) if panel.node.itemData(k) != fault.node_id)
    panel.node.setCurrentIndex(wrong)
    panel.judge.click()
    assert panel.verdict.text().startswith("✗")
    panel.node.setCurrentIndex(panel.node.findData(fault.node_id))
    panel.kind.setCurrentIndex(panel.kind.findData("bias_not_summed"))
    panel.judge.click()
    assert panel.verdict.text().startswith("✓")
    panel.plant.click()
    assert net.session.fault is None
    qtbot.waitUntil(lambda: reports[-1].is_good, timeout=10_000)


def test_without_a_fault_the_controls_say_what_to_do(net: Class):
    assert not net.faults.judge.isEnabled()
    assert net.faults.judge.toolTip() == "Plant a fault first"
