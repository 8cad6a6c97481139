"""Group norm: channels of an item, some at a time, by themselves."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from model.errors import ShapeError
from model.layer import Array, Formulas, Shape, Spec, Workspace
from model.layers.layer_norm import ItemNorm, norm_formulas

LONG = 512
"""Numbers that are scaled in one go where the batch lies last: several places at a time."""


class GroupNorm(ItemNorm, frozen=True, kw_only=True, tag="group_norm"):
    """Give each group of channels of every item mean 0 and standard deviation 1, then scale them.

    h_out = gamma * (h - mean) / sqrt(variance + epsilon) + beta, over the C / groups channels of a
    group and all their places; gamma and beta are one a channel. With one group it is a layer norm
    of the whole item, with as many groups as channels an instance norm.
    Shapes: (B, C, H, W), (B, C, L) or (B, C) -> same; gamma, beta: (C,), exempt from the penalty.
    As in PyTorch. Source: Wu & He 2018.
    """

    title: ClassVar[str] = "Group norm"
    icon: ClassVar[str] = "format-list-group"
    formulas: ClassVar[Formulas] = norm_formulas(is_centred=True)
    bound: ClassVar[tuple[str, ...]] = ("groups",)

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

    def _features(self, spec: Spec) -> Shape:
        return spec.shape[:1]

    def setup(self, n: Workspace) -> None:
        """Memory in one of two orders: items one after the other, or the batch last, as behind a
        convolution; anything else is copied. centred: h less its mean. sums, other_sums, factor:
        one number a channel of an item, (B, C); with a _ at its end as (B, G, C / G)."""
        batch, channels = n.h.shape[:2]
        n.places = n.h[0, 0].size
        n.m = n.places * channels // self.groups
        n.is_turned = _turned(n.h).flags.c_contiguous and not n.h.flags.c_contiguous
        n.is_apart = not n.is_turned and not n.h.flags.c_contiguous
        n.entered = n.empty(*n.h.shape) if n.is_apart else n.h
        n.out, n.centred, n.scaled, n.product = (n.like(n.entered) for _ in range(4))
        n.arrived = None
        n.sums, n.other_sums, n.factor = (
            n.empty(channels, batch).T if n.is_turned else n.empty(batch, channels)
            for _ in range(3)
        )
        n.sums_, n.other_sums_, n.factor_ = (
            array.reshape(batch, self.groups, -1) for array in (n.sums, n.other_sums, n.factor)
        )
        n.mean, n.std, n.slope = (n.empty(batch, self.groups, 1) for _ in range(3))
        n.gamma_, n.beta_ = (
            n.gamma.reshape(self.groups, -1),
            n.beta.reshape(-1, *n.h[0, 0].ndim * (1,)),
        )
        n.ones = n.empty(n.places, 1) + 1
        self._setup_lines(n)

    def _setup_lines(self, n: Workspace) -> None:
        """stretched: a number a channel of an item, repeated so that it meets the numbers of the
        channel in long runs; lines(...) are views of all numbers that go with it."""
        batch, channels = n.h.shape[:2]
        if n.is_turned:
            runs = [k for k in range(1, n.places + 1) if n.places % k == 0 and k * batch <= LONG]
            n.stretched = n.empty(channels, 1, max(runs, default=1) * batch)
        else:
            n.stretched = n.empty(batch * channels, 1, 1)

    def _lines(self, n: Workspace, array: Array) -> Array:
        if n.is_turned:
            return _turned(array).reshape(len(n.stretched), -1, n.stretched.shape[2])
        return array.reshape(len(n.stretched), 1, n.places)

    def _stretch(self, n: Workspace) -> Array:
        """`factor` over all numbers of the lines."""
        if n.is_turned:
            np.copyto(n.stretched.reshape(len(n.stretched), -1, n.batch), n.factor.T[:, np.newaxis])
        else:
            np.copyto(n.stretched.reshape(n.factor.shape), n.factor)
        return np.asarray(n.stretched)

    def _sum_places(self, n: Workspace, array: Array, out: Array) -> None:
        """(B, C): the sum over the places of each channel, had as a product: faster."""
        if n.is_turned:
            planes = _turned(array).reshape(-1, n.places, n.batch)
            np.matmul(n.ones.T, planes, out=out.T[:, np.newaxis])
        else:
            np.matmul(array.reshape(*out.shape, n.places), n.ones, out=out[:, :, np.newaxis])

    def forward(self, n: Workspace) -> None:
        if n.is_apart:
            np.copyto(n.entered, n.h)
        self._sum_places(n, n.entered, out=n.sums)
        np.add.reduce(n.sums_, axis=2, keepdims=True, out=n.mean)
        n.mean /= n.m
        np.copyto(n.factor_, n.mean)
        np.subtract(self._lines(n, n.entered), self._stretch(n), out=self._lines(n, n.centred))
        np.multiply(n.centred, n.centred, out=n.scaled)
        self._sum_places(n, n.scaled, out=n.sums)
        np.add.reduce(n.sums_, axis=2, keepdims=True, out=n.std)
        n.std /= n.m
        n.std += self.epsilon
        np.sqrt(n.std, out=n.std)
        np.divide(n.gamma_, n.std, out=n.factor_)
        np.multiply(self._lines(n, n.centred), self._stretch(n), out=self._lines(n, n.out))
        n.out += n.beta_

    def _arrived(self, n: Workspace) -> Array:
        """delta_out in the order of memory of the output."""
        if n.delta_out.strides == n.out.strides:
            return np.asarray(n.delta_out)
        if n.arrived is None:
            n.arrived = n.like(n.out)
        np.copyto(n.arrived, n.delta_out)
        return np.asarray(n.arrived)

    def gradient(self, n: Workspace) -> None:
        delta = self._arrived(n)
        np.multiply(delta, n.centred, out=n.scaled)
        self._sum_places(n, n.scaled, out=n.sums)
        self._sum_places(n, delta, out=n.other_sums)
        np.divide(n.sums_, n.std, out=n.factor_)
        np.add.reduce(n.factor, axis=0, out=n.dgamma)
        np.add.reduce(n.other_sums, axis=0, out=n.dbeta)

    def backward(self, n: Workspace) -> None:
        """delta = gamma / std delta_out - slope centred - mean / std, with the sums of `gradient`:
        slope = sum(gamma delta_out centred) / (m std^3), mean = sum(gamma delta_out) / m."""
        np.divide(n.gamma_, n.std, out=n.factor_)
        delta = self._lines(n, self._arrived(n))
        np.multiply(delta, self._stretch(n), out=self._lines(n, n.scaled))
        np.multiply(n.sums_, n.factor_, out=n.sums_)
        np.add.reduce(n.sums_, axis=2, keepdims=True, out=n.slope)
        n.slope /= n.std
        n.slope /= n.std
        n.slope /= n.m
        np.multiply(n.other_sums_, n.factor_, out=n.other_sums_)
        np.add.reduce(n.other_sums_, axis=2, keepdims=True, out=n.mean)
        n.mean /= n.m
        product = self._lines(n, n.product)
        np.copyto(n.factor_, n.slope)
        np.multiply(self._lines(n, n.centred), self._stretch(n), out=product)
        np.copyto(n.factor_, n.mean)
        product += self._stretch(n)
        np.subtract(n.scaled, n.product, out=n.delta)


def _turned(array: Array) -> Array:
    """A view with the batch last, as pictures lie in memory behind a convolution."""
    return array.transpose(*range(1, array.ndim), 0)
