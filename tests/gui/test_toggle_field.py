"""A yes or no with many words fits into a narrow column."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel
from pytestqt.qtbot import QtBot

from gui import theme
from gui.widgets import Choice, ChoiceField, ToggleField

WORDS = "Make up for the zeros that mean and square start with"


@pytest.mark.parametrize("name", ["light", "dark", "projector"])
def test_the_words_of_a_toggle_take_as_many_lines_as_they_need(
    qapp: QApplication, qtbot: QtBot, name: str
) -> None:
    theme.apply(qapp, name)
    field = ToggleField(WORDS)
    qtbot.addWidget(field)
    field.resize(200, 200)
    field.show()
    words = next(label for label in field.findChildren(QLabel) if label.text() == WORDS)
    assert field.minimumSizeHint().width() <= 200
    assert words.height() >= words.heightForWidth(words.width())
    assert words.height() >= 2 * words.fontMetrics().lineSpacing()
    theme.apply(qapp, "light")


def test_a_click_on_the_words_ticks_the_box(qtbot: QtBot) -> None:
    field = ToggleField(WORDS)
    qtbot.addWidget(field)
    field.show()
    words = next(label for label in field.findChildren(QLabel) if label.text() == WORDS)
    with qtbot.waitSignal(field.edited, timeout=1000) as heard:
        qtbot.mouseClick(words, Qt.MouseButton.LeftButton)
    assert heard.args == [True]
    assert field.value() is True
    box = field.findChild(QCheckBox)
    assert box is not None
    assert box.accessibleName() == WORDS


def test_a_list_with_long_words_is_no_wider_than_its_column(qtbot: QtBot) -> None:
    words = [f"{number}: the labels, and whatever else a long caption says" for number in range(5)]
    field = ChoiceField("What port y gives", [Choice(text, text) for text in words], words[0])
    qtbot.addWidget(field)
    field.resize(200, 100)
    field.show()
    assert field.minimumSizeHint().width() <= 200
    combo = field.findChild(QComboBox)
    assert combo is not None
    combo.showPopup()
    assert combo.view().width() >= combo.view().sizeHintForColumn(0)
    combo.hidePopup()
