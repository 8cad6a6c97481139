"""The field for the number of a step."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QRegularExpressionValidator
from PySide6.QtWidgets import QLineEdit

from gui import theme
from gui.theme import Theme


class StepField(QLineEdit):
    """Enter goes to the step that was typed, the arrow keys to its neighbours, Esc takes the
    typing back. `asked(step)`."""

    asked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("time_step")
        self.setAccessibleName("Step that is shown")
        self.setProperty("mono", True)
        self.setAcceptDrops(False)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setValidator(QRegularExpressionValidator(r"[\d, ]{0,12}", self))
        self._step = self._first = self._last = 0
        self.returnPressed.connect(self._on_entered)
        theme.notifier().changed.connect(self._apply_theme)
        self._apply_theme(theme.current())

    def show_step(self, step: int, first: int, last: int) -> None:
        """The step that is shown, and the range of those that can be."""
        self._first, self._last = first, last
        is_typing = self.hasFocus() and self.isModified()
        if not is_typing and (step != self._step or not self.text()):
            self._step = step
            self.setText(f"{step:,}")
        self._step = step

    @Slot()
    def _on_entered(self) -> None:
        digits = "".join(filter(str.isdecimal, self.text()))
        wanted = max(self._first, min(int(digits), self._last)) if digits else self._step
        self.setModified(False)
        self.setText(f"{wanted:,}")
        self.selectAll()
        if wanted != self._step:
            self.asked.emit(wanted)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down: the steps beside this one."""
        by = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if by is not None and self._first <= self._step + by <= self._last:
            self.setModified(False)
            self.asked.emit(self._step + by)
        elif event.key() == Qt.Key.Key_Escape and self.isModified():
            self._take_back()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """What was typed and not entered is taken back."""
        super().focusOutEvent(event)
        self._take_back()

    def _take_back(self) -> None:
        self.setModified(False)
        self.setText(f"{self._step:,}")

    @Slot(object)
    def _apply_theme(self, look: Theme) -> None:
        width = self.fontMetrics().horizontalAdvance("8,888,888")
        self.setFixedWidth(width + round(24 * look.scale))
