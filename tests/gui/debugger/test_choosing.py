"""A click in an array means a number of the operation, whatever array and item it lies in."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from gui.debugger.choosing import number_of


def moment(kind: str, item: int | None, batch: int = 4) -> Any:
    return SimpleNamespace(last=SimpleNamespace(kind=kind), item=item, batch=batch)


@pytest.mark.parametrize(
    ("kind", "item", "place", "number"),
    [
        ("backward", None, 7, 1),  # of the third item of 3 numbers each
        ("backward", 0, 7, 7),
        ("gradient", None, 7, 7),  # rows of a parameter are no items
        ("update", None, 7, 7),
    ],
)
def test_of_a_whole_batch_every_item_has_the_same_numbers(kind, item, place, number):
    values = np.zeros((4, 3))
    assert number_of(moment(kind, item), values, "place", 0, place) == number


def test_numbers_are_counted_through_all_parameters_and_a_column_is_one_number():
    assert number_of(moment("update", 0), np.zeros((2, 3)), "place", 6, 4) == 10
    assert number_of(moment("gradient", 0), np.zeros((2, 3)), "column", 6, 4) == 7
