"""What the pictures of codes have in common: a node is chosen, and its codes are shown."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from gui.plots.node_chooser import NodeChooser
from gui.plots.panel import PlotPanel
from model.snapshot import Codes, LatentMap, Snapshot

AXES = ("neuron 0", "neuron 1")
"""The two numbers of a code, counted as on the node's card."""


class CodePanel(PlotPanel):
    """A subclass gives `choice`, the tooltip of its chooser, `why_none`, and the picture."""

    choice: ClassVar[str] = ""
    why_none: ClassVar[str] = ""

    def picture_of_codes(self) -> QWidget:
        """The picture, made once."""
        raise NotImplementedError

    def show_codes(self, found: Any) -> str:
        """Show these codes; what the header says of them."""
        raise NotImplementedError

    def build(self) -> QWidget:
        """The picture, and the choice of a node."""
        box = self.header.add_chooser(self.choice, f"{self.key}_node")
        self.chooser = NodeChooser(box, self.document)
        self.chooser.chosen.connect(self._on_chosen)
        self._shown: Codes | LatentMap | None = None
        return self.picture_of_codes()

    @Slot(str)
    def _on_chosen(self, node_id: str) -> None:
        self.controller.ask(code_node=node_id)

    def show_snapshot(self, snapshot: Snapshot) -> str:
        """The picture, or what it needs."""
        found = self.newest(self.wants[0], snapshot)  # type: ignore[arg-type]
        if found is None:
            self._shown = None
            self.header.set_caption("")
            return self.why_none
        if found is not self._shown:
            self._shown = found
            self.chooser.show_nodes(found.candidates, found.node_id)
            told = self.show_codes(found)
            graph = self.document.graph
            is_named = len(found.candidates) > 1 or found.node_id not in graph
            title = "" if is_named else f"{graph.title_of(found.node_id)}: "
            self.header.set_caption(title + told)
        return ""
