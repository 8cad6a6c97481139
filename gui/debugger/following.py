"""The window of the canvas follows the active card, unless the person has just moved it."""

from __future__ import annotations

import math
from time import monotonic

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, QRectF, Slot

from gui.canvas.framing import Frame
from gui.canvas.view import CanvasView
from gui.canvas.zooms import collapse_zoom

PATIENCE_SECONDS = 4.0
"""After the person has scrolled or zoomed, the window stays where it is for so long."""
HURRY_SECONDS = 0.6
"""When it goes on sooner, the window jumps instead of gliding."""
NEAR = 0.5
"""Zoom for a design that would be too small to read: numbers can be read, neighbours are seen."""
_MARGIN = 4.0
_BEYOND = 60.0
"""px of the scene that are seen beyond the first and the last card."""
_AHEAD = 0.24
"""Share of the window by which a card lies off its middle."""


class Follower(QObject):
    """`follow` shows a card that lies outside of the window; `come_near` what is too small."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self._moved_at = -PATIENCE_SECONDS
        self._followed_at = -HURRY_SECONDS
        self._key = ""
        view.moved_by_hand.connect(self._on_moved_by_hand)

    @Slot()
    def _on_moved_by_hand(self) -> None:
        self._moved_at = monotonic()

    def forget(self) -> None:
        """A walk begins or ends: what was scrolled before it does not count."""
        self._moved_at = -PATIENCE_SECONDS
        self._key = ""

    @Slot()
    def come_near(self) -> None:
        """The whole design has been fitted into the window: where that is too small to be read,
        show the card that was followed last, and its neighbours."""
        view = self._view
        if self._key in view.canvas.nodes and view.zoom < collapse_zoom():
            card, whole = QRectF(*view.canvas.rect_of(self._key)), view.canvas.drawn_rect()
            room = view.viewport().rect()
            x = _held(card.center().x(), whole.left(), whole.right(), room.width() / NEAR)
            y = _held(card.center().y(), whole.top(), whole.bottom(), room.height() / NEAR)
            view.come_near(Frame(NEAR, QPointF(x, y), room.center()))

    def follow(self, key: str) -> bool:
        """Bring a card into the window, with room around it; True where the window moves."""
        view = self._view
        is_first, self._key = not self._key, key
        is_held = monotonic() - self._moved_at < PATIENCE_SECONDS
        if is_held or view.gesture is not None or key not in view.canvas.nodes:
            return False
        if is_first and view.zoom < collapse_zoom():
            self.come_near()
            return True
        card = QRectF(*view.canvas.rect_of(key))
        shown = view.mapFromScene(card).boundingRect()
        margin = round(_MARGIN)
        frame = view.viewport().rect().adjusted(margin, margin, -margin, -margin)
        if frame.contains(shown) or (shown.width() > frame.width() and frame.intersects(shown)):
            return False
        goal = Frame(view.zoom, card.center(), _entry(frame, shown))
        now = monotonic()
        is_hurried, self._followed_at = now - self._followed_at < HURRY_SECONDS, now
        if is_hurried:
            view.glide.stop()
            view.show_frame(goal)
        else:
            view.glide.to(goal)
        return True


def _held(wanted: float, first: float, last: float, span: float) -> float:
    """The middle of a window of this span that shows little beyond both ends."""
    reach = span / 2 - _BEYOND
    if last - first <= 2 * reach:
        return (first + last) / 2
    return min(max(wanted, first + reach), last - reach)


def _entry(frame: QRect, card: QRect) -> QPoint:
    """Where in the window the card comes to lie: nearer to where the walk comes from, so that the
    next cards are in sight too."""
    away = card.center() - frame.center()
    x = _shift(away.x(), frame.width(), card.width())
    y = _shift(away.y(), frame.height(), card.height())
    return frame.center() - QPoint(x, y)


def _shift(away: int, window: int, card: int) -> int:
    """px off the middle of the window along one axis; 0 where the card lies within its span."""
    if abs(away) <= window / 2:
        return 0
    reach = min(_AHEAD * window, max((window - card) / 2, 0))
    return round(math.copysign(reach, away))
