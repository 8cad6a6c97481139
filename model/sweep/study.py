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
from model.sweep.run import Task, task_of

_POLL_SECONDS = 0.02
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
        known = {result.key for result in found}
        began, before = time.monotonic(), len(found)
        for result in _results(progress, plan, jobs, known):
            records.add(result)
            found.append(result)
            rest = (time.monotonic() - began) / (len(found) - before) * (plan.n_runs - len(found))
            words = f"{len(found):,} of {plan.n_runs:,} runs, {in_words(rest)} left"
            progress.report(len(found) / plan.n_runs, words, list(found))
        return found


@contextmanager
def _turn(progress: Progress) -> Iterator[None]:
    """The pool is one for all: a sweep that was cancelled cleans up before the next begins."""
    while not _one_at_a_time.acquire(timeout=_POLL_SECONDS):
        progress.report(words="Waiting for the sweep before")
    try:
        yield
    finally:
        _one_at_a_time.release()


def _results(
    progress: Progress, plan: Plan, jobs: int, known: set[tuple[str, int]]
) -> Iterator[Result]:
    """Those of the runs that are not known, as they come; joblib waits on a thread of its own, so
    that this one can hear of a cancel. The pool is gone at the end."""
    with tempfile.TemporaryDirectory(prefix="deltaboard-") as folder:
        stop = Path(folder) / "stop"
        tasks = [
            task_of(plan, setting, seed, stop=str(stop))
            for setting, seed in plan.runs()
            if (key_of(setting), seed) not in known
        ]
        answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        pool = threading.Thread(target=_work, args=(tasks, jobs, answers), name="sweep")
        pool.start()
        try:
            while (answer := _next(progress, answers)) is not None:
                yield answer
        finally:
            stop.touch()
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


def _next(progress: Progress, answers: queue.SimpleQueue[Answer]) -> Result | None:
    while True:
        try:
            answer = answers.get(timeout=_POLL_SECONDS)
        except queue.Empty:
            progress.report()
            continue
        if isinstance(answer, BaseException):
            raise answer
        return answer


def in_words(seconds: float) -> str:
    """About how long: 40 s, 3 min, 2 h."""
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
