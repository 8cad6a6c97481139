"""The training thread: it owns the trainer; commands come in, snapshots and news go out.

It never touches a widget or the living graph. It yields the interpreter after two
milliseconds of steps, and stands still while a frame is drawn, so that the window stays alive.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue
from time import perf_counter, sleep
from typing import Literal

import numpy as np

from gui.training.travelling import Travelling
from model.analysis.progress import CancelledError
from model.design import Design
from model.errors import DesignError
from model.graph import NetworkGraph
from model.mailbox import Mailbox
from model.observing import take_snapshot
from model.room import out_of_memory
from model.snapshot import Snapshot, SnapshotRequest, Want
from model.time_machine import TimeMachine
from model.trainer import Trainer

CHUNK_SECONDS = 2e-3
NAP_SECONDS = 50e-6
RATE_WINDOW_SECONDS = 0.5
FRAME_LIMIT_SECONDS = 0.05
"""The longest that one frame may hold the training up."""
EVERY_STEP_SHOWN = 30.0
"""Up to this speed, in steps a second, each step is shown."""
WANT_SECONDS: dict[Want, float] = {
    "boundary": 0.2,
    "histograms": 0.5,
    "predictions": 0.5,
    "codes": 0.5,
    "latent": 0.5,
    "samples": 2.0,
    "parameters": 0.3,
    "vitals": 0.1,
}

WANT_REST = 40
"""A picture that costs much comes more rarely: 40 times its own cost passes before the next."""

State = Literal["idle", "running", "paused", "stopped", "finished", "failed"]


@dataclass(frozen=True)
class News:
    """What the controller must hear. sentence: what an edit has restarted. design: the training
    goes on from the past with this one, at step `step`."""

    state: State | None = None
    fault: Exception | None = None
    sentence: str = ""
    was_reset: bool = False
    design: Design | None = None
    step: int = 0


class TrainingWorker:
    """All methods but `_main` and what it calls are for the window's thread."""

    def __init__(self) -> None:
        self.snapshots: Mailbox[Snapshot] = Mailbox()
        self.news: SimpleQueue[News] = SimpleQueue()
        self.request = SnapshotRequest()
        self.is_display_waiting = True
        self.frame_is_done = threading.Event()
        self.frame_is_done.set()
        self._commands: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self.machine = TimeMachine()
        """Of the thread; it holds the trainer that is shown."""
        self.travelling = Travelling(self.machine, self.frame_is_done)
        self._is_current = True
        """False after an edit that the trainer could not follow: it may not train on unseen."""
        self._is_running = False
        self._pause_after: Callable[[Trainer], bool] | None = None
        self._epoch_limit = 0
        self._speed: float | None = None
        self._next_step_at = 0.0
        self._last_want: dict[Want, float] = {}
        self._sampled_epoch = -1
        self._want_cost = 0.0
        self._rate = _Rate()
        self._has_short_steps = True
        self._thread = threading.Thread(target=self._main, name="training", daemon=True)
        self._thread.start()

    @property
    def _trainer(self) -> Trainer | None:
        return self.machine.trainer

    # for the window

    def update(self, graph: NetworkGraph) -> None:
        """Go on with this design, or start with it where there is nothing to go on with; `graph`
        must be a copy of the worker's own."""
        self._commands.put(lambda: self._update(graph))

    def clear(self) -> None:
        """Forget the design: another one has been opened."""
        self.travelling.give_up()
        self._commands.put(self._clear)

    def run(self) -> None:
        self._commands.put(self._run)

    def pause(self) -> None:
        self._commands.put(self._pause)

    def stop(self) -> None:
        self._commands.put(self._stop)

    def step(self) -> None:
        self._commands.put(self._step)

    def run_epoch(self) -> None:
        self._commands.put(self._run_epoch)

    def run_steps(self, count: int) -> None:
        self._commands.put(lambda: self._run_steps(count))

    def reset(self) -> None:
        self.travelling.give_up()
        self._commands.put(self._reset)

    def set_speed(self, steps_per_second: float | None) -> None:
        self._commands.put(lambda: self._set_speed(steps_per_second))

    def show(self) -> None:
        """A fresh snapshot although nothing moves: another item, another neuron."""
        self._commands.put(self._post)

    def lend(self, action: Callable[[Trainer], None]) -> None:
        """Do something with the trainer on its thread, between two steps."""
        self._commands.put(lambda: self._lend(action))

    def seek(self, step: int) -> None:
        """Pause, and show the training as it stood after this step."""
        self.travelling.ask(step)
        self._commands.put(self._seek)

    def seek_by(self, steps: int) -> None:
        """Pause, and show it so many steps later; negative: earlier."""
        self.travelling.ask_by(steps)
        self._commands.put(self._seek)

    def to_now(self) -> None:
        """Show the newest state again."""
        self.travelling.give_up()
        self._commands.put(self._to_now)

    def continue_here(self) -> None:
        """Let the past that is shown be the present of a new branch."""
        self._commands.put(self._continue_here)

    def switch_line(self, number: int) -> None:
        """Go to the end of another branch."""
        self.travelling.give_up()
        self._commands.put(lambda: self._switch_line(number))

    def set_recording(self, is_on: bool, budget: int) -> None:
        """Record or not, within so many bytes."""
        self._commands.put(lambda: self._set_recording(is_on, budget))

    def quit(self, wait_seconds: float = 3.0) -> bool:
        """End the thread. False where it did not end in time."""
        self.travelling.give_up()
        self.frame_is_done.set()
        self._commands.put(None)
        self._thread.join(wait_seconds)
        return not self._thread.is_alive()

    # on the thread

    def _main(self) -> None:
        np.seterr(over="ignore", invalid="ignore", divide="ignore")  # the trainer looks and says
        while True:
            try:
                command = self._next_command()
            except Empty:
                self._advance()
                continue
            if command is None:
                return
            self._attempt(command)

    def _next_command(self) -> Callable[[], None] | None:
        """Waits while nothing runs, or until the next step is due. Raises: Empty."""
        if not self._is_running:
            return self._commands.get()
        delay = self._next_step_at - perf_counter() if self._speed is not None else 0.0
        return self._commands.get(timeout=delay) if delay > 0 else self._commands.get_nowait()

    def _attempt(self, action: Callable[[], None]) -> None:
        """A fault in a command ends the run, not the thread."""
        try:
            action()
        except Exception as found:  # noqa: BLE001 - reported by the window, ours with its traceback
            fault = out_of_memory() if isinstance(found, MemoryError) else found
            self._is_running = False
            self.machine.stumbled()
            self.news.put(News("failed", fault))
            if isinstance(fault, DesignError) and action != self._post:
                self._attempt(self._post)

    def _advance(self) -> None:
        self._attempt(self._steps if self._speed is None else self._limited_step)
        if self._is_running and self.is_display_waiting and self.snapshots.is_empty:
            self._attempt(self._post)
        if self._has_short_steps:
            sleep(NAP_SECONDS)
        self.frame_is_done.wait(FRAME_LIMIT_SECONDS)

    def _steps(self) -> None:
        """Steps for two milliseconds; long ones yield by themselves, in the matrix products."""
        trainer = self._trainer
        if trainer is None:
            return
        try:
            self._chunk(trainer)
        finally:
            self.machine.note()

    def _chunk(self, trainer: Trainer) -> None:
        end = perf_counter() + CHUNK_SECONDS
        count = 0
        is_shown = self.is_display_waiting and self.snapshots.is_empty
        if is_shown and not self._has_short_steps:
            trainer.vitals.await_step()
        while self._is_running:
            trainer.step()
            count += 1
            self._check_end(trainer)
            if perf_counter() >= end:
                break
        if is_shown and count > 1 and self._is_running:  # the very step that will be shown
            trainer.vitals.await_step()
            trainer.step()
            count += 1
            self._check_end(trainer)
        self._rate.add(count)
        self._has_short_steps = count > 1

    def _limited_step(self) -> None:
        trainer = self._trainer
        if trainer is None or self._speed is None:
            return
        now = perf_counter()
        period = 1 / self._speed
        self._next_step_at = max(self._next_step_at + period, now)
        if self._speed <= EVERY_STEP_SHOWN or self.is_display_waiting:
            trainer.vitals.await_step()
        trainer.step()
        self.machine.note()
        self._rate.add(1)
        self._check_end(trainer)
        if self._speed <= EVERY_STEP_SHOWN:
            self._post()

    def _check_end(self, trainer: Trainer) -> None:
        if self._pause_after is not None and self._pause_after(trainer):
            self._rest("paused")
        elif trainer.finished:
            trainer.evaluate_test()
            self._rest("finished", trainer.finished)
        elif self._epoch_limit and trainer.epoch >= self._epoch_limit:
            trainer.evaluate_test()
            self._rest("finished")

    def _post(self) -> None:
        if self._trainer is None:
            return
        self.machine.note()
        now = perf_counter()
        due = frozenset(want for want in self.request.wants if self._is_due(want, now))
        self._last_want |= dict.fromkeys(due, now)
        if "samples" in due:
            self._sampled_epoch = self._trainer.epoch
        request = replace(self.request, wants=due)
        rate = self._rate.per_second() if self._is_running else 0.0
        self.is_display_waiting = False
        self.snapshots.put(self.machine.as_shown(take_snapshot(self._trainer, request, rate)))
        self.travelling.tell(at_once=not self._is_running)
        if due:
            self._want_cost = perf_counter() - now

    def _is_due(self, want: Want, now: float) -> bool:
        """While a training runs, texts are written after an epoch, other things in their turn."""
        if not self._is_running:
            return True
        if want == "samples" and self._trainer and self._trainer.epoch == self._sampled_epoch:
            return False
        cost = 0.0 if want == "vitals" else self._want_cost  # a few copies, whatever others cost
        rest = max(WANT_SECONDS[want], WANT_REST * cost)
        return now - self._last_want.get(want, 0.0) >= rest

    def _rest(self, state: State, sentence: str = "") -> None:
        self._is_running = False
        self._pause_after = None
        self.news.put(News(state, sentence=sentence))
        self._post()

    def _clear(self) -> None:
        self._is_running = False
        self.machine.clear()
        self.snapshots.take()
        self.travelling.tell(at_once=True)
        self.news.put(News("idle", was_reset=True))

    def _load(self, graph: NetworkGraph) -> None:
        self._is_running = False
        self.machine.clear()
        trainer = Trainer(graph)
        trainer.watch_vitals()
        self.machine.begin(trainer)
        self._is_current = True
        self.news.put(News("idle", was_reset=True))
        self._post()

    def _update(self, graph: NetworkGraph) -> None:
        is_first = not self._is_running and not self.machine.has_past
        if self._trainer is None or (self._trainer.step_count == 0 and is_first):
            self._load(graph)
            return
        self._branch()
        draws = self._trainer.order_stream
        self._is_current = False
        sentence = self._trainer.update(graph)
        self._is_current = True
        self._limit_epochs()
        is_reset = self._trainer.order_stream is not draws
        if is_reset:
            self._is_running = False
            self.machine.begin(self._trainer)
        else:
            self.machine.edited()
        if sentence:
            self.news.put(News("idle" if is_reset else None, sentence=sentence, was_reset=is_reset))
        if not self._is_running:
            self._post()

    def _limit_epochs(self) -> None:
        """Stop after as many epochs as the design asks for; after that, as many again."""
        trainer = self._trainer
        limit = trainer.settings.epochs if trainer is not None else 0
        rounds = trainer.epoch // limit + 1 if trainer is not None and limit else 0
        self._epoch_limit = limit * rounds

    def _run(self) -> None:
        if self._trainer is None or not self._is_current:
            return
        self._leave_past()
        self._pause_after = None
        self._limit_epochs()
        self._next_step_at = perf_counter()
        self._rate = _Rate()
        self._is_running = True
        self.news.put(News("running"))

    def _step(self) -> None:
        if self._trainer is None or not self._is_current:
            return
        self._leave_past()
        self._is_running = False
        self._trainer.vitals.await_step()
        self._trainer.step()
        self.machine.note()
        self._rest("paused")

    def _run_epoch(self) -> None:
        if self._trainer is None or not self._is_current:
            return
        epoch = self._trainer.epoch
        self._run()
        self._epoch_limit = 0
        self._pause_after = lambda trainer: trainer.epoch > epoch

    def _run_steps(self, count: int) -> None:
        if self._trainer is None or not self._is_current:
            return
        goal = self._trainer.step_count + count
        self._run()
        self._epoch_limit = 0
        self._pause_after = lambda trainer: trainer.step_count >= goal

    def _pause(self) -> None:
        if self._is_running:
            self._rest("paused")

    def _stop(self) -> None:
        if self._trainer is None or not (self._trainer.step_count or self._is_running):
            return
        self.machine.to_now()
        if self._trainer.step_count:
            self._trainer.evaluate_test()
        self._rest("stopped")

    def _reset(self) -> None:
        if self._trainer is None or not self._is_current:
            return
        self._is_running = False
        self.machine.to_now()
        self._trainer.restart()
        self.machine.begin(self._trainer)
        self.news.put(News("idle", was_reset=True))
        self._post()

    def _lend(self, action: Callable[[Trainer], None]) -> None:
        if self._trainer is not None and self._is_current:
            before = self.machine.look()
            action(self._trainer)
            self.machine.given(before)

    # the past

    def _seek(self) -> None:
        if self._is_running:
            self._rest("paused")
        try:
            if self.travelling.seek():
                self._post()
        except CancelledError:
            return

    def _to_now(self) -> None:
        if self.machine.is_past:
            self.machine.to_now()
            self._post()

    def _continue_here(self) -> None:
        if self.machine.is_past:
            self._leave_past()
            self._post()

    def _leave_past(self) -> None:
        """What trains now goes on from the step that is shown, with the design of that step."""
        if self.machine.is_past and self._trainer is not None:
            self._branch()
            self._tell_design()

    def _branch(self) -> None:
        if self.machine.is_past and self._trainer is not None:
            self.machine.branch()
            self._trainer.watch_vitals()

    def _tell_design(self) -> None:
        if self._trainer is not None:
            design, step = self._trainer.graph.design(), self._trainer.step_count
            self.news.put(News("paused" if step else "idle", design=design, step=step))

    def _switch_line(self, number: int) -> None:
        if self._is_running:
            self._rest("paused")
        try:
            self.travelling.switch(number)
        except CancelledError:
            return
        if self._trainer is not None:
            self._trainer.watch_vitals()
        self._tell_design()
        self._post()

    def _set_recording(self, is_on: bool, budget: int) -> None:
        self.machine.switch_on(is_on, budget)
        if self._trainer is None:
            self.travelling.tell(at_once=True)
        elif not self._is_running:
            self._post()

    # speed

    def _set_speed(self, steps_per_second: float | None) -> None:
        self._speed = steps_per_second
        self._next_step_at = perf_counter()
        self._rate = _Rate()


class _Rate:
    """Steps a second over the last half second or so."""

    def __init__(self) -> None:
        self._start = perf_counter()
        self._count = 0
        self._last: float | None = None

    def add(self, count: int) -> None:
        self._count += count
        now = perf_counter()
        if now - self._start >= RATE_WINDOW_SECONDS:
            self._last = self._count / (now - self._start)
            self._start, self._count = now, 0

    def per_second(self) -> float:
        if self._last is not None:
            return self._last
        elapsed = perf_counter() - self._start
        return self._count / elapsed if elapsed > 0 and self._count > 1 else 0.0
