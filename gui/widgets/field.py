"""What all fields of a form have in common: a symbol, a description, an error line, two signals."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.formulas import FormulaLabel


class Field(QWidget):
    """One value of a form.

    `edited(value)` comes with every change a user makes, also in the middle of a drag;
    `finished()` when that change is complete, so that undo can keep a drag as one entry.
    `set_value` is for the program and emits nothing.
    """

    edited = Signal(object)
    finished = Signal()

    def __init__(
        self, description: str, symbol: str = "", tooltip: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._tooltip = tooltip
        self.setToolTip(tooltip)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(4)
        self._description = description
        self._error = QLabel()
        self._error.setProperty("role", "error")
        self._error.setWordWrap(True)
        self._error.hide()
        self._symbol = FormulaLabel(symbol, role="maths")
        self._symbol.setVisible(bool(symbol))

    def value(self) -> object:
        """The present value."""
        raise NotImplementedError

    def set_value(self, value: object) -> None:
        """Show a value; emits nothing."""
        raise NotImplementedError

    def description(self) -> str:
        """The words beside the symbol."""
        return self._description

    def error(self) -> str:
        """What is wrong with what was typed; "" = nothing."""
        return self._error.text()

    def set_error(self, sentence: str) -> None:
        """Say below the field what is wrong; "" takes the sentence away."""
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))

    def set_disabled_reason(self, reason: str) -> None:
        """Disable the field and say why when pointed at; "" enables it again."""
        self.setEnabled(not reason)
        self.setToolTip(reason or self._tooltip)

    def _add_header(self, buddy: QWidget | None = None) -> None:
        """The row of symbol and description above the controls."""
        words = QLabel(self._description)
        words.setWordWrap(True)
        if buddy is not None:
            words.setBuddy(buddy)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._symbol, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(words, 1, Qt.AlignmentFlag.AlignVCenter)
        self._rows.addLayout(row)

    def _add_error_row(self) -> None:
        self._rows.addWidget(self._error)
