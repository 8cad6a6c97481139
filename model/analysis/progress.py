"""How a long study says how far it is, and hears that nobody wants its answer any more."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Sized
from typing import Any, TypeVar

T = TypeVar("T")
BREATH_SECONDS = 2e-3
NAP_SECONDS = 50e-6


class CancelledError(Exception):
    """The person has closed the study or asked for another."""


class Progress:
    """Handed to every study that may take longer than a blink.

    A study calls `report` often, at best after every training step; that costs next to nothing,
    lets the window breathe every two milliseconds, and ends the study once it is cancelled.
    """

    def __init__(self) -> None:
        self.share = 0.0
        """0 to 1."""
        self.words = ""
        self.partial: Any = None
        """What is known so far, replaced as a whole: a picture that grows."""
        self._is_cancelled = threading.Event()
        self._breath_at = 0.0

    def cancel(self) -> None:
        """From any thread: the next report raises."""
        self._is_cancelled.set()

    @property
    def is_cancelled(self) -> bool:
        return self._is_cancelled.is_set()

    def report(self, share: float | None = None, words: str = "", partial: Any = None) -> None:
        """Say how far it is. Raises: CancelledError."""
        if self._is_cancelled.is_set():
            raise CancelledError
        if share is not None:
            self.share = share
        if words:
            self.words = words
        if partial is not None:
            self.partial = partial
        now = time.perf_counter()
        if now >= self._breath_at:
            time.sleep(NAP_SECONDS)
            self._breath_at = time.perf_counter() + BREATH_SECONDS

    def over(self, items: Iterable[T], words: str = "", total: int = 0) -> Iterator[T]:
        """Go through a loop, reporting each round. Raises: CancelledError."""
        count = total or (len(items) if isinstance(items, Sized) else 0)
        for done, item in enumerate(items):
            self.report(done / count if count else None, words)
            yield item
