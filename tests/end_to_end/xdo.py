"""A hand on the mouse and keyboard of an X display, and an eye on the program that runs there.

The hand is xdotool, so every event comes through the X server as a person's would. The eye is the
file that the window writes when DELTABOARD_PROBE names one: where things are on the screen, and
what the training says. A test asks it for a place, moves the hand there, and waits for what it
expects.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

Probe = dict[str, Any]
POLL_S = 0.05
SETTLE_S = 0.05  # a person's pause between two actions; Qt handles the first before the second
STEP_S = 0.015  # between two points of a drag: faster ones are merged into a jump

# What Qt or Python writes when something went wrong without ending the program.
COMPLAINT = re.compile(r"^(Traceback|Q[A-Z]\w+::|qt\.|Fatal Python error)|Warning: ", re.MULTILINE)
HARMLESS = re.compile(r"does not support (propagateSizeHints|raise|grabbing)|qt\.qpa\.theme")


def centre(rect: Sequence[float]) -> tuple[int, int]:
    """Return the middle of a probe's rectangle (x, y, width, height), in pixels of the screen."""
    x, y, width, height = rect
    return round(x + width / 2), round(y + height / 2)


class Desktop:
    """The pointer, the keys and the screen of one display. Coordinates are pixels of the screen."""

    def __init__(self, display: str) -> None:
        self.display = display

    def move(self, x: float, y: float) -> None:
        self._xdotool("mousemove", str(round(x)), str(round(y)))

    def click(self, x: float, y: float, button: int = 1, count: int = 1) -> None:
        self.move(x, y)
        self._xdotool("click", "--repeat", str(count), "--delay", "80", str(button))

    def drag(
        self, x1: float, y1: float, x2: float, y2: float, steps: int = 12, button: int = 1
    ) -> None:
        """Press at the first point, move to the second in steps, rest there, release."""
        self.move(x1, y1)
        self._xdotool("mousedown", str(button))
        for step in range(1, steps + 1):
            share = step / steps
            self._xdotool(
                "mousemove", str(round(x1 + share * (x2 - x1))), str(round(y1 + share * (y2 - y1)))
            )
            time.sleep(STEP_S)
        time.sleep(0.15)  # the target of a drop answers the last move before the release asks it
        self._xdotool("mouseup", str(button))

    def scroll(self, x: float, y: float, clicks: int) -> None:
        """Turn the wheel over a point: positive is away from the person."""
        if clicks:
            self.click(x, y, button=4 if clicks > 0 else 5, count=abs(clicks))

    def key(self, *keys: str) -> None:
        """Press keys or chords one after another, in X's names: "ctrl+s", "Return", "Escape"."""
        for chord in keys:
            self._xdotool("key", "--clearmodifiers", chord)

    def type(self, text: str) -> None:
        self._xdotool("type", "--delay", "20", "--", text)

    def screenshot(self, path: Path | str) -> Path:
        """Write the whole screen as a picture (PNG by its name)."""
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        _run(["import", "-window", "root", str(path)], self.display)
        return path

    def _xdotool(self, *arguments: str) -> None:
        _run(["xdotool", *arguments], self.display)
        time.sleep(SETTLE_S)


class Program:
    """Deltaboard as it runs on the display: its process, what it shows, what it complains of."""

    def __init__(self, process: subprocess.Popen[bytes], probe_path: Path, log_path: Path) -> None:
        self.process = process
        self.probe_path = probe_path
        self.log_path = log_path

    def probe(self) -> Probe | None:
        """Return what the window last said of itself, or None before its first word."""
        try:
            seen: Probe = json.loads(self.probe_path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return seen

    def wait_until(
        self, predicate: Callable[[Probe], object], timeout: float = 20.0, what: str = ""
    ) -> Probe:
        """Return the first probe for which the predicate holds.

        A key that the probe does not have yet counts as "not so yet". Raises AssertionError after
        `timeout` seconds, or when the program ends, with the last probe and the program's words.
        """
        give_up_at = time.monotonic() + timeout
        while True:
            seen = self.probe()
            if seen is not None and _holds(predicate, seen):
                return seen
            has_ended = self.process.poll() is not None
            if has_ended or time.monotonic() > give_up_at:
                why = "the program ended" if has_ended else f"not within {timeout:g} s"
                raise AssertionError(
                    f"Waited for {what or 'a state'}: {why}.\n"
                    f"Last probe: {json.dumps(seen, indent=1)}\nIts words: {self.log() or 'none'}"
                )
            time.sleep(POLL_S)

    def log(self) -> str:
        """Return all that the program has written to its standard output and error."""
        return self.log_path.read_text(encoding="utf-8", errors="replace").strip()

    def complaints(self) -> list[str]:
        """Return the lines in which Qt or Python complained."""
        lines = self.log().splitlines()
        return [line for line in lines if COMPLAINT.search(line) and not HARMLESS.search(line)]

    def wait_for_end(self, timeout: float = 10.0) -> int:
        """Return the exit code once the program has ended of itself."""
        return self.process.wait(timeout)

    def stop(self) -> None:
        """End the program if it still runs; harmless if not."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(3)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(3)


def _holds(predicate: Callable[[Probe], object], seen: Probe) -> bool:
    try:
        return bool(predicate(seen))
    except (KeyError, IndexError, TypeError):
        return False


def _run(command: list[str], display: str) -> None:
    environment = {**os.environ, "DISPLAY": display}
    try:
        subprocess.run(
            command, check=True, env=environment, capture_output=True, text=True, timeout=30
        )
    except subprocess.CalledProcessError as error:
        raise RuntimeError(f"{' '.join(command)} failed: {error.stderr.strip()}") from error
