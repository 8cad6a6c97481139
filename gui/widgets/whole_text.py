"""What labels have in common that fit their text into the width they are given."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from gui import theme
from gui.theme import Theme


class WholeTextLabel(QLabel):
    """As wide as its place; a screen reader hears the whole text. A subclass fits it in `fit`."""

    def __init__(self, text: str = "", role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._full = ""
        if role:
            self.setProperty("role", role)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.set_text(text)
        theme.notifier().changed.connect(self._on_theme_changed)

    def full_text(self) -> str:
        """The text before it was fitted."""
        return self._full

    def set_text(self, text: str) -> None:
        """Show another text."""
        self._full = text
        self.setAccessibleName(text)
        self.fit()
        self.updateGeometry()

    def fit(self) -> None:
        """Show of the text what the present width has room for."""
        raise NotImplementedError

    @Slot(object)
    def _on_theme_changed(self, _look: Theme) -> None:
        self.fit()
        self.updateGeometry()
