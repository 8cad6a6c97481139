"""Edit and canvas actions: what they do to the selection, and why they cannot when they cannot."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Slot

from gui.actions import ALIGN, EDIT, Actions, set_tip
from gui.document import Document
from gui.settings import Settings

NEEDS_SELECTION = ("cut", "copy", "duplicate", "delete", "rename")
_TIPS = {spec.name: spec.tip for spec in (*EDIT, *ALIGN)}


class CanvasActions(QObject):
    """Connects the actions of the Edit menu and the canvas's view. `view` is a `CanvasView`."""

    def __init__(self, actions: Actions, document: Document, view: Any, settings: Settings) -> None:
        super().__init__(actions)
        self._actions = actions
        self._document = document
        self._view = view
        self._settings = settings
        stack = document.stack
        actions["undo"].triggered.connect(stack.undo)
        actions["redo"].triggered.connect(stack.redo)
        stack.indexChanged.connect(self._on_history_changed)
        self._on_history_changed()

    @Slot()
    def _on_history_changed(self) -> None:
        stack = self._document.stack
        for name, can, text in (
            ("undo", stack.canUndo(), stack.undoText()),
            ("redo", stack.canRedo(), stack.redoText()),
        ):
            action, word = self._actions[name], name.capitalize()
            escaped = text.replace("&", "&&")
            action.setText(f"&{word} {escaped}" if can else f"&{word}")
            action.setEnabled(can)
            set_tip(action, f"{word}: {text}" if can else f"There is nothing to {name}")

    def help_lines(self) -> list[tuple[str, str]]:
        """Keys and mouse of the canvas, for the sheet."""
        return []
