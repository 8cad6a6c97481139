"""Telling a network without recurrence where in the sequence it is."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from msgspec import Meta

from model.errors import ShapeError
from model.layer import Array, Formulas, Layer, Parameter, Spec, Workspace


class PositionalEncoding(Layer, frozen=True, kw_only=True, tag="positional_encoding"):
    """Add to every step a vector that says where it stands, as attention knows no order.

    sinusoidal: p[t, 2k] = sin(t / 10000^(2k/d)), p[t, 2k+1] = cos of the same; nothing to learn.
    learned: p is a parameter (T, d), first values normal with spread 0.05.
    Shapes: (B, T, d) -> same.
    Source: Vaswani et al. 2017; learned: Gehring et al. 2017.
    """

    title: ClassVar[str] = "Positional encoding"
    category: ClassVar[str] = "sequence"
    icon: ClassVar[str] = "sine-wave"
    formulas: ClassVar[Formulas] = Formulas(
        forward=(
            ("output", r"h_t^{(l+1)} = h_t^{(l)} + p_t"),
            ("even", r"p_{t, 2k} = \sin(t / 10000^{2k/d})"),
            ("odd", r"p_{t, 2k+1} = \cos(t / 10000^{2k/d})"),
        ),
        backward=(("passed down", r"\delta_t^{(l)} = \delta_t^{(l+1)}"),),
    )
    encoding: Annotated[
        Literal["sinusoidal", "learned"],
        Meta(
            description="Where the vectors come from",
            extra={
                "captions": {
                    "sinusoidal": "sine waves of many lengths",
                    "learned": "learnt, one for every step",
                }
            },
        ),
    ] = "sinusoidal"

    def chosen_formulas(self) -> Formulas:
        if self.encoding == "sinusoidal":
            return self.formulas
        weights = r"\frac{\partial J}{\partial p_t} = \sum_{i=1}^{B} \delta_{i,t}^{(l+1)}"
        return Formulas(self.formulas.forward[:1], (("weights", weights), *self.formulas.backward))

    def out_spec(self, *specs: Spec) -> Spec:
        if len(specs[0].shape) != 2:
            raise ShapeError(
                f"Positional encoding takes sequences (B × T × d), but it is given {specs[0]}.",
                hint="Put an Embedding in front of token numbers.",
            )
        return Spec(specs[0].shape)

    def parameters(self, *specs: Spec) -> dict[str, Parameter]:
        if self.encoding == "sinusoidal":
            return {}
        return {"p": Parameter(specs[0].shape, "normal")}

    def setup(self, n: Workspace) -> None:
        if self.encoding == "sinusoidal":
            n.p = sinusoids(*n.specs[0].shape).astype(n.dtype)

    def forward(self, n: Workspace) -> None:
        np.add(n.h, n.p, out=n.out)

    def gradient(self, n: Workspace) -> None:
        np.add.reduce(n.delta_out, axis=0, out=n.dp)

    def backward(self, n: Workspace) -> None:
        np.copyto(n.delta, n.delta_out)


def sinusoids(steps: int, width: int) -> Array:
    """(steps, width): sines in the even columns, cosines in the odd ones."""
    even = np.arange(0, width, 2)
    angle = np.arange(steps)[:, None] / 10000 ** (even / width)
    found = np.empty((steps, width))
    found[:, 0::2] = np.sin(angle)
    found[:, 1::2] = np.cos(angle[:, : width // 2])
    return found
