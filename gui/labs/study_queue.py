"""Studies of several kinds on one thread, one after the other; of each kind the newest counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from gui.labs.job import Job

Wanted = tuple[Callable[..., Any], tuple[Any, ...]]


class StudyQueue(QObject):
    """kinds: in their order; a kind builds on those before it, so asking for one drops whatever of
    the later kinds waits or runs.

    The window need not know whether something is running: it asks, and hears `done(kind, answer)`.
    """

    done = Signal(str, object)
    partial = Signal(str, object)

    def __init__(self, job: Job, panel: QWidget, kinds: tuple[str, ...]) -> None:
        super().__init__(panel)
        self._job = job
        self._panel = panel
        self._kinds = kinds
        self._waiting: dict[str, Wanted] = {}
        self.running = ""
        """The kind that is being worked out, "" = none."""
        self._ended = ""
        self.failed = ""
        """The kind that could not be worked out last."""
        job.done.connect(self._on_done)
        job.failed.connect(self._on_failed)
        job.partial.connect(self._on_partial)
        job.running_changed.connect(self._on_running_changed)

    def ask(
        self, kind: str, study: Callable[..., Any], *args: Any, is_patient: bool = False
    ) -> None:
        """Next of this kind. is_patient: one of the same kind that runs may end first; a drag then
        sees every answer that there is time for."""
        place = self._kinds.index(kind)
        for later in self._kinds[place:]:
            self._waiting.pop(later, None)
        self._waiting[kind] = (study, args)
        if self.running and self._kinds.index(self.running) >= place:
            if self.running == kind and is_patient:
                return
            self._job.cancel()
        elif not self.running:
            self._next()

    def drop(self, kind: str) -> None:
        """Nobody wants one of this kind, nor of the later ones, any more."""
        place = self._kinds.index(kind)
        for later in self._kinds[place:]:
            self._waiting.pop(later, None)
        if self.running and self._kinds.index(self.running) >= place:
            self._job.cancel()

    def is_awaited(self, kind: str) -> bool:
        """It runs or waits."""
        return self.running == kind or kind in self._waiting

    def _next(self) -> None:
        if not self._panel.isVisible():
            self._waiting.clear()
        for kind in self._kinds:
            if kind in self._waiting:
                study, args = self._waiting.pop(kind)
                self.running = kind
                self._job.start(study, *args)
                return

    @Slot(object)
    def _on_done(self, answer: object) -> None:
        kind, self._ended = self._ended, ""
        self.done.emit(kind, answer)

    @Slot(str)
    def _on_failed(self, _sentence: str) -> None:
        self.failed, self._ended = self._ended, ""

    @Slot(object)
    def _on_partial(self, answer: object) -> None:
        if self.running:
            self.partial.emit(self.running, answer)

    @Slot(bool)
    def _on_running_changed(self, is_running: bool) -> None:
        if is_running:
            return
        self._ended, self.running = self.running, ""
        self._next()
