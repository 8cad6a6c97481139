"""A list of nodes in the head of a plot, from which one is chosen for the engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox


class NodeChooser(QObject):
    """Keeps a combo box in step with the nodes that can be shown. `chosen(node_id)`."""

    chosen = Signal(str)

    def __init__(self, box: QComboBox, document: Any) -> None:
        super().__init__(box)
        self._box = box
        self._document = document
        box.activated.connect(self._on_activated)

    def show_nodes(self, keys: Sequence[str], current: str) -> None:
        """These nodes, of which one is shown; hidden where there is no choice."""
        graph = self._document.graph
        known = [key for key in keys if key in graph]
        named = [graph.title_of(key) for key in known]
        present = [self._box.itemText(i) for i in range(self._box.count())]
        with QSignalBlocker(self._box):
            if present != named:
                self._box.clear()
                for key, name in zip(known, named, strict=True):
                    self._box.addItem(name, key)
            if current in known:
                self._box.setCurrentIndex(known.index(current))
        self._box.setVisible(len(known) > 1)

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        self.chosen.emit(str(self._box.itemData(index)))
