"""The verb sweep, called as main.py calls it: lines, tables, kills, Ctrl+C and no orphans."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from model.cli import main
from model.files import examples_folder

ROOT = Path(__file__).resolve().parents[2]
DROPOUT = str(examples_folder() / "breast_cancer_dropout.json")
IRIS = str(examples_folder() / "iris.json")
Capture = pytest.CaptureFixture[str]
only_posix = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems")


def swept(capsys: Capture, *argv: str) -> list[dict[str, Any]]:
    assert main(["sweep", *argv, "--json"]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return [json.loads(line) for line in captured.out.splitlines()]


def test_every_run_is_one_line_with_settings_seed_last_and_best(capsys: Capture):
    call = [DROPOUT, "--set", "dropout_1.p=0,0.2,0.5", "--seeds", "2", "--epochs", "2"]
    found = swept(capsys, *call, "--jobs", "1")
    assert [(line["settings"], line["seed"]) for line in found] == [
        ({"dropout_1.p": p}, seed) for seed in (42, 43) for p in (0, 0.2, 0.5)
    ]
    for line in found:
        assert line["last"]["epoch"] == 2
        assert line["best"]["val_loss"] <= line["last"]["val_loss"]
        assert 0 <= line["last"]["test_accuracy"] <= 1
        assert line["fault"] == ""


def test_two_jobs_give_the_same_lines_as_one_in_any_order(capsys: Capture):
    call = [IRIS, "--set", "dense_1.units=4,8", "--seeds", "2", "--steps", "9"]
    parts = ("settings", "seed", "last", "best", "fault", "sweep")

    def rows(jobs: str) -> list[str]:
        lines = swept(capsys, *call, "--jobs", jobs)
        return sorted(json.dumps([line[part] for part in parts]) for line in lines)

    assert rows("2") == rows("1")


def test_a_file_of_results_is_gone_on_with(capsys: Capture, tmp_path: Path):
    out = tmp_path / "runs.jsonl"
    call = [IRIS, "--epochs", "1", "--jobs", "1", "--out", str(out)]
    first = swept(capsys, *call, "--set", "training.lr=0.1")
    kept = out.read_bytes()
    more = swept(capsys, *call, "--set", "training.lr=0.1,0.2", "--seeds", "2")
    assert out.read_bytes().startswith(kept)
    assert len(out.read_bytes().splitlines()) == len(more) == 4
    assert more[0] == first[0]  # to the second it took, so it was not run again


def test_what_json_has_printed_is_a_file_of_results(capsys: Capture, tmp_path: Path):
    call = [IRIS, "--epochs", "1", "--jobs", "1"]
    lines = swept(capsys, *call)
    out = tmp_path / "runs.jsonl"
    out.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    assert swept(capsys, *call, "--out", str(out)) == lines


def test_a_file_of_another_design_is_refused(capsys: Capture, tmp_path: Path):
    out = str(tmp_path / "runs.jsonl")
    swept(capsys, IRIS, "--epochs", "1", "--jobs", "1", "--out", out)
    for other in ([DROPOUT, "--epochs", "1"], [IRIS, "--epochs", "2"]):
        assert main(["sweep", *other, "--jobs", "1", "--out", out]) == 1
        said = capsys.readouterr().err
        assert "holds the results of another sweep" in said
        assert len(said.splitlines()) == 1


def test_people_get_a_table_with_mean_and_deviation_best_first(capsys: Capture):
    call = ["sweep", IRIS, "--set", "training.lr=0.0001,0.1", "--seeds", "2", "--epochs", "3"]
    assert main([*call, "--jobs", "1"]) == 0
    shown = capsys.readouterr().out
    assert shown.index("│ 0.1 ") < shown.index("│ 0.0001")
    assert "±" in shown
    assert "4 runs" in shown


def test_runs_that_fail_are_counted_and_explained(capsys: Capture):
    curve = str(examples_folder() / "curve_regression.json")
    call = ["sweep", curve, "--set", "training.optimizer=sgd", "--set", "training.lr=0.01,1000"]
    assert main([*call, "--epochs", "20", "--jobs", "1"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "1 run failed, such as training.optimizer = sgd, training.lr = 1000" in shown
    assert "Training stopped at step" in shown


@pytest.mark.parametrize(
    ("argv", "code", "words"),
    [
        (["--set", "dropuot_1.p=0"], 1, "Did you mean dropout_1?"),
        (["--set", "dropout_1.p=2"], 1, "below 1, not 2"),
        (["--seeds", "0"], 2, "0 is no whole number"),
        (["--jobs", "none"], 2, "none is no whole number"),
        (["--epochs", "2", "--steps", "3"], 2, "not allowed with"),
        (["--out", "no/such/folder/runs.jsonl"], 1, "runs.jsonl cannot be used"),
    ],
)
def test_a_wrong_call_is_one_sentence(capsys: Capture, argv: list[str], code: int, words: str):
    assert main(["sweep", DROPOUT, *argv]) == code
    said = capsys.readouterr().err
    assert words in said
    assert len(said.splitlines()) == 1


# real processes

LONG = ["sweep", DROPOUT, "--set", "dropout_1.p=0..0.5:6", "--seeds", "2", "--epochs", "60"]


@contextmanager
def started(out: Path) -> Iterator[subprocess.Popen[str]]:
    """The sweep in a process that can be signalled, at the moment when the file has a result."""
    command = [sys.executable, "main.py", *LONG, "--jobs", "2", "--json", "--out", str(out)]
    pipe = subprocess.PIPE
    heard = signal.signal(signal.SIGINT, signal.SIG_DFL)  # a run in the background ignores it
    try:
        process = subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True)
    finally:
        signal.signal(signal.SIGINT, heard)
    with process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process


def children_of(pid: int) -> list[int]:
    found = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="], check=True, capture_output=True, text=True
    )
    pairs = [tuple(map(int, line.split())) for line in found.stdout.splitlines()]
    return [child for child, parent in pairs if parent == pid]


def wait_until_gone(pids: list[int]) -> None:
    give_up_at = time.monotonic() + 15
    while any(map(is_alive, pids)):
        assert time.monotonic() < give_up_at, "orphans"
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks /proc")


@only_posix
@needs_proc
def test_after_a_kill_nothing_is_lost_no_process_stays_and_the_rest_is_done(
    tmp_path: Path, capsys: Capture
):
    out = tmp_path / "runs.jsonl"
    with started(out) as process:
        pool = children_of(process.pid)
        assert len(pool) >= 2
        process.kill()
    wait_until_gone(pool)
    kept = out.read_bytes()
    n_kept = kept.count(b"\n")
    assert 1 <= n_kept < 12
    found = swept(capsys, *LONG[1:], "--jobs", "2", "--out", str(out))
    assert out.read_bytes().startswith(kept[: kept.rindex(b"\n") + 1])
    runs = {(line["settings"]["dropout_1.p"], line["seed"]) for line in found}
    assert runs == {(round(0.1 * k, 1), seed) for k in range(6) for seed in (42, 43)}
    assert len(out.read_bytes().splitlines()) == 12


@only_posix
@needs_proc
def test_processes_whose_parent_is_killed_before_the_first_run_do_not_stay(tmp_path: Path):
    command = [sys.executable, "main.py", *LONG, "--jobs", "2", "--json"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        give_up_at = time.monotonic() + 20
        while len(pool := children_of(process.pid)) < 3 and time.monotonic() < give_up_at:
            time.sleep(0.01)
        process.kill()
    assert len(pool) >= 3  # two that train, and what clears up after them
    wait_until_gone(pool)


@only_posix
@needs_proc
def test_ctrl_c_ends_all_processes_and_says_what_is_kept(tmp_path: Path):
    out = tmp_path / "runs.jsonl"
    with started(out) as process:
        pool = children_of(process.pid)
        for each in (process.pid, *pool):  # a terminal signals them all
            os.kill(each, signal.SIGINT)
        _, said = process.communicate(timeout=20)
    assert process.returncode == 130
    wait_until_gone(pool)
    kept = out.read_bytes().count(b"\n")
    assert f"{kept} of 12 runs are done and kept in runs.jsonl" in said
    assert said.endswith("deltaboard: Stopped.\n")
    assert "Traceback" not in said
