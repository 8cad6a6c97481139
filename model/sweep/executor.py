"""Where the runs are worked out: joblib's processes on this machine, or a Dask cluster."""

from __future__ import annotations

import os
import signal
import threading
import warnings
from collections.abc import Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from typing import Any

from model.errors import DesignError
from model.sweep.result import Result
from model.sweep.run import Task, run, stay_with

_ANSWER_SECONDS = 10
"""A cluster that is there answers sooner."""


class PoolError(DesignError):
    """The processes or the cluster cannot be used."""


def results(
    tasks: Iterable[Task], jobs: int, *, cluster: str = "", is_apart: bool = False
) -> Iterator[Result]:
    """Results of the tasks as they are done, in any order; tasks are asked for as they are needed.

    jobs: processes at work. Each has one thread for its matrix products: more would wait for one
    another, and the figures do not depend on the number of jobs. cluster: the address of a Dask
    scheduler, whose workers take the place of the processes. is_apart: for a window, which has the
    right of way; not even a single job runs in its process. Closing the iterator ends what runs.

    Raises: PoolError.
    """
    if cluster:
        with _client(cluster) as client:
            yield from _from(tasks, {"backend": "dask", "client": client}, -1, "all")
        return
    count = max(jobs, 2) if is_apart else jobs
    options: dict[str, Any] = {}
    if count > 1:
        options = {"backend": "loky", "inner_max_num_threads": 1}
        options |= {"initializer": stay_with, "initargs": (os.getpid(), is_apart)}
    try:
        yield from _from(tasks, options, count, "2*n_jobs" if count == jobs else jobs)
    except BrokenProcessPool:
        raise PoolError(
            "The system has ended a process of the sweep, most likely for want of memory.",
            hint="Take fewer jobs; what is finished is kept.",
        ) from None
    finally:
        if count > 1:
            close_pool()


def _from(
    tasks: Iterable[Task], options: dict[str, Any], jobs: int, ahead: str | int
) -> Iterator[Result]:
    from joblib import Parallel, delayed, parallel_config

    with parallel_config(**options, n_jobs=jobs), warnings.catch_warnings():
        # it tells of runs that are given up, which is what was asked for
        warnings.filterwarnings("ignore", category=UserWarning, module="joblib")
        pool = Parallel(return_as="generator_unordered", batch_size=1, pre_dispatch=ahead)
        with _children_deaf_to_ctrl_c():
            started = pool(delayed(_attempt)(task) for task in tasks)
        with closing(started) as answers:
            for answer in answers:
                if isinstance(answer, Exception):
                    raise answer
                if answer is not None:
                    yield answer


@contextmanager
def _children_deaf_to_ctrl_c() -> Iterator[None]:
    """Processes that begin within ignore Ctrl+C, which is for their parent: one that has just begun
    would say at length where it was interrupted. The parent is deaf for these milliseconds, too."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _attempt(task: Task) -> Result | Exception | None:
    """A fault comes back as an answer: from a cluster it would not come back at all."""
    try:
        return run(task)
    except Exception as fault:  # noqa: BLE001 - raised where the answer arrives
        return fault


def close_pool() -> None:
    """End the processes on this machine, which joblib would keep for the next sweep."""
    from joblib.externals.loky import get_reusable_executor

    get_reusable_executor(reuse=True).shutdown(wait=True, kill_workers=True)


@contextmanager
def _client(address: str) -> Iterator[Any]:
    try:
        from distributed import Client
    except ImportError:
        raise PoolError(
            "A sweep on a cluster needs Dask, which is not installed.",
            hint='Install it with: python -m pip install "deltaboard[cluster]"',
        ) from None
    try:
        client: Any = Client(  # type: ignore[no-untyped-call]
            address, timeout=_ANSWER_SECONDS, set_as_default=False
        )
    except (OSError, ValueError) as fault:
        raise PoolError(
            f"No Dask scheduler answers at {address}.",
            hint=f"Start one with `dask scheduler`, and give its address. ({fault})",
        ) from None
    try:
        _check(client, address)
        yield client
    finally:
        client.close()


def _check(client: Any, address: str) -> None:
    """Are there workers, and can they train?"""
    try:
        client.wait_for_workers(1, timeout=_ANSWER_SECONDS)
        found = client.run(version)
    except TimeoutError:
        raise PoolError(
            f"The Dask scheduler at {address} has no workers.",
            hint=f"Start some with `dask worker {address}`.",
        ) from None
    except Exception as fault:  # noqa: BLE001 - whatever keeps a worker from answering
        raise PoolError(
            "The workers of the cluster cannot run Deltaboard.",
            hint=f"Install the same version there. ({fault})",
        ) from None
    if set(found.values()) != {version()}:
        raise PoolError(
            "The workers of the cluster have another version of Deltaboard or of its files.",
            hint="Install the same version there.",
        )


def version() -> int:
    """The format of designs that this installation reads."""
    from model.design import FORMAT

    return FORMAT


def cores() -> int:
    """Processors that this program may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
