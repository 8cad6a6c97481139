"""The clock of the phase lamps: forward, backward, update, at speeds that can be followed."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, SignalInstance, Slot

from model.snapshot import Snapshot

FOLLOWED_SPEED = 10.0
"""Steps a second up to which the phases are played one after the other."""
TICK_MS = 33
SHARES = (("forward", 0.4), ("backward", 0.4), ("update", 0.2))
"""Shares of the time between two steps in which a phase is lit; not its cost."""


class PhaseClock(QObject):
    """After each slow step it plays the three phases over the time to the next step."""

    def __init__(self, changed: SignalInstance, parent: QObject) -> None:
        super().__init__(parent)
        self._changed = changed
        self._speed: float | None = None
        self._is_running = False
        self._elapsed_ms = 0.0
        self._step = -1
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._tick)

    def set_speed(self, steps_per_second: float | None) -> None:
        self._speed = steps_per_second
        if not self._is_slow:
            self.stop()

    def set_running(self, is_running: bool) -> None:
        self._is_running = is_running
        if not is_running and self._speed is None:
            self.stop()

    @property
    def _is_slow(self) -> bool:
        return self._speed is not None and self._speed <= FOLLOWED_SPEED

    def show(self, snapshot: Snapshot, _now: float) -> None:
        """A step has been computed. A single step is played too, in one second."""
        if snapshot.step == self._step or snapshot.step == 0:
            return
        self._step = snapshot.step
        if self._is_slow or not self._is_running:
            self._elapsed_ms = 0.0
            self._timer.start()

    @property
    def _period_ms(self) -> float:
        speed = self._speed if self._is_slow and self._speed else 1.0
        return 1000.0 / speed

    @Slot()
    def _tick(self) -> None:
        at = self._elapsed_ms / self._period_ms
        self._elapsed_ms += TICK_MS
        for name, share in SHARES:
            if at < share:
                self._changed.emit(name, at / share)
                return
            at -= share
        self.stop()

    def stop(self) -> None:
        if self._timer.isActive():
            self._timer.stop()
            self._changed.emit("", 0.0)
