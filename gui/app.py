"""The program around the window: application object, look, log, garbage, signals."""

from __future__ import annotations

import gc
import signal
from pathlib import Path
from types import FrameType

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from gui import crash, theme
from gui.main_window import MainWindow
from gui.settings import APPLICATION, ORGANISATION, Settings

LOG_MS = 300
FREEZE_MS = 1500
"""Work that can wait until the window has been painted."""
YOUNG_MS = 1000
YOUNG_PER_FULL = 60


class GarbageCollector(QObject):
    """Collects in the GUI thread only: in a worker it would destroy widgets there, and crash.

    Python's signal handlers, too, run whenever its timer ticks.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._ticks = 0
        self._timer = QTimer(self, interval=YOUNG_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def freeze(self) -> None:
        """What was loaded at the start is never looked at again."""
        gc.collect()
        gc.freeze()

    @Slot()
    def _tick(self) -> None:
        self._ticks += 1
        gc.collect(2 if self._ticks % YOUNG_PER_FULL == 0 else 1)


def make_application() -> QApplication:
    """The one application object, named and with its icon."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication([APPLICATION])
    app.setApplicationName(APPLICATION)
    app.setApplicationDisplayName(APPLICATION)
    app.setOrganizationName(ORGANISATION)
    app.setDesktopFileName("deltaboard")
    app.setStyle("Fusion")
    app.setWindowIcon(theme.app_icon())
    return app


def run(path: str | None) -> int:
    """Show the window, with a design in it if a file is given; the exit code when it is closed."""
    app = make_application()
    settings = Settings()
    theme.apply(app, settings.theme_name)
    watch = crash.Watch(app)
    watch.install()
    collector = GarbageCollector(app)
    window = MainWindow(Path(path) if path else None, settings)
    watch.fault.connect(window.on_fault)
    _close_on_interrupt(window)
    app.aboutToQuit.connect(window.shut_down)
    window.show()
    QTimer.singleShot(LOG_MS, crash.start_log)
    QTimer.singleShot(FREEZE_MS, collector.freeze)
    code = app.exec()
    window.shut_down()
    watch.uninstall()
    return code


def _close_on_interrupt(window: MainWindow) -> None:
    """Ctrl+C in the terminal closes the window as its own button does."""

    def on_interrupt(_number: int, _frame: FrameType | None) -> None:
        QTimer.singleShot(0, window.close)

    signal.signal(signal.SIGINT, on_interrupt)
