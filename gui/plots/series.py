"""Curves as arrays: thinning, smoothing and logarithms, without Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from model.snapshot import CurveView

Floats = NDArray[np.float64]
Style = Literal["solid", "dashed", "thin"]
FEW_POINTS = 24
"""Below these, dashes are the pen's; above, they are gaps, as Qt starts a dash at every point."""
_BLOCK = 64  # points that one matrix product smooths


@dataclass(frozen=True)
class Curve:
    """One curve of a chart and how it is named.

    name: in the legend and in a file; short: where room is short; symbol, index: the quantity,
    such as δ and 3 for the error term of node 3. color: number of the series. unit: what a point
    of the curve counts. is_sparse: a few measurements, marked one by one and never smoothed.
    """

    key: str
    view: CurveView
    name: str
    short: str
    symbol: str
    index: str = ""
    color: int = 0
    style: Style = "solid"
    unit: str = "steps"
    is_sparse: bool = False

    def dressed(
        self, color: int, style: Style = "solid", unit: str = "steps", *, is_sparse: bool = False
    ) -> Curve:
        """The same curve with another look."""
        return replace(self, color=color, style=style, unit=unit, is_sparse=is_sparse)

    @property
    def letters(self) -> str:
        """The symbol in one line, such as δ^(3)."""
        return f"{self.symbol}^({self.index})" if self.index else self.symbol


def floats(values: Any) -> Floats:
    """The values in double precision; a copy only where that changes them."""
    return np.asarray(values, dtype=np.float64)


def logarithm(values: Floats) -> Floats:
    """log10, with a gap (NaN) where a value has none: zero, negative or not finite."""
    has_one = np.isfinite(values) & (values > 0)
    return np.log10(values, out=np.full(values.shape, np.nan), where=has_one)


def smooth(values: Floats, weight: float) -> Floats:
    """Exponential moving average, started without bias towards zero.

    s_t = w s_(t-1) + (1 - w) x_t, divided by 1 - w^t. Values that are not finite are left out
    and stay gaps. Shapes: (n,) -> (n,). Source: the correction of Adam, Kingma & Ba 2015.
    """
    result = np.full(values.shape, np.nan)
    is_there = np.isfinite(values)
    known = values[is_there]
    if weight <= 0 or not len(known):
        return values.copy() if weight <= 0 else result
    kernel, powers = _kernel(weight)
    averages = np.empty_like(known)
    carried = 0.0
    for start in range(0, len(known), _BLOCK):
        block = known[start : start + _BLOCK]
        size = len(block)
        averages[start : start + size] = kernel[:size, :size] @ block + carried * powers[:size]
        carried = averages[start + size - 1]
    averages /= 1 - weight ** np.arange(1, len(known) + 1)
    result[is_there] = averages
    return result


@lru_cache(maxsize=16)
def _kernel(weight: float) -> tuple[Floats, Floats]:
    """How a block of values becomes its averages, (b, b), and how what came before fades, (b,)."""
    lags = np.subtract.outer(np.arange(_BLOCK), np.arange(_BLOCK))
    kernel = np.where(lags >= 0, (1 - weight) * weight ** np.maximum(lags, 0), 0.0)
    return kernel, weight ** np.arange(1, _BLOCK + 1)


def thin(x: Floats, low: Floats, high: Floats, most: int) -> tuple[Floats, Floats]:
    """At most `most` points that keep every extreme a reader could see.

    Neighbours share a bucket of a power of two, so that old buckets stay as they are while the
    curve grows. A bucket gives its least and its greatest value, in the order they came; the first
    and the last point are always kept. Shapes: (n,) three times -> (m,) twice.
    """
    n = len(x)
    stride = 1
    while -(-n // stride) * 2 + 2 > most:
        stride *= 2
    if stride == 1:
        return (x, high) if np.array_equal(low, high, equal_nan=True) else _zigzag(x, low, high)
    starts = np.arange(0, n, stride)
    at_low, at_high = _extremes(low, starts, stride, -1), _extremes(high, starts, stride, 1)
    xs = np.stack([x[at_low], x[at_high]], axis=1)
    ys = np.stack([low[at_low], high[at_high]], axis=1)
    order = np.argsort(xs, axis=1, kind="stable")
    xs = np.take_along_axis(xs, order, axis=1).ravel()
    ys = np.take_along_axis(ys, order, axis=1).ravel()
    return (
        np.concatenate([x[:1], xs, x[-1:]]),
        np.concatenate([high[:1], ys, high[-1:]]),
    )


def broken(y: Floats) -> Floats:
    """Gaps at every fourth pair of points: a dashed line that costs no more than a solid one."""
    if len(y) < FEW_POINTS:
        return y
    result = y.copy()
    result[6::8] = np.nan
    return result


def _zigzag(x: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    return np.repeat(x, 2), np.stack([low, high], axis=1).ravel()


def _extremes(values: Floats, starts: NDArray[np.int_], stride: int, sign: int) -> Any:
    """Where each bucket has its least (sign -1) or greatest (sign 1) value."""
    padded = np.full(len(starts) * stride, -np.inf)
    scored = sign * values
    padded[: len(values)] = np.where(np.isnan(scored), -np.inf, scored)
    return starts + padded.reshape(len(starts), stride).argmax(axis=1)
