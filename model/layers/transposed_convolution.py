"""The convolution that makes pictures larger."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from model.errors import ShapeError
from model.layer import Formulas, Parameter, Spec, Workspace
from model.layers._products import column_blocks
from model.layers._windows import Axis, PlaceSum, Windows, in_pieces, new_planes, volume, whole
from model.layers.convolution import Convolving
from model.layers.dense import InitializerName, Spread


class TransposedConv2D(Convolving, frozen=True, kw_only=True, tag="transposed_conv_2d"):
    """Paint with small kernels: every pixel leaves a stamp, and the picture grows by the stride.

    What a Conv2D with the same kernel sends back as delta is here the output, and the other way
    round. h_out[c, s y + i - pad, s x + j - pad] = b[c] + the sum of h[d, y, x] W[d, c, i, j].
    Shapes: (B, C_in, H, W) or (B, H, W) -> (B, channels, H', W') with
    H' = (H - 1) stride - 2 pad + dilation (k - 1) + output_padding + 1.
    W: (C_in, channels / groups, k, k), b: (channels,), as in PyTorch.
    Source: Zeiler et al. 2010, Deconvolutional networks.
    """

    title: ClassVar[str] = "Transposed Conv2D"
    icon: ClassVar[str] = "arrow-expand-all"
    bound: ClassVar[tuple[str, ...]] = (
        "kernel",
        "stride",
        "pad",
        "output_padding",
        "dilation",
        "groups",
    )
    formulas: ClassVar[Formulas] = Formulas(
        forward=(
            (
                "output",
                r"h^{(l+1)}_{c, p} = b_c + \sum_{d, \; s q + i = p} W_{d, c, i} \, h^{(l)}_{d, q}",
            ),
            ("as one product", r"h^{(l+1)} = \mathrm{fold}(W^{T} h^{(l)}) + b"),
        ),
        backward=(
            (
                "kernel",
                r"\frac{\partial J}{\partial W} ="
                r" h^{(l)} \, \mathrm{columns}(\delta^{(l+1)})^{T}",
            ),
            (
                "bias",
                r"\frac{\partial J}{\partial b_c} = \sum_{i, y, x} \delta^{(l+1)}_{i, c, y, x}",
            ),
            ("passed down", r"\delta^{(l)} = W \, \mathrm{columns}(\delta^{(l+1)})"),
        ),
    )

    stride: Annotated[
        int, Meta(ge=1, le=64, description="Stride: pixels from one stamp to the next")
    ] = 2
    pad: Annotated[int, Meta(ge=0, le=64, description="Padding: pixels cut off on every side")] = 1
    output_padding: Annotated[
        int, Meta(ge=0, le=63, description="Output padding: pixels added at the end")
    ] = 1
    dilation: Annotated[
        int, Meta(ge=1, le=64, description="Dilation: distance of the pixels of a stamp")
    ] = 1
    groups: Annotated[
        int, Meta(ge=1, le=4096, description="Groups of channels, each for itself")
    ] = 1
    use_bias: Annotated[bool, Meta(description="Add a bias b to every channel")] = True
    initializer: Annotated[InitializerName, Meta(description="First values of W")] = (
        "glorot_uniform"
    )
    spread: Spread = 0.05

    def _length(self, length: int) -> int:
        reach = self.dilation * (self.kernel - 1) + 1
        return (length - 1) * self.stride - 2 * self.pad + reach + self.output_padding

    def _axes(self, spec: Spec) -> tuple[Axis, Axis]:
        """How a Conv2D would move over the output: back to the places of the input."""
        _, height, width = volume(spec.shape, is_line=False)
        rows, columns = (
            Axis(
                self._length(length),
                self.kernel,
                self.stride,
                self.dilation,
                self.pad,
                self.pad,
                most=length,
            )
            for length in (height, width)
        )
        return rows, columns

    def out_spec(self, *specs: Spec) -> Spec:
        self._check(specs[0])
        if self.output_padding >= max(self.stride, self.dilation):
            raise ShapeError(
                f"{self.title} has an output padding of {self.output_padding}, but it must be less"
                f" than the stride ({self.stride}) or the dilation ({self.dilation}).",
                hint="Choose 0, or a larger stride.",
            )
        _, height, width = volume(specs[0].shape, is_line=False)
        shape = (self._length(height), self._length(width))
        if min(shape) < 1:
            raise ShapeError(
                f"{self.title} cuts {self.pad} pixels off every side, which leaves nothing of"
                f" {specs[0]}.",
                hint="Choose a smaller pad or a larger kernel.",
            )
        return Spec((self.channels, *shape))

    def parameters(self, *specs: Spec) -> dict[str, Parameter]:
        entering, leaving = volume(specs[0].shape, is_line=False)[0], self.channels // self.groups
        fans = (entering // self.groups * self._size, leaving * self._size)
        shape = (entering, leaving, *self._sides)
        first = (self.initializer, fans)
        W = Parameter(shape, *first, unit_axis=1, groups=self.groups, spread=self.spread)
        found = {"W": W}
        if self.use_bias:
            found["b"] = Parameter((self.channels,), "zeros", is_penalised=False)
        return found

    def cost(self, *specs: Spec) -> int:
        return specs[0].size * self.channels // self.groups * self._size

    def setup(self, n: Workspace) -> None:
        entering = self._planes(n.h)
        n.entering = Windows(entering, *whole(entering))
        out = new_planes(n, self.out_spec(*n.specs).shape, is_line=False)
        n.stamps = Windows(out, *self._axes(n.specs[0]))
        n.channels = out.reshape(self.channels, -1)
        n.columns = n.empty(*n.stamps.view.shape)
        n.pixels = n.entering.frame.reshape(self.groups, entering.shape[0] // self.groups, -1)
        n.patches = n.columns.reshape(self.groups, -1, n.pixels.shape[2])
        n.kernels = n.W.reshape(self.groups, 1, n.pixels.shape[1], -1)
        n.pieces = in_pieces(n.patches, n.pixels.shape[1])
        if n.is_training:
            n.dkernels = n.dW.reshape(*n.pixels.shape[:2], -1)
            n.sum_of_places = PlaceSum(n, n.dkernels, n.pixels.shape[2])
            n.arrived = n.below = None

    def forward(self, n: Workspace) -> None:
        n.entering.load()
        pixels = column_blocks(n.pixels, n.pieces.shape[1])
        np.matmul(n.kernels.swapaxes(2, 3), pixels, out=n.pieces)
        n.stamps.frame.fill(0)
        n.stamps.fold(n.columns)
        n.stamps.store()
        if self.use_bias:
            n.channels += n.b[:, np.newaxis]

    def gradient(self, n: Workspace) -> None:
        if n.arrived is None:
            n.arrived = Windows(self._planes(n.delta_out), *self._axes(n.specs[0]))
        n.arrived.load()
        np.copyto(n.columns, n.arrived.view)
        n.dkernels.fill(0)
        n.sum_of_places.add(n.pixels, n.patches, out=n.dkernels)
        if self.use_bias:
            np.add.reduce(self._planes(n.delta_out), axis=(1, 2, 3), out=n.db)

    def backward(self, n: Workspace) -> None:
        if n.below is None:
            delta = self._planes(n.delta)
            n.below = Windows(delta, *whole(delta))
        delta = n.below.frame.reshape(n.pixels.shape)
        np.matmul(n.kernels, n.pieces, out=column_blocks(delta, n.pieces.shape[1]))
        n.below.store()
