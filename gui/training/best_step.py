"""Going back to the best step of the training on the canvas."""

from __future__ import annotations

import copy
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from gui.document import Document, Message
from gui.training.state_step import put_state
from model.best_step import NONE_YET, best_step, show_anew, state_of_best
from model.trainer import Trainer

TIP = "Put the weights of the least validation loss back; it can be undone"
WHY_NOT = f"{NONE_YET} Set patience in the training settings."


class WayBack(QObject):
    """`go_back` puts parameters and statistics of the best step into the training: one step of the
    history. Nothing else of the training is another."""

    _found = Signal(object)

    def __init__(self, document: Document, controller: Any, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._controller = document, controller
        self._found.connect(self._on_found, Qt.ConnectionType.QueuedConnection)

    @Slot()
    def go_back(self) -> None:
        """Pause, and go back; a sentence where there is no best step."""
        self._controller.pause()
        if self._controller.prepare():
            self._controller.lend(self._lent)

    def _lent(self, trainer: Trainer) -> None:
        """On the training's thread."""
        state, best = state_of_best(trainer), best_step(trainer)
        if state is None or best is None:
            self._found.emit(None)
        else:
            self._found.emit((best, (state, copy.deepcopy(trainer.curves))))

    @Slot(object)
    def _on_found(self, found: Any) -> None:
        if found is None:
            self._document.message.emit(Message("info", WHY_NOT))
            return
        (step, loss), state = found
        put_state(self._document, self._controller, "Go back to the best step", None, state)
        self._controller.lend(show_anew)
        self._controller.show_item(self._controller.request.item)
        text = f"The weights of step {step:,} are back: validation loss {loss:.4g}, the least."
        self._document.message.emit(Message("info", text))
