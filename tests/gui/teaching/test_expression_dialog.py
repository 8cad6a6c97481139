"""New from expression: typing, values, sizes of pieces, and what cannot be drawn."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui import theme
from gui.teaching.expression_dialog import EXAMPLE, ExpressionDialog
from gui.teaching.expression_trial import try_out


@pytest.fixture(params=["light", "projector"])
def dialog(qtbot: QtBot, qapp: QApplication, request: pytest.FixtureRequest) -> ExpressionDialog:
    theme.apply(qapp, request.param)
    found = ExpressionDialog()
    qtbot.addWidget(found)
    found.show()
    return found


def typed(dialog: ExpressionDialog, text: str) -> None:
    line = dialog.edit.line
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)
    dialog._try_out()


def nodes(dialog: ExpressionDialog) -> list[str]:
    return dialog._preview.toPlainText().split("\n")


def test_the_lectures_expression_is_the_example_and_enter_draws_it(
    dialog: ExpressionDialog,
) -> None:
    assert dialog.edit.text() == EXAMPLE
    assert nodes(dialog) == [
        "w = 1",
        "x = 2*w + 3 = 5",
        "y = log(x) = 1.6094",
        "z = 2*y**2 - 1 = 4.1806",
        "J = z = 4.1806",
    ]
    QTest.keyClick(dialog.edit.line, Qt.Key.Key_Return)
    assert dialog.result() == ExpressionDialog.DialogCode.Accepted
    assert dialog.expression().text == EXAMPLE
    assert dialog.expression().wants_goal


def test_one_operation_a_node_is_shown_at_once(dialog: ExpressionDialog) -> None:
    dialog.grain._group.button(1).click()
    dialog._try_out()
    assert len(nodes(dialog)) == 8
    assert dialog.expression().granularity == "fine"


def test_a_value_typed_for_a_variable_stays_while_the_formula_is_typed(
    dialog: ExpressionDialog,
) -> None:
    line = dialog.variables._lines["w"]
    line.selectAll()
    QTest.keyClicks(line, "2")
    dialog._try_out()
    assert nodes(dialog)[1] == "x = 2*w + 3 = 7"
    typed(dialog, "w*v")
    assert dialog.variables.typed() == {"w": "2"}
    assert nodes(dialog)[:2] == ["w = 2", "v = 1"]
    assert dialog.expression().values == {"w": "2"}


def test_a_faulty_expression_cannot_be_drawn_and_says_why(dialog: ExpressionDialog) -> None:
    typed(dialog, "2*w +")
    assert not dialog.draw.isEnabled()
    assert "found the end of the formula" in dialog.draw.toolTip()
    QTest.keyClick(dialog.edit.line, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert dialog.edit.text() == "2*w +"


def test_a_faulty_value_cannot_be_drawn_and_says_why(dialog: ExpressionDialog) -> None:
    line = dialog.variables._lines["w"]
    line.selectAll()
    QTest.keyClicks(line, "many")
    dialog._try_out()
    assert not dialog.draw.isEnabled()
    assert "w: 'many'" in dialog._says.text()


def test_what_will_fail_is_told_but_may_be_drawn(dialog: ExpressionDialog) -> None:
    line = dialog.variables._lines["w"]
    line.selectAll()
    QTest.keyClicks(line, "-5")
    dialog._try_out()
    assert "the value is -7" in dialog._says.text()
    assert dialog.draw.isEnabled()


def test_a_vector_is_no_goal(dialog: ExpressionDialog) -> None:
    typed(dialog, "softmax(z)")
    assert not dialog.goal.isEnabled()
    assert "not one number" in dialog.goal.toolTip()
    assert not dialog.expression().wants_goal
    typed(dialog, "sum(softmax(z))")
    assert dialog.goal.isEnabled()


def test_a_design_with_a_loss_gets_no_second_goal_unasked(qtbot: QtBot) -> None:
    found = ExpressionDialog(has_loss=True)
    qtbot.addWidget(found)
    assert not found.goal.isChecked()


def test_escape_draws_nothing(dialog: ExpressionDialog) -> None:
    typed(dialog, "w*v")
    QTest.keyClick(dialog.edit.line, Qt.Key.Key_Escape)
    assert dialog.result() == ExpressionDialog.DialogCode.Rejected


@pytest.mark.parametrize(
    "text",
    ["__import__('os')", "(" * 500, "x" * 501, "1 + 2", "f(x)", "", "x.y", "9**9**9"],
)
def test_hostile_expressions_draw_nothing_and_say_why(text: str) -> None:
    trial = try_out(text, "lecture", {}, wants_goal=True)
    assert trial.fault
    assert not trial.lines


def test_vectors_and_matrices_are_written_by_rows() -> None:
    trial = try_out("W @ v", "lecture", {}, wants_goal=True)
    assert trial.lines[0] == "W = (1, 2; 3, 4)"
    assert trial.lines[-1].endswith(" = (5, 11)")


def test_every_variable_has_a_row_that_can_be_seen(dialog: ExpressionDialog) -> None:
    typed(dialog, "a*b + c*d")
    QApplication.processEvents()
    row = dialog.variables._lines["a"].height()
    if dialog._is_low():  # two at a time; the others are scrolled to
        assert dialog._area.height() >= 2 * row
        assert dialog._area.verticalScrollBar().maximum() > 0
    else:
        assert dialog._area.height() >= 4 * row


def test_the_buttons_stay_on_a_low_screen(dialog: ExpressionDialog) -> None:
    typed(dialog, "a*b + c*d + e*f")
    QApplication.processEvents()
    assert dialog.minimumSizeHint().height() <= dialog.screen().availableSize().height() - 40
