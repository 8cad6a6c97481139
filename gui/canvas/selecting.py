"""Which nodes, notes and wires of the scene are selected."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gui.canvas.places import Places
from model.design import Wire

if TYPE_CHECKING:
    from gui.canvas.wire_geometry import WireGeometry
    from gui.canvas.wire_layer import WireLayer
    from gui.document import Document


class Selectable(Places):
    """A scene that keeps a selection; ids and wires, never items."""

    selection_changed = Signal(object)
    """Ids (tuple) of the selected nodes and notes, in the order of the graph."""

    document: Document
    wires: WireLayer
    geometry: WireGeometry

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.selection: frozenset[str] = frozenset()
        self.current = ""

    def select(self, keys: Iterable[str], wires: Iterable[Wire] = (), current: str = "") -> None:
        """Exactly these nodes, notes and wires."""
        known = {*self.nodes, *self.notes}
        selection = frozenset(key for key in keys if key in known)
        chosen = frozenset(wires) & frozenset(self.geometry.routes)
        old, self.selection = self.selection, selection
        marked = self.wires.selected
        self.current = current or next(iter(sorted(selection)), "")
        for key in old | selection:
            item = self.nodes.get(key) or self.notes.get(key)
            if item is not None:
                item.is_selected = key in selection
                item.is_current = key == self.current
                item.update()
        self.wires.selected = chosen
        for wire in marked | chosen:
            self.wires.touch(wire)
        if old != selection or marked != chosen:
            self.selection_changed.emit(self.selected_ids())

    def selected_ids(self) -> tuple[str, ...]:
        order = (*self.document.graph, *self.document.graph.notes)
        return tuple(key for key in order if key in self.selection)

    def description(self) -> str:
        """What is there and what is selected, for people who listen."""
        titles = [
            self.document.graph.title_of(key) if key in self.nodes else "Note"
            for key in self.selected_ids()
        ]
        said = f"{len(self.nodes)} nodes; selected: {', '.join(titles) or 'nothing'}"
        alone = self.nodes.get(self.current) if len(titles) == 1 else None
        return f"{said}. {alone.said()}" if alone is not None and alone.said() else said

    def prune_selection(self) -> None:
        """Let go of what is no longer there."""
        known = {*self.nodes, *self.notes}
        if not self.selection <= known or not self.wires.selected <= self.geometry.routes.keys():
            self.select(self.selection & known, self.wires.selected)
