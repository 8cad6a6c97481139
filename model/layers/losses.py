"""Losses: how wrong the network is, as one number, and where back-propagation begins."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from msgspec import Meta

from model.errors import ShapeError
from model.layer import Array, Formulas, Loss, Spec, Workspace

Reduction = Annotated[
    Literal["mean", "sum"],
    Meta(
        description="How the residuals become one number",
        extra={
            "captions": {
                "mean": "mean over batch and outputs",
                "sum": "RSS: the plain sum, as in the lecture",
            }
        },
    ),
]


class _Residual(Loss, frozen=True, kw_only=True):
    """Losses of the difference between prediction and target.

    A target of two classes may meet a prediction of one number: it counts as 0 or 1.
    """

    def check(self, prediction: Spec, target: Spec) -> None:
        if target.classes == 2 and target.shape == () and prediction.shape == (1,):
            return
        super().check(prediction, target)

    def setup(self, n: Workspace) -> None:
        n.target = n.hs[1].reshape(n.h.shape)
        n.residual = n.like(n.h)
        n.scratch = n.like(n.h)
        n.is_binary = n.specs[1].classes == 2

    def hits(self, n: Workspace) -> Array | None:
        return ((n.h > 0.5) == (n.target > 0.5))[:, 0] if n.is_binary else None

    def view(self, n: Workspace, item: int, neuron: int) -> dict[str, Any]:
        return {"target": n.target[item].copy()}


class MeanSquaredError(_Residual, frozen=True, kw_only=True, tag="mse"):
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
    reduction: Reduction = "mean"

    def forward(self, n: Workspace) -> None:
        np.subtract(n.h, n.target, out=n.residual)
        np.multiply(n.residual, n.residual, out=n.scratch)
        total = float(np.add.reduce(n.scratch, axis=None))
        n.loss = total if self.reduction == "sum" else total / n.residual.size

    def backward(self, n: Workspace) -> None:
        share = 1 if self.reduction == "sum" else 1 / n.residual.size
        np.multiply(n.residual, 2 * self.weight * share, out=n.delta)


class MeanAbsoluteError(_Residual, frozen=True, kw_only=True, tag="mae"):
    """Take the size of the difference to the target: outliers count less than when squared.

    J = 1/(B k) sum |h - y|; the slope at 0 is taken as 0. Shapes: (B, ...) both.
    """

    title: ClassVar[str] = "Mean absolute error"
    formulas: ClassVar[Formulas] = Formulas(
        forward=(("mean", r"J = \frac{1}{B k} \sum_{i,j} |h_{ij} - y_{ij}|"),),
        backward=(
            ("passed down", r"\delta_{ij} = \frac{1}{B k}\, \mathrm{sign}(h_{ij} - y_{ij})"),
        ),
    )
    reduction: Reduction = "mean"

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
        is_right = (n.h > 0) == (n.target > 0.5)
        return np.asarray(is_right.reshape(n.batch, -1).all(axis=1))

    def view(self, n: Workspace, item: int, neuron: int) -> dict[str, Any]:
        return {"probability": n.probability[item].copy(), "target": n.target[item].copy()}


class SoftmaxCrossEntropy(Loss, frozen=True, kw_only=True, tag="softmax_cross_entropy"):
    """Choose one of k classes: softmax and the log of the true class's probability, in one.

    J = -1/B sum log p[i, y_i], by way of log-sum-exp, so that it cannot overflow.
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

    def setup(self, n: Workspace) -> None:
        n.probability = n.like(n.h)
        n.shifted = n.like(n.h)
        n.row = n.empty(n.batch, 1)
        n.has_labels = n.specs[1].classes > 0
        n.target = n.hs[1]
        if n.has_labels:
            n.starts = np.arange(n.batch, dtype=np.int64) * n.h.shape[1]
            n.index = np.empty(n.batch, dtype=np.int64)
            n.picked = n.empty(n.batch)

    def forward(self, n: Workspace) -> None:
        np.maximum.reduce(n.h, axis=1, keepdims=True, out=n.row)
        np.subtract(n.h, n.row, out=n.shifted)
        np.exp(n.shifted, out=n.probability)
        np.add.reduce(n.probability, axis=1, keepdims=True, out=n.row)
        n.probability /= n.row
        np.log(n.row, out=n.row)
        if n.has_labels:
            np.add(n.starts, n.target, out=n.index)
            n.shifted.take(n.index, out=n.picked, mode="clip")
            log_likelihood = np.add.reduce(n.picked) - np.add.reduce(n.row, axis=None)
        else:
            n.shifted -= n.row
            n.shifted *= n.target
            log_likelihood = np.add.reduce(n.shifted, axis=None)
        n.loss = -float(log_likelihood) / n.batch

    def backward(self, n: Workspace) -> None:
        if n.has_labels:
            np.copyto(n.delta, n.probability)
            n.delta.reshape(-1)[n.index] -= 1
        else:
            np.add.reduce(n.target, axis=1, keepdims=True, out=n.row)
            np.multiply(n.probability, n.row, out=n.delta)
            n.delta -= n.target
        n.delta *= self.weight / n.batch

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


