"""Functions applied to every neuron by itself, and softmax."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from model.errors import ShapeError
from model.layer import Formulas, Layer, Spec, Workspace


def activation_formulas(function: str, slope: str) -> Formulas:
    """Those of a function that every neuron applies by itself."""
    return Formulas(
        forward=(("output", r"h_j^{(l+1)} = f(h_j^{(l)})"), ("function", function)),
        backward=(
            ("passed down", r"\delta_j^{(l)} = \delta_j^{(l+1)} \, f'(h_j^{(l)})"),
            ("slope", slope),
        ),
    )


class Activation(Layer, frozen=True, kw_only=True):
    """A function of one number, applied to every neuron. Shapes: (B, ...) -> same.

    `slope` keeps f'(h) from the forward to the backward pass where that is cheaper.
    """

    category: ClassVar[str] = "dense"
    icon: ClassVar[str] = "chart-bell-curve-cumulative"

    def setup(self, n: Workspace) -> None:
        n.slope = n.like(n.h)


class Linear(Activation, frozen=True, kw_only=True, tag="linear"):
    """Pass every number on unchanged: f(x) = x."""

    title: ClassVar[str] = "Linear"
    icon: ClassVar[str] = "chart-line-variant"
    formulas: ClassVar[Formulas] = activation_formulas("f(x) = x", "f'(x) = 1")

    def setup(self, n: Workspace) -> None:
        pass

    def forward(self, n: Workspace) -> None:
        np.copyto(n.out, n.h)

    def backward(self, n: Workspace) -> None:
        np.copyto(n.delta, n.delta_out)


class ReLU(Activation, frozen=True, kw_only=True, tag="relu"):
    """Let positive numbers pass and set the rest to zero: f(x) = max(0, x). Slope 0 at 0."""

    title: ClassVar[str] = "ReLU"
    icon: ClassVar[str] = "chart-line-variant"
    is_signed: ClassVar[bool] = False
    formulas: ClassVar[Formulas] = activation_formulas(
        r"f(x) = \max(0, x)", r"f'(x) = 1 \;\mathrm{if}\; x > 0, \;\mathrm{else}\; 0"
    )

    def setup(self, n: Workspace) -> None:
        n.zeros = n.like(n.h)  # a maximum with an array is four times as fast as with 0
        n.ones = n.zeros + 1
        n.slope = n.like(n.h)

    def forward(self, n: Workspace) -> None:
        np.maximum(n.h, n.zeros, out=n.out)

    def backward(self, n: Workspace) -> None:
        np.minimum(n.out, n.ones, out=n.slope)
        np.ceil(n.slope, out=n.slope)  # 1 above 0; faster than a comparison, which must be cast
        np.multiply(n.delta_out, n.slope, out=n.delta)


class LeakyReLU(Activation, frozen=True, kw_only=True, tag="leaky_relu"):
    """Like ReLU, but negative numbers keep a small slope, so that no neuron dies.

    Source: Maas et al. 2013. Default slope 0.01 as in PyTorch.
    """

    title: ClassVar[str] = "Leaky ReLU"
    icon: ClassVar[str] = "chart-line-variant"
    formulas: ClassVar[Formulas] = activation_formulas(
        r"f(x) = x \;\mathrm{if}\; x > 0, \;\mathrm{else}\; a x",
        r"f'(x) = 1 \;\mathrm{if}\; x > 0, \;\mathrm{else}\; a",
    )
    negative_slope: Annotated[
        float, Meta(ge=0, lt=1, description="Slope for negative numbers", extra={"symbol": "a"})
    ] = 0.01

    def forward(self, n: Workspace) -> None:
        np.greater(n.h, 0, out=n.slope)
        n.slope *= 1 - self.negative_slope
        n.slope += self.negative_slope
        np.multiply(n.h, n.slope, out=n.out)

    def backward(self, n: Workspace) -> None:
        np.multiply(n.delta_out, n.slope, out=n.delta)


class ELU(Activation, frozen=True, kw_only=True, tag="elu"):
    """Like ReLU, but bends smoothly towards -a for negative numbers.

    f(x) = x if x > 0 else a (exp(x) - 1). Source: Clevert et al. 2016.
    """

    title: ClassVar[str] = "ELU"
    formulas: ClassVar[Formulas] = activation_formulas(
        r"f(x) = x \;\mathrm{if}\; x > 0, \;\mathrm{else}\; a (e^x - 1)",
        r"f'(x) = 1 \;\mathrm{if}\; x > 0, \;\mathrm{else}\; f(x) + a",
    )
    alpha: Annotated[
        float, Meta(gt=0, le=10, description="Depth of the negative part", extra={"symbol": "a"})
    ] = 1.0

    def forward(self, n: Workspace) -> None:
        np.minimum(n.h, 0, out=n.out)
        np.exp(n.out, out=n.slope)
        n.slope *= self.alpha
        np.subtract(n.slope, self.alpha, out=n.out)
        np.copyto(n.out, n.h, where=n.h > 0)

    def backward(self, n: Workspace) -> None:
        np.copyto(n.slope, 1, where=n.h > 0)
        np.multiply(n.delta_out, n.slope, out=n.delta)


class GELU(Activation, frozen=True, kw_only=True, tag="gelu"):
    """Weigh each number by the chance that a normal variable is smaller; transformers use it.

    The tanh form: f(x) = x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))), PyTorch's
    approximate="tanh". Source: Hendrycks & Gimpel 2016.
    """

    title: ClassVar[str] = "GELU"
    formulas: ClassVar[Formulas] = activation_formulas(
        r"f(x) = \frac{x}{2}(1 + t), \; t = \tanh(\sqrt{2/\pi}\,(x + 0.044715\,x^3))",
        r"f'(x) = \frac{1 + t}{2} + \frac{x}{2}(1 - t^2)\sqrt{2/\pi}\,(1 + 0.134145\,x^2)",
    )
    _C: ClassVar[float] = math.sqrt(2 / math.pi)

    def setup(self, n: Workspace) -> None:
        n.slope, n.near, n.square, n.t = (n.like(n.h) for _ in range(4))

    def forward(self, n: Workspace) -> None:
        n.h.clip(-20, 20, out=n.near)  # beyond, t is 1 to the last bit, and a cube may overflow
        np.multiply(n.near, n.near, out=n.square)
        np.multiply(n.square, 0.044715, out=n.t)
        n.t += 1
        n.t *= n.near
        n.t *= self._C
        np.tanh(n.t, out=n.t)
        np.add(n.t, 1, out=n.out)
        n.out *= n.h
        n.out *= 0.5

    def backward(self, n: Workspace) -> None:
        np.multiply(n.t, n.t, out=n.slope)
        np.subtract(1, n.slope, out=n.slope)
        n.square *= 0.134145
        n.square += 1
        n.slope *= n.square
        n.slope *= n.near
        n.slope *= self._C
        n.slope += n.t
        n.slope += 1
        n.slope *= 0.5
        np.multiply(n.delta_out, n.slope, out=n.delta)


class Softplus(Activation, frozen=True, kw_only=True, tag="softplus"):
    """A smooth ReLU: f(x) = log(1 + exp(x)), computed so that it cannot overflow."""

    title: ClassVar[str] = "Softplus"
    is_signed: ClassVar[bool] = False
    formulas: ClassVar[Formulas] = activation_formulas(
        r"f(x) = \log(1 + e^x)", r"f'(x) = \frac{1}{1 + e^{-x}} = 1 - e^{-f(x)}"
    )

    def forward(self, n: Workspace) -> None:
        np.logaddexp(n.h, 0, out=n.out)

    def backward(self, n: Workspace) -> None:
        np.negative(n.out, out=n.slope)
        np.expm1(n.slope, out=n.slope)
        np.negative(n.slope, out=n.slope)
        np.multiply(n.delta_out, n.slope, out=n.delta)


class Sigmoid(Activation, frozen=True, kw_only=True, tag="sigmoid"):
    """Squash every number into (0, 1): f(x) = 1 / (1 + exp(-x)), by way of tanh: no overflow."""

    title: ClassVar[str] = "Sigmoid"
    icon: ClassVar[str] = "sine-wave"
    is_signed: ClassVar[bool] = False
    formulas: ClassVar[Formulas] = activation_formulas(
        r"f(x) = \frac{1}{1 + e^{-x}} = \frac{1}{2}(1 + \tanh\frac{x}{2})",
        r"f'(x) = f(x)\,(1 - f(x))",
    )

    def forward(self, n: Workspace) -> None:
        np.multiply(n.h, 0.5, out=n.out)
        np.tanh(n.out, out=n.out)
        n.out += 1
        n.out *= 0.5

    def backward(self, n: Workspace) -> None:
        np.subtract(1, n.out, out=n.slope)
        n.slope *= n.out
        np.multiply(n.delta_out, n.slope, out=n.delta)


class Tanh(Activation, frozen=True, kw_only=True, tag="tanh"):
    """Squash every number into (-1, 1)."""

    title: ClassVar[str] = "Tanh"
    icon: ClassVar[str] = "sine-wave"
    formulas: ClassVar[Formulas] = activation_formulas(r"f(x) = \tanh x", r"f'(x) = 1 - f(x)^2")

    def forward(self, n: Workspace) -> None:
        np.tanh(n.h, out=n.out)

    def backward(self, n: Workspace) -> None:
        np.multiply(n.out, n.out, out=n.slope)
        np.multiply(n.delta_out, n.slope, out=n.slope)
        np.subtract(n.delta_out, n.slope, out=n.delta)  # delta - delta f^2: faster than with a 1


class HardSigmoid(Activation, frozen=True, kw_only=True, tag="hard_sigmoid"):
    """A sigmoid of three straight lines: f(x) = min(max(x / 6 + 1/2, 0), 1).

    Slope 1/6 within -3 < x < 3, 0 outside, as in PyTorch. Source: Courbariaux et al. 2015.
    """

    title: ClassVar[str] = "Hard sigmoid"
    icon: ClassVar[str] = "sine-wave"
    is_signed: ClassVar[bool] = False
    formulas: ClassVar[Formulas] = activation_formulas(
        r"f(x) = \min(\max(\frac{x}{6} + \frac{1}{2}, 0), 1)",
        r"f'(x) = \frac{1}{6} \;\mathrm{if}\; -3 < x < 3, \;\mathrm{else}\; 0",
    )

    def forward(self, n: Workspace) -> None:
        np.divide(n.h, 6, out=n.out)
        n.out += 0.5
        np.maximum(n.out, 0, out=n.out)
        np.minimum(n.out, 1, out=n.out)

    def backward(self, n: Workspace) -> None:
        np.abs(n.h, out=n.slope)
        np.less(n.slope, 3, out=n.slope)
        n.slope /= 6
        np.multiply(n.delta_out, n.slope, out=n.delta)


class Softsign(Activation, frozen=True, kw_only=True, tag="softsign"):
    """Squash every number into (-1, 1) like tanh, but with slower ends: f(x) = x / (1 + |x|)."""

    title: ClassVar[str] = "Softsign"
    icon: ClassVar[str] = "sine-wave"
    formulas: ClassVar[Formulas] = activation_formulas(
        r"f(x) = \frac{x}{1 + |x|}", r"f'(x) = \frac{1}{(1 + |x|)^2}"
    )

    def forward(self, n: Workspace) -> None:
        np.abs(n.h, out=n.slope)
        n.slope += 1
        np.divide(n.h, n.slope, out=n.out)

    def backward(self, n: Workspace) -> None:
        n.slope *= n.slope
        np.divide(n.delta_out, n.slope, out=n.delta)


class Softmax(Layer, frozen=True, kw_only=True, tag="softmax"):
    """Turn the numbers of the last axis into probabilities that add up to one.

    The largest number is subtracted first: exp stays finite, and a shift leaves softmax unchanged.
    Shapes: (B, ..., k) -> same.
    """

    title: ClassVar[str] = "Softmax"
    category: ClassVar[str] = "dense"
    icon: ClassVar[str] = "chart-bell-curve"
    is_signed: ClassVar[bool] = False
    formulas: ClassVar[Formulas] = Formulas(
        forward=(("output", r"p_j = \frac{e^{h_j}}{\sum_k e^{h_k}}"),),
        backward=(
            ("local", r"\frac{\partial p_j}{\partial h_k} = p_j (1_{j=k} - p_k)"),
            (
                "passed down",
                r"\delta_j^{(l)} = p_j (\delta_j^{(l+1)} - \sum_k \delta_k^{(l+1)} p_k)",
            ),
        ),
    )

    def out_spec(self, *specs: Spec) -> Spec:
        if not specs[0].shape:
            raise ShapeError(
                "Softmax needs several numbers an item, but it is given one.",
                hint="Put a Dense layer with one unit a class in front.",
            )
        return Spec(specs[0].shape)

    def setup(self, n: Workspace) -> None:
        n.total = n.empty(*n.h.shape[:-1], 1)

    def forward(self, n: Workspace) -> None:
        np.max(n.h, axis=-1, keepdims=True, out=n.total)
        np.subtract(n.h, n.total, out=n.out)
        np.exp(n.out, out=n.out)
        np.sum(n.out, axis=-1, keepdims=True, out=n.total)
        n.out /= n.total

    def backward(self, n: Workspace) -> None:
        np.multiply(n.delta_out, n.out, out=n.delta)
        np.sum(n.delta, axis=-1, keepdims=True, out=n.total)
        np.subtract(n.delta_out, n.total, out=n.delta)
        n.delta *= n.out
