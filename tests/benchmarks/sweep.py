"""How many runs of a sweep a second process adds.

    python tests/benchmarks/sweep.py [--json] [--jobs J]

Prints runs a second with one and with several processes, without the time that it takes to start
them, and the ratio: nearly J on J quiet cores.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

RUNS = 24
ROUNDS = 3
"""In turn; of each the best counts, for others may be using the machine."""
WARMING = 4


def rate(jobs: int) -> float:
    """Runs a second, from the first results on."""
    from model.files import examples_folder, read_design
    from model.sweep.executor import results
    from model.sweep.plan import factors_of, make_plan
    from model.sweep.run import task_of

    design = read_design(examples_folder() / "breast_cancer_dropout.json")
    plan = make_plan(
        design, factors_of(design, ["dropout_1.p=0,0.5"]), seeds=RUNS // 2 * jobs, epochs=150
    )
    tasks = [task_of(plan, setting, seed) for setting, seed in plan.runs()]
    began, count = 0.0, -WARMING * jobs
    for _result in results(tasks, jobs, is_apart=True):
        count += 1
        if count == 0:
            began = time.perf_counter()
    return count / (time.perf_counter() - began)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--jobs", type=int, default=2, help="processes (default 2)")
    options = parser.parse_args()
    rounds = [(rate(1), rate(options.jobs)) for _ in range(ROUNDS)]
    one, several = (max(column) for column in zip(*rounds, strict=True))
    found = {
        "runs_per_second_1": round(one, 2),
        f"runs_per_second_{options.jobs}": round(several, 2),
        "ratio": round(several / one, 3),
    }
    if options.json:
        print(json.dumps(found))
    else:
        for name, value in found.items():
            print(f"{name:20} {value}")


if __name__ == "__main__":
    main()
