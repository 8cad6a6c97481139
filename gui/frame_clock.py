"""How long one picture takes: handling a snapshot plus painting the window, in milliseconds."""

from __future__ import annotations

import time
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

SMOOTHING = 0.1
REPORT_MS = 500


class FrameClock(QObject):
    """Measures; `measured(ms)` a smoothed figure, at most twice a second, while frames come.

    The first slot of the controller's snapshot starts the watch and the last one stops it, so the
    window calls `stay_last` after it has connected more displays.
    """

    measured = Signal(object)

    def __init__(self, controller: Any, parent: QObject) -> None:
        super().__init__(parent)
        self._controller = controller
        self._began = 0.0
        self._pending = 0.0
        self._mean: float | None = None
        self._is_new = False
        controller.snapshot.connect(self._on_first)
        controller.snapshot.connect(self._on_last)
        self._timer = QTimer(self, interval=REPORT_MS)
        self._timer.timeout.connect(self._report)
        self._timer.start()

    @property
    def milliseconds(self) -> float | None:
        """The smoothed figure; `None` before the first frame."""
        return self._mean

    def stay_last(self) -> None:
        """Move to the end of the snapshot's displays."""
        self._controller.snapshot.disconnect(self._on_last)
        self._controller.snapshot.connect(self._on_last)

    def painted(self, seconds: float) -> None:
        """The window has painted for so long."""
        milliseconds = (self._pending + seconds) * 1000
        self._pending = 0.0
        if self._mean is None:
            self._mean = milliseconds
        self._mean += SMOOTHING * (milliseconds - self._mean)
        self._is_new = True

    @Slot(object)
    def _on_first(self, _snapshot: object) -> None:
        self._began = time.perf_counter()

    @Slot(object)
    def _on_last(self, _snapshot: object) -> None:
        self._pending += time.perf_counter() - self._began

    @Slot()
    def _report(self) -> None:
        if self._is_new:
            self._is_new = False
            self.measured.emit(self._mean)
