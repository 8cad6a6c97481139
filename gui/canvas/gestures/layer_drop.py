"""A layer dragged from the palette: onto empty canvas, or into a wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from gui import theme
from gui.canvas.geometry import Point
from gui.canvas.gestures.base import Gesture, Modifiers
from gui.canvas.placing import snapped
from model.design import Wire
from model.layer import Layer

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

_REACH = 16.0


class LayerDrop(Gesture):
    """Shows where the card would lie and which wire would take it."""

    cursor = Qt.CursorShape.DragCopyCursor

    def __init__(self, view: CanvasView, start: QPointF, layer: Layer) -> None:
        super().__init__(view, start)
        self._layer = layer
        self._at = start
        self._size = view.inserter.size_of(layer)
        self._wire: Wire | None = None
        self._is_snapping = True

    def _corner(self) -> Point:
        """Where the card would lie: on the wire that takes it, or free."""
        width, height = self._size
        if self.lit is None:
            inserter = self.view.inserter
            inserter.is_snapping = self._is_snapping
            corner = inserter.free_corner(self._size, self._at)
            inserter.is_snapping = self.view.is_snapping
            return corner
        wish = self.scene.to_design(self._at.x() - width / 2, self._at.y() - height / 2)
        return self.scene.to_scene(*snapped(*wish, self._is_snapping))

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        self._at = at
        self._is_snapping = self.is_snapping(modifiers)
        self._wire = self.scene.wires.wire_at(at, _REACH / max(self.view.zoom, 0.2))
        fits = (
            self._wire is not None
            and self.view.inserter.why_not_splice(self._layer, self._wire) is None
        )
        self.light(self._wire if fits else None, at)
        self.view.viewport().update()

    def release(self, at: QPointF, modifiers: Modifiers) -> None:
        self.move(at, modifiers)
        self.light(None, at)
        inserter = self.view.inserter
        inserter.is_snapping = self._is_snapping
        fault = inserter.drop(self._layer, at, self._wire)
        inserter.is_snapping = self.view.is_snapping
        self._show_header()
        if fault is not None:
            self.document.report(fault)
            self.view.show_bubble(str(fault), at)

    def _show_header(self) -> None:
        """A tall card that was dropped near the upper edge is brought into view."""
        for key in self.view.selected_ids():
            rect = self.scene.rect_of(key)
            if rect.y < self.view.visible_rect().top():
                self.view.ensureVisible(QRectF(rect.x, rect.y, rect.width, 40.0), 20, 20)
                self.view.after_scroll()

    def cancel(self) -> None:
        self.light(None, self._at)
        self.view.viewport().update()

    def paint(self, painter: QPainter) -> None:
        look = theme.current()
        width, height = self._size
        x, y = self._corner()
        pen = QPen(look.color("accent"), 1.5, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(look.with_alpha("accent", 0.08))
        painter.drawRoundedRect(QRectF(x, y, width, height), look.card_radius, look.card_radius)
