"""`main.py screenshot`: a picture of the window with a design in it, also without a display."""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QEventLoop,
    QMessageLogContext,
    QSize,
    Qt,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.document import Message
from model.cli.arguments import Parser, whole_number
from model.cli.speaking import say_error
from model.errors import DesignError, FileError

if TYPE_CHECKING:
    from gui.main_window import MainWindow
    from gui.training.controller import TrainingController

WAIT_S = 120.0
"""For one portion of the steps; then the picture is given up with a sentence."""
PORTIONS = 100
SINGLE = 8
SETTLE_S = 0.6
NO_SCREEN = "This plugin does not support"
DEFAULT_SIZE = QSize(1600, 1000)
_LEAST, _MOST = 320, 8000
_MOST_STEPS = 10**9


def run(argv: list[str]) -> int:
    """Take the picture; 0, or 1 after one sentence on the standard error."""
    arguments = _parser().parse_args(argv)
    heard = qInstallMessageHandler(_say)
    try:
        _take(arguments)
    except DesignError as fault:
        say_error(str(fault))
        return 1
    except KeyboardInterrupt:
        say_error("Stopped.")
        return 130
    finally:
        qInstallMessageHandler(heard)
    return 0


def _say(_kind: QtMsgType, _place: QMessageLogContext, words: str) -> None:
    """What Qt says, but for what a platform without a screen cannot do, which nobody asks of it."""
    if NO_SCREEN not in words:
        sys.stderr.write(f"{words}\n")


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="deltaboard screenshot", description="Save a picture of the window as PNG."
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="the design to show")
    parser.add_argument("--out", metavar="PNG", type=Path, required=True, help="where to write it")
    parser.add_argument(
        "--train-steps", metavar="N", type=_steps, default=0, help="train exactly N steps first"
    )
    parser.add_argument("--theme", choices=list(theme.THEMES), default="light")
    parser.add_argument("--size", metavar="WxH", type=_size, default=DEFAULT_SIZE)
    parser.add_argument("--present", action="store_true", help="the form for a lecture")
    return parser


def _steps(text: str) -> int:
    return whole_number(text, 0, _MOST_STEPS)


def _size(text: str) -> QSize:
    found = re.fullmatch(r"(\d+)x(\d+)", text)
    sides = [int(side) for side in found.groups()] if found else []
    if not sides or not all(_LEAST <= side <= _MOST for side in sides):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no size; give width and height from {_LEAST} to {_MOST}, "
            "such as 1600x1000"
        )
    return QSize(*sides)


def _take(arguments: argparse.Namespace) -> None:
    """Open, train, wait until all is painted, save. Raises: DesignError."""
    from gui.app import make_application
    from gui.main_window import MainWindow
    from gui.settings import Settings
    from model import files

    app = make_application()
    theme.set_reduced_motion(True)
    theme.apply(app, arguments.theme)
    files.read_design(arguments.file)  # raises what the window would say in its message bar
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder) / "settings.ini")
        settings.theme_name = arguments.theme
        window = MainWindow(None, settings, Path(folder) / "recovery")
        window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        try:
            _picture(window, arguments)
        finally:
            window.document.stack.setClean()
            window.close()
            app.processEvents()  # what the window has put off is done while it lives
            window.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            app.processEvents()


def _picture(window: MainWindow, arguments: argparse.Namespace) -> None:
    window.document.open(arguments.file)
    window.setWindowState(Qt.WindowState.WindowNoState)
    window.resize(arguments.size)
    window.show()
    _spin(lambda: False, SETTLE_S)
    _check_size(window.size(), arguments.size)
    if arguments.present:
        window.actions_by_name["present"].setChecked(True)
    window.room.fit()
    _train(window, arguments.train_steps)
    _spin(lambda: False, SETTLE_S)
    picture = window.grab()
    if not picture.save(str(arguments.out), "PNG"):
        raise FileError(
            f"The picture {arguments.out} cannot be written.",
            hint="Check that the folder exists and may be written to.",
        )


def _check_size(size: QSize, wanted: QSize) -> None:
    """Raises: DesignError where the window's parts need more room than was asked for."""
    if size != wanted:
        raise DesignError(
            f"The window does not fit {wanted.width()}x{wanted.height()} pixels in this theme.",
            hint=f"Ask for at least {size.width()}x{size.height()}.",
        )


def _train(window: MainWindow, steps: int) -> None:
    """Exactly so many steps through the window's own controller, in portions, so that the curves
    over the snapshots have points; the last ones singly, for the film of masks."""
    said: list[str] = []

    def on_message(message: Message) -> None:
        if message.kind == "error":
            said.append(message.text)

    window.document.message.connect(on_message)
    controller, at = window.controller, 0
    portion = max(1, steps // PORTIONS)
    while at < steps and not said:
        count = 1 if steps - at <= SINGLE else min(portion, steps - at - SINGLE)
        at += count
        controller.step_batches(count)
        if not _spin(lambda: bool(said) or _step_of(controller) >= at, WAIT_S):  # noqa: B023
            raise DesignError(f"{count} training steps did not end within {WAIT_S:.0f} s.")
    window.document.message.disconnect(on_message)
    if said:
        raise DesignError(said[0])


def _step_of(controller: TrainingController) -> int:
    latest = controller.latest
    return latest.step if latest is not None and controller.state != "running" else 0


def _spin(is_done: Callable[[], bool], seconds: float) -> bool:
    """Run the event loop until something is so; False where it was not within the time."""
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        if is_done():
            return True
        time.sleep(0.005)
    return is_done()
