"""One slot between two threads: the newest wins, nobody waits."""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """A writer puts, a reader takes; each is one atomic operation of a deque of length one."""

    def __init__(self) -> None:
        self._slot: deque[T] = deque(maxlen=1)

    @property
    def is_empty(self) -> bool:
        return not self._slot

    def put(self, letter: T) -> None:
        """Replace what has not been read."""
        self._slot.append(letter)

    def take(self) -> T | None:
        """The newest letter, once; None where nothing new has come."""
        try:
            return self._slot.popleft()
        except IndexError:
            return None
