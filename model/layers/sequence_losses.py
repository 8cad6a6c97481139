"""Losses of whole sequences: one question at every step."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import numpy as np
from msgspec import Meta

from model.errors import ShapeError
from model.layer import Array, Formulas, Loss, Spec, Workspace
from model.layers.losses import ClassWeights, LabelSmoothing

_PROBABILITY = ("probability", r"\hat{p}_{tj} = \frac{e^{h_{tj}}}{\sum_m e^{h_{tm}}}")


class SequenceCrossEntropy(Loss, frozen=True, kw_only=True, tag="sequence_cross_entropy"):
    """Choose one of K classes at every step: softmax and log-likelihood, a mean over the steps.

    J = -1/Z sum_(i,t) w_y log p[i, t, y_(i,t)] over all steps whose label y is not `ignore`, Z the
    sum of their weights w_y: without weights the number of these steps in the batch. Label
    smoothing puts q_j = w_j ((1 - e) [j = y] + e/K) in the place of w_y [j = y]. By way of
    log-sum-exp, so that it cannot overflow. As PyTorch's cross_entropy, but J is 0, not NaN, where
    every step is ignored. An answer is right where all counted steps are.
    Shapes: prediction (B, T, K) logits; target (B, T) labels of K classes.
    Source: label smoothing by Szegedy et al. 2016.
    """

    title: ClassVar[str] = "Sequence cross-entropy"
    is_classification: ClassVar[bool] = True
    formulas: ClassVar[Formulas] = Formulas(
        forward=(
            _PROBABILITY,
            (
                "loss",
                r"J = -\frac{1}{Z} \sum_{t: \, y_t \neq \mathrm{ignore}} \log \hat{p}_{t, y_t}",
            ),
        ),
        backward=(("passed down", r"\delta_{tj} = \frac{1}{Z} (\hat{p}_{tj} - 1_{j = y_t})"),),
    )
    ignore: Annotated[
        int,
        Meta(
            ge=-1,
            le=1_000_000,
            description="Label of steps that do not count, such as 0 for padding (−1: all count)",
        ),
    ] = -1
    label_smoothing: LabelSmoothing = 0.0
    class_weights: ClassWeights = ()

    def chosen_formulas(self) -> Formulas:
        if not self.label_smoothing and not self.class_weights:
            return self.formulas
        return Formulas(
            forward=(
                _PROBABILITY,
                ("target", r"q_{tj} = w_j \, ((1 - \epsilon) \, 1_{j = y_t} + \epsilon / K)"),
                ("loss", r"J = -\frac{1}{Z} \sum_{t,j} q_{tj} \log \hat{p}_{tj}"),
                ("mass", r"Z = \sum_t w_{y_t}"),
            ),
            backward=(
                (
                    "passed down",
                    r"\delta_{tj} = \frac{1}{Z} ( \hat{p}_{tj} \sum_m q_{tm} - q_{tj} )",
                ),
            ),
        )

    def check(self, prediction: Spec, target: Spec) -> None:
        if not target.classes or len(target.shape) != 1:
            said = f"labels {target}" if target.classes else f"numbers {target}"
            raise ShapeError(
                f"{self.title} takes one label a step (B × T) as target, but it is given {said}.",
                hint="Take softmax cross-entropy for one label an item, or mean squared error.",
            )
        if prediction.shape != (*target.shape, target.classes):
            raise ShapeError(
                f"{self.title} needs one logit a class at every step: the labels have"
                f" {target.shape[0]} steps and {target.classes} classes, but the prediction is"
                f" {prediction}.",
                hint=f"End with a Dense layer of {target.classes} units, “each step” switched on.",
            )
        if self.class_weights and len(self.class_weights) != target.classes:
            raise ShapeError(
                f"{self.title} has {len(self.class_weights)} class weights for"
                f" {target.classes} classes.",
                hint="Write one weight a class, or none at all.",
            )

    def setup(self, n: Workspace) -> None:
        """Rows are the B T steps of the batch. counts: 1 where a step counts; target: q."""
        steps, classes = n.h.shape[0] * n.h.shape[1], n.h.shape[2]
        n.probability = n.empty(*n.h.shape)
        n.p, n.log_p, n.target = (
            n.probability.reshape(steps, classes),
            n.empty(steps, classes),
            n.empty(steps, classes),
        )
        n.row, n.counts, n.mass = n.empty(steps, 1), n.empty(steps), n.empty(steps)
        n.sums, n.ones = n.row.reshape(-1), n.empty(classes) + 1
        n.best = np.empty(steps, dtype=np.intp)
        n.labels = n.hs[1].reshape(-1)
        n.starts = np.arange(steps, dtype=np.int64) * classes
        n.index = np.empty(steps, dtype=np.int64)
        n.total = 1.0

    def forward(self, n: Workspace) -> None:
        logits = n.h.reshape(n.p.shape)
        logits.argmax(axis=1, out=n.best)  # where it stands is found faster than the largest itself
        np.add(n.starts, n.best, out=n.index)
        logits.take(n.index, out=n.sums, mode="clip")
        np.subtract(logits, n.row, out=n.log_p)
        np.exp(n.log_p, out=n.p)
        np.dot(n.p, n.ones, out=n.sums)  # the sum of each row, faster than a reduction
        n.p /= n.row
        np.log(n.row, out=n.row)
        n.log_p -= n.row
        self._set_target(n)
        n.loss = -float(np.vdot(n.target, n.log_p)) / n.total

    def _set_target(self, n: Workspace) -> None:
        """q of every step, its sum `mass`, and Z, the `total` weight of the labels that count."""
        np.not_equal(n.labels, self.ignore, out=n.counts)
        np.add(n.starts, n.labels, out=n.index)
        np.maximum(n.index, n.starts, out=n.index)  # a label of -1 would reach the row before
        if not self.label_smoothing and not self.class_weights:
            n.target.fill(0)
            n.target.put(n.index, n.counts)
            np.copyto(n.mass, n.counts)
            n.total = float(np.add.reduce(n.counts)) or 1.0
            return
        weights = np.array(self.class_weights or (1.0,) * n.p.shape[1], dtype=n.dtype)
        np.multiply(
            n.counts[:, None], weights * (self.label_smoothing / len(weights)), out=n.target
        )
        np.multiply(n.counts, weights[n.labels], out=n.mass)
        n.total = float(np.add.reduce(n.mass)) or 1.0
        n.mass *= 1 - self.label_smoothing
        n.target.reshape(-1)[n.index] += n.mass
        n.mass += n.counts * (self.label_smoothing * float(weights.mean()))

    def backward(self, n: Workspace) -> None:
        delta = n.delta.reshape(n.p.shape)
        np.multiply(n.p, n.mass[:, None], out=delta)
        delta -= n.target
        delta *= self.weight / n.total

    def outcome(self, n: Workspace) -> Array:
        return np.asarray(n.probability)

    def _right(self, n: Workspace) -> Array:
        """(B, T) booleans: the likeliest class is the label."""
        return np.asarray(n.probability.argmax(axis=2) == n.hs[1])

    def hits(self, n: Workspace) -> Array | None:
        return np.asarray((self._right(n) | (n.hs[1] == self.ignore)).all(axis=1))

    def token_hits(self, n: Workspace) -> tuple[int, int]:
        is_counted = n.hs[1] != self.ignore
        return int((self._right(n) & is_counted).sum()), int(is_counted.sum())

    def view(self, n: Workspace, item: int, neuron: int) -> dict[str, Any]:
        """probability: (T, K) and target: (T,) of the item; token_accuracy: share of the counted
        steps of the batch that are right."""
        right, counted = self.token_hits(n)
        return {
            "probability": n.probability[item].copy(),
            "target": n.hs[1][item].copy(),
            "token_accuracy": right / max(counted, 1),
        }
