"""Walks over the widgets inside another.

From parent to child: `findChildren` would make PySide believe that all that it finds belongs to
the widget asked, and the garbage collector would then destroy living widgets.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def widgets_in(widget: QWidget) -> Iterator[QWidget]:
    """All widgets inside, each before what it holds, in the order in which they were built."""
    for child in widget.children():
        if isinstance(child, QWidget):
            yield child
            yield from widgets_in(child)


def focusable(widget: QWidget) -> Iterator[QWidget]:
    """What Tab can reach inside a widget, in the order in which it was built."""
    for child in widget.children():
        if not isinstance(child, QWidget) or child.isWindow() or child.isHidden():
            continue
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.focusProxy() is None:
            yield child
        yield from focusable(child)
