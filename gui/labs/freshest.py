"""Studies asked for many times a second: the newest runs as soon as the one before has ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from gui.labs.job import Job


class Freshest(QObject):
    """In front of a `Job`, for studies that are short: a drag sees every answer that there is time
    for, instead of cancelling each before it comes. What was asked for in between is left out."""

    def __init__(self, job: Job, panel: QWidget) -> None:
        super().__init__(panel)
        self._job = job
        self._panel = panel
        self._waiting: tuple[Callable[..., Any], tuple[Any, ...]] | None = None
        job.running_changed.connect(self._on_running_changed)

    def ask(self, study: Callable[..., Any], *args: Any) -> None:
        """Run it now, or next."""
        if self._job.is_running:
            self._waiting = (study, args)
        else:
            self._job.start(study, *args)

    @Slot(bool)
    def _on_running_changed(self, is_running: bool) -> None:
        if is_running or self._waiting is None:
            return
        study, args = self._waiting
        self._waiting = None
        if self._panel.isVisible():
            self._job.start(study, *args)
