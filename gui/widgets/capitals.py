"""Small headings in capitals that leave the letters of mathematics as they are."""

from __future__ import annotations

import re

from PySide6.QtWidgets import QLabel

_WORD = re.compile(r"[^\W\d_]+")


def capitals(text: str) -> str:
    """`At this λ` as `AT THIS λ`: x, y and Greek letters mean something else as capitals."""
    return _WORD.sub(lambda word: _raised(word[0]), text)


def _raised(word: str) -> str:
    is_symbol = len(word) == 1 and word not in "Aa"
    return word if is_symbol or not word.isascii() else word.upper()


class CapitalsLabel(QLabel):
    """A small heading that wraps; a screen reader hears it as written."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.setProperty("role", "section")
        self.setWordWrap(True)
        self.set_words(text)

    def set_words(self, text: str) -> None:
        """Show another text."""
        self.setText(capitals(text))
        self.setAccessibleName(text)
