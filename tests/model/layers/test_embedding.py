"""Embedding and positional encoding against PyTorch and the formulas of the papers."""

from __future__ import annotations

import math

import numpy as np
import pytest

from model.errors import DesignError
from model.layer import Array, Spec
from model.layers.embedding import FEW, Embedding
from model.layers.positions import PositionalEncoding, sinusoids
from model.plan import compile_plan
from model.run import Run
from tests.model.samples import Given, Projection, build


def embedded(tokens: Array, classes: int, units: int = 3) -> Run:
    shape = tokens.shape[1:]
    given = Given(shapes=(shape,), tokens=(classes,), target=(*shape, units))
    graph = build(
        {"given": given, "tried": Embedding(units=units), "loss": Projection()},
        "given.a > tried.h",
        "tried.h > loss.prediction",
        "given.y > loss.target",
    )
    run = compile_plan(graph, dtype=np.float64).bind(len(tokens), is_training=True)
    y = np.random.default_rng(1).normal(size=(*tokens.shape, units))
    run.fill({"given": {"a": tokens, "y": y}})
    run.forward()
    run.backward()
    return run


@pytest.mark.parametrize("classes", [9, 2 * FEW])
@pytest.mark.parametrize("shape", [(6,), (4, 7), (1, 1)])
def test_vectors_and_their_gradient_are_those_of_pytorch(shape: tuple[int, ...], classes: int):
    torch = pytest.importorskip("torch")
    tokens = np.random.default_rng(2).integers(0, 5, shape)
    n = embedded(tokens, classes).at["tried"]  # tokens from 5 on never come
    E = torch.tensor(np.array(n.E), requires_grad=True)
    out = torch.nn.functional.embedding(torch.tensor(tokens), E)
    out.backward(torch.tensor(np.array(n.delta_out)))
    np.testing.assert_array_equal(n.out, out.detach().numpy())
    np.testing.assert_allclose(n.dE, E.grad.numpy(), rtol=1e-6)


@pytest.mark.parametrize("classes", [4, 2 * FEW])
def test_a_token_that_no_longer_comes_gets_no_gradient(classes: int):
    run = embedded(np.array([[0, 1], [1, 2]]), classes)
    run.fill({"given": {"a": np.full((2, 2), 3)}})
    run.forward()
    run.backward()
    n = run.at["tried"]
    np.testing.assert_array_equal(n.dE[:3], 0)
    np.testing.assert_allclose(n.dE[3], n.delta_out.sum(axis=(0, 1)))


def test_embedding_takes_tokens_only():
    with pytest.raises(DesignError, match="token numbers"):
        Embedding().out_spec(Spec((5,)))
    with pytest.raises(DesignError, match="one row of tokens"):
        Embedding().out_spec(Spec((5, 2), 3))
    assert Embedding(units=7).out_spec(Spec((5,), 3)) == Spec((5, 7))
    assert Embedding(units=7).parameters(Spec((5,), 3))["E"].shape == (3, 7)


@pytest.mark.parametrize("width", [1, 4, 5])
def test_the_sine_waves_are_those_of_vaswani_et_al(width: int):
    found = sinusoids(6, width)
    for t in range(6):
        for column in range(width):  # the two formulas of section 3.5
            angle = t / 10000 ** (2 * (column // 2) / width)
            expected = math.cos(angle) if column % 2 else math.sin(angle)
            assert found[t, column] == pytest.approx(expected, abs=1e-12)


def test_learned_positions_are_parameters_and_sine_waves_are_none():
    assert PositionalEncoding().parameters(Spec((6, 4))) == {}
    learned = PositionalEncoding(encoding="learned")
    assert learned.parameters(Spec((6, 4)))["p"].shape == (6, 4)
    assert learned.chosen_formulas() != PositionalEncoding().chosen_formulas()
