"""Norms of the numbers of an item along its last axis, or all of them. No batch, no test mode."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar, Literal

import numpy as np
from msgspec import Meta

from model.errors import ShapeError
from model.layer import Formulas, Layer, Parameter, Shape, Spec, Workspace

LONG = 8192
"""Numbers that meet beta in one go: short rows are taken several at a time. NumPy copies what it
stretches over shorter runs, which takes longer than the sum itself."""
Epsilon = Annotated[
    float,
    Meta(gt=0, le=0.1, description="Added to the variance", extra={"symbol": r"\epsilon"}),
]


class ItemNorm(Layer, frozen=True, kw_only=True):
    """What all norms of an item by itself share. gamma and beta are exempt from the penalty."""

    category: ClassVar[str] = "regularise"
    icon: ClassVar[str] = "format-align-middle"
    binds_out: ClassVar[bool] = True
    is_centred: ClassVar[bool] = True

    epsilon: Epsilon = 1e-5

    def _features(self, spec: Spec) -> Shape:
        """The shape of gamma and beta."""
        raise NotImplementedError

    def parameters(self, *specs: Spec) -> dict[str, Parameter]:
        shape = self._features(specs[0])
        found = {"gamma": Parameter(shape, "ones", is_penalised=False)}
        if self.is_centred:
            found["beta"] = Parameter(shape, "zeros", is_penalised=False)
        return found

    def cost(self, *specs: Spec) -> int:
        return 2 * specs[0].size


def norm_formulas(*, is_centred: bool) -> Formulas:
    """Short lines, so that each is read whole in a narrow panel."""
    scale = r"\frac{\partial J}{\partial \gamma_j} = \sum_i \delta_{ij}^{(l+1)} \hat{h}_{ij}"
    shift = r"\frac{\partial J}{\partial \beta_j} = \sum_i \delta_{ij}^{(l+1)}"
    local = ("through the scale", r"d_j = \gamma_j \delta_j^{(l+1)}")
    along = ("along the item", r"e = \frac{1}{m}\sum_k d_k \hat{h}_k")
    if not is_centred:
        return Formulas(
            forward=(
                ("mean square", r"\sigma^2 = \epsilon + \frac{1}{m}\sum_j h_j^2"),
                ("normalise", r"\hat{h}_j = \frac{h_j}{\sigma}"),
                ("output", r"h^{(l+1)}_j = \gamma_j \hat{h}_j"),
            ),
            backward=(
                ("scale", scale),
                local,
                along,
                ("passed down", r"\delta_j^{(l)} = \frac{1}{\sigma} ( d_j - e \hat{h}_j )"),
            ),
        )
    return Formulas(
        forward=(
            ("mean", r"\mu = \frac{1}{m}\sum_j h_j"),
            ("variance", r"\sigma^2 = \epsilon + \frac{1}{m}\sum_j (h_j - \mu)^2"),
            ("normalise", r"\hat{h}_j = \frac{h_j - \mu}{\sigma}"),
            ("output", r"h^{(l+1)}_j = \gamma_j \hat{h}_j + \beta_j"),
        ),
        backward=(
            ("scale", scale),
            ("shift", shift),
            local,
            ("mean", r"\bar{d} = \frac{1}{m}\sum_k d_k"),
            along,
            ("passed down", r"\delta_j^{(l)} = \frac{1}{\sigma} ( d_j - \bar{d} - e \hat{h}_j )"),
        ),
    )


class _AxesNorm(ItemNorm, frozen=True, kw_only=True):
    """Every row of m numbers gets mean 0 (where `is_centred`) and mean square 1.

    Rows are the last axis of an item, or the whole item. Sums are products with ones, which take a
    fraction of the time of a reduction.
    """

    bound: ClassVar[tuple[str, ...]] = ("over",)

    over: Annotated[
        Literal["last axis", "whole item"],
        Meta(description="Numbers that share one mean and deviation"),
    ] = "last axis"

    def out_spec(self, *specs: Spec) -> Spec:
        if not specs[0].shape:
            raise ShapeError(
                f"{self.title} needs several numbers an item, but it is given {specs[0]}.",
                hint="Put it behind a Dense layer.",
            )
        return Spec(specs[0].shape)

    def _features(self, spec: Spec) -> Shape:
        return spec.shape[-1:] if self.over == "last axis" else spec.shape

    def setup(self, n: Workspace) -> None:
        """Rows: (rows, m) arrays; those of the input are a copy where it lies in another order.
        mean, factor, slope: a number a row; with a _ at its end as (rows, 1)."""
        n.m = Spec(self._features(n.specs[0])).size
        n.rows = n.h.size // n.m
        n.is_apart = not n.h.flags.c_contiguous
        n.h_rows = n.empty(n.rows, n.m) if n.is_apart else n.h.reshape(n.rows, n.m)
        n.out = n.empty(*n.h.shape)
        n.out_rows = n.out.reshape(n.rows, n.m)
        n.centred, n.scale, n.square, n.scaled = (n.empty(n.rows, n.m) for _ in range(4))
        n.mean_, n.factor_, n.slope_ = (n.empty(n.rows, 1) for _ in range(3))
        n.mean, n.factor, n.slope = (x.reshape(-1) for x in (n.mean_, n.factor_, n.slope_))
        n.ones, n.ones_of_rows, n.share = n.empty(n.m) + 1, n.empty(n.rows) + 1, n.empty(n.m)
        n.gamma_ = n.gamma.reshape(1, n.m)
        n.dgamma_ = n.dgamma.reshape(n.m)
        if self.is_centred:
            n.beta_, n.dbeta_ = n.beta.reshape(n.m), n.dbeta.reshape(n.m)
            fitting = (k for k in range(1, n.rows) if n.rows % k == 0 and k * n.m >= LONG)
            n.betas = n.empty(next(fitting, n.rows), n.m)
            n.out_wide, n.betas_wide = n.out.reshape(-1, n.betas.size), n.betas.reshape(-1)

    def forward(self, n: Workspace) -> None:
        """factor: 1 / sqrt(variance + epsilon); scale: gamma times that, for every number."""
        if n.is_apart:
            np.copyto(n.h_rows.reshape(n.h.shape), n.h)
        if self.is_centred:
            np.dot(n.h_rows, n.ones, out=n.mean)
            n.mean /= n.m
            np.subtract(n.h_rows, n.mean_, out=n.centred)
        else:
            np.copyto(n.centred, n.h_rows)
        np.multiply(n.centred, n.centred, out=n.square)
        np.dot(n.square, n.ones, out=n.factor)
        n.factor += n.m * self.epsilon
        np.sqrt(n.factor, out=n.factor)
        np.divide(math.sqrt(n.m), n.factor, out=n.factor)
        np.dot(n.factor_, n.gamma_, out=n.scale)
        np.multiply(n.centred, n.scale, out=n.out_rows)
        if self.is_centred:
            np.copyto(n.betas, n.beta_)
            n.out_wide += n.betas_wide

    def gradient(self, n: Workspace) -> None:
        delta = n.delta_out.reshape(n.rows, n.m)
        np.multiply(delta, n.centred, out=n.square)
        np.dot(n.factor, n.square, out=n.dgamma_)
        if self.is_centred:
            np.dot(n.ones_of_rows, delta, out=n.dbeta_)

    def backward(self, n: Workspace) -> None:
        """slope: factor^3 times the mean of gamma delta centred, the product of `gradient`."""
        delta = n.delta_out.reshape(n.rows, n.m)
        np.divide(n.gamma_[0], n.m, out=n.share)
        np.dot(n.square, n.share, out=n.slope)
        for _ in range(3):
            n.slope *= n.factor
        np.multiply(n.centred, n.slope_, out=n.square)
        if self.is_centred:
            np.dot(delta, n.share, out=n.mean)
            n.mean *= n.factor
            n.square += n.mean_
        np.multiply(delta, n.scale, out=n.scaled)
        np.subtract(n.scaled.reshape(n.h.shape), n.square.reshape(n.h.shape), out=n.delta)


class LayerNorm(_AxesNorm, frozen=True, kw_only=True, tag="layer_norm"):
    """Give the numbers of every item mean 0 and standard deviation 1, then scale and shift them.

    h_out = gamma * (h - mean) / sqrt(variance + epsilon) + beta; mean and variance (1/m) are those
    of the last axis (of every token), or of the whole item; the batch plays no part, and testing
    is the same. Shapes: (B, ..., m) -> same; gamma, beta: (m,), or the shape of the item; both
    exempt from the penalty. As in PyTorch.
    Source: Ba et al. 2016.
    """

    title: ClassVar[str] = "Layer norm"
    formulas: ClassVar[Formulas] = norm_formulas(is_centred=True)


class RMSNorm(_AxesNorm, frozen=True, kw_only=True, tag="rms_norm"):
    """Divide the numbers of every item by their root mean square, then scale them.

    h_out = gamma * h / sqrt(mean(h^2) + epsilon): a layer norm without mean and shift.
    Shapes: (B, ..., m) -> same; gamma: (m,), or the shape of the item; exempt from the penalty.
    As in PyTorch, whose epsilon is 1.2e-7 unless it is given. Source: Zhang & Sennrich 2019.
    """

    title: ClassVar[str] = "RMS norm"
    icon: ClassVar[str] = "format-vertical-align-center"
    is_centred: ClassVar[bool] = False
    formulas: ClassVar[Formulas] = norm_formulas(is_centred=False)
