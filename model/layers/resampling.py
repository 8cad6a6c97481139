"""Larger pictures and sequences: numbers repeated, or zeros around them."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from msgspec import Meta

from model.layer import Array, Formulas, Layer, Spec, Workspace
from model.layers._windows import check_picture, new_planes, planes, volume

Along = Annotated[
    Literal["height and width", "length"],
    Meta(
        description="Which axes grow: pictures or sequences",
        extra={
            "captions": {
                "height and width": "height and width of pictures",
                "length": "length of sequences",
            }
        },
    ),
]


class _Resampling(Layer, frozen=True, kw_only=True):
    category: ClassVar[str] = "conv"
    binds_out: ClassVar[bool] = True

    along: Along = "height and width"

    @property
    def _is_line(self) -> bool:
        return self.along == "length"

    def _planes(self, array: Array) -> Array:
        return planes(array, is_line=self._is_line)


class Upsample(_Resampling, frozen=True, kw_only=True, tag="upsample"):
    """Repeat every number, so that a picture grows by a whole factor (nearest neighbour).

    Shapes: (B, C, H, W) -> (B, C, f H, f W), (B, H, W) -> (B, f H, f W), or along the length
    (B, C, L) -> (B, C, f L).
    """

    title: ClassVar[str] = "Upsample"
    icon: ClassVar[str] = "arrow-expand"
    bound: ClassVar[tuple[str, ...]] = ("along", "factor")
    formulas: ClassVar[Formulas] = Formulas(
        forward=(
            (
                "output",
                r"h^{(l+1)}_{c, y, x} ="
                r" h^{(l)}_{c, \lfloor y / f \rfloor, \lfloor x / f \rfloor}",
            ),
        ),
        backward=(
            (
                "passed down",
                r"\delta^{(l)}_{c, y, x} = \sum_{i, j < f} \delta^{(l+1)}_{c, \, f y + i, f x + j}",
            ),
        ),
    )

    factor: Annotated[
        int,
        Meta(
            ge=1,
            le=64,
            description="How often each number is repeated an axis",
            extra={"symbol": "f"},
        ),
    ] = 2

    def label(self) -> str:
        return f"{self.title} ×{self.factor}"

    def out_spec(self, *specs: Spec) -> Spec:
        check_picture(self.title, specs[0], is_line=self._is_line)
        growing = 1 if self._is_line else 2
        kept, grown = specs[0].shape[:-growing], specs[0].shape[-growing:]
        return Spec((*kept, *(self.factor * length for length in grown)))

    def setup(self, n: Workspace) -> None:
        grown = new_planes(n, self.out_spec(*n.specs).shape, is_line=self._is_line)
        n.blocks = self._in_blocks(grown, n)

    def _in_blocks(self, grown: Array, n: Workspace) -> Array:
        """(C, f H, f W, B) as (C, H, f, W, f, B)."""
        channels, height, width = volume(n.specs[0].shape, is_line=self._is_line)
        shape = (channels, height, grown.shape[1] // height, width, self.factor, n.batch)
        return grown.reshape(shape)

    def forward(self, n: Workspace) -> None:
        np.copyto(n.blocks, self._planes(n.h)[:, :, np.newaxis, :, np.newaxis])

    def backward(self, n: Workspace) -> None:
        blocks = self._in_blocks(self._planes(n.delta_out), n)
        np.add.reduce(blocks, axis=(2, 4), out=self._planes(n.delta))


class ZeroPad(_Resampling, frozen=True, kw_only=True, tag="zero_pad"):
    """Put zeros around a picture, or in front of and behind a sequence.

    Shapes: (B, C, H, W) -> (B, C, top + H + bottom, left + W + right), (B, H, W) likewise, or
    along the length (B, C, L) -> (B, C, left + L + right).
    """

    title: ClassVar[str] = "Zero padding"
    icon: ClassVar[str] = "border-outside"
    bound: ClassVar[tuple[str, ...]] = ("along", "top", "bottom", "left", "right")
    formulas: ClassVar[Formulas] = Formulas(
        forward=(
            (
                "output",
                r"h^{(l+1)}_{c, y, x} = h^{(l)}_{c, \, y - t, \, x - l}"
                r" \;\mathrm{inside, \; else}\; 0",
            ),
        ),
        backward=(
            (
                "passed down",
                r"\delta^{(l)}_{c, y, x} = \delta^{(l+1)}_{c, \, y + t, \, x + l}",
            ),
        ),
    )

    top: Annotated[int, Meta(ge=0, le=64, description="Rows of zeros above")] = 1
    bottom: Annotated[int, Meta(ge=0, le=64, description="Rows of zeros below")] = 1
    left: Annotated[int, Meta(ge=0, le=64, description="Columns of zeros in front")] = 1
    right: Annotated[int, Meta(ge=0, le=64, description="Columns of zeros behind")] = 1

    def out_spec(self, *specs: Spec) -> Spec:
        check_picture(self.title, specs[0], is_line=self._is_line)
        *kept, width = specs[0].shape
        if not self._is_line:
            kept[-1] += self.top + self.bottom
        return Spec((*kept, self.left + width + self.right))

    def setup(self, n: Workspace) -> None:
        framed = new_planes(n, self.out_spec(*n.specs).shape, is_line=self._is_line)
        n.inner = self._inside(framed, n)

    def _inside(self, framed: Array, n: Workspace) -> Array:
        """The part of planes of the output where the input is."""
        _, height, width = volume(n.specs[0].shape, is_line=self._is_line)
        top = 0 if self._is_line else self.top
        return framed[:, top : top + height, self.left : self.left + width]

    def forward(self, n: Workspace) -> None:
        np.copyto(n.inner, self._planes(n.h))

    def backward(self, n: Workspace) -> None:
        np.copyto(self._planes(n.delta), self._inside(self._planes(n.delta_out), n))
