"""Small parts of which the stages of the laboratories are put together."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.widgets import ElidedLabel


def head_row(label: ElidedLabel, *choices: QWidget) -> QWidget:
    """The heading of a picture, with what can be chosen about it at the right."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(14, 8, 12, 4)
    row.setSpacing(8)
    row.addWidget(label, 1)
    for choice in choices:
        row.addWidget(choice)
    return holder


def dividing_line() -> QFrame:
    """A hairline from side to side."""
    line = QFrame()
    line.setProperty("kind", "line")
    return line


def scrolled(content: QWidget) -> QScrollArea:
    """Up and down only; keys go to the laboratory."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    return area


def icon_button(icon: str, tip: str, name: str) -> QToolButton:
    """A button with a picture only."""
    button = QToolButton()
    button.setObjectName(name)
    button.setIcon(theme.icon(icon))
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def chip_toggle(words: str, tip: str, name: str) -> QToolButton:
    """A word that is on or off."""
    button = QToolButton()
    button.setObjectName(name)
    button.setProperty("kind", "chip")
    button.setText(words)
    button.setCheckable(True)
    button.setToolTip(tip)
    return button


def headed(text: str, picture: QWidget) -> QWidget:
    """A picture below its heading."""
    page = QWidget()
    page.setProperty("kind", "panel")
    column = QVBoxLayout(page)
    column.setContentsMargins(12, 10, 12, 8)
    column.setSpacing(4)
    head = QLabel(text)
    head.setProperty("role", "strong")
    column.addWidget(head)
    column.addWidget(picture, 1)
    return page
