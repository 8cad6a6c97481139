"""How the window shares its room out: rail or palette, inspector or not, and the design in view."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Signal, Slot

from gui import theme
from gui.first_look import FirstLook
from gui.settings import LAYOUT_VERSION
from gui.theme import Theme

if TYPE_CHECKING:
    from gui.main_window import MainWindow

START_SIZE = QSize(1600, 1000)
"""At the first start; on a screen that is not much larger the window fills it."""
MARGIN = 0.9
"""Share of a small screen that the window takes when it is not maximised."""
NARROW = 1366
"""Window width up to which the palette folds to a rail, px at a desk."""
LEAST_CANVAS = 700
"""Below this width of the canvas, px, the inspector is folded away."""
_SEPARATOR = 8
"""Between two docks at most, px."""
FIT_MS = 60
SETTLE_S = 1.0
"""A window manager may resize the window so long after it is shown."""


class WindowRoom(QObject):
    """Folds and unfolds panels at the moment when the width asks for it, and no other time.

    `fitted`: the whole design has just been brought into view, without being asked for.
    """

    fitted = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._was_narrow: bool | None = None
        self._was_tight: bool | None = None
        self._had_both_room = True
        self._settled_at = 0.0
        self._scale = theme.current().scale
        self._waits_for_first_picture = False
        self._fit_timer = QTimer(self, singleShot=True, interval=FIT_MS)
        self._fit_timer.timeout.connect(self.fit)
        window.document.opened.connect(self._on_opened)
        window.controller.snapshot.connect(self._on_first_picture)
        theme.notifier().changed.connect(self._on_theme_changed)
        self._first_look = FirstLook(window)
        self._remember_panels()

    # panels

    def _have_both_room(self) -> bool:
        """Whether palette, inspector and a small canvas fit beside one another."""
        window, look = self._window, theme.current()
        panels = look.size("palette") + look.size("inspector")
        return window.width() >= panels + window.view.minimumWidth() + 2 * _SEPARATOR

    @Slot()
    def _on_palette_widening(self) -> None:
        """Rather than that the window becomes wider, the other side makes way."""
        if not self._have_both_room():
            self._window.inspector_dock.hide()

    @Slot(bool)
    def _on_inspector_toggled(self, is_on: bool) -> None:
        """The switch is set before the inspector is shown."""
        if is_on and not self._window.palette_panel.is_rail and not self._have_both_room():
            self._window.palette_panel.set_rail(True)
            self.set_side_widths()

    def _remember_panels(self) -> None:
        """What the person does to a side panel holds at this kind of width, at the next start too.

        What opens it on the way, such as the search for a layer, holds until then.
        """
        window = self._window
        palette, settings = window.palette_panel, window.settings
        if settings.folded_categories is not None:
            palette.set_folded(settings.folded_categories)
        palette.folds_changed.connect(self._on_folds_changed)
        palette.rail_changed.connect(self._on_rail_changed)
        palette.widening.connect(self._on_palette_widening)
        window.actions_by_name["show_inspector"].toggled.connect(self._on_inspector_toggled)
        window.actions_by_name["show_inspector"].triggered[bool].connect(self._on_inspector_chosen)

    @Slot(object)
    def _on_folds_changed(self, categories: tuple[str, ...]) -> None:
        self._window.settings.folded_categories = categories

    @Slot(bool)
    def _on_rail_changed(self, is_rail: bool) -> None:
        self._window.settings.set_panel_choice("palette", bool(self._was_narrow), not is_rail)
        self.set_side_widths()

    @Slot(bool)
    def _on_inspector_chosen(self, is_open: bool) -> None:
        if self._window.is_presenting:  # after the lecture the panels are as they were
            return
        self._window.settings.set_panel_choice("inspector", bool(self._was_tight), is_open)

    def on_shown(self) -> None:
        """The window has a size now."""
        self._settled_at = time.monotonic() + SETTLE_S
        if self._window.settings.layout.isEmpty():
            self.set_side_widths()
            self._window.docks.set_height()

    def on_resized(self) -> None:
        """Adapt the panels to the width; until the window is settled, keep the design in view."""
        self.adapt()
        self._window.docks.settle_soon()
        is_settling = time.monotonic() < self._settled_at
        if is_settling or self._window.is_presenting:
            self.fit_soon()
        if is_settling and self._window.settings.layout.isEmpty():
            self._window.docks.set_height()

    def forget(self) -> None:
        """Adapt as if for the first time."""
        self._was_narrow = self._was_tight = None
        self._window.palette_panel.set_folded()
        self.adapt()

    def adapt(self) -> None:
        """Fold the panels on a narrow window, unfold them on a wide one, as it changes.

        What the person has chosen for this kind of width goes before.
        """
        window, look, settings = self._window, theme.current(), self._window.settings
        has_both_room = self._have_both_room()
        if has_both_room and not self._had_both_room:  # what had made way may come back
            self._was_narrow = self._was_tight = None
        self._had_both_room = has_both_room
        is_narrow = window.width() <= NARROW * look.scale
        if is_narrow != self._was_narrow:
            self._was_narrow = is_narrow
            is_open = settings.panel_choice("palette", is_narrow)
            window.palette_panel.set_rail(is_narrow if is_open is None else not is_open)
            self.set_side_widths()
        left = window.width() - look.size("rail") - look.size("inspector")
        is_tight = left < LEAST_CANVAS
        if window.is_presenting or is_tight == self._was_tight:
            return
        self._was_tight = is_tight
        if window.debugging.is_open:  # which has put it away, and gives it back as it was
            return
        is_open = settings.panel_choice("inspector", is_tight)
        is_shown = not is_tight if is_open is None else is_open
        self._on_inspector_toggled(is_shown)
        window.inspector_dock.setVisible(is_shown)

    def set_side_widths(self) -> None:
        """The widths that palette and inspector have at first."""
        window = self._window
        widths = [window.palette_panel.sizeHint().width(), round(theme.current().size("inspector"))]
        docks = [window.palette_dock, window.inspector_dock]
        window.resizeDocks(docks, widths, Qt.Orientation.Horizontal)

    @Slot(object)
    def _on_theme_changed(self, look: Theme) -> None:
        self._was_narrow = None
        self.adapt()
        self._window.docks.settle_soon()
        if look.scale != self._scale:  # every card has another size
            self._scale = look.scale
            self.fit_soon()

    # the design in view

    def fit_soon(self) -> None:
        """Show the whole design once panels and boxes have taken their places."""
        self._fit_timer.start()

    @Slot()
    def fit(self) -> None:
        """Show the whole design now; in a lecture, the loss beside it."""
        if self._window.is_presenting:
            self._window.presenting.fit()
        else:
            self._window.view.fit()
        self.fitted.emit()

    @Slot()
    def _on_opened(self) -> None:
        self._waits_for_first_picture = True
        self.fit_soon()

    @Slot(object)
    def _on_first_picture(self, _snapshot: object) -> None:
        """Cards and legend have their size now."""
        if self._waits_for_first_picture:
            self._waits_for_first_picture = False
            self.fit_soon()


def restore_size(window: MainWindow) -> None:
    """Size and layout as they were left, inside of the screen that is there now."""
    settings, room = window.settings, window.screen().availableSize()
    is_first = settings.geometry.isEmpty()
    window.resize(START_SIZE)
    if not is_first:
        window.restoreGeometry(settings.geometry)
    if is_first and room.width() <= START_SIZE.width() * 1.2:
        window.setWindowState(Qt.WindowState.WindowMaximized)
    elif window.width() >= room.width() or window.height() >= room.height():
        # remembered on a larger screen than the projector that is plugged in today
        window.resize(START_SIZE.boundedTo(room * MARGIN))
        window.setWindowState(Qt.WindowState.WindowMaximized)
    if not settings.layout.isEmpty():
        window.restoreState(settings.layout, LAYOUT_VERSION)
