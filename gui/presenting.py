"""The form of the window for a lecture: large canvas, phases, one run button, a small loss card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Slot
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout

from gui import theme
from gui.plots import PLOTS

if TYPE_CHECKING:
    from gui.main_window import MainWindow


class Presenting(QObject):
    """Switches the form on and off; the panels come back as they were."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.is_on = False
        self._panels: list[str] = []
        self._had = (True, True)
        self.loss_card: LossCard | None = None
        window.actions_by_name["present"].toggled.connect(self._on_toggled)

    @Slot(bool)
    def _on_toggled(self, is_on: bool) -> None:
        if is_on:
            self.enter()
        else:
            self.leave()

    def enter(self) -> None:
        """Put the panels away and everything else large."""
        if self.is_on:
            return
        window = self._window
        self.is_on = True
        self._panels = window.docks.hide_all()
        self._had = (not window.palette_dock.isHidden(), not window.inspector_dock.isHidden())
        for part in (window.palette_dock, window.inspector_dock, window.menu_bar, window.docks.row):
            part.hide()
        window.toolbar.set_presenting(True)
        window.set_escape_leaves(True)
        self._wear("projector")
        self._show_card()
        window.room.fit_soon()
        window.view.setFocus()

    def leave(self) -> None:
        """Everything as it was."""
        if not self.is_on:
            return
        window = self._window
        self.is_on = False
        if self.loss_card is not None:
            self.loss_card.hide()
            window.view.overlays.set_guest(None)
        window.set_escape_leaves(False)
        window.toolbar.set_presenting(False)
        window.menu_bar.show()
        window.docks.row.show()
        window.palette_dock.setVisible(self._had[0])
        window.inspector_dock.setVisible(self._had[1])
        window.docks.show_all(self._panels)
        self._wear(window.settings.theme_name)
        window.actions_by_name["present"].setChecked(False)
        window.room.fit_soon()

    def _wear(self, name: str) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication) and theme.current().name != name:
            theme.apply(app, name)

    def _show_card(self) -> None:
        if self.loss_card is None:
            self.loss_card = LossCard(self._window)
            self._window.frame_clock.stay_last()
        self.loss_card.show()
        self._window.view.overlays.set_guest(self.loss_card)


class LossCard(QFrame):
    """The loss in the corner of the canvas."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window.view)
        self.setObjectName("loss_card")
        self.setProperty("kind", "card")
        self._view = window.view
        spec = next(spec for spec in PLOTS if spec.key == "loss")
        self.panel = spec.factory(window.controller, window.document)
        self.panel.setObjectName("loss_card_plot")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(3, 3, 3, 3)
        rows.addWidget(self.panel)

    def sizeHint(self) -> QSize:
        """A third of the canvas."""
        room = self._view.size()
        return QSize(max(300, room.width() // 3), max(200, room.height() // 3))
