"""Which arrays an operation reads, found by watching it and by putting nonsense into its arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from model.analysis.memory import Memory, owner_of
from model.analysis.tracing import port_names
from model.errors import DesignError
from model.expressions import Number, Program
from model.layer import Array, Workspace
from model.plan import PlanNode
from model.run import without_warnings

Origin = Literal["input", "output", "delta", "parameter", "state", "stored"]
LARGEST = 500_000
"""Numbers of a node above which arrays are not tried one by one: what was asked for and has not
changed then counts as read."""


@dataclass(frozen=True)
class Read:
    """name: `h` (the input port), `out`, `delta_out`, `W`, or the name under which the layer keeps
    it, such as `mask`. values: (B, ...) before the operation. source: of an input the node it comes
    from. stored: kept by the layer itself since the forward pass."""

    name: str
    origin: Origin
    values: Array
    source: str = ""


@without_warnings
def reads_of(
    operation: Callable[[Workspace], None], n: Workspace, node: PlanNode, theta: Array, grads: Array
) -> tuple[Read, ...]:
    """Reads of an operation that has not run yet; afterwards everything is as it was before.

    An array is read if the operation asks for it, and what it computes changes when the array
    holds NaN or other numbers instead.
    """
    memory = Memory(n, leave=(theta,), apart=(grads,))
    seen: dict[str, Array] = {}
    operation(_recorder(n, seen))
    trial = _Trial(operation, n, memory)
    found: dict[str, Read] = {}
    for array, (name, origin, source) in _known(seen, n, node):
        if name not in found and trial.is_read(array):
            found[name] = Read(name, origin, array.copy(), source)
    return tuple(found.values())


Known = tuple[str, Origin, str]
"""Name, origin, and the node of an input."""


def _known(seen: dict[str, Array], n: Workspace, node: PlanNode) -> list[tuple[Array, Known]]:
    """What has been asked for. Of several views of one memory that a layer keeps (one a time step,
    for instance) the largest stands for all."""
    found: list[tuple[Array, Known]] = []
    stored: dict[int, int] = {}
    for path, array in seen.items():
        known = _known_as(path, array, n, node)
        if known[1] == "stored" and known[0] == path:
            place = stored.setdefault(id(owner_of(array)), len(found))
            if place < len(found):
                if array.size > found[place][0].size:
                    found[place] = (array, known)
                continue
        found.append((array, known))
    return found


def _recorder(n: Workspace, seen: dict[str, Array], prefix: str = "") -> Workspace:
    """The same workspace, writing down which arrays are asked for."""

    class Recorder(Workspace):
        def __getattribute__(self, name: str) -> Any:
            found = object.__getattribute__(self, name)
            if name.startswith("__") or callable(found):
                return found
            return _noted(found, f"{prefix}{name}", seen)

    recorder = Recorder()
    object.__setattr__(recorder, "__dict__", vars(n))
    return recorder


def _noted(found: Any, path: str, seen: dict[str, Array]) -> Any:
    if isinstance(found, np.ndarray):
        seen.setdefault(path, found)
    elif isinstance(found, Workspace):
        return _recorder(found, seen, f"{path}.")
    elif isinstance(found, Program):
        for k, (piece, value) in enumerate(zip(found.pieces, found.tape, strict=False)):
            if not isinstance(piece, Number):
                seen.setdefault(f"tape[{k}]", value)
    elif type(found) in (list, tuple):
        parts = (_noted(each, f"{path}[{k}]", seen) for k, each in enumerate(found))
        return type(found)(parts)
    elif isinstance(found, tuple):  # a named one keeps its kind
        for k, each in enumerate(found):
            _noted(each, f"{path}[{k}]", seen)
    elif type(found).__module__.startswith("model.layers"):
        for name, inner in vars(found).items():
            if isinstance(inner, np.ndarray):
                seen.setdefault(f"{path}.{name}", owner_of(inner))
    return found


class _Trial:
    """Runs an operation again and again from the same start."""

    def __init__(
        self, operation: Callable[[Workspace], None], n: Workspace, memory: Memory
    ) -> None:
        """The operation has just run once."""
        self._operation, self._n, self._memory = operation, n, memory
        self._is_large = memory.numbers > LARGEST
        self._results = [(array, array.copy(), before) for array, before in memory.arrays]
        self._loss = n.loss
        memory.restore()

    def is_read(self, array: Array) -> bool:
        is_plain = array.dtype.kind != "f" or self._is_large or not array.flags.writeable
        if is_plain or not array.size:
            return not self._has_changed(array)
        kept = array.copy()
        nonsense = (np.full_like(kept, np.nan), -kept - 1)
        return any(self._matters(array, kept, values) for values in nonsense)

    def _has_changed(self, array: Array) -> bool:
        return any(
            owner is owner_of(array) and not np.array_equal(after, before)
            for owner, after, before in self._results
        )

    def _matters(self, array: Array, kept: Array, values: Array) -> bool:
        array[...] = values
        try:
            self._operation(self._n)
            found = self._differs(array)
        except (DesignError, ArithmeticError, ValueError, IndexError):
            found = True
        self._memory.restore()
        array[...] = kept  # parameters are not in the memory
        return found

    def _differs(self, changed: Array) -> bool:
        """Does any result differ from that of the first run? An array that the operation leaves as
        it finds it still holds the nonsense, which is no result."""
        if self._n.loss != self._loss:
            return True
        for array, after, before in self._results:
            if np.array_equal(array, after, equal_nan=True):
                continue
            is_same_memory = np.may_share_memory(array, changed)
            if not is_same_memory or not np.array_equal(after, before):
                return True
        return False


def _known_as(path: str, array: Array, n: Workspace, node: PlanNode) -> Known:
    """The name by which people know the array; the path where the layer alone knows it."""
    for port, wire, h in zip(port_names(node), node.wires, n.hs, strict=True):
        if _is_same(array, h):
            return port, "input", wire.source
    if n.delta_out is not None and _is_same(array, n.delta_out):
        return "delta_out", "delta", ""
    for k, arriving in enumerate(getattr(n, "arriving", [])):
        if _is_same(array, arriving):
            return f"arriving[{k}]", "delta", node.consumers[k][0]
    if n.out is not None and _is_same(array, n.out):
        return "out", "output", ""
    for name in node.parameters:
        if _is_same(array, getattr(n, name)):
            return name, "parameter", ""
        if _is_same(array, getattr(n, f"d{name}")):
            return f"d{name}", "stored", ""
    if path in node.layer.states(*node.specs):
        return path, "state", ""
    return path, "stored", ""


def _is_same(left: Array, right: Array) -> bool:
    return left.size == right.size and np.may_share_memory(left, right)
