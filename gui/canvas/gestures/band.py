"""Rubber band: draw a rectangle around cards and notes to select them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPen

from gui import theme
from gui.canvas.geometry import Rect
from gui.canvas.gestures.base import Gesture, Modifiers

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

_LEAST = 4.0


class BandGesture(Gesture):
    """With Shift the cards inside are toggled; a click on empty canvas clears the selection."""

    def __init__(self, view: CanvasView, start: QPointF, modifiers: Modifiers) -> None:
        super().__init__(view, start)
        self._before = self.scene.selection
        self._wires = self.scene.wires.selected
        self._is_toggling = bool(modifiers & Modifiers.ShiftModifier)
        self._box = QRectF(start, start)
        if not self._is_toggling:
            self.scene.select(())

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        self._box = QRectF(self.start, at).normalized()
        if max(self._box.width(), self._box.height()) * self.view.zoom > _LEAST:
            self.scene.select(self._chosen())
        self.view.viewport().update()

    def _chosen(self) -> frozenset[str]:
        box = Rect(self._box.x(), self._box.y(), self._box.width(), self._box.height())
        keys = (*self.scene.nodes, *self.scene.notes)
        inside = frozenset(key for key in keys if box.meets(self.scene.rect_of(key)))
        return self._before ^ inside if self._is_toggling else inside

    def cancel(self) -> None:
        self.scene.select(self._before, self._wires)

    def paint(self, painter: QPainter) -> None:
        look = theme.current()
        pen = QPen(look.color("accent"), 1.2)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setBrush(look.with_alpha("accent", 0.12))
        painter.drawRect(self._box)
