"""Huber, smoothed and weighted cross-entropy: by hand, and as in PyTorch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from model.errors import ShapeError
from model.layer import Array, Loss, Spec
from model.layers.losses import SoftmaxCrossEntropy
from model.layers.residual_losses import Huber
from tests.model.layers.oracle import CLOSE
from tests.model.layers.test_losses import judged


def test_huber_squares_small_and_takes_the_size_of_large_differences():
    # differences 0.5 and -3 with c = 1: 0.125 and 1 (3 - 0.5) = 2.5; mean 1.3125
    value, run = judged(Huber(), [[0.5, -3.0]], [[0.0, 0.0]])
    assert value == 1.3125
    np.testing.assert_array_equal(run.at["loss"].delta, [[0.25, -0.5]])


def test_smoothing_moves_a_share_of_the_label_to_all_classes():
    # logits 0: p = 1/4 each; q = (0.85, 0.05, 0.05, 0.05); J = log 4 whatever q is
    loss = SoftmaxCrossEntropy(label_smoothing=0.2)
    value, run = judged(loss, [[0, 0, 0, 0]], [0], classes=4)
    assert value == pytest.approx(np.log(4))
    np.testing.assert_allclose(run.at["loss"].delta, [[-0.6, 0.2, 0.2, 0.2]])


def test_a_class_of_weight_three_counts_like_three_items():
    h, y = np.array([[1.0, 0.0], [0.5, 2.0]]), np.array([0, 1])
    weighted, _ = judged(SoftmaxCrossEntropy(class_weights=(1, 3)), h, y, classes=2)
    repeated, _ = judged(SoftmaxCrossEntropy(), h[[0, 1, 1, 1]], y[[0, 1, 1, 1]], classes=2)
    assert weighted == pytest.approx(repeated)


def test_a_batch_of_classes_that_do_not_count_costs_nothing():
    loss = SoftmaxCrossEntropy(class_weights=(0, 1))
    value, run = judged(loss, [[1, 0], [3, 0]], [0, 0], classes=2)
    assert value == 0
    assert not run.at["loss"].delta.any()


def test_the_weights_may_change_while_training():
    loss = SoftmaxCrossEntropy(class_weights=(1, 3))
    _, run = judged(loss, [[1.0, 0.0], [0.5, 2.0]], [0, 1], classes=2)
    n = run.at["loss"]
    for other in (SoftmaxCrossEntropy(class_weights=(2, 1)), SoftmaxCrossEntropy()):
        other.forward(n)
        alone, _ = judged(other, [[1.0, 0.0], [0.5, 2.0]], [0, 1], classes=2)
        assert n.loss == alone


def test_there_is_one_weight_a_class():
    with pytest.raises(ShapeError, match="3 class weights for 2 classes"):
        SoftmaxCrossEntropy(class_weights=(1, 2, 3)).out_spec(Spec((2,)), Spec((), 2))


def test_the_formulas_name_what_is_switched_on():
    assert SoftmaxCrossEntropy().chosen_formulas() is SoftmaxCrossEntropy.formulas
    chosen = SoftmaxCrossEntropy(label_smoothing=0.1).chosen_formulas()
    assert any(r"\epsilon" in formula for _, formula in chosen.forward)


WEIGHTS = (0.5, 2.0, 1.0, 0.25)


@pytest.mark.parametrize("target", ["labels", "shares"])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("weights", [(), WEIGHTS])
def test_softened_cross_entropy_is_pytorchs(
    target: str, smoothing: float, weights: tuple[float, ...]
):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(3)
    h = 3 * rng.normal(size=(7, 4))
    y: Array = rng.integers(0, 4, 7) if target == "labels" else rng.dirichlet(np.ones(4), 7)
    loss = SoftmaxCrossEntropy(label_smoothing=smoothing, class_weights=weights, weight=1.5)
    value, run = judged(loss, h, y, classes=4 if target == "labels" else 0)
    theirs = torch.tensor(h, requires_grad=True)
    expected = 1.5 * torch.nn.functional.cross_entropy(
        theirs,
        torch.tensor(y),
        weight=torch.tensor(weights, dtype=torch.float64) if weights else None,
        label_smoothing=smoothing,
    )
    expected.backward()
    np.testing.assert_allclose(value, expected.item(), **CLOSE)
    np.testing.assert_allclose(run.at["loss"].delta, theirs.grad.numpy(), **CLOSE)


@pytest.mark.parametrize("threshold", [0.3, 1.0, 4.0])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_huber_is_pytorchs(threshold: float, reduction: Any):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(4)
    h, y = 3 * rng.normal(size=(7, 4)), rng.normal(size=(7, 4))
    value, run = judged(Huber(threshold=threshold, reduction=reduction), h, y)
    theirs = torch.tensor(h, requires_grad=True)
    expected = torch.nn.functional.huber_loss(
        theirs, torch.tensor(y), delta=threshold, reduction=reduction
    )
    expected.backward()
    np.testing.assert_allclose(value, expected.item(), **CLOSE)
    np.testing.assert_allclose(run.at["loss"].delta, theirs.grad.numpy(), **CLOSE)


@pytest.mark.parametrize("loss", [Huber(), SoftmaxCrossEntropy(label_smoothing=0.1)], ids=repr)
def test_huge_differences_stay_finite_in_float32(loss: Loss):
    value, run = judged(loss, [[1e30, -1e30]], [[0.0, 1.0]], dtype=np.float32)
    assert np.isfinite(value)
    assert np.isfinite(run.at["loss"].delta).all()
