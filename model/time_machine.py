"""The time machine of one training: any past step shown exactly, and gone on from as a branch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from model.analysis.progress import Progress
from model.curves import Curve
from model.graph import Design
from model.recorded import Line
from model.recording import DEFAULT_BUDGET, Recording, RecordingView, copies_of
from model.replaying import Replayer
from model.snapshot import CurveView, Snapshot
from model.trainer import Trainer


@dataclass(frozen=True)
class _Before:
    """By what one sees that somebody has put another state into a trainer."""

    step: int
    run: Any
    curves: dict[str, Curve]


class TimeMachine:
    """Holds the trainer that is shown: the one that trains, or one put to a past step.

    Whoever makes the trainer step, changes its design or its state says so here. Not thread-safe:
    it belongs to the thread of the trainer.
    """

    def __init__(self, budget: int = DEFAULT_BUDGET, *, is_on: bool = True) -> None:
        self.recording = Recording(budget)
        self.is_on = is_on
        self.trainer: Trainer | None = None
        """The one that is shown."""
        self._present: Trainer | None = None
        """The one that trains, while the past is shown."""
        self._replayer = Replayer(self.recording)
        self._known_beside: tuple[Line, int, CurveView] | None = None

    # where it stands

    @property
    def is_past(self) -> bool:
        return self._present is not None

    @property
    def has_past(self) -> bool:
        """There is something that another training would make one forget."""
        lines = self.recording.lines
        return len(lines) > 1 or any(line.last > line.first for line in lines)

    @property
    def at(self) -> int | None:
        """The past step that is shown, None in the present."""
        return self.trainer.step_count if self.is_past and self.trainer is not None else None

    @property
    def design(self) -> Design | None:
        """Of what is shown."""
        return self.trainer.graph.design() if self.trainer is not None else None

    def view(self) -> RecordingView:
        """What is kept, and what is shown."""
        recording, line = self.recording, self.recording.live
        if not self.is_on or line is None:
            return RecordingView(self.is_on, budget=recording.budget)
        return RecordingView(
            is_on=True,
            lines=recording.line_views(),
            current=line.number,
            first=line.begins,
            newest=line.last,
            at=self.at,
            copies=recording.copies,
            size=recording.size,
            budget=recording.budget,
            differs=self._differs(),
        )

    def _differs(self) -> bool:
        """The design of the past is another one; where the cards lie is no difference."""
        if self._present is None or self.trainer is None:
            return False
        then, now = self.trainer.graph, self._present.graph
        if then is now:
            return False
        return _essence(then.design()) != _essence(now.design())

    def as_shown(self, snapshot: Snapshot) -> Snapshot:
        """A snapshot of the past says so, and has the whole curves; one of a branch has the loss of
        the run beside it as well."""
        line, present = self.recording.live, self._present
        if line is None:
            return snapshot
        if len(self.recording.lines) > 1:
            snapshot = replace(snapshot, left=self._beside(line))
        if present is None:
            return snapshot
        curves = {name: curve.view() for name, curve in present.curves.items()}
        return replace(snapshot, newest=line.last, curves=curves)

    def _beside(self, line: Line) -> tuple[int, CurveView] | None:
        """The run that the line has left, or the newest that has left it."""
        children = [each for each in self.recording.lines if each.parent is line]
        other = line.parent or (children[-1] if children else None)
        if other is None or other.curves is None:
            return None
        parted = max(line.first, other.first)
        known = self._known_beside
        if known is None or known[:2] != (other, parted):
            view = other.curves["loss"].view()
            own = view.steps >= parted
            columns = (view.steps[own], view.mean[own], view.low[own], view.high[own])
            self._known_beside = known = other, parted, CurveView(*columns, view.stride)
        return other.number, known[2]

    # what happens to the training

    def begin(self, trainer: Trainer) -> None:
        """Another training, or the same one anew."""
        self.clear()
        self.trainer = trainer
        if self.is_on:
            self.recording.begin(trainer)

    def clear(self) -> None:
        """Forget everything."""
        self.trainer = self._present = None
        self.recording.clear()
        self._replayer.clear()

    def note(self) -> None:
        """Steps have been done."""
        if self.trainer is not None and not self.is_past:
            self.recording.note(self.trainer)

    def edited(self) -> None:
        """The trainer goes on with another design, from where it stands."""
        if self.trainer is not None and not self.is_past:
            self.recording.edited(self.trainer)

    def stumbled(self) -> None:
        """A step has failed."""
        if self.trainer is not None and not self.is_past:
            self.recording.stumbled(self.trainer)

    def look(self) -> _Before | None:
        """Before the trainer is lent to somebody: see `given`."""
        found = self.trainer
        return None if found is None else _Before(found.step_count, found.run, found.curves)

    def given(self, before: _Before | None) -> None:
        """Somebody may have put another state into the trainer: then a run of its own begins."""
        trainer = self.trainer
        if trainer is None or before is None or before == self.look():
            return
        line = self.recording.live
        if line is None:
            return
        if self._present is not None:
            self.recording.leave(self._present)
        else:
            line.curves, self.recording.live = copies_of(before.curves), None
        self._replayer.give_away()
        self._present = None
        self.recording.start_line(trainer)

    def switch_on(self, is_on: bool, budget: int) -> None:
        """Record or not, within so many bytes."""
        self.recording.set_budget(budget)
        if is_on == self.is_on:
            return
        self.to_now()
        self.is_on = is_on
        self._replayer.clear()
        self.recording.clear()
        if is_on and self.trainer is not None:
            self.recording.begin(self.trainer)

    # travelling

    def seek(self, step: int, progress: Progress) -> None:
        """Show the training as it stood after a step. Raises: CancelledError."""
        line = self.recording.live
        if line is None or self.trainer is None:
            return
        step = max(line.begins, min(step, line.last))
        if step == line.last:
            self.to_now()
            return
        found = self._replayer.recall(line.owner(step), step, progress)
        if self._present is None:
            self._present = self.trainer
        self.trainer = found

    def to_now(self) -> None:
        """Show the newest state again."""
        if self._present is not None:
            self.trainer, self._present = self._present, None

    def branch(self) -> None:
        """Go on from the past that is shown. The newer steps stay as a line that can be gone back
        to. Nothing in the present."""
        line, trainer, present = self.recording.live, self.trainer, self._present
        if line is None or trainer is None or present is None:
            return
        curves = copies_of(present.curves, trainer.step_count)
        self.recording.leave(present)
        self._replayer.give_away()
        self._present = None
        trainer.curves = {"loss": Curve(), "data_loss": Curve()} | curves
        self.recording.start_line(trainer, parent=line.owner(trainer.step_count))

    def switch(self, number: int, progress: Progress) -> None:
        """Go to the end of another line, and on from there. Raises: CancelledError."""
        line = next((each for each in self.recording.lines if each.number == number), None)
        if line is None or line is self.recording.live or self.trainer is None:
            self.to_now()
            return
        present = self._present if self._present is not None else self.trainer
        found = self._replayer.recall(line, line.last, progress, is_end=True)
        self.recording.leave(present)
        self._replayer.give_away()
        self._present = None
        if line.curves is not None:
            found.curves = line.curves
        self._known_beside = None
        self.trainer = found
        self.recording.go_on(line, found)


def _essence(design: Design) -> object:
    nodes = {
        key: (node.layer, node.is_frozen, node.l1, node.l2, node.weights)
        for key, node in design.nodes.items()
    }
    return nodes, design.wires, design.training
