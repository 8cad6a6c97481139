"""Dropout: random sub-networks, one a step."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from msgspec import Meta

from model.layer import Formulas, Layer, Workspace

INVERTED = Formulas(
    forward=(
        ("mask", r"m_j \sim \mathrm{Bernoulli}(1 - p)"),
        ("train", r"h_j^{(l+1)} = \frac{m_j}{1 - p} \, h_j^{(l)}"),
        ("test", r"h_j^{(l+1)} = h_j^{(l)}"),
    ),
    backward=(
        ("local", r"\frac{\partial h^{(l+1)}}{\partial h^{(l)}} = \frac{1}{1 - p}\mathrm{diag}(m)"),
        ("passed down", r"\delta_j^{(l)} = \frac{m_j}{1 - p} \, \delta_j^{(l+1)}"),
    ),
)


class Dropout(Layer, frozen=True, kw_only=True, tag="dropout"):
    """Turn random neurons off while training, so that no neuron can rely on another.

    Training: h_out = mask * h, mask ~ Bernoulli(1 - p) drawn anew each step for each item.
    Testing: h_out = (1 - p) * h. With the inverted scaling the factor 1 / (1 - p) is applied
    while training instead, and testing leaves h as it is (PyTorch's way).
    Shapes: (B, ...) -> same.
    Source: Srivastava et al. 2014, JMLR 15.
    """

    title: ClassVar[str] = "Dropout"
    category: ClassVar[str] = "regularise"
    icon: ClassVar[str] = "scatter-plot-outline"
    formulas: ClassVar[Formulas] = Formulas(
        forward=(
            ("mask", r"m_j \sim \mathrm{Bernoulli}(1 - p)"),
            ("train", r"h_j^{(l+1)} = m_j \, h_j^{(l)}"),
            ("test", r"h_j^{(l+1)} = (1 - p) \, h_j^{(l)}"),
        ),
        backward=(
            ("local", r"\frac{\partial h^{(l+1)}}{\partial h^{(l)}} = \mathrm{diag}(m)"),
            ("passed down", r"\delta_j^{(l)} = m_j \, \delta_j^{(l+1)}"),
        ),
    )

    p: Annotated[
        float,
        Meta(ge=0, lt=1, description="Probability a neuron is turned off", extra={"symbol": "p"}),
    ] = 0.5
    scaling: Annotated[
        Literal["test", "inverted"],
        Meta(
            description="When the missing neurons are made up for",
            extra={
                "captions": {
                    "test": "at test time, × (1 − p)",
                    "inverted": "inverted: while training, ÷ (1 − p)",
                }
            },
        ),
    ] = "test"
    new_mask: Annotated[
        Literal["every step", "frozen"], Meta(description="When a new mask is drawn")
    ] = "every step"

    def chosen_formulas(self) -> Formulas:
        return INVERTED if self.scaling == "inverted" else self.formulas

    def setup(self, n: Workspace) -> None:
        n.noise = n.like(n.h)
        n.draws = n.noise.ravel("K")  # a view: generators fill only what lies in one piece
        n.mask = n.like(n.h)  # 1: the neuron speaks, 0: it is off
        n.is_drawn = False

    def forward(self, n: Workspace) -> None:
        if not n.is_training:
            np.multiply(n.h, 1 if self.scaling == "inverted" else 1 - self.p, out=n.out)
            return
        if self.new_mask == "every step" or not n.is_drawn:
            n.rng.random(out=n.draws, dtype=n.draws.dtype)
            n.is_drawn = True
        np.greater_equal(n.noise, self.p, out=n.mask)
        np.multiply(n.h, n.mask, out=n.out)
        if self.scaling == "inverted":
            n.out /= 1 - self.p

    def backward(self, n: Workspace) -> None:
        np.multiply(n.delta_out, n.mask, out=n.delta)
        if self.scaling == "inverted":
            n.delta /= 1 - self.p

    def view(self, n: Workspace, item: int, neuron: int) -> dict[str, Any]:
        """mask: (n,) booleans of the item; kept: share of neurons that spoke in this batch."""
        if not n.is_training:
            return {}
        return {"mask": n.mask[item] > 0, "kept": float(n.mask.mean())}
