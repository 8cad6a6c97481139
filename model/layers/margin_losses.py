"""Losses that ask for a margin between the classes, not for probabilities."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from model.errors import ShapeError
from model.layer import Array, Formulas, Loss, Spec, Workspace


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
