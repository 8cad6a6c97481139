"""Automatic play: one operation after the other, at a chosen speed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

SPEEDS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
"""Operations a second."""


class Player(QObject):
    """Calls `beat` until it returns False."""

    changed = Signal(bool)
    """Whether it plays."""

    def __init__(self, beat: Callable[[], bool], parent: QObject) -> None:
        super().__init__(parent)
        self._beat = beat
        self.speed = SPEEDS[1]
        self._clock = QTimer(self)
        self._clock.timeout.connect(self._on_beat)

    @property
    def is_playing(self) -> bool:
        return self._clock.isActive()

    def play(self) -> None:
        """Go on until the end, a breakpoint or a pause."""
        if not self.is_playing:
            self._clock.start(round(1000 / self.speed))
            self.changed.emit(True)

    def pause(self) -> None:
        """Stand still."""
        if self.is_playing:
            self._clock.stop()
            self.changed.emit(False)

    def toggle(self) -> None:
        (self.pause if self.is_playing else self.play)()

    def set_speed(self, operations_per_second: float) -> None:
        """From now on."""
        self.speed = operations_per_second
        if self.is_playing:
            self._clock.start(round(1000 / operations_per_second))

    @Slot()
    def _on_beat(self) -> None:
        if not self._beat():
            self.pause()
