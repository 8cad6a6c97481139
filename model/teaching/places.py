"""Which number is looked at: the one that was chosen, or the largest."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from model.layer import Array


def chosen_place(values: Array, element: int | None) -> int:
    """The place of the chosen number; of the largest where none is chosen, or none is there."""
    flat = np.abs(values).reshape(-1)
    if element is not None and 0 <= element < len(flat):
        return element
    return int(np.argmax(np.nan_to_num(flat))) if len(flat) else 0


def first_places(values: Mapping[str, Array]) -> dict[str, int]:
    """Where the numbers of each parameter begin, when all of them are counted in one row."""
    found, start = {}, 0
    for name, each in values.items():
        found[name] = start
        start += each.size
    return found


def chosen_of_parameters(values: Mapping[str, Array], element: int | None) -> dict[str, int]:
    """Places are counted through all parameters. One that has the form of a row of the chosen one,
    such as its bias, follows the column that is chosen there."""
    starts = first_places(values)
    chosen = ""
    if element is not None:
        chosen = next((k for k, each in values.items() if 0 <= element - starts[k] < each.size), "")
    found = {}
    for name, each in values.items():
        own = None if element is None else element - starts[name]
        if name != chosen and chosen and element is not None and _is_row(each, values[chosen]):
            found[name] = (element - starts[chosen]) % each.size
        else:
            found[name] = chosen_place(each, own if name == chosen else None)
    return found


def _is_row(small: Array, large: Array) -> bool:
    is_last = small.ndim > 0 and large.shape[-small.ndim :] == small.shape
    return bool(is_last and small.size)
