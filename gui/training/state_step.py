"""Another state put into the training, with an edit of the design: one step that can be undone.

Undoing brings back design, weights, memory and streams as they stood; what was trained in the
meantime is kept for redoing, so that nothing is ever lost.
"""

from __future__ import annotations

import copy
from typing import Any

from PySide6.QtGui import QUndoCommand

from gui.document import Document
from model.curves import Curve
from model.design import Edit
from model.trainer import Trainer
from model.trainer_state import TrainerState, restore, state_of

Kept = tuple[TrainerState, dict[str, Curve]]
"""Where a training stands, and its curves up to there."""


def put_state(
    document: Document,
    controller: Any,
    text: str,
    edit: Edit | None,
    state: Kept,
    said: str = "",
) -> None:
    """Make the edit (None: the design stays), and let the training go on from the state, which
    belongs to the design after it. One step of the history, called `text`. said: a sentence for the
    window once the training stands there; undoing has one of its own then."""
    swap = _Swap(controller, state, said)
    document.stack.beginMacro(text)
    try:
        document.stack.push(_BeforeEdit(swap))
        if edit is not None:
            document.apply(edit)
        document.stack.push(_AfterEdit(swap))
    finally:
        document.stack.endMacro()


class _Swap:
    """The states on both sides of the step. They are read and written on the training's thread
    alone, in the order in which they are asked for."""

    def __init__(self, controller: Any, later: Kept, said: str) -> None:
        self._controller = controller
        self._said = said
        self._earlier: Kept | None = None
        self._later: Kept | None = later

    def keep_earlier(self) -> None:
        self._lend(self._take_earlier)

    def keep_later(self) -> None:
        self._lend(self._take_later)

    def put_earlier(self) -> None:
        self._put(self._give_earlier)

    def put_later(self) -> None:
        self._put(self._give_later)

    def _lend(self, action: Any) -> None:
        self._controller.pause()
        self._controller.lend(action)

    def _put(self, action: Any) -> None:
        """The training has the present design first, and its displays the new numbers then."""
        if self._controller.prepare():
            self._lend(action)
            self._controller.show_item(self._controller.request.item)

    # on the training's thread

    def _take_earlier(self, trainer: Trainer) -> None:
        self._earlier = _kept(trainer)

    def _take_later(self, trainer: Trainer) -> None:
        self._later = _kept(trainer)

    def _give_earlier(self, trainer: Trainer) -> None:
        _give(trainer, self._earlier)
        if self._said:
            step = trainer.step_count
            self._controller.announce(f"Undone: the training stands at step {step:,} again.")

    def _give_later(self, trainer: Trainer) -> None:
        _give(trainer, self._later)
        if self._said:
            self._controller.announce(self._said)


def _kept(trainer: Trainer) -> Kept:
    return state_of(trainer), copy.deepcopy(trainer.curves)


def _give(trainer: Trainer, kept: Kept | None) -> None:
    if kept is not None:
        restore(trainer, kept[0])
        trainer.curves = copy.deepcopy(kept[1])


class _BeforeEdit(QUndoCommand):
    """Undone last: the earlier design has its earlier state again. Never give it a parent."""

    def __init__(self, swap: _Swap) -> None:
        super().__init__()
        self._swap = swap

    def redo(self) -> None:
        self._swap.keep_earlier()

    def undo(self) -> None:
        self._swap.put_earlier()


class _AfterEdit(QUndoCommand):
    """Undone first: what has been trained since is kept. Never give it a parent."""

    def __init__(self, swap: _Swap) -> None:
        super().__init__()
        self._swap = swap

    def redo(self) -> None:
        self._swap.put_later()

    def undo(self) -> None:
        self._swap.keep_later()
