"""Titles are read in full: smaller, then on several lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui import theme
from gui.widgets.title_label import LEAST_SHARE, TitleLabel, broken, fitted


@pytest.mark.parametrize("name", list(theme.THEMES))
def test_a_title_that_is_too_long_becomes_smaller_then_takes_two_lines(
    qtbot: QtBot, qapp: QApplication, name: str
) -> None:
    font = theme.apply(qapp, name).font("title")
    text = "Softmax cross-entropy"
    full = QFontMetricsF(font).horizontalAdvance(text)
    assert fitted(text, font, full + 1) == (font, [text])
    smaller, lines = fitted(text, font, 0.9 * full)
    assert lines == [text]
    assert LEAST_SHARE * font.pixelSize() - 0.5 <= smaller.pixelSize() < font.pixelSize()
    least, lines = fitted(text, font, 0.6 * full)
    assert lines == ["Softmax cross-", "entropy"]
    assert least.pixelSize() == round(LEAST_SHARE * font.pixelSize())
    theme.apply(qapp, "light")


@given(text=st.text("abcdefg -WM", max_size=60), room=st.integers(60, 300))
def test_no_line_is_wider_than_its_room_and_no_letter_is_lost(
    qapp: QApplication, text: str, room: int
) -> None:
    font = theme.apply(qapp, "light").font("title")
    lines = broken(text, font, room)
    assert all(QFontMetricsF(font).horizontalAdvance(line) <= room for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_a_name_that_somebody_has_typed_at_length_is_shown_when_pointed_at(qtbot: QtBot) -> None:
    label = TitleLabel("a name of many words " * 9)
    qtbot.addWidget(label)
    label.resize(200, 100)
    label.show()
    assert label.text().count("\n") == 2
    assert label.text().endswith("…")
    assert label.toolTip() == label.full_text()
    label.set_text("ReLU")
    assert (label.text(), label.toolTip()) == ("ReLU", "")
