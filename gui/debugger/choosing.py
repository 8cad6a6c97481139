"""Which number of an operation a click in one of its arrays means."""

from __future__ import annotations

from gui.debugger.moment import Moment
from model.layer import Array

_OF_ITEMS = ("forward", "sum", "backward")
"""Operations whose numbers are counted in one item; others count through parameters."""


def number_of(moment: Moment | None, values: Array, chooses: str, start: int, place: int) -> int:
    """place: row by row in the array. chooses, start: as in `model.teaching.equation.Part`. Of a
    whole batch every item has the same numbers."""
    shape = values.shape
    if chooses == "column" and shape:
        return place % int(shape[-1]) + start
    if moment is None or moment.item is not None or moment.last is None:
        return place + start
    if moment.last.kind in _OF_ITEMS and shape and shape[0] == moment.batch:
        place %= max(values.size // moment.batch, 1)
    return place + start
