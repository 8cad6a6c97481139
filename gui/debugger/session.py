"""The door to the debugger: commands go to the training thread, moments come back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal, Slot

from gui.debugger.channel import WalkChannel
from gui.debugger.keeping_up import KeepingUp
from gui.debugger.moment import Moment, Walker
from gui.debugger.number_text import NumberStyle
from gui.debugger.player import Player
from gui.document import Document
from gui.training.controller import TrainingController
from model.analysis.rehearsal import Rehearsal, next_batch, rehearse
from model.errors import DesignError
from model.teaching.counting import modes, store_or_recompute
from model.teaching.faults import Fault, FaultKind, faulty_rehearsal
from model.teaching.operations import StepInfo
from model.teaching.walkthrough import Walkthrough
from model.trainer import Trainer


class DebugSession(QObject):
    """One walk at a time through the training's next step. All signals come on the window's thread.

    The walk itself stays on the training thread (see `WalkChannel`), which rests meanwhile;
    training and debugging exclude each other.
    """

    opened = Signal()
    closed = Signal()
    moved = Signal(object)
    """A `Moment`: the numbers after an operation, at once."""
    described = Signal(object)
    """The same `Moment` with its `view`, as soon as it is worked out."""
    looked = Signal(object)
    """The `Moment` where the walk stands, with another item or neuron on the cards."""
    counted = Signal(object)
    """(Choice, Modes): what the step costs if values are stored or computed again, and from which
    end; once a walk."""
    checked = Signal(object)
    """By node: the relative error that the gradient check has found; empty where it is off."""
    term_lit = Signal(str)
    """The term that is pointed at in one of the views, "" for none: light it up in all of them."""
    style_changed = Signal(object)
    """The `NumberStyle` of all numbers."""
    planted = Signal(object)
    """The `Fault` that was planted; queue the connection."""

    def __init__(
        self, document: Document, controller: TrainingController, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.document = document
        self.controller = controller
        self.is_open = False
        self.moment: Moment | None = None
        self.item: int | None = 0
        self.term = ""
        self.breakpoints: set[str] = set()
        self.gate: Callable[[StepInfo], bool] | None = None
        """Asked before a single operation: True holds the walk, for something comes first."""
        self.fault: Fault | None = None
        """The mistake that is planted in the backward pass of the walk, for the student to find."""
        self._fault_choice: FaultKind | int | None = None
        self.player = Player(self._beat, self)
        self._channel = WalkChannel(controller, self)
        queued = Qt.ConnectionType.QueuedConnection
        self._channel.arrived.connect(self._on_arrived)
        self._channel.seen.connect(self._on_seen, queued)
        self._channel.broke.connect(self._on_broke, queued)
        self.planted.connect(self._on_planted, queued)
        self._keeping_up = KeepingUp(self)

    @property
    def ticket(self) -> int:
        """Of the newest command; a moment with another one is about to be overtaken."""
        return self._channel.ticket

    @property
    def is_hurried(self) -> bool:
        """Commands come so fast that words wait for a rest."""
        return self._channel.is_hurried

    @property
    def style(self) -> NumberStyle:
        """How all numbers are written."""
        return self._channel.style

    # open and close

    @Slot()
    def toggle(self) -> None:
        (self.close if self.is_open else self.open)()

    @Slot()
    def open(self) -> None:
        """Pause, and stand before the first operation of the next training step."""
        if self.is_open or not self.controller.prepare(despite_values=True):
            return
        self.controller.pause()
        self.is_open = True
        self.item = self.controller.request.item
        self.opened.emit()  # rooms are made now, and must hear how the walk begins
        self._begin()

    @Slot()
    def close(self) -> None:
        """Leave the walk; the training stands where it stood."""
        if not self.is_open:
            return
        self.player.pause()
        self.is_open = False
        self.moment = None
        self.fault = self._fault_choice = None
        self._channel.end()
        self.closed.emit()

    def begin_anew(self) -> None:
        """Through the design, or the training, as it is now."""
        if self.is_open:
            self._begin()

    def look_again(self) -> None:
        """Show the present item and neuron on the cards; the walk stays where it stands."""
        if self.is_open:
            request = self.controller.request
            self._channel.look(request.neuron, request.item)

    def _begin(self) -> None:
        item, stops, request = self.item, set(self.breakpoints), self.controller.request
        choice = self._fault_choice
        self._keeping_up.note()

        def make(trainer: Trainer) -> Walker:
            faulty = None
            if choice is not None:
                faulty, fault = faulty_rehearsal(trainer, choice)
                self.planted.emit(fault)
            walker = Walker(trainer, item, request.neuron, request.item, faulty)
            walker.walk.breakpoints = stops
            step = walker.walk.rehearsal
            self.counted.emit((store_or_recompute(step), modes(step)))
            return walker

        self._channel.begin(make)

    # commands: one operation, or many

    @Slot()
    def step(self) -> None:
        """The next operation; after the last, the training does the step and another begins."""
        moment = self.moment
        if moment is not None and moment.is_at_end:
            self.next_training_step()
        elif not self._is_held(moment):
            self._move(lambda walk: walk.forward())

    def _is_held(self, moment: Moment | None) -> bool:
        if self.gate is None or moment is None or moment.ticket != self.ticket:
            return False
        return moment.next is not None and self.gate(moment.next)

    @Slot()
    def back(self) -> None:
        """Undo one operation, bit by bit."""
        self._move(lambda walk: walk.back())

    def go_to(self, position: int) -> None:
        """To after so many operations, forwards or backwards."""

        def go(walk: Walkthrough) -> None:
            while walk.position > position and walk.back() is not None:
                pass
            while walk.position < position and walk.forward() is not None:
                pass

        self._leap(go)

    def run_to(self, node_id: str) -> None:
        """On until an operation of this node has been done, or a breakpoint is met."""
        self._leap(lambda walk: walk.run_to(node_id))

    @Slot()
    def run_to_phase_end(self) -> None:
        """To the end of the phase, or to a breakpoint."""
        self._leap(lambda walk: walk.run_to_phase_end())

    @Slot()
    def run_to_end(self) -> None:
        """To the end of the step, or to a breakpoint."""
        self._leap(lambda walk: walk.run_to_end())

    @Slot()
    def restart(self) -> None:
        """Back to before the first operation of this step."""
        self._leap(lambda walk: walk.begin())

    @Slot()
    def next_training_step(self) -> None:
        """Let the training do this step, with the very same numbers, and walk through the next."""
        if self.is_open:
            self.controller.step_batch()
            self._begin()

    def set_item(self, item: int | None) -> None:
        """Look at another item of the batch, or at all of them (None)."""
        if item != self.item and self.is_open:
            self.item = item
            if item is not None and item != self.controller.request.item:
                self.controller.show_item(item)
            position = self.moment.position if self.moment is not None else 0
            self._begin()
            self.go_to(position)

    def choose_element(self, element: int | None) -> None:
        """The number for which sums are written out; None: the largest."""
        self._channel.element = element
        self._refresh()

    def set_style(self, style: NumberStyle) -> None:
        """Write all numbers so."""
        if style != self.style:
            self._channel.style = style
            self.style_changed.emit(style)
            self._refresh()

    def light(self, term: str) -> None:
        """Point at a term: "upstream", "local", "downstream", "out", or "<kind>:<name>"."""
        if term != self.term:
            self.term = term
            self.term_lit.emit(term)

    def toggle_breakpoint(self, node_id: str) -> None:
        """Stop after each operation of this node, or no more."""
        self.breakpoints ^= {node_id}
        stops = set(self.breakpoints)

        def set_stops(walker: Walker) -> None:
            walker.walk.breakpoints = stops

        self._act(set_stops)

    def plant_fault(self, choice: FaultKind | int | None) -> None:
        """Walk through a backward pass with one mistake in it; None: through the right one.
        choice: a kind, or a seed that chooses kind and place. `planted` tells which it is."""
        self._fault_choice = choice
        self.fault = None
        if self.is_open:
            self._begin()

    def rehearse(self, use: Callable[[Rehearsal], None], items: int | None = None) -> None:
        """Call `use` on the training thread with a copy of the step, in float64, without a fault.
        items: only so many of its batch."""

        def lend(trainer: Trainer) -> None:
            use(rehearse(trainer, dtype=np.float64, indices=next_batch(trainer)[:items]))

        self.controller.lend(lend)

    # automatic play

    def _beat(self) -> bool:
        """One operation more, unless the last one is still being done. False at the end."""
        moment = self.moment
        if moment is None or moment.is_at_end or moment.impossible is not None:
            return False
        if moment.ticket == self.ticket:
            self.step()
        return True

    # to the training thread and back

    def _act(self, do: Callable[[Walker], object]) -> None:
        if self.is_open:
            self._channel.act(do)

    def _refresh(self) -> None:
        if self.is_open:
            self._channel.refresh()

    def _move(self, do: Callable[[Walkthrough], object]) -> None:
        """One operation, forwards or back."""

        def move(walker: Walker) -> None:
            before = walker.walk.last
            do(walker.walk)
            walker.done(before, walker.walk.last)

        self._act(move)

    def _leap(self, do: Callable[[Walkthrough], object]) -> None:
        """Many operations."""

        def leap(walker: Walker) -> None:
            try:
                do(walker.walk)
            finally:
                walker.look_again()

        self._act(leap)

    @Slot(object)
    def _on_arrived(self, moment: Moment) -> None:
        if not self.is_open:
            return
        last = moment.last
        is_new = self.moment is None or moment.position != self.moment.position
        self.moment = moment
        self.item = moment.item
        if moment.is_described:
            self.described.emit(moment)
            return
        if is_new and last is not None and last.node_id in self.breakpoints:
            self.player.pause()
        self.moved.emit(moment)

    @Slot(object)
    def _on_seen(self, seen: Moment) -> None:
        """Other pictures of where the walk stands; the words stay."""
        moment = self.moment
        if self.is_open and moment is not None and moment.position == seen.position:
            self.moment = replace(moment, snapshot=seen.snapshot)
            self.looked.emit(self.moment)

    @Slot(object)
    def _on_planted(self, fault: Fault) -> None:
        self.fault = fault

    @Slot(object)
    def _on_broke(self, fault: DesignError) -> None:
        self.player.pause()
        self.document.report(fault)
