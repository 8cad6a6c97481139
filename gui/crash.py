"""After a fault of ours: it is logged and said once, the work is kept, the window stays."""

from __future__ import annotations

import logging
import sys
import threading
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, QStandardPaths, Qt, Signal

LOG_BYTES = 500_000
LOG_FILES = 3
_log = logging.getLogger("deltaboard")


def data_folder() -> Path:
    """The program's own folder, for the log; it may not exist yet."""
    place = QStandardPaths.StandardLocation.AppDataLocation
    return Path(QStandardPaths.writableLocation(place))


def log_path() -> Path:
    """The newest log file."""
    return data_folder() / "deltaboard.log"


def start_log() -> None:
    """Write warnings and faults to a file that is turned over when it has grown large.

    Without a place to write, faults still go to the standard error.
    """
    from logging.handlers import RotatingFileHandler  # 10 ms that the first paint need not wait for

    root = logging.getLogger()
    if any(isinstance(known, RotatingFileHandler) for known in root.handlers):
        return
    try:
        log_path().parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            log_path(), maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8", delay=True
        )
    except OSError:
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root.addHandler(handler)
    root.setLevel(logging.INFO)


class Watch(QObject):
    """`fault(sentence)` is emitted in the GUI thread, at the first fault of each kind."""

    fault = Signal(object)
    _heard = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._known: set[str] = set()
        self._heard.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """From now on no fault is silent, and none ends the program."""
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception

    def uninstall(self) -> None:
        """Give the hooks back."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__

    def _on_exception(
        self,
        kind: type[BaseException],
        fault: BaseException,
        trace: TracebackType | None,
    ) -> None:
        sys.__excepthook__(kind, fault, trace)
        if issubclass(kind, KeyboardInterrupt):
            return
        start_log()
        _log.critical("Unexpected fault", exc_info=(kind, fault, trace))
        self._heard.emit(f"{kind.__name__}: {fault}")

    def _on_thread_exception(self, details: threading.ExceptHookArgs) -> None:
        if details.exc_value is not None:
            self._on_exception(details.exc_type, details.exc_value, details.exc_traceback)

    def _tell(self, words: str) -> None:
        if words in self._known:
            return
        self._known.add(words)
        self.fault.emit(
            f"Something went wrong inside the program ({words}). Your work is kept; "
            f"the details are in {log_path()}."
        )
