"""Work that takes long, on a thread of its own: progress, partial answers, cancel."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from model.analysis.progress import CancelledError, Progress
from model.errors import DesignError

POLL_MS = 15


class Job(QObject):
    """Runs `study(progress, *args)` and tells the window what comes of it.

    Starting another one, or `cancel`, ends the one that runs; its answer is dropped. The study must
    not touch widgets, and may touch only what nobody else changes (copies).
    """

    done = Signal(object)
    """The study's answer."""
    progressed = Signal(float, str)
    """Share from 0 to 1, and words."""
    partial = Signal(object)
    """What the study knows so far."""
    failed = Signal(str)
    """One sentence: a fault of the person's design."""
    running_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._progress: Progress | None = None
        self._answers: SimpleQueue[tuple[Progress, Any, BaseException | None]] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._shown: object = None
        self._poll = QTimer(self, interval=POLL_MS)
        self._poll.timeout.connect(self._on_poll)

    @property
    def is_running(self) -> bool:
        return self._progress is not None

    def start(self, study: Callable[..., Any], *args: Any) -> None:
        """Begin a study; the one before is cancelled."""
        self.cancel()
        progress = Progress()
        self._progress = progress

        def work() -> None:
            np.seterr(over="ignore", invalid="ignore", divide="ignore")
            answer, fault = None, None
            try:
                answer = study(progress, *args)
            except CancelledError:
                return
            except Exception as found:  # noqa: BLE001 - told or raised on the window's thread
                fault = found
            self._answers.put((progress, answer, fault))

        self._thread = threading.Thread(target=work, name="laboratory", daemon=True)
        self._thread.start()
        self._poll.start()
        self.running_changed.emit(True)

    @Slot()
    def cancel(self) -> None:
        """End what runs, if anything does."""
        if self._progress is None:
            return
        self._progress.cancel()
        self._progress = None
        self._poll.stop()
        self.running_changed.emit(False)

    def finish(self, seconds: float = 3.0) -> None:
        """Cancel, and wait for the thread: before the window goes."""
        self.cancel()
        if self._thread is not None:
            self._thread.join(seconds)
            self._thread = None

    @Slot()
    def _on_poll(self) -> None:
        progress = self._progress
        if progress is None:
            return
        self.progressed.emit(progress.share, progress.words)
        if progress.partial is not None and progress.partial is not self._shown:
            self._shown = progress.partial
            self.partial.emit(progress.partial)
        while self._progress is progress:
            try:
                owner, answer, fault = self._answers.get_nowait()
            except Empty:
                return
            if owner is progress:
                self._end(answer, fault)

    def _end(self, answer: Any, fault: BaseException | None) -> None:
        self._progress = None
        self._poll.stop()
        self.running_changed.emit(False)
        if fault is None:
            self.done.emit(answer)
        elif isinstance(fault, DesignError):
            self.failed.emit(str(fault))
        else:
            raise fault
