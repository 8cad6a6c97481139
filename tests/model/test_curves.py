"""Curves keep every value's weight, the extremes, and their size."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.curves import BLOCK, CAPACITY, Curve
from model.snapshot import CurveView


def weights_of(view: CurveView) -> np.ndarray:
    """How many values each point stands for: all but the last stand for `stride` of them."""
    return np.diff(np.concatenate([[0], view.steps]))


@settings(max_examples=40)
@given(
    count=st.integers(1, 6000),
    looks=st.lists(st.integers(1, 6000), max_size=8),
    seed=st.integers(0, 9),
)
def test_every_value_counts_and_the_extremes_stay(count: int, looks: list[int], seed: int):
    values = np.random.default_rng(seed).normal(size=count)
    curve = Curve()
    for step, value in enumerate(values.tolist(), 1):
        curve.add(step, value)
        if step in looks:
            curve.view()
    view = curve.view()
    weights = weights_of(view)
    assert np.average(view.mean, weights=weights) == pytest.approx(values.mean(), abs=1e-12)
    assert view.low.min() == values.min()
    assert view.high.max() == values.max()
    assert view.steps[-1] == count == curve.last_step
    assert (weights[:-1] == view.stride).all()
    assert len(view.steps) <= CAPACITY + BLOCK + 1
    assert (view.low <= view.mean + 1e-12).all()
    assert (view.mean <= view.high + 1e-12).all()


def test_few_values_are_shown_as_they_are():
    curve = Curve()
    for step, value in ((1, 4.0), (2, 2.0), (3, 3.0)):
        curve.add(step, value)
    view = curve.view()
    assert view.steps.tolist() == [1, 2, 3]
    assert view.mean.tolist() == view.low.tolist() == view.high.tolist() == [4, 2, 3]
    assert view.stride == 1


def test_an_empty_curve_can_be_shown():
    view = Curve().view()
    assert [len(column) for column in (view.steps, view.mean, view.low, view.high)] == [0] * 4


def test_looking_does_not_change_the_curve():
    looked_at, left_alone = Curve(), Curve()
    for step in range(1, 3001):
        looked_at.add(step, step % 7)
        left_alone.add(step, step % 7)
        if step % 13 == 0:
            looked_at.view()
    first, second = looked_at.view(), left_alone.view()
    np.testing.assert_array_equal(first.steps, second.steps)
    np.testing.assert_allclose(first.mean, second.mean, rtol=1e-14)


@pytest.mark.parametrize("first_look", [None, 1, 7])
def test_a_million_values_take_no_more_room_than_a_thousand(first_look: int | None):
    # One look at an odd place must not keep the points from being joined in pairs ever after.
    curve = Curve()
    for step in range(1, 1_000_001):
        curve.add(step, 1.0)
        if step == first_look:
            curve.view()
    view = curve.view()
    assert len(view.steps) <= CAPACITY + BLOCK + 1
    assert len(curve._values) <= max(BLOCK, curve.stride)
    assert view.steps[-1] == 1_000_000


def test_what_a_display_holds_does_not_change_under_it():
    curve = Curve()
    curve.add(1, 5.0)
    view = curve.view()
    for step in range(2, 5000):
        curve.add(step, 0.0)
    assert view.mean.tolist() == [5.0]
    assert not view.mean.flags.writeable


def test_a_curve_that_was_cut_goes_on_from_there() -> None:
    curve = Curve()
    for step in range(1, 2901):
        curve.add(step, float(step))
    found = curve.cut(1001)
    assert found.last_step <= 1001
    view = found.view()
    assert view.steps[-1] > 1001 - found.stride
    for step in range(1002, 4001):
        found.add(step, float(step))
    view = found.view()
    assert (np.diff(view.steps) > 0).all()
    assert view.steps[-1] == 4000
    assert curve.view().steps[-1] == 2900
