"""Losses of the difference between prediction and target: what they share, and Huber's."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from msgspec import Meta

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


class ResidualLoss(Loss, frozen=True, kw_only=True):
    """Losses of the difference between prediction and target.

    A target of two classes may meet a prediction of one number: it counts as 0 or 1. Formulas are
    captioned with the reduction that they belong to.
    """

    reduction: Reduction = "mean"

    def chosen_formulas(self) -> Formulas:
        """Those of the chosen reduction."""
        ways = {"mean", "sum"} - {self.reduction}
        every = self.formulas
        return Formulas(
            forward=tuple(line for line in every.forward if line[0] not in ways),
            backward=tuple(line for line in every.backward if line[0] not in ways),
        )

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


class Huber(ResidualLoss, frozen=True, kw_only=True, tag="huber"):
    """Square small differences and take the size of large ones: outliers pull with bounded force.

    rho(r) = r^2 / 2 for |r| <= c, else c (|r| - c / 2), r = h - y; J = 1/(B k) sum rho(r).
    Shapes: (B, ...) both. Source: Huber 1964; PyTorch's HuberLoss.
    """

    title: ClassVar[str] = "Huber"
    formulas: ClassVar[Formulas] = Formulas(
        forward=(
            ("mean", r"J = \frac{1}{B k} \sum_{i,j} \rho(h_{ij} - y_{ij})"),
            ("sum", r"J = \sum_{i,j} \rho(h_{ij} - y_{ij})"),
            (
                "penalty",
                r"\rho(r) = \frac{1}{2} r^2 \;\mathrm{if}\; |r| \leq c, "
                r"\;\mathrm{else}\; c\,(|r| - \frac{c}{2})",
            ),
        ),
        backward=(
            ("mean", r"\delta_{ij} = \frac{1}{B k} \max(-c, \min(h_{ij} - y_{ij}, c))"),
            ("sum", r"\delta_{ij} = \max(-c, \min(h_{ij} - y_{ij}, c))"),
        ),
    )
    threshold: Annotated[
        float,
        Meta(
            gt=0,
            le=1e6,
            description="From this difference on the loss grows in a straight line",
            extra={"symbol": "c", "slider": (0.01, 10), "log": True},
        ),
    ] = 1.0

    def setup(self, n: Workspace) -> None:
        super().setup(n)
        n.clipped = n.like(n.h)

    def forward(self, n: Workspace) -> None:
        np.subtract(n.h, n.target, out=n.residual)
        np.minimum(n.residual, self.threshold, out=n.clipped)
        np.maximum(n.clipped, -self.threshold, out=n.clipped)
        np.multiply(n.clipped, -0.5, out=n.scratch)  # both cases are c (r - c / 2), c = clipped
        n.scratch += n.residual
        n.scratch *= n.clipped
        total = float(np.add.reduce(n.scratch, axis=None))
        n.loss = total if self.reduction == "sum" else total / n.residual.size

    def backward(self, n: Workspace) -> None:
        share = 1 if self.reduction == "sum" else 1 / n.residual.size
        np.multiply(n.clipped, self.weight * share, out=n.delta)
