"""What holds for every test of the window: settings of its own, and nothing left to die later."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui import theme
from gui.main_window import MainWindow
from model.files import examples_folder

OpenExample = Callable[..., MainWindow]


@pytest.fixture(scope="session", autouse=True)
def garbage_is_collected_between_tests() -> Iterator[None]:
    """Keep the collector off worker threads, where it would destroy widgets."""
    gc.collect()
    gc.freeze()
    gc.disable()
    yield
    gc.enable()
    gc.unfreeze()


@pytest.fixture(autouse=True)
def home_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give settings, recent files and recovery copies an empty home, never the developer's."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in ("CONFIG", "DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    for file_format in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
        QSettings.setPath(file_format, QSettings.Scope.UserScope, str(home / "config"))


@pytest.fixture(autouse=True)
def nothing_left_to_die_later(qapp: QApplication) -> Iterator[None]:
    """Deliver the deletions a test has asked for, so that their faults show in that test."""
    yield
    theme.set_reduced_motion(False)
    if QGuiApplication.mouseButtons():  # a press without release would drag in the next test
        QTest.mouseRelease(QWidget(), Qt.MouseButton.LeftButton)
    for window in QApplication.topLevelWidgets():
        if window.isVisible():
            window.hide()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()


def show_widget(qtbot: QtBot, widget: QWidget, width: int = 320) -> QWidget:
    """Show it alone and light, so wide and as high as it wishes, px."""
    theme.apply(QApplication.instance(), "light")
    qtbot.addWidget(widget)
    widget.resize(width, widget.sizeHint().height())
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def _forget_changes(window: MainWindow) -> None:
    """Nobody is asked whether to save them."""
    window.document.stack.setClean()


@pytest.fixture
def open_example(qtbot: QtBot, tmp_path: Path) -> Iterator[OpenExample]:
    """Give a function that shows an example in a window, which is closed after the test."""
    opened: list[MainWindow] = []

    def open_window(
        name: str, size: tuple[int, int] | None = (1600, 1000), *, until_shown: bool = True
    ) -> MainWindow:
        """With the numbers of the untrained network in it, unless nobody waits for them."""
        window = MainWindow(examples_folder() / f"{name}.json", recovery_folder=tmp_path)
        opened.append(window)
        qtbot.addWidget(window, before_close_func=_forget_changes)
        if size is not None:
            window.resize(*size)
        window.show()
        if until_shown:
            qtbot.waitUntil(lambda: window.controller.latest is not None, timeout=5000)
        return window

    yield open_window
    for window in opened:
        window.close()
