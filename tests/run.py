"""Run every check of the project, in order, and say at the end which of them failed.

    python tests/run.py            all of them
    python tests/run.py types      one of: lint, format, types, tests, window

All run even when an early one fails. The exit code is 0 only if none did.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SCREEN = "1600x1000x24"
WINDOW_PROGRAMS = {
    "Xvfb": "xvfb",
    "xdotool": "xdotool",
    "openbox": "openbox",
    "import": "imagemagick",
}


def lint() -> bool:
    """Ask ruff for faults."""
    return _python("-m", "ruff", "check", "--quiet", "--output-format=concise", ".")


def layout() -> bool:
    """Ask ruff whether every file is laid out as it would."""
    return _python("-m", "ruff", "format", "--check", "--quiet", ".")


def types() -> bool:
    """Ask mypy, strict as pyproject.toml says."""
    return _python("-m", "mypy")


def tests() -> bool:
    """Run every test that needs no display, one process a core."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    environment.pop("DELTABOARD_E2E", None)
    share = ("-n", str(max(2, os.cpu_count() or 1)), "--dist", "loadfile")
    return _python("-m", "pytest", *share, "--ignore=tests/end_to_end", environment=environment)


def window() -> bool:
    """Use the real window with mouse and keyboard, on a virtual screen of its own."""
    if missing := [name for name in WINDOW_PROGRAMS if shutil.which(name) is None]:
        packages = " ".join(WINDOW_PROGRAMS[name] for name in missing)
        _say(f"window: skipped, {', '.join(missing)} missing (apt-get install {packages})")
        return os.environ.get("CI") != "true"
    with virtual_screen() as display:
        environment = {**os.environ, "DISPLAY": display, "DELTABOARD_E2E": "1"}
        environment["QT_QPA_PLATFORM"] = "xcb"
        environment.pop("WAYLAND_DISPLAY", None)
        return _python("-m", "pytest", "tests/end_to_end", environment=environment)


CHECKS: dict[str, Callable[[], bool]] = {
    "lint": lint,
    "format": layout,
    "types": types,
    "tests": tests,
    "window": window,
}


def main(names: list[str]) -> int:
    """Run the checks of these names, all if there are none, and return the exit code."""
    if unknown := [name for name in names if name not in CHECKS]:
        _say(f"There is no check {', '.join(unknown)}; there are {', '.join(CHECKS)}.")
        return 2
    failed = []
    for name in names or CHECKS:
        _say(f"== {name}")
        started = time.monotonic()
        if not CHECKS[name]():
            failed.append(name)
        _say(
            f"== {name}: {'FAILED' if name in failed else 'done'}, "
            f"{time.monotonic() - started:.0f} s"
        )
    _say(f"Failed: {', '.join(failed)}." if failed else "Nothing failed.")
    return 1 if failed else 0


@contextmanager
def virtual_screen() -> Iterator[str]:
    """Run an X server and a window manager that nobody sees; give the server's display."""
    read_end, write_end = os.pipe()
    command = ["Xvfb", "-displayfd", str(write_end), "-screen", "0", SCREEN, "-nolisten", "tcp"]
    quiet = subprocess.DEVNULL
    server = subprocess.Popen(command, pass_fds=[write_end], stdout=quiet, stderr=quiet)
    os.close(write_end)
    manager = None
    try:
        with os.fdopen(read_end) as answer:
            number = answer.readline().strip()  # Xvfb picks a free one and writes it when ready
        if not number:
            raise RuntimeError("Xvfb ended before it had a screen to show")
        environment = {**os.environ, "DISPLAY": f":{number}"}
        manager = subprocess.Popen(["openbox"], env=environment, stdout=quiet, stderr=quiet)
        _keep_to_one_workspace(environment)
        yield f":{number}"
    finally:
        for process in (manager, server):
            if process is not None:
                process.terminate()
                process.wait(5)


def _keep_to_one_workspace(environment: dict[str, str]) -> None:
    """Wait for the window manager, and take away the workspaces a turn of the wheel would go to."""
    for _ in range(100):
        command = ["xdotool", "set_num_desktops", "1", "get_num_desktops"]
        answer = subprocess.run(
            command, check=False, env=environment, capture_output=True, text=True, timeout=10
        )
        if answer.stdout.strip() == "1":
            return
        time.sleep(0.05)
    raise RuntimeError("The window manager of the virtual screen does not answer")


def _python(*arguments: str, environment: dict[str, str] | None = None) -> bool:
    """Run this Python in the project's folder; True if it ended well."""
    return subprocess.call([sys.executable, *arguments], cwd=ROOT, env=environment) == 0


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
