"""A formula being typed: the line, what it means or what is wrong, and how it looks in a book."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from gui.formulas import FormulaLabel
from gui.widgets.formula_line import FormulaLine
from gui.widgets.readings import Reader, Reading

_TYPESET_MS = 120  # setting a formula takes a few ms; letters must not wait for it


class FormulaEdit(QWidget):
    """`changed(text)` with every letter; `committed(text)` on Enter and when the focus leaves, if
    the text can be read. What cannot be read stays as it was typed.

    name: of the line, for tests. words: what a screen reader calls it. commits: False where
    somebody else decides when the text counts, such as a dialog.
    """

    changed = Signal(str)
    committed = Signal(str)

    def __init__(
        self,
        reader: Reader,
        text: str = "",
        *,
        name: str = "formula_line",
        words: str = "Formula",
        commits: bool = True,
    ) -> None:
        super().__init__()
        self._commits = commits
        self._reader = reader
        self._kept = text
        self._reading = reader(text)
        self.line = FormulaLine(text)
        self.line.setObjectName(name)
        self.line.setAccessibleName(words)
        self.line.installEventFilter(self)
        self._says = QLabel()
        self._says.setObjectName(f"{name}_says")
        self._says.setWordWrap(True)
        self._says.setTextFormat(Qt.TextFormat.PlainText)
        self.preview = FormulaLabel(role="display")
        self.preview.setObjectName(f"{name}_preview")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        rows.addWidget(self.line)
        rows.addWidget(self._says)
        rows.addWidget(self.preview, 0, Qt.AlignmentFlag.AlignHCenter)
        self._typeset = QTimer(self, singleShot=True, interval=_TYPESET_MS)
        self._typeset.timeout.connect(self._show_preview)
        self.line.textChanged.connect(self._on_text_changed)
        self.line.editingFinished.connect(self.commit)
        self._show_reading()
        self._show_preview()

    def text(self) -> str:
        """What stands in the line."""
        return self.line.text()

    def set_text(self, text: str, *, is_kept: bool = True) -> None:
        """Show a text. is_kept: it is the one that counts now; else it is still to be committed."""
        if is_kept:
            self._kept = text
        if text != self.line.text():
            self.line.setText(text)
        self._show_reading()

    def reading(self) -> Reading:
        """What the present text means."""
        return self._reading

    def is_open(self) -> bool:
        """Whether there is a text that has not been committed."""
        return self._commits and self.line.text() != self._kept

    def give_up(self) -> None:
        """Esc: the text that counts is back."""
        self.set_text(self._kept)

    @Slot()
    def commit(self) -> None:
        """Take the text over, if it can be read and is new."""
        if self.is_open() and not self._reading.is_faulty:
            self._kept = self.line.text()
            self._show_reading()
            self.committed.emit(self._kept)

    @Slot(str)
    def _on_text_changed(self, text: str) -> None:
        self._reading = self._reader(text)
        self._show_reading()
        self._typeset.start()
        self.changed.emit(text)

    def _show_reading(self) -> None:
        reading = self._reading
        self.line.set_fault(*reading.fault, is_faulty=reading.is_faulty)
        says = reading.says
        if not reading.is_faulty and self.is_open():
            says = f"{says.rstrip('.')}. Enter takes it over."
        with QSignalBlocker(self._says):
            self._says.setText(says)
        role = "error" if reading.is_faulty else "caption"
        if self._says.property("role") != role:
            self._says.setProperty("role", role)
            self._says.style().unpolish(self._says)
            self._says.style().polish(self._says)
        self.line.setAccessibleDescription(says)

    @Slot()
    def _show_preview(self) -> None:
        """While the text cannot be read, the last one that could stays."""
        if not self._reading.is_faulty:
            self.preview.set_tex(self._reading.tex)
            self.preview.setVisible(bool(self._reading.tex))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc gives up what has been typed, and goes on to whoever waits for it if nothing has."""
        is_key = event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent)
        if watched is self.line and is_key and event.key() == Qt.Key.Key_Escape and self.is_open():
            self.give_up()
            return True
        return super().eventFilter(watched, event)
