"""The fully connected layer."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from msgspec import Meta

from model.errors import ShapeError
from model.layer import Formulas, Layer, Parameter, Spec, Workspace

InitializerName = Literal[
    "glorot_uniform",
    "glorot_normal",
    "he_uniform",
    "he_normal",
    "lecun_normal",
    "orthogonal",
    "normal",
    "uniform",
    "zeros",
]


class Dense(Layer, frozen=True, kw_only=True, tag="dense"):
    """Connect every neuron with every input: a matrix product plus a bias.

    h_out = h W + b. Shapes: (B, n_in) -> (B, units); W: (n_in, units), b: (units,).
    b starts at zero and is exempt from the L1 and L2 penalty.
    """

    title: ClassVar[str] = "Dense"
    category: ClassVar[str] = "dense"
    icon: ClassVar[str] = "hub-outline"
    formulas: ClassVar[Formulas] = Formulas(
        forward=(("output", r"h^{(l+1)} = h^{(l)} W + b"),),
        backward=(
            ("weights", r"\frac{\partial J}{\partial W} = {h^{(l)}}^{T} \delta^{(l+1)}"),
            ("bias", r"\frac{\partial J}{\partial b} = \sum_{i=1}^{B} \delta_i^{(l+1)}"),
            ("passed down", r"\delta^{(l)} = \delta^{(l+1)} W^{T}"),
        ),
    )

    units: Annotated[
        int, Meta(ge=1, le=16384, description="Neurons of this layer", extra={"symbol": "n"})
    ] = 16
    use_bias: Annotated[bool, Meta(description="Add a bias b to every neuron")] = True
    initializer: Annotated[InitializerName, Meta(description="First values of W")] = (
        "glorot_uniform"
    )

    def label(self) -> str:
        return f"Dense {self.units}"

    def out_spec(self, *specs: Spec) -> Spec:
        if len(specs[0].shape) != 1:
            raise ShapeError(
                f"Dense takes vectors (B × n), but it is given {specs[0]}.",
                hint="Put a Flatten layer in front.",
            )
        return Spec((self.units,))

    def parameters(self, *specs: Spec) -> dict[str, Parameter]:
        fans = (specs[0].shape[0], self.units)
        found = {"W": Parameter(fans, self.initializer, fans)}
        if self.use_bias:
            found["b"] = Parameter((self.units,), "zeros", is_penalised=False)
        return found

    def cost(self, *specs: Spec) -> int:
        return specs[0].shape[0] * self.units

    def forward(self, n: Workspace) -> None:
        np.dot(n.h, n.W, out=n.out)
        if self.use_bias:
            n.out += n.b

    def gradient(self, n: Workspace) -> None:
        np.dot(n.h.T, n.delta_out, out=n.dW)
        if self.use_bias:
            np.add.reduce(n.delta_out, axis=0, out=n.db)

    def backward(self, n: Workspace) -> None:
        np.dot(n.delta_out, n.W.T, out=n.delta)
