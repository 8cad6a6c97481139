"""A frozen node keeps its parameters, and is passed through all the same."""

from __future__ import annotations

import msgspec
import pytest

from model.analysis.gradient_check import check_gradients
from model.analysis.tolerance import GOOD
from model.design import Change
from model.layer import Layer
from tests.model.layers.registry import INNER, cases, small


@pytest.mark.parametrize("kind", INNER.values(), ids=INNER)
def test_a_frozen_layer_passes_down_the_same_delta(kind: type[Layer]):
    case = cases(small(kind), batch=3, seed=1)[0]
    node = case.graph.node("tried")
    frozen = msgspec.structs.replace(node, is_frozen=True)
    case.graph.apply([Change("tried", node, frozen)])
    report = check_gradients(case.graph, case.arrays, entries=12)
    assert max(report.wires.values()) < GOOD
