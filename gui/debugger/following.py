"""The window of the canvas follows the active card, unless the person has just moved it."""

from __future__ import annotations

from time import monotonic

from PySide6.QtCore import QObject, QRectF, Slot

from gui.canvas.framing import Frame
from gui.canvas.view import CanvasView

PATIENCE_SECONDS = 4.0
"""After the person has scrolled or zoomed, the window stays where it is for so long."""
_MARGIN = 4.0


class Follower(QObject):
    """`follow` shows a card that lies outside of the window."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self._moved_at = -PATIENCE_SECONDS
        view.moved_by_hand.connect(self._on_moved_by_hand)

    @Slot()
    def _on_moved_by_hand(self) -> None:
        self._moved_at = monotonic()

    def forget(self) -> None:
        """A walk begins: what was scrolled before it does not count."""
        self._moved_at = -PATIENCE_SECONDS

    def follow(self, key: str) -> bool:
        """Bring a card into the window, with room around it; True where the window moves."""
        view = self._view
        is_held = monotonic() - self._moved_at < PATIENCE_SECONDS
        if is_held or view.gesture is not None or key not in view.canvas.nodes:
            return False
        card = QRectF(*view.canvas.rect_of(key))
        shown = view.mapFromScene(card).boundingRect()
        margin = round(_MARGIN)
        frame = view.viewport().rect().adjusted(margin, margin, -margin, -margin)
        if frame.contains(shown) or (shown.width() > frame.width() and frame.intersects(shown)):
            return False
        goal = Frame(view.zoom, card.center(), frame.center())
        if view.glide.is_on:
            view.glide.stop()  # one card after the other, faster than the window could glide
            view.show_frame(goal)
        else:
            view.glide.to(goal)
        return True
