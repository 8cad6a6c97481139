"""A window of its own for each test, with settings and recovery copies in the test's folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.main_window import MainWindow
from gui.settings import Settings
from model import files

MakeWindow = Callable[..., MainWindow]


def example(name: str) -> Path:
    """The file of an example that comes with the program."""
    return files.examples_folder() / f"{name}.json"


@pytest.fixture
def make_window(qapp: QApplication, tmp_path: Path) -> Iterator[MakeWindow]:
    """Give a function that opens a window; all of them share one folder, as two starts do."""
    theme.set_reduced_motion(True)
    theme.apply(qapp, "light")
    made: list[MainWindow] = []

    def make(path: Path | None = None, *, is_shown: bool = True) -> MainWindow:
        window = MainWindow(path, Settings(tmp_path / "settings.ini"), tmp_path / "recovery")
        made.append(window)
        window.setWindowState(Qt.WindowState.WindowNoState)
        window.resize(1500, 900)
        if is_shown:
            window.show()
            qapp.processEvents()
        return window

    yield make
    for window in made:
        window.document.stack.setClean()
        window.close()
        window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    theme.apply(qapp, "light")


@pytest.fixture
def window(make_window: MakeWindow) -> MainWindow:
    """A window with the XOR example in it."""
    return make_window(example("xor"))
