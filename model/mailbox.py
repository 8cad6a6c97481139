"""One slot between two threads: the newest wins, nobody waits."""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """A writer puts, a reader takes. Both are single attribute swaps, atomic in CPython."""

    def __init__(self) -> None:
        self._slot: list[T] = []

    @property
    def is_empty(self) -> bool:
        return not self._slot

    def put(self, letter: T) -> None:
        """Replace what has not been read."""
        self._slot = [letter]

    def take(self) -> T | None:
        """The newest letter, once; None where nothing new has come."""
        slot, self._slot = self._slot, []
        return slot[0] if slot else None
