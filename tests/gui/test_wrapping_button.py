"""Buttons with many words fit into narrow places."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui import theme
from gui.document import Document
from gui.problems import ProblemsPanel
from gui.widgets.wrapping_button import WrappingButton
from model import editing
from model.layers.dense import Dense
from model.layers.losses import SoftmaxCrossEntropy
from model.layers.source import DataSource

WORDS = "Connect Dense 16 as the prediction"


def lines_of(button: WrappingButton) -> list[str]:
    return str(button.property("text")).split("\n")


@pytest.mark.parametrize("name", ["light", "dark", "projector"])
def test_every_line_of_a_narrow_button_is_seen(qapp: QApplication, qtbot: QtBot, name: str) -> None:
    theme.apply(qapp, name)
    box = QWidget()
    qtbot.addWidget(box)
    column = QVBoxLayout(box)
    button = WrappingButton(WORDS)
    column.addWidget(button)
    column.addStretch(1)
    box.resize(800, 400)
    box.show()
    assert lines_of(button) == [WORDS]
    one_line = button.height()
    box.resize(round(button.sizeHint().width() * 0.6) + 24, 400)
    qapp.processEvents()
    lines = lines_of(button)
    assert len(lines) > 1
    assert " ".join(lines) == WORDS == button.text()
    spacing = button.fontMetrics().lineSpacing()
    assert button.height() >= one_line + (len(lines) - 2) * spacing
    assert button.height() >= len(lines) * spacing
    widest = max(button.fontMetrics().horizontalAdvance(line) for line in lines)
    assert widest < button.width()
    theme.apply(qapp, "light")


def test_problems_in_a_narrow_dock_are_not_cut_off(qapp: QApplication, qtbot: QtBot) -> None:
    theme.apply(qapp, "light")
    document = Document()
    for layer in (DataSource(dataset="digits"), Dense(units=16), SoftmaxCrossEntropy()):
        assert document.attempt(editing.add_node, layer, 0.0, 0.0)
    panel = ProblemsPanel(document)
    qtbot.addWidget(panel)
    panel.resize(200, 600)
    panel.show()
    qapp.processEvents()
    assert any(card.buttons for card in panel.cards)
    for card in panel.cards:
        assert card.mapTo(panel, card.rect().topRight()).x() < panel.width()


def test_what_keeps_the_design_from_running_comes_first(qapp: QApplication, qtbot: QtBot) -> None:
    document = Document()
    for layer in (DataSource(dataset="digits"), Dense(units=16)):
        assert document.attempt(editing.add_node, layer, 0.0, 0.0)
    panel = ProblemsPanel(document)
    qtbot.addWidget(panel)
    assert [card.problem.is_blocking for card in panel.cards] == [True, False, False]
