"""Run, pause, step, reset: what the window says to the training thread, and hears from it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from queue import Empty
from time import perf_counter
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from gui.document import Document, Message
from gui.training.frames import FrameGuard
from gui.training.phases import PhaseClock
from gui.training.running import News
from gui.training.time_travel import TimeTravel
from gui.training.troubles import Troubles
from gui.training.worker import TrainingWorker
from model import editing
from model.errors import DesignError, DivergedError
from model.graph import NetworkGraph
from model.shapes import Inference, Problem
from model.snapshot import Snapshot, SnapshotRequest, Want
from model.trainer import Trainer

DISPLAY_INTERVAL_MS = 33


class TrainingController(QObject):
    """The one door to training. All signals come on the window's thread."""

    snapshot = Signal(object)
    """The newest `Snapshot`, at most 30 times a second."""
    state_changed = Signal(str)
    restarted = Signal(str)
    """A sentence about what an edit has restarted."""
    reset_done = Signal()
    """Training stands at step 0 again: displays clear themselves."""
    phase_changed = Signal(str, float)
    """"forward", "backward", "update" or "", and how far the wave has come, 0 to 1."""
    item_changed = Signal(int)
    neuron_changed = Signal(int)
    speed_changed = Signal(object)
    run_refused = Signal(object)
    """A `Problem`: the design cannot run yet."""
    fault_raised = Signal(object)
    """An exception that is the program's own fault."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.state = "idle"
        self.latest: Snapshot | None = None
        self.request = SnapshotRequest()
        self.speed: float | None = None
        self._worker = TrainingWorker()
        self.time = TimeTravel(document, self._worker, self)
        """The past steps of this training."""
        self._wants: dict[Want, set[object]] = {}
        self._trained: Any = None
        self._is_opening = False
        """The worker may still be busy with the design that was open before."""
        self._frames = FrameGuard(self._worker.frame_is_done, self)
        self._phases = PhaseClock(self.phase_changed, self)
        self.troubles = Troubles(self, document)
        """The tripwires that are up."""
        self._display = QTimer(self, interval=DISPLAY_INTERVAL_MS)
        self._display.setTimerType(Qt.TimerType.PreciseTimer)
        self._display.timeout.connect(self._on_display)
        self._display.start()
        document.inference_changed.connect(self._on_inference_changed)
        document.opened.connect(self._on_opened)

    # commands

    @property
    def is_running(self) -> bool:
        return self.state == "running"

    @Slot()
    def toggle(self) -> None:
        (self.pause if self.is_running else self.run)()

    @Slot()
    def run(self) -> None:
        if self._is_ready():
            self._worker.run()

    @Slot()
    def pause(self) -> None:
        self._worker.pause()

    @Slot()
    def stop(self) -> None:
        """End the run and judge the network on the test part; what was learned stays."""
        self._worker.stop()

    @Slot()
    def step_batch(self) -> None:
        if self._is_ready():
            self._worker.step()

    def step_batches(self, count: int) -> None:
        """Exactly so many steps, then pause."""
        if self._is_ready():
            self._worker.run_steps(count)

    @Slot()
    def step_epoch(self) -> None:
        if self._is_ready():
            self._worker.run_epoch()

    @Slot()
    def reset(self) -> None:
        """The same seed: the very same numbers again."""
        if self._is_ready():
            self._worker.reset()

    @Slot()
    def reset_with_new_seed(self) -> None:
        """An undoable change of the seed; training starts anew with it."""
        self.document.attempt(editing.set_training, {"seed": secrets.randbelow(1_000_000)})

    @Slot(object)
    def set_speed(self, steps_per_second: float | None) -> None:
        self.speed = steps_per_second
        self._worker.set_speed(steps_per_second)
        self._phases.set_speed(steps_per_second)
        self.speed_changed.emit(steps_per_second)

    @Slot(int)
    def show_item(self, item: int) -> None:
        """Follow another item of the batch, by its position."""
        last = self.latest.batch - 1 if self.latest is not None else item
        self._ask(replace(self.request, item=max(0, min(item, last))))
        self.item_changed.emit(self.request.item)

    @Slot(int)
    def show_neuron(self, neuron: int) -> None:
        if neuron != self.request.neuron:
            self._ask(replace(self.request, neuron=max(0, neuron)))
            self.neuron_changed.emit(self.request.neuron)

    def ask(self, **changes: Any) -> None:
        """Change what displays ask for: code_node, prompt, temperature."""
        wanted = replace(self.request, **changes)
        if wanted != self.request:
            self._ask(wanted)

    def prepare(self, *, despite_values: bool = False) -> bool:
        """Give the training thread the present design. False where it cannot run, which is told.
        despite_values: a formula may fail at its present values."""
        if despite_values and self.document.inference.can_be_walked:
            self._send()
            return True
        return self._is_ready()

    def lend(self, action: Callable[[Trainer], None]) -> None:
        """Do something with the trainer on its thread, between two steps; nothing where there is
        none."""
        self._worker.lend(action)

    def announce(self, sentence: str) -> None:
        """From any thread: the window shows it after all that the training has said before."""
        self._worker.news.put(News(sentence=sentence))

    def want(self, want: Want, who: object, on: bool) -> None:
        """Displays say what they need beyond the cards; nothing is computed that nobody shows."""
        askers = self._wants.setdefault(want, set())
        (askers.add if on else askers.discard)(id(who))
        wants = frozenset(name for name, found in self._wants.items() if found)
        if wants != self.request.wants:
            self._ask(replace(self.request, wants=wants))

    def shutdown(self) -> bool:
        """End the thread; call it before the window goes. False where it did not end in time."""
        self._display.stop()
        self._phases.stop()
        return self._worker.quit()

    def _ask(self, request: SnapshotRequest) -> None:
        self.request = self._worker.showing.request = request
        if not self.is_running:
            self._worker.show()

    def _is_ready(self) -> bool:
        """The worker has the present design; otherwise the first problem is told."""
        found = self.document.inference
        problem = next((p for p in found.problems if p.is_blocking), None)
        if problem is not None:
            self._refuse(problem)
            return False
        self._send()
        return True

    def _refuse(self, problem: Problem) -> None:
        self.run_refused.emit(problem)
        self.document.message.emit(
            Message("error", f"Not ready to run. {problem}", problem.repairs, problem.node_id)
        )

    # the design

    @Slot()
    def _on_opened(self) -> None:
        self._worker.clear()
        self._is_opening = True
        self._trained = None
        self.latest = None
        self._set_state("idle")
        self.reset_done.emit()

    @Slot(object)
    def _on_inference_changed(self, found: Inference) -> None:
        if found.can_run:
            self._send()
            return
        self.pause()
        if self.is_running:
            self._refuse(next(p for p in found.problems if p.is_blocking))

    def _send(self) -> None:
        """Give the worker a copy where what is trained, or how, is not what it has. Places of cards
        and cards without wires take no part."""
        graph = self.document.graph
        nodes = {
            key: msgspec.structs.replace(graph.node(key), x=0.0, y=0.0)
            for key in self.document.inference.order
        }
        essence = (nodes, graph.wires(), graph.training)
        if essence == self._trained:
            return
        self._trained = essence
        self._worker.update(NetworkGraph(graph.design()))

    # the worker's answers

    @Slot()
    def _on_display(self) -> None:
        found = (
            self._worker.showing.snapshots.take()
        )  # before the news, or a reset would clear a fresh one
        was_reset = self._hear_all()
        self.time.look()
        self._worker.showing.is_waiting = True
        if was_reset and found is not None:
            self._worker.show()  # whether it was taken before or after the reset, nobody knows
            return
        if found is None or self._is_opening:
            return
        self.latest = found
        self._worker.frame_is_done.clear()
        try:
            self.snapshot.emit(found)
        finally:
            self._worker.frame_is_done.set()
        if found.newest is None:
            self._phases.show(found, perf_counter())

    def _hear_all(self) -> bool:
        """True where training was set back to its start."""
        was_reset = False
        while True:
            try:
                news = self._worker.news.get_nowait()
            except Empty:
                return was_reset
            was_reset = was_reset or news.was_reset
            self._hear(news)

    def guard_frames_of(self, window: QWidget) -> None:
        """Let the training stand still while this window paints, so that a frame is never late."""
        self._frames.watch(window)

    @property
    def frame_seconds(self) -> float:
        """Time that the last frame took to paint."""
        return self._frames.seconds

    def _hear(self, news: News) -> None:
        if news.was_reset:
            self._is_opening = False
            self.latest = None
            self.reset_done.emit()
        if news.sentence:
            self.restarted.emit(news.sentence)
            self.document.message.emit(Message("info", news.sentence))
        if news.design is not None:
            self.time.adopt(news.design, news.step)
        if news.state is not None:
            self._set_state(news.state)
        if news.fault is not None and not isinstance(news.fault, DivergedError):
            self._trained = None  # the worker has not taken this design; it is sent once more
        if isinstance(news.fault, DesignError):
            self.document.report(news.fault)
        elif news.fault is not None:
            self.fault_raised.emit(news.fault)

    def _set_state(self, state: str) -> None:
        if state != self.state:
            self.state = state
            self._frames.is_active = state == "running"
            self.state_changed.emit(state)
            self._phases.set_running(state == "running")
