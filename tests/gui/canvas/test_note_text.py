"""The text of a note fits its box: in smaller letters where there is too little room."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QStyleOptionGraphicsItem

from gui import theme
from gui.canvas.note_item import NoteItem
from model.graph import Note

HEAD = "What to look for\n"
WORDS = "neurons that all say the same learn nothing new and fall silent one after another "


def picture(text: str, width: float, height: float) -> QImage:
    """The note as it is painted at 100 %."""
    item = NoteItem("note", Note(text=text, x=0, y=0, width=width, height=height))
    image = QImage(round(width), round(height), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    item.paint(painter, QStyleOptionGraphicsItem())
    painter.end()
    return image


def first_line_height(image: QImage) -> int:
    """Rows from the first to the last with dark ink of the heading, px."""
    look = theme.current()
    ground = look.color("accentbg").lightness()
    rows = [
        y
        for y in range(6, image.height() - 6)
        if any(
            abs(image.pixelColor(x, y).lightness() - ground) > 60
            for x in range(8, image.width() - 20)
        )
    ]
    end = next((a for a, b in pairwise(rows) if b > a + 1), rows[-1])
    return end - rows[0] + 1


@pytest.mark.parametrize("name", ["light", "dark", "projector"])
def test_the_last_word_of_a_text_that_is_too_long_is_still_painted(
    qapp: QApplication, name: str
) -> None:
    scale = theme.apply(qapp, name).scale
    width, height = 220 * scale, 150 * scale
    text = HEAD + 4 * WORDS
    assert picture(text + "end", width, height) != picture(text + "and", width, height)
    theme.apply(qapp, "light")


def test_letters_shrink_only_where_there_is_too_little_room(qapp: QApplication) -> None:
    theme.apply(qapp, "light")
    roomy = first_line_height(picture(HEAD + WORDS, 260, 400))
    exact = first_line_height(picture(HEAD + WORDS, 260, 140))
    tight = first_line_height(picture(HEAD + 4 * WORDS, 260, 140))
    assert roomy == exact
    assert tight < roomy


def test_nothing_is_painted_over_the_edge_of_a_box_that_is_far_too_small(
    qapp: QApplication,
) -> None:
    theme.apply(qapp, "light")
    empty, full = picture("", 120, 60), picture(HEAD + 20 * WORDS, 120, 60)
    edge = [(x, y) for x in range(120) for y in (*range(4), *range(56, 60))]
    assert all(empty.pixel(x, y) == full.pixel(x, y) for x, y in edge)
