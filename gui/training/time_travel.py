"""The window's side of the time machine: past steps are asked for here, what is kept is told."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from gui.document import Document, Message
from gui.training.worker import TrainingWorker
from model.design import Design
from model.recording import DEFAULT_BUDGET, RecordingView
from model.returning import edit_to

STALE_SHARE = 0.01
"""Of a replay, that must have been done before anybody is told of it again."""


class TimeTravel(QObject):
    """Belongs to a `TrainingController`. All signals come on the window's thread."""

    changed = Signal(object)
    """The newest `RecordingView`."""
    travelled = Signal()
    """Another step, or another run, is shown than the one after the last training step."""
    replaying = Signal(float)
    """A step is being computed again: 0 to 1 how far it is; negative once it is done."""

    def __init__(self, document: Document, worker: TrainingWorker, controller: Any) -> None:
        super().__init__(controller)
        self._document = document
        self._worker = worker
        self._controller = controller
        self._share = -1.0
        self.view = RecordingView(is_on=True)
        self.is_on = True
        self.budget = DEFAULT_BUDGET

    @property
    def is_past(self) -> bool:
        """The window shows a past step."""
        return self.view.at is not None

    def seek(self, step: int) -> None:
        """Pause, and show the training as it stood after this step."""
        self._worker.seek(step)

    def step_by(self, steps: int) -> None:
        """So many steps later than what is shown; negative: earlier."""
        self._worker.seek_by(steps)

    @Slot()
    def back_one(self) -> None:
        """One step back, bit for bit."""
        self.step_by(-1)

    @Slot()
    def on_one(self) -> None:
        """One step on, as it was done before."""
        if self.is_past:
            self.step_by(1)

    @Slot()
    def to_now(self) -> None:
        """Show the newest state again."""
        self._worker.to_now()

    @Slot()
    def continue_here(self) -> None:
        """The past step that is shown becomes the present of a new branch."""
        self._worker.continue_here()

    def switch(self, number: int) -> None:
        """Go to the end of another branch."""
        self._worker.switch_line(number)

    def set_recording(self, is_on: bool, budget: int) -> None:
        """Record runs or not, within so many bytes."""
        self.is_on, self.budget = is_on, budget
        self._worker.set_recording(is_on, budget)

    def look(self) -> None:
        """Hear what the training's thread has said since."""
        found = self._worker.travelling.views.take()
        if found is not None and found != self.view:
            before, self.view = self.view, found
            self.changed.emit(found)
            has_gone_on = before.current and found.current  # else the training has begun anew
            if has_gone_on and (before.at, before.current) != (found.at, found.current):
                self.travelled.emit()
        progress = self._worker.travelling.progress
        share = -1.0 if progress is None else progress.share
        if (share < 0) != (self._share < 0) or abs(share - self._share) >= STALE_SHARE:
            self._share = share
            self.replaying.emit(share)

    def adopt(self, design: Design, step: int) -> None:
        """The training goes on with the design it had then: so does the canvas, as an edit."""
        edit = edit_to(self._document.graph, design, f"Design of step {step:,}")
        if self._document.apply(edit):
            said = (
                f"The design is that of step {step:,} again, as the training goes on from there."
                " Undo brings back the newer one."
            )
            self._document.message.emit(Message("info", said))
