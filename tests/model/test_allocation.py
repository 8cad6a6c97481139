"""A training step takes no memory: the networks of the benchmark, watched by tracemalloc."""

from __future__ import annotations

import tracemalloc

import pytest

from tests.benchmarks.engine_workloads import WORKLOADS, trainer_of

STEPS = 30
LIMITS = {"W1": 6_000, "W2": 6_000, "W3": 40_000, "W3b": 40_000, "W4": 40_000, "W5": 100_000}
"""Bytes that may come and go. They are views (some 100 bytes each), and what NumPy's iterator takes
by itself, 8192 numbers (32 KB) at most for each array of a call, where shapes are broadcast (a
bias on its rows), numbers are cast, or memory lies in another order. The hidden layers of W4 have
262 KB each, the columns of W5's convolutions 1.9 and 2.5 MB."""


@pytest.mark.parametrize("name", LIMITS)
def test_a_step_takes_no_arrays_from_memory_and_leaves_none(name: str):
    trainer = trainer_of(WORKLOADS[name])
    for _ in range(STEPS):
        trainer.step()
    tracemalloc.start()
    try:
        trainer.step()  # what the tracer meets for the first time
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        for _ in range(STEPS):
            trainer.step()
        after, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 200 * STEPS, "what stays are the points of the curve, two numbers each"
    assert peak - before < LIMITS[name]
