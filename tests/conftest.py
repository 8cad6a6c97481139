"""What holds for every test: no display, no thread left behind, the same chance each time."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Iterator

# Before NumPy is imported: two threads on small matrices wait for each other half of the time.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import hypothesis
import numpy as np
import pytest

WINDOW_TESTS = os.environ.get("DELTABOARD_E2E") == "1"

if not WINDOW_TESTS:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# A slow machine is no fault of the code, and a test that passed once passes again.
hypothesis.settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
hypothesis.settings.load_profile("ci")

THREAD_GRACE_S = 2.0


@pytest.fixture(autouse=True)
def same_chance_each_time() -> None:
    """Seed the global generators, for libraries that draw from them; our own code takes a seed."""
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002


@pytest.fixture(autouse=True)
def no_thread_left_behind() -> Iterator[None]:
    """Fail a test after which a thread it started still runs, two seconds later."""
    before = set(threading.enumerate())
    yield
    give_up_at = time.monotonic() + THREAD_GRACE_S
    while (left := _running_since(before)) and time.monotonic() < give_up_at:
        time.sleep(0.01)
    if left:
        names = ", ".join(sorted(thread.name for thread in left))
        pytest.fail(f"The test left these threads running: {names}. Stop and join them.")


def _running_since(before: set[threading.Thread]) -> list[threading.Thread]:
    """Return the new threads that Python made; one of Qt's that once ran Python stays listed."""
    return [
        thread
        for thread in threading.enumerate()
        if thread not in before and not isinstance(thread, threading._DummyThread)
    ]
