"""Numbers in words: in full where a reader points, short where room is short."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def exact(value: Any) -> str:
    """The shortest text that gives the very same number back, in the number's own precision."""
    if isinstance(value, np.floating):
        return np.format_float_positional(value, trim="-") if _is_plain(value) else str(value)
    if isinstance(value, np.generic):
        return str(value.item())
    return repr(value)


def _is_plain(value: Any) -> bool:
    return bool(value == 0 or 1e-4 <= abs(value) < 1e16)


def short(value: Any) -> str:
    """About three digits: 0.51, 12.3, 1.2e-05."""
    number = float(value)
    if not math.isfinite(number):
        return "NaN" if math.isnan(number) else ("∞" if number > 0 else "−∞")
    size = abs(number)
    if size == 0:
        return "0"
    if size < 1e-3 or size >= 1e5:
        return f"{number:.1e}".replace("e-0", "e-").replace("e+0", "e").replace("-", "−")
    decimals = 2 if size >= 0.1 else 3 if size >= 0.01 else 4
    if size >= 10:
        decimals = 1 if size < 1000 else 0
    return f"{number:.{decimals}f}".replace("-", "−")


def percent(share: float) -> str:
    """89.2 %."""
    return f"{100 * share:.1f} %"
