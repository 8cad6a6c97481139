"""Start Deltaboard: the window, or one of the verbs of the command line.

Nothing but the standard library is imported before the verb is known, so that `train`, `sweep`,
`check`, `trace` and `examples` never load Qt, and a machine without a display hears one sentence
instead of an abort.
"""

from __future__ import annotations

import ctypes
import gc
import importlib.metadata
import os
import sys
from pathlib import Path

VERSION = "0.1.0"

USAGE = """\
Deltaboard: draw a neural network, press Run, watch it learn.

  deltaboard [FILE]                open the window, with FILE in it
  deltaboard train FILE ...        train without a window, with a progress bar or JSON lines
  deltaboard sweep FILE ...        train many times, over values of its fields and over seeds
  deltaboard check FILE ...        shapes, parameters and problems of a design
  deltaboard trace FILE ...        one step, number by number: h, δ and gradients of every node
  deltaboard examples [--json]     list the designs that come with the program
  deltaboard screenshot FILE ...   a picture of the window, also without a display

  deltaboard VERB --help           the options of one verb
  deltaboard --version

From a checkout, `python main.py` stands for `deltaboard`.
"""

HEADLESS_VERBS = ("train", "sweep", "check", "trace", "examples")

QT_PACKAGES = (
    "libegl1 libgl1 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 "
    "libglib2.0-0 libdbus-1-3 libfontconfig1"
)


def main(argv: list[str] | None = None) -> int:
    """Run the program with these arguments (those of the process by default).

    Returns the exit code: 0 all well, 1 the design has a fault, 2 the call or the machine has one.
    """
    arguments = sys.argv[1:] if argv is None else argv
    first = arguments[0] if arguments else ""
    _leave_a_core_to_the_window()
    if first in HEADLESS_VERBS:
        from model.cli import main as cli_main

        return cli_main(arguments)
    if first in ("-h", "--help"):
        sys.stdout.write(USAGE)
        return 0
    if first == "--version":
        sys.stdout.write(f"Deltaboard {VERSION}\n")
        return 0
    if first != "screenshot":
        if first.startswith("-"):
            return _refuse(f"There is no option {first}. `deltaboard --help` lists what there is.")
        if len(arguments) > 1:
            return _refuse("The window opens one file at a time; leave the others out.")
    return _run_with_qt(first, arguments)


def _run_with_qt(first: str, arguments: list[str]) -> int:
    if fault := pyside_fault():
        return _refuse(fault)
    try:
        if first == "screenshot":
            if display_fault():
                os.environ["QT_QPA_PLATFORM"] = "offscreen"
            from gui.screenshot import run as run_screenshot

            return run_screenshot(arguments[1:])
        if fault := display_fault():
            return _refuse(fault)
        gc.disable()  # the window collects in its own time; hundreds of modules load faster so
        from gui.app import run

        return run(first or None)
    except ImportError as error:
        if ".so" not in str(error):  # only a missing library of the system is the user's to fix
            raise
        return _refuse(
            f"Qt cannot load a library of this system ({error}); "
            f"on Debian or Ubuntu: sudo apt-get install {QT_PACKAGES}"
        )


def _leave_a_core_to_the_window() -> None:
    """Keep BLAS off one core: its threads collapse when a painting window wants the same core.

    Verbs without a window use the same number, so that a seed gives the same bits in both. It must
    stand in the environment before numpy is imported; a number that the user has set stays.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", str(max(1, (cores or 1) - 1)))


def pyside_fault() -> str | None:
    """Say why this PySide6 cannot be used, or None if it can.

    PySide6 6.12.0 loses a reference to None or True on nearly every call; before Python 3.12 made
    them immortal, the process dies of it after a few hundred signals.
    """
    try:
        version = importlib.metadata.version("PySide6-Essentials")
    except importlib.metadata.PackageNotFoundError:
        return "PySide6 is not installed; in the folder of Deltaboard: python -m pip install ."
    if version.startswith("6.12.") and sys.version_info < (3, 12):
        return (
            f"PySide6 {version} crashes under Python 3.11; "
            'use another: python -m pip install "PySide6-Essentials>=6.11.3,<6.12"'
        )
    return None


def display_fault() -> str | None:
    """Say why no window can be shown here, or None if one can. Qt itself would abort.

    Only Linux is asked: elsewhere a session always has a display.
    """
    if not sys.platform.startswith("linux"):
        return None
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    x_display = os.environ.get("DISPLAY", "")
    is_wayland = _wayland_answers()
    if not (platform or x_display or is_wayland):
        return (
            "Deltaboard needs a display to open its window: start it in a desktop session, "
            "log in with `ssh -X`, or use train, check, trace, examples or screenshot, which need"
            " none."
        )
    is_x_certain = platform == "xcb" or not (platform or is_wayland)
    return _x_fault(x_display) if is_x_certain else None


def _wayland_answers() -> bool:
    """Is there a Wayland session? A variable left over from another one is none."""
    name = os.environ.get("WAYLAND_DISPLAY", "")
    place = Path(os.environ.get("XDG_RUNTIME_DIR", ""), name)
    if not name or not place.is_absolute():
        return False
    import socket  # 5 ms that no other start has to wait for

    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        try:
            line.connect(str(place))
        except OSError:
            return False
    return True


def _x_fault(display: str) -> str | None:
    """Say what Qt's X plugin would abort on: a missing library, or a display that is not there."""
    try:
        ctypes.CDLL("libxcb-cursor.so.0")  # the one that most fresh systems lack
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError as error:
        return (
            f"Qt cannot open a window without a library of this system ({error}); "
            f"on Debian or Ubuntu: sudo apt-get install {QT_PACKAGES}"
        )
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(display.encode(), None))
    is_dead = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    if is_dead:
        return (
            f"The display {display!r} does not answer: start Deltaboard in a desktop session, "
            "or set DISPLAY to the one you are looking at."
        )
    return None


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"deltaboard: {sentence}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
