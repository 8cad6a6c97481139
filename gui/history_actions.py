"""Undo and redo, with the text of the edit they mean."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from gui.actions import Actions, set_tip
from gui.document import Document


class HistoryActions(QObject):
    """Connects the actions `undo` and `redo` with the document's stack."""

    def __init__(self, actions: Actions, document: Document) -> None:
        super().__init__(actions)
        self._actions = actions
        self._stack = document.stack
        actions["undo"].triggered.connect(self._stack.undo)
        actions["redo"].triggered.connect(self._stack.redo)
        for signal in (self._stack.indexChanged, self._stack.cleanChanged):
            signal.connect(self._on_history_changed)
        self._on_history_changed()

    @Slot()
    def _on_history_changed(self) -> None:
        stack = self._stack
        for name, can, text in (
            ("undo", stack.canUndo(), stack.undoText()),
            ("redo", stack.canRedo(), stack.redoText()),
        ):
            action, word = self._actions[name], name.capitalize()
            marked = "R&edo" if name == "redo" else "&Undo"
            escaped = text.replace("&", "&&")
            action.setText(f"{marked} {escaped}" if can else marked)
            action.setEnabled(can)
            set_tip(action, f"{word}: {text}" if can else f"There is nothing to {name}")
