"""Convolution: one small kernel looks at every place of a sequence or picture."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from msgspec import Meta

from model.errors import ShapeError
from model.layer import Array, Formulas, Layer, Parameter, Spec, Workspace
from model.layers._windows import (
    Axis,
    PlaceSum,
    Windows,
    blocks_of,
    check_picture,
    check_places,
    new_planes,
    planes,
    volume,
    whole,
)
from model.layers.dense import InitializerName, Spread


class Convolving(Layer, frozen=True, kw_only=True):
    """What all convolutions share: a kernel W for every pair of channels, and a bias a channel."""

    category: ClassVar[str] = "conv"
    binds_out: ClassVar[bool] = True
    bound: ClassVar[tuple[str, ...]] = ("kernel", "stride", "padding", "pad", "dilation", "groups")
    is_line: ClassVar[bool] = False

    channels: Annotated[
        int, Meta(ge=1, le=4096, description="Channels of the output", extra={"symbol": "C"})
    ] = 8
    kernel: Annotated[
        int, Meta(ge=1, le=64, description="Kernel: pixels a side", extra={"symbol": "k"})
    ] = 3
    stride: Annotated[
        int, Meta(ge=1, le=64, description="Stride: pixels from one place to the next")
    ] = 1

    def _check(self, spec: Spec) -> None:
        check_picture(self.title, spec, is_line=self.is_line)
        channels, groups = volume(spec.shape, is_line=self.is_line)[0], self._groups
        if channels % groups or self.channels % groups:
            raise ShapeError(
                f"{self.title} in {groups} groups needs channels that can be shared out among them,"
                f" but {spec} has {channels} and the output {self.channels}.",
                hint="Choose a number of groups that divides both.",
            )

    @property
    def _groups(self) -> int:
        return int(getattr(self, "groups", 1))

    @property
    def _size(self) -> int:
        """Entries of the kernel of one pair of channels."""
        return self.kernel if self.is_line else self.kernel**2

    @property
    def _sides(self) -> tuple[int, ...]:
        return (self.kernel,) if self.is_line else (self.kernel, self.kernel)

    def _planes(self, array: Array) -> Array:
        return planes(array, is_line=self.is_line)

    def label(self) -> str:
        side = str(self.kernel) if self.is_line else f"{self.kernel}×{self.kernel}"
        return f"{self.title} {self.channels} @ {side}"


class _Forward(Convolving, frozen=True, kw_only=True):
    """Convolution along one axis or two."""

    formulas: ClassVar[Formulas] = Formulas(
        forward=(
            (
                "output",
                r"h^{(l+1)}_{c, y, x} = b_c + \sum_{d, i, j} W_{c, d, i, j} \,"
                r" h^{(l)}_{d, \, s y + i, \, s x + j}",
            ),
            ("as one product", r"h^{(l+1)} = W \, \mathrm{columns}(h^{(l)}) + b"),
        ),
        backward=(
            (
                "kernel",
                r"\frac{\partial J}{\partial W} ="
                r" \delta^{(l+1)} \, \mathrm{columns}(h^{(l)})^{T}",
            ),
            (
                "bias",
                r"\frac{\partial J}{\partial b_c} = \sum_{i, y, x} \delta^{(l+1)}_{i, c, y, x}",
            ),
            ("passed down", r"\delta^{(l)} = \mathrm{fold}(W^{T} \delta^{(l+1)})"),
        ),
    )

    padding: Annotated[
        Literal["same", "valid", "number"],
        Meta(
            description="Padding: zeros around the input",
            extra={
                "captions": {
                    "same": "same: as many places as pixels",
                    "valid": "valid: none",
                    "number": "number: pad zeros a side",
                }
            },
        ),
    ] = "same"
    pad: Annotated[
        int, Meta(ge=0, le=64, description="Zeros a side, where padding is a number")
    ] = 1
    dilation: Annotated[
        int, Meta(ge=1, le=64, description="Dilation: distance of the pixels it sees")
    ] = 1
    groups: Annotated[
        int, Meta(ge=1, le=4096, description="Groups of channels, each for itself")
    ] = 1
    use_bias: Annotated[bool, Meta(description="Add a bias b to every channel")] = True
    initializer: Annotated[InitializerName, Meta(description="First values of W")] = (
        "glorot_uniform"
    )
    spread: Spread = 0.05

    def _axis(self, length: int) -> Axis:
        total = self.dilation * (self.kernel - 1)
        before = {"same": total // 2, "valid": 0, "number": self.pad}[self.padding]
        after = total - before if self.padding == "same" else before
        return Axis(length, self.kernel, self.stride, self.dilation, before, after)

    def _axes(self, spec: Spec) -> tuple[Axis, Axis]:
        _, height, width = volume(spec.shape, is_line=self.is_line)
        return Axis(1) if self.is_line else self._axis(height), self._axis(width)

    def out_spec(self, *specs: Spec) -> Spec:
        self._check(specs[0])
        rows, columns = self._axes(specs[0])
        check_places(self.title, specs[0], *((columns,) if self.is_line else (rows, columns)))
        places = (columns.places,) if self.is_line else (rows.places, columns.places)
        return Spec((self.channels, *places))

    def parameters(self, *specs: Spec) -> dict[str, Parameter]:
        entering = volume(specs[0].shape, is_line=self.is_line)[0] // self.groups
        fans = (entering * self._size, self.channels // self.groups * self._size)
        shape = (self.channels, entering, *self._sides)
        found = {"W": Parameter(shape, self.initializer, fans, unit_axis=0, spread=self.spread)}
        if self.use_bias:
            found["b"] = Parameter((self.channels,), "zeros", is_penalised=False)
        return found

    def cost(self, *specs: Spec) -> int:
        entering = volume(specs[0].shape, is_line=self.is_line)[0] // self.groups
        return self.out_spec(*specs).size * entering * self._size

    def setup(self, n: Workspace) -> None:
        rows, columns = self._axes(n.specs[0])
        n.windows = Windows(self._planes(n.h), rows, columns)
        n.blocks = blocks_of(n, n.windows, self.groups, self.channels // self.groups)
        out = new_planes(n, self.out_spec(*n.specs).shape, is_line=self.is_line)
        n.channels = out.reshape(self.channels, -1)
        n.products = out.reshape(self.groups, self.channels // self.groups, -1)
        n.kernels = n.W.reshape(self.groups, 1, self.channels // self.groups, -1)
        if n.is_training:
            n.dkernels = n.dW.reshape(*n.products.shape[:2], -1)
            n.sums = [PlaceSum(n, n.dkernels, block.patches.shape[2]) for block in n.blocks]
            n.arrived = n.below = None

    def forward(self, n: Workspace) -> None:
        n.windows.load()
        for block in n.blocks:
            np.copyto(block.columns, block.view)  # a column for each place of the kernel
            np.matmul(n.kernels, block.pieces, out=block.pieces_of(n.products))
        if self.use_bias:
            n.channels += n.b[:, np.newaxis]

    def _arrived(self, n: Workspace) -> Array:
        """delta_out as (groups, channels, places); a copy only where memory has another order."""
        if n.arrived is None:
            delta_out = self._planes(n.delta_out)
            n.arrived = Windows(delta_out, *whole(delta_out))
        n.arrived.load()
        return np.asarray(n.arrived.frame.reshape(n.products.shape))

    def gradient(self, n: Workspace) -> None:
        delta_out = self._arrived(n)
        n.dkernels.fill(0)
        for block, total in zip(n.blocks, n.sums, strict=True):
            if len(n.blocks) > 1:  # otherwise the columns of the forward pass are still there
                np.copyto(block.columns, block.view)
            total.add(delta_out[:, :, block.places], block.patches, out=n.dkernels)
        if self.use_bias:
            np.add.reduce(delta_out.reshape(n.channels.shape), axis=1, out=n.db)

    def backward(self, n: Workspace) -> None:
        if n.below is None:
            n.below = Windows(self._planes(n.delta), *self._axes(n.specs[0]))
        delta_out = self._arrived(n)
        n.below.frame.fill(0)
        for block in n.blocks:
            np.matmul(n.kernels.swapaxes(2, 3), block.pieces_of(delta_out), out=block.pieces)
            n.below.fold(block.columns, block.rows)
        n.below.store()


class Conv2D(_Forward, frozen=True, kw_only=True, tag="conv_2d"):
    """Slide small kernels over a picture: each looks for one pattern, at every place alike.

    h_out[c, y, x] = b[c] + sum over d, i, j of W[c, d, i, j] h[d, s y + i, s x + j], s: the stride
    (a cross-correlation, as everywhere in machine learning: the kernel is not flipped).
    Shapes: (B, C_in, H, W) -> (B, channels, H', W'); pictures (B, H, W) count as one channel.
    W: (channels, C_in / groups, k, k), b: (channels,), as in PyTorch; b starts at zero and is
    exempt from the penalty. Padding "same" adds dilation (k - 1) zeros in all, for an even kernel
    one more at the end: H' = H with stride 1, ceil(H / stride) otherwise.
    Source: LeCun et al. 1998.
    """

    title: ClassVar[str] = "Conv2D"
    icon: ClassVar[str] = "checkerboard"


class Conv1D(_Forward, frozen=True, kw_only=True, tag="conv_1d"):
    """Slide small kernels along a sequence: each looks for one pattern, at every place alike.

    h_out[c, x] = b[c] + sum over d, j of W[c, d, j] h[d, s x + j], s: the stride.
    Shapes: (B, C_in, L) -> (B, channels, L'); W: (channels, C_in / groups, k), b: (channels,), as
    in PyTorch. Padding "same" adds dilation (k - 1) zeros in all: L' = L with stride 1.
    Source: Waibel et al. 1989.
    """

    title: ClassVar[str] = "Conv1D"
    icon: ClassVar[str] = "pulse"
    is_line: ClassVar[bool] = True
    formulas: ClassVar[Formulas] = Formulas(
        forward=(
            (
                "output",
                r"h^{(l+1)}_{c, x} = b_c + \sum_{d, j} W_{c, d, j} \, h^{(l)}_{d, \, s x + j}",
            ),
            ("as one product", r"h^{(l+1)} = W \, \mathrm{columns}(h^{(l)}) + b"),
        ),
        backward=(
            (
                "kernel",
                r"\frac{\partial J}{\partial W} ="
                r" \delta^{(l+1)} \, \mathrm{columns}(h^{(l)})^{T}",
            ),
            ("bias", r"\frac{\partial J}{\partial b_c} = \sum_{i, x} \delta^{(l+1)}_{i, c, x}"),
            ("passed down", r"\delta^{(l)} = \mathrm{fold}(W^{T} \delta^{(l+1)})"),
        ),
    )
