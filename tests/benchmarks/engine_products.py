"""The matrix products of each workload and nothing else: what no engine on this BLAS can pass.

The first layer passes no delta down. Every product goes with its fastest call here: one `dot`, a
`matmul` for many small ones at once, and a sum over very many places in parts.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from model.layer import Array

Call = tuple[Callable[..., Array], Array, Array, Array]
_rng = np.random.default_rng(0)


def _drawn(*shape: int) -> Array:
    return _rng.normal(size=shape).astype(np.float32)


def product(*left: int, by: int) -> Call:
    """(..., m, k) times (..., k, by)."""
    *many, m, k = left
    function = np.matmul if many else np.dot
    return function, _drawn(*left), _drawn(*many, k, by), np.empty((*many, m, by), np.float32)


def dense(rows: int, widths: tuple[int, ...], *, is_first: bool = True) -> list[Call]:
    """Forward, gradient and delta of a chain of dense layers."""
    calls: list[Call] = []
    for k, (n_in, n_out) in enumerate(pairwise(widths)):
        h, W, out = _drawn(rows, n_in), _drawn(n_in, n_out), _drawn(rows, n_out)
        calls.append((np.dot, h, W, np.empty_like(out)))
        calls.append((np.dot, h.T, out, np.empty_like(W)))
        if k or not is_first:
            calls.append((np.dot, out, W.T, np.empty_like(h)))
    return calls


def convolution(channels: int, entries: int, places: int, *, is_first: bool) -> list[Call]:
    """channels: of the output; entries: those of one kernel; places: of the whole batch."""
    parts = places // 3200
    patches, delta = _drawn(entries, places), _drawn(channels, places)
    cut = patches.reshape(entries, parts, -1).transpose(1, 2, 0)
    rows = delta.reshape(channels, parts, -1).transpose(1, 0, 2)
    calls: list[Call] = [
        (np.dot, _drawn(channels, entries), patches, np.empty_like(delta)),
        (np.matmul, rows, cut, np.empty((parts, channels, entries), np.float32)),
    ]
    if not is_first:
        calls.append((np.dot, _drawn(channels, entries).T, delta, np.empty_like(patches)))
    return calls


def lenet(batch: int) -> list[Call]:
    return [
        *convolution(6, 25, 28 * 28 * batch, is_first=True),
        *convolution(16, 150, 10 * 10 * batch, is_first=False),
        *dense(batch, (400, 120, 84, 10), is_first=False),
    ]


def lstm(batch: int, steps: int, n_in: int, units: int, head: int) -> list[Call]:
    """All input products in one before the loop, both gradients in one after it."""
    rows, gates = batch * steps, 4 * units
    forward = product(batch, units, by=gates)
    backward = product(batch, gates, by=units)
    return [
        product(rows, n_in, by=gates),
        *[forward] * (steps - 1),
        *dense(batch, (units, head), is_first=False),
        *[backward] * (steps - 1),
        product(n_in, rows, by=gates),
        product(units, rows, by=gates),
    ]


def transformer(
    batch: int, steps: int, units: int, heads: int, inner: int, vocabulary: int, blocks: int
) -> list[Call]:
    """Queries, keys and values in one product; attention by batched products."""
    rows, groups, width = batch * steps, batch * heads, units // heads
    block = [
        *dense(rows, (units, 3 * units), is_first=False),
        *[product(groups, steps, width, by=steps) for _ in range(2)],
        *[product(groups, steps, steps, by=width) for _ in range(4)],
        *dense(rows, (units, units), is_first=False),
        *dense(rows, (units, inner, units), is_first=False),
    ]
    return [*block * blocks, *dense(rows, (units, vocabulary), is_first=False)]
