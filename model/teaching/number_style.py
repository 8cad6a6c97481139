"""How numbers are written while walking through a step: digits, fractions, comma or point."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

LARGEST_DENOMINATOR = 1000
LARGEST_SINGLE_DENOMINATOR = 100
"""For numbers that have come out of single precision, of which more agree by accident."""
FEWEST_DIGITS, MOST_DIGITS = 3, 10


@dataclass(frozen=True)
class NumberStyle:
    """digits: significant ones. has_fractions: 1/5 instead of 0.2 where that is exact (to the last
    bit of a float). has_comma: 0,2 instead of 0.2."""

    digits: int = 5
    has_fractions: bool = False
    has_comma: bool = False

    def text(self, value: float) -> str:
        """One number, such as `−0.046035`, `2.5e−07`, `1/3` or `NaN`."""
        value = float(value)
        if not math.isfinite(value):
            return "NaN" if math.isnan(value) else "∞" if value > 0 else "−∞"
        near = self.fraction(value)
        if near is not None:
            return str(near).replace("-", "−")
        return self._localised(f"{value + 0.0:.{self.digits}g}").replace("-", "−")  # -0 becomes 0

    def full(self, value: float) -> str:
        """All digits of the number, for tooltips."""
        return self._localised(repr(float(value))).replace("-", "−")

    def latex(self, value: float) -> str:
        r"""`0.12346`, `0{,}12346`, `\frac{1}{3}` or `1.2346 \cdot 10^{-7}`; a negative number
        stands without brackets."""
        value = float(value)
        if not math.isfinite(value):
            return r"\mathrm{NaN}" if math.isnan(value) else r"\infty" if value > 0 else r"-\infty"
        near = self.fraction(value)
        if near is not None and near.denominator > 1:
            sign = "-" if near < 0 else ""
            return rf"{sign}\frac{{{abs(near.numerator)}}}{{{near.denominator}}}"
        mantissa, has_exponent, exponent = f"{value + 0.0:.{self.digits}g}".partition("e")
        mantissa = self.localised_latex(mantissa)
        return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if has_exponent else mantissa

    def rounded(self, value: float) -> float:
        """The number with no more digits than are shown."""
        return float(f"{value:.{self.digits}g}")

    def fraction(self, value: float) -> Fraction | None:
        """The number as a fraction where one is wanted, and is exact."""
        if not self.has_fractions or not math.isfinite(value):
            return None
        with np.errstate(over="ignore"):
            is_single = float(np.float32(value)) == value
        most = LARGEST_SINGLE_DENOMINATOR if is_single else LARGEST_DENOMINATOR
        near = Fraction(value).limit_denominator(most)
        if is_single:
            return near if float(np.float32(float(near))) == value else None
        return near if float(near) == value else None

    def localised_latex(self, tex: str) -> str:
        r"""Numbers in a formula with `{,}` in place of the point where a comma is wanted."""
        return re.sub(r"(?<=\d)\.(?=\d)", "{,}", tex) if self.has_comma else tex

    def _localised(self, text: str) -> str:
        return text.replace(".", ",") if self.has_comma else text


PLAIN = NumberStyle()
