"""Products in blocks are the products: at sizes where blocks are taken, beside plain NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from model.layer import Layer
from model.layers._products import MOST, blocks_in, column_blocks, row_blocks
from model.layers.convolution import Conv1D, Conv2D
from model.layers.dense import Dense
from model.layers.transposed_convolution import TransposedConv2D
from tests.model.layers.comparing import agree, ran


@pytest.mark.parametrize(
    ("count", "cost", "least", "blocks"),
    [
        (64, 10_000, 8, 1),  # 640 000 are few
        (64, 100_352, 8, 8),  # 6.4 millions: 8 rows of 802 816 each
        (60, 100_352, 8, 1),  # 6.02 millions: 7 is no divisor of 60, and 10 blocks have 6 rows
        (128, 401_408, 8, 1),  # 2 rows a block would be too few
        (61, 100_000, 1, 61),  # a prime number of rows
        (0, 5, 8, 1),
    ],
)
def test_blocks_are_the_fewest_that_are_small_and_never_too_small(
    count: int, cost: int, least: int, blocks: int
):
    assert blocks_in(count, cost, least) == blocks


def test_views_of_rows_and_columns_are_views_and_give_the_product():
    rng = np.random.default_rng(0)
    left, right = rng.normal(size=(96, 200)), rng.normal(size=(200, 150))
    out = np.zeros((96, 150))
    lefts, outs = row_blocks(left, right, out)
    assert len(outs) > 1
    assert outs[0].size * left.shape[1] <= MOST
    np.matmul(lefts, right, out=outs)
    np.testing.assert_allclose(out, left @ right, rtol=1e-12)
    apart, _ = row_blocks(left, right.T.copy().T, out)
    assert len(apart) == 1, "a transposed right side gains nothing"
    out[...] = 0
    np.matmul(left[None, None], column_blocks(right[None], 3), out=column_blocks(out[None], 3))
    np.testing.assert_allclose(out, left @ right, rtol=1e-12)


@pytest.mark.parametrize("batch", [96, 97])  # 97 rows cannot be cut
def test_a_wide_dense_layer_computes_what_numpy_does(batch: int):
    n = ran(Dense(units=160), (208,), batch)
    assert (len(n.out_blocks) > 1) == (batch == 96)
    assert len(n.dW_blocks) > 1
    np.testing.assert_allclose(n.out, n.h @ n.W + n.b, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(n.dW, n.h.T @ n.delta_out, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(n.delta, n.delta_out @ n.W.T, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    "layer",
    [Conv2D(channels=16), Conv2D(channels=16, groups=2), Conv2D(channels=16, stride=2)],
    ids=str,
)
def test_a_convolution_of_many_places_is_pytorchs(layer: Conv2D):
    torch = pytest.importorskip("torch")

    def theirs(h: object, p: dict[str, object]) -> object:
        options = {"stride": layer.stride, "padding": 1, "groups": layer.groups}
        return torch.nn.functional.conv2d(h, p["W"], p["b"], **options)

    assert ran(layer, (8, 24, 24), 16).blocks[0].pieces.shape[1] > 1
    agree(layer, theirs, (8, 24, 24), 16)


def test_the_other_convolutions_of_many_places_are_pytorchs():
    functional = pytest.importorskip("torch").nn.functional
    pairs: list[tuple[Layer, tuple[int, ...], object]] = [
        (
            Conv1D(channels=16, kernel=5),
            (8, 300),
            lambda h, p: functional.conv1d(h, p["W"], p["b"], padding=2),
        ),
        (
            TransposedConv2D(channels=8),
            (16, 16, 16),
            lambda h, p: functional.conv_transpose2d(
                h, p["W"], p["b"], stride=2, padding=1, output_padding=1
            ),
        ),
    ]
    for layer, shape, theirs in pairs:
        agree(layer, theirs, shape, 16)  # type: ignore[arg-type]
