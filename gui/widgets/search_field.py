"""The box to search in: magnifier, text, the key that leads here, a button to clear."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from gui import theme
from gui.theme import Theme
from gui.widgets.labels import Chip


class SearchField(QFrame):
    """A search box.

    `text_changed(text)` with every letter, `submitted()` on Enter, `descended()` on the arrow
    down, so that the list below can take the focus. Escape clears.
    """

    text_changed = Signal(str)
    submitted = Signal()
    descended = Signal()

    def __init__(
        self, placeholder: str, shortcut_hint: str = "/", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("kind", "search")
        self._magnifier = QLabel()
        self._line = QLineEdit()
        self._line.setAcceptDrops(False)  # a dropped file is for the window
        self._line.setPlaceholderText(placeholder)
        self._line.setAccessibleName(placeholder)
        self._hint = Chip(shortcut_hint)
        self._hint.setToolTip(f"Press {shortcut_hint} to search")
        self._clear = QToolButton()
        self._clear.setIcon(theme.icon("close"))
        self._clear.setToolTip("Clear the search (Esc)")
        self._clear.setAccessibleName("Clear the search")
        self._clear.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 6, 0)
        row.setSpacing(8)
        for widget in (self._magnifier, self._line, self._hint, self._clear):
            row.addWidget(widget)
        self.setFocusProxy(self._line)
        self._line.installEventFilter(self)
        self._line.textChanged.connect(self._on_text_changed)
        self._line.returnPressed.connect(self.submitted)
        self._clear.clicked.connect(self._on_clear_clicked)
        self._has_hint = bool(shortcut_hint)
        self._hint.setVisible(self._has_hint)
        self._apply_theme(theme.current())
        theme.notifier().changed.connect(self._apply_theme)

    def text(self) -> str:
        """What is searched for."""
        return self._line.text()

    def set_text(self, text: str) -> None:
        """Search for another text."""
        self._line.setText(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape clears, the arrow down leaves; the frame shows the focus of the line."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape and self._line.text():
                self._line.clear()
                return True
            if event.key() == Qt.Key.Key_Down:
                self.descended.emit()
                return True
        elif event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.setProperty("active", event.type() == QEvent.Type.FocusIn)
            theme.repolish(self)
        return super().eventFilter(watched, event)

    @Slot(str)
    def _on_text_changed(self, text: str) -> None:
        self._hint.setVisible(self._has_hint and not text)
        self._clear.setVisible(bool(text))
        self.text_changed.emit(text)

    @Slot()
    def _on_clear_clicked(self) -> None:
        self._line.clear()
        self._line.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _apply_theme(self, look: Theme) -> None:
        side = round(look.size("icon_small"))
        self._magnifier.setPixmap(
            theme.icon("magnify").pixmap(QSize(side, side), self.devicePixelRatioF())
        )
        self.setFixedHeight(round(look.size("control")))
