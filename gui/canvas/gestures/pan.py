"""Push the canvas about: middle button, or space and left button."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from gui.canvas.gestures.base import Gesture, Modifiers


class PanGesture(Gesture):
    """The point under the pointer stays under the pointer."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        self.view.pan_by(self.view.mapFromScene(self.start) - self.view.mapFromScene(at))
        self.view.moved_by_hand.emit()
