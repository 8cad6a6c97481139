"""Small parts of the tool bar: buttons with an icon, words or a menu, and lines between them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QMenu, QToolButton, QWidget

from gui import theme


def icon_button(action: QAction) -> QToolButton:
    """An action as its icon alone, reached by Tab."""
    button = QToolButton()
    button.setDefaultAction(action)
    button.setObjectName(f"{action.objectName()}_button")
    button.setAccessibleName(action.whatsThis())
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def word_button(name: str, icon: str, text: str, kind: str, token: str = "text2") -> QToolButton:
    """Icon and word; kind: primary, outlined or "" in the style sheet."""
    button = QToolButton()
    button.setObjectName(name)
    button.setProperty("kind", kind)
    button.setIcon(theme.icon(icon, token))
    button.setText(text)
    button.setAccessibleName(text)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def add_menu(button: QToolButton, *actions: QAction) -> None:
    """A menu behind the arrow of a button; the first entry is what the button itself does."""
    menu = QMenu(button)
    for action in actions:
        menu.addAction(action)
    button.setMenu(menu)
    button.setToolTip(actions[0].toolTip())


def upright_line() -> QFrame:
    """An upright line between two groups."""
    found = QFrame()
    found.setProperty("kind", "vline")
    return found


def equal_width(button: QToolButton, *texts: str) -> None:
    """Make a button as wide as the longest of its words: nothing beside it moves."""
    shown = button.text()
    button.setMinimumWidth(0)
    widths = []
    for text in texts:
        button.setText(text)
        widths.append(button.sizeHint().width())
    button.setText(shown)
    button.setMinimumWidth(max(widths))


def width_of(widget: QWidget) -> int:
    """The width that a layout would give a widget, px."""
    return min(max(widget.sizeHint().width(), widget.minimumWidth()), widget.maximumWidth())
