"""Blocks laid down on the canvas: where they were let go, or behind the selected card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from gui.canvas import placing
from gui.canvas.geometry import Rect
from gui.canvas.gestures.base import Modifiers
from gui.canvas.gestures.layer_drop import LayerDrop
from gui.palette.mime import BLOCK
from model.blocks import BLOCKS, COLUMN_PX, ROW_PX, End
from model.layers.activations import Linear

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

_SIZE = (2 * COLUMN_PX, 5 * ROW_PX)


def is_block(tag: str) -> bool:
    """Whether a tag from the palette is that of a block."""
    return tag.startswith(BLOCK) and tag[len(BLOCK) :] in BLOCKS


def insert_block(view: CanvasView, tag: str, at: QPointF | None = None) -> None:
    """Lay a block down as one step: at a point of the scene, or behind the one selected card."""
    scene, document = view.canvas, view.canvas.document
    source: End | None = None
    rects = scene.design_rects()
    if at is None:
        at = view.mapToScene(view.viewport().rect().center())
        chosen = [key for key in scene.selected_ids() if key in document.graph]
        if len(chosen) == 1:
            source = _exit_of(view, chosen[0])
    x, y = scene.to_design(at.x(), at.y())
    if source is not None:
        above = rects[source[0]]
        x, y = above.x, above.bottom + 60.0
    wish = Rect(x, y, *_SIZE)
    x, y = placing.free_spot(rects, wish)
    document.attempt(BLOCKS[tag[len(BLOCK) :]].insert, x, y, source)
    for key in scene.selected_ids():
        view.ensure_visible(key)


def _exit_of(view: CanvasView, node_id: str) -> End | None:
    """The first output of a node that gives real numbers."""
    document = view.canvas.document
    for port in document.graph.node(node_id).layer.outputs:
        spec = document.inference.outputs.get((node_id, port.name))
        if spec is not None and not spec.classes:
            return node_id, port.name
    return None


class BlockDrop(LayerDrop):
    """A block dragged from the palette; the frame shows where its first card will lie."""

    def __init__(self, view: CanvasView, start: QPointF, tag: str) -> None:
        super().__init__(view, start, Linear())
        self._tag = tag

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        """No wire takes a whole block."""
        self._at = at
        self._is_snapping = self.is_snapping(modifiers)
        self.view.viewport().update()

    def release(self, at: QPointF, modifiers: Modifiers) -> None:
        """Lay it down."""
        self.move(at, modifiers)
        insert_block(self.view, self._tag, at)
