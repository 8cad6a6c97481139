"""What is kept of a run: copies of its states, and the edits between them, within a budget."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from model.curves import Curve
from model.design import Design
from model.feeding import Feeding
from model.layer import Array
from model.trainer_state import TrainerState

MOST_COPIES = 600
"""More would not be found faster: a step between two of them is computed again at once."""
KEPT_SHARE = 0.85
"""When the budget is full, so much of it stays."""
OLD_DENSITY = 8
"""How many times denser the newest copies lie than the oldest."""
WORDS_BYTES = 600
"""About the room that a random stream takes."""

MarkKind = Literal["start", "copy", "edit", "stumble"]


@dataclass(eq=False)
class Mark:
    """A place in a run. number: marks of a recording in the order in which they were made.

    start: where a line begins. copy: a state and nothing else, which may be forgotten. edit: from
    here on with this design. stumble: a step was tried and failed, which has used random numbers.
    state: as it stood here, after all marks of the step; None where it has to be worked out.
    """

    number: int
    step: int
    kind: MarkKind
    design: Design
    feeding: Feeding
    state: TrainerState | None = None

    @property
    def may_be_forgotten(self) -> bool:
        return self.kind == "copy"


@dataclass(eq=False)
class Line:
    """A run, or a branch of one. It holds the steps after `first`, up to `last`.

    parent: the line it has left at step `first`, None for one that begins by itself. curves: as
    they stood at its end; None while it goes on.
    """

    number: int
    first: int
    parent: Line | None = None
    last: int = 0
    marks: list[Mark] = field(default_factory=list)
    curves: dict[str, Curve] | None = None

    def owner(self, step: int) -> Line:
        """The line that did this step: this one, or one that it has left later."""
        line = self
        while line.parent is not None and step <= line.first:
            line = line.parent
        return line

    @property
    def begins(self) -> int:
        """The first step that can be shown."""
        return self.first if self.parent is None else self.parent.begins


def size_of(state: TrainerState) -> int:
    """Bytes, roughly."""
    words = WORDS_BYTES * (2 + len(state.words["streams"]))
    return words + sum(array.nbytes for array in state.arrays.values())


def measured(marks: Iterable[Mark]) -> int:
    """Bytes of all states; an array that several of them share counts once."""
    arrays: dict[int, Array] = {}
    words = 0
    for mark in marks:
        if mark.state is not None:
            words += WORDS_BYTES * (2 + len(mark.state.words["streams"]))
            arrays |= {id(array): array for array in mark.state.arrays.values()}
    return words + sum(array.nbytes for array in arrays.values())


def share_arrays(state: TrainerState, before: TrainerState | None) -> int:
    """Use the arrays of an earlier state again where they are the same: the order of an epoch, the
    best weights so far, frozen masks. Returns the bytes saved."""
    saved = 0
    if before is None:
        return saved
    for name, array in state.arrays.items():
        if not (name == "order" or name.startswith(("best.", "draws."))):
            continue
        known = before.arrays.get(name)
        if known is not None and known.dtype == array.dtype and np.array_equal(known, array):
            state.arrays[name] = known
            saved += array.nbytes
    return saved


def thin(lines: list[Line], budget: int) -> int:
    """Forget copies until the rest takes at most KEPT_SHARE of the budget; those stay that spread
    over the whole of each line, recent ones denser. Returns the bytes that are left."""
    goal = budget * KEPT_SHARE
    most = round(MOST_COPIES * KEPT_SHARE)
    while True:
        size = measured(mark for line in lines for mark in line.marks)
        found = [each for line in lines for each in _costs(line)]
        if not found or (size <= goal and len(found) <= most):
            return size
        mean = max(size / len(found), 1)
        surplus = max((size - goal) / mean, len(found) - most, 1)
        found.sort(key=lambda each: each[0])
        doomed: set[Mark] = set()
        for _cost, mark, neighbour in found:
            if neighbour not in doomed:  # never two in a row: the costs are those of single ones
                doomed.add(mark)
            if len(doomed) >= surplus:
                break
        for line in lines:
            line.marks = [mark for mark in line.marks if mark not in doomed]


def _costs(line: Line) -> Iterator[tuple[float, Mark, Mark | None]]:
    """(how much would be missed, copy, the copy before it)."""
    span = max(line.last - line.first, 1)
    before: Mark | None = None
    for index, mark in enumerate(line.marks):
        if not mark.may_be_forgotten:
            continue
        reach_back = before.step if before is not None else line.first
        following = line.marks[index + 1].step if index + 1 < len(line.marks) else line.last
        age = line.last - mark.step
        yield (following - reach_back) / (age + span / OLD_DENSITY), mark, before
        before = mark
