"""Walks through a step of an example, or of a small network around one kind of layer."""

from __future__ import annotations

import numpy as np
import pytest

from model.analysis.memory import Memory
from model.analysis.rehearsal import Rehearsal
from model.files import examples_folder, read_design
from model.graph import NetworkGraph
from model.layer import Layer
from model.teaching.walkthrough import Walkthrough
from tests.model.layers.registry import INNER, LOSSES, cases, small

COMPUTING = {**INNER, **LOSSES}
every_computing = pytest.mark.parametrize("kind", COMPUTING.values(), ids=COMPUTING)


def example(name: str) -> NetworkGraph:
    return NetworkGraph(read_design(examples_folder() / f"{name}.json"))


def walk_of(kind: type[Layer], seed: int = 1, **options: int) -> Walkthrough:
    case = cases(small(kind), batch=3, seed=seed, **options)[0]
    return Walkthrough(Rehearsal(case.graph, case.arrays, dtype=np.float64), item=1)


def everything(walk: Walkthrough) -> list[np.ndarray]:
    """Copies of all arrays of the walk."""
    step = walk.rehearsal
    roots = (list(step.run.at.values()), step.plan.theta, step.plan.grads)
    memory = Memory(*roots, walk.optimising.updater.slots, list(step.plan.states.values()))
    return [copied for _, copied in memory.arrays]


def assert_same(found: list[np.ndarray], expected: list[np.ndarray]) -> None:
    assert len(found) == len(expected)
    for left, right in zip(found, expected, strict=True):
        np.testing.assert_array_equal(left, right)


def describe_at(walk: Walkthrough, node_id: str, kind: str):
    while (info := walk.forward()) is not None:
        if (info.node_id, info.kind) == (node_id, kind):
            return walk.describe()
    raise AssertionError
