"""What lies on the tape at a point of the walk: the forward values that are held in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from gui.debugger.moment import Moment
from model.layer import Array
from model.teaching.counting import Choice

State = Literal["pending", "held", "read", "free", "dropped", "again"]
WORDS: dict[State, str] = {
    "pending": "not computed yet",
    "held": "held",
    "read": "read now",
    "free": "used, can be freed",
    "dropped": "not held",
    "again": "computed again",
}


@dataclass(frozen=True)
class Frame:
    """One forward value. index: the layer's number l in h^(l). words: below the value."""

    node_id: str
    title: str
    index: int
    values: Array | None
    state: State
    words: str


def frames(
    moment: Moment,
    order: Sequence[str],
    titles: dict[str, str],
    choice: Choice | None,
    *,
    is_recomputing: bool,
) -> list[Frame]:
    """One a node that takes part, in the order of computation.

    is_recomputing: option 2 of the lecture, nothing but the inputs is held, and every backward
    operation computes again what it needs.
    """
    found = []
    nodes = [key for key in order if key in moment.numbers]
    given = {key for key in nodes if not moment.entering.get(key)}
    read = set(moment.view.lit) if moment.view is not None else set()
    last_reads = _last_reads(moment)
    again: frozenset[str] = frozenset()
    last = moment.last
    if is_recomputing and choice is not None and last is not None and last.kind == "backward":
        again = choice.again.get(last.node_id, frozenset())
    for place, key in enumerate(nodes):
        values = moment.numbers[key].out
        state: State = "held"
        if values is None:
            state = "pending"
        elif is_recomputing and key not in given:
            state = _when_recomputing(moment, key, read, again)
        elif key in read:
            state = "read"
        elif last_reads.get(key, moment.position) < moment.position:
            state = "free"
        found.append(
            Frame(
                key,
                titles.get(key, key),
                place + 1,
                values if state not in ("dropped", "pending") else None,
                state,
                _words(state, is_input=key in given, is_last=place == len(nodes) - 1),
            )
        )
    return found


def _words(state: State, *, is_input: bool, is_last: bool) -> str:
    if state == "held" and is_input:
        return "input"
    if state in ("held", "free") and is_last:
        return "the result"
    return WORDS[state]


def _when_recomputing(moment: Moment, key: str, read: set[str], again: frozenset[str]) -> State:
    """Forwards a value lives until the next ones are computed; backwards only while it is read."""
    last = moment.last
    if key in again:
        return "again"
    if key in read:
        return "read"
    is_newest = last is not None and last.kind == "forward" and last.node_id == key
    return "held" if is_newest else "dropped"


def _last_reads(moment: Moment) -> dict[str, int]:
    """By node, the last backward operation that may read its value; none where there is none."""
    found: dict[str, int] = {}
    for info in moment.operations:
        if info.kind in ("gradient", "backward"):
            found[info.node_id] = info.index
            for wire in moment.entering.get(info.node_id, ()):
                found[wire.source] = info.index
    return found


def evaluations(moment: Moment, choice: Choice, *, is_recomputing: bool) -> int:
    """Functions computed forwards so far in this step; a loss is none, for nothing further is
    computed from its value."""
    done = moment.operations[: moment.position]
    used = {wire.source for wires in moment.entering.values() for wire in wires}
    functions = {key for key, wires in moment.entering.items() if wires and key in used}
    count = sum(info.kind == "forward" and info.node_id in functions for info in done)
    if is_recomputing:
        count += sum(
            len(choice.again.get(info.node_id, ())) for info in done if info.kind == "backward"
        )
    return count
