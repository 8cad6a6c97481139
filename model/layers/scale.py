"""A learned scale and shift of every feature."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from model.layer import Array, Formulas, Layer, Parameter, Spec, Workspace
from model.layers.axes import axis_of


class Scale(Layer, frozen=True, kw_only=True, tag="scale"):
    """Stretch and shift every feature by numbers that are learned; one of the two may be left out.

    h_out = gamma_j h + beta_j. gamma starts at 1 and beta at 0, both exempt from the penalty.
    Shapes: (B, ..., n) -> same; gamma, beta: (n,), n the size of the features' axis.
    """

    title: ClassVar[str] = "Scale and bias"
    category: ClassVar[str] = "dense"
    icon: ClassVar[str] = "tune-vertical"
    formulas: ClassVar[Formulas] = Formulas(
        forward=(("output", r"h_{ij}^{(l+1)} = \gamma_j h_{ij}^{(l)} + \beta_j"),),
        backward=(
            (
                "scale",
                r"\frac{\partial J}{\partial \gamma_j} = "
                r"\sum_i \delta_{ij}^{(l+1)} h_{ij}^{(l)}",
            ),
            ("shift", r"\frac{\partial J}{\partial \beta_j} = \sum_i \delta_{ij}^{(l+1)}"),
            ("passed down", r"\delta_{ij}^{(l)} = \gamma_j \delta_{ij}^{(l+1)}"),
        ),
    )

    use_scale: Annotated[bool, Meta(description="Learn a factor for every feature")] = True
    use_bias: Annotated[bool, Meta(description="Learn a shift of every feature")] = True
    axis: Annotated[
        int,
        Meta(ge=-6, le=5, description="Axis of the features (-1: the last; 0: channels)"),
    ] = -1

    def label(self) -> str:
        words = {(True, False): "Scale", (False, True): "Bias"}
        return words.get((self.use_scale, self.use_bias), self.title)

    def out_spec(self, *specs: Spec) -> Spec:
        axis_of(self.title, self.axis, specs[0])
        return Spec(specs[0].shape)

    def parameters(self, *specs: Spec) -> dict[str, Parameter]:
        shape = (specs[0].shape[axis_of(self.title, self.axis, specs[0])],)
        found = {}
        if self.use_scale:
            found["gamma"] = Parameter(shape, "ones", is_penalised=False)
        if self.use_bias:
            found["beta"] = Parameter(shape, "zeros", is_penalised=False)
        return found

    def cost(self, *specs: Spec) -> int:
        return specs[0].size

    def setup(self, n: Workspace) -> None:
        n.product = n.like(n.h)

    def _along(self, n: Workspace, values: Array) -> Array:
        """(n,) in a shape that is stretched over all other axes."""
        axis = axis_of(self.title, self.axis, n.specs[0]) + 1
        return values.reshape((-1,) + (1,) * (n.h.ndim - 1 - axis))

    def _others(self, n: Workspace) -> tuple[int, ...]:
        axis = axis_of(self.title, self.axis, n.specs[0]) + 1
        return tuple(k for k in range(n.h.ndim) if k != axis)

    def forward(self, n: Workspace) -> None:
        if self.use_scale:
            np.multiply(n.h, self._along(n, n.gamma), out=n.out)
        else:
            np.copyto(n.out, n.h)
        if self.use_bias:
            n.out += self._along(n, n.beta)

    def gradient(self, n: Workspace) -> None:
        if self.use_scale:
            np.multiply(n.delta_out, n.h, out=n.product)
            np.add.reduce(n.product, axis=self._others(n), out=n.dgamma)
        if self.use_bias:
            np.add.reduce(n.delta_out, axis=self._others(n), out=n.dbeta)

    def backward(self, n: Workspace) -> None:
        if self.use_scale:
            np.multiply(n.delta_out, self._along(n, n.gamma), out=n.delta)
        else:
            np.copyto(n.delta, n.delta_out)
