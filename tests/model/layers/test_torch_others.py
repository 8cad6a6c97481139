"""Activations, merges and the layers of axes are those of PyTorch, in float64.

Skipped where PyTorch is not installed (the extra `oracle`). PyTorch has no maxout; its own
operations stand for it. Spatial dropout draws from another generator, so our mask is handed over.
"""

from __future__ import annotations

from typing import Any

import pytest

from model.layer import Layer, Shape
from model.layers.activations import HardSigmoid, Softsign
from model.layers.axes import Reduce, RepeatVector, Slice, Transpose
from model.layers.merge import Average, Maximum, Subtract
from model.layers.noise import GaussianDropout, GaussianNoise, SpatialDropout
from model.layers.rectifiers import SELU, Maxout, PReLU, Swish
from model.layers.scale import Scale
from tests.model.layers.oracle import assert_like_torch, tried

torch = pytest.importorskip("torch")
F = torch.nn.functional


@pytest.mark.parametrize(
    ("layer", "theirs"),
    [
        (SELU(), F.selu),
        (Swish(), F.silu),
        (HardSigmoid(), F.hardsigmoid),
        (Softsign(), F.softsign),
        (Subtract(), lambda x, y: x - y),
        (Average(), lambda *xs: torch.stack(xs).mean(0)),
        (Maximum(), lambda *xs: torch.stack(xs).amax(0)),
    ],
    ids=lambda found: repr(found) if isinstance(found, Layer) else "",
)
@pytest.mark.parametrize("shape", [(6,), (2, 3), (2, 2, 3)])
def test_what_works_number_by_number_is_as_in_pytorch(layer: Layer, theirs: Any, shape: Shape):
    assert_like_torch(torch, layer, shape, theirs, wires=3)


@pytest.mark.parametrize(
    ("layer", "shape", "theirs", "parameters"),
    [
        (PReLU(), (5,), F.prelu, ("a",)),
        (PReLU(), (3, 4), F.prelu, ("a",)),
        (PReLU(one_slope="channel"), (5,), F.prelu, ("a",)),
        (PReLU(one_slope="channel"), (3, 4, 2), F.prelu, ("a",)),
        (
            Maxout(units=3, pieces=4),
            (5,),
            lambda h, W, b: (h @ W + b).reshape(len(h), 3, 4).amax(2),
            ("W", "b"),
        ),
        (Scale(), (5,), lambda h, g, b: h * g + b, ("gamma", "beta")),
        (Scale(), (2, 3, 4), lambda h, g, b: h * g + b, ("gamma", "beta")),
        (
            Scale(axis=0),
            (2, 3, 4),
            lambda h, g, b: h * g[:, None, None] + b[:, None, None],
            ("gamma", "beta"),
        ),
        (Scale(use_scale=False), (2, 3), lambda h, b: h + b, ("beta",)),
        (Scale(use_bias=False, axis=0), (2, 3), lambda h, g: h * g[:, None], ("gamma",)),
    ],
    ids=lambda found: repr(found) if isinstance(found, Layer) else "",
)
def test_what_learns_is_as_in_pytorch(
    layer: Layer, shape: Shape, theirs: Any, parameters: tuple[str, ...]
):
    assert_like_torch(torch, layer, shape, theirs, parameters)


@pytest.mark.parametrize(
    ("layer", "shape", "theirs"),
    [
        (Slice(), (4, 3), lambda h: h[:, -1:]),
        (Slice(start=1, stop=3), (4, 3), lambda h: h[:, 1:3]),
        (Slice(axis=-1, start=0, stop=-1), (4, 3), lambda h: h[..., :-1]),
        (Slice(axis=1, start=-2, stop=0), (2, 3, 4), lambda h: h[:, :, -2:]),
        (Transpose(), (3, 4), lambda h: h.permute(0, 2, 1)),
        (Transpose(axes=(1, 2, 0)), (2, 3, 4), lambda h: h.permute(0, 2, 3, 1)),
        (RepeatVector(steps=3), (4,), lambda h: h[:, None].expand(-1, 3, -1)),
        (Reduce(), (4, 3), lambda h: h.mean(1)),
        (Reduce(operation="sum", axes=(-1,)), (4, 3), lambda h: h.sum(-1)),
        (Reduce(axes=(1, 2)), (2, 3, 4), lambda h: h.mean((2, 3))),
        (Reduce(axes=(0, 2)), (2, 3, 4), lambda h: h.mean((1, 3))),
        (Reduce(operation="sum", axes=(0, 1)), (2, 3), lambda h: h.sum((1, 2))[:, None]),
    ],
    ids=lambda found: repr(found) if isinstance(found, Layer) else "",
)
def test_what_works_along_axes_is_as_in_pytorch(layer: Layer, shape: Shape, theirs: Any):
    assert_like_torch(torch, layer, shape, theirs)


@pytest.mark.parametrize("shape", [(6, 5), (6, 3, 4)])
def test_inverted_spatial_dropout_switches_off_what_pytorch_would(shape: Shape):
    layer = SpatialDropout(p=0.4, scaling="inverted")
    mask = torch.tensor(tried(layer, shape).mask.copy())
    assert_like_torch(torch, layer, shape, lambda h: h * mask / (1 - 0.4))
    theirs = F.dropout2d if len(shape) == 3 else F.dropout1d
    dropped = theirs(torch.ones(4, *shape, dtype=torch.float64), 0.4)
    whole = dropped.flatten(2)
    assert ((whole == whole[:, :, :1]).all(2)).all()  # theirs, too, takes whole channels
    assert set(dropped.unique().tolist()) <= {0.0, 1 / (1 - 0.4)}


def test_gaussian_noise_and_gaussian_dropout_pass_down_what_autograd_does():
    noise = torch.tensor(tried(GaussianNoise(sigma=0.7), (5,)).noise.copy())
    assert_like_torch(torch, GaussianNoise(sigma=0.7), (5,), lambda h: h + noise)
    factor = torch.tensor(tried(GaussianDropout(p=0.3), (5,)).factor.copy())
    assert_like_torch(torch, GaussianDropout(p=0.3), (5,), lambda h: h * factor)
