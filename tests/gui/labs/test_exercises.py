"""The lecture's questions can be answered, with hints, and marked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.labs.exercises import ExercisePanel
from gui.main_window import MainWindow


@pytest.fixture
def panel(qtbot: QtBot, tmp_path: Path) -> Iterator[ExercisePanel]:
    window = MainWindow(Path("resources/examples/iris.json"), recovery_folder=tmp_path)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: window.controller.latest is not None, timeout=5000)
    window.labs.open("exercises")
    found = window.labs.panels["exercises"]
    assert isinstance(found, ExercisePanel)
    yield found
    window.document.stack.setClean()
    window.close()


def test_every_exercise_of_the_lecture_is_there(panel: ExercisePanel):
    titles = " ".join(panel.choice.item(k).text() for k in range(panel.choice.count()))
    assert panel.choice.count() == 4
    for word in ("Dimensions", "parameters", "p from", "slope"):
        assert word in titles


def test_a_right_answer_counts_and_the_next_question_comes(panel: ExercisePanel):
    question = panel.box.question
    assert question is not None
    assert question.kind == "shape"
    QTest.keyClicks(panel.box.line, question.answer_text)
    QTest.keyClick(panel.box.line, Qt.Key.Key_Return)
    assert "1 right" in panel.marks.text()
    panel.box.next_button.click()
    assert panel.box.question is not question
    assert panel.marks.text().startswith("Question 2")


def test_p_is_asked_about_a_picture_of_real_masks(panel: ExercisePanel):
    row = next(k for k in range(4) if "p from" in panel.choice.item(k).text())
    panel.choice.setCurrentRow(row)
    assert panel.picture.isVisible()
    mask = panel.picture._mask
    assert mask is not None
    share = 1 - mask.mean()
    QTest.keyClicks(panel.box.line, f"{share:.3f}")
    QTest.keyClick(panel.box.line, Qt.Key.Key_Return)
    assert "1 right" in panel.marks.text()
    panel.again.click()
    assert panel.picture._mask is not mask
