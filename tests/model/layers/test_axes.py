"""Slice, Transpose, RepeatVector, Reduce and Scale: by hand, and what they refuse."""

from __future__ import annotations

import numpy as np
import pytest

from model import editing
from model.errors import ShapeError
from model.layer import Layer, Spec
from model.layers.axes import Reduce, RepeatVector, Slice, Transpose
from model.layers.scale import Scale
from model.plan import compile_plan
from tests.model.layers.registry import case_of


@pytest.mark.parametrize(
    ("layer", "given", "shape"),
    [
        (Slice(), (5, 3), (1, 3)),
        (Slice(start=0), (5, 3), (5, 3)),
        (Slice(start=1, stop=-1), (5, 3), (3, 3)),
        (Slice(axis=-1, start=0, stop=2), (5, 3), (5, 2)),
        (Transpose(axes=(2, 0, 1)), (5, 3, 4), (4, 5, 3)),
        (RepeatVector(steps=7), (3,), (7, 3)),
        (Reduce(), (5, 3), (3,)),
        (Reduce(axes=(-1,)), (5, 3), (5,)),
        (Reduce(axes=(0, 1)), (5, 3), (1,)),
        (Reduce(axes=(1, 2)), (5, 3, 4), (5,)),
    ],
    ids=repr,
)
def test_the_shape_that_comes_out(layer: Layer, given: tuple[int, ...], shape: tuple[int, ...]):
    assert layer.out_spec(Spec(given)).shape == shape


@pytest.mark.parametrize(
    ("layer", "given", "said"),
    [
        (Slice(start=5), (5, 3), "5 to the end of axis 0, but B × 5 × 3 has 5"),
        (Slice(start=3, stop=2), (5, 3), "3 to 2"),
        (Slice(stop=6, start=0), (5,), "0 to 6"),
        (Slice(axis=2), (5, 3), "no axis 2"),
        (Transpose(), (5, 3, 4), "each of the 3 axes"),
        (Transpose(axes=(1, 1)), (5, 3), "1, 1"),
        (RepeatVector(), (5, 3), "B × 5 × 3"),
        (Reduce(axes=(0, -2)), (5, 3), "twice"),
        (Reduce(axes=(3,)), (5, 3), "no axis 3"),
        (Scale(axis=1), (5,), "no axis 1"),
    ],
    ids=repr,
)
def test_what_does_not_fit_is_refused(layer: Layer, given: tuple[int, ...], said: str):
    with pytest.raises(ShapeError, match=said) as raised:
        layer.out_spec(Spec(given))
    assert raised.value.hint


def test_another_slice_of_the_same_length_is_taken_in_the_next_step():
    """The trainer swaps the layer and binds nothing anew where all shapes stay."""
    case = case_of(Slice(start=0, stop=2), (4, 3), 2, 1)
    assert case is not None
    plan = compile_plan(case.graph, dtype=np.float64)
    run = plan.bind(2, is_training=True)
    run.fill(case.arrays)
    edit = editing.set_fields(case.graph, "tried", {"start": 1, "stop": 3})
    case.graph.apply(edit.changes)
    plan.swap_layer("tried", case.graph.node("tried").layer)
    run.forward()
    run.backward()
    n = run.at["tried"]
    np.testing.assert_array_equal(n.out, n.h[:, 1:3])
    np.testing.assert_array_equal(n.delta[:, 1:3], n.delta_out)
    assert not n.delta[:, [0, 3]].any()


def test_the_mean_of_no_batch_but_of_the_steps_by_hand():
    case = case_of(Reduce(), (3, 2), 1, 1)
    assert case is not None
    run = compile_plan(case.graph, dtype=np.float64).bind(1, is_training=True)
    run.fill({"given": {"a": [[[1, 10], [2, 20], [6, 60]]], "y": [[3, 9]]}})  # type: ignore[dict-item]
    run.forward()
    run.backward()
    np.testing.assert_allclose(run.at["tried"].out, [[3, 30]])
    # dJ/dh_out = (3, 9); each of three steps has a third of it
    np.testing.assert_allclose(run.at["tried"].delta, [[[1, 3]] * 3])


def test_scale_and_bias_start_as_if_they_were_not_there():
    case = case_of(Scale(), (3, 2), 2, 1)
    assert case is not None
    run = compile_plan(case.graph, dtype=np.float64).bind(2, is_training=True)
    run.fill(case.arrays)
    run.forward()
    np.testing.assert_array_equal(run.at["tried"].out, run.at["tried"].h)


def test_the_label_of_scale_says_what_is_learned():
    assert Scale().label() == "Scale and bias"
    assert Scale(use_bias=False).label() == "Scale"
    assert Scale(use_scale=False).label() == "Bias"
