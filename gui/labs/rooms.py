"""Several pictures beside one another, or one at a time where the window is narrow."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from gui import theme
from gui.labs.stacked import Stacked
from gui.theme import Theme
from gui.widgets import Segmented

_LEAST = 260
"""px of one picture at a desk."""


class Rooms(QWidget):
    """rooms: (name, widget, share of the width), from left to right; borders can be dragged. below:
    (name, widget) under all of them.

    Where there are less than `narrow` px a room, or `low` px of height with something below, all at
    a desk, tabs choose the one that is seen; of a `Stacked` room one picture at a time.
    """

    def __init__(
        self,
        rooms: list[tuple[str, QWidget, int]],
        narrow: int = 330,
        *,
        below: tuple[str, QWidget] | None = None,
        low: int = 420,
    ) -> None:
        super().__init__()
        self._rooms = rooms
        self._narrow, self._low = narrow, low
        self._below = below
        self._is_narrow = False
        self._pages: list[tuple[str, QWidget, int | None]] = []
        for name, widget, _share in rooms:
            parts = widget.names if isinstance(widget, Stacked) else []
            self._pages += [(part, widget, k) for k, part in enumerate(parts)]
            self._pages += [] if parts else [(name, widget, None)]
        if below is not None:
            self._pages.append((*below, None))
        names = [name for name, _widget, _part in self._pages]
        self.tabs = Segmented(list(enumerate(names)), 0, "Picture")
        self.tabs.setObjectName("rooms")
        self.tabs.changed.connect(self._on_tab)
        self._holder = QFrame()
        inner = QHBoxLayout(self._holder)
        inner.setContentsMargins(12, 8, 12, 0)
        inner.addWidget(self.tabs)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        for k, (_name, widget, share) in enumerate(rooms):
            self._splitter.addWidget(widget)
            self._splitter.setStretchFactor(k, share)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._holder)
        self._column.addWidget(self._splitter, 1)
        if below is not None:
            self._column.addWidget(below[1])
        self._holder.hide()
        self._has_sizes = False
        self._absent: set[int] = set()
        theme.notifier().changed.connect(self._on_theme)

    @property
    def is_narrow(self) -> bool:
        """One picture at a time."""
        return self._is_narrow

    def set_absent(self, number: int, *, is_absent: bool) -> None:
        """There is nothing to be seen in this room for the time being."""
        if (number in self._absent) != is_absent:
            self._absent ^= {number}
            self._has_sizes = False
            self.tabs.buttons()[number].setVisible(not is_absent)
            if is_absent and self.tabs.value() == number:
                self.tabs.set_value(next(k for k in range(len(self._pages)) if k != number))
            self._fit()

    def show_room(self, number: int) -> None:
        """Where there is room for one only: this one."""
        self.tabs.set_value(number)
        self._show()

    @Slot(object)
    def _on_tab(self, _number: object) -> None:
        self._show()

    @Slot(object)
    def _on_theme(self, _look: Theme) -> None:
        self._has_sizes = False
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Room for one picture: with less than for all of them, there are tabs."""
        return QSize(round(_LEAST * theme.current().scale), 200)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside one another, or one at a time."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        scale = theme.current().scale
        is_low = self._below is not None and self.height() < self._low * scale
        count = len(self._rooms) - len(self._absent)
        is_narrow = is_low or self.width() < self._narrow * scale * count
        self._is_narrow = is_narrow and len(self._pages) - len(self._absent) > 1
        self._holder.setVisible(self._is_narrow)
        self._show()
        if not self._is_narrow and not self._has_sizes and self.width() > 100:
            shares = [0 if k in self._absent else room[2] for k, room in enumerate(self._rooms)]
            self._splitter.setSizes([self.width() * s // sum(shares) for s in shares])
            self._has_sizes = True

    def _show(self) -> None:
        _name, chosen, part = self._pages[int(str(self.tabs.value()))]
        for widget in {page[1]: None for page in self._pages}:
            if isinstance(widget, Stacked):
                widget.isolate(part if self._is_narrow else None)
            is_there = all(widget is not self._pages[k][1] for k in self._absent)
            widget.setVisible(is_there and (not self._is_narrow or widget is chosen))
        is_below = self._is_narrow and self._below is not None and chosen is self._below[1]
        self._splitter.setVisible(not is_below)
        if self._below is not None:
            self._column.setStretchFactor(self._below[1], 1 if is_below else 0)
