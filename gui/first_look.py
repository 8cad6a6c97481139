"""The card that is selected when a design opens: the inspector begins with one to play with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from model.graph import NetworkGraph
from model.layers.dropout import Dropout
from model.shapes import Inference

if TYPE_CHECKING:
    from gui.main_window import MainWindow

WAIT_MS = 200
"""While the window has not been painted yet: setting the first formulas would delay it."""


def telling_card(graph: NetworkGraph, found: Inference) -> str | None:
    """A dropout, whose field acts at once and can be seen to act; else the first layer that
    regularises; else the first that learns; `None` where there is none of these."""
    keys = [key for key in found.order or tuple(graph) if key in graph]
    layers = {key: graph.node(key).layer for key in keys}
    wishes = (
        [key for key in keys if isinstance(layers[key], Dropout)],
        [key for key in keys if layers[key].category == "regularise"],
        [key for key in keys if found.parameters.get(key)],
    )
    return next((wish[0] for wish in wishes if wish), None)


class FirstLook(QObject):
    """Selects it, unless the person has selected something meanwhile; and lets go of it when the
    settings of the training are wanted, which the inspector shows while nothing is selected."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._waiting = QTimer(self, singleShot=True)
        self._waiting.timeout.connect(self._look)
        window.document.opened.connect(self._on_opened)
        window.inspector.training_requested.connect(self._on_training_wanted)

    @Slot()
    def _on_opened(self) -> None:
        self._waiting.start(0 if self._window.is_painted else WAIT_MS)

    @Slot()
    def _on_training_wanted(self) -> None:
        self._window.view.select(())

    @Slot()
    def _look(self) -> None:
        window = self._window
        if not window.is_painted:
            self._waiting.start(WAIT_MS)
            return
        document, view = window.document, window.view
        key = telling_card(document.graph, document.inference)
        if key is not None and not view.selected_ids() and not document.stack.count():
            view.select((key,))
