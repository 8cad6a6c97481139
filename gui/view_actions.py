"""Panels, themes, full screen, help: what the View and Help menus do to the window."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QApplication, QDockWidget

from gui import theme
from gui.actions import Actions
from gui.theme import Theme
from gui.widgets.walking import widgets_in

if TYPE_CHECKING:
    from gui.main_window import MainWindow

THEMES: Final = ("light", "dark", "projector")


class ViewActions(QObject):
    """Connects the actions of the View and Help menus with the window."""

    def __init__(self, window: MainWindow, actions: Actions) -> None:
        super().__init__(window)
        self._window = window
        self._actions = actions
        self._switches: dict[QObject, QAction] = {}
        self._group = QActionGroup(self)
        for name in THEMES:
            self._group.addAction(actions[f"theme_{name}"])
        self._group.triggered.connect(self._on_theme_chosen)
        actions["next_theme"].triggered.connect(self.next_theme)
        actions["full_screen"].toggled.connect(self._on_full_screen)
        actions["reset_layout"].triggered.connect(window.reset_layout)
        actions["next_panel"].triggered.connect(self.next_panel)
        actions["find_layer"].triggered.connect(self._on_find_layer)
        actions["shortcuts"].triggered.connect(self.show_shortcuts)
        actions["about"].triggered.connect(self.show_about)
        self._tie("show_palette", window.palette_dock)
        self._tie("show_inspector", window.inspector_dock)
        theme.notifier().changed.connect(self._on_theme_changed)
        self._on_theme_changed(theme.current())

    def _tie(self, name: str, dock: QDockWidget) -> None:
        action = self._actions[name]
        action.setChecked(True)
        action.triggered[bool].connect(dock.setVisible)  # without [bool] Qt sends nothing
        self._switches[dock] = action
        dock.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A switch is lit while its panel is there, also before the window is first shown: the
        dock's own toggle action hears of nothing until then."""
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            action = self._switches.get(watched)
            if action is not None and isinstance(watched, QDockWidget):
                action.setChecked(not watched.isHidden())
        return super().eventFilter(watched, event)

    def remember_flags(self) -> None:
        """Switches of the canvas are as they were left."""
        settings = self._window.settings
        for menu in self._window.view.actions_for_menu().values():
            for action in menu:
                if action is not None and action.isCheckable():
                    key = f"canvas/{action.objectName()}"
                    action.setChecked(settings.flag(key, action.isChecked()))
                    action.toggled.connect(partial(settings.set_flag, key))

    # themes

    def choose_theme(self, name: str) -> None:
        """Put on a theme and remember it."""
        self._window.settings.theme_name = name
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply(app, name)

    @Slot()
    def next_theme(self) -> None:
        """Light, dark, projector, in turn."""
        at = THEMES.index(theme.current().name)
        self.choose_theme(THEMES[(at + 1) % len(THEMES)])

    @Slot(object)
    def _on_theme_chosen(self, action: QObject) -> None:
        self.choose_theme(action.objectName().removeprefix("theme_"))

    @Slot(object)
    def _on_theme_changed(self, look: Theme) -> None:
        self._actions[f"theme_{look.name}"].setChecked(True)

    # window

    @Slot(bool)
    def _on_full_screen(self, is_full: bool) -> None:
        window = self._window
        state = window.windowState()
        full = Qt.WindowState.WindowFullScreen
        window.setWindowState(state | full if is_full else state & ~full)

    @Slot()
    def next_panel(self) -> None:
        """Move the keyboard: palette, a message, canvas, inspector, plots, tool bar, and round."""
        window = self._window
        stops = [window.palette_panel, window.message_bar, window.view, window.inspector]
        stops += [dock for dock in window.docks.docks.values() if dock.isVisible()]
        stops.append(window.toolbar)
        shown = [stop for stop in stops if stop.isVisible()]
        focus = QApplication.focusWidget()
        at = next(
            (i for i, s in enumerate(shown) if focus and (s is focus or s.isAncestorOf(focus))), -1
        )
        for offset in range(1, len(shown) + 1):
            stop = shown[(at + offset) % len(shown)]
            if stop is window.palette_panel and not window.palette_panel.is_rail:
                window.palette_panel.focus_search()
                return
            if _focus_into(stop):
                return

    @Slot()
    def _on_find_layer(self) -> None:
        self._window.palette_dock.show()
        self._window.palette_panel.focus_search()

    # help

    @Slot()
    def show_shortcuts(self) -> None:
        """The sheet of keys and mouse."""
        from gui.help import HelpSheet, all_lines

        lines = all_lines(self._actions, self._window.view.actions_for_menu())
        sheet = HelpSheet(lines, self._window)
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.open()

    @Slot()
    def show_about(self) -> None:
        """Versions and licences."""
        from gui.help import AboutDialog
        from main import VERSION

        dialog = AboutDialog(VERSION, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()


def _focus_into(widget: object) -> bool:
    """Focus a widget, or the first one in it that takes the focus by Tab."""
    from PySide6.QtWidgets import QWidget

    if not isinstance(widget, QWidget):
        return False
    reason = Qt.FocusReason.ShortcutFocusReason
    inside = [widget, *widgets_in(widget)]
    for candidate in inside:
        takes = candidate.focusPolicy() & Qt.FocusPolicy.TabFocus
        if takes and candidate.isVisible() and candidate.isEnabled():
            candidate.setFocus(reason)
            return True
    return False
