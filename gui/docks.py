"""The plots' docks: built when first seen, one press away in a row of switches above them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMainWindow

from gui import theme
from gui.dock_columns import BOTTOM, DockColumns
from gui.dock_row import DockRow
from gui.document import Document
from gui.plot_dock import PlotDock
from gui.plots.spec import PlotSpec

MOST_BESIDE = 5
"""Docks beside each other before a further one joins the last as a tab."""
LEAST_WIDTH = 320
"""Width of a dock, px at a desk, below which a further one rather becomes a tab."""
MOST_OF_HEIGHT = 0.27
"""The share of the window's height that the docks take at first, at most."""


class PlotDocks(QObject):
    """All plot docks of a window. `built` after a plot has been made.

    A dock that opens is in front, and all that stand beside each other are equally wide.
    """

    built = Signal()

    def __init__(
        self,
        window: QMainWindow,
        specs: Sequence[PlotSpec],
        controller: Any,
        document: Document,
    ) -> None:
        super().__init__(window)
        self._window = window
        self.row = DockRow()
        self.docks: dict[str, PlotDock] = {}
        self._columns = DockColumns(window, self.docks)
        self._host: QDockWidget | None = None
        """Has the bottom of the window for a while; plots that open go behind it, as tabs."""
        self._behind: list[PlotDock] = []
        self._sharing = QTimer(self, singleShot=True, interval=0)
        self._sharing.timeout.connect(self.share_width)
        self._settling = QTimer(self, singleShot=True, interval=0)
        self._settling.timeout.connect(self._settle)
        for spec in specs:
            dock = PlotDock(spec, controller, document)
            dock.built.connect(self.built)
            dock.open_requested.connect(self._on_open_requested)
            dock.left.connect(self._sharing.start)
            dock.cramped.connect(self.settle_soon)
            self.docks[spec.key] = dock
            self.row.add(dock.switch, spec.icon)

    # places

    def place(self) -> None:
        """The layout that the program comes with: all beside each other, most of them closed."""
        for dock in self.docks.values():
            dock.setFloating(False)
            self._window.addDockWidget(BOTTOM, dock, Qt.Orientation.Horizontal)
        for dock in self.docks.values():
            dock.setVisible(dock.spec.is_open_at_first)
        self._columns.forget()
        self.set_height()
        self._sharing.start()

    @Slot()
    def start(self) -> None:
        """From now on plots are made: once the window has been painted, which they would delay."""
        for dock in self.docks.values():
            dock.may_build = True
            if dock.is_in_front:
                dock.build()

    def set_height(self) -> None:
        """The height that the docks have at first."""
        wanted = theme.current().size("bottom_dock")
        self._resize_height(round(min(wanted, MOST_OF_HEIGHT * self._window.height())))

    def _resize_height(self, height: int) -> None:
        shown = [column[0] for column in self.columns()]
        self._window.resizeDocks(shown, [height] * len(shown), Qt.Orientation.Vertical)

    def columns(self) -> list[list[PlotDock]]:
        """Shown docks at the bottom of the window; those behind one another together."""
        return self._columns.all()

    @Slot()
    def share_width(self) -> None:
        """All that stand beside each other become equally wide, as far as their heads allow."""
        if self._host is None:
            self._columns.share()

    @Slot()
    def settle_soon(self) -> None:
        """The window or a head has another width: no head is to be cut."""
        self._settling.start()

    @Slot()
    def _settle(self) -> None:
        if self._host is None:
            self._columns.settle()

    def stand_behind(self, host: QDockWidget) -> None:
        """From now on plots open as tabs behind this dock, which needs the width."""
        self._host = host

    def stand_alone(self) -> None:
        """Beside one another again."""
        self._host = None
        for dock in self._behind:
            dock.hide()
            self._window.addDockWidget(BOTTOM, dock, Qt.Orientation.Horizontal)
        self._behind = []

    # opening and closing

    def open(self, key: str) -> None:
        """Show a dock, with room, in front."""
        dock = self.docks[key]
        if dock.isHidden() and not dock.isFloating():
            self._open_docked(dock)
        dock.show()
        dock.raise_()

    def _open_docked(self, dock: PlotDock) -> None:
        if self._host is not None:
            self._window.tabifyDockWidget(self._host, dock)
            self._behind = [each for each in self._behind if each is not dock] + [dock]
            dock.show()
            return
        columns = self.columns()
        height = columns[0][0].height() if columns else 0
        most = int(self._window.width() / (LEAST_WIDTH * theme.current().scale))
        if self._window.dockWidgetArea(dock) == BOTTOM:
            if len(columns) >= min(MOST_BESIDE, max(most, 1)):
                self._window.tabifyDockWidget(columns[-1][-1], dock)
            elif self._window.tabifiedDockWidgets(dock):
                self._window.addDockWidget(BOTTOM, dock, Qt.Orientation.Horizontal)
        dock.show()
        if height:
            self._resize_height(height)
        else:
            self.set_height()
        self.share_width()
        self._sharing.start()  # once more when the plot has been made

    @Slot(object)
    def _on_open_requested(self, dock: PlotDock) -> None:
        self.open(dock.spec.key)

    def actions(self) -> list[QAction]:
        """One switch a dock, for the menu."""
        return [dock.switch for dock in self.docks.values()]

    def hide_all(self) -> list[str]:
        """Hide every dock; which were shown, those in front last."""
        shown = [dock for dock in self.docks.values() if not dock.isHidden()]
        keys = [dock.spec.key for dock in sorted(shown, key=lambda dock: dock.is_in_front)]
        for dock in self.docks.values():
            dock.hide()
        return keys

    def show_only(self, keys: list[str]) -> None:
        """Show these again, the last ones in front, and no others."""
        open_now = {key for key, dock in self.docks.items() if not dock.isHidden()}
        for key, dock in self.docks.items():
            dock.setVisible(key in keys)
        for key in keys:
            self.docks[key].raise_()
        if open_now - set(keys):  # they have taken part in sharing the width
            self._sharing.start()
