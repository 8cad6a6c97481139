"""Wiring without a mouse: W, arrows choose the port, Enter wires, Esc leaves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from gui.canvas.gestures.base import Gesture, Modifiers
from gui.canvas.gestures.wire import paint_rubber
from model.design import Wire
from model.errors import DesignError
from model.wiring import check_wire

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView


class KeyboardWire(Gesture):
    """Walks through every wire that the selected card may send out."""

    def __init__(self, view: CanvasView, node_id: str) -> None:
        centre = view.canvas.rect_of(node_id).centre
        super().__init__(view, QPointF(*centre))
        self._node_id = node_id
        self._choices = self._find()
        self._index = 0

    def _find(self) -> list[Wire]:
        """Wires that may be drawn, the nearest card first; what it lacks before what it could."""
        graph, inference = self.document.graph, self.document.inference
        found = []
        for port in graph.node(self._node_id).layer.outputs:
            for key, node in graph.nodes.items():
                for entry in node.layer.inputs:
                    wire = Wire(self._node_id, port.name, key, entry.name)
                    try:
                        check_wire(graph, inference, wire)
                    except DesignError:
                        continue
                    found.append(wire)
        x, y = self.start.x(), self.start.y()

        def distance(wire: Wire) -> tuple[float, Wire]:
            cx, cy = self.scene.rect_of(wire.target).centre
            return abs(cx - x) + abs(cy - y), wire

        return sorted(found, key=distance)

    @property
    def choices(self) -> list[Wire]:
        """What may be wired; empty where nothing may."""
        return self._choices

    @property
    def chosen(self) -> Wire:
        return self._choices[self._index]

    def sentence(self) -> str:
        wire = self.chosen
        source, target = (self.document.graph.node(key) for key in (wire.source, wire.target))
        port = f" ({wire.target_port})" if len(target.layer.inputs) > 1 else ""
        start = f" ({wire.source_port})" if len(source.layer.outputs) > 1 else ""
        title_of = self.document.graph.title_of
        count = f"{self._index + 1} of {len(self._choices)}"
        return (
            f"{title_of(wire.source)}{start} to {title_of(wire.target)}{port}, {count}. "
            "Arrows choose, Enter wires, Esc leaves."
        )

    def step(self, by: int) -> None:
        """Another target."""
        self._index = (self._index + by) % len(self._choices)
        self.show()

    def accept(self) -> None:
        wire = self.chosen
        self.cancel()
        self.view.inserter.connect(wire)

    def show(self) -> None:
        """Light what is chosen now."""
        wire = self.chosen
        for key, item in self.scene.nodes.items():
            item.lit = frozenset({(wire.target_port, True)} if key == wire.target else ())
        self.scene.set_dimmed(self.scene.nodes.keys() - {wire.source, wire.target})
        self.view.ensure_visible(wire.target)
        self.view.show_bubble(self.sentence(), self._end(), is_fault=False, is_lasting=True)
        self.view.viewport().update()

    def _end(self) -> QPointF:
        item = self.scene.nodes[self.chosen.target]
        slots = [s for s in item.slots if s.is_input and s.port == self.chosen.target_port]
        return item.slot_point(slots[-1]) if slots else QPointF(*item.rect().centre)

    def release(self, at: QPointF, modifiers: Modifiers) -> None:
        self.cancel()

    def cancel(self) -> None:
        for item in self.scene.nodes.values():
            item.lit = frozenset()
        self.scene.set_dimmed(())
        self.view.hide_bubble()
        self.view.viewport().update()

    def paint(self, painter: QPainter) -> None:
        if self._choices:
            item = self.scene.nodes[self.chosen.source]
            slots = [s for s in item.slots if not s.is_input and s.port == self.chosen.source_port]
            start = item.slot_point(slots[0]) if slots else self.start
            paint_rubber(painter, start, self._end(), is_good=True)


ARROWS = {
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Up: -1,
}
