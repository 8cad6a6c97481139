"""What lies where on the canvas: rectangles, units, and what is under a point."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, QRectF
from PySide6.QtWidgets import QGraphicsScene

from gui import theme
from gui.canvas.card_mark import STOP_REACH, is_stop_at
from gui.canvas.geometry import Rect, united
from gui.canvas.geometry import Slot as PortSlot
from gui.canvas.node_item import NodeItem
from gui.canvas.note_item import NoteItem


class Places(QGraphicsScene):
    """A scene of cards (`nodes`) and notes by their ids."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.nodes: dict[str, NodeItem] = {}
        self.notes: dict[str, NoteItem] = {}

    def rect_of(self, key: str) -> Rect:
        """Of a node or note, where it is painted now."""
        return self.nodes[key].rect() if key in self.nodes else self.notes[key].rect()

    @property
    def spread(self) -> float:
        """Scene pixels for one pixel of the design: a projector's cards need more room."""
        return theme.current().size("canvas_spread")

    def to_scene(self, x: float, y: float) -> tuple[float, float]:
        return x * self.spread, y * self.spread

    def to_design(self, x: float, y: float) -> tuple[float, float]:
        return x / self.spread, y / self.spread

    def design_rects(self) -> dict[str, Rect]:
        """Of all nodes and notes, in pixels of the design."""
        k = self.spread
        found = ((key, self.rect_of(key)) for key in (*self.nodes, *self.notes))
        return {key: Rect(r.x / k, r.y / k, r.width / k, r.height / k) for key, r in found}

    def design_sizes(self) -> dict[str, tuple[float, float]]:
        """(width, height) of all nodes and notes, in pixels of the design."""
        return {key: (r.width, r.height) for key, r in self.design_rects().items()}

    def node_at(self, point: QPointF) -> NodeItem | None:
        for item in self.items(point):
            if isinstance(item, NodeItem) and item.rect().holds((point.x(), point.y())):
                return item
        return None

    def note_at(self, point: QPointF) -> NoteItem | None:
        for item in self.items(point):
            if isinstance(item, NoteItem) and item.rect().holds((point.x(), point.y())):
                return item
        return None

    def port_at(self, point: QPointF, reach: float = 12.0) -> tuple[NodeItem, PortSlot] | None:
        """The port circle under a point of the scene."""
        around = QRectF(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach)
        for item in self.items(around):
            if isinstance(item, NodeItem):
                slot = item.slot_at(point - item.pos(), reach)
                if slot is not None:
                    return item, slot
        return None

    def stop_at(self, point: QPointF) -> NodeItem | None:
        """The card whose corner for a breakpoint lies under a point of the scene."""
        reach = STOP_REACH + 4
        around = QRectF(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach)
        for item in self.items(around):
            if isinstance(item, NodeItem) and is_stop_at(point - item.pos()):
                return item
        return None

    def content_rect(self) -> QRectF:
        """Around all cards and notes."""
        box = united(self.rect_of(key) for key in (*self.nodes, *self.notes))
        return QRectF(*box) if box is not None else QRectF()
