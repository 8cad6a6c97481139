"""Large matrix products, taken in blocks of rows or columns.

A product of at most MOST multiply-adds goes to kernels of OpenBLAS that read the matrices where
they are; a larger one is first copied into another order. In blocks of that size the same product
takes up to a sixth less time, with few rows on the left (a convolution) as little as a quarter.
"""

from __future__ import annotations

from model.layer import Array

MOST = 1_000_000
"""Multiply-adds of a product that OpenBLAS counts as small."""


def blocks_in(count: int, cost: int, least: int) -> int:
    """The fewest equal blocks of `count` rows, each row of `cost` multiply-adds, that are small
    products; 1 where a block would have fewer than `least` rows or no such division exists."""
    for blocks in range(max(1, -(-count * cost // MOST)), count // least + 1):
        if count % blocks == 0:
            return blocks
    return 1


def row_blocks(left: Array, right: Array, out: Array, *, least: int = 8) -> tuple[Array, Array]:
    """Views of left (m, k) and out (m, n) as (blocks, m / blocks, ...), so that
    np.matmul(left, right, out=out) is the product with right (k, n) in one call.

    `right` lies in memory row by row; otherwise blocks gain nothing and there is one.
    """
    m, k = left.shape
    blocks = blocks_in(m, k * right.shape[1], least) if right.flags.c_contiguous else 1
    cut = (blocks, m // blocks, -1)
    return left.reshape(cut), out.reshape(cut)


def column_blocks(array: Array, blocks: int) -> Array:
    """A view of (G, k, n) as (G, blocks, k, n / blocks): for the right side and the result of
    np.matmul(left, right, out=out) with a left (G, 1, m, k)."""
    groups, k, n = array.shape
    return array.reshape(groups, k, blocks, n // blocks).swapaxes(1, 2)
