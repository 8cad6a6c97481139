"""How well the examples learn: each with its own settings, on its test part, over several seeds.

    python tests/benchmarks/examples.py [--json] [--seeds 5] [NAME ...]

The seed moves everything that is drawn: points, split, first weights, batch order and masks.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import msgspec
import numpy as np
from example_figures import JUDGES, Judge, Judged

from model.files import Example, examples, read_design
from model.graph import NetworkGraph
from model.trainer import Trainer


def measure(example: Example, n_seeds: int) -> dict[str, object]:
    """Train with seeds 1, 2, ... and return the means over them; loss_at_first is of epoch 1.

    figure and goal: what the example is judged by, and what it has to reach (see
    example_figures.py), means over the seeds; worst: the figure of the worst seed.
    """
    design = read_design(example.path)
    judge = JUDGES.get(example.name)
    losses, accuracies, first, seconds, judged = [], [], [], [], []
    for seed in range(1, n_seeds + 1):
        training = msgspec.structs.replace(design.training, seed=seed)
        graph = NetworkGraph(msgspec.structs.replace(design, training=training))
        started = time.perf_counter()
        trainer = Trainer(graph)
        first.append(trainer.run_epoch().loss)
        while trainer.epoch < training.epochs:
            trainer.run_epoch()
        figures = trainer.evaluate("test")
        seconds.append(time.perf_counter() - started)
        losses.append(figures.loss)
        if figures.accuracy is not None:
            accuracies.append(figures.accuracy)
        if judge is not None:
            judged.append(judge.of(trainer))
    return {
        "name": example.name,
        "epochs": design.training.epochs,
        "seeds": n_seeds,
        "loss_at_first": mean(first),
        "test_loss": mean(losses),
        "test_accuracy": mean(accuracies),
        "lowest": round(min(accuracies), 5) if accuracies else None,
        "judged_by": judge.caption if judge else None,
        "figure": mean([found.figure for found in judged]),
        "goal": mean([found.goal for found in judged]),
        "worst": worst(judge, [found.figure for found in judged]),
        "is_reached": is_reached(judge, judged),
        "seconds": round(float(np.mean(seconds)), 2),
    }


def mean(values: Sequence[float]) -> float | None:
    return round(float(np.mean(values)), 5) if values else None


def worst(judge: Judge | None, figures: Sequence[float]) -> float | None:
    if judge is None:
        return None
    return round(max(figures) if judge.is_error else min(figures), 5)


def is_reached(judge: Judge | None, judged: Sequence[Judged]) -> bool | None:
    """Whether the mean figure reaches the mean goal; None where nothing is asked."""
    if judge is None:
        return None
    figure, goal = np.mean(judged, axis=0)
    return bool(figure < goal) if judge.is_error else bool(figure >= goal)


def as_line(found: dict[str, object]) -> str:
    def number(key: str) -> str:
        return "-" if found[key] is None else f"{found[key]:.4f}"

    said = {None: "", True: "reached", False: "MISSED"}[found["is_reached"]]
    judged = (
        f"{found['judged_by']} {number('figure')} (goal {number('goal')}, worst {number('worst')})"
        f" {said}"
    )
    return (
        f"{found['name']:24}{found['epochs']:>4} epochs {found['seconds']:>6} s   loss"
        f" {number('loss_at_first')} -> test {number('test_loss')}, accuracy"
        f" {number('test_accuracy'):6}   {judged if found['judged_by'] else ''}"
    ).rstrip()


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="examples to run (default: all)")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="one JSON object an example")
    options = parser.parse_args()
    is_reached = True
    for example in examples():
        if options.names and example.name not in options.names:
            continue
        found = measure(example, options.seeds)
        is_reached &= found["is_reached"] is not False
        if options.json:
            print(json.dumps(found), flush=True)
        else:
            print(as_line(found), flush=True)
    return 0 if is_reached else 1


if __name__ == "__main__":
    sys.exit(main())
