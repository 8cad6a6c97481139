"""Training steps a second of the engine, beside PyTorch's eager mode and the bare matrix products.

    python tests/benchmarks/engine.py [--json] [--rounds 15] [--seconds 0.15]
        [--playground PATH/src/nn.ts] [W1 W3 ...]

Every step is forward, backward and update of one mini-batch in memory, float32, one thread. Engine,
PyTorch and products run in turn, round after round, in short runs; speeds are medians over the
rounds, and so are the ratio and the share, each taken within one round: other work on the machine
slows all that run in it, so judge by those two. What to reach is given beside the ratio.

The products are one call each. Where the engine takes a large one in blocks it is faster than that
call, and its share of the products is larger than its share of what BLAS can do.

W1 is TensorFlow Playground's own network. Its engine runs in the same rounds where its source is
given (`engine_playground.py`); a batch of ten costs it no call of a library, ours about forty.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

os.environ.pop("OPENBLAS_CORETYPE", None)
os.environ.pop("OPENBLAS_L2_SIZE", None)
os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks import engine_workloads as workloads
from tests.benchmarks.engine_playground import MissingError, Playground
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


@contextmanager
def playground(workload: Workload, source: Path | None) -> Iterator[Playground | str]:
    """The Playground's engine, or why it does not run; only W1 is its network."""
    if workload.name != "W1":
        yield "another network than its own"
        return
    with tempfile.TemporaryDirectory() as scratch:
        try:
            found = Playground(workload, source, Path(scratch))
        except MissingError as reason:
            yield str(reason)
            return
        try:
            yield found
        finally:
            found.close()


def measure(
    workload: Workload, rounds: int, seconds: float, source: Path | None = None
) -> dict[str, Any]:
    """Medians over the rounds; the first run of each warms it up and is not counted."""
    found = {
        "engine": workloads.engine_step(workload),
        "torch": workloads.torch_step(workload),
        "matmul": workloads.product_step(workload),
    }
    runners: dict[str, Callable[[float], float]] = {
        key: partial(rate, step) for key, step in found.items() if step is not None
    }
    with playground(workload, source) as other:
        if isinstance(other, Playground):
            runners["playground"] = other.rate
        for run_for in runners.values():
            run_for(seconds)
        runs = [{key: run_for(seconds) for key, run_for in runners.items()} for _ in range(rounds)]

    def middle(key: str, digits: int, by: str = "") -> float | None:
        """The median speed, or its ratio to another's; None where one of them did not run."""
        if key not in runners or (by and by not in runners):
            return None
        numbers = [run[key] / run[by] if by else run[key] for run in runs]
        return round(statistics.median(numbers), digits)

    return {
        "workload": workload.name,
        "engine_steps_per_s": middle("engine", 1),
        "torch_steps_per_s": middle("torch", 1),
        "ratio": middle("engine", 3, by="torch"),
        "playground_steps_per_s": middle("playground", 1),
        "playground_ratio": middle("engine", 3, by="playground"),
        "playground_note": other if isinstance(other, str) else "",
        "matmul_share": middle("engine", 3, by="matmul"),
        "reach": workload.reach,
    }


def as_line(found: dict[str, Any]) -> str:
    def number(key: str, form: str) -> str:
        return "-" if found[key] is None else format(found[key], form)

    line = (
        f"{found['workload']:4} engine {number('engine_steps_per_s', '10,.0f')}   PyTorch"
        f" {number('torch_steps_per_s', '8,.0f')}   ratio {number('ratio', '6.2f')}"
        f" (reach {found['reach']})   share of the products {number('matmul_share', '5.2f')}"
    )
    if found["workload"] != "W1":
        return line
    if found["playground_note"]:
        return f"{line}   Playground - ({found['playground_note']})"
    speed, ratio = number("playground_steps_per_s", ",.0f"), number("playground_ratio", ".2f")
    return f"{line}   Playground {speed}, ratio {ratio}"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="workloads (default: all)")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=0.15, help="of each run in a round")
    parser.add_argument("--playground", type=Path, metavar="PATH", help="its src/nn.ts, for W1")
    parser.add_argument("--json", action="store_true", help="one JSON object a workload")
    options = parser.parse_args()
    unknown = set(options.names) - WORKLOADS.keys()
    if unknown:
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(WORKLOADS)}")
    for key in options.names or WORKLOADS:
        found = measure(WORKLOADS[key], options.rounds, options.seconds, options.playground)
        print(json.dumps(found) if options.json else as_line(found), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
