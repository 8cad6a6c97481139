"""From where to where the axes of a chart go."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gui.plots.axes import log_limits, nice_limits, nice_step
from gui.plots.bundles import Bundle, range_of

Limits = tuple[float, float, float, float]
_LEAST_SPAN = 0.1  # of an axis that is bounded from below


def limits_of(
    bundles: Sequence[Bundle],
    is_log: bool,
    floor: float | None = None,
    top: float | None = None,
) -> Limits:
    """Left, right, bottom, top, in whole steps, so that axes rarely move while curves grow.

    floor, top: bounds that a linear axis does not pass where the values keep to them.
    """
    right = max((float(bundle.x[-1]) for bundle in bundles if len(bundle.x)), default=1.0)
    step = nice_step(max(right, 1e-9), 25)
    right = max(step, float(np.ceil(right / step - 1e-9) * step))
    low, high = range_of(bundles, is_log)
    if is_log:
        return (0.0, right, *log_limits(low, high))
    lower, upper = nice_limits(low, high)
    if floor is not None and np.isfinite(low):
        lower = max(min(lower, high - _LEAST_SPAN), floor)
    if top is not None and np.isfinite(high) and high <= top:
        upper = min(upper, top)
    return 0.0, right, lower, upper
