"""Drags that come from the palette, as Qt's events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragMoveEvent, QDropEvent

from gui.canvas.block_insert import BlockDrop, is_block
from gui.canvas.gestures import LayerDrop
from gui.palette.entries import entry_of, is_entry
from gui.palette.mime import LAYER_MIME

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView


class Dropping:
    """Feeds a `LayerDrop` gesture; drags that are no layer are left to the window (files)."""

    def __init__(self, view: CanvasView) -> None:
        self._view = view

    @staticmethod
    def tag_of(event: QDropEvent) -> str:
        """The tag of the layer or block; "" where the drag brings something else."""
        raw = bytes(event.mimeData().data(LAYER_MIME).data())
        tag = raw.decode("utf-8", "replace")
        return tag if is_entry(tag) or is_block(tag) else ""

    def enter(self, event: QDragMoveEvent) -> None:
        tag = self.tag_of(event)
        if not tag:
            event.ignore()
            return
        at = self._view.mapToScene(event.position().toPoint())
        if is_block(tag):
            self._view.begin(BlockDrop(self._view, at, tag))
        else:
            self._view.begin(LayerDrop(self._view, at, entry_of(tag).layer))
        self._accept(event)

    def move(self, event: QDragMoveEvent) -> None:
        gesture = self._view.gesture
        if not isinstance(gesture, LayerDrop):
            event.ignore()
            return
        gesture.move(self._view.mapToScene(event.position().toPoint()), event.modifiers())
        self._view.edge_scroll.follow(event.position().toPoint(), event.modifiers())
        self._accept(event)

    def leave(self) -> None:
        if isinstance(self._view.gesture, LayerDrop):
            self._view.cancel_gesture()

    def drop(self, event: QDropEvent) -> None:
        gesture = self._view.gesture
        if not isinstance(gesture, LayerDrop):
            event.ignore()
            return
        self._view.gesture = None
        self._view.edge_scroll.stop()
        self._view.viewport().unsetCursor()
        self._view.setFocus(Qt.FocusReason.OtherFocusReason)
        gesture.release(self._view.mapToScene(event.position().toPoint()), event.modifiers())
        self._view.viewport().update()
        self._accept(event)

    @staticmethod
    def _accept(event: QDropEvent) -> None:
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
