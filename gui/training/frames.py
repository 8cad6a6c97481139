"""One picture at a time: gathers what wants to be painted, and holds the training still for it."""

from __future__ import annotations

from threading import Event
from time import perf_counter

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QWidget

FRAME_MS = 15
"""Least time between two pictures while a training runs. A snapshot makes plots, cards and labels
ask for paint one after the other; without this each of them would flush the window by itself."""


class FrameGuard(QObject):
    """Paints a window when it is told to, not each time a widget asks. Idle windows paint freely.

    `gate`: cleared while this thread works on a picture; the training thread waits for it.
    """

    def __init__(self, gate: Event, parent: QObject) -> None:
        super().__init__(parent)
        self._gate = gate
        self._window: QWidget | None = None
        self.is_active = False
        self.seconds = 0.0
        """Time that the last picture took to paint."""
        self._last_end = 0.0
        self._is_painting = False
        self._due = QTimer(self, singleShot=True)
        self._due.setTimerType(Qt.TimerType.PreciseTimer)
        self._due.timeout.connect(self._paint)

    def watch(self, window: QWidget) -> None:
        self._window = window
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Put a wish to paint off until the next picture is due."""
        if event.type() != QEvent.Type.UpdateRequest or self._is_painting or not self.is_active:
            return False
        if not self._due.isActive():
            since_ms = (perf_counter() - self._last_end) * 1000
            self._due.start(max(1, round(FRAME_MS - since_ms)))
        return True

    @Slot()
    def _paint(self) -> None:
        if self._window is None:
            return
        self._gate.clear()
        self._is_painting = True
        start = perf_counter()
        try:
            self._window.event(QEvent(QEvent.Type.UpdateRequest))
        finally:
            self._is_painting = False
            self._last_end = perf_counter()
            self.seconds = self._last_end - start
            self._gate.set()
