"""From a card to its curve: the seismograph opens with it standing out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from gui import theme
from gui.plots.delta import DeltaPlot

if TYPE_CHECKING:
    from gui.main_window import MainWindow

_TIP = "Open the seismograph with the curve of this node"
_ONE = "Select one card."
_NOT_YET = "The first δ appears after the first backward pass: press Run."
_NONE = "Nothing below this node learns, so no δ comes here."


class SeismographAction(QObject):
    """An entry of the menu of a card; where there is no curve it says why."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.action = QAction(theme.icon("pulse"), "Show in the seismograph", self)
        self.action.setObjectName("show_in_seismograph")
        self.action.triggered.connect(self.show_chosen)
        window.view.card_actions = (*window.view.card_actions, self.action)
        window.view.selection_changed.connect(self._refresh)
        window.controller.snapshot.connect(self._refresh)
        window.controller.reset_done.connect(self._refresh)
        self._refresh()

    def _chosen(self) -> str:
        chosen = self._window.view.canvas.selection & set(self._window.document.graph)
        return next(iter(chosen)) if len(chosen) == 1 else ""

    @Slot()
    def _refresh(self, _what: object = None) -> None:
        reason = self._why_not()
        if self.action.isEnabled() == bool(reason) or self.action.toolTip() != (reason or _TIP):
            self.action.setEnabled(not reason)
            self.action.setToolTip(reason or _TIP)

    def _why_not(self) -> str:
        chosen, latest = self._chosen(), self._window.controller.latest
        if not chosen:
            return _ONE
        if latest is None or not latest.step:
            return _NOT_YET
        return "" if f"delta:{chosen}" in latest.curves else _NONE

    @Slot()
    def show_chosen(self) -> None:
        """Open the seismograph at the selected node."""
        dock = self._window.docks.docks["delta"]
        self._window.docks.open("delta")
        dock.build()
        if isinstance(dock.panel, DeltaPlot):
            dock.panel.find_node(self._chosen())
