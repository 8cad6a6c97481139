"""The form of the window for a lecture: large canvas, phases, one run button, a small loss card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Slot
from PySide6.QtWidgets import QApplication, QBoxLayout, QFrame, QVBoxLayout

from gui import theme
from gui.canvas.framing import cut_notes
from gui.plots import PLOTS
from gui.stage import BELOW, RIGHT

if TYPE_CHECKING:
    from gui.main_window import MainWindow


SHARES = (1 / 3, 0.28, 0.24)
"""Of the width and height of the canvas: the sizes that the loss has in a corner, if it can."""
DOCKED_SHARE = 2 / 7
LEAST_CARD = QSize(300, 190)


class Presenting(QObject):
    """Switches the form on and off; the panels come back as they were."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.is_on = False
        self._docks: list[str] = []
        self._had = (True, True)
        self.loss_card: LossCard | None = None
        window.actions_by_name["present"].toggled.connect(self._on_toggled)
        window.document.inference_changed.connect(self._on_inference_changed)

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
        self._docks = window.docks.hide_all()
        self._had = (not window.palette_dock.isHidden(), not window.inspector_dock.isHidden())
        for part in (window.palette_dock, window.inspector_dock, window.menu_bar, window.docks.row):
            part.hide()
        window.toolbar.set_presenting(True)
        window.set_escape_leaves(True)
        self._wear("projector")
        if self.loss_card is None:
            self.loss_card = LossCard(window)
            window.frame_clock.stay_last()
        self.fit()
        window.room.fit_soon()
        window.view.setFocus()

    def leave(self) -> None:
        """Everything as it was; what was opened during the lecture is closed."""
        if not self.is_on:
            return
        window = self._window
        if self.loss_card is not None:
            window.stage.take()
            self.loss_card.setParent(window.view)
            self.loss_card.hide()
        window.view.overlays.set_guest(None)
        window.set_escape_leaves(False)
        window.toolbar.set_presenting(False)
        self._wear(window.settings.theme_name)  # while the panels are away: the window stays small
        window.menu_bar.show()
        window.docks.row.show()
        window.palette_dock.setVisible(self._had[0])
        window.inspector_dock.setVisible(self._had[1])
        window.docks.show_only(self._docks)
        self.is_on = False
        window.room.adapt()
        window.docks.settle_soon()
        window.actions_by_name["present"].setChecked(False)
        window.room.fit_soon()

    # the loss

    @Slot(object)
    def _on_inference_changed(self, _inference: object) -> None:
        """The first card has come, or the last one has gone."""
        card, has_cards = self.loss_card, bool(self._window.view.canvas.nodes)
        if self.is_on and card is not None and card.isHidden() == has_cards:
            self._window.room.fit_soon()

    def fit(self) -> None:
        """Show the design, and the loss in a free corner of it; where that would hide a card or a
        note, beside or below the canvas, wherever no note is cut and more of them stays in view."""
        view, card = self._window.view, self.loss_card
        if card is None:
            return
        if not view.canvas.nodes:  # nothing to train; the hint for beginners has the place
            self._float(card, SHARES[0])
            card.hide()
            return
        for share in SHARES:
            self._float(card, share)
            view.fit()
            if not view.overlays.hidden_area(card.geometry()):
                return
        seen = {}
        for side in (RIGHT, BELOW):
            self._dock(card, side)
            cut = cut_notes(view, view.fitted) if view.fitted is not None else 0
            seen[side] = (-cut, self._window.stage.shown_area())
        best = max(seen, key=lambda side: seen[side])
        if best != BELOW:
            self._dock(card, best)

    def _float(self, card: LossCard, share: float) -> None:
        view = self._window.view
        self._window.stage.take()
        card.side, card.share = None, share
        card.setParent(view)
        card.show()
        view.overlays.set_guest(card)

    def _dock(self, card: LossCard, side: QBoxLayout.Direction) -> None:
        view = self._window.view
        view.overlays.set_guest(None, is_bare=True)
        card.side = side
        self._window.stage.put(card, side)
        view.fit()

    def _wear(self, name: str) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication) and theme.current().name != name:
            theme.apply(app, name)


class LossCard(QFrame):
    """The loss in the corner of the canvas."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window.view)
        self.setObjectName("loss_card")
        self.setProperty("kind", "card")
        self._view = window.view
        self._stage = window.stage
        self.share = SHARES[0]
        self.side: QBoxLayout.Direction | None = None
        """Where it takes room from the canvas; `None` = in a corner of it."""
        spec = next(spec for spec in PLOTS if spec.key == "loss")
        self.panel = spec.factory(window.controller, window.document)
        self.panel.setObjectName("loss_card_plot")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(3, 3, 3, 3)
        rows.addWidget(self.panel)

    def sizeHint(self) -> QSize:
        """Its share of the canvas in a corner of it, or of the room it divides with the canvas."""
        room = self._stage.size() if self.side is not None else self._view.size()
        share = DOCKED_SHARE if self.side is not None else self.share
        wanted = QSize(round(room.width() * share), round(room.height() * share))
        return wanted.expandedTo(LEAST_CARD)
