"""Values of a sweep: lists, ranges and draws, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.errors import FieldError
from model.sweep.values import Span, draw_of, grid_of, parse_values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("0,0.2,0.5", [0, 0.2, 0.5]),
        (" adam , sgd", ["adam", "sgd"]),
        ("true,false", [True, False]),
        ("[8, 8],[16]", [[8, 8], [16]]),
        ('"a, b",c', ["a, b", "c"]),
        ('max(a,b), "a..b"', ["max(a,b)", "a..b"]),
        ("0..1:5", [0, 0.25, 0.5, 0.75, 1]),
        # powers of ten from 10^-4 to 10^0
        ("1e-4..1:5:log", [1e-4, 1e-3, 1e-2, 1e-1, 1]),
        ("1e-4..1:log:5", [1e-4, 1e-3, 1e-2, 1e-1, 1]),
        ("5, 0..1:3", [5, 0, 0.5, 1]),
        ("-1..1:3", [-1, 0, 1]),
    ],
)
def test_lists_and_ranges_give_their_values(text: str, values: list[Any]):
    assert grid_of(parse_values(text)) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1..4", [1, 2, 3, 4]),
        ("4..64:5:log", [4, 8, 16, 32, 64]),
        ("1..2:5", [1, 2]),  # the ends and what lies between, rounded, each once
        ("8,16", [8, 16]),
    ],
)
def test_ranges_of_whole_numbers_give_whole_numbers(text: str, values: list[int]):
    found = grid_of(parse_values(text, is_whole=True))
    assert found == values
    assert all(isinstance(value, int) for value in found)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no value"),
        ("1,,2", "lacks a value"),
        ("0.5..0.1:3", "below the second"),
        ("0..1:3:log", "above 0"),
        ("0..1:many", "neither log nor"),
        ("0..1:1", "neither log nor"),
        ("a..b", "no range"),
        ("0..1", "how many"),
        ("1e-4..1:log", "how many"),
    ],
)
def test_what_gives_no_grid_is_refused_in_one_sentence(text: str, words: str):
    with pytest.raises(FieldError, match=words):
        grid_of(parse_values(text))


def test_whole_numbers_are_asked_for_where_the_field_takes_them():
    with pytest.raises(FieldError, match="whole numbers"):
        parse_values("0.5..4", is_whole=True)


@given(seed=st.integers(0, 2**31 - 1), is_log=st.booleans(), is_whole=st.booleans())
def test_draws_lie_between_the_ends(seed: int, is_log: bool, is_whole: bool):
    span = Span(2, 50, None, is_log, is_whole)
    value = draw_of(span, np.random.default_rng(seed))
    assert 2 <= value <= 50
    assert isinstance(value, int) == is_whole


def test_logarithmic_draws_fall_into_every_decade_alike():
    rng = np.random.default_rng(0)
    drawn = np.array([draw_of(parse_values("1e-4..1:log"), rng) for _ in range(4000)])
    shares = [float(((drawn >= 10.0**k) & (drawn < 10.0 ** (k + 1))).mean()) for k in range(-4, 0)]
    # a share of 1/4 each; its standard error is sqrt(0.25 * 0.75 / 4000) = 0.007
    assert shares == pytest.approx([0.25] * 4, abs=0.028)


def test_whole_draws_reach_both_ends():
    rng = np.random.default_rng(0)
    drawn = {draw_of(parse_values("1..4", is_whole=True), rng) for _ in range(200)}
    assert drawn == {1, 2, 3, 4}
