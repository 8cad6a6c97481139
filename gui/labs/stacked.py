"""Pictures one below the other, of which a narrow window shows one at a time."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.labs.pieces import dividing_line


class Stacked(QWidget):
    """names: of the pictures, for tabs. `isolate(k)` shows one of them, `isolate(None)` all."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "panel")
        self.names: list[str] = []
        self._groups: list[list[QWidget]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def add_picture(self, name: str, head: QWidget, picture: QWidget, stretch: int) -> None:
        """Below the others, with a line between."""
        line = dividing_line()
        line.setVisible(bool(self._groups))
        self._column.addWidget(line)
        self._column.addWidget(head)
        self._column.addWidget(picture, stretch)
        self.names.append(name)
        self._groups.append([line, head, picture])

    def isolate(self, number: int | None) -> None:
        """One picture, or all."""
        for k, (line, head, picture) in enumerate(self._groups):
            is_there = number is None or k == number
            line.setVisible(is_there and number is None and k > 0)
            head.setVisible(is_there)
            picture.setVisible(is_there)
