"""Drag the corner of a note."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

from gui.canvas.gestures.base import Gesture, Modifiers
from gui.canvas.note_item import LEAST_HEIGHT, LEAST_WIDTH
from gui.canvas.placing import snapped
from model import editing

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView


class ResizeNote(Gesture):
    """The text flows anew while the corner moves."""

    cursor = Qt.CursorShape.SizeFDiagCursor

    def __init__(self, view: CanvasView, start: QPointF, note_id: str) -> None:
        super().__init__(view, start)
        self._key = note_id
        self._from = self.scene.notes[note_id].size

    def _size(self, at: QPointF, modifiers: Modifiers) -> tuple[float, float]:
        """In pixels of the design."""
        step = at - self.start
        wide, tall = self._from[0] + step.x(), self._from[1] + step.y()
        wish = self.scene.to_design(wide, tall)
        wide, tall = snapped(*wish, self.is_snapping(modifiers))
        return max(LEAST_WIDTH, wide), max(LEAST_HEIGHT, tall)

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        size = self.scene.to_scene(*self._size(at, modifiers))
        self.scene.notes[self._key].resize(*size)

    def release(self, at: QPointF, modifiers: Modifiers) -> None:
        width, height = self._size(at, modifiers)
        if self.scene.to_scene(width, height) != self._from:
            self.document.attempt(editing.set_note, self._key, width=width, height=height)

    def cancel(self) -> None:
        self.scene.notes[self._key].resize(*self._from)
