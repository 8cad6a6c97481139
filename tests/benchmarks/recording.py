"""What recording a training costs, and how fast a past step comes back.

    python tests/benchmarks/recording.py [--json] [--rounds 15] [--seconds 0.4] [EXAMPLE ...]

The training goes in pieces of two milliseconds, as in the program; the share is what the recording
takes of the time, the median over the rounds. To reach: 3 % at most. Then the step before the
newest, the ten before that, and steps anywhere are asked for.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

os.environ["OPENBLAS_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np

from model.analysis.progress import Progress
from model.files import examples_folder, read_design
from model.graph import NetworkGraph
from model.time_machine import TimeMachine
from model.trainer import Trainer

EXAMPLES = ("xor", "spiral", "breast_cancer_dropout", "mnist_mlp", "transformer_reverse")
CHUNK_SECONDS = 2e-3
MOST_SHARE = 0.03


def share(machine: TimeMachine, seconds: float) -> float:
    """Of the time of a training, what the recording takes."""
    trainer = machine.trainer
    if trainer is None:
        raise ValueError("no trainer")
    spent, start = 0.0, time.perf_counter()
    end = start + seconds
    while (now := time.perf_counter()) < end:
        piece = now + CHUNK_SECONDS
        while time.perf_counter() < piece:
            trainer.step()
        before = time.perf_counter()
        machine.note()
        spent += time.perf_counter() - before
    return spent / (time.perf_counter() - start)


def measure(name: str, rounds: int, seconds: float) -> dict[str, Any]:
    """Share of the time, and seconds that past steps take to come back."""
    graph = NetworkGraph(read_design(examples_folder() / f"{name}.json"))
    recorded = TimeMachine()
    recorded.begin(Trainer(graph))
    shares = [share(recorded, seconds) for _ in range(rounds)]
    view = recorded.view()
    back = []
    for step in range(view.newest - 1, view.newest - 11, -1):
        start = time.perf_counter()
        recorded.seek(step, Progress())
        back.append(time.perf_counter() - start)
    anywhere = []
    for step in np.random.default_rng(0).integers(0, view.newest, 10).tolist():
        start = time.perf_counter()
        recorded.seek(step, Progress())
        anywhere.append(time.perf_counter() - start)
    return {
        "example": name,
        "share": statistics.median(shares),
        "steps": view.newest,
        "states": view.copies,
        "MiB": view.size / 2**20,
        "first_back_ms": back[0] * 1000,
        "further_back_ms": statistics.median(back[1:]) * 1000,
        "anywhere_ms": statistics.median(anywhere) * 1000,
        "slowest_ms": max(anywhere) * 1000,
    }


def main() -> int:
    """1 where recording takes too much."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("examples", nargs="*", default=EXAMPLES)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=0.4)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    is_fine = True
    for name in asked.examples:
        found = measure(name, asked.rounds, asked.seconds)
        is_fine &= found["share"] <= MOST_SHARE
        if asked.json:
            print(json.dumps(found))
            continue
        print(
            f"{found['example']:24} {found['share']:6.1%} of the time; {found['steps']:,} steps,"
            f" {found['states']} states in {found['MiB']:.1f} MiB; one back"
            f" {found['first_back_ms']:.0f} ms, then {found['further_back_ms']:.0f} ms each;"
            f" anywhere {found['anywhere_ms']:.0f} ms, {found['slowest_ms']:.0f} ms at most"
        )
    return 0 if is_fine else 1


if __name__ == "__main__":
    raise SystemExit(main())
