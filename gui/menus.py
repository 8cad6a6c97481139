"""The menu bar, put together from the actions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from gui.actions import Actions
from gui.file_actions import FileActions

Entry = str | QMenu | QAction | None
"""The name of an action, a submenu, a foreign action, or a line."""


def fill_menu_bar(
    bar: QMenuBar,
    actions: Actions,
    file_actions: FileActions,
    docks: Iterable[QAction],
    canvas: Mapping[str, Sequence[QAction | None]],
) -> dict[str, QMenu]:
    """Fill the bar; the menus by name. `canvas`: the canvas' actions by menu."""
    arrange = _menu(bar, "Arran&ge", actions, canvas["arrange"])
    arrange.setObjectName("menu_arrange")
    panels = _menu(bar, "Pane&ls", actions, ["show_palette", "show_inspector", None, *docks])
    looks = _menu(bar, "&Theme", actions, ["theme_light", "theme_dark", "theme_projector"])
    entries: dict[str, list[Entry]] = {
        "&File": [
            "new", "new_expression", "open", file_actions.recent_menu,
            file_actions.examples_menu, None, "save", "save_as", None, "quit",
        ],
        "&Edit": [
            "undo", "redo", None, *canvas["edit"], None, "make_goal", "unfold", "fold", "card_size",
            None,
            arrange,
        ],
        "&View": [
            *canvas["view"], None, panels, "find_layer", "next_panel", "reset_layout", None,
            looks, "next_theme", "present", "full_screen",
        ],
        "&Train": [
            "run", "stop", None, "step_batch", "step_epoch", None, "reset", "reset_new_seed",
            "best_step", None, "slower", "faster", "full_speed", None, "show_problems",
        ],
        "&Debug": [
            "debug", None, "debug_step", "debug_back", "debug_to_node", "debug_to_phase_end",
            "debug_play", "debug_restart", None, "debug_breakpoint",
        ],
        "&Laboratories": [],
        "&Help": ["shortcuts", "about"],
    }  # fmt: skip
    menus: dict[str, QMenu] = {}
    for title, parts in entries.items():
        menu = _menu(bar, title, actions, parts)
        name = title.replace("&", "")
        menu.setObjectName(f"menu_{name.lower()}")
        bar.addMenu(menu)
        menus[name] = menu
    return menus


def add_time_menu(train: QMenu, time: QMenu) -> None:
    """The time machine stands before the last group of the menu Train."""
    lines = [action for action in train.actions() if action.isSeparator()]
    train.insertSeparator(lines[-1])
    train.insertMenu(lines[-1], time)


def _menu(parent: QWidget, title: str, actions: Actions, parts: Iterable[Entry]) -> QMenu:
    menu = QMenu(title, parent)
    menu.setToolTipsVisible(True)
    for part in parts:
        if part is None:
            menu.addSeparator()
        elif isinstance(part, QMenu):
            menu.addMenu(part)
        else:
            menu.addAction(actions[part] if isinstance(part, str) else part)
    return menu
