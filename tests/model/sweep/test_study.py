"""A sweep as a study: it grows, is cancelled at once, leaves no process, and is gone on with."""

from __future__ import annotations

import gc
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from model.analysis.progress import CancelledError, Progress
from model.files import examples_folder, read_design
from model.sweep.plan import Plan, factors_of, make_plan
from model.sweep.records import peek
from model.sweep.result import Result
from model.sweep.study import in_words, sweep
from tests.model.sweep.processes import workers

IRIS = read_design(examples_folder() / "iris.json")


def plan(*texts: str, **more: Any) -> Plan:
    return make_plan(IRIS, factors_of(IRIS, texts), **more)


def test_results_come_one_by_one_and_no_process_is_left(tmp_path: Path):
    progress, path = Progress(), tmp_path / "runs.jsonl"
    wanted = plan("dense_1.units=4,8", seeds=2, epochs=2)
    found = sweep(progress, wanted, 2, path)
    assert {result.key for result in found} == {result.key for result in peek(path, wanted.name)}
    assert len(found) == 4
    assert progress.share == 1
    assert progress.words.startswith("4 of 4 runs")
    assert isinstance(progress.partial[0], Result)
    assert workers() == []


def test_only_what_the_file_lacks_is_run(tmp_path: Path):
    path = tmp_path / "runs.jsonl"
    first = sweep(Progress(), plan("training.lr=0.1", epochs=2), 1, path)
    kept = path.read_bytes()
    more = sweep(Progress(), plan("training.lr=0.1,0.2", epochs=2), 1, path)
    assert more[0] == first[0]
    assert path.read_bytes().startswith(kept)
    assert len(path.read_bytes().splitlines()) == 2


def test_a_cancel_ends_long_runs_at_once_and_keeps_what_is_finished(tmp_path: Path):
    progress, path = Progress(), tmp_path / "runs.jsonl"
    wanted = plan("training.epochs=1,1000000", seeds=2)  # two of the four never end
    ended: list[BaseException] = []

    def work() -> None:
        try:
            sweep(progress, wanted, 2, path)
        except CancelledError as fault:
            ended.append(fault)

    thread = threading.Thread(target=work)
    thread.start()
    give_up_at = time.monotonic() + 20
    while not peek(path, wanted.name) and time.monotonic() < give_up_at:
        time.sleep(0.02)
    found = workers()
    progress.cancel()
    thread.join(10)
    assert found
    assert not thread.is_alive()
    assert ended
    assert workers() == []
    kept = peek(path, wanted.name)
    assert [result.settings for result in kept] == [{"training.epochs": 1}] * len(kept) != []


def test_garbage_is_never_collected_on_a_thread_of_a_sweep(tmp_path: Path):
    threads: set[str] = set()

    def hear(_phase: str, _about: dict[str, int]) -> None:
        threads.add(threading.current_thread().name)

    was_on = gc.isenabled()
    gc.disable()  # as in the window; what the pool collected by itself would be heard
    gc.callbacks.append(hear)
    try:
        worker = threading.Thread(
            target=sweep, args=(Progress(), plan(epochs=1), 1, tmp_path / "runs.jsonl")
        )
        worker.start()
        worker.join(30)
    finally:
        gc.callbacks.remove(hear)
        if was_on:
            gc.enable()
    assert peek(tmp_path / "runs.jsonl", plan(epochs=1).name)
    assert threads == set()


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 s"), (40, "40 s"), (180, "3 min"), (9000, "2.5 h")]
)
def test_time_is_told_in_few_words(seconds: float, words: str):
    assert in_words(seconds) == words
