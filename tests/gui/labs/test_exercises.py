"""The lecture's questions can be answered, with hints, and marked."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.labs.exercises import ExercisePanel
from tests.gui.conftest import OpenExample
from tests.gui.labs.conftest import open_panel


@pytest.fixture
def panel(open_example: OpenExample) -> ExercisePanel:
    return open_panel(open_example("iris", None), ExercisePanel, "exercises")


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
