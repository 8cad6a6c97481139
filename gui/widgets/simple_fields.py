"""A line of text, and a yes or no."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QLineEdit, QWidget

from gui.widgets.field import Field


class TextField(Field):
    """A line of text. `edited` with every letter, `finished` on Enter or when the focus leaves."""

    def __init__(
        self,
        description: str,
        value: str = "",
        *,
        symbol: str = "",
        placeholder: str = "",
        is_code: bool = False,
        tooltip: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(description, symbol, tooltip, parent)
        self._line = QLineEdit(value)
        self._line.setAcceptDrops(False)  # a dropped file is for the window
        self._line.setPlaceholderText(placeholder)
        self._line.setAccessibleName(description)
        self._line.setProperty("mono", is_code)
        self._is_open = False
        self._add_header(buddy=self._line)
        self._rows.addWidget(self._line)
        self._add_error_row()
        self._line.textEdited.connect(self._on_edited)
        self._line.editingFinished.connect(self._on_finished)

    def value(self) -> str:
        """The present text."""
        return self._line.text()

    def set_value(self, value: object) -> None:
        """Show a text; emits nothing and leaves the cursor where it was."""
        text = str(value)
        if text != self._line.text():
            with QSignalBlocker(self._line):
                self._line.setText(text)

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        self._is_open = True
        self.edited.emit(text)

    @Slot()
    def _on_finished(self) -> None:
        if self._is_open:
            self._is_open = False
            self.finished.emit()


class ToggleField(Field):
    """A yes or no."""

    def __init__(
        self,
        description: str,
        value: bool = False,
        *,
        symbol: str = "",
        tooltip: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(description, symbol, tooltip, parent)
        self._box = QCheckBox()
        self._box.setAccessibleName(description)
        self._box.setChecked(value)
        self._words = _BoxWords(description, self._box)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._symbol, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._box, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._words, 1, Qt.AlignmentFlag.AlignVCenter)
        self._rows.addLayout(row)
        self._add_error_row()
        self._box.toggled.connect(self._on_toggled)

    def value(self) -> bool:
        """Whether it is on."""
        return self._box.isChecked()

    def set_value(self, value: object) -> None:
        """Show on or off; emits nothing."""
        with QSignalBlocker(self._box):
            self._box.setChecked(bool(value))

    @Slot(bool)
    def _on_toggled(self, is_on: bool) -> None:
        self.edited.emit(is_on)
        self.finished.emit()


class _BoxWords(QLabel):
    """The words beside a check box, in as many lines as they need; a click on them is one on it."""

    def __init__(self, text: str, box: QCheckBox) -> None:
        super().__init__(text)
        self._box = box
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tick the box, where the button is let go on the words."""
        is_here = self.rect().contains(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and is_here:
            self._box.setFocus(Qt.FocusReason.MouseFocusReason)
            self._box.click()
