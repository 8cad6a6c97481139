"""The training thread's side of the time machine: where to go, and what is told of it.

Of many wishes to see a past step, as a dragged slider has them, the newest counts; one that is
under way is given up for it.
"""

from __future__ import annotations

from threading import Event, Lock
from time import perf_counter

from model.analysis.progress import Progress
from model.mailbox import Mailbox
from model.recording import RecordingView
from model.time_machine import TimeMachine

TELL_SECONDS = 0.3
"""Between two words about what is kept, while a training runs."""
GATE_SECONDS = 0.05


class _Replay(Progress):
    """Stands still while the window paints."""

    def __init__(self, gate: Event) -> None:
        super().__init__()
        self._gate = gate

    def report(self, share: float | None = None, words: str = "", partial: object = None) -> None:
        """As for every study. Raises: CancelledError."""
        super().report(share, words, partial)
        self._gate.wait(GATE_SECONDS)


class Travelling:
    """`ask`, `ask_by` and `give_up` are for the window's thread, the rest for the trainer's."""

    def __init__(self, machine: TimeMachine, gate: Event) -> None:
        self.views: Mailbox[RecordingView] = Mailbox()
        self.progress: Progress | None = None
        """Of the step that is being computed again, None while none is."""
        self._machine = machine
        self._gate = gate
        self._lock = Lock()
        self._goal: int | None = None
        self._by = 0
        self._told = 0.0

    def ask(self, step: int) -> None:
        """This step, and no other that was asked for before."""
        with self._lock:
            self._goal, self._by = step, 0
        self._cancel()

    def ask_by(self, steps: int) -> None:
        """So many steps on from where it will then stand; negative: back."""
        with self._lock:
            self._by += steps

    def give_up(self) -> None:
        """No step of the past is wanted any more."""
        with self._lock:
            self._goal, self._by = None, 0
        self._cancel()

    def _cancel(self) -> None:
        progress = self.progress
        if progress is not None:
            progress.cancel()

    def seek(self) -> bool:
        """Go to the step that is wanted. False where none is. Raises: CancelledError."""
        with self._lock:
            goal, by = self._goal, self._by
            self._goal, self._by = None, 0
        if goal is None and not by:
            return False
        stands = self._machine.view()
        start = stands.newest if stands.at is None else stands.at
        self._travel(max(stands.first, (start if goal is None else goal) + by))
        return True

    def _travel(self, step: int) -> None:
        self.progress = _Replay(self._gate)
        try:
            self._machine.seek(step, self.progress)
        finally:
            self.progress = None

    def switch(self, number: int) -> None:
        """Go to the end of another line. Raises: CancelledError."""
        self.progress = _Replay(self._gate)
        try:
            self._machine.switch(number, self.progress)
        finally:
            self.progress = None

    def tell(self, *, at_once: bool) -> None:
        """Put a view of the recording where the window finds it."""
        now = perf_counter()
        if at_once or now - self._told >= TELL_SECONDS:
            self._told = now
            self.views.put(self._machine.view())
