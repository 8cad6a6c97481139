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
    "lecun_uniform": 1 / 300,
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


def test_scaled_orthogonal_is_orthogonal_times_its_spread():
    parameter = Parameter((6, 6), "scaled_orthogonal", spread=0.5)
    drawn = INITIALIZERS["scaled_orthogonal"](stream(0, "initial values", "rnn_1.U"), parameter)
    np.testing.assert_allclose(drawn.T @ drawn, 0.25 * np.eye(6), atol=1e-12)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_every_initializer_fills_the_shape_and_repeats_itself(name: str):
    drawn = draw(name, 4, 3)
    assert drawn.shape == (4, 3)
    np.testing.assert_array_equal(drawn, draw(name, 4, 3))
    if name not in ("zeros", "ones", "constant"):
        assert not np.array_equal(drawn, draw(name, 4, 3, seed=1))


@pytest.mark.parametrize(("name", "variance"), [("normal", 0.09), ("uniform", 0.03)])
def test_the_spread_is_a_standard_deviation_or_a_bound(name: str, variance: float):
    parameter = Parameter((300, 100), name, spread=0.3)
    drawn = INITIALIZERS[name](stream(0, "initial values", "dense_1.W"), parameter)
    assert drawn.var() == pytest.approx(variance, rel=0.04)


def test_a_constant_is_its_value_everywhere():
    parameter = Parameter((2, 3), "constant", spread=-0.25)
    assert (INITIALIZERS["constant"](stream(0, "", ""), parameter) == -0.25).all()


def test_the_bounds_are_those_of_pytorch():
    torch = pytest.importorskip("torch")
    # PyTorch keeps the transpose, (out, in), and takes its fans from there.
    theirs = torch.empty(100, 300, dtype=torch.float64)
    init = torch.nn.init
    for name, fill in (
        ("glorot_uniform", init.xavier_uniform_),
        ("he_uniform", lambda w: init.kaiming_uniform_(w, nonlinearity="relu")),
        ("lecun_uniform", lambda w: init.kaiming_uniform_(w, nonlinearity="linear")),
    ):
        fill(theirs)
        assert np.abs(draw(name)).max() == pytest.approx(theirs.abs().max().item(), rel=1e-3)
    for name, fill in (
        ("glorot_normal", init.xavier_normal_),
        ("he_normal", lambda w: init.kaiming_normal_(w, nonlinearity="relu")),
    ):
        fill(theirs)
        assert draw(name).std() == pytest.approx(theirs.std().item(), rel=0.03)


def test_streams_depend_on_seed_purpose_and_name_alone():
    first = stream(1, "draws", "dropout_1").random(5)
    stream(1, "draws", "dropout_2").random(100)
    np.testing.assert_array_equal(first, stream(1, "draws", "dropout_1").random(5))
    others = [stream(2, "draws", "dropout_1"), stream(1, "split", "dropout_1")]
    others.append(stream(1, "draws", "dropout_2"))
    assert not any(np.array_equal(first, rng.random(5)) for rng in others)
