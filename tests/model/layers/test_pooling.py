"""Pooling and resampling: by hand, against PyTorch; what they refuse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from model.errors import ShapeError
from model.layer import Layer, Shape, Spec
from model.layers.pooling import (
    AveragePool1D,
    AveragePool2D,
    GlobalAveragePool,
    MaxPool1D,
    MaxPool2D,
)
from model.layers.resampling import Upsample, ZeroPad
from model.plan import compile_plan
from tests.model.layers.comparing import agree
from tests.model.layers.registry import case_of

NAMES = {
    MaxPool1D: "max_pool1d",
    MaxPool2D: "max_pool2d",
    AveragePool1D: "avg_pool1d",
    AveragePool2D: "avg_pool2d",
}
OPTIONS: list[dict[str, Any]] = [
    {},
    {"kernel": 3},
    {"kernel": 3, "stride": 1},
    {"kernel": 3, "stride": 2, "pad": 1},
    {"kernel": 4, "stride": 3, "pad": 2},
    {"kernel": 2, "stride": 4, "pad": 1},
    {"kernel": 1, "stride": 1},
]


def functional() -> Any:
    return pytest.importorskip("torch").nn.functional


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("sizes", [(8, 7), (5, 6)])
def test_pools_are_pytorchs(kind: Any, options: dict[str, Any], batch: int, sizes: tuple[int, int]):
    layer = kind(**options)
    shape = (2, *sizes) if not layer.is_line else (2, sizes[0])

    def theirs(h: Any, parameters: dict[str, Any]) -> Any:
        return getattr(functional(), NAMES[kind])(h, layer.kernel, layer.stride, layer.pad)

    agree(layer, theirs, shape, batch)


@pytest.mark.parametrize("layer", [MaxPool2D(), AveragePool2D(), Upsample(), ZeroPad(bottom=0)])
def test_a_picture_without_channels_stays_without(layer: Layer):
    theirs = {
        MaxPool2D: lambda h, _: functional().max_pool2d(h, 2),
        AveragePool2D: lambda h, _: functional().avg_pool2d(h, 2),
        Upsample: lambda h, _: functional().interpolate(h, scale_factor=2),
        ZeroPad: lambda h, _: functional().pad(h, (1, 1, 1, 0)),
    }
    agree(layer, theirs[type(layer)], (5, 6), one_channel=True)


@pytest.mark.parametrize("shape", [(3, 4, 5), (3, 7)])
def test_global_average_pool_is_the_mean_over_all_places(shape: Shape):
    def theirs(h: Any, parameters: dict[str, Any]) -> Any:
        return h.flatten(2).mean(-1)

    agree(GlobalAveragePool(), theirs, shape)
    agree(GlobalAveragePool(), theirs, shape, batch=1)


@pytest.mark.parametrize("factor", [1, 2, 3])
def test_upsample_is_pytorchs_nearest(factor: int):
    def theirs(h: Any, parameters: dict[str, Any]) -> Any:
        return functional().interpolate(h, scale_factor=factor, mode="nearest")

    agree(Upsample(factor=factor), theirs, (2, 3, 4))
    agree(Upsample(factor=factor, along="length"), theirs, (2, 5))


@pytest.mark.parametrize("sides", [(1, 1, 1, 1), (0, 2, 3, 1), (0, 0, 0, 0)])
def test_zero_padding_is_pytorchs(sides: tuple[int, int, int, int]):
    top, bottom, left, right = sides
    layer = ZeroPad(top=top, bottom=bottom, left=left, right=right)
    agree(layer, lambda h, _: functional().pad(h, (left, right, top, bottom)), (2, 3, 4))
    line = ZeroPad(top=top, bottom=bottom, left=left, right=right, along="length")
    agree(line, lambda h, _: functional().pad(h, (left, right)), (2, 5))


def winners(kind: Any, picture: Any, delta: Any) -> Any:
    case = case_of(kind, np.shape(picture), 1, 0)
    assert case is not None
    run = compile_plan(case.graph, dtype=np.float64).bind(1, is_training=True)
    run.fill({"given": {"a": np.array([picture], dtype=float), "y": np.array([delta])}})
    run.forward()
    run.backward()
    return run.at["tried"].delta[0]


def test_of_equals_the_first_gets_the_delta():
    found = winners(MaxPool2D(), [[1, 2], [2, 2]], [[5.0]])
    np.testing.assert_array_equal(found, [[0, 5], [0, 0]])
    found = winners(MaxPool2D(), np.zeros((2, 4)), [[5.0, 7.0]])
    np.testing.assert_array_equal(found, [[5, 0, 7, 0], [0, 0, 0, 0]])


def test_a_pixel_that_wins_several_windows_gets_the_sum():
    found = winners(MaxPool1D(kernel=2, stride=1), [[1, 9, 2]], [[3.0, 4.0]])
    np.testing.assert_array_equal(found, [[0, 7, 0]])


def test_the_margin_never_wins_and_left_over_pixels_hear_nothing():
    found = winners(MaxPool1D(kernel=2, stride=2, pad=1), [[-3, -5, -4]], [[1.0, 2.0]])
    np.testing.assert_array_equal(found, [[1, 0, 2]])
    found = winners(MaxPool1D(), [[1, 2, 9]], [[1.0]])
    np.testing.assert_array_equal(found, [[0, 1, 0]])


@pytest.mark.parametrize(
    ("layer", "shape", "words"),
    [
        (MaxPool2D(), (9,), ("B × 9", "pictures")),
        (AveragePool1D(), (1, 8, 8), ("B × 1 × 8 × 8", "sequences")),
        (MaxPool2D(kernel=3), (2, 8), ("3 × 3", "2 × 8")),
        (MaxPool2D(pad=2), (8, 8), ("margin of 2", "B × 8 × 8")),
        (GlobalAveragePool(), (9,), ("B × 9", "channels")),
        (Upsample(), (9,), ("B × 9", "pictures")),
        (ZeroPad(along="length"), (9,), ("B × 9", "sequences")),
    ],
)
def test_what_does_not_fit_is_refused_with_both_shapes(
    layer: Layer, shape: Shape, words: tuple[str, ...]
):
    with pytest.raises(ShapeError) as refused:
        layer.out_spec(Spec(shape))
    assert [word for word in words if word not in refused.value.message] == []
    assert refused.value.hint
