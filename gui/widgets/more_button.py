"""The button » behind which lies what has no room: it opens by mouse, Space, Enter and arrow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from gui import theme

_OPENING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down)


class MoreButton(QToolButton):
    """A button with a menu of actions, away while it holds none."""

    def __init__(self, name: str, tooltip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setToolTip(tooltip)
        self.setAccessibleName(tooltip)
        self.setIcon(theme.icon("chevron-double-right"))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        self.setMenu(menu)
        self.hide()

    def fill(self, groups: Iterable[Sequence[QAction]]) -> None:
        """Offer these actions, a line between two groups; without any the button is away."""
        menu = self.menu()
        menu.clear()
        for group in groups:
            if group and not menu.isEmpty():
                menu.addSeparator()
            for action in group:
                menu.addAction(action)
        self.setVisible(not menu.isEmpty())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and the arrow down open the menu, as Space does."""
        if event.key() in _OPENING:
            self.showMenu()
        else:
            super().keyPressEvent(event)
