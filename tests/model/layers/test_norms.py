"""Norms against PyTorch, at the edges, and in any order of memory."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from model.analysis.gradient_check import check_gradients
from model.analysis.tolerance import GOOD
from model.errors import ShapeError
from model.layer import Layer, Shape, Spec
from model.layers.batch_norm import BatchNorm
from model.layers.convolution import Conv2D
from model.layers.group_norm import GroupNorm
from model.layers.layer_norm import LayerNorm, RMSNorm
from model.plan import compile_plan
from tests.model.layers.comparing import agree
from tests.model.layers.registry import case_of
from tests.model.samples import Given, Projection, build

SHAPES: list[Shape] = [(6,), (4, 5), (4, 3, 2)]


def functional() -> Any:
    return pytest.importorskip("torch").nn.functional


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("over", ["last axis", "whole item"])
@pytest.mark.parametrize("epsilon", [1e-5, 0.05])
@pytest.mark.parametrize("batch", [1, 3])
def test_layer_norm_and_rms_norm_are_pytorchs(shape: Shape, over: Any, epsilon: float, batch: int):
    axes = shape[-1:] if over == "last axis" else shape

    def layer_norm(h: Any, p: dict[str, Any]) -> Any:
        return functional().layer_norm(h, axes, p["gamma"], p["beta"], epsilon)

    def rms_norm(h: Any, p: dict[str, Any]) -> Any:
        return functional().rms_norm(h, axes, p["gamma"], epsilon)

    agree(LayerNorm(over=over, epsilon=epsilon), layer_norm, shape, batch)
    agree(RMSNorm(over=over, epsilon=epsilon), rms_norm, shape, batch)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("groups", [1, 2, 4])
@pytest.mark.parametrize("batch", [1, 3])
def test_group_norm_is_pytorchs(shape: Shape, groups: int, batch: int):
    if shape[0] % groups:
        groups = 3

    def theirs(h: Any, p: dict[str, Any]) -> Any:
        return functional().group_norm(h, groups, p["gamma"], p["beta"])

    agree(GroupNorm(groups=groups), theirs, shape, batch)


@pytest.mark.parametrize("shape", SHAPES)
def test_batch_norm_of_channels_and_its_running_statistics_are_pytorchs(shape: Shape):
    torch = pytest.importorskip("torch")

    def theirs(h: Any, p: dict[str, Any]) -> Any:
        return functional().batch_norm(h, None, None, p["gamma"], p["beta"], training=True)

    agree(BatchNorm(), theirs, shape)
    case = case_of(BatchNorm(running_momentum=0.3), shape, 4, 0)
    assert case is not None
    plan = compile_plan(case.graph, dtype=np.float64)
    kind = torch.nn.BatchNorm2d if len(shape) == 3 else torch.nn.BatchNorm1d
    module = kind(shape[0], momentum=0.3, dtype=torch.float64)
    run = plan.bind(4, is_training=True)
    for scale in (1.0, 2.0, 3.0):
        run.fill({"given": {k: scale * array for k, array in case.arrays["given"].items()}})
        run.forward()
        module(torch.tensor(run.at["tried"].h))
    states = plan.states
    np.testing.assert_allclose(states["tried", "running_mean"], module.running_mean, rtol=1e-10)
    np.testing.assert_allclose(states["tried", "running_var"], module.running_var, rtol=1e-10)
    module.eval()
    tested = plan.bind(4, is_training=False)
    tested.fill(case.arrays)
    tested.forward()
    n = tested.at["tried"]
    expected = module(torch.tensor(n.h)).detach().numpy()
    np.testing.assert_allclose(n.out, expected, rtol=1e-9, atol=1e-12)


NORMS: list[Layer] = [
    BatchNorm(),
    LayerNorm(),
    LayerNorm(over="whole item"),
    RMSNorm(),
    RMSNorm(over="whole item"),
    GroupNorm(groups=2),
]


@pytest.mark.parametrize("norm", NORMS, ids=repr)
@pytest.mark.parametrize("batch", [1, 3])
def test_norms_behind_a_convolution_have_the_right_gradients(norm: Layer, batch: int):
    if isinstance(norm, BatchNorm) and batch == 1:
        batch = 2
    graph = build(
        {
            "given": Given(shapes=((5, 4),), target=(4, 5, 4)),
            "conv": Conv2D(channels=4),
            "norm": norm,
            "loss": Projection(),
        },
        "given.a > conv.h",
        "conv.h > norm.h",
        "norm.h > loss.prediction",
        "given.y > loss.target",
    )
    rng = np.random.default_rng(1)
    arrays = {"a": rng.normal(size=(batch, 5, 4)), "y": rng.normal(size=(batch, 4, 5, 4))}
    assert check_gradients(graph, {"given": arrays}).worst < GOOD


@pytest.mark.parametrize("norm", NORMS, ids=repr)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_constant_becomes_zero_or_one_and_nothing_overflows(norm: Layer, dtype: Any):
    case = case_of(norm, (4, 3, 2), 3, 0)
    assert case is not None
    run = compile_plan(case.graph, dtype=dtype).bind(3, is_training=True)
    run.fill({"given": {"a": np.full((3, 4, 3, 2), 1000.0), "y": np.ones((3, 4, 3, 2))}})
    run.forward()
    run.backward()
    n = run.at["tried"]
    expected = 1.0 if isinstance(norm, RMSNorm) else 0.0
    np.testing.assert_allclose(n.out, expected, atol=1e-6)
    assert np.isfinite(n.delta).all()


def test_layer_norm_by_hand():
    # 1, 3, 5, 7: mean 4, variance (9 + 1 + 1 + 9) / 4 = 5; epsilon is as good as none
    case = case_of(LayerNorm(epsilon=1e-12), (4,), 1, 0)
    assert case is not None
    run = compile_plan(case.graph, dtype=np.float64).bind(1, is_training=False)
    run.fill({"given": {"a": np.array([[1.0, 3, 5, 7]]), "y": np.ones((1, 4))}})
    run.forward()
    expected = np.array([[-3, -1, 1, 3]]) / np.sqrt(5)
    np.testing.assert_allclose(run.at["tried"].out, expected, rtol=1e-11)


def test_batch_norm_shows_one_channel_at_all_its_places():
    case = case_of(BatchNorm(), (4, 3, 2), 5, 0)
    assert case is not None
    run = compile_plan(case.graph, dtype=np.float64).bind(5, is_training=True)
    run.fill(case.arrays)
    run.forward()
    n = run.at["tried"]
    shown = BatchNorm().view(n, 0, 13)  # 6 places a channel: number 13 belongs to channel 2
    assert shown["neuron"] == 2
    np.testing.assert_array_equal(np.sort(shown["before"]), np.sort(n.h[:, 2].ravel()))
    assert shown["mean"] == pytest.approx(n.h[:, 2].mean())


@pytest.mark.parametrize(
    ("layer", "shape", "words"),
    [
        (GroupNorm(groups=3), (4, 5, 5), ("B × 4 × 5 × 5", "3 groups")),
        (GroupNorm(), (), ("4 groups",)),
        (LayerNorm(), (), ("Layer norm",)),
        (BatchNorm(), (1, 2, 3, 4), ("B × 1 × 2 × 3 × 4", "B × C × H × W")),
    ],
)
def test_what_does_not_fit_is_refused(layer: Layer, shape: Shape, words: tuple[str, ...]):
    with pytest.raises(ShapeError) as refused:
        layer.out_spec(Spec(shape))
    assert [word for word in words if word not in refused.value.message] == []
    assert refused.value.hint
