"""A plain-Python signal: listeners are called in the order in which they connected."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, ParamSpec

P = ParamSpec("P")


class Event(Generic[P]):
    """Call it to tell every listener; `connect` and `disconnect` are safe while it runs."""

    def __init__(self) -> None:
        self._listeners: tuple[Callable[P, None], ...] = ()

    def connect(self, listener: Callable[P, None]) -> None:
        self._listeners = (*self._listeners, listener)

    def disconnect(self, listener: Callable[P, None]) -> None:
        self._listeners = tuple(other for other in self._listeners if other != listener)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> None:
        for listener in self._listeners:
            listener(*args, **kwargs)
