"""Which map the colours of h are taken from: one for numbers from zero on, one for both signs."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Sign = Literal["positive", "signed", "inherited"]
"""inherited: as the input, whose sign the design does not tell (data as they come)."""


class ShownSign:
    """The sign of a card's numbers. An inherited one counts as positive until a negative number is
    seen, and from then on as signed, so that the colours do not change their meaning from step to
    step; `forget` ends that."""

    def __init__(self, sign: Sign) -> None:
        self._sign = sign
        self._has_seen_negative = False

    @property
    def is_signed(self) -> bool:
        """Whether colours stand for both signs."""
        return self._sign == "signed" or self._has_seen_negative

    def forget(self) -> None:
        """Training begins anew: what was seen before no longer counts."""
        self._has_seen_negative = False

    def range_of(self, values: NDArray[np.floating]) -> tuple[float, float]:
        """The least and the greatest number of the colours; zero is the middle of signed ones."""
        finite = values[np.isfinite(values)]
        least, most = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
        if self._sign == "inherited" and least < 0:
            self._has_seen_negative = True
        if self.is_signed:
            reach = max(-least, most) or 1.0
            return -reach, reach
        return min(least, 0.0), most if most > 0 else 1.0

    @property
    def kind(self) -> str:
        """The name of the map in `paint.packed_lut`."""
        return "signed" if self.is_signed else "positive"
