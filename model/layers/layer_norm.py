"""Norms of an item by itself: layer norm, RMS norm and group norm. No batch, no test mode."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from msgspec import Meta

from model.errors import ShapeError
from model.layer import Array, Formulas, Layer, Parameter, Shape, Spec, Workspace


def _turned(array: Array) -> Array:
    """A view with the batch last, as pictures lie in memory behind a convolution."""
    return array.transpose(*range(1, array.ndim), 0)


class _ItemNorm(Layer, frozen=True, kw_only=True):
    """Every row of m numbers of an item gets mean 0 (where `is_centred`) and mean square 1.

    Subclasses say what a row is, and which numbers share a gamma.
    """

    category: ClassVar[str] = "regularise"
    icon: ClassVar[str] = "format-align-middle"
    binds_out: ClassVar[bool] = True
    is_centred: ClassVar[bool] = True

    epsilon: Annotated[
        float,
        Meta(gt=0, le=0.1, description="Added to the variance", extra={"symbol": r"\epsilon"}),
    ] = 1e-5

    def _rows(self, spec: Spec) -> Shape:
        """An item as (..., m): rows of numbers that are normalised together."""
        raise NotImplementedError

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

    def setup(self, n: Workspace) -> None:
        """A name with _ at its end is the same memory as rows, or shaped to go with them."""
        n.rows = (n.batch, *self._rows(n.specs[0]))
        n.normal = n.like(n.h)
        n.is_turned = False
        if not n.normal.flags.c_contiguous:
            n.is_turned = _turned(n.normal).flags.c_contiguous
        if not n.is_turned:
            n.normal = n.empty(*n.h.shape)
        n.out, n.square, n.scaled = n.like(n.normal), n.like(n.normal), n.like(n.normal)
        n.normal_, n.square_, n.scaled_ = (
            array.reshape(n.rows) for array in (n.normal, n.square, n.scaled)
        )
        n.mean_, n.std_, n.slope_ = (n.like(n.normal_[..., :1]) for _ in range(3))
        n.m = n.rows[-1]
        n.ones = n.empty(n.m, 1) + 1
        self._shape_features(n)

    def _shape_features(self, n: Workspace) -> None:
        """gamma_, beta_ go with an item; others: the axes over which their gradients are summed."""
        shape = self._features(n.specs[0])
        n.others = tuple(range(n.h.ndim - len(shape)))
        n.gamma_ = n.gamma
        n.beta_ = n.beta if self.is_centred else None

    def _mean(self, n: Workspace, rows: Array, out: Array) -> None:
        """The mean of each row, its sum had as a product: five times as fast."""
        if n.is_turned:
            np.matmul(n.ones.T, _turned(rows), out=_turned(out))
        else:
            np.matmul(rows, n.ones, out=out)
        out /= n.m

    def forward(self, n: Workspace) -> None:
        np.copyto(n.normal, n.h)
        if self.is_centred:
            self._mean(n, n.normal_, out=n.mean_)
            n.normal_ -= n.mean_
        np.multiply(n.normal, n.normal, out=n.square)
        self._mean(n, n.square_, out=n.std_)
        n.std_ += self.epsilon
        np.sqrt(n.std_, out=n.std_)
        n.normal_ /= n.std_
        np.multiply(n.normal, n.gamma_, out=n.out)
        if self.is_centred:
            n.out += n.beta_

    def gradient(self, n: Workspace) -> None:
        np.multiply(n.delta_out, n.normal, out=n.square)
        np.add.reduce(n.square, axis=n.others, out=n.dgamma)
        if self.is_centred:
            np.add.reduce(n.delta_out, axis=n.others, out=n.dbeta)

    def backward(self, n: Workspace) -> None:
        np.multiply(n.delta_out, n.gamma_, out=n.scaled)
        np.multiply(n.scaled, n.normal, out=n.square)
        self._mean(n, n.square_, out=n.slope_)
        np.multiply(n.normal_, n.slope_, out=n.square_)
        if self.is_centred:
            self._mean(n, n.scaled_, out=n.mean_)
            n.scaled_ -= n.mean_
        n.scaled -= n.square
        n.scaled_ /= n.std_
        np.copyto(n.delta, n.scaled)


def _formulas(*, is_centred: bool) -> Formulas:
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


class _AxesNorm(_ItemNorm, frozen=True, kw_only=True):
    """Rows are the last axis, or the whole item."""

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

    def _rows(self, spec: Spec) -> Shape:
        return spec.shape if self.over == "last axis" else (spec.size,)

    def _features(self, spec: Spec) -> Shape:
        return spec.shape[-1:] if self.over == "last axis" else spec.shape


class LayerNorm(_AxesNorm, frozen=True, kw_only=True, tag="layer_norm"):
    """Give the numbers of every item mean 0 and standard deviation 1, then scale and shift them.

    h_out = gamma * (h - mean) / sqrt(variance + epsilon) + beta; mean and variance (1/m) are those
    of the last axis (of every token), or of the whole item; the batch plays no part, and testing
    is the same. Shapes: (B, ..., m) -> same; gamma, beta: (m,), or the shape of the item; both
    exempt from the penalty. As in PyTorch.
    Source: Ba et al. 2016.
    """

    title: ClassVar[str] = "Layer norm"
    formulas: ClassVar[Formulas] = _formulas(is_centred=True)


class RMSNorm(_AxesNorm, frozen=True, kw_only=True, tag="rms_norm"):
    """Divide the numbers of every item by their root mean square, then scale them.

    h_out = gamma * h / sqrt(mean(h^2) + epsilon): a layer norm without mean and shift.
    Shapes: (B, ..., m) -> same; gamma: (m,), or the shape of the item; exempt from the penalty.
    As in PyTorch, whose epsilon is 1.2e-7 unless it is given. Source: Zhang & Sennrich 2019.
    """

    title: ClassVar[str] = "RMS norm"
    icon: ClassVar[str] = "format-vertical-align-center"
    is_centred: ClassVar[bool] = False
    formulas: ClassVar[Formulas] = _formulas(is_centred=False)


class GroupNorm(_ItemNorm, frozen=True, kw_only=True, tag="group_norm"):
    """Give each group of channels of every item mean 0 and standard deviation 1, then scale them.

    h_out = gamma * (h - mean) / sqrt(variance + epsilon) + beta, over the C / groups channels of a
    group and all their places; gamma and beta are one a channel. With one group it is a layer norm
    of the whole item, with as many groups as channels an instance norm.
    Shapes: (B, C, H, W), (B, C, L) or (B, C) -> same; gamma, beta: (C,), exempt from the penalty.
    As in PyTorch. Source: Wu & He 2018.
    """

    title: ClassVar[str] = "Group norm"
    icon: ClassVar[str] = "format-list-group"
    formulas: ClassVar[Formulas] = _formulas(is_centred=True)

    groups: Annotated[
        int, Meta(ge=1, le=4096, description="Groups of channels", extra={"symbol": "G"})
    ] = 4

    def label(self) -> str:
        return f"{self.title} {self.groups}"

    def out_spec(self, *specs: Spec) -> Spec:
        shape = specs[0].shape
        if not shape or shape[0] % self.groups:
            raise ShapeError(
                f"Group norm cannot share out the channels of {specs[0]} among {self.groups}"
                " groups.",
                hint="Choose a number of groups that divides the first axis of an item.",
            )
        return Spec(shape)

    def _rows(self, spec: Spec) -> Shape:
        return (self.groups, spec.size // self.groups)

    def _features(self, spec: Spec) -> Shape:
        return spec.shape[:1]

    def _shape_features(self, n: Workspace) -> None:
        n.others = (0, *range(2, n.h.ndim))
        n.gamma_, n.beta_ = (x.reshape(-1, *(1,) * (n.h.ndim - 2)) for x in (n.gamma, n.beta))
