"""From where to where the axes of a chart go."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gui.plots.axes import log_limits, nice_limits, nice_step
from gui.plots.series import Curve, Floats, floats, logarithm

Limits = tuple[float, float, float, float]
_LEAST_SPAN = 0.1  # of an axis that is bounded from below


def limits_of(
    curves: Sequence[Curve],
    x: dict[str, Floats],
    y: dict[str, Floats],
    is_log: bool,
    floor: float | None = None,
    top: float | None = None,
) -> Limits:
    """Left, right, bottom, top, in whole steps, so that axes rarely move while curves grow.

    floor, top: bounds that a linear axis does not pass where the values keep to them.
    """
    right = max((float(values[-1]) for values in x.values() if len(values)), default=1.0)
    step = nice_step(max(right, 1e-9), 25)
    right = max(step, float(np.ceil(right / step - 1e-9) * step))
    low, high = _range_of(curves, y, is_log)
    if is_log:
        return (0.0, right, *log_limits(low, high))
    lower, upper = nice_limits(low, high)
    if floor is not None and np.isfinite(low):
        lower = max(min(lower, high - _LEAST_SPAN), floor)
    if top is not None and np.isfinite(high) and high <= top:
        upper = min(upper, top)
    return 0.0, right, lower, upper


def _range_of(curves: Sequence[Curve], y: dict[str, Floats], is_log: bool) -> tuple[float, float]:
    """The least and the greatest of all that is drawn; NaN where there is nothing."""
    parts = [y[curve.key] for curve in curves]
    for curve in curves:
        ends = (floats(curve.view.low), floats(curve.view.high))
        parts.extend(logarithm(values) if is_log else values for values in ends)
    found = np.concatenate(parts) if parts else np.empty(0)
    found = found[np.isfinite(found)]
    return (float(found.min()), float(found.max())) if len(found) else (np.nan, np.nan)
