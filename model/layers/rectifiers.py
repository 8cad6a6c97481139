"""Descendants of ReLU: with learned slopes, with fixed statistics, smooth, or the best of many."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from msgspec import Meta

from model.errors import ShapeError
from model.layer import Array, Formulas, Layer, Parameter, Spec, Workspace
from model.layers.activations import Activation, activation_formulas
from model.layers.dense import Spread

InitializerOfPieces = Literal[
    "glorot_uniform",
    "glorot_normal",
    "he_uniform",
    "he_normal",
    "lecun_normal",
    "orthogonal",
    "normal",
    "uniform",
]
"""No zeros: all pieces of a neuron would be equal for ever, and only the first would learn."""


class PReLU(Activation, frozen=True, kw_only=True, tag="prelu"):
    """Leaky ReLU whose slope for negative numbers is learned.

    f(x) = x if x > 0 else a x. a starts at 0.25 and is exempt from the penalty, which would pull
    it back to ReLU. Shapes: (B, ...) -> same; a: (1,), or (C,) along the first axis of an item.
    Source: He et al. 2015. Slope a at 0, as in PyTorch.
    """

    title: ClassVar[str] = "PReLU"
    icon: ClassVar[str] = "chart-line-variant"
    formulas: ClassVar[Formulas] = Formulas(
        forward=(
            ("output", r"h_j^{(l+1)} = f(h_j^{(l)})"),
            ("function", r"f(x) = x \;\mathrm{if}\; x > 0, \;\mathrm{else}\; a x"),
        ),
        backward=(
            ("slope a", r"\frac{\partial J}{\partial a} = \sum_{i,j} \delta_{ij} \min(0, h_{ij})"),
            ("passed down", r"\delta_j^{(l)} = \delta_j^{(l+1)} \, f'(h_j^{(l)})"),
            ("slope", r"f'(x) = 1 \;\mathrm{if}\; x > 0, \;\mathrm{else}\; a"),
        ),
    )
    one_slope: Annotated[
        Literal["layer", "channel"],
        Meta(
            description="Who shares a slope a",
            extra={"captions": {"layer": "the whole layer", "channel": "a channel or neuron"}},
        ),
    ] = "layer"

    def parameters(self, *specs: Spec) -> dict[str, Parameter]:
        shape = (1,) if self.one_slope == "layer" else specs[0].shape[:1]
        return {"a": Parameter(shape, "constant", is_penalised=False, spread=0.25)}

    def setup(self, n: Workspace) -> None:
        n.slope = n.like(n.h)
        n.negative = n.like(n.h)
        n.along = n.a.reshape((-1,) + (1,) * (n.h.ndim - 2))  # a view: it follows the training
        n.rest = n.like(n.along)

    def forward(self, n: Workspace) -> None:
        np.greater(n.h, 0, out=n.slope)
        np.subtract(1, n.along, out=n.rest)
        n.slope *= n.rest
        n.slope += n.along
        np.multiply(n.h, n.slope, out=n.out)

    def gradient(self, n: Workspace) -> None:
        np.minimum(n.h, 0, out=n.negative)
        n.negative *= n.delta_out
        if n.a.size == 1:
            n.da[0] = np.add.reduce(n.negative, axis=None)
        else:
            np.add.reduce(n.negative, axis=(0, *range(2, n.h.ndim)), out=n.da)

    def backward(self, n: Workspace) -> None:
        np.multiply(n.delta_out, n.slope, out=n.delta)

    def view(self, n: Workspace, item: int, neuron: int) -> dict[str, Any]:
        """a: the slopes as they were in this step."""
        return {"a": n.a.copy()}


class SELU(Activation, frozen=True, kw_only=True, tag="selu"):
    """An ELU with just those constants that keep mean 0 and deviation 1 from layer to layer.

    f(x) = s x if x > 0 else s a (exp(x) - 1), s = 1.0507, a = 1.6733. Wants LeCun-normal weights.
    Source: Klambauer et al. 2017.
    """

    title: ClassVar[str] = "SELU"
    formulas: ClassVar[Formulas] = activation_formulas(
        r"f(x) = s\,x \;\mathrm{if}\; x > 0, \;\mathrm{else}\; s\,a\,(e^x - 1)",
        r"f'(x) = s \;\mathrm{if}\; x > 0, \;\mathrm{else}\; f(x) + s\,a",
    )
    _S: ClassVar[float] = 1.0507009873554804934193349852946
    _A: ClassVar[float] = 1.6732632423543772848170429916717

    def setup(self, n: Workspace) -> None:
        n.slope, n.positive = n.like(n.h), n.like(n.h)

    def forward(self, n: Workspace) -> None:
        np.minimum(n.h, 0, out=n.out)
        np.expm1(n.out, out=n.out)
        n.out *= self._S * self._A
        np.maximum(n.h, 0, out=n.positive)
        n.positive *= self._S
        n.out += n.positive

    def backward(self, n: Workspace) -> None:
        np.add(n.out, self._S * self._A, out=n.slope)
        np.minimum(n.h, 0, out=n.positive)
        np.equal(n.positive, n.h, out=n.positive)  # 1 where x <= 0
        n.slope -= self._S
        n.slope *= n.positive
        n.slope += self._S
        np.multiply(n.delta_out, n.slope, out=n.delta)


class Swish(Activation, frozen=True, kw_only=True, tag="swish"):
    """Weigh each number by its own sigmoid: smooth, and slightly negative left of zero.

    f(x) = x / (1 + exp(-x)); also called SiLU. Source: Ramachandran et al. 2017.
    """

    title: ClassVar[str] = "Swish"
    formulas: ClassVar[Formulas] = activation_formulas(
        r"f(x) = x \, \sigma(x), \; \sigma(x) = \frac{1}{1 + e^{-x}}",
        r"f'(x) = \sigma(x) + f(x)\,(1 - \sigma(x))",
    )

    def setup(self, n: Workspace) -> None:
        n.slope, n.gate = n.like(n.h), n.like(n.h)

    def forward(self, n: Workspace) -> None:
        np.multiply(n.h, 0.5, out=n.gate)
        np.tanh(n.gate, out=n.gate)
        n.gate += 1
        n.gate *= 0.5
        np.multiply(n.h, n.gate, out=n.out)

    def backward(self, n: Workspace) -> None:
        np.subtract(1, n.gate, out=n.slope)
        n.slope *= n.out
        n.slope += n.gate
        np.multiply(n.delta_out, n.slope, out=n.delta)


class Maxout(Layer, frozen=True, kw_only=True, tag="maxout"):
    """Each neuron takes the largest of several weighted sums, and so learns its own bent function.

    h_out[j] = max over p of (h W + b)[j, p]. Shapes: (B, n) -> (B, units);
    W: (n, units * pieces), the pieces of a neuron side by side; b: (units * pieces,).
    Where pieces are equal the first one learns. Source: Goodfellow et al. 2013.
    """

    title: ClassVar[str] = "Maxout"
    category: ClassVar[str] = "dense"
    icon: ClassVar[str] = "chevron-triple-up"
    formulas: ClassVar[Formulas] = Formulas(
        forward=(
            ("pieces", r"a_{jp} = \sum_i h_i^{(l)} W_{i,jp} + b_{jp}"),
            ("output", r"h_j^{(l+1)} = \max_p a_{jp}"),
        ),
        backward=(
            (
                "winner",
                r"\delta_{jp} = \delta_j^{(l+1)} \;\mathrm{if}\; p = \arg\max_q a_{jq}, "
                r"\;\mathrm{else}\; 0",
            ),
            ("weights", r"\frac{\partial J}{\partial W} = {h^{(l)}}^{T} \delta"),
            ("bias", r"\frac{\partial J}{\partial b} = \sum_{i=1}^{B} \delta_i"),
            ("passed down", r"\delta^{(l)} = \delta W^{T}"),
        ),
    )

    units: Annotated[
        int, Meta(ge=1, le=16384, description="Neurons of this layer", extra={"symbol": "n"})
    ] = 16
    pieces: Annotated[
        int, Meta(ge=2, le=16, description="Weighted sums of each neuron", extra={"symbol": "k"})
    ] = 2
    initializer: Annotated[InitializerOfPieces, Meta(description="First values of W")] = (
        "glorot_uniform"
    )
    spread: Spread = 0.05

    def label(self) -> str:
        return f"Maxout {self.units} × {self.pieces}"

    def out_spec(self, *specs: Spec) -> Spec:
        if len(specs[0].shape) != 1:
            raise ShapeError(
                f"Maxout takes vectors (B × n), but it is given {specs[0]}.",
                hint="Put a Flatten layer in front.",
            )
        return Spec((self.units,))

    def parameters(self, *specs: Spec) -> dict[str, Parameter]:
        n_in, columns = specs[0].shape[0], self.units * self.pieces
        return {
            "W": Parameter(
                (n_in, columns), self.initializer, (n_in, self.units), spread=self.spread
            ),
            "b": Parameter((columns,), "zeros", is_penalised=False),
        }

    def cost(self, *specs: Spec) -> int:
        return specs[0].shape[0] * self.units * self.pieces

    def setup(self, n: Workspace) -> None:
        n.sums = n.empty(n.batch, self.units * self.pieces)
        n.pieces = n.sums.reshape(n.batch, self.units, self.pieces)
        n.local = n.like(n.sums)
        n.starts = np.arange(n.batch * self.units).reshape(n.batch, self.units) * self.pieces
        n.winner = np.zeros_like(n.starts)

    def forward(self, n: Workspace) -> None:
        np.dot(n.h, n.W, out=n.sums)
        n.sums += n.b
        np.argmax(n.pieces, axis=2, out=n.winner)
        n.winner += n.starts
        n.sums.take(n.winner, out=n.out, mode="clip")

    def gradient(self, n: Workspace) -> None:
        self._to_winners(n)
        np.dot(n.h.T, n.local, out=n.dW)
        np.add.reduce(n.local, axis=0, out=n.db)

    def _to_winners(self, n: Workspace) -> None:
        n.local.fill(0)
        n.local.put(n.winner, n.delta_out)

    def backward(self, n: Workspace) -> None:
        np.dot(n.local, n.W.T, out=n.delta)

    def view(self, n: Workspace, item: int, neuron: int) -> dict[str, Any]:
        """pieces: (k,) the sums of the chosen neuron; winner: which of them is the largest."""
        found: Array = n.pieces[item, min(neuron, self.units - 1)].copy()
        return {"pieces": found, "winner": int(found.argmax())}
