"""The plots' docks: built when first seen, one press away in a row of switches above them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QPalette
from PySide6.QtWidgets import QDockWidget, QFrame, QHBoxLayout, QMainWindow, QToolButton, QWidget

from gui import theme
from gui.document import Document
from gui.plots.header import PlotHeader
from gui.plots.panel import PlotPanel
from gui.plots.spec import PlotSpec
from gui.theme import Theme

MOST_BESIDE = 4
"""Docks beside each other before a further one joins the last as a tab."""


LEAST_SIZE = QSize(200, 120)
MOST_OF_HEIGHT = 0.27
"""The share of the window's height that the docks take at first, at most."""


class PlotDock(QDockWidget):
    """One dock. Its plot is made when it is first shown, but not before `may_build`."""

    built = Signal()

    def __init__(self, spec: PlotSpec, controller: Any, document: Document) -> None:
        super().__init__(spec.title)
        self.spec = spec
        self._controller = controller
        self._document = document
        self.panel: QWidget | None = None
        self.may_build = False
        self.setTitleBarWidget(QWidget(self))
        self.setWidget(QWidget(self))
        self.widget().setMinimumSize(LEAST_SIZE)
        self.setObjectName(f"dock_{spec.key}")
        self.setAllowedAreas(Qt.DockWidgetArea.AllDockWidgetAreas)
        self.visibilityChanged.connect(self._on_visibility_changed)

    def build(self) -> None:
        """Make the plot, if it is not there yet."""
        if self.panel is not None:
            return
        panel = self.spec.factory(self._controller, self._document)
        self.panel = panel
        header = panel.header if isinstance(panel, PlotPanel) else PlotHeader(self.spec.title)
        float_button = header.add_button("dock-window", "Take out of the window, or put back", "")
        close_button = header.add_button("close", f"Close {self.spec.title}", "")
        float_button.setObjectName(f"float_{self.spec.key}")
        close_button.setObjectName(f"close_{self.spec.key}")
        float_button.clicked.connect(self._on_float)
        close_button.clicked.connect(self.close)
        self.setTitleBarWidget(header)
        self.setWidget(panel)
        panel.setMinimumSize(LEAST_SIZE)
        self.built.emit()

    @Slot(bool)
    def _on_visibility_changed(self, is_visible: bool) -> None:
        if is_visible and self.may_build:
            self.build()

    @Slot()
    def _on_float(self) -> None:
        self.setFloating(not self.isFloating())


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
        self._is_short = False

    def add(self, action: QAction, icon: str) -> None:
        """A switch for an action that is checkable."""
        action.setIcon(theme.icon(icon))
        button = QToolButton()
        button.setDefaultAction(action)
        button.setObjectName(f"switch_{action.objectName()}")
        button.setProperty("kind", "chip")
        button.setAccessibleName(action.text())
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._buttons.append(button)
        self._row.insertWidget(self._row.count() - 1, button)
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


class PlotDocks(QObject):
    """All plot docks of a window. `built` after a plot has been made."""

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
        for spec in specs:
            dock = PlotDock(spec, controller, document)
            dock.built.connect(self.built)
            action = dock.toggleViewAction()
            action.setObjectName(f"dock_{spec.key}")
            action.setIconText(spec.short or spec.title)
            action.setToolTip(f"{spec.title}: {spec.help}" if spec.help else spec.title)
            self.docks[spec.key] = dock
            self.row.add(action, spec.icon)

    def place(self) -> None:
        """The layout that the program comes with."""
        area = Qt.DockWidgetArea.BottomDockWidgetArea
        for dock in self.docks.values():
            dock.setFloating(False)
            self._window.addDockWidget(area, dock)
        shown = list(self.docks.values())
        for index, dock in enumerate(shown):
            if index and index < MOST_BESIDE:
                self._window.splitDockWidget(shown[index - 1], dock, Qt.Orientation.Horizontal)
            elif index:
                self._window.tabifyDockWidget(shown[MOST_BESIDE - 1], dock)
        for dock in shown:
            dock.setVisible(dock.spec.is_open_at_first)
        self.set_height()

    @Slot()
    def start(self) -> None:
        """From now on plots are made: once the window has been painted, which they would delay."""
        for dock in self.docks.values():
            dock.may_build = True
            if dock.isVisible():
                dock.build()

    def set_height(self) -> None:
        """The height that the docks have at first."""
        wanted = theme.current().size("bottom_dock")
        height = round(min(wanted, MOST_OF_HEIGHT * self._window.height()))
        shown = [dock for dock in self.docks.values() if not dock.isHidden()]
        heights = [height] * len(shown)
        self._window.resizeDocks(shown, heights, Qt.Orientation.Vertical)

    def open(self, key: str) -> None:
        """Show a dock and bring it to the front."""
        self.docks[key].show()
        self.docks[key].raise_()

    def actions(self) -> list[QAction]:
        """One switch a dock, for the menu."""
        return [dock.toggleViewAction() for dock in self.docks.values()]

    def hide_all(self) -> list[str]:
        """Hide every dock; which were shown."""
        shown = [key for key, dock in self.docks.items() if not dock.isHidden()]
        for dock in self.docks.values():
            dock.hide()
        return shown

    def show_all(self, keys: list[str]) -> None:
        """Show these again."""
        for key in keys:
            self.docks[key].show()
