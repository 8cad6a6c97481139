"""What the training thread shows of its trainer: snapshots, each with what is wanted and due."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter

from model.mailbox import Mailbox
from model.observing import take_snapshot
from model.snapshot import Snapshot, SnapshotRequest, Want
from model.time_machine import TimeMachine
from model.trainer import Trainer

RATE_WINDOW_SECONDS = 0.5
WANT_SECONDS: dict[Want, float] = {
    "boundary": 0.2,
    "histograms": 0.5,
    "predictions": 0.5,
    "codes": 0.5,
    "latent": 0.5,
    "samples": 2.0,
    "parameters": 0.3,
    "vitals": 0.1,
}

WANT_REST = 40
"""A picture that costs much comes more rarely: 40 times its own cost passes before the next."""


class Showing:
    """`request` and `is_waiting` are set by the window's thread, the rest is the trainer's."""

    def __init__(self, machine: TimeMachine) -> None:
        self.snapshots: Mailbox[Snapshot] = Mailbox()
        self.request = SnapshotRequest()
        self.is_waiting = True
        """The window has shown the last snapshot and can take another."""
        self.rate = Rate()
        self._machine = machine
        self._last_want: dict[Want, float] = {}
        self._sampled_epoch = -1
        self._want_cost = 0.0

    @property
    def is_due(self) -> bool:
        """While a training runs: whether the window has room for another snapshot."""
        return self.is_waiting and self.snapshots.is_empty

    def post(self, trainer: Trainer, *, is_running: bool) -> None:
        """A snapshot of the trainer as it stands."""
        now = perf_counter()
        due = frozenset(w for w in self.request.wants if not is_running or self._is_due(w, trainer))
        self._last_want |= dict.fromkeys(due, now)
        if "samples" in due:
            self._sampled_epoch = trainer.epoch
        request = replace(self.request, wants=due)
        rate = self.rate.per_second() if is_running else 0.0
        self.is_waiting = False
        self.snapshots.put(self._machine.as_shown(take_snapshot(trainer, request, rate)))
        if due:
            self._want_cost = perf_counter() - now

    def _is_due(self, want: Want, trainer: Trainer) -> bool:
        """While a training runs, texts are written after an epoch, other things in their turn."""
        if want == "samples" and trainer.epoch == self._sampled_epoch:
            return False
        cost = 0.0 if want == "vitals" else self._want_cost  # a few copies, whatever others cost
        rest = max(WANT_SECONDS[want], WANT_REST * cost)
        return perf_counter() - self._last_want.get(want, 0.0) >= rest


class Rate:
    """Steps a second over the last half second or so."""

    def __init__(self) -> None:
        self._start = perf_counter()
        self._count = 0
        self._last: float | None = None

    def add(self, count: int) -> None:
        self._count += count
        now = perf_counter()
        if now - self._start >= RATE_WINDOW_SECONDS:
            self._last = self._count / (now - self._start)
            self._start, self._count = now, 0

    def per_second(self) -> float:
        if self._last is not None:
            return self._last
        elapsed = perf_counter() - self._start
        return self._count / elapsed if elapsed > 0 and self._count > 1 else 0.0
