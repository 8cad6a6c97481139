"""The fully connected layer."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from msgspec import Meta

from model.errors import ShapeError
from model.layer import Formulas, Layer, Parameter, Spec, Workspace
from model.layers._products import row_blocks

InitializerName = Literal[
    "glorot_uniform",
    "glorot_normal",
    "he_uniform",
    "he_normal",
    "lecun_uniform",
    "lecun_normal",
    "orthogonal",
    "normal",
    "uniform",
    "constant",
    "zeros",
]
Spread = Annotated[
    float,
    Meta(
        ge=-10,
        le=10,
        description="Size of the first values: deviation (normal), bound (uniform) or value"
        " (constant)",
    ),
]


class Dense(Layer, frozen=True, kw_only=True, tag="dense"):
    """Connect every neuron with every input: a matrix product plus a bias.

    h_out = h W + b. Shapes: (B, n_in) -> (B, units); W: (n_in, units), b: (units,).
    With `each_step` the same W and b meet every step: (B, T, n_in) -> (B, T, units), in one product
    of B T rows.
    b starts at zero and is exempt from the L1 and L2 penalty. Tied to another node, W is that
    node's W transposed, one array for both: the gradients of both uses add up.
    """

    title: ClassVar[str] = "Dense"
    category: ClassVar[str] = "dense"
    icon: ClassVar[str] = "hub-outline"
    binds_out: ClassVar[bool] = True
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
    spread: Spread = 0.05
    tied_to: Annotated[
        str,
        Meta(
            max_length=61,
            description="Use this node's W, transposed, such as dense_1's (empty: a W of its own)",
        ),
    ] = ""
    each_step: Annotated[bool, Meta(description="Apply to each step of a sequence")] = False

    def label(self) -> str:
        return f"Dense {self.units}"

    def out_spec(self, *specs: Spec) -> Spec:
        rank = len(specs[0].shape)
        if rank != 1 and not (self.each_step and rank > 1):
            choice = " or switch on “each step” to treat every step alike" if rank > 1 else ""
            raise ShapeError(
                f"Dense takes vectors (B × n), but it is given {specs[0]}.",
                hint=f"Put a Flatten layer in front{choice}.",
            )
        return Spec((*specs[0].shape[:-1], self.units))

    def parameters(self, *specs: Spec) -> dict[str, Parameter]:
        fans = (specs[0].shape[-1], self.units)
        W = Parameter(fans, self.initializer, fans, spread=self.spread, tied_to=self.tied_to)
        found = {"W": W}
        if self.use_bias:
            found["b"] = Parameter((self.units,), "zeros", is_penalised=False)
        return found

    def cost(self, *specs: Spec) -> int:
        return specs[0].size * self.units

    def setup(self, n: Workspace) -> None:
        """h_rows, out_rows: (B, n) or (B T, n), views of h and out; h_rows is a copy where the
        input lies in another order in memory. h_blocks ...: the same, some rows at a time."""
        n.out = n.empty(*n.h.shape[:-1], self.units)
        n.out_rows = n.out.reshape(-1, self.units)
        n.h_rows = n.h.reshape(-1, n.h.shape[-1])
        n.is_vector = n.h.ndim == 2
        n.is_apart = not np.shares_memory(n.h_rows, n.h)
        n.delta_rows = n.like(n.h_rows) if n.is_apart else None
        n.ones = n.empty(len(n.h_rows)) + 1
        n.h_blocks, n.out_blocks = row_blocks(n.h_rows, n.W, n.out_rows)
        n.h_columns, n.dW_blocks = row_blocks(n.h_rows.T, n.out_rows, n.dW, least=16)

    def forward(self, n: Workspace) -> None:
        if n.is_apart:
            n.h_rows.reshape(n.h.shape)[...] = n.h
        if len(n.out_blocks) == 1:
            np.dot(n.h_rows, n.W, out=n.out_rows)
        else:  # the same product, some rows at a time
            np.matmul(n.h_blocks, n.W, out=n.out_blocks)
        if self.use_bias:
            n.out_rows += n.b

    def gradient(self, n: Workspace) -> None:
        delta = n.delta_out if n.is_vector else n.delta_out.reshape(n.out_rows.shape)
        if len(n.dW_blocks) == 1:
            np.dot(n.h_rows.T, delta, out=n.dW)
        else:
            np.matmul(n.h_columns, delta, out=n.dW_blocks)
        if self.use_bias:
            np.dot(n.ones, delta, out=n.db)  # the sum over the rows, in a fraction of its time

    def backward(self, n: Workspace) -> None:
        if n.is_vector:
            np.dot(n.delta_out, n.W.T, out=n.delta)
            return
        rows = n.delta_rows if n.is_apart else n.delta.reshape(n.h_rows.shape)
        np.dot(n.delta_out.reshape(n.out_rows.shape), n.W.T, out=rows)
        if n.is_apart:
            n.delta[...] = rows.reshape(n.delta.shape)
