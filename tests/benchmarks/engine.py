"""Training steps a second of the engine, beside PyTorch's eager mode and the bare matrix products.

    python tests/benchmarks/engine.py [--json] [--rounds 15] [--seconds 0.15] [W1 W3 ...]

Every step is forward, backward and update of one mini-batch in memory, float32, one thread. Engine,
PyTorch and products run in turn, round after round, in short runs; speeds are medians over the
rounds, and so are the ratio and the share, each taken within one round: other work on the machine
slows all that run in it, so judge by those two. What to reach is given beside the ratio.

TensorFlow Playground's own engine is not measured here: it is TypeScript that belongs to a web
page, neither published as a package nor runnable without a JavaScript engine and its build. The
240,000 steps a second on W1 that the project's plan names for it are a citation, from another run.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.pop("OPENBLAS_CORETYPE", None)
os.environ.pop("OPENBLAS_L2_SIZE", None)
os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks import engine_workloads as workloads
from tests.benchmarks.engine_workloads import WORKLOADS, Workload

Step = Callable[[], Any]


def rate(step: Step, seconds: float) -> float:
    """Calls a second."""
    count, size = 0, 1
    start = time.perf_counter()
    while True:
        for _ in range(size):
            step()
        count += size
        elapsed = time.perf_counter() - start
        if elapsed >= seconds:
            return count / elapsed
        size = max(1, min(1000, int(count / elapsed * seconds / 10)))


def measure(workload: Workload, rounds: int, seconds: float) -> dict[str, Any]:
    """Medians over the rounds; the first run of each warms it up and is not counted."""
    found = {
        "engine": workloads.engine_step(workload),
        "torch": workloads.torch_step(workload),
        "matmul": workloads.product_step(workload),
    }
    steps = {key: step for key, step in found.items() if step is not None}
    for step in steps.values():
        rate(step, seconds)
    runs = [{key: rate(step, seconds) for key, step in steps.items()} for _ in range(rounds)]

    def middle(number: Callable[[dict[str, float]], float], digits: int) -> float:
        return round(statistics.median(number(run) for run in runs), digits)

    has_torch = "torch" in steps
    return {
        "workload": workload.name,
        "engine_steps_per_s": middle(lambda run: run["engine"], 1),
        "torch_steps_per_s": middle(lambda run: run["torch"], 1) if has_torch else None,
        "ratio": middle(lambda run: run["engine"] / run["torch"], 3) if has_torch else None,
        "matmul_share": middle(lambda run: run["engine"] / run["matmul"], 3),
        "reach": workload.reach,
    }


def as_line(found: dict[str, Any]) -> str:
    def number(key: str, form: str) -> str:
        return "-" if found[key] is None else format(found[key], form)

    return (
        f"{found['workload']:4} engine {number('engine_steps_per_s', '10,.0f')}   PyTorch"
        f" {number('torch_steps_per_s', '8,.0f')}   ratio {number('ratio', '6.2f')}"
        f" (reach {found['reach']})   share of the products {number('matmul_share', '5.2f')}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="workloads (default: all)")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=0.15, help="of each run in a round")
    parser.add_argument("--json", action="store_true", help="one JSON object a workload")
    options = parser.parse_args()
    unknown = set(options.names) - WORKLOADS.keys()
    if unknown:
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(WORKLOADS)}")
    for key in options.names or WORKLOADS:
        found = measure(WORKLOADS[key], options.rounds, options.seconds)
        print(json.dumps(found) if options.json else as_line(found), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
