"""Limits, ticks and labels that stand apart."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.plots import axes

WIDE = st.floats(-1e12, 1e12, allow_nan=False)


@given(WIDE, WIDE)
def test_limits_hold_all_values(a: float, b: float) -> None:
    low, high = sorted((a, b))
    bottom, top = axes.nice_limits(low, high)
    slack = 1e-6 * max(abs(low), abs(high), 1e-300)
    assert bottom <= low + slack
    assert top >= high - slack
    assert bottom < top


@given(WIDE, WIDE, st.integers(2, 12))
def test_ticks_stand_within_their_limits(a: float, b: float, count: int) -> None:
    low, high = sorted((a, b))
    ticks = axes.linear_ticks(low, high, count)
    step = (high - low) / count if high > low else 0
    assert all(low - step * 1e-3 <= place <= high + step * 1e-3 for place, _ in ticks)
    assert len(ticks) <= count + 1


@given(st.floats(-300, 300), st.floats(0, 600), st.integers(2, 8))
def test_log_ticks_never_raise_and_stand_within_their_limits(
    low: float, span: float, count: int
) -> None:
    for place, _ in axes.log_ticks(low, low + span, count):
        assert low - 1e-6 <= place <= low + span + 1e-6


def test_limits_of_nothing_are_zero_and_one() -> None:
    assert axes.nice_limits(math.nan, math.nan) == (0, 1)
    assert axes.log_limits(math.nan, math.nan) == (0, 1)
    assert axes.linear_ticks(math.nan, 1, 5) == axes.log_ticks(math.nan, 1, 5) == []


def test_ticks_of_a_loss_from_zero_to_three() -> None:
    assert axes.linear_ticks(0, 3, 4) == [(0, "0"), (1, "1"), (2, "2"), (3, "3")]


def test_ticks_between_zero_and_one_have_one_decimal() -> None:
    assert [text for _, text in axes.linear_ticks(0, 1, 5)] == [
        "0.0", "0.2", "0.4", "0.6", "0.8", "1.0",
    ]  # fmt: skip


def test_large_steps_are_grouped_and_huge_numbers_are_powers() -> None:
    assert axes.number_label(1_000_000, 200_000) == "1\u2009000\u2009000"
    assert axes.number_label(2e9, 1e9) == "2·10⁹"


def test_all_decades_of_an_axis_are_written_in_one_manner() -> None:
    assert [text for _, text in axes.log_ticks(-4, -1, 6)] == ["10⁻⁴", "10⁻³", "10⁻²", "10⁻¹"]
    assert [text for _, text in axes.log_ticks(-2, 1, 6)] == ["0.01", "0.1", "1", "10"]
    assert [text for _, text in axes.log_ticks(-3.1, -1.5, 6)] == [
        "10⁻³", "2·10⁻³", "5·10⁻³", "10⁻²", "2·10⁻²",
    ]  # fmt: skip
    assert [text for _, text in axes.log_ticks(-1, 0, 4)] == ["0.1", "0.2", "0.5", "1"]


@given(st.lists(st.floats(0, 100), max_size=12), st.floats(0.5, 30))
def test_spread_labels_neither_overlap_nor_leave_their_room(
    places: list[float], gap: float
) -> None:
    found = sorted(axes.spread(places, gap, 0, 100))
    allowed = min(gap, 100 / (len(places) - 1)) if len(places) > 1 else 0
    assert all(-1e-6 <= place <= 100 + 1e-6 for place in found)
    assert all(b - a >= allowed - 1e-6 for a, b in pairwise(found))


def test_labels_that_do_not_touch_stay_where_they_are() -> None:
    assert axes.spread([80, 10, 40], 20, 0, 100) == [80, 10, 40]


def test_two_labels_at_one_place_move_apart_by_half_a_gap_each() -> None:
    assert axes.spread([50, 50], 10, 0, 100) == pytest.approx([45, 55])
