"""Numbers as text: short on a card, in full in a tip."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

MINUS = "\N{MINUS SIGN}"
_SUPER = str.maketrans("0123456789()-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾⁻")
_SUB = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def short(value: float, digits: int = 3) -> str:
    """A number in `digits` significant digits with a proper minus sign: 0.577, −1.04, 2.1e−5."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return f"{MINUS}∞" if value < 0 else "∞"
    if value == 0:
        return "0"
    size = abs(float(f"{abs(value):.{digits - 1}e}"))
    if 1e-3 <= size < 10 ** max(digits + 2, 5):
        decimals = max(digits - 1 - math.floor(math.log10(size)), 0)
        text = f"{value:.{decimals}f}"
    else:
        mantissa, _, exponent = f"{value:.{max(digits - 2, 0)}e}".partition("e")
        text = f"{mantissa}e{int(exponent)}"
    return text.replace("-", MINUS)


def plain(value: float, digits: int = 4) -> str:
    """A number as a person would write it, without trailing zeros: 0.5, 66, −0.25."""
    if not math.isfinite(value):
        return short(value)
    return f"{value:.{digits}g}".replace("e+0", "e").replace("e-0", "e-").replace("-", MINUS)


def full(value: Any, is_signed: bool = False) -> str:
    """Every digit that tells this number from its neighbours in its own type.

    `is_signed` writes + before a positive number.
    """
    number = value if isinstance(value, np.generic) else np.float64(value)
    text = str(number).replace("-", MINUS).replace("inf", "∞").replace("nan", "NaN")
    return f"+{text}" if is_signed and float(number) > 0 else text


def superscript(layer_index: int) -> str:
    """⁽⁵⁾ for 5."""
    return f"({layer_index})".translate(_SUPER)


def subscript(index: int) -> str:
    """₂₆ for 26."""
    return str(index).translate(_SUB)
