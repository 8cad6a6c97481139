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
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import msgspec
import numpy as np

from model.files import Example, examples, read_design
from model.graph import NetworkGraph
from model.trainer import Trainer

GOALS = {
    "mnist_mlp": 0.93,
    "spiral": 0.97,
    "breast_cancer": 0.95,
    "breast_cancer_dropout": 0.95,
    "iris": 0.93,
    "xor": 1.0,
}


def measure(example: Example, n_seeds: int) -> dict[str, object]:
    """Train with seeds 1, 2, ... and return the means over them; loss_at_first is of epoch 1."""
    design = read_design(example.path)
    losses, accuracies, first, seconds = [], [], [], []
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
    goal = GOALS.get(example.name)
    mean = float(np.mean(accuracies)) if accuracies else None
    return {
        "name": example.name,
        "epochs": design.training.epochs,
        "seeds": n_seeds,
        "loss_at_first": round(float(np.mean(first)), 5),
        "test_loss": round(float(np.mean(losses)), 5),
        "test_accuracy": None if mean is None else round(mean, 5),
        "lowest": round(min(accuracies), 5) if accuracies else None,
        "goal": goal,
        "is_reached": None if goal is None or mean is None else mean >= goal,
        "seconds": round(float(np.mean(seconds)), 2),
    }


def as_line(found: dict[str, object]) -> str:
    def number(key: str) -> str:
        return "-" if found[key] is None else f"{found[key]:.4f}"

    return (
        f"{found['name']:22}{found['epochs']:>4} epochs   loss {number('loss_at_first')} -> test"
        f" {number('test_loss')}   accuracy {number('test_accuracy'):6}"
        f" (goal {number('goal')}, lowest {number('lowest')})   {found['seconds']} s"
    )


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
