"""PReLU, SELU, Swish, Maxout and the newer activations against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from model.layer import Array, Layer, Workspace
from model.layers.activations import HardSigmoid, Softsign
from model.layers.merge import Average, Maximum, Subtract
from model.layers.rectifiers import SELU, Maxout, PReLU, Swish
from model.plan import compile_plan
from tests.model.layers.registry import case_of


def tried(layer: Layer, *inputs: Array, delta: Array, **parameters: Array) -> Workspace:
    """The workspace after both passes of given inputs (B, ...) and a given delta_out."""
    case = case_of(layer, inputs[0].shape[1:], len(inputs[0]), 1, wires=len(inputs))
    assert case is not None
    plan = compile_plan(case.graph, dtype=np.float64)
    for name, values in parameters.items():
        plan.parameter("tried", name)[...] = values
    run = plan.bind(len(inputs[0]), is_training=True)
    run.fill({"given": dict(zip("abcd", inputs, strict=False)) | {"y": delta}})
    run.forward()
    run.backward()
    return run.at["tried"]


def test_prelu_learns_its_slope_from_negative_numbers_only():
    h = np.array([[-2.0, 3.0], [-1.0, -4.0]])
    n = tried(PReLU(), h, delta=np.array([[1.0, 1.0], [2.0, 3.0]]))
    np.testing.assert_array_equal(n.out, [[-0.5, 3], [-0.25, -1]])  # a = 1/4
    np.testing.assert_array_equal(n.delta, [[0.25, 1], [0.5, 0.75]])
    # dJ/da = 1 (-2) + 2 (-1) + 3 (-4) = -16
    np.testing.assert_array_equal(n.da, [-16])


def test_prelu_of_each_channel_learns_a_slope_of_its_own():
    h = np.array([[-2.0, 3.0], [-1.0, -4.0]])
    n = tried(PReLU(one_slope="channel"), h, delta=np.array([[1.0, 1.0], [2.0, 3.0]]))
    np.testing.assert_array_equal(n.da, [-4, -12])


def test_selu_keeps_mean_zero_and_deviation_one():
    """The fixed point of Klambauer et al. 2017, section 2: normal input comes out as normal."""
    h = np.random.default_rng(0).normal(size=(400, 250))
    out = tried(SELU(), h, delta=np.zeros_like(h)).out
    assert out.mean() == pytest.approx(0, abs=0.01)
    assert out.std() == pytest.approx(1, abs=0.01)


def test_the_bent_functions_at_points_known_by_hand():
    h = np.array([[-4.0, 0.0, 1.5, 4.0]])
    ones = np.ones_like(h)
    hard = tried(HardSigmoid(), h, delta=ones)
    np.testing.assert_allclose(hard.out, [[0, 0.5, 0.75, 1]])
    np.testing.assert_allclose(hard.delta, [[0, 1 / 6, 1 / 6, 0]])
    soft = tried(Softsign(), h, delta=ones)
    np.testing.assert_allclose(soft.out, [[-0.8, 0, 0.6, 0.8]])
    np.testing.assert_allclose(soft.delta, [[0.04, 1, 0.16, 0.04]])
    swish = tried(Swish(), np.array([[0.0, np.log(3.0)]]), delta=np.ones((1, 2)))
    # sigma(log 3) = 3/4; f' = 3/4 + 3/4 log 3 (1 - 3/4)
    np.testing.assert_allclose(swish.out, [[0, 0.75 * np.log(3)]])
    np.testing.assert_allclose(swish.delta, [[0.5, 0.75 + 0.1875 * np.log(3)]])


@pytest.mark.parametrize("layer", [Swish(), SELU(), HardSigmoid(), Softsign()], ids=repr)
def test_huge_numbers_saturate_without_a_warning(layer: Layer):
    h = np.array([[-1e30, -750.0, 750.0, 1e30]])
    n = tried(layer, h, delta=np.ones_like(h))
    assert np.isfinite(n.out).all()
    assert np.isfinite(n.delta).all()


def test_maxout_learns_only_through_the_largest_piece():
    # two neurons of two pieces: a = h W + b = (1, -1 | 2, 4)
    W, b = np.array([[1.0, -1.0, 2.0, 3.0]]), np.array([0.0, 0.0, 0.0, 1.0])
    layer = Maxout(units=2, pieces=2)
    n = tried(layer, np.array([[1.0]]), delta=np.array([[10.0, 100.0]]), W=W, b=b)
    np.testing.assert_array_equal(n.out, [[1, 4]])
    np.testing.assert_array_equal(n.dW, [[10, 0, 0, 100]])
    np.testing.assert_array_equal(n.db, [10, 0, 0, 100])
    np.testing.assert_array_equal(n.delta, [[10 * 1 + 100 * 3]])
    view = layer.view(n, 0, 1)
    assert (view["pieces"].tolist(), view["winner"]) == ([2, 4], 1)


def test_equal_pieces_do_not_learn_twice():
    n = tried(Maxout(units=1), np.array([[0.0]]), delta=np.array([[1.0]]), b=np.zeros(2))
    np.testing.assert_array_equal(n.db, [1, 0])


def test_subtract_average_and_maximum_by_hand():
    first, second = np.array([[5.0, 1.0, 2.0]]), np.array([[3.0, 4.0, 2.0]])
    delta = np.array([[6.0, 8.0, 10.0]])
    n = tried(Subtract(), first, second, delta=delta)
    np.testing.assert_array_equal(n.out, [[2, -3, 0]])
    np.testing.assert_array_equal(n.deltas, [delta, -delta])
    n = tried(Average(), first, second, delta=delta)
    np.testing.assert_array_equal(n.out, [[4, 2.5, 2]])
    np.testing.assert_array_equal(n.deltas, [delta / 2, delta / 2])
    n = tried(Maximum(), first, second, delta=delta)
    np.testing.assert_array_equal(n.out, [[5, 4, 2]])
    np.testing.assert_array_equal(n.deltas, [[[6, 0, 5]], [[0, 8, 5]]])  # a tie is shared
