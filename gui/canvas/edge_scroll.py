"""Pushes the canvas on while something is dragged to the window's edge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Slot

from gui.canvas.gestures import PanGesture

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

EDGE_PX = 28
_TICK_MS = 25
_FASTEST_PX = 24.0


class EdgeScroll(QObject):
    """The nearer to the edge, or the farther beyond it, the faster."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self._spot = QPoint()
        self._modifiers = Qt.KeyboardModifier.NoModifier
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._tick)

    def follow(self, spot: QPoint, modifiers: Qt.KeyboardModifier) -> None:
        """The pointer of a gesture is here, in pixels of the viewport."""
        self._spot, self._modifiers = spot, modifiers
        is_due = not self.step().isNull() and not isinstance(self._view.gesture, PanGesture)
        if not is_due:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def step(self) -> QPoint:
        """How far the window moves in a tick, px."""
        frame = self._view.viewport().rect()
        return QPoint(_pace(self._spot.x(), frame.width()), _pace(self._spot.y(), frame.height()))

    @property
    def is_on(self) -> bool:
        return self._timer.isActive()

    def stop(self) -> None:
        self._timer.stop()

    @Slot()
    def _tick(self) -> None:
        gesture = self._view.gesture
        if gesture is None:
            self.stop()
            return
        self._view.pan_by(self.step())
        gesture.move(self._view.mapToScene(self._spot), self._modifiers)


def _pace(at: int, length: int) -> int:
    """px a tick along one axis; 0 away from both edges."""
    if at < EDGE_PX:
        return -round(min((EDGE_PX - at) * 0.4 + 1, _FASTEST_PX))
    if at > length - EDGE_PX:
        return round(min((at - length + EDGE_PX) * 0.4 + 1, _FASTEST_PX))
    return 0
