"""Keeps a copy of unsaved work within a second of each edit, and offers what a crash has left."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Slot

from gui.document import Document
from gui.messages import Messages
from model import files
from model.errors import FileError
from model.files import Recovered, RecoveryStore

DELAY_MS = 1000
KEY = "design"
_log = logging.getLogger(__name__)


class Recovery(QObject):
    """One copy for one document. It goes after a verified save or a word of the person."""

    def __init__(
        self, document: Document, messages: Messages, folder: Path, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._messages = messages
        self.store = RecoveryStore(folder)
        self._version = 0
        self._has_failed = False
        self._offers: list[Recovered] = []
        self._timer = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._timer.timeout.connect(self.keep)
        document.graph.changed.connect(self._on_changed)
        document.file_changed.connect(self._on_file_changed)
        document.opened.connect(self._on_opened)

    # keeping

    def _on_changed(self) -> None:
        self._version += 1
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _on_file_changed(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _on_opened(self) -> None:
        self._timer.stop()
        self.store.discard(KEY)

    @Slot()
    def keep(self) -> None:
        """Copy the work aside now, or drop the copy where the file holds the same."""
        document = self._document
        if not document.is_modified:
            if document.path is None or self._is_on_disk():
                self.store.discard(KEY)
            return
        try:
            self.store.keep(KEY, document.graph.design(), document.path, self._version)
            self._has_failed = False
        except FileError as fault:
            if not self._has_failed:
                self._messages.report(fault)
            self._has_failed = True

    def _is_on_disk(self) -> bool:
        path = self._document.path
        try:
            return path is not None and files.read_design(path) == self._document.graph.design()
        except FileError:
            return False

    def close(self) -> None:
        """The window closes in good order, its work saved or given up by the person."""
        self._timer.stop()
        self.store.close()

    # offering

    def offer(self) -> None:
        """Ask, without waiting for the answer, about work that a crash has left behind."""
        try:
            self._offers = self.store.stale()
        except OSError:
            _log.exception("The folder of recovery copies cannot be read")
            return
        if self._offers:
            self._ask()
        elif self.store.damaged:
            aside = self.store.damaged[0]
            self._messages.say(
                f"A recovery copy was damaged and could not be read; it is kept as {aside}.", "warn"
            )

    def _ask(self) -> None:
        found = self._offers[0]
        when = found.saved_at.astimezone().strftime("%d %b, %H:%M")
        more = f" ({len(self._offers) - 1} more)" if len(self._offers) > 1 else ""
        self._messages.say(
            f"Unsaved work on {found.title} of {when} was found{more}. "
            "Close this line to be asked again at the next start.",
            "warn",
            (("Restore", partial(self._restore, found)), ("Discard", partial(self._drop, found))),
        )

    def _restore(self, found: Recovered) -> None:
        if self._document.is_modified:
            self._messages.say(
                "Save the present design first; then the found work can take its place.",
                "warn",
                (("Restore", partial(self._restore, found)),),
            )
            return
        try:
            design = self.store.load(found)
        except FileError as fault:
            self._messages.report(fault)
            return
        self._document.load(design, found.original_path)
        self._document.stack.resetClean()
        self._version += 1
        self.keep()
        if not self._has_failed:
            self.store.forget(found)
        self._next(found)

    def _drop(self, found: Recovered) -> None:
        self.store.forget(found)
        self._next(found)

    def _next(self, found: Recovered) -> None:
        self._offers.remove(found)
        if self._offers:
            self._ask()
