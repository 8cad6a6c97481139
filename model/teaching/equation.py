"""Arrays with signs between them: how the numbers of an operation hang together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from model.layer import Array

Look = Literal["h", "delta", "weight"]
"""What kind of number it is, for its colours."""
State = Literal["now", "done", "next"]
Chooses = Literal["", "place", "column"]


@dataclass(frozen=True)
class WrittenSum:
    """One chosen number: total = sum of upstream times local, of one item.

    by: the port or the parameter; place: of the chosen number, row by row; outputs: the places of
    the outputs that depend on it (only these have a term).
    """

    by: str
    place: int
    outputs: Array
    upstream: Array
    local: Array

    @property
    def total(self) -> float:
        return float(np.dot(self.upstream, self.local))


@dataclass(frozen=True)
class Part:
    """One array. symbol: LaTeX; caption: in words; terms: see `terms`. lit: the places, row by row,
    that have a part in the chosen number. chooses: what pointing at a place means: it is that
    number of the operation (`place`), or in the column of that number (`column`). start: the number
    of its first place, where places are counted through several arrays."""

    symbol: str
    caption: str
    terms: tuple[str, ...]
    values: Array
    look: Look = "delta"
    lit: tuple[int, ...] = ()
    chooses: Chooses = ""
    start: int = 0


@dataclass(frozen=True)
class Equation:
    """parts with signs between them. by: the port or parameter, written: the sum behind the chosen
    number of the last part. formula: LaTeX with marks, of the lecture's result where it is one.
    state: a result of the same layer may be done before, or come next; it then has no parts."""

    title: str
    by: str = ""
    formula: str = ""
    parts: tuple[Part, ...] = ()
    signs: tuple[str, ...] = ()
    written: WrittenSum | None = None
    note: str = ""
    state: State = "now"
