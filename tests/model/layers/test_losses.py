"""Losses against numbers worked out by hand, and at the edges where formulas overflow."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from model.errors import ShapeError
from model.layer import Loss, Spec
from model.layers.losses import (
    BinaryCrossEntropy,
    MeanAbsoluteError,
    MeanSquaredError,
    SoftmaxCrossEntropy,
)
from model.layers.margin_losses import Hinge
from model.layers.residual_losses import Huber, ResidualLoss
from model.plan import compile_plan
from model.run import Run
from tests.model.samples import Given, Shift, build


def judged(
    loss: Loss, h: Any, y: Any, *, classes: int = 0, dtype: Any = np.float64
) -> tuple[float, Run]:
    """The weighted loss and its run; delta lies at `run.at["loss"].delta`."""
    h, y = np.array(h, dtype=np.float64), np.array(y)
    given = Given(shapes=(h.shape[1:],), classes=classes, target=y.shape[1:])
    graph = build(
        {"given": given, "shift": Shift(), "loss": loss},
        "given.a > shift.h",
        "shift.h > loss.prediction",
        "given.y > loss.target",
    )
    run = compile_plan(graph, dtype=dtype).bind(len(h), is_training=True)
    run.fill({"given": {"a": h, "y": y}})
    value = run.forward()
    run.backward()
    return value, run


def test_mean_squared_error_by_hand():
    # residuals 1, -2, 0, 3: squares 1 + 4 + 0 + 9 = 14; mean over B k = 4 numbers: 3.5
    value, run = judged(MeanSquaredError(), [[2, 0], [5, 4]], [[1.0, 2.0], [5.0, 1.0]])
    assert value == 3.5
    # 2/(B k) (h - y) = 0.5 (1, -2, 0, 3)
    np.testing.assert_array_equal(run.at["loss"].delta, [[0.5, -1.0], [0.0, 1.5]])


def test_the_residual_sum_of_squares_is_the_plain_sum():
    loss = MeanSquaredError(reduction="sum")
    value, run = judged(loss, [[2, 0], [5, 4]], [[1.0, 2.0], [5.0, 1.0]])
    assert value == 14
    np.testing.assert_array_equal(run.at["loss"].delta, [[2, -4], [0, 6]])
    assert loss.is_summed
    assert not MeanSquaredError().is_summed


def test_mean_absolute_error_by_hand():
    # |1| + |-2| + 0 + |3| = 6 over 4 numbers
    value, run = judged(MeanAbsoluteError(), [[2, 0], [5, 4]], [[1.0, 2.0], [5.0, 1.0]])
    assert value == 1.5
    np.testing.assert_array_equal(run.at["loss"].delta, [[0.25, -0.25], [0, 0.25]])
    summed, run = judged(
        MeanAbsoluteError(reduction="sum"), [[2, 0], [5, 4]], [[1.0, 2.0], [5.0, 1.0]]
    )
    assert summed == 6
    np.testing.assert_array_equal(run.at["loss"].delta, [[1, -1], [0, 1]])


def test_regression_losses_take_two_classes_as_0_and_1():
    # residuals 0.8 - 1 and 0.5 - 0: (0.04 + 0.25) / 2 = 0.145; right: 0.8 > 0.5 yes, 0.5 > 0.5 no
    value, run = judged(MeanSquaredError(), [[0.8], [0.5]], [1, 0], classes=2)
    assert value == pytest.approx(0.145, rel=1e-14)
    assert run.layer("loss").hits(run.at["loss"]).tolist() == [True, True]


def test_binary_cross_entropy_by_hand():
    # sigmoid(ln 3) = 3/4. y = 1: -ln(3/4); y = 0: -ln(1/4). Mean: (ln 4/3 + ln 4) / 2
    value, run = judged(BinaryCrossEntropy(), [[math.log(3)]] * 2, [1, 0], classes=2)
    assert value == pytest.approx((math.log(4 / 3) + math.log(4)) / 2, rel=1e-14)
    np.testing.assert_allclose(run.at["loss"].delta, [[-0.125], [0.375]], rtol=1e-14)
    assert run.layer("loss").hits(run.at["loss"]).tolist() == [True, False]
    np.testing.assert_allclose(run.layer("loss").outcome(run.at["loss"]), [[0.75], [0.75]])


def test_binary_cross_entropy_takes_probabilities_as_targets():
    # y = 1/2 at h = 0: -1/2 ln 1/2 - 1/2 ln 1/2 = ln 2, and a slope of 1/2 - 1/2 = 0
    value, run = judged(BinaryCrossEntropy(), [[0.0, 0.0]], [[0.5, 0.5]])
    assert value == pytest.approx(math.log(2), rel=1e-15)
    np.testing.assert_array_equal(run.at["loss"].delta, [[0, 0]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_binary_cross_entropy_of_logits_of_a_thousand_is_finite(dtype: type):
    # A right answer costs log(1 + e^-1000), which is 0 in both types; a wrong one 1000.
    value, run = judged(BinaryCrossEntropy(), [[1000], [-1000]], [1, 0], classes=2, dtype=dtype)
    assert value == 0
    np.testing.assert_array_equal(run.at["loss"].delta, [[0], [0]])
    value, run = judged(BinaryCrossEntropy(), [[1000], [-1000]], [0, 1], classes=2, dtype=dtype)
    assert value == 1000
    np.testing.assert_array_equal(run.at["loss"].delta, [[0.5], [-0.5]])


def test_binary_cross_entropy_of_sure_and_right_answers_is_small_but_never_negative():
    # log(1 + e^-12) = 6.1442e-6 (series: e^-12 - e^-24/2), in single precision too
    logits = [[12.0], [-12.0]] * 50 + [[12.3], [-12.7]] * 50
    value, _ = judged(BinaryCrossEntropy(), logits, [1, 0] * 100, classes=2, dtype=np.float32)
    by_hand = np.mean([math.log1p(math.exp(-abs(h[0]))) for h in logits])
    assert value == pytest.approx(by_hand, rel=1e-5)
    for h in np.linspace(9, 30, 50):
        value, _ = judged(BinaryCrossEntropy(), [[h]], [1], classes=2, dtype=np.float32)
        assert value >= 0


def test_softmax_cross_entropy_by_hand():
    # logits ln 1, ln 2, ln 5: p = 1/8, 2/8, 5/8. Labels 2 and 0: (ln 8/5 + ln 8) / 2
    row = [0.0, math.log(2), math.log(5)]
    value, run = judged(SoftmaxCrossEntropy(), [row, row], [2, 0], classes=3)
    assert value == pytest.approx((math.log(8 / 5) + math.log(8)) / 2, rel=1e-14)
    expected = [[1 / 16, 2 / 16, -3 / 16], [-7 / 16, 2 / 16, 5 / 16]]
    np.testing.assert_allclose(run.at["loss"].delta, expected, rtol=1e-13)
    np.testing.assert_allclose(
        run.layer("loss").outcome(run.at["loss"]), [[1 / 8, 2 / 8, 5 / 8]] * 2, rtol=1e-14
    )
    assert run.layer("loss").hits(run.at["loss"]).tolist() == [True, False]


def test_one_hot_targets_and_labels_give_the_same_numbers():
    rng = np.random.default_rng(0)
    h = rng.normal(size=(7, 4))
    labels = rng.integers(0, 4, 7)
    first, left = judged(SoftmaxCrossEntropy(), h, labels, classes=4)
    second, right = judged(SoftmaxCrossEntropy(), h, np.eye(4)[labels])
    assert first == pytest.approx(second, rel=1e-14)
    np.testing.assert_allclose(left.at["loss"].delta, right.at["loss"].delta, rtol=1e-13)
    hits = [run.layer("loss").hits(run.at["loss"]).tolist() for run in (left, right)]
    assert hits[0] == hits[1]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("one_hot", [False, True])
def test_softmax_cross_entropy_of_logits_of_a_thousand_is_finite(dtype: type, one_hot: bool):
    # log-sum-exp of (1000, -1000) is 1000: 0 for class 0, 2000 for class 1
    y = np.eye(2)[[0, 1]] if one_hot else np.array([0, 1])
    value, run = judged(
        SoftmaxCrossEntropy(),
        [[1000, -1000], [1000, -1000]],
        y,
        classes=0 if one_hot else 2,
        dtype=dtype,
    )
    assert value == 1000
    np.testing.assert_array_equal(run.at["loss"].delta, [[0, 0], [0.5, -0.5]])


def test_softmax_cross_entropy_refuses_targets_of_several_axes():
    with pytest.raises(ShapeError, match="B × 8 × 8"):
        SoftmaxCrossEntropy().out_spec(Spec((8, 8)), Spec((8, 8)))


def test_binary_cross_entropy_of_pictures_counts_an_item_once():
    h = np.array([[[1.0, -1.0], [2.0, -2.0]], [[1.0, 1.0], [1.0, 1.0]]])
    y = np.array([[[1.0, 0.0], [1.0, 0.0]], [[1.0, 0.0], [1.0, 1.0]]])
    _, run = judged(BinaryCrossEntropy(), h, y)
    assert run.layer("loss").hits(run.at["loss"]).tolist() == [True, False]


def test_hinge_of_one_output_by_hand():
    # y = +1, +1, -1, -1; 1 - y h = 0.5, -1, 3, 0.75 -> sum of the positive 4.25 over B = 4
    value, run = judged(Hinge(), [[0.5], [2.0], [2.0], [-0.25]], [1, 1, 0, 0], classes=2)
    assert value == 1.0625
    np.testing.assert_array_equal(run.at["loss"].delta, [[-0.25], [0], [0.25], [0.25]])
    assert run.layer("loss").hits(run.at["loss"]).tolist() == [True, True, False, True]


def test_hinge_of_one_output_a_class_by_hand():
    # row 1, label 0: 1 - 2 + 1.5 = 0.5, 1 - 2 + 0 = -1 -> 0.5
    # row 2, label 2: 1 - 0 + 1 = 2, 1 - 0 - 3 = -2 -> 2.  (0.5 + 2) / (B k) = 2.5 / 6
    value, run = judged(Hinge(), [[2, 1.5, 0], [1, -3, 0]], [0, 2], classes=3)
    assert value == pytest.approx(2.5 / 6, rel=1e-15)
    sixth = 1 / 6
    np.testing.assert_allclose(
        run.at["loss"].delta, [[-sixth, sixth, 0], [sixth, 0, -sixth]], rtol=1e-15
    )
    assert run.layer("loss").hits(run.at["loss"]).tolist() == [True, False]


def test_hinge_of_two_outputs_for_two_classes_by_hand():
    # label 1: 1 - 0.25 + 0.5 = 1.25 over B k = 2
    value, run = judged(Hinge(), [[0.5, 0.25]], [1], classes=2)
    assert value == 0.625
    np.testing.assert_array_equal(run.at["loss"].delta, [[0.5, -0.5]])


def test_the_outcome_of_a_hinge_with_one_output_changes_sides_where_its_answer_does():
    # Displays draw the border of two classes at 0.5; the score changes sign there.
    _, run = judged(Hinge(), [[-3.0], [-0.25], [0.25], [3.0]], [1, 1, 0, 0], classes=2)
    outcome = run.layer("loss").outcome(run.at["loss"])
    assert (outcome[:, 0] > 0.5).tolist() == [False, False, True, True]
    assert outcome.min() >= 0
    assert outcome.max() <= 1


def test_the_loss_of_a_design_is_the_weighted_sum_of_its_losses():
    given = Given(shapes=((2,),), target=(2,))
    graph = build(
        {
            "given": given,
            "shift": Shift(),
            "square": MeanSquaredError(weight=2.0),
            "size": MeanAbsoluteError(weight=0.5),
        },
        "given.a > shift.h",
        "shift.h > square.prediction",
        "given.y > square.target",
        "shift.h > size.prediction",
        "given.y > size.target",
    )
    run = compile_plan(graph, dtype=np.float64).bind(1, is_training=True)
    run.fill({"given": {"a": np.array([[3.0, 0.0]]), "y": np.array([[1.0, 1.0]])}})
    # residuals 2, -1: MSE 2.5, MAE 1.5; J = 2 * 2.5 + 0.5 * 1.5
    assert run.forward() == 5.75
    assert run.at["square"].loss == 2.5
    run.backward()
    # 2 * 2/2 (2, -1) = (4, -2) and 0.5/2 (1, -1) = (0.25, -0.25) add up
    np.testing.assert_array_equal(run.at["shift"].delta_out, [[4.25, -2.25]])
    np.testing.assert_array_equal(run.at["shift"].db, [4.25, -2.25])


@pytest.mark.parametrize(
    ("loss", "prediction", "target", "words"),
    [
        (MeanSquaredError(), Spec((3,)), Spec((2,)), ("B × 3", "B × 2")),
        (MeanSquaredError(), Spec((3,)), Spec((), 3), ("B × 3", "class indices")),
        (MeanSquaredError(), Spec((2,)), Spec((), 2), ("B × 2", "class indices")),
        (BinaryCrossEntropy(), Spec((2,)), Spec((), 2), ("B × 2", "2 classes")),
        (BinaryCrossEntropy(), Spec((1,)), Spec((), 3), ("B × 1", "3 classes")),
        (SoftmaxCrossEntropy(), Spec((4,)), Spec((), 3), ("B × 4", "3 classes")),
        (SoftmaxCrossEntropy(), Spec((4,)), Spec((1,)), ("B × 4", "B × 1")),
        (Hinge(), Spec((4,)), Spec((), 3), ("B × 4", "3 classes")),
        (Hinge(), Spec((4,)), Spec((4,)), ("B × 4", "no labels")),
    ],
)
def test_a_refused_pair_is_named_with_both_shapes(
    loss: Loss, prediction: Spec, target: Spec, words: tuple[str, str]
):
    with pytest.raises(ShapeError) as refused:
        loss.out_spec(prediction, target)
    assert [word for word in words if word not in refused.value.message] == []
    assert refused.value.hint


def test_shares_between_yes_and_no_have_no_accuracy():
    _, run = judged(BinaryCrossEntropy(), [[2.0, -1.0]], [[0.3, 0.0]])
    assert run.layer("loss").hits(run.at["loss"]) is None


@pytest.mark.parametrize("kind", [MeanSquaredError, MeanAbsoluteError, Huber])
def test_only_the_formulas_of_the_chosen_reduction_are_shown(kind: type[ResidualLoss]):
    for reduction in ("mean", "sum"):
        shown = kind(reduction=reduction).chosen_formulas()
        captions = [words for words, _tex in (*shown.forward, *shown.backward)]
        assert captions.count(reduction) == 2
        assert ("mean" in captions) == (reduction == "mean")
