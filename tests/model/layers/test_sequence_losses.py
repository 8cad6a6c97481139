"""Cross-entropy over sequences: the same numbers as PyTorch's cross_entropy."""

from __future__ import annotations

import numpy as np
import pytest

from model.errors import DesignError
from model.layer import Array, Spec, Workspace
from model.layers.sequence_losses import SequenceCrossEntropy
from model.plan import compile_plan
from tests.model.samples import Given, Shift, build

K = 4
PADDED = np.array([[1, 2, 0, 0, 0], [3, 1, 2, 1, 0], [2, 2, 1, 3, 3]])


def judged(loss: SequenceCrossEntropy, h: Array, y: Array) -> tuple[float, Workspace]:
    given = Given(shapes=(h.shape[1:],), classes=K, target=y.shape[1:])
    graph = build(
        {"given": given, "shift": Shift(), "loss": loss},
        "given.a > shift.h",
        "shift.h > loss.prediction",
        "given.y > loss.target",
    )
    run = compile_plan(graph, dtype=np.float64).bind(len(h), is_training=True)
    run.fill({"given": {"a": h, "y": y}})
    value = run.forward()
    run.backward()
    return value, run.at["loss"]


@pytest.mark.parametrize("ignore", [-1, 0, 3])
@pytest.mark.parametrize("label_smoothing", [0.0, 0.1])
@pytest.mark.parametrize("class_weights", [(), (1.0, 0.5, 4.0, 2.0)])
@pytest.mark.parametrize("scale", [1.0, 100.0])
def test_loss_and_delta_are_those_of_pytorch(
    ignore: int, label_smoothing: float, class_weights: tuple[float, ...], scale: float
):
    torch = pytest.importorskip("torch")
    h = scale * np.random.default_rng(1).normal(size=(*PADDED.shape, K))
    loss = SequenceCrossEntropy(
        ignore=ignore, label_smoothing=label_smoothing, class_weights=class_weights, weight=1.5
    )
    value, n = judged(loss, h, PADDED)
    theirs = torch.tensor(h, requires_grad=True)
    expected = 1.5 * torch.nn.functional.cross_entropy(
        theirs.reshape(-1, K),
        torch.tensor(PADDED.reshape(-1)),
        weight=torch.tensor(class_weights, dtype=torch.float64) if class_weights else None,
        ignore_index=ignore,
        label_smoothing=label_smoothing,
    )
    expected.backward()
    assert value == pytest.approx(expected.item(), rel=1e-9)
    np.testing.assert_allclose(n.delta, theirs.grad.numpy(), rtol=1e-6, atol=1e-12)


def answers(*rows: list[int]) -> Array:
    """Logits that say these classes with certainty."""
    return 9.0 * np.eye(K)[np.array(rows)]


def test_an_item_is_right_where_all_its_counted_steps_are():
    said = answers([1, 2, 3, 3, 3], [3, 1, 2, 1, 0], [2, 2, 1, 3, 1])
    padded = SequenceCrossEntropy(ignore=0)
    _, n = judged(padded, said, PADDED)
    np.testing.assert_array_equal(padded.hits(n), [True, True, False])
    # by hand: 11 labels are not 0, one of them is missed
    assert padded.view(n, 0, 0)["token_accuracy"] == pytest.approx(10 / 11)
    strict = SequenceCrossEntropy()
    _, n = judged(strict, said, PADDED)
    np.testing.assert_array_equal(strict.hits(n), [False, True, False])
    assert strict.view(n, 0, 0)["token_accuracy"] == pytest.approx(11 / 15)


def test_a_batch_of_ignored_steps_alone_costs_nothing_and_teaches_nothing():
    value, n = judged(SequenceCrossEntropy(ignore=0), answers([1, 2]), np.zeros((1, 2), np.int64))
    assert value == 0
    np.testing.assert_array_equal(n.delta, 0)


@pytest.mark.parametrize(
    ("loss", "specs", "said"),
    [
        (SequenceCrossEntropy(), (Spec((5, 4)), Spec((5, 4))), "one label a step"),
        (SequenceCrossEntropy(), (Spec((4,)), Spec((), 4)), "one label a step"),
        (SequenceCrossEntropy(), (Spec((5, 3)), Spec((5,), 4)), "one logit a class"),
        (SequenceCrossEntropy(), (Spec((4,)), Spec((5,), 4)), "one logit a class"),
        (SequenceCrossEntropy(class_weights=(1.0,)), (Spec((5, 4)), Spec((5,), 4)), "1 class w"),
    ],
)
def test_what_does_not_fit_is_refused(
    loss: SequenceCrossEntropy, specs: tuple[Spec, Spec], said: str
):
    with pytest.raises(DesignError, match=said) as caught:
        loss.out_spec(*specs)
    assert caught.value.hint


def test_an_ignored_step_leaves_the_last_class_of_the_step_before_alone():
    """The label -1 must not reach into the row before it."""
    h = np.zeros((1, 2, 4))
    value, n = judged(SequenceCrossEntropy(), h, np.array([[3, -1]]))
    # the one counted step: p = 1/4 each, J = log 4, delta = p - (0, 0, 0, 1)
    assert value == pytest.approx(np.log(4))
    np.testing.assert_allclose(n.delta, [[[0.25, 0.25, 0.25, -0.75], [0, 0, 0, 0]]])
