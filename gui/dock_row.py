"""The compact row of switches above the plots, one a dock."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QAction, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton

from gui import theme
from gui.theme import Theme

MARGIN, GAP = 12, 6


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
        self._row.setContentsMargins(MARGIN, 3, MARGIN, 3)
        self._row.setSpacing(GAP)
        self._staying: list[QToolButton] = []
        self._more = QToolButton()
        self._more.setObjectName("more_docks")
        self._more.setProperty("kind", "chip")
        self._more.setText("More…")
        self._more.setToolTip("Plots for which there is no room in this row")
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._more.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._menu = QMenu(self._more)
        self._menu.setToolTipsVisible(True)
        self._more.setMenu(self._menu)
        self._more.hide()
        self._row.addWidget(self._more)
        self._row.addStretch(1)
        theme.notifier().changed.connect(self._apply_theme)

    def add(self, action: QAction, icon: str, *, is_last: bool = False) -> None:
        """A switch for an action that is checkable; is_last: at the right end, and always there."""
        action.setIcon(theme.icon(icon))
        button = QToolButton()
        button.setDefaultAction(action)
        button.setObjectName(f"switch_{action.objectName()}")
        button.setProperty("kind", "chip")
        button.setAccessibleName(action.text())
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._buttons.append(button)
        if is_last:
            self._staying.append(button)
            self._row.addWidget(button)
        else:
            self._row.insertWidget(self._row.indexOf(self._more), button)
        self._apply_theme(theme.current())

    def minimumSizeHint(self) -> QSize:
        """The row never asks the window to be wider."""
        return QSize(100, super().minimumSizeHint().height())

    def resizeEvent(self, event: Any) -> None:
        """Icons and words, or words alone; what has no room then goes into a menu."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        style = Qt.ToolButtonStyle
        self._more.hide()
        for chosen in (style.ToolButtonTextBesideIcon, style.ToolButtonTextOnly):
            for button in self._buttons:
                button.setVisible(True)
                button.setToolButtonStyle(chosen)
            if self._needed() <= self.width():
                return
        self._more.show()
        self._menu.clear()
        rarer = [button for button in reversed(self._buttons) if button not in self._staying]
        for button in rarer:
            if self._needed() <= self.width():
                break
            button.hide()
        for button in self._buttons:
            if button.isHidden():
                self._menu.addAction(button.defaultAction())

    def _needed(self) -> int:
        shown = [button for button in (*self._buttons, self._more) if not button.isHidden()]
        return sum(button.sizeHint().width() + GAP for button in shown) + 2 * MARGIN

    @Slot(object)
    def _apply_theme(self, look: Theme) -> None:
        side = round(look.size("icon_small"))
        for button in self._buttons:
            button.setIconSize(QSize(side, side))
        self._fit()
