"""Paints only what a step has changed: the live parts of the cards that the window shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, QRectF, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QRegion, QTransform

from gui.canvas.geometry import Rect
from gui.canvas.node_item import NodeItem
from gui.canvas.zooms import collapse_zoom

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

_MOST_PARTS = 40


class LiveFaces(QObject):
    """A short way past the scene for pictures in which nothing but numbers has changed.

    The live part of a card is a rectangle that the card covers wholly, so neither the ground nor
    the wires below it need painting. What overlaps is left to the scene.
    """

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self._boxes: list[tuple[NodeItem, list[QRect]]] | None = None
        self._region = QRegion()
        self._is_free = False
        view.canvas.faces_changed.connect(self.refresh)
        view.canvas.some_faces_changed.connect(self.refresh_some)
        view.canvas.geometry_changed.connect(self.forget)
        view.viewport_changed.connect(self.forget)

    @Slot()
    def forget(self) -> None:
        """Cards or window have moved."""
        self._boxes = None
        self._region = QRegion()

    @Slot()
    def refresh(self) -> None:
        """The numbers have changed: ask for a repaint of the live parts."""
        if self._boxes is None:
            self._find()
        if not self._region.isEmpty():
            self._view.viewport().update(self._region)

    @Slot(object)
    def refresh_some(self, keys: set[str]) -> None:
        """Only the numbers of these cards have changed."""
        if self._boxes is None:
            self._find()
        for item, boxes in self._boxes or ():
            if item.node_id in keys:
                for box in boxes:
                    self._view.viewport().update(box)

    def _find(self) -> None:
        view = self._view
        self._boxes, self._region = [], QRegion()
        if view.zoom < collapse_zoom():
            return
        shown = view.visible_rect()
        zone = Rect(shown.x(), shown.y(), shown.width(), shown.height())
        cards = [item for item in view.canvas.nodes.values() if zone.meets(item.rect())]
        notes = [item.rect() for item in view.canvas.notes.values() if zone.meets(item.rect())]
        self._is_free = not _any_meet([*(item.rect() for item in cards), *notes])
        transform = view.viewportTransform()
        for item in cards:
            place = QTransform.fromTranslate(item.pos().x(), item.pos().y()) * transform
            boxes = [place.mapRect(part).toAlignedRect() for part in item.live_parts()]
            self._boxes.append((item, boxes))
            for box in boxes:
                self._region += box

    def paint(self, event: QPaintEvent) -> bool:
        """Do the whole of a paint event; False where the scene has to."""
        view = self._view
        is_plain = self._is_free and view.gesture is None and not view.canvas.dimmed
        if not is_plain or not self._boxes or not (event.region() - self._region).isEmpty():
            return False
        painter = QPainter(view.viewport())
        transform = view.viewportTransform()
        for item, boxes in self._boxes:
            wanted = [box for box in boxes if event.region().intersects(box)]
            if wanted:
                self._paint_card(painter, item, wanted, transform)
        painter.setWorldTransform(transform)
        view.drawForeground(painter, QRectF())
        painter.end()
        return True

    def parts_beside(self, region: QRegion) -> QRegion | None:
        """Parts of the scene outside the live parts of the cards; None where they are many."""
        back, known = self._view.viewportTransform().inverted()
        rest = region - self._region if self._is_free else region
        if rest.rectCount() > _MOST_PARTS or not known:
            return None
        parts = QRegion()
        for box in rest:
            parts += back.mapRect(QRectF(box)).toAlignedRect()
        return parts

    def _paint_card(
        self, painter: QPainter, item: NodeItem, boxes: list[QRect], transform: QTransform
    ) -> None:
        canvas = self._view.canvas
        context = canvas.context_of(item.node_id)
        world = QTransform.fromTranslate(item.pos().x(), item.pos().y()) * transform
        painter.resetTransform()
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        for box in boxes:
            canvas.pictures.copy(painter, item, context, world, box)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.setWorldTransform(world)
        item.paint_live(painter, context)


def _any_meet(rects: list[Rect]) -> bool:
    """Whether any two overlap."""
    rects = sorted(rects)
    for index, first in enumerate(rects):
        for second in rects[index + 1 :]:
            if second.x >= first.right:
                break
            if first.meets(second):
                return True
    return False
