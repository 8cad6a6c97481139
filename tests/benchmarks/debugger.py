"""Figures of the debugger in a real window: stepping through a graph of a hundred nodes.

    python tests/benchmarks/debugger.py            a table of all figures
    python tests/benchmarks/debugger.py --json     one JSON object

step_p95_ms: from the press of F10 until the frame with the new numbers is painted, of 95 % of the
presses, where each waits for the frame before. frames_per_second: frames with new numbers while
stepping so. step_all_*, step_near_*: with all cards in sight, or at 100 % with the window following
the active card; the figures without a name are the worse of both. held_*: F10 held down at 60
presses a second. play_*: automatic play at 30 operations a second.

Measured on the present display, or on a virtual screen of its own where there is none. Unset
OPENBLAS_CORETYPE and OPENBLAS_L2_SIZE for it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
NODES = 100
KEY_MS = 1000 / 60
STEPS = 240
WARM_UP_STEPS = 40

Figures = dict[str, float]


class Stepper:
    """A window in which F10 is pressed, and the times at which frames were painted."""

    def __init__(self) -> None:
        from PySide6.QtCore import QEvent, QObject

        from tests.benchmarks.designs import columns
        from tests.benchmarks.window import make_window, wait

        self.app, self.window = make_window()
        self._wait = wait
        self.window.document.load(columns(NODES), None)
        wait(self.app, lambda: self.window.controller.latest is not None, 10)
        self.session = self.window.debugging.session
        self.frames: list[tuple[float, int]] = []
        """(time, position of the walk) of every painted frame with another position."""
        stepper = self

        class Watch(QObject):
            def eventFilter(self, watched: QObject, event: QEvent) -> bool:
                if event.type() != QEvent.Type.UpdateRequest or watched is not stepper.window:
                    return False
                watched.event(event)
                stepper.painted()
                return True

        self._watch = Watch()
        self.window.installEventFilter(self._watch)
        self.window.activateWindow()
        self.window.actions_by_name["debug"].trigger()
        self.wait(lambda: self.session.moment is not None, 10)
        self.wait(lambda: False, 1.0)

    def wait(self, is_done: Any, seconds: float) -> bool:
        return self._wait(self.app, is_done, seconds)

    def position(self) -> int:
        """Over all training steps, so that it only grows."""
        moment = self.session.moment
        if moment is None:
            return -1
        return moment.step * (len(moment.operations) + 1) + moment.position

    def painted(self) -> None:
        place = self.position()
        if not self.frames or self.frames[-1][1] != place:
            self.frames.append((time.perf_counter(), place))

    def press(self) -> None:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        QTest.keyClick(self.window.view, Qt.Key.Key_F10)

    def one_by_one(self, count: int) -> tuple[list[float], float]:
        """Press, wait for the frame, press again: latencies (s) and the whole time (s)."""
        from PySide6.QtCore import QEventLoop

        latencies = []
        began = time.perf_counter()
        for _ in range(count):
            before, pressed = self.position(), time.perf_counter()
            self.press()
            while not self.frames or self.frames[-1][1] == before:
                self.app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
                if time.perf_counter() - pressed > 5:
                    raise SystemExit("F10 has done nothing for five seconds.")
            latencies.append(self.frames[-1][0] - pressed)
        return latencies, time.perf_counter() - began

    def held(self, count: int) -> tuple[list[float], float, int]:
        """Press at a steady pace, painted or not: latencies, the whole time, frames."""
        from PySide6.QtCore import Qt, QTimer

        pressed: dict[int, float] = {}
        start = self.position()
        timer = QTimer(interval=round(KEY_MS))
        timer.setTimerType(Qt.TimerType.PreciseTimer)

        def tick() -> None:
            if len(pressed) >= count:
                timer.stop()
                return
            pressed[start + len(pressed) + 1] = time.perf_counter()
            self.press()

        timer.timeout.connect(tick)
        first = len(self.frames)
        began = time.perf_counter()
        timer.start()
        self.wait(lambda: self.position() >= start + count, 60)
        elapsed = time.perf_counter() - began
        found = self.frames[first:]
        late = [at - pressed[place] for at, place in found if place in pressed]
        return late, elapsed, len(found)

    def begin(self) -> None:
        """Back to the start of the step."""
        self.session.restart()
        self.wait(lambda: self.session.moment.position == 0, 10)
        self.wait(lambda: False, 0.3)


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def measure() -> Figures:
    from gui.debugger.following import PATIENCE_SECONDS

    stepper = Stepper()
    view = stepper.window.view
    found: Figures = {"nodes": float(len(stepper.window.document.graph.nodes))}
    found["operations"] = float(len(stepper.session.moment.operations))
    for name, look in (("all", view.fit), ("near", view.zoom_to_100)):
        stepper.begin()
        look()
        stepper.wait(lambda: False, PATIENCE_SECONDS)  # else the window stays where it was put
        stepper.one_by_one(WARM_UP_STEPS)
        stepper.wait(lambda: False, 0.5)
        latencies, elapsed = stepper.one_by_one(STEPS)
        found[f"zoom_{name}"] = view.zoom
        found[f"step_{name}_p50_ms"] = percentile(latencies, 0.5) * 1000
        found[f"step_{name}_p95_ms"] = percentile(latencies, 0.95) * 1000
        found[f"step_{name}_frames_per_second"] = STEPS / elapsed
        stepper.begin()
        late, elapsed, frames = stepper.held(STEPS)
        found[f"held_{name}_p95_ms"] = percentile(late, 0.95) * 1000
        found[f"held_{name}_frames_per_second"] = frames / elapsed
    found["play_frames_per_second"] = measure_play(stepper)
    for figure, worse in (("p95_ms", max), ("frames_per_second", min)):
        found[f"step_{figure}"] = worse(found[f"step_{n}_{figure}"] for n in ("all", "near"))
    found["frames_per_second"] = found.pop("step_frames_per_second")
    stepper.session.close()
    stepper.window.controller.shutdown()
    return found


def measure_play(stepper: Stepper) -> float:
    """Frames a second of automatic play at its fastest."""
    stepper.begin()
    stepper.session.player.set_speed(30.0)
    first, began = len(stepper.frames), time.perf_counter()
    stepper.session.player.play()
    stepper.wait(lambda: False, 4.0)
    stepper.session.player.pause()
    return (len(stepper.frames) - first) / (time.perf_counter() - began)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--json", action="store_true", help="one JSON object")
    chosen = parser.parse_args()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", str(max(1, (os.cpu_count() or 2) - 1)))
    found = in_clean_home()
    if chosen.json:
        rounded = {name: round(value, 4) for name, value in found.items()}
        sys.stdout.write(json.dumps(rounded) + "\n")
    else:
        for name, value in found.items():
            sys.stdout.write(f"{name:30} {value:10.3f}\n")
    sys.stdout.flush()
    os._exit(0)


def in_clean_home() -> Figures:
    """With settings of its own and, where there is no display, a virtual screen."""
    from tests.run import virtual_screen

    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "HOME": folder,
            "XDG_CONFIG_HOME": folder,
            "XDG_DATA_HOME": folder,
            "DELTABOARD_BENCHMARK_FOLDER": folder,
        }
        if os.environ.get("DISPLAY") or os.environ.get("QT_QPA_PLATFORM"):
            return measure()
        with virtual_screen() as display:
            os.environ |= {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
            return measure()


if __name__ == "__main__":
    raise SystemExit(main())
