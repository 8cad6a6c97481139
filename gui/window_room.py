"""How the window shares its room out: rail or palette, inspector or not, and the design in view."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Slot

from gui import theme
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
FIT_MS = 60
SETTLE_S = 1.0
"""A window manager may resize the window so long after it is shown."""


class WindowRoom(QObject):
    """Folds and unfolds panels at the moment when the width asks for it, and no other time."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._was_narrow: bool | None = None
        self._has_folded_inspector = False
        self._settled_at = 0.0
        self._scale = theme.current().scale
        self._waits_for_first_picture = False
        self._fit_timer = QTimer(self, singleShot=True, interval=FIT_MS)
        self._fit_timer.timeout.connect(window.view.fit)
        window.document.opened.connect(self._on_opened)
        window.controller.snapshot.connect(self._on_first_picture)
        theme.notifier().changed.connect(self._on_theme_changed)

    # panels

    def on_shown(self) -> None:
        """The window has a size now."""
        self._settled_at = time.monotonic() + SETTLE_S
        if self._window.settings.layout.isEmpty():
            self.set_side_widths()
            self._window.docks.set_height()

    def on_resized(self) -> None:
        """Adapt the panels to the width; until the window is settled, keep the design in view."""
        self.adapt()
        if time.monotonic() < self._settled_at:
            self.fit_soon()
            if self._window.settings.layout.isEmpty():
                self._window.docks.set_height()

    def forget(self) -> None:
        """Adapt as if for the first time."""
        self._was_narrow = None
        self._has_folded_inspector = False
        self.adapt()

    def adapt(self) -> None:
        """Fold the panels on a narrow window, unfold them on a wide one, as it changes."""
        window, look = self._window, theme.current()
        is_narrow = window.width() <= NARROW * look.scale
        if is_narrow != self._was_narrow:
            self._was_narrow = is_narrow
            window.palette_panel.set_rail(is_narrow)
            self.set_side_widths()
        left = window.width() - look.size("rail") - look.size("inspector")
        if window.is_presenting or (left < LEAST_CANVAS) == self._has_folded_inspector:
            return
        self._has_folded_inspector = left < LEAST_CANVAS
        window.inspector_dock.setVisible(not self._has_folded_inspector)

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
        if look.scale != self._scale:  # every card has another size
            self._scale = look.scale
            self.fit_soon()

    # the design in view

    def fit_soon(self) -> None:
        """Show the whole design once panels and boxes have taken their places."""
        self._fit_timer.start()

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
