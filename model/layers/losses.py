"""Losses: how wrong the network is, as one number, and where back-propagation begins."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import numpy as np
from msgspec import Meta

from model.errors import ShapeError
from model.layer import Array, Formulas, Loss, Spec, Workspace
from model.layers.residual_losses import ResidualLoss

LabelSmoothing = Annotated[
    float,
    Meta(
        ge=0,
        lt=1,
        description="Share of each label that is spread over all classes",
        extra={"symbol": r"\epsilon"},
    ),
]
ClassWeights = Annotated[
    tuple[Annotated[float, Meta(ge=0, le=1e6)], ...],
    Meta(
        max_length=1000,
        description="How much each class counts, such as 1, 1, 5 (empty: all alike)",
        extra={"symbol": "w"},
    ),
]


class MeanSquaredError(ResidualLoss, frozen=True, kw_only=True, tag="mse"):
    """Square the difference to the target: the loss of regression.

    mean: J = 1/(B k) sum (h - y)^2. sum: the lecture's RSS = sum (h - y)^2.
    Shapes: prediction and target (B, ...).
    """

    title: ClassVar[str] = "Mean squared error"
    formulas: ClassVar[Formulas] = Formulas(
        forward=(
            ("mean", r"J = \frac{1}{B k} \sum_{i,j} (h_{ij} - y_{ij})^2"),
            ("sum", r"RSS = \sum_{i,j} (h_{ij} - y_{ij})^2"),
        ),
        backward=(
            ("mean", r"\delta_{ij} = \frac{2}{B k} (h_{ij} - y_{ij})"),
            ("sum", r"\delta_{ij} = 2 (h_{ij} - y_{ij})"),
        ),
    )

    def setup(self, n: Workspace) -> None:
        super().setup(n)
        n.flat = n.residual.ravel(order="K")  # a view: its own square is one call

    def forward(self, n: Workspace) -> None:
        np.subtract(n.h, n.target, out=n.residual)
        total = float(np.dot(n.flat, n.flat))
        n.loss = total if self.reduction == "sum" else total / n.residual.size

    def backward(self, n: Workspace) -> None:
        share = 1 if self.reduction == "sum" else 1 / n.residual.size
        np.multiply(n.residual, 2 * self.weight * share, out=n.delta)


class MeanAbsoluteError(ResidualLoss, frozen=True, kw_only=True, tag="mae"):
    """Take the size of the difference to the target: outliers count less than when squared.

    J = 1/(B k) sum |h - y|; the slope at 0 is taken as 0. Shapes: (B, ...) both.
    """

    title: ClassVar[str] = "Mean absolute error"
    formulas: ClassVar[Formulas] = Formulas(
        forward=(
            ("mean", r"J = \frac{1}{B k} \sum_{i,j} |h_{ij} - y_{ij}|"),
            ("sum", r"J = \sum_{i,j} |h_{ij} - y_{ij}|"),
        ),
        backward=(
            ("mean", r"\delta_{ij} = \frac{1}{B k}\, \mathrm{sign}(h_{ij} - y_{ij})"),
            ("sum", r"\delta_{ij} = \mathrm{sign}(h_{ij} - y_{ij})"),
        ),
    )

    def forward(self, n: Workspace) -> None:
        np.subtract(n.h, n.target, out=n.residual)
        np.abs(n.residual, out=n.scratch)
        total = float(np.add.reduce(n.scratch, axis=None))
        n.loss = total if self.reduction == "sum" else total / n.residual.size

    def backward(self, n: Workspace) -> None:
        share = 1 if self.reduction == "sum" else 1 / n.residual.size
        np.sign(n.residual, out=n.delta)
        n.delta *= self.weight * share


class BinaryCrossEntropy(Loss, frozen=True, kw_only=True, tag="binary_cross_entropy"):
    """Yes-or-no questions: the prediction is a logit, the target 0 or 1.

    J = mean( max(h, 0) - h y + log(1 + exp(-|h|)) ), which cannot overflow; the sigmoid is inside.
    Shapes: prediction (B, 1) with labels of two classes, or (B, k) with a target (B, k) in [0, 1].
    """

    title: ClassVar[str] = "Binary cross-entropy"
    is_classification: ClassVar[bool] = True
    formulas: ClassVar[Formulas] = Formulas(
        forward=(
            ("probability", r"\hat{p} = \frac{1}{1 + e^{-h}}"),
            ("loss", r"J = -\frac{1}{B}\sum_i y_i \log \hat{p}_i + (1-y_i)\log(1-\hat{p}_i)"),
        ),
        backward=(("passed down", r"\delta_i = \frac{1}{B} (\hat{p}_i - y_i)"),),
    )

    def check(self, prediction: Spec, target: Spec) -> None:
        if target.classes == 0:
            super().check(prediction, target)
        elif target.classes != 2 or prediction.shape != (1,):
            raise ShapeError(
                f"Binary cross-entropy compares one logit an item with labels of 2 classes, but the"
                f" prediction is {prediction} and the labels have {target.classes} classes.",
                hint="Give the last layer 1 unit, or use softmax cross-entropy for more classes.",
            )

    def setup(self, n: Workspace) -> None:
        n.target = n.hs[1].reshape(n.h.shape)
        n.probability = n.like(n.h)
        n.scratch = n.like(n.h)
        n.miss = n.like(n.h)

    def forward(self, n: Workspace) -> None:
        np.multiply(n.h, 0.5, out=n.probability)
        np.tanh(n.probability, out=n.probability)
        n.probability += 1
        n.probability *= 0.5
        np.copysign(n.h, -1, out=n.scratch)
        np.exp(n.scratch, out=n.scratch)
        np.log1p(n.scratch, out=n.scratch)
        np.greater(n.h, 0, out=n.miss)  # max(h, 0) - h y = h ([h > 0] - y): no digits cancel
        n.miss -= n.target
        n.miss *= n.h
        n.scratch += n.miss
        n.loss = float(np.add.reduce(n.scratch, axis=None)) / n.h.size

    def backward(self, n: Workspace) -> None:
        np.subtract(n.probability, n.target, out=n.delta)
        n.delta *= self.weight / n.h.size

    def outcome(self, n: Workspace) -> Array:
        return np.asarray(n.probability)

    def hits(self, n: Workspace) -> Array | None:
        if not ((n.target == 0) | (n.target == 1)).all():
            return None  # shades of grey are no yes or no
        is_right = (n.h > 0) == (n.target > 0.5)
        return np.asarray(is_right.reshape(n.batch, -1).all(axis=1))

    def view(self, n: Workspace, item: int, neuron: int) -> dict[str, Any]:
        return {"probability": n.probability[item].copy(), "target": n.target[item].copy()}


_SOFTENED = Formulas(
    forward=(
        ("probability", r"\hat{p}_{ij} = \frac{e^{h_{ij}}}{\sum_k e^{h_{ik}}}"),
        ("target", r"q_{ij} = w_j \, ((1 - \epsilon)\, 1_{j = y_i} + \frac{\epsilon}{k})"),
        ("loss", r"J = -\frac{1}{Z} \sum_{i,j} q_{ij} \log \hat{p}_{ij}, \; Z = \sum_i w_{y_i}"),
    ),
    backward=(("passed down", r"\delta_{ij} = \frac{1}{Z} (\hat{p}_{ij} \sum_m q_{im} - q_{ij})"),),
)


class SoftmaxCrossEntropy(Loss, frozen=True, kw_only=True, tag="softmax_cross_entropy"):
    """Choose one of k classes: softmax and the log of the true class's probability, in one.

    J = -1/B sum log p[i, y_i], by way of log-sum-exp, so that it cannot overflow.
    With label smoothing epsilon or class weights w the target is
    q_ij = w_j ((1 - epsilon) [j = y_i] + epsilon / k) and J = -sum q log p / Z, Z the sum of the
    weights of the labels (B for a one-hot target), as in PyTorch.
    Shapes: prediction (B, k) logits; target (B,) labels of k classes, or (B, k) one-hot.
    """

    title: ClassVar[str] = "Softmax cross-entropy"
    is_classification: ClassVar[bool] = True
    formulas: ClassVar[Formulas] = Formulas(
        forward=(
            ("probability", r"\hat{p}_{ij} = \frac{e^{h_{ij}}}{\sum_k e^{h_{ik}}}"),
            ("loss", r"J = -\frac{1}{B} \sum_i \log \hat{p}_{i, y_i}"),
        ),
        backward=(("passed down", r"\delta_{ij} = \frac{1}{B} (\hat{p}_{ij} - 1_{j = y_i})"),),
    )

    label_smoothing: LabelSmoothing = 0.0
    class_weights: ClassWeights = ()

    @property
    def _is_plain(self) -> bool:
        return not self.label_smoothing and not self.class_weights

    def chosen_formulas(self) -> Formulas:
        return self.formulas if self._is_plain else _SOFTENED

    def check(self, prediction: Spec, target: Spec) -> None:
        if target.classes == 0:
            super().check(prediction, target)
            if len(prediction.shape) != 1:
                raise ShapeError(
                    f"Softmax cross-entropy takes vectors (B × k), but prediction and target are"
                    f" {prediction}.",
                    hint="Compare arrays of several axes with the mean squared error.",
                )
        elif prediction.shape != (target.classes,) or target.shape != ():
            raise ShapeError(
                f"Softmax cross-entropy needs one logit a class: the labels have {target.classes}"
                f" classes, but the prediction is {prediction}.",
                hint=f"Give the last Dense layer {target.classes} units.",
            )
        if self.class_weights and len(self.class_weights) != prediction.shape[0]:
            raise ShapeError(
                f"Softmax cross-entropy has {len(self.class_weights)} class weights for"
                f" {prediction.shape[0]} classes.",
                hint="Write one weight a class, or none at all.",
            )

    def setup(self, n: Workspace) -> None:
        """row: one number an item, `sums` the same memory; wanted: the target as a table q."""
        n.probability = n.like(n.h)
        n.shifted = n.empty(*n.h.shape)
        n.row = n.empty(n.batch, 1)
        n.sums = n.row.reshape(-1)
        n.ones, n.once = n.empty(n.h.shape[1]) + 1, n.empty(n.batch) + 1
        n.starts = np.arange(n.batch, dtype=np.int64) * n.h.shape[1]
        n.index = np.empty(n.batch, dtype=np.int64)
        n.best = np.empty(n.batch, dtype=np.intp)
        n.has_labels = n.specs[1].classes > 0
        n.target = n.hs[1]
        n.soft = n.empty(*n.h.shape)
        n.picked = n.empty(n.batch)
        n.mass, n.factors, n.factors_of = float(n.batch), n.empty(n.h.shape[1]), ()

    def forward(self, n: Workspace) -> None:
        n.h.argmax(axis=1, out=n.best)  # where it stands is found faster than the largest itself
        np.add(n.starts, n.best, out=n.index)
        n.h.take(n.index, out=n.sums, mode="clip")
        np.subtract(n.h, n.row, out=n.shifted)
        np.exp(n.shifted, out=n.probability)
        np.dot(n.probability, n.ones, out=n.sums)  # the sum of each row, faster than a reduction
        n.probability /= n.row
        np.log(n.row, out=n.row)
        n.mass = float(n.batch)
        if n.has_labels:
            np.add(n.starts, n.target, out=n.index)
        if n.has_labels and self._is_plain:
            n.shifted.take(n.index, out=n.picked, mode="clip")
            log_likelihood = np.dot(n.picked, n.once) - np.dot(n.sums, n.once)
        else:
            n.wanted = n.target if self._is_plain else self._softened(n)
            n.shifted -= n.row
            n.shifted *= n.wanted
            log_likelihood = np.add.reduce(n.shifted, axis=None)
        n.loss = -float(log_likelihood) / n.mass

    def _softened(self, n: Workspace) -> Array:
        """(B, k) the target, smoothed and weighted; also fills n.mass, what J is divided by."""
        if n.has_labels:
            self._one_hot(n)
        else:
            np.copyto(n.soft, n.target)
        if self.label_smoothing:
            n.soft *= 1 - self.label_smoothing
            n.soft += self.label_smoothing / n.soft.shape[1]
        if self.class_weights:
            if n.factors_of != self.class_weights:
                n.factors[:] = n.factors_of = self.class_weights
            n.soft *= n.factors
            if n.has_labels:
                n.factors.take(n.target, out=n.picked, mode="clip")
                n.mass = float(np.add.reduce(n.picked)) or 1.0  # no item of this batch counts
        return np.asarray(n.soft)

    def _one_hot(self, n: Workspace) -> None:
        n.soft.fill(0)
        n.soft.put(n.index, 1)

    def backward(self, n: Workspace) -> None:
        if n.has_labels and self._is_plain:
            self._one_hot(n)
            np.subtract(n.probability, n.soft, out=n.delta)
        else:
            np.add.reduce(n.wanted, axis=1, keepdims=True, out=n.row)
            np.multiply(n.probability, n.row, out=n.delta)
            n.delta -= n.wanted
        n.delta *= self.weight / n.mass

    def outcome(self, n: Workspace) -> Array:
        return np.asarray(n.probability)

    def labels(self, n: Workspace) -> Array:
        """(B,) the true class of each item."""
        return np.asarray(n.target if n.has_labels else n.target.argmax(axis=1))

    def hits(self, n: Workspace) -> Array | None:
        return np.asarray(n.probability.argmax(axis=1) == self.labels(n))

    def view(self, n: Workspace, item: int, neuron: int) -> dict[str, Any]:
        return {
            "probability": n.probability[item].copy(),
            "target": int(self.labels(n)[item]),
        }
