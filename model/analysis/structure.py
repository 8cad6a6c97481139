"""What a matrix looks like: where its numbers are, and where there are none."""

from __future__ import annotations

import numpy as np

from model.layer import Array

MEANINGS = {
    "scalar": "one number: the slope",
    "zero": "nothing gets through",
    "identity": "every number is passed on as it is",
    "diagonal": "element-wise: each output depends on its own input only",
    "block": "blocks: groups of outputs depend on groups of inputs of their own",
    "sparse": "each output depends on a few inputs",
    "triangular": "each step depends on itself and on the steps before it",
    "partial": "most outputs depend on most inputs",
    "full": "every output depends on every input",
}
SPARSE_SHARE = 0.5
"""A matrix with a smaller share of numbers other than 0 is sparse."""


def structure_of(matrix: Array) -> str:
    """A key of MEANINGS. Numbers below 1e-14 of the largest count as 0."""
    size = np.abs(matrix)
    largest = float(size.max(initial=0.0))
    if matrix.size == 1:
        return "scalar"
    if not largest:
        return "zero"
    filled = size > 1e-14 * largest
    m, n = matrix.shape
    if m == n and not (filled & ~np.eye(m, dtype=bool)).any():
        is_identity = np.array_equal(matrix, np.eye(m))
        return "identity" if is_identity else "diagonal"
    if filled.all():
        return "full"
    if _are_blocks(filled):
        return "block"
    if _is_staircase(filled):
        return "triangular"
    return "sparse" if filled.mean() < SPARSE_SHARE else "partial"


def _are_blocks(filled: Array) -> bool:
    """Several rows share their places, and no two such groups share a column."""
    rows = filled[filled.any(axis=1)]
    patterns = np.unique(rows, axis=0)
    return 1 < len(patterns) < len(rows) and int(patterns.sum(axis=0).max()) == 1


def _is_staircase(filled: Array) -> bool:
    """Every row is filled up to a place that never moves back: nothing looks ahead."""
    n = filled.shape[1]
    last = n - np.argmax(filled[:, ::-1], axis=1)
    reach = np.arange(n)[None] < last[:, None]
    is_rising = last[0] < last[-1] and bool((np.diff(last) >= 0).all())
    return is_rising and np.array_equal(filled, reach)
