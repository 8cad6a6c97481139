"""Pooling: every window of a sequence or picture becomes one number."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from model.errors import ShapeError
from model.layer import Array, Formulas, Layer, Spec, Workspace
from model.layers._windows import (
    Axis,
    Windows,
    check_picture,
    check_places,
    new_planes,
    planes,
    volume,
)


class _Pooling(Layer, frozen=True, kw_only=True):
    """Windows of kernel x kernel pixels (kernel in a sequence), a stride apart."""

    category: ClassVar[str] = "conv"
    icon: ClassVar[str] = "view-grid-outline"
    binds_out: ClassVar[bool] = True
    bound: ClassVar[tuple[str, ...]] = ("kernel", "stride", "pad")
    is_line: ClassVar[bool] = False
    margin: ClassVar[float] = 0.0

    kernel: Annotated[
        int,
        Meta(ge=1, le=64, description="Kernel: pixels of a window a side", extra={"symbol": "k"}),
    ] = 2
    stride: Annotated[
        int, Meta(ge=1, le=64, description="Stride: pixels from one window to the next")
    ] = 2
    pad: Annotated[
        int, Meta(ge=0, le=32, description="Padding: margin a side, at most half the kernel")
    ] = 0

    def label(self) -> str:
        side = str(self.kernel) if self.is_line else f"{self.kernel}×{self.kernel}"
        return f"{self.title} {side}"

    def _axes(self, spec: Spec) -> tuple[Axis, Axis]:
        _, height, width = volume(spec.shape, is_line=self.is_line)
        rows, columns = (
            Axis(length, self.kernel, self.stride, before=self.pad, after=self.pad)
            for length in (height, width)
        )
        return Axis(1) if self.is_line else rows, columns

    def out_spec(self, *specs: Spec) -> Spec:
        check_picture(self.title, specs[0], is_line=self.is_line)
        if 2 * self.pad > self.kernel:
            raise ShapeError(
                f"{self.title} has a margin of {self.pad}, more than half its kernel"
                f" ({self.kernel}): some windows would see nothing of {specs[0]}.",
                hint="Choose a smaller pad or a larger kernel.",
            )
        rows, columns = self._axes(specs[0])
        check_places(self.title, specs[0], *((columns,) if self.is_line else (rows, columns)))
        places = (columns.places,) if self.is_line else (rows.places, columns.places)
        return Spec((*specs[0].shape[: -len(places)], *places))

    def setup(self, n: Workspace) -> None:
        n.windows = Windows(self._planes(n.h), *self._axes(n.specs[0]), self.margin)
        n.pooled = new_planes(n, self.out_spec(*n.specs).shape, is_line=self.is_line)
        n.below = None
        if n.is_training:
            n.share, n.rest = n.like(n.pooled), n.like(n.pooled)

    def _planes(self, array: Array) -> Array:
        return planes(array, is_line=self.is_line)

    def _below(self, n: Workspace) -> Windows:
        """The same windows over delta, empty where they overlap."""
        if n.below is None:
            n.below = Windows(self._planes(n.delta), *self._axes(n.specs[0]))
        below: Windows = n.below
        if not below.is_disjoint:
            below.frame.fill(0)
        return below


_MAX = Formulas(
    forward=(("output", r"h^{(l+1)}_p = \max_{q \in \mathrm{window}(p)} h^{(l)}_q"),),
    backward=(
        ("winner", r"q^{*}(p) = \mathrm{argmax}_q \, h^{(l)}_q"),
        ("passed down", r"\delta^{(l)}_q = \sum_{p: \; q^{*}(p) = q} \delta^{(l+1)}_p"),
    ),
)
_AVERAGE = Formulas(
    forward=(("output", r"h^{(l+1)}_p = \frac{1}{m} \sum_{q \in \mathrm{window}(p)} h^{(l)}_q"),),
    backward=(
        (
            "passed down",
            r"\delta^{(l)}_q = \frac{1}{m} \sum_{p: \; q \in \mathrm{window}(p)} \delta^{(l+1)}_p",
        ),
    ),
)


class _MaxPool(_Pooling, frozen=True, kw_only=True):
    formulas: ClassVar[Formulas] = _MAX
    margin: ClassVar[float] = -np.inf

    def forward(self, n: Workspace) -> None:
        n.windows.load()
        first, *others = n.windows.parts
        np.copyto(n.pooled, first)
        for part in others:
            np.maximum(n.pooled, part, out=n.pooled)

    def backward(self, n: Workspace) -> None:
        below = self._below(n)
        np.copyto(n.rest, self._planes(n.delta_out))  # what has found no winner yet
        for part, delta in zip(n.windows.parts, below.parts, strict=True):
            np.equal(part, n.pooled, out=n.share)
            n.share *= n.rest
            n.rest -= n.share
            if below.is_disjoint:
                np.copyto(delta, n.share)
            else:
                delta += n.share
        below.store()


class _AveragePool(_Pooling, frozen=True, kw_only=True):
    formulas: ClassVar[Formulas] = _AVERAGE

    def cost(self, *specs: Spec) -> int:
        return self.out_spec(*specs).size * self.kernel ** (1 if self.is_line else 2)

    def forward(self, n: Workspace) -> None:
        n.windows.load()
        first, *others = n.windows.parts
        np.copyto(n.pooled, first)
        for part in others:
            n.pooled += part
        n.pooled *= 1 / len(n.windows.parts)

    def backward(self, n: Workspace) -> None:
        below = self._below(n)
        np.multiply(self._planes(n.delta_out), 1 / len(below.parts), out=n.share)
        for delta in below.parts:
            if below.is_disjoint:
                np.copyto(delta, n.share)
            else:
                delta += n.share
        below.store()


class MaxPool2D(_MaxPool, frozen=True, kw_only=True, tag="max_pool_2d"):
    """Keep the largest number of every window of a picture; small shifts change nothing.

    The delta goes to the winner alone; of equals, to the first, as in PyTorch.
    Shapes: (B, C, H, W) -> (B, C, H', W') or (B, H, W) -> (B, H', W'),
    H' = floor((H + 2 pad - k) / stride) + 1; what is left over at the end is not seen.
    Source: Ranzato et al. 2007.
    """

    title: ClassVar[str] = "Max pool 2D"


class MaxPool1D(_MaxPool, frozen=True, kw_only=True, tag="max_pool_1d"):
    """Keep the largest number of every window of a sequence; small shifts change nothing.

    The delta goes to the winner alone; of equals, to the first, as in PyTorch.
    Shapes: (B, C, L) -> (B, C, L'), L' = floor((L + 2 pad - k) / stride) + 1.
    """

    title: ClassVar[str] = "Max pool 1D"
    is_line: ClassVar[bool] = True


class AveragePool2D(_AveragePool, frozen=True, kw_only=True, tag="average_pool_2d"):
    """Replace every window of a picture by its mean.

    The zeros of the margin count, m = k k always, as in PyTorch.
    Shapes: (B, C, H, W) -> (B, C, H', W') or (B, H, W) -> (B, H', W'),
    H' = floor((H + 2 pad - k) / stride) + 1; what is left over at the end is not seen.
    Source: LeCun et al. 1998.
    """

    title: ClassVar[str] = "Average pool 2D"


class AveragePool1D(_AveragePool, frozen=True, kw_only=True, tag="average_pool_1d"):
    """Replace every window of a sequence by its mean.

    The zeros of the margin count, m = k always, as in PyTorch.
    Shapes: (B, C, L) -> (B, C, L'), L' = floor((L + 2 pad - k) / stride) + 1.
    """

    title: ClassVar[str] = "Average pool 1D"
    is_line: ClassVar[bool] = True


class GlobalAveragePool(Layer, frozen=True, kw_only=True, tag="global_average_pool"):
    """Replace every channel by its mean over all places: one number a channel is left.

    Shapes: (B, C, H, W) or (B, C, L) -> (B, C).
    Source: Lin et al. 2014, Network in network.
    """

    title: ClassVar[str] = "Global average pool"
    category: ClassVar[str] = "conv"
    icon: ClassVar[str] = "arrow-collapse-all"
    formulas: ClassVar[Formulas] = Formulas(
        forward=(("output", r"h^{(l+1)}_c = \frac{1}{m} \sum_{q} h^{(l)}_{c, q}"),),
        backward=(("passed down", r"\delta^{(l)}_{c, q} = \frac{1}{m} \delta^{(l+1)}_c"),),
    )

    def out_spec(self, *specs: Spec) -> Spec:
        if len(specs[0].shape) not in (2, 3):
            raise ShapeError(
                "Global average pool takes channels (B × C × H × W or B × C × L), but it is given"
                f" {specs[0]}.",
                hint="Put it behind a convolution.",
            )
        return Spec(specs[0].shape[:1])

    def cost(self, *specs: Spec) -> int:
        return specs[0].size

    def setup(self, n: Workspace) -> None:
        n.out = n.empty(*n.h.shape[:2])
        n.share = n.like(n.out)
        n.places = tuple(range(2, n.h.ndim))
        n.factor = n.out.size / n.h.size

    binds_out: ClassVar[bool] = True

    def forward(self, n: Workspace) -> None:
        np.add.reduce(n.h, axis=n.places, out=n.out)
        n.out *= n.factor

    def backward(self, n: Workspace) -> None:
        np.multiply(n.delta_out, n.factor, out=n.share)
        np.copyto(n.delta, np.expand_dims(n.share, n.places))
