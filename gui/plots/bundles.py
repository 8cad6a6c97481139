"""Curves with points at the same steps, as rows of one array: handled once, not one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from gui.plots.series import Curve, Floats, floats, logarithm, smooth


@dataclass(frozen=True)
class Bundle:
    """k curves over the same n steps.

    x (n,): the steps in axis units. y (k, n): the main lines in axis units (decades on a log
    axis), smoothed. mean, low, high (k, n): what was measured.
    """

    curves: tuple[Curve, ...]
    x: Floats
    y: Floats
    mean: Floats
    low: Floats
    high: Floats

    @property
    def is_sparse(self) -> bool:
        """Whether the points are a few measurements, never smoothed."""
        return self.curves[0].is_sparse

    @property
    def stride(self) -> int:
        """How many steps a point stands for."""
        return self.curves[0].view.stride


def bundles_of(
    curves: Iterable[Curve], mapping: Callable[[Floats], Floats], is_log: bool, smoothing: float
) -> list[Bundle]:
    """All curves, those with the same steps together. mapping: from steps to axis units."""
    found = []
    for group in _groups(curves):
        mean = np.array([curve.view.mean for curve in group], dtype=np.float64)
        low = np.array([curve.view.low for curve in group], dtype=np.float64)
        high = np.array([curve.view.high for curve in group], dtype=np.float64)
        values = logarithm(mean) if is_log else mean  # smoothed as it is seen
        y = values if group[0].is_sparse else smooth(values, smoothing)
        x = floats(mapping(floats(group[0].view.steps)))
        found.append(Bundle(tuple(group), x, y, mean, low, high))
    return found


def range_of(bundles: Sequence[Bundle], is_log: bool) -> tuple[float, float]:
    """The least and the greatest that can be drawn; NaN where there is nothing."""
    ends = [values for b in bundles for values in (b.low, b.high) if values.size]
    if not ends:
        return np.nan, np.nan
    low = min(float(values.min()) for values in ends)
    high = max(float(values.max()) for values in ends)
    if not (np.isfinite(low) and np.isfinite(high)) or (is_log and low <= 0):
        found = np.concatenate([v.ravel() for b in bundles for v in (b.mean, b.low, b.high)])
        found = found[np.isfinite(found) & (found > 0 if is_log else True)]
        if not len(found):
            return np.nan, np.nan
        low, high = float(found.min()), float(found.max())
    return (float(np.log10(low)), float(np.log10(high))) if is_log else (low, high)


def _groups(curves: Iterable[Curve]) -> list[list[Curve]]:
    groups: list[list[Curve]] = []
    for curve in curves:
        home = next((group for group in groups if _belongs(curve, group[0])), None)
        if home is None:
            groups.append([curve])
        else:
            home.append(curve)
    return groups


def _belongs(curve: Curve, other: Curve) -> bool:
    a, b = curve.view, other.view
    return (
        curve.is_sparse == other.is_sparse
        and a.stride == b.stride
        and len(a.steps) == len(b.steps)
        and np.array_equal(a.steps, b.steps)
    )
