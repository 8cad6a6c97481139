"""Noise in training, silence in testing; statistics by the formulas of the papers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from model.errors import ShapeError
from model.layer import Layer, Spec, Workspace
from model.layers.noise import GaussianDropout, GaussianNoise, SpatialDropout
from model.plan import compile_plan
from tests.model.layers.registry import case_of


def after_a_pass(
    layer: Layer, shape: tuple[int, ...], *, batch: int = 200, is_training: bool = True
) -> Workspace:
    case = case_of(layer, shape, batch, 1)
    assert case is not None
    run = compile_plan(case.graph, dtype=np.float64).bind(batch, is_training=is_training)
    run.fill(case.arrays)
    run.forward()
    if is_training:
        run.backward()
    return run.at["tried"]


def test_gaussian_noise_has_the_deviation_that_was_asked_for():
    n = after_a_pass(GaussianNoise(sigma=0.5), (50,))
    added = n.out - n.h
    # 10,000 draws: the mean within 4 sigma / sqrt(10,000) = 0.02, the deviation within 0.015
    assert added.mean() == pytest.approx(0, abs=0.02)
    assert added.std() == pytest.approx(0.5, abs=0.015)
    np.testing.assert_array_equal(n.delta, n.delta_out)


def test_gaussian_dropout_varies_as_much_as_dropout_does():
    # dropout's m / (1 - p) has variance p / (1 - p): for p = 0.2 that is 0.25
    n = after_a_pass(GaussianDropout(p=0.2), (50,))
    factor = n.out / n.h
    assert factor.mean() == pytest.approx(1, abs=0.02)
    assert factor.var() == pytest.approx(0.25, abs=0.02)
    np.testing.assert_allclose(n.delta, factor * n.delta_out)


@pytest.mark.parametrize("layer", [GaussianNoise(sigma=3), GaussianDropout(p=0.9)])
def test_gaussian_noise_is_silent_in_test_mode(layer: Layer):
    n = after_a_pass(layer, (5,), is_training=False)
    np.testing.assert_array_equal(n.out, n.h)
    assert layer.view(n, 0, 0) == {}


@pytest.mark.parametrize("layer", [GaussianNoise(sigma=3), GaussianDropout(p=0.9)])
def test_every_step_draws_anew(layer: Layer):
    case = case_of(layer, (5,), 4, 1)
    assert case is not None
    run = compile_plan(case.graph, dtype=np.float32).bind(4, is_training=True)
    run.fill(case.arrays)
    outs = []
    for _ in range(2):
        run.forward()
        outs.append(run.at["tried"].out.copy())
    assert not np.array_equal(*outs)


@pytest.mark.parametrize("shape", [(10, 4), (10, 3, 5)])
@pytest.mark.parametrize("scaling", ["test", "inverted"])
def test_spatial_dropout_takes_whole_channels(shape: tuple[int, ...], scaling: Any):
    layer = SpatialDropout(p=0.25, scaling=scaling)
    n = after_a_pass(layer, shape, batch=100)
    factor = (n.out / n.h).reshape(100, 10, -1)
    loud = 1 / 0.75 if scaling == "inverted" else 1.0
    np.testing.assert_allclose(factor, np.broadcast_to(factor[:, :, :1], factor.shape))
    np.testing.assert_allclose(np.unique(factor.round(12)), [0, loud])
    # 1,000 channels, each kept with 0.75: four deviations are 0.055
    assert (factor[:, :, 0] > 0).mean() == pytest.approx(0.75, abs=0.055)
    np.testing.assert_allclose(n.delta, n.out / n.h * n.delta_out)
    view = layer.view(n, 3, 0)
    assert view["mask"].shape == shape
    np.testing.assert_array_equal(view["mask"], n.out[3] != 0)


def test_spatial_dropout_is_made_up_for_at_test_time():
    n = after_a_pass(SpatialDropout(p=0.25), (3, 4), is_training=False)
    np.testing.assert_allclose(n.out, 0.75 * n.h)


def test_spatial_dropout_refuses_vectors():
    with pytest.raises(ShapeError, match="B × 4"):
        SpatialDropout().out_spec(Spec((4,)))


def test_noise_reaches_pictures_that_keep_their_channels_last_in_memory():
    n = Workspace()
    n.h = np.ones((2, 4, 4, 3)).transpose(0, 3, 1, 2)
    n.dtype, n.is_training = np.dtype(np.float64), True
    n.rng, n.out = np.random.default_rng(0), n.like(n.h)
    for layer in (GaussianNoise(sigma=1.0), GaussianDropout(p=0.5)):
        layer.setup(n)
        layer.forward(n)
        assert len(np.unique(n.out)) == n.out.size
