"""Dense on vectors and on every step of a sequence."""

from __future__ import annotations

import numpy as np
import pytest

from model.errors import DesignError
from model.layer import Array, Spec, Workspace
from model.layers.dense import Dense
from model.plan import compile_plan
from model.run import Run
from tests.model.layers.registry import Case, case_of


def ran(case: Case) -> Run:
    run = compile_plan(case.graph, dtype=np.float64).bind(case.batch, is_training=True)
    run.fill(case.arrays)
    run.forward()
    run.backward()
    return run


def sequences(**fields: bool) -> Case:
    found = case_of(Dense(units=3, each_step=True, **fields), (5, 4), batch=2, seed=1)
    assert found is not None
    return found


@pytest.mark.parametrize("use_bias", [True, False])
def test_every_step_is_treated_as_pytorchs_linear_treats_it(use_bias: bool):
    torch = pytest.importorskip("torch")
    n = ran(sequences(use_bias=use_bias)).at["tried"]
    h = torch.tensor(np.array(n.h), requires_grad=True)
    W = torch.tensor(np.array(n.W.T), requires_grad=True)
    b = torch.tensor(np.array(n.b), requires_grad=True) if use_bias else None
    out = torch.nn.functional.linear(h, W, b)
    out.backward(torch.tensor(np.array(n.delta_out)))
    np.testing.assert_allclose(n.out, out.detach().numpy(), rtol=1e-6)
    np.testing.assert_allclose(n.delta, h.grad.numpy(), rtol=1e-6)
    np.testing.assert_allclose(n.dW, W.grad.numpy().T, rtol=1e-6)
    if b is not None:
        np.testing.assert_allclose(n.db, b.grad.numpy(), rtol=1e-6)


def test_an_input_in_another_order_of_memory_gives_the_same_numbers():
    layer = Dense(units=3, each_step=True)
    rng = np.random.default_rng(2)
    h, W, delta_out = (
        rng.normal(size=(2, 5, 4)),
        rng.normal(size=(4, 3)),
        rng.normal(size=(2, 5, 3)),
    )
    found = [passes(layer, given, W, delta_out) for given in (h, np.asfortranarray(h))]
    for plain, other in zip(*found, strict=True):
        np.testing.assert_allclose(other, plain, rtol=1e-12)


def passes(layer: Dense, h: Array, W: Array, delta_out: Array) -> tuple[Array, Array, Array]:
    n = Workspace()
    n.h, n.W, n.b, n.dW, n.db = h, W, np.ones(3), np.empty_like(W), np.empty(3)
    n.batch, n.dtype, n.specs = len(h), h.dtype, (Spec(h.shape[1:]),)
    n.delta_out, n.delta = delta_out, np.zeros_like(h)
    layer.setup(n)
    for operation in (layer.forward, layer.gradient, layer.backward):
        operation(n)
    return n.out, n.dW, n.delta


def test_a_sequence_is_refused_with_both_repairs():
    with pytest.raises(DesignError) as caught:
        Dense().out_spec(Spec((5, 4)))
    assert "Flatten" in caught.value.hint
    assert "each step" in caught.value.hint


def test_a_vector_is_one_step():
    assert Dense(units=3, each_step=True).out_spec(Spec((4,))) == Spec((3,))
    assert Dense(units=3, each_step=True).cost(Spec((5, 4))) == 5 * 4 * 3  # by hand
