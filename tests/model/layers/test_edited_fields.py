"""A field that is edited while the training runs acts from the next step, whatever it is."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from model.following import follow
from model.layer import Layer
from model.layers.resampling import ZeroPad
from model.plan import Plan, compile_plan
from tests.model.layers.registry import INNER, LOSSES, SHAPES, Case, case_of, small, variants

COMPUTING = {**INNER, **LOSSES}


def pass_of(plan: Plan, case: Case, *, is_training: bool) -> list[bytes]:
    """All that one pass computes."""
    run = plan.bind(case.batch, is_training=is_training)
    run.fill(case.arrays)
    loss = run.forward()
    if is_training:
        run.backward()
    n = run.at["tried"]
    found = [
        np.array(loss),
        plan.grads,
        *(n.outs.values()),
        *(d for d in n.deltas if d is not None),
    ]
    return [np.ascontiguousarray(array).tobytes() for array in found]


def assert_edit_acts(before: Case, after: Case, *, is_training: bool) -> None:
    """Training with `before` and going on with `after` computes what `after` alone would."""
    plan = compile_plan(before.graph, dtype=np.float64)
    plan.theta[...] = np.random.default_rng(0).normal(size=plan.theta.size)
    pass_of(plan, before, is_training=is_training)
    sources = {"given": SimpleNamespace(layer=before.graph.node("given").layer)}
    feeding: Any = SimpleNamespace(sources=sources)
    edited = follow(before.graph, after.graph, plan, feeding, np.float64)
    plan = edited.plan or plan
    fresh = compile_plan(after.graph, dtype=np.float64)
    fresh.theta[...] = plan.theta
    for place, state in fresh.states.items():
        state[...] = plan.states[place]
    for key, rng in fresh.streams.items():
        rng.bit_generator.state = plan.streams[key].bit_generator.state
    found = pass_of(plan, after, is_training=is_training)
    assert found == pass_of(fresh, after, is_training=is_training)


def edits_of(kind: type[Layer]) -> list[tuple[Case, Case]]:
    """Each value of each field in turn, for shapes where the wires carry what they carried."""
    found = []
    for layer in variants(kind):
        for shape in SHAPES:
            before, after = case_of(small(kind), shape, 3, 4), case_of(layer, shape, 3, 4)
            if before is None or after is None:
                continue
            if before.graph.node("given") == after.graph.node("given"):
                found.append((before, after))
    return found


@pytest.mark.parametrize("is_training", [True, False])
@pytest.mark.parametrize("kind", COMPUTING.values(), ids=COMPUTING)
def test_every_field_that_is_edited_acts_at_once(kind: type[Layer], is_training: bool):
    for before, after in edits_of(kind):
        if getattr(after.graph.node("tried").layer, "new_mask", "") != "frozen":  # it stays
            assert_edit_acts(before, after, is_training=is_training)


def test_fields_that_change_together_and_keep_the_shape_act_too():
    layers = ZeroPad(top=2, bottom=0), ZeroPad(top=0, bottom=2)
    before, after = (case_of(layer, (4, 4, 2), 3, 4) for layer in layers)
    assert before is not None
    assert after is not None
    assert_edit_acts(before, after, is_training=True)
