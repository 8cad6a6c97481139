"""Numbers at the edge: huge inputs, saturated functions, dropout that keeps nearly nothing."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from model.layer import Layer, Workspace
from model.layers.activations import Sigmoid, Softplus, Tanh
from model.layers.dropout import Dropout
from model.layers.losses import BinaryCrossEntropy, SoftmaxCrossEntropy
from model.layers.noise import GaussianDropout, SpatialDropout
from model.layers.sampling import KLDivergence, Sampling
from model.plan import compile_plan
from tests.model.layers.registry import INNER, LOSSES, case_of, cases, small

HAVE_AN_EXPONENTIAL = (Sampling, KLDivergence)
"""Of exp(log-variance): infinity is the right answer beyond 88 in float32."""
COMPUTING = {
    tag: kind for tag, kind in {**INNER, **LOSSES}.items() if kind not in HAVE_AN_EXPONENTIAL
}


def ran(layer: Layer, h: Any, y: Any, *, dtype: Any = np.float64) -> Workspace:
    h, y = np.asarray(h), np.asarray(y)
    case = case_of(layer, h.shape[1:], len(h), 0)
    assert case is not None
    run = compile_plan(case.graph, dtype=dtype).bind(len(h), is_training=True)
    run.fill({"given": {"a": h, "y": y}})
    run.forward()
    run.backward()
    return run.at["tried"]


@pytest.mark.parametrize("scale", [1e4, 1e15])
@pytest.mark.parametrize("kind", COMPUTING.values(), ids=COMPUTING)
def test_huge_inputs_give_finite_outputs_losses_deltas_and_gradients(
    kind: type[Layer], scale: float
):
    for case in cases(small(kind), batch=3, seed=4)[:2]:
        plan = compile_plan(case.graph, dtype=np.float32)
        run = plan.bind(3, is_training=True)
        given = case.arrays["given"]
        run.fill({"given": {k: h if k == "y" or h.dtype.kind == "i" else h * scale
                            for k, h in given.items()}})  # fmt: skip
        with np.errstate(under="ignore"):
            assert math.isfinite(run.forward())
            run.backward()
        n = run.at["tried"]
        found = [plan.grads, *(d for d in n.deltas if d is not None), *n.outs.values()]
        assert all(np.isfinite(array).all() for array in found)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_saturated_functions_reach_their_ends_and_pass_nothing_down(dtype: Any):
    h, y = np.array([[-1e5, 1e5]]), np.ones((1, 2))
    for layer, ends in ((Sigmoid(), [0, 1]), (Tanh(), [-1, 1])):
        n = ran(layer, h, y, dtype=dtype)
        assert n.out.tolist() == [ends]
        assert n.delta.tolist() == [[0, 0]]
    n = ran(Softplus(), h, y, dtype=dtype)
    assert n.out.tolist() == [[0, 1e5]]
    assert n.delta.tolist() == [[0, 1]]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_losses_of_sure_answers_are_exact(dtype: Any):
    # -log p of a logit z is log(1 + exp(-z)): 0 where it is right, |z| where it is wrong
    n = ran(BinaryCrossEntropy(), [[1e4, -1e4, 1e4, -1e4]], [[1, 0, 0, 1]], dtype=dtype)
    assert n.loss == pytest.approx(2e4 / 4, rel=1e-6)
    np.testing.assert_array_equal(n.delta * 4, [[0, 0, 1, -1]])
    n = ran(SoftmaxCrossEntropy(), [[0.0, -2e4], [3e4, 0.0]], [0, 1], dtype=dtype)
    assert n.loss == pytest.approx(3e4 / 2, rel=1e-6)
    np.testing.assert_array_equal(n.delta * 2, [[0, 0], [1, -1]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("p", [0.999, 1 - 1e-9, 1 - 2**-53])
@pytest.mark.parametrize("kind", [Dropout, SpatialDropout, GaussianDropout])
def test_dropout_that_keeps_nearly_nothing_stays_finite(kind: Any, p: float, dtype: Any):
    h, y = np.ones((5, 4, 3)), np.ones((5, 4, 3))
    options = [{}] if kind is GaussianDropout else [{"scaling": "test"}, {"scaling": "inverted"}]
    for option in options:
        n = ran(kind(p=p, **option), h, y, dtype=dtype)
        assert np.isfinite(n.out).all()
        assert np.isfinite(n.delta).all()


def test_dropout_with_a_p_close_to_one_keeps_the_mean_where_it_is():
    # inverted: a share 1 - p of the neurons, each times 1 / (1 - p); deviation of the mean
    # sqrt(p / (1 - p) / 400 000) = 0.016
    n = ran(Dropout(p=0.99, scaling="inverted"), np.ones((200, 2000)), np.ones((200, 2000)))
    assert set(np.unique(n.out)) == {0.0, 1 / (1 - 0.99)}
    assert n.out.mean() == pytest.approx(1.0, abs=0.06)
