"""Opening the search box, and what its choice does in each place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QPointF, Slot

from gui.canvas import fitting
from gui.canvas.block_insert import insert_block, is_block
from gui.canvas.search_popup import SearchPopup
from gui.palette.entries import entry_of
from model.design import Wire
from model.errors import DesignError
from model.layer import Layer

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView


class Searching(QObject):
    """Owns the popup."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self.popup = SearchPopup(view)

    @Slot()
    def at_pointer(self, *_args: object) -> None:
        """Tab or /: a card at the pointer, or behind the selected one."""
        self.at(self._view.pointer_or_centre())

    def at(self, spot: QPoint) -> None:
        """A card at a point of the window, or behind the selected one."""
        place = self._view.mapToScene(spot)

        def choose(layer: Layer) -> None:
            self._view.inserter.beside_selection(layer, place)
            self._show_new()

        self.popup.open(spot, choose, self._fault_behind_selection)

    def _fault_behind_selection(self, layer: Layer) -> DesignError | None:
        canvas = self._view.canvas
        chosen = [key for key in canvas.selected_ids() if key in canvas.nodes]
        if len(chosen) != 1:
            return None
        node = canvas.document.graph.node(chosen[0])
        faults = [
            fitting.why_not_after(
                layer, canvas.document.inference.outputs.get((chosen[0], port.name))
            )
            for port in node.layer.outputs
        ]
        return faults[0] if faults and all(faults) else None

    def for_port(self, key: str, port: str, from_output: bool, at: QPointF) -> None:
        """A wire was let go on empty canvas: what shall stand there?"""
        inserter, document = self._view.inserter, self._view.canvas.document
        if from_output:
            spec = document.inference.outputs.get((key, port))
            self.popup.open(
                self._view.mapFromScene(at),
                lambda layer: inserter.after(layer, key, port, at),
                lambda layer: fitting.why_not_after(layer, spec),
            )
        else:
            self.popup.open(
                self._view.mapFromScene(at),
                lambda layer: inserter.before(layer, key, port, at),
                lambda layer: fitting.why_not_before(
                    document.graph, document.inference, layer, key, port
                ),
            )

    def for_wire(self, wire: Wire, at: QPoint) -> None:
        """What shall be inserted into this wire?"""
        inserter = self._view.inserter
        self.popup.open(
            at,
            lambda layer: inserter.splice(layer, wire),
            lambda layer: inserter.why_not_splice(layer, wire),
        )

    def insert(self, tag: str) -> None:
        """A layer or a block chosen elsewhere, without a place."""
        if is_block(tag):
            insert_block(self._view, tag)
            return
        centre = self._view.mapToScene(self._view.viewport().rect().center())
        self._view.inserter.beside_selection(entry_of(tag).layer, centre)
        self._show_new()

    def _show_new(self) -> None:
        for key in self._view.selected_ids():
            self._view.ensure_visible(key)
