"""The real window, on the virtual display that `tests/run.py` starts; without one, tests skip."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path

import pytest

from tests.end_to_end.xdo import Desktop, Program

ROOT = Path(__file__).resolve().parents[2]
FAILURES = Path(__file__).with_name("failures")
HAS_FAILED = pytest.StashKey[bool]()

Launch = Callable[[Sequence[str | Path]], Program]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash[HAS_FAILED] = item.stash.get(HAS_FAILED, False) or report.failed
    return report


@pytest.fixture
def desktop() -> Desktop:
    """Give a hand on the display, with the pointer out of the way."""
    if os.environ.get("DELTABOARD_E2E") != "1":
        pytest.skip("needs a display of its own: python tests/run.py window")
    hand = Desktop(os.environ["DISPLAY"])
    hand.move(2, 2)
    return hand


@pytest.fixture
def launch(desktop: Desktop, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Launch]:
    """Give a function that starts the program, in one home that is empty when the test begins.

    After a failure a picture of the screen is kept. At the end every program is stopped, and the
    test fails if Qt or Python complained.
    """
    programs: list[Program] = []

    def start(arguments: Sequence[str | Path] = ()) -> Program:
        number = len(programs) + 1
        probe_path = tmp_path / f"probe_{number}.json"
        log_path = tmp_path / f"program_{number}.log"
        with log_path.open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, str(ROOT / "main.py"), *map(str, arguments)],
                cwd=tmp_path,
                env=_environment(tmp_path / "home", probe_path),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        programs.append(Program(process, probe_path, log_path))
        return programs[-1]

    yield start
    if request.node.stash.get(HAS_FAILED, False):
        desktop.screenshot(FAILURES / f"{request.node.name}.png")
    for program in programs:
        program.stop()
    if complaints := [line for program in programs for line in program.complaints()]:
        pytest.fail("The program complained:\n" + "\n".join(complaints))


def _environment(home: Path, probe_path: Path) -> dict[str, str]:
    """Return this environment with an empty home and no desktop session to talk to."""
    runtime = home / "runtime"
    runtime.mkdir(parents=True, exist_ok=True)
    runtime.chmod(0o700)
    left_out = ("DBUS_SESSION_BUS_ADDRESS", "WAYLAND_DISPLAY", "DELTABOARD_E2E")
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return kept | {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_RUNTIME_DIR": str(runtime),
        "QT_QPA_PLATFORM": "xcb",
        "PYTHONUNBUFFERED": "1",
        "DELTABOARD_PROBE": str(probe_path),
    }
