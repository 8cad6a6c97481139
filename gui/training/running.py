"""What happens on the training thread: commands, and steps while the training runs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from time import perf_counter, sleep
from typing import Literal

import numpy as np

from gui.training.showing import Rate, Showing
from gui.training.travelling import Travelling
from model.analysis.progress import CancelledError
from model.design import Design
from model.errors import DesignError
from model.graph import NetworkGraph
from model.room import out_of_memory
from model.time_machine import TimeMachine
from model.trainer import Trainer

CHUNK_SECONDS = 2e-3
NAP_SECONDS = 50e-6
FRAME_LIMIT_SECONDS = 0.05
"""The longest that one frame may hold the training up."""
EVERY_STEP_SHOWN = 30.0
"""Up to this speed, in steps a second, each step is shown."""

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


class Running:
    """The trainer and what is done with it. Only `commands`, `news`, `showing`, `travelling` and
    `frame_is_done` are for other threads; `TrainingWorker` says what each command does.
    """

    def __init__(self) -> None:
        self.commands: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self.news: SimpleQueue[News] = SimpleQueue()
        self.frame_is_done = threading.Event()
        self.frame_is_done.set()
        self.machine = TimeMachine()
        """It holds the trainer that is shown."""
        self.showing = Showing(self.machine)
        self.travelling = Travelling(self.machine, self.frame_is_done)
        self._is_current = True
        """False after an edit that the trainer could not follow: it may not train on unseen."""
        self.is_running = False
        self._pause_after: Callable[[Trainer], bool] | None = None
        self._epoch_limit = 0
        self._speed: float | None = None
        self._next_step_at = 0.0
        self._has_short_steps = True

    @property
    def trainer(self) -> Trainer | None:
        """As it stands now, or in the past that is shown."""
        return self.machine.trainer

    def main(self) -> None:
        """Do commands and steps until the command None comes."""
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
        if not self.is_running:
            return self.commands.get()
        delay = self._next_step_at - perf_counter() if self._speed is not None else 0.0
        return self.commands.get(timeout=delay) if delay > 0 else self.commands.get_nowait()

    def _attempt(self, action: Callable[[], None]) -> None:
        """A fault in a command ends the run, not the thread."""
        try:
            action()
        except Exception as found:  # noqa: BLE001 - reported by the window, ours with its traceback
            fault = out_of_memory() if isinstance(found, MemoryError) else found
            self.is_running = False
            self.machine.stumbled()
            self.news.put(News("failed", fault))
            if isinstance(fault, DesignError) and action != self.post:
                self._attempt(self.post)

    def _advance(self) -> None:
        self._attempt(self._steps if self._speed is None else self._limited_step)
        if self.is_running and self.showing.is_due:
            self._attempt(self.post)
        if self._has_short_steps:
            sleep(NAP_SECONDS)
        self.frame_is_done.wait(FRAME_LIMIT_SECONDS)

    def _steps(self) -> None:
        """Steps for two milliseconds; long ones yield by themselves, in the matrix products."""
        trainer = self.trainer
        if trainer is None:
            return
        try:
            self._chunk(trainer)
        finally:
            self.machine.note()

    def _chunk(self, trainer: Trainer) -> None:
        end = perf_counter() + CHUNK_SECONDS
        count = 0
        is_shown = self.showing.is_due
        if is_shown and not self._has_short_steps:
            trainer.vitals.await_step()
        while self.is_running:
            trainer.step()
            count += 1
            self._check_end(trainer)
            if perf_counter() >= end:
                break
        if is_shown and count > 1 and self.is_running:  # the very step that will be shown
            trainer.vitals.await_step()
            trainer.step()
            count += 1
            self._check_end(trainer)
        self.showing.rate.add(count)
        self._has_short_steps = count > 1

    def _limited_step(self) -> None:
        trainer = self.trainer
        if trainer is None or self._speed is None:
            return
        now = perf_counter()
        period = 1 / self._speed
        self._next_step_at = max(self._next_step_at + period, now)
        if self._speed <= EVERY_STEP_SHOWN or self.showing.is_waiting:
            trainer.vitals.await_step()
        trainer.step()
        self.machine.note()
        self.showing.rate.add(1)
        self._check_end(trainer)
        if self._speed <= EVERY_STEP_SHOWN:
            self.post()

    def _check_end(self, trainer: Trainer) -> None:
        if self._pause_after is not None and self._pause_after(trainer):
            self._rest("paused")
        elif trainer.finished:
            trainer.evaluate_test()
            self._rest("finished", trainer.finished)
        elif self._epoch_limit and trainer.epoch >= self._epoch_limit:
            trainer.evaluate_test()
            self._rest("finished")

    def post(self) -> None:
        trainer = self.trainer
        if trainer is None:
            return
        self.machine.note()
        self.showing.post(trainer, is_running=self.is_running)
        self.travelling.tell(at_once=not self.is_running)

    def _rest(self, state: State, sentence: str = "") -> None:
        self.is_running = False
        self._pause_after = None
        self.news.put(News(state, sentence=sentence))
        self.post()

    def clear(self) -> None:
        self.is_running = False
        self.machine.clear()
        self.showing.snapshots.take()
        self.travelling.tell(at_once=True)
        self.news.put(News("idle", was_reset=True))

    def _load(self, graph: NetworkGraph) -> None:
        self.is_running = False
        self.machine.clear()
        trainer = Trainer(graph)
        trainer.watch_vitals()
        self.machine.begin(trainer)
        self._is_current = True
        self.news.put(News("idle", was_reset=True))
        self.post()

    def update(self, graph: NetworkGraph) -> None:
        is_first = not self.is_running and not self.machine.has_past
        if self.trainer is None or (self.trainer.step_count == 0 and is_first):
            self._load(graph)
            return
        self._branch()
        draws = self.trainer.order_stream
        self._is_current = False
        sentence = self.trainer.update(graph)
        self._is_current = True
        self._limit_epochs()
        is_reset = self.trainer.order_stream is not draws
        if is_reset:
            self.is_running = False
            self.machine.begin(self.trainer)
        else:
            self.machine.edited()
        if sentence:
            self.news.put(News("idle" if is_reset else None, sentence=sentence, was_reset=is_reset))
        if not self.is_running:
            self.post()

    def _limit_epochs(self) -> None:
        """Stop after as many epochs as the design asks for; after that, as many again."""
        trainer = self.trainer
        limit = trainer.settings.epochs if trainer is not None else 0
        rounds = trainer.epoch // limit + 1 if trainer is not None and limit else 0
        self._epoch_limit = limit * rounds

    def run(self) -> None:
        if self.trainer is None or not self._is_current:
            return
        self._leave_past()
        self._pause_after = None
        self._limit_epochs()
        self._next_step_at = perf_counter()
        self.showing.rate = Rate()
        self.is_running = True
        self.news.put(News("running"))

    def step(self) -> None:
        if self.trainer is None or not self._is_current:
            return
        self._leave_past()
        self.is_running = False
        self.trainer.vitals.await_step()
        self.trainer.step()
        self.machine.note()
        self._rest("paused")

    def run_epoch(self) -> None:
        if self.trainer is None or not self._is_current:
            return
        epoch = self.trainer.epoch
        self.run()
        self._epoch_limit = 0
        self._pause_after = lambda trainer: trainer.epoch > epoch

    def run_steps(self, count: int) -> None:
        if self.trainer is None or not self._is_current:
            return
        goal = self.trainer.step_count + count
        self.run()
        self._epoch_limit = 0
        self._pause_after = lambda trainer: trainer.step_count >= goal

    def pause(self) -> None:
        if self.is_running:
            self._rest("paused")

    def stop(self) -> None:
        if self.trainer is None or not (self.trainer.step_count or self.is_running):
            return
        self.machine.to_now()
        if self.trainer.step_count:
            self.trainer.evaluate_test()
        self._rest("stopped")

    def reset(self) -> None:
        if self.trainer is None or not self._is_current:
            return
        self.is_running = False
        self.machine.to_now()
        self.trainer.restart()
        self.machine.begin(self.trainer)
        self.news.put(News("idle", was_reset=True))
        self.post()

    def lend(self, action: Callable[[Trainer], None]) -> None:
        if self.trainer is not None and self._is_current:
            before = self.machine.look()
            action(self.trainer)
            self.machine.given(before)

    # the past

    def seek(self) -> None:
        if self.is_running:
            self._rest("paused")
        try:
            if self.travelling.seek():
                self.post()
        except CancelledError:
            return

    def to_now(self) -> None:
        if self.machine.is_past:
            self.machine.to_now()
            self.post()

    def continue_here(self) -> None:
        if self.machine.is_past:
            self._leave_past()
            self.post()

    def _leave_past(self) -> None:
        """What trains now goes on from the step that is shown, with the design of that step."""
        if self.machine.is_past and self.trainer is not None:
            self._branch()
            self._tell_design()

    def _branch(self) -> None:
        if self.machine.is_past and self.trainer is not None:
            self.machine.branch()
            self.trainer.watch_vitals()

    def _tell_design(self) -> None:
        if self.trainer is not None:
            design, step = self.trainer.graph.design(), self.trainer.step_count
            self.news.put(News("paused" if step else "idle", design=design, step=step))

    def switch_line(self, number: int) -> None:
        if self.is_running:
            self._rest("paused")
        try:
            self.travelling.switch(number)
        except CancelledError:
            return
        if self.trainer is not None:
            self.trainer.watch_vitals()
        self._tell_design()
        self.post()

    def set_recording(self, is_on: bool, budget: int) -> None:
        self.machine.switch_on(is_on, budget)
        if self.trainer is None:
            self.travelling.tell(at_once=True)
        elif not self.is_running:
            self.post()

    # speed

    def set_speed(self, steps_per_second: float | None) -> None:
        self._speed = steps_per_second
        self._next_step_at = perf_counter()
        self.showing.rate = Rate()