class Hinge(Loss, frozen=True, kw_only=True, tag="hinge"):
    """Ask for a margin of one: items on the right side of it cost nothing.

    One output, two classes: J = 1/B sum max(0, 1 - y h), y = -1 or +1. k outputs, k classes:
    J = 1/(B k) sum_i sum_{j != y_i} max(0, 1 - h[i, y_i] + h[i, j]) (PyTorch's MultiMarginLoss).
    Shapes: prediction (B, 1) or (B, k), target (B,) labels.
    """

    title: ClassVar[str] = "Hinge"
    is_classification: ClassVar[bool] = True
    formulas: ClassVar[Formulas] = Formulas(
        forward=(
            ("two classes", r"J = \frac{1}{B} \sum_i \max(0, 1 - y_i h_i), \; y_i = \pm 1"),
            (
                "k classes",
                r"J = \frac{1}{B k} \sum_i \sum_{j \neq y_i} "
                r"\max(0, 1 - h_{i, y_i} + h_{ij})",
            ),
        ),
        backward=(
            (
                "two classes",
                r"\delta_i = -\frac{y_i}{B} \;\mathrm{if}\; y_i h_i < 1, "
                r"\;\mathrm{else}\; 0",
            ),
        ),
    )

    def check(self, prediction: Spec, target: Spec) -> None:
        units = (1,) if target.classes == 2 else (target.classes,)
        if target.classes < 2 or prediction.shape not in (units, (target.classes,)):
            said = f"labels of {target.classes} classes" if target.classes else "no labels"
            raise ShapeError(
                f"Hinge compares scores with labels, but the prediction is {prediction}"
                f" and the target has {said}.",
                hint="Use labels, and one unit for two classes or one unit a class.",
            )

    def setup(self, n: Workspace) -> None:
        n.target = n.hs[1]
        n.rows = np.arange(n.batch)
        n.is_binary = n.h.shape[1] == 1
        n.margin = n.like(n.h)
        n.active = n.like(n.h)
        n.sign = n.empty(n.batch, 1)

    def forward(self, n: Workspace) -> None:
        if n.is_binary:
            np.multiply(n.target[:, None], 2, out=n.sign)
            n.sign -= 1
            np.multiply(n.h, n.sign, out=n.margin)
            np.subtract(1, n.margin, out=n.margin)
        else:
            np.subtract(n.h, n.h[n.rows, n.target][:, None], out=n.margin)
            n.margin += 1
            n.margin[n.rows, n.target] = 0
        np.greater(n.margin, 0, out=n.active)
        n.margin *= n.active
        n.loss = float(np.add.reduce(n.margin, axis=None)) / n.margin.size

    def backward(self, n: Workspace) -> None:
        np.copyto(n.delta, n.active)
        if n.is_binary:
            n.delta *= n.sign
            n.delta *= -1
        else:
            n.delta[n.rows, n.target] = -n.active.sum(axis=1)
        n.delta *= self.weight / n.margin.size

    def outcome(self, n: Workspace) -> Array:
        """One output: (h + 1) / 2 kept within 0 and 1, that is 0.5 on the border and 0 or 1 from
        the margins on, as displays of two classes expect; no probability. k outputs: the scores."""
        return np.asarray(np.clip((n.h + 1) / 2, 0, 1) if n.is_binary else n.h)

    def hits(self, n: Workspace) -> Array | None:
        chosen = (n.h[:, 0] > 0).astype(np.int64) if n.is_binary else n.h.argmax(axis=1)
        return np.asarray(chosen == n.target)

    def view(self, n: Workspace, item: int, neuron: int) -> dict[str, Any]:
        return {"target": int(n.target[item])}
