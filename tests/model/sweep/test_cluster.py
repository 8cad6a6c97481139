"""A sweep on a Dask cluster: two workers, each a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from model.errors import DesignError
from model.files import examples_folder, read_design
from model.sweep import executor
from model.sweep.plan import factors_of, make_plan
from model.sweep.records import Records
from model.sweep.run import run, task_of

ROOT = Path(__file__).resolve().parents[3]
CODE = """
import json, sys
from distributed import LocalCluster
from model.cli import main

if __name__ == "__main__":
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with LocalCluster(processes=True, **options) as cluster:
        sys.exit(main([*sys.argv[1:], "--dask", cluster.scheduler_address]))
"""


def test_two_workers_give_the_figures_of_this_process(tmp_path: Path):
    pytest.importorskip("distributed")
    path = examples_folder() / "iris.json"
    out = tmp_path / "runs.jsonl"
    script = tmp_path / "on_a_cluster.py"
    script.write_text(CODE, encoding="utf-8")
    call = ["sweep", str(path), "--set", "training.rho=0.01,0.1", "--seeds", "3", "--epochs", "2"]
    answer = subprocess.run(
        [sys.executable, str(script), *call, "--out", str(out), "--json"],
        check=False, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    design = read_design(path)
    plan = make_plan(design, factors_of(design, ["training.rho=0.01,0.1"]), seeds=3, epochs=2)
    with Records(out, plan.name) as records:
        found = {each.key: each for each in records.found}
    assert len(found) == 6
    for setting, seed in plan.runs():
        here = run(task_of(plan, setting, seed))
        assert here is not None
        assert found[here.key].last == here.last
        assert found[here.key].best == here.best


def test_an_address_where_nobody_answers_is_one_sentence(monkeypatch: pytest.MonkeyPatch):
    distributed = pytest.importorskip("distributed")

    def is_silent(*_address: object, **_options: object) -> None:
        raise OSError("timed out")

    monkeypatch.setattr(distributed, "Client", is_silent)
    with pytest.raises(DesignError, match=r"No Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        next(executor.results([], 1, cluster="tcp://127.0.0.1:9"))


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(DesignError, match=r"deltaboard\[cluster\]"):
        next(executor.results([], 1, cluster="tcp://127.0.0.1:9"))
