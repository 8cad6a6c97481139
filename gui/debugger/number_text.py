"""How the debugger writes numbers: digits, exact fractions, decimal comma or point."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

LARGEST_DENOMINATOR = 1000


@dataclass(frozen=True)
class NumberStyle:
    """digits: significant ones. has_fractions: 1/5 instead of 0.2 where that is exact (to the last
    bit of a float). has_comma: 0,2 instead of 0.2."""

    digits: int = 5
    has_fractions: bool = False
    has_comma: bool = False

    def text(self, value: float) -> str:
        """One number, such as `-0.046035`, `2.5e-07`, `1/3` or `NaN`."""
        value = float(value)
        if not math.isfinite(value):
            return "NaN" if math.isnan(value) else "∞" if value > 0 else "−∞"
        if self.has_fractions:
            near = Fraction(value).limit_denominator(LARGEST_DENOMINATOR)
            if float(near) == value:
                return str(near).replace("-", "−")
        written = f"{value:.{self.digits}g}".replace("-", "−")
        return written.replace(".", ",") if self.has_comma else written

    def full(self, value: float) -> str:
        """All digits of the number, for tooltips."""
        written = repr(float(value)).replace("-", "−")
        return written.replace(".", ",") if self.has_comma else written
