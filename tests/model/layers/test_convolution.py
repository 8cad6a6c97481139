"""Convolutions: by hand, against PyTorch and against differences; what they refuse."""

from __future__ import annotations

import functools
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from model.analysis.gradient_check import check_gradients
from model.analysis.tolerance import GOOD
from model.errors import ShapeError
from model.layer import Layer, Shape, Spec
from model.layers import _windows
from model.layers.activations import ReLU
from model.layers.convolution import Conv1D, Conv2D
from model.layers.dense import Dense
from model.layers.losses import SoftmaxCrossEntropy
from model.layers.pooling import MaxPool2D
from model.layers.reshape import Flatten
from model.layers.transposed_convolution import TransposedConv2D
from model.plan import compile_plan
from tests.model.layers.comparing import agree, ran
from tests.model.layers.registry import case_of
from tests.model.samples import Given, build


def conv(dimensions: int, layer: Any, h: Any, parameters: dict[str, Any]) -> Any:
    """PyTorch's convolution with the fields of ours."""
    functional = pytest.importorskip("torch").nn.functional
    convolve = functional.conv1d if dimensions == 1 else functional.conv2d
    padding = {"valid": 0, "same": 0, "number": layer.pad}[layer.padding]
    if layer.padding == "same":  # PyTorch's own "same" refuses strides, but pads like this
        total = layer.dilation * (layer.kernel - 1)
        h = functional.pad(h, (total // 2, total - total // 2) * dimensions)
    rest = (layer.stride, padding, layer.dilation, layer.groups)
    return convolve(h, parameters["W"], parameters.get("b"), *rest)


OPTIONS: list[dict[str, Any]] = [
    {},
    {"padding": "valid"},
    {"padding": "number", "pad": 2},
    {"kernel": 1},
    {"kernel": 2},
    {"kernel": 4, "dilation": 3},
    {"kernel": 5, "padding": "valid"},
    {"stride": 2},
    {"stride": 3, "padding": "valid"},
    {"stride": 2, "padding": "number", "pad": 3, "kernel": 4},
    {"dilation": 2},
    {"dilation": 2, "stride": 2, "padding": "number", "pad": 1},
    {"groups": 2},
    {"groups": 4, "channels": 4},
    {"groups": 4, "channels": 8, "stride": 2, "dilation": 2},
    {"use_bias": False},
    {"channels": 1},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize(("shape", "batch"), [((4, 9, 7), 3), ((4, 7, 8), 1)])
def test_a_conv2d_is_pytorchs(options: dict[str, Any], shape: Shape, batch: int):
    layer = Conv2D(**{"channels": 6, **options})
    agree(layer, functools.partial(conv, 2, layer), shape, batch)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize(("shape", "batch"), [((4, 11), 3), ((4, 10), 1)])
def test_a_conv1d_is_pytorchs(options: dict[str, Any], shape: Shape, batch: int):
    layer = Conv1D(**{"channels": 6, **options})
    agree(layer, functools.partial(conv, 1, layer), shape, batch)


def test_a_picture_without_channels_is_one_channel():
    layer = Conv2D(channels=3, kernel=5)
    agree(layer, functools.partial(conv, 2, layer), (8, 7), one_channel=True)


@pytest.mark.parametrize(("kernel", "dilation"), [(3, 1), (5, 2), (4, 2)])
def test_same_padding_is_pytorchs_own(kernel: int, dilation: int):
    layer = Conv2D(channels=2, kernel=kernel, dilation=dilation)

    def theirs(h: Any, parameters: dict[str, Any]) -> Any:
        return pytest.importorskip("torch").nn.functional.conv2d(
            h, parameters["W"], parameters["b"], padding="same", dilation=dilation
        )

    agree(layer, theirs, (3, 8, 7))


TRANSPOSED: list[dict[str, Any]] = [
    {},
    {"stride": 1, "output_padding": 0},
    {"pad": 0, "output_padding": 0},
    {"pad": 2, "kernel": 5, "stride": 3, "output_padding": 2},
    {"kernel": 2, "pad": 0, "output_padding": 0},
    {"dilation": 2, "pad": 1},
    {"dilation": 3, "stride": 1, "output_padding": 2, "pad": 0},
    {"groups": 2},
    {"groups": 4, "channels": 8, "kernel": 1, "pad": 0},
    {"use_bias": False},
]


@pytest.mark.parametrize("options", TRANSPOSED, ids=str)
@pytest.mark.parametrize(("shape", "batch"), [((4, 5, 3), 3), ((4, 3, 4), 1)])
def test_a_transposed_conv2d_is_pytorchs(options: dict[str, Any], shape: Shape, batch: int):
    layer = TransposedConv2D(**{"channels": 6, **options})

    def theirs(h: Any, parameters: dict[str, Any]) -> Any:
        return pytest.importorskip("torch").nn.functional.conv_transpose2d(
            h,
            parameters["W"],
            parameters.get("b"),
            layer.stride,
            layer.pad,
            layer.output_padding,
            layer.groups,
            layer.dilation,
        )

    agree(layer, theirs, shape, batch)


GRADIENTS: list[tuple[Layer, Shape]] = [
    (Conv2D(channels=4, groups=2, stride=2, dilation=2), (4, 6, 5)),
    (Conv2D(channels=2, kernel=2, padding="valid", use_bias=False), (3, 4)),
    (Conv1D(channels=4, groups=4, stride=2, padding="number", pad=2), (4, 7)),
    (TransposedConv2D(channels=4, groups=2), (4, 3, 2)),
    (TransposedConv2D(channels=1, dilation=2, output_padding=1, stride=1, pad=0), (3, 2)),
]


@pytest.mark.parametrize(("layer", "shape"), GRADIENTS, ids=repr)
@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("consumers", [1, 2])
def test_gradients_agree_with_differences(layer: Layer, shape: Shape, batch: int, consumers: int):
    case = case_of(layer, shape, batch, seed=3, consumers=consumers)
    assert case is not None
    assert check_gradients(case.graph, case.arrays).worst < GOOD


def test_gradients_of_a_whole_network_of_pictures_agree_with_differences():
    layers = {
        "given": Given(shapes=((9, 8),), classes=3),
        "conv_1": Conv2D(channels=2),
        "pool": MaxPool2D(),
        "relu_1": ReLU(),  # behind the pool: equal zeros in a window are a kink
        "conv_2": Conv2D(channels=3, padding="valid", kernel=2),
        "relu_2": ReLU(),
        "flatten": Flatten(),
        "dense": Dense(units=3),
        "loss": SoftmaxCrossEntropy(),
    }
    inner = list(layers)[1:-1]
    wires = [f"{a}.h > {b}.h" for a, b in pairwise(inner)]
    ends = ("given.a > conv_1.h", "dense.h > loss.prediction", "given.y > loss.target")
    graph = build(layers, *wires, *ends)
    rng = np.random.default_rng(0)
    arrays = {"given": {"a": rng.normal(size=(4, 9, 8)), "y": rng.integers(0, 3, 4)}}
    assert check_gradients(graph, arrays).worst < GOOD


@pytest.mark.parametrize("room", [1, 1000])
def test_large_pictures_are_worked_off_in_blocks(room: int, monkeypatch: pytest.MonkeyPatch):
    layer = Conv2D(channels=4, stride=2, groups=2)
    whole = ran(layer, (4, 9, 7), 3)
    monkeypatch.setattr(_windows, "ROOM", room)
    blocks = ran(layer, (4, 9, 7), 3)
    assert len(whole.blocks) == 1
    assert [block.rows.stop for block in blocks.blocks] == (
        [1, 2, 3, 4, 5] if room == 1 else [2, 4, 5]
    )
    for name in ("out", "delta", "dW", "db"):
        np.testing.assert_allclose(getattr(blocks, name), getattr(whole, name), rtol=1e-12)


def test_a_conv2d_by_hand():
    # the picture 1 2 3 / 4 5 6 / 7 8 9 and the kernel 1 0 / 0 -1: every place gives h - h[+1, +1]
    layer = Conv2D(channels=1, kernel=2, padding="valid")
    case = case_of(layer, (3, 3), 1, 0)
    assert case is not None
    plan = compile_plan(case.graph, dtype=np.float64)
    plan.parameter("tried", "W")[0, 0] = [[1, 0], [0, -1]]
    plan.parameter("tried", "b")[:] = 0.5
    run = plan.bind(1, is_training=True)
    picture = np.arange(1.0, 10).reshape(1, 3, 3)
    run.fill({"given": {"a": picture, "y": np.array([[[[1.0, 0], [0, 0]]]])}})
    run.forward()
    run.backward()
    n = run.at["tried"]
    np.testing.assert_array_equal(n.out, np.full((1, 1, 2, 2), -3.5))
    # delta_out is 1 at the first place only: the kernel lands there, dW is what it saw
    np.testing.assert_array_equal(n.delta, [[[1, 0, 0], [0, -1, 0], [0, 0, 0]]])
    np.testing.assert_array_equal(n.dW, [[[[1, 2], [4, 5]]]])
    np.testing.assert_array_equal(n.db, [1])


def test_same_padding_keeps_the_size_and_a_stride_divides_it():
    assert Conv2D(kernel=5).out_spec(Spec((1, 28, 28))).shape == (8, 28, 28)
    assert Conv2D(kernel=4, dilation=3).out_spec(Spec((28, 27))).shape == (8, 28, 27)
    assert Conv2D(kernel=5, stride=2).out_spec(Spec((1, 27, 28))).shape == (8, 14, 14)
    assert TransposedConv2D().out_spec(Spec((4, 7, 7))).shape == (8, 14, 14)


def test_the_output_lies_item_by_item_behind_in_memory():
    n = ran(Conv2D(channels=2), (3, 4, 5), 2)
    assert n.out.shape == (2, 2, 4, 5)
    assert n.out.transpose(1, 2, 3, 0).flags.c_contiguous


def test_cost_and_parameters_of_lenets_second_convolution():
    # LeCun et al. 1998, with all maps connected: 16 kernels of 6 x 5 x 5, 10 x 10 places
    layer = Conv2D(channels=16, kernel=5, padding="valid")
    spec = Spec((6, 14, 14))
    assert layer.cost(spec) == 16 * 10 * 10 * 6 * 25
    assert layer.parameters(spec)["W"].shape == (16, 6, 5, 5)
    assert layer.parameters(spec)["W"].fans == (150, 400)
    assert not layer.parameters(spec)["b"].is_penalised
    assert layer.label() == "Conv2D 16 @ 5×5"


@pytest.mark.parametrize(
    ("layer", "shape", "words"),
    [
        (Conv2D(), (64,), ("B × 64", "pictures")),
        (Conv2D(), (1, 2, 3, 4), ("B × 1 × 2 × 3 × 4",)),
        (Conv1D(), (64,), ("B × 64", "sequences")),
        (Conv1D(), (1, 8, 8), ("B × 1 × 8 × 8",)),
        (Conv2D(kernel=5, padding="valid"), (4, 6), ("5 × 5", "4 × 6")),
        (Conv1D(kernel=5, padding="valid"), (2, 4), ("5 pixels", "has 4")),
        (Conv2D(groups=2), (3, 8, 8), ("2 groups", "B × 3 × 8 × 8", "3", "8")),
        (TransposedConv2D(output_padding=2), (1, 4, 4), ("output padding of 2", "stride (2)")),
        (TransposedConv2D(pad=9), (1, 4, 4), ("9 pixels", "B × 1 × 4 × 4")),
    ],
)
def test_what_does_not_fit_is_refused_with_both_shapes(
    layer: Layer, shape: Shape, words: tuple[str, ...]
):
    with pytest.raises(ShapeError) as refused:
        layer.out_spec(Spec(shape))
    assert [word for word in words if word not in refused.value.message] == []
    assert refused.value.hint
