"""Recording a run: how it can be worked out again, at every step, bit for bit.

A training is bit-identical when it goes on from an exact state, so a few states and all edits in
between are enough. States are copied as often as a small share of the time allows, and forgotten
where the budget is full; a step that has no copy is computed again from the one before it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from model.curves import Curve
from model.design import Design
from model.graph import NetworkGraph
from model.recorded import (
    MOST_COPIES,
    Line,
    Mark,
    MarkKind,
    measured,
    share_arrays,
    size_of,
    thin,
)
from model.trainer import Trainer
from model.trainer_state import state_of

DEFAULT_BUDGET = 256 * 1024**2
COPYING_SHARE = 0.015
"""Of the time of a training, what copying its states may take."""
MOST_OF_BUDGET = 1 / 3
"""Of the budget, what one state may take."""
GROWTH = 1.5
"""A copy may seem to cost much because other threads ran meanwhile: so much more than the one
before is believed at a time."""
NEAR_SHARE = 0.25
"""Of the budget, what copies around the step that is shown may take."""


@dataclass(frozen=True)
class LineView:
    """A line for display: it goes from step `first` (at which it has left `parent`, 0 for none) to
    step `last`."""

    number: int
    parent: int
    first: int
    last: int


@dataclass(frozen=True)
class RecordingView:
    """What is kept, for display. current: the line that is shown, 0 for none. first, newest: its
    steps that can be shown. at: the step that is shown, None in the present. copies: kept states;
    size, budget: bytes. differs: what is shown was made with another design than the newest."""

    is_on: bool
    lines: tuple[LineView, ...] = ()
    current: int = 0
    first: int = 0
    newest: int = 0
    at: int | None = None
    copies: int = 0
    size: int = 0
    budget: int = DEFAULT_BUDGET
    differs: bool = False


class Recording:
    """The lines of one training. Not thread-safe: it belongs to the thread of the trainer.

    clock: seconds, for deciding when there is time for another copy.
    """

    def __init__(
        self, budget: int = DEFAULT_BUDGET, clock: Callable[[], float] = perf_counter
    ) -> None:
        self.budget = budget
        self.lines: list[Line] = []
        self.live: Line | None = None
        """The line that goes on."""
        self.size = 0
        self._clock = clock
        self._due = 0.0
        self._usual = math.inf
        self._marks = 0
        self._count = 0
        self._dtype: Any = None
        self._before: Mark | None = None
        """The newest mark with a state: its arrays may serve again."""
        self._design: tuple[NetworkGraph, Design] | None = None

    @property
    def dtype(self) -> Any:
        """The number type of the training."""
        return self._dtype

    @property
    def copies(self) -> int:
        """How many states are kept."""
        return sum(mark.state is not None for line in self.lines for mark in line.marks)

    # what happens to the training

    def clear(self) -> None:
        """Forget everything."""
        self.lines, self.live, self.size = [], None, 0
        self._before = self._design = None

    def begin(self, trainer: Trainer) -> None:
        """Forget everything, and begin a run where the trainer stands."""
        self.clear()
        self._count, self._usual = 0, math.inf
        self.start_line(trainer)

    def start_line(self, trainer: Trainer, parent: Line | None = None) -> Line:
        """From here on, steps belong to a new line. A line that begins by itself keeps the state
        it begins with, unless that is the very start; one that has left another can go without."""
        self._count += 1
        step = trainer.step_count
        self.live = Line(self._count, first=step, parent=parent, last=step)
        self.lines.append(self.live)
        self._dtype = trainer.dtype
        is_alone = parent is None and step > 0
        self._mark(trainer, "start", is_kept=is_alone or (bool(parent) and self.fits(trainer)))
        self._due = self._clock()
        return self.live

    def go_on(self, line: Line, trainer: Trainer) -> None:
        """Steps belong to this line again, at whose end the trainer stands."""
        self.live = line
        line.last = trainer.step_count
        line.curves = None
        self._due = self._clock()

    def leave(self, trainer: Trainer) -> None:
        """The live line ends here for now, with a copy of its end and its curves."""
        line = self.live
        if line is None:
            return
        self.note(trainer)
        if line.last > line.first and self.fits(trainer):
            self._mark(trainer, "copy", is_kept=True)
        line.curves = copies_of(trainer.curves)
        self.live = None

    def note(self, trainer: Trainer) -> None:
        """Steps have been done; there is a copy where there is time for one."""
        line = self.live
        if line is None:
            return
        line.last = trainer.step_count
        start = self._clock()
        if start < self._due or line.last == line.marks[-1].step:
            return
        if self.fits(trainer):
            self._mark(trainer, "copy", is_kept=True)
        end = self._clock()
        self._usual = min(end - start, GROWTH * self._usual)
        self._due = end + self._usual / COPYING_SHARE

    def edited(self, trainer: Trainer) -> None:
        """The trainer goes on with another design. Data that were loaded anew need a state."""
        if self.live is not None:
            self.live.last = trainer.step_count
            is_same_data = trainer.feeding is self.live.marks[-1].feeding
            self._mark(trainer, "edit", is_kept=not is_same_data)

    def stumbled(self, trainer: Trainer) -> None:
        """A step has failed: its random numbers are used up."""
        line = self.live
        if line is None:
            return
        line.last = trainer.step_count
        last = line.marks[-1]
        if last.kind == "stumble" and last.step == line.last:
            line.marks.pop()
        self._mark(trainer, "stumble", is_kept=True)

    # marks

    def fits(self, trainer: Trainer) -> bool:
        """A state takes no more than its share of the budget, or none is kept."""
        return bytes_of(trainer) <= MOST_OF_BUDGET * self.budget

    def _mark(self, trainer: Trainer, kind: MarkKind, *, is_kept: bool = False) -> None:
        line = self.live
        if line is None:
            return
        state = state_of(trainer) if is_kept else None
        self._marks += 1
        mark = Mark(
            self._marks,
            trainer.step_count,
            kind,
            self._design_of(trainer.graph),
            trainer.feeding,
            state,
        )
        line.marks.append(mark)
        if state is None:
            return
        before = self._before.state if self._before is not None else None
        self.size += size_of(state) - share_arrays(state, before)
        self._before = mark
        if self.size > self.budget * (1 - NEAR_SHARE) or self.copies > MOST_COPIES:
            self.size = thin(self.lines, round(self.budget * (1 - NEAR_SHARE)))

    def _design_of(self, graph: NetworkGraph) -> Design:
        """One and the same object as long as the trainer has one and the same graph."""
        if self._design is None or self._design[0] is not graph:
            self._design = graph, graph.design()
        return self._design[1]

    def set_budget(self, budget: int) -> None:
        """In bytes. What is too much is forgotten at once."""
        self.budget = budget
        self.size = measured(mark for line in self.lines for mark in line.marks)
        if self.size > budget * (1 - NEAR_SHARE):
            self.size = thin(self.lines, round(budget * (1 - NEAR_SHARE)))

    def line_views(self) -> tuple[LineView, ...]:
        """All lines, oldest first."""
        return tuple(
            LineView(line.number, line.parent.number if line.parent else 0, line.first, line.last)
            for line in self.lines
        )


def bytes_of(trainer: Trainer) -> int:
    """What the arrays of a state of the trainer take."""
    plan = trainer.plan
    states = sum(array.nbytes for array in plan.states.values())
    rows = 1 + len(trainer.slots) + (trainer.watch.best_theta is not None)
    return plan.theta.nbytes * rows + states + trainer.order.nbytes


def copies_of(curves: dict[str, Curve], last: int | None = None) -> dict[str, Curve]:
    """Copies of curves, up to a step where one is given."""
    return {
        name: curve.cut(curve.last_step if last is None else last) for name, curve in curves.items()
    }
