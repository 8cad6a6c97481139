"""First values have the spread that their names promise, and depend on the seed and place only."""

from __future__ import annotations

import numpy as np
import pytest

from model.chance import stream
from model.initializers import INITIALIZERS
from model.layer import Array, Parameter

# fan in 300, fan out 100: variance by the papers named in the module
VARIANCES = {
    "glorot_uniform": 2 / 400,
    "glorot_normal": 2 / 400,
    "he_uniform": 2 / 300,
    "he_normal": 2 / 300,
    "lecun_normal": 1 / 300,
    "normal": 0.05**2,
    "uniform": 0.05**2 / 3,
}


def draw(name: str, rows: int = 300, columns: int = 100, seed: int = 0) -> Array:
    parameter = Parameter((rows, columns), name, (rows, columns))
    return INITIALIZERS[name](stream(seed, "initial values", "dense_1.W"), parameter)


@pytest.mark.parametrize("name", VARIANCES)
def test_variance_and_mean_are_those_of_the_paper(name: str):
    drawn = draw(name)
    # The variance of 30,000 normal numbers has a relative deviation of sqrt(2/30000) = 0.8 %.
    assert drawn.var() == pytest.approx(VARIANCES[name], rel=0.04)
    assert abs(drawn.mean()) < 4 * np.sqrt(VARIANCES[name] / drawn.size)
    if "uniform" in name:
        assert np.abs(drawn).max() <= np.sqrt(3 * VARIANCES[name])


@pytest.mark.parametrize(("rows", "columns"), [(8, 8), (12, 5), (5, 12)])
def test_orthogonal_rows_or_columns_are_orthonormal(rows: int, columns: int):
    drawn = draw("orthogonal", rows, columns)
    product = drawn.T @ drawn if rows >= columns else drawn @ drawn.T
    np.testing.assert_allclose(product, np.eye(min(rows, columns)), atol=1e-12)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_every_initializer_fills_the_shape_and_repeats_itself(name: str):
    drawn = draw(name, 4, 3)
    assert drawn.shape == (4, 3)
    np.testing.assert_array_equal(drawn, draw(name, 4, 3))
    if name not in ("zeros", "ones"):
        assert not np.array_equal(drawn, draw(name, 4, 3, seed=1))


def test_streams_depend_on_seed_purpose_and_name_alone():
    first = stream(1, "draws", "dropout_1").random(5)
    stream(1, "draws", "dropout_2").random(100)
    np.testing.assert_array_equal(first, stream(1, "draws", "dropout_1").random(5))
    others = [stream(2, "draws", "dropout_1"), stream(1, "split", "dropout_1")]
    others.append(stream(1, "draws", "dropout_2"))
    assert not any(np.array_equal(first, rng.random(5)) for rng in others)
