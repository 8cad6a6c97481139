"""A view with its head: icon, name, a button that copies it, and one that folds it away."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from gui import theme
from gui.theme import Theme


class Section(QFrame):
    """A view below its head."""

    folded = Signal(bool)

    def __init__(self, name: str, title: str, icon: str, view: QWidget) -> None:
        super().__init__()
        self.setObjectName(f"section_{name}")
        self.view = view
        self._icon_name = icon
        self._icon = QLabel()
        self._title = QLabel(title)
        self._title.setProperty("role", "strong")
        self._fold = QToolButton()
        self._fold.setObjectName(f"fold_{name}")
        self._fold.setCheckable(True)
        self._head = QHBoxLayout()
        self._head.setContentsMargins(16, 4, 8, 4)
        self._head.setSpacing(8)
        self._head.addWidget(self._icon)
        self._head.addWidget(self._title, 1)
        self._head.addWidget(self._fold)
        self._body = QWidget()
        inside = QVBoxLayout(self._body)
        inside.setContentsMargins(16, 0, 16, 12)
        inside.setSpacing(4)
        inside.addWidget(view)
        line = QFrame()
        line.setProperty("kind", "line")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(self._head)
        rows.addWidget(self._body)
        rows.addWidget(line)
        self._buttons: list[QToolButton] = [self._fold]
        self._fold.toggled.connect(self._on_folded)
        theme.notifier().changed.connect(self._apply_theme)
        self._apply_theme(theme.current())
        self._say()

    def add_button(self, name: str, icon: str, tip: str, act: Callable[[], None]) -> QToolButton:
        """A button beside the name."""
        button = QToolButton()
        button.setObjectName(name)
        button.setIcon(theme.icon(icon))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.clicked.connect(act)
        self._head.insertWidget(self._head.count() - 1, button)
        self._buttons.append(button)
        self._apply_theme(theme.current())
        return button

    @property
    def is_folded(self) -> bool:
        return self._fold.isChecked()

    def set_folded(self, is_folded: bool) -> None:
        """Put the view away, or show it."""
        self._fold.setChecked(is_folded)

    @Slot(bool)
    def _on_folded(self, is_folded: bool) -> None:
        self._body.setVisible(not is_folded)
        self._say()
        self.folded.emit(is_folded)

    def _say(self) -> None:
        is_folded = self._fold.isChecked()
        tip = f"{'Show' if is_folded else 'Fold away'} {self._title.text().lower()}"
        self._fold.setIcon(theme.icon("chevron-right" if is_folded else "chevron-down"))
        self._fold.setToolTip(tip)
        self._fold.setAccessibleName(tip)

    @Slot(object)
    def _apply_theme(self, look: Theme) -> None:
        side = round(look.size("icon_small"))
        self._icon.setPixmap(theme.icon(self._icon_name).pixmap(side, side))
        for button in self._buttons:
            button.setIconSize(QSize(side, side))
