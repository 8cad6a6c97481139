"""The list of problems: all at once, jumps to the node, repairs with one click."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gui.document import Document
from gui.problems import ProblemsPanel
from gui.problems.card import ProblemCard
from model import editing
from model.design import Edit, Wire
from model.layers import LAYERS
from model.problem import Problem


@pytest.fixture
def broken(document: Document) -> Document:
    """The labels are unplugged, and the data have become pictures of 8 by 8."""
    wire = Wire("data_1", "y", "softmax_cross_entropy_1", "target")
    assert document.attempt(editing.remove_wires, [wire])
    assert document.attempt(editing.set_fields, "data_1", {"dataset": "digits"})
    return document


@pytest.fixture
def panel(qtbot: QtBot, broken: Document) -> ProblemsPanel:
    found = ProblemsPanel(broken)
    qtbot.addWidget(found)
    found.resize(328, 500)
    found.show()
    return found


def test_all_problems_are_shown_at_once(panel: ProblemsPanel, broken: Document) -> None:
    assert panel.count == len(broken.inference.problems) == 2
    assert {card.problem.node_id for card in panel.cards} == {
        "dense_1",
        "softmax_cross_entropy_1",
    }
    assert not panel.empty.isVisible()


def test_a_design_without_problems_says_it_can_run(qtbot: QtBot, document: Document) -> None:
    panel = ProblemsPanel(document)
    qtbot.addWidget(panel)
    panel.show()
    assert panel.count == panel.blocking_count == 0
    assert panel.empty.isVisible()


def test_click_and_enter_jump_to_the_node(panel: ProblemsPanel, qtbot: QtBot) -> None:
    for act in (
        lambda card: qtbot.mouseClick(card, Qt.MouseButton.LeftButton),
        lambda card: qtbot.keyClick(card, Qt.Key.Key_Return),
    ):
        with qtbot.waitSignal(panel.node_requested, timeout=1000) as heard:
            act(panel.cards[0])
        assert heard.args == [panel.cards[0].problem.node_id]


def test_arrows_move_between_problems(panel: ProblemsPanel, qtbot: QtBot) -> None:
    panel.activateWindow()
    panel.cards[0].setFocus()
    qtbot.waitUntil(panel.cards[0].hasFocus)
    qtbot.keyClick(panel.cards[0], Qt.Key.Key_Down)
    assert panel.focusWidget() is panel.cards[1]


def test_a_repair_mends_the_design_in_one_undo_step(
    panel: ProblemsPanel, broken: Document, qtbot: QtBot
) -> None:
    before, steps = broken.graph.design(), broken.stack.count()
    card = next(card for card in panel.cards if card.problem.node_id == "dense_1")
    assert "Insert Flatten" in [button.text() for button in card.buttons]
    with qtbot.waitSignal(panel.count_changed, timeout=1000):
        card.buttons[0].click()
    assert broken.stack.count() == steps + 1
    assert "dense_1" not in {problem.node_id for problem in broken.inference.problems}
    broken.stack.undo()
    assert broken.graph.design() == before
    qtbot.waitUntil(lambda: panel.count == 2)


def test_a_repair_that_the_design_has_outrun_does_nothing(
    panel: ProblemsPanel, broken: Document
) -> None:
    card = next(card for card in panel.cards if card.problem.node_id == "dense_1")
    assert broken.attempt(editing.set_fields, "data_1", {"dataset": "iris"})
    steps = broken.stack.count()
    card.buttons[0].click()  # before the list has heard of the edit
    assert broken.stack.count() == steps


def test_a_renamed_node_is_renamed_in_the_list(
    panel: ProblemsPanel, broken: Document, qtbot: QtBot
) -> None:
    broken.attempt(editing.rename, "dense_1", "Hidden layer")
    qtbot.waitUntil(lambda: any("Hidden layer" in c.accessibleName() for c in panel.cards))


def test_very_many_problems_are_shown_in_portions(qtbot: QtBot, document: Document) -> None:
    for _ in range(60):
        document.attempt(editing.add_node, LAYERS["dense"](), 0.0, 0.0)
    panel = ProblemsPanel(document)
    qtbot.addWidget(panel)
    assert panel.count == 60
    assert len(panel.cards) == 40
    panel._more.click()
    assert len(panel.cards) == 60


@pytest.mark.parametrize("width", [240, 420, 900])
def test_the_words_begin_beside_the_icon_whatever_the_width(
    qtbot: QtBot, document: Document, width: int
) -> None:
    edits = tuple(Edit(text, ()) for text in ("Short", "A repair that needs many more words"))
    problem = Problem("", "What is wrong, in a sentence of some length.", repairs=edits)
    card = ProblemCard(problem, document, "Dense 16")
    qtbot.addWidget(card)
    card.resize(width, card.heightForWidth(width))
    card.show()
    icon, title, *_rest = card.findChildren(QLabel)
    assert title.text() == "Dense 16"
    assert title.x() < icon.x() + icon.pixmap().width() + 20
    assert title.geometry().right() > width - 20
    assert all(button.geometry().right() < width for button in card.buttons)
