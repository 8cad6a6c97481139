"""From token numbers to vectors."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import numpy as np
from msgspec import Meta

from model.errors import ShapeError
from model.layer import Formulas, Layer, Parameter, Port, Spec, Workspace

FEW = 256
"""Tokens whose gradient is a product with one-hot vectors: faster than to sort them."""


class Embedding(Layer, frozen=True, kw_only=True, tag="embedding"):
    """Look up a vector of its own for every token; the vectors are learnt.

    h_out[t] = E[token t]: the same as a Dense layer without bias on one-hot vectors. The data say
    how many tokens there are. E: (tokens, units), first values normal with spread 0.05.
    Shapes: (B, T) tokens -> (B, T, units), or (B,) labels -> (B, units).
    """

    title: ClassVar[str] = "Embedding"
    category: ClassVar[str] = "sequence"
    icon: ClassVar[str] = "book-alphabet"
    inputs: ClassVar[tuple[Port, ...]] = (
        Port("h", "Token numbers or labels (class indices)", takes_labels=True),
    )
    formulas: ClassVar[Formulas] = Formulas(
        forward=(("output", r"h_t^{(l+1)} = E_{w_t}"), ("token", r"w_t \in \{0, ..., V - 1\}")),
        backward=(
            ("weights", r"\frac{\partial J}{\partial E_v} = \sum_{t: w_t = v} \delta_t^{(l+1)}"),
        ),
    )
    units: Annotated[
        int, Meta(ge=1, le=16384, description="Numbers in each vector", extra={"symbol": "d"})
    ] = 16

    def label(self) -> str:
        return f"Embedding {self.units}"

    def out_spec(self, *specs: Spec) -> Spec:
        if not specs[0].classes:
            raise ShapeError(
                f"Embedding takes token numbers, but it is given real numbers ({specs[0]}).",
                hint="Wire tokens or labels here, or use a Dense layer for real numbers.",
            )
        if len(specs[0].shape) > 1:
            raise ShapeError(
                f"Embedding takes one row of tokens an item (B × T), but it is given {specs[0]}.",
                hint="Put a Flatten layer in front.",
            )
        return Spec((*specs[0].shape, self.units))

    def parameters(self, *specs: Spec) -> dict[str, Parameter]:
        return {"E": Parameter((specs[0].classes, self.units), "normal")}

    def setup(self, n: Workspace) -> None:
        n.tokens = n.h.reshape(-1)
        n.has_few = len(n.E) <= FEW
        if n.has_few:
            n.one_hot = n.empty(n.tokens.size, len(n.E))
            n.starts = np.arange(n.tokens.size) * len(n.E)
            n.index = np.zeros_like(n.starts)
        else:
            n.sorted_delta = n.empty(n.tokens.size, self.units)

    def forward(self, n: Workspace) -> None:
        n.E.take(n.tokens, axis=0, out=n.out.reshape(n.tokens.size, -1), mode="clip")

    def gradient(self, n: Workspace) -> None:
        """The sum over all places of a token. Many tokens are sorted first, so that the rows of one
        lie together."""
        delta = n.delta_out.reshape(n.tokens.size, -1)
        if n.has_few:
            np.add(n.starts, n.tokens, out=n.index)
            n.one_hot.fill(0)
            n.one_hot.put(n.index, 1)
            np.dot(n.one_hot.T, delta, out=n.dE)
            return
        order = np.argsort(n.tokens, kind="stable")
        tokens = n.tokens[order]
        starts = np.flatnonzero(np.diff(tokens, prepend=-1))
        delta.take(order, axis=0, out=n.sorted_delta, mode="clip")
        n.dE.fill(0)
        n.dE[tokens[starts]] = np.add.reduceat(n.sorted_delta, starts, axis=0)

    def backward(self, n: Workspace) -> None:
        """Tokens are whole numbers: no delta can be sent to them."""

    def view(self, n: Workspace, item: int, neuron: int) -> dict[str, Any]:
        """tokens: the token numbers of the item."""
        return {"tokens": np.array(n.h[item])}
