"""The compact row of switches above the plots, one a dock."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QAction, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton

from gui import theme
from gui.theme import Theme


class DockRow(QFrame):
    """A compact row of switches, one a dock."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("dock_row")
        self.setProperty("kind", "dockrow")
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Window)
        self._buttons: list[QToolButton] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 3, 12, 3)
        self._row.setSpacing(6)
        self._row.addStretch(1)
        theme.notifier().changed.connect(self._apply_theme)

    def add(self, action: QAction, icon: str, *, is_last: bool = False) -> None:
        """A switch for an action that is checkable; is_last: at the right end."""
        action.setIcon(theme.icon(icon))
        button = QToolButton()
        button.setDefaultAction(action)
        button.setObjectName(f"switch_{action.objectName()}")
        button.setProperty("kind", "chip")
        button.setAccessibleName(action.text())
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._buttons.append(button)
        self._row.insertWidget(self._row.count() - (not is_last), button)
        self._apply_theme(theme.current())

    def minimumSizeHint(self) -> QSize:
        """The row never asks the window to be wider."""
        return QSize(100, super().minimumSizeHint().height())

    def resizeEvent(self, event: Any) -> None:
        """Icons and words, words alone, icons alone: as there is room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        style = Qt.ToolButtonStyle
        forms = (
            style.ToolButtonTextBesideIcon,
            style.ToolButtonTextOnly,
            style.ToolButtonIconOnly,
        )
        for chosen in forms:
            for button in self._buttons:
                button.setToolButtonStyle(chosen)
            needed = sum(button.sizeHint().width() + 6 for button in self._buttons) + 24
            if needed <= self.width():
                return

    @Slot(object)
    def _apply_theme(self, look: Theme) -> None:
        side = round(look.size("icon_small"))
        for button in self._buttons:
            button.setIconSize(QSize(side, side))
        self._fit()
