"""A recorded step worked out again: from the copy before it, step by step, bit for bit."""

from __future__ import annotations

from dataclasses import dataclass

from model.analysis.progress import Progress
from model.curves import Curve
from model.design import Design
from model.feeding import Feeding
from model.graph import NetworkGraph
from model.recorded import Line, Mark, size_of
from model.recording import NEAR_SHARE, Recording, bytes_of
from model.trainer import Trainer
from model.trainer_state import TrainerState, restore, state_of

MOST_NEAR = 64


@dataclass(eq=False)
class _Near:
    """A copy that was made on the way, after the marks up to `number`."""

    line: Line
    number: int
    step: int
    design: Design
    feeding: Feeding
    state: TrainerState
    size: int


class Replayer:
    """A trainer of its own that can be put to any recorded step. One owner at a time.

    On its way it keeps copies near the step that is asked for, so that going further back or on
    from there costs little.
    """

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self.trainer: Trainer | None = None
        self._design: Design | None = None
        self._line: Line | None = None
        self._number = 0
        """The last mark that the trainer has passed."""
        self._near: list[_Near] = []

    def give_away(self) -> None:
        """The trainer belongs to somebody else now."""
        self.trainer = self._design = self._line = None

    def clear(self) -> None:
        """Another recording has begun."""
        self.give_away()
        self._near.clear()

    def recall(self, line: Line, step: int, progress: Progress, *, is_end: bool = False) -> Trainer:
        """A trainer as it stood after `step` of this line and all edits that were made there; its
        last batch has been worked out anew, delta, masks and all. Its curves say nothing. Where
        the next step has failed, it stands before the attempt, unless this is_end of the line.

        Raises: CancelledError; the trainer then stands somewhere on the way.
        """
        if step == line.first and line.parent is not None:
            trainer = self.recall(line.parent.owner(step), step, progress)
            self._line, self._number = line, line.marks[0].number
        else:
            trainer = self._begin(line, step, progress)
        start = trainer.step_count
        goals = self._stops(trainer, start, step)
        for mark in [mark for mark in line.marks if mark.number > self._number]:
            if mark.step > step or (mark.step == step and mark.kind == "stumble" and not is_end):
                break
            self._run(trainer, mark.step, (start, step), goals, progress)
            trainer = self._pass(trainer, mark)
        self._run(trainer, step, (start, step), goals, progress)
        return trainer

    def _stops(self, trainer: Trainer, start: int, step: int) -> set[int]:
        """Where copies are made on the way: the nearer to the step the denser; where there is room
        for a few only, in the middle of these places."""
        places = [step - 2**power for power in range(1, max(step - start, 1).bit_length())]
        slots = min(MOST_NEAR, self._room() // max(bytes_of(trainer), 1))
        if slots < len(places):
            count = len(places)
            places = [places[(2 * k + 1) * count // (2 * slots)] for k in range(slots)]
        return set(places)

    def _room(self) -> int:
        """Bytes for copies near the step that is shown."""
        budget = self._recording.budget
        return max(round(budget * NEAR_SHARE), budget - self._recording.size)

    def _begin(self, line: Line, step: int, progress: Progress) -> Trainer:
        """Stand at the best place before the step: the step itself is to be done again."""
        before = max(step - 1, line.first)
        known = [m for m in line.marks if m.state is not None and m.step <= before]
        mark = known[-1] if known else line.marks[0]
        best: Mark | _Near = mark
        for near in self._near:
            if near.line is line and mark.step <= near.step <= before and near.step > best.step:
                best = near
        trainer = self.trainer
        if trainer is not None and self._line is line and best.step <= trainer.step_count <= before:
            return trainer
        if best.state is None and line.parent is not None:
            trainer = self.recall(line.parent.owner(line.first), line.first, progress)
        else:
            trainer = self._put(best.design, best.feeding, best.state)
        self._line, self._number = line, best.number
        return trainer

    def _put(self, design: Design, feeding: Feeding, state: TrainerState | None) -> Trainer:
        """A trainer of this design in this state; None: at its very start."""
        trainer = self.trainer
        self._line = None
        if trainer is None or self._design is not design or trainer.feeding is not feeding:
            dtype = self._recording.dtype
            trainer = Trainer(NetworkGraph(design), dtype=dtype, feeding=feeding)
        elif state is None:
            trainer.restart()
        if state is not None:
            restore(trainer, state)
        trainer.curves = {"loss": Curve(), "data_loss": Curve()}
        trainer.stepped = trainer.graph
        self.trainer, self._design = trainer, design
        return trainer

    def _pass(self, trainer: Trainer, mark: Mark) -> Trainer:
        """What happened at a mark happens again."""
        line = self._line
        if mark.kind == "stumble" or (mark.kind == "edit" and mark.state is not None):
            trainer = self._put(mark.design, mark.feeding, mark.state)
        elif mark.kind == "edit":
            trainer.update(NetworkGraph(mark.design))
            self._design = mark.design
        self._line, self._number = line, mark.number
        return trainer

    def _run(
        self,
        trainer: Trainer,
        goal: int,
        way: tuple[int, int],
        stops: set[int],
        progress: Progress,
    ) -> None:
        """Steps up to `goal`, with copies at the stops. way: from where to where all this goes."""
        start, end = way
        while trainer.step_count < goal:
            share = (trainer.step_count - start) / max(end - start, 1)
            progress.report(share, f"Computing step {end:,} again")
            try:
                trainer.step()
            except BaseException:
                self._line = None
                raise
            if trainer.step_count in stops and trainer.step_count < end:
                self._keep(trainer)

    def _keep(self, trainer: Trainer) -> None:
        """A copy near the step that is asked for, within its share of the budget."""
        line, design = self._line, self._design
        if line is None or design is None:
            return
        state = state_of(trainer)
        near = _Near(
            line,
            self._number,
            trainer.step_count,
            design,
            trainer.feeding,
            state,
            size_of(state),
        )
        self._near.append(near)
        room = self._room()
        while len(self._near) > MOST_NEAR or sum(each.size for each in self._near) > room:
            self._near.pop(0)
