"""A sweep as a study of a laboratory: on a thread, with progress, and ended at once on demand."""

from __future__ import annotations

import queue
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from model.analysis.progress import Progress
from model.sweep.executor import close_pool, results
from model.sweep.plan import Plan, key_of
from model.sweep.records import Records
from model.sweep.result import Result
from model.sweep.run import Signs, Task, task_of

_POLL_SECONDS = 0.05
_LEAST_DONE = 0.1
"""Of a run; before, nobody can say how long it will take."""
_PATIENCE_SECONDS = 1.0
"""For runs to end by themselves; then their processes are killed."""
_one_at_a_time = threading.Lock()
Answer = Result | BaseException | None


def sweep(progress: Progress, plan: Plan, jobs: int, path: Path) -> list[Result]:
    """Do those runs of the plan that the file does not hold, and add them to it.

    Partial answers: the results of the plan so far. However it ends, no process is left. Raises:
    DesignError, FileError, CancelledError.
    """
    with _turn(progress), Records(path, plan.name) as records:
        wanted = {(key_of(setting), seed) for setting, seed in plan.runs()}
        found = [result for result in records.found if result.key in wanted]
        progress.report(partial=list(found))
        for result in _results(_Clock(progress, plan.n_runs, len(found)), plan, jobs, found):
            records.add(result)
            found.append(result)
            progress.report(partial=list(found))
        return found


class _Clock:
    """Says how far a sweep is, and about how long it will still take."""

    def __init__(self, progress: Progress, total: int, done: int) -> None:
        self.progress = progress
        self.done = done
        self._total, self._before = total, float(done)
        self._began = 0.0
        """When the first process was ready; it takes some seconds to start one."""

    def tell(self, under_way: float) -> None:
        """under_way: runs that have not ended, as far as they are. Raises: CancelledError."""
        done = self.done + under_way
        if done > self._before and not self._began:
            self._began, self._before = time.monotonic(), done
        words = f"{self.done:,} of {self._total:,} runs"
        if self._began and done - self._before > _LEAST_DONE:
            spent = time.monotonic() - self._began
            rest = spent / (done - self._before) * (self._total - done)
            words += f", {in_words(rest)} left" if rest > 0 else ""
        self.progress.report(min(done / self._total, 1.0), words)


@contextmanager
def _turn(progress: Progress) -> Iterator[None]:
    """The pool is one for all: a sweep that was cancelled cleans up before the next begins."""
    while not _one_at_a_time.acquire(timeout=_POLL_SECONDS):
        progress.report(words="Waiting for the sweep before")
    try:
        yield
    finally:
        _one_at_a_time.release()


def _results(clock: _Clock, plan: Plan, jobs: int, found: list[Result]) -> Iterator[Result]:
    """Those of the runs that are not found, as they come; joblib waits on a thread of its own, so
    that this one can hear of a cancel. The pool is gone at the end."""
    known = {result.key for result in found}
    with tempfile.TemporaryDirectory(prefix="deltaboard-", ignore_cleanup_errors=True) as folder:
        signs = Signs(Path(folder))
        tasks = [
            task_of(plan, setting, seed, signs=folder)
            for setting, seed in plan.runs()
            if (key_of(setting), seed) not in known
        ]
        answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        pool = threading.Thread(target=_work, args=(tasks, jobs, answers), name="sweep")
        pool.start()
        try:
            while (answer := _next(clock, signs, answers)) is not None:
                clock.done += 1
                yield answer
        finally:
            signs.stop()
            pool.join(_PATIENCE_SECONDS)
            if pool.is_alive():
                close_pool()
                pool.join()


def _work(tasks: list[Task], jobs: int, answers: queue.SimpleQueue[Answer]) -> None:
    try:
        for result in results(tasks, jobs, is_apart=True):
            answers.put(result)
        answers.put(None)
    except BaseException as fault:  # noqa: BLE001 - raised on the thread of the study
        answers.put(fault)


def _next(clock: _Clock, signs: Signs, answers: queue.SimpleQueue[Answer]) -> Result | None:
    while True:
        clock.tell(signs.under_way())
        try:
            answer = answers.get(timeout=_POLL_SECONDS)
        except queue.Empty:
            continue
        if isinstance(answer, BaseException):
            raise answer
        return answer


def in_words(seconds: float) -> str:
    """About how long: 40 s, 3 min, 2 h."""
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
