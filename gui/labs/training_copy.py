"""A copy of the training as it stands, made between two of its steps on its own thread."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal, Slot

from model.analysis.rehearsal import rehearse
from model.trainer import Trainer


class TrainingCopy(QObject):
    """`copied(Rehearsal)`, in float64, on the window's thread. document, controller: as a
    laboratory has them."""

    copied = Signal(object)
    _made = Signal(object)

    def __init__(self, document: Any, controller: Any, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._controller = document, controller
        self._made.connect(self._on_made, Qt.ConnectionType.QueuedConnection)

    def take(self, items: int) -> str:
        """Ask for one with so many of the training items; why there is none, "" where it comes."""
        found = self._document.inference
        problem = next((p for p in found.problems if p.is_blocking), None)
        if problem is not None or not self._controller.prepare():
            return f"This needs a design that can run. {problem or ''}".strip()
        made = self._made

        def copy(trainer: Trainer) -> None:
            indices = np.sort(trainer.part("training")[:items])
            made.emit(rehearse(trainer, dtype=np.float64, indices=indices))

        self._controller.lend(copy)
        return ""

    @Slot(object)
    def _on_made(self, step: object) -> None:
        self.copied.emit(step)
