"""Numbers are short on a card and whole in a tip."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.canvas.cards import numbers


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.5771, "0.577"),
        (-1.04, "−1.04"),
        (0.0, "0"),
        (9.996, "10.0"),
        (151.23, "151"),
        (12345.678, "12346"),
        (0.00123, "0.00123"),
        (-0.00004321, "−4.3e−5"),
        (2.5e9, "2.5e9"),
        (float("nan"), "NaN"),
        (float("-inf"), "−∞"),
    ],
)
def test_a_short_number_has_three_digits_and_a_proper_minus(value, text):
    assert numbers.short(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.5, "0.5"), (66.0, "66"), (-0.25, "−0.25"), (1e-7, "1e−7")]
)
def test_a_plain_number_has_no_trailing_zeros(value, text):
    assert numbers.plain(value) == text


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_a_full_number_reads_back_as_the_very_same_float32(value):
    number = np.float32(value)
    text = numbers.full(number).replace("−", "-")
    assert np.float32(text) == number


def test_a_full_number_of_float32_has_no_digits_that_float32_does_not_have():
    assert numbers.full(np.float32(1.2093847)) == "1.2093847"
    assert numbers.full(np.float32(0.1)) == "0.1"


def test_a_signed_number_carries_its_plus():
    assert numbers.full(np.float32(0.00626), is_signed=True) == "+0.00626"
    assert numbers.full(np.float32(-0.00626), is_signed=True) == "−0.00626"


def test_symbols_are_raised_and_lowered():
    assert numbers.superscript(5) == "⁽⁵⁾"
    assert numbers.subscript(26) == "₂₆"
