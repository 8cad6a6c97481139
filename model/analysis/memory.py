"""All that the operations of one node may change, copied, and put back bit by bit."""

from __future__ import annotations

from dataclasses import is_dataclass
from typing import Any

import numpy as np

from model.layer import Array, Layer


class Memory:
    """Copies of every array, list, attribute and stream that can be reached from `roots`.

    leave: arrays that stay as they are (parameters, during both passes). apart: large arrays of
    which only the reached parts are copied (all gradients in one vector).
    """

    def __init__(
        self, *roots: Any, leave: tuple[Array, ...] = (), apart: tuple[Array, ...] = ()
    ) -> None:
        self._leave = {id(owner_of(array)) for array in leave}
        self._apart = {id(owner_of(array)) for array in apart}
        self._seen: set[int] = set()
        self.arrays: list[tuple[Array, Array]] = []
        """(array, copy); of a view the memory behind it, whatever its number type."""
        self._sizes: dict[int, int] = {}
        self._lists: list[tuple[list[Any], list[Any]]] = []
        self._attributes: list[tuple[dict[str, Any], dict[str, Any]]] = []
        self._streams: list[tuple[np.random.Generator, Any]] = []
        for root in roots:
            self._reach(root)

    def _reach(self, found: Any) -> None:
        if isinstance(found, np.ndarray):
            self._keep(found)
        elif isinstance(found, tuple):
            for inner in found:
                self._reach(inner)
        elif isinstance(found, np.random.Generator):
            if self._is_new(found):
                self._streams.append((found, found.bit_generator.state))
        elif isinstance(found, list):
            if self._is_new(found):
                self._lists.append((found, list(found)))
                for inner in found:
                    self._reach(inner)
        elif isinstance(found, dict):
            self._reach_attributes(found)
        elif _holds_arrays(found):
            self._reach_attributes(vars(found))

    def _reach_attributes(self, found: dict[Any, Any]) -> None:
        if self._is_new(found):
            self._attributes.append((found, dict(found)))
            for inner in found.values():
                self._reach(inner)

    def _keep(self, array: Array) -> None:
        base = owner_of(array)
        if id(base) in self._leave:
            return
        kept = array if id(base) in self._apart else base
        self._sizes[id(kept)] = max(array.size, self._sizes.get(id(kept), 0))
        if kept.flags.writeable and self._is_new(kept):
            self.arrays.append((kept, kept.copy()))

    def _is_new(self, found: Any) -> bool:
        if id(found) in self._seen:
            return False
        self._seen.add(id(found))
        return True

    @property
    def numbers(self) -> int:
        """Numbers in the arrays; of memory that is seen through several, in the largest."""
        return sum(self._sizes[id(array)] for array, _ in self.arrays)

    @property
    def nbytes(self) -> int:
        return sum(copied.nbytes for _, copied in self.arrays)

    def forget_unchanged(self) -> None:
        """Keep copies only of what has changed since."""
        self.arrays = [
            (array, copied) for array, copied in self.arrays if not np.array_equal(array, copied)
        ]

    def restore(self) -> None:
        for attributes, kept in self._attributes:
            attributes.clear()
            attributes.update(kept)
        for found, kept_list in self._lists:
            found[:] = kept_list
        for array, copied in self.arrays:
            array[...] = copied
        for rng, state in self._streams:
            rng.bit_generator.state = state


def owner_of(array: Array) -> Array:
    """The array to whose memory this one belongs, through views of views."""
    owner = array
    found: Any = array.base
    while found is not None:
        if isinstance(found, np.ndarray):
            owner = found
        found = getattr(found, "base", None)
    return owner


def _holds_arrays(found: Any) -> bool:
    """One of our own objects that can be written to: workspaces, windows, formulas with a tape."""
    kind = type(found)
    if not kind.__module__.startswith("model.") or isinstance(found, Layer):
        return False
    return hasattr(found, "__dict__") and not is_dataclass(kind)
