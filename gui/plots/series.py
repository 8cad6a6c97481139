"""Curves as arrays: thinning, smoothing and logarithms, without Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from model.snapshot import CurveView

Floats = NDArray[np.float64]
Style = Literal["solid", "dashed", "thin", "grey", "ghost"]
"""grey: one of a crowd, without a label. ghost: of the run before, for contrast."""
_RAISED = str.maketrans("0123456789()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾")
_BLOCK = 64  # points that one matrix product smooths


@dataclass(frozen=True)
class Curve:
    """One curve of a chart and how it is named.

    name: in the legend and in a file; short: where room is short; symbol, index: the quantity,
    such as δ and 3 for the error term of node 3. color: number of the series. unit: what a point
    of the curve counts. is_sparse: a few measurements, marked one by one and never smoothed.
    is_alarming: beyond a limit; drawn in the colour of errors, with a mark at its end.
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
    is_alarming: bool = False

    def dressed(
        self, color: int, style: Style = "solid", unit: str = "steps", *, is_sparse: bool = False
    ) -> Curve:
        """The same curve with another look."""
        return replace(self, color=color, style=style, unit=unit, is_sparse=is_sparse)

    @property
    def letters(self) -> str:
        """The symbol in plain letters, such as δ^(3)."""
        return f"{self.symbol}^({self.index})" if self.index else self.symbol

    @property
    def raised(self) -> str:
        """The symbol as it is written, such as δ⁽³⁾."""
        return self.symbol + (f"({self.index})".translate(_RAISED) if self.index else "")


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
    and stay gaps. Shapes: (n,) -> (n,), or row by row (k, n) -> (k, n). Source: the correction of
    Adam, Kingma & Ba 2015.
    """
    if weight <= 0:
        return values.copy()
    is_there = np.isfinite(values)
    if is_there.all():
        return _averages(np.atleast_2d(values), weight).reshape(values.shape)
    if values.ndim > 1:
        return np.stack([smooth(row, weight) for row in values])
    result = np.full(values.shape, np.nan)
    if is_there.any():
        result[is_there] = _averages(values[None, is_there], weight)[0]
    return result


def _averages(values: Floats, weight: float) -> Floats:
    """The averages of rows of finite values. (k, n) -> (k, n)"""
    kernel, powers = _kernel(weight)
    result = np.empty_like(values)
    carried = np.zeros((len(values), 1))
    for start in range(0, values.shape[1], _BLOCK):
        block = values[:, start : start + _BLOCK]
        size = block.shape[1]
        found = block @ kernel[:size, :size].T + carried * powers[:size]
        result[:, start : start + size] = found
        carried = found[:, -1:]
    result /= _weights(weight, values.shape[1])
    return result


def _weights(weight: float, count: int) -> Floats:
    """1 - w^t for t = 1 to count: the sum of the weights so far. (count,)"""
    known = 1 << max(count - 1, 1).bit_length()
    return _all_weights(weight, known)[:count]


@lru_cache(maxsize=64)
def _all_weights(weight: float, count: int) -> Floats:
    result: Floats = 1 - weight ** np.arange(1, count + 1)
    return result


@lru_cache(maxsize=16)
def _kernel(weight: float) -> tuple[Floats, Floats]:
    """How a block of values becomes its averages, (b, b), and how what came before fades, (b,)."""
    lags = np.subtract.outer(np.arange(_BLOCK), np.arange(_BLOCK))
    kernel = np.where(lags >= 0, (1 - weight) * weight ** np.maximum(lags, 0), 0.0)
    return kernel, weight ** np.arange(1, _BLOCK + 1)


def thin(x: Floats, low: Floats, high: Floats, most: int) -> tuple[Floats, Floats]:
    """`thin_rows` of one curve. Shapes: (n,) three times -> (m,) twice."""
    xs, ys = thin_rows(x, low[None], high[None], most)
    return xs[0], ys[0]


def thin_rows(x: Floats, low: Floats, high: Floats, most: int) -> tuple[Floats, Floats]:
    """At most `most` points a row that keep every extreme a reader could see.

    Neighbours share a bucket of a power of two, so that old buckets stay as they are while the
    curve grows. A bucket gives its least and its greatest value, in the order they came; the first
    and the last point are always kept. Shapes: (n,), (k, n), (k, n) -> (k, m) twice.
    """
    n = len(x)
    stride = 1
    while -(-n // stride) * 2 + 2 > most:
        stride *= 2
    if stride == 1:
        if low is high or np.array_equal(low, high, equal_nan=True):
            return np.broadcast_to(x, high.shape), high
        return _zigzag(x, low, high)
    buckets = -(-n // stride)
    at_low, at_high = _extremes(low, buckets, stride, -1), _extremes(high, buckets, stride, 1)
    row = np.arange(len(low))[:, None]
    least, greatest = low[row, at_low], high[row, at_high]
    is_low_first = at_low <= at_high
    xs, ys = (np.empty((len(low), 2 * buckets + 2)) for _ in range(2))
    xs[:, 0], xs[:, -1] = x[0], x[-1]
    ys[:, 0], ys[:, -1] = high[:, 0], high[:, -1]
    xs[:, 1:-1:2] = x[np.minimum(at_low, at_high)]
    xs[:, 2:-1:2] = x[np.maximum(at_low, at_high)]
    ys[:, 1:-1:2] = np.where(is_low_first, least, greatest)
    ys[:, 2:-1:2] = np.where(is_low_first, greatest, least)
    return xs, ys


def _zigzag(x: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    ys = np.stack([low, high], axis=2).reshape(len(low), -1)
    return np.broadcast_to(np.repeat(x, 2), ys.shape), ys


def _extremes(values: Floats, buckets: int, stride: int, sign: int) -> NDArray[np.intp]:
    """Where each bucket has its least (sign -1) or greatest (sign 1) value. (k, buckets)"""
    rows, n = values.shape
    padded = np.full((rows, buckets * stride), -np.inf)
    np.multiply(values, sign, out=padded[:, :n])
    padded[np.isnan(padded)] = -np.inf
    found = padded.reshape(rows, buckets, stride).argmax(axis=2)
    result: NDArray[np.intp] = found + np.arange(0, buckets * stride, stride)
    return result
