"""What every gesture is: a few calls between press and release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from model.design import Wire

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
        self.lit: Wire | None = None
        """The wire that would take what is in the hand."""

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        """The pointer is here now."""

    def release(self, at: QPointF, modifiers: Modifiers) -> None:
        """The button has been let go: change the design, if anything is to be changed."""

    def cancel(self) -> None:
        """Put the picture back as it was."""

    def paint(self, painter: QPainter) -> None:
        """Paint over the scene, in its coordinates."""

    def light(self, wire: Wire | None, at: QPointF) -> None:
        """Show and say which wire would take what is in the hand; None: no wire."""
        if wire == self.lit:
            return
        self.lit = wire
        self.scene.wires.highlight(wire)
        if wire is None:
            self.view.hide_bubble()
            return
        title_of = self.document.graph.title_of
        said = f"Let go: between {title_of(wire.source)} and {title_of(wire.target)}"
        self.view.show_bubble(said, at, is_fault=False, is_lasting=True)

    def is_snapping(self, modifiers: Modifiers) -> bool:
        return self.view.is_snapping and not modifiers & FREE
