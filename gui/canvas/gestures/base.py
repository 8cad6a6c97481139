"""What every gesture is: a few calls between press and release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

Modifiers = Qt.KeyboardModifier
FREE = Modifiers.AltModifier | Modifiers.ControlModifier
"""Either key switches snapping off while dragging."""


class Gesture:
    """Points are those of the scene. The design changes at `release` only, so `cancel` (Esc) has
    nothing to undo."""

    cursor = Qt.CursorShape.ArrowCursor

    def __init__(self, view: CanvasView, start: QPointF) -> None:
        self.view = view
        self.scene = view.canvas
        self.document = view.canvas.document
        self.start = start

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        """The pointer is here now."""

    def release(self, at: QPointF, modifiers: Modifiers) -> None:
        """The button has been let go: change the design, if anything is to be changed."""

    def cancel(self) -> None:
        """Put the picture back as it was."""

    def paint(self, painter: QPainter) -> None:
        """Paint over the scene, in its coordinates."""

    def is_snapping(self, modifiers: Modifiers) -> bool:
        return self.view.is_snapping and not modifiers & FREE
