"""Move the selected cards and notes; a loose card that is let go on a wire is spliced in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from gui.canvas.gestures.base import Gesture, Modifiers
from gui.canvas.gestures.wire import paint_rubber
from gui.canvas.placing import snapped
from model import editing

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

_LEAST_PX = 4.0
_HIDDEN = 10.0
"""Ends of a wire so near to a card, px, are hidden by it."""


class MoveGesture(Gesture):
    """`lead` is the card under the pointer: it snaps to the grid, the others keep their distance.

    A press without movement selects the lead alone.
    """

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, view: CanvasView, start: QPointF, lead: str, *, selects_lead: bool) -> None:
        super().__init__(view, start)
        self._lead = lead
        self._selects_lead = selects_lead
        keys = {*self.scene.selection, lead}
        self._from = {key: (self.scene.rect_of(key).x, self.scene.rect_of(key).y) for key in keys}
        self._places = dict(self._from)
        self._is_moving = False

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        step = at - self.start
        if not self._is_moving:
            if max(abs(step.x()), abs(step.y())) * self.view.zoom < _LEAST_PX:
                return
            self._is_moving = True
        left, top = self._from[self._lead]
        wish = self.scene.to_design(left + step.x(), top + step.y())
        x, y = self.scene.to_scene(*snapped(*wish, self.is_snapping(modifiers)))
        dx, dy = x - left, y - top
        self._places = {key: (a + dx, b + dy) for key, (a, b) in self._from.items()}
        self.scene.preview(self._places)
        self._mark_wire(at)

    def _mark_wire(self, at: QPointF) -> None:
        """Light the wire into which the card would be spliced."""
        found = None
        if len(self._from) == 1 and self._lead in self.scene.nodes:
            wire = self.scene.wires.wire_at(at, 14.0) or self.view.wire_under_card(self._lead)
            if wire is not None and self.view.inserter.can_splice_existing(self._lead, wire):
                found = wire
        if found is not None or self.lit is not None:
            self.view.viewport().update()
        self.light(found, at)

    def paint(self, painter: QPainter) -> None:
        """The wire that would take the card already leads through it, where it can be seen."""
        route = self.scene.wires.route_of(self.lit) if self.lit is not None else ()
        if route:
            rect = self.scene.rect_of(self._lead)
            is_down = abs(route[-1][1] - route[0][1]) >= abs(route[-1][0] - route[0][0])
            x, y = rect.centre
            enters = QPointF(x, rect.y) if is_down else QPointF(rect.x, y)
            leaves = QPointF(x, rect.bottom) if is_down else QPointF(rect.right, y)
            near = rect.grown(_HIDDEN)
            if not near.holds(route[0]):
                paint_rubber(painter, QPointF(*route[0]), enters, is_good=True)
            if not near.holds(route[-1]):
                paint_rubber(painter, leaves, QPointF(*route[-1]), is_good=True)

    def release(self, at: QPointF, modifiers: Modifiers) -> None:
        wire = self.lit
        self.light(None, at)
        if not self._is_moving:
            if self._selects_lead:
                self.scene.select({self._lead})
            return
        if wire is not None and self.view.inserter.splice_existing(self._lead, wire):
            return
        places = {key: self.scene.to_design(x, y) for key, (x, y) in self._places.items()}
        if not self.document.attempt(editing.move, places):
            self.scene.end_preview()

    def cancel(self) -> None:
        self.light(None, self.start)
        self.scene.end_preview()
