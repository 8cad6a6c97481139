"""One run of a sweep: the figures of the verb train, and faults as results."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from model.cli import main
from model.files import examples_folder, read_design
from model.sweep.plan import factors_of, make_plan
from model.sweep.result import (
    Result,
    by_setting,
    figure_names,
    spread_of,
)
from model.sweep.run import Signs, run, task_of

IRIS = examples_folder() / "iris.json"
CURVE = examples_folder() / "curve_regression.json"


def one(path: Path, *texts: str, seed: int = 7, signs: str = "", **more: Any) -> Result | None:
    design = read_design(path)
    plan = make_plan(design, factors_of(design, texts), seed=seed, **more)
    return run(task_of(plan, plan.settings[0], seed, signs=signs))


@pytest.mark.parametrize("length", ["epochs", "steps"])
def test_a_run_has_the_very_figures_of_train(length: str, capsys: pytest.CaptureFixture[str]):
    found = one(IRIS, "dense_1.units=5", "training.lr=0.3", **{length: 9})
    call = ["train", str(IRIS), "--json", "--seed", "7", f"--{length}", "9"]
    assert main([*call, "--set", "dense_1.units=5", "--set", "training.lr=0.3"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert found is not None
    assert found.fault == ""
    assert found.last.items() <= lines[-1].items()
    assert set(found.last) >= {"step", "loss", "val_loss", "accuracy", "test_accuracy"}
    best = min(lines, key=lambda line: line["val_loss"])
    assert found.best.items() <= best.items()
    assert found.best["val_loss"] == best["val_loss"]


def test_the_design_says_how_long_where_nobody_else_does():
    found = one(IRIS, "training.epochs=2")
    assert found is not None
    assert found.last["epoch"] == 2


def test_a_loss_that_is_no_number_is_a_result_with_its_fault():
    found = one(CURVE, "training.optimizer=sgd", "training.lr=1000", epochs=50)
    assert found is not None
    assert "Training stopped at step" in found.fault


def test_a_setting_that_cannot_run_is_a_result_with_its_fault():
    found = one(IRIS, "dense_2.units=2", epochs=1)
    assert found is not None
    assert found.fault
    assert found.last == found.best == {}


def test_a_run_tells_how_far_it_is_and_ends_when_nobody_wants_it(tmp_path: Path):
    signs = Signs(tmp_path)
    assert signs.under_way() == 0
    signs.tell(0.25)
    assert signs.under_way() == 0.25
    assert one(IRIS, epochs=1, signs=str(tmp_path)) is not None
    assert signs.under_way() == 0, "its result counts instead"
    signs.stop()
    assert signs.is_stopped
    assert one(IRIS, epochs=1, signs=str(tmp_path)) is None


def result(p: float, seed: int, loss: float | None) -> Result:
    return Result(settings={"d.p": p}, seed=seed, last={"val_loss": loss}, best={"loss": 1.0})


def test_results_of_one_setting_stand_together_in_the_order_of_their_seeds():
    found = by_setting([result(0, 2, 1), result(1, 1, 1), result(0, 1, 1)])
    assert [[(r.settings["d.p"], r.seed) for r in group] for group in found] == [
        [(0, 1), (0, 2)],
        [(1, 1)],
    ]
    assert figure_names(found[0]) == ["last.val_loss", "best.loss"]


def test_spread_is_mean_and_sample_deviation_of_what_is_known():
    # mean of 1, 2, 6 is 3; squares of the deviations 4 + 1 + 9 = 14, over n - 1 = 2: sqrt 7
    values = [result(0, k, loss).figure("last.val_loss") for k, loss in enumerate((1, 2, None, 6))]
    found = spread_of(values)
    assert (found.mean, found.count) == (3, 3)
    assert found.deviation == pytest.approx(math.sqrt(7))
    assert math.isnan(spread_of([1.0]).deviation)
    assert math.isnan(spread_of([]).mean)
