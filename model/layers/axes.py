"""Layers that cut, turn, repeat, sum up or stretch along the axes of an item.

Axes are those of one item, without the batch: axis 0 is the first behind it, -1 the last.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from msgspec import Meta

from model.errors import ShapeError
from model.layer import Formulas, Layer, Shape, Spec, Workspace

Axis = Annotated[int, Meta(ge=-6, le=5, description="Axis of one item (-1: the last)")]


def axis_of(title: str, axis: int, spec: Spec) -> int:
    """The axis counted from the front. Raises: ShapeError where the item has no such axis."""
    rank = len(spec.shape)
    if not -rank <= axis < rank:
        raise ShapeError(
            f"{title} has no axis {axis} in {spec}.",
            hint="Axes of one item count from 0; choose -1 for the last.",
        )
    return axis % rank


class Slice(Layer, frozen=True, kw_only=True, tag="slice"):
    """Take a part of one axis, such as the last step of a sequence, and leave out the rest.

    h_out = h[..., start:stop, ...]. Negative numbers count from the end; stop 0 is the end.
    Shapes: (B, ..., n, ...) -> (B, ..., stop - start, ...).
    """

    title: ClassVar[str] = "Slice"
    category: ClassVar[str] = "dense"
    icon: ClassVar[str] = "content-cut"
    formulas: ClassVar[Formulas] = Formulas(
        forward=(("output", r"h_j^{(l+1)} = h_{s+j}^{(l)}, \; 0 \leq j < e - s"),),
        backward=(
            (
                "passed down",
                r"\delta_j^{(l)} = \delta_{j-s}^{(l+1)} \;\mathrm{if}\; s \leq j < e, "
                r"\;\mathrm{else}\; 0",
            ),
        ),
    )

    axis: Axis = 0
    start: Annotated[
        int,
        Meta(
            ge=-100_000,
            le=100_000,
            description="First to take (negative: from the end)",
            extra={"symbol": "s"},
        ),
    ] = -1
    stop: Annotated[
        int,
        Meta(
            ge=-100_000,
            le=100_000,
            description="First to leave out (negative: from the end; 0: take all to the end)",
            extra={"symbol": "e"},
        ),
    ] = 0

    def label(self) -> str:
        return f"Slice {self.start or ''}:{self.stop or ''}"

    def _bounds(self, spec: Spec) -> tuple[int, int, int]:
        """(axis, start, stop), all counted from the front."""
        axis = axis_of(self.title, self.axis, spec)
        length = spec.shape[axis]
        start = self.start + (length if self.start < 0 else 0)
        stop = self.stop + (length if self.stop <= 0 else 0)
        if not 0 <= start < stop <= length:
            raise ShapeError(
                f"Slice takes {self.start} to {self.stop or 'the end'} of axis {axis}, but"
                f" {spec} has {length} there.",
                hint=f"Choose a start from 0 to {length - 1} and a stop behind it.",
            )
        return axis, start, stop

    def out_spec(self, *specs: Spec) -> Spec:
        axis, start, stop = self._bounds(specs[0])
        shape = specs[0].shape
        return Spec((*shape[:axis], stop - start, *shape[axis + 1 :]))

    def _part(self, n: Workspace) -> tuple[slice, ...]:
        axis, start, stop = self._bounds(n.specs[0])
        return (slice(None),) * (axis + 1) + (slice(start, stop),)

    def forward(self, n: Workspace) -> None:
        np.copyto(n.out, n.h[self._part(n)])

    def backward(self, n: Workspace) -> None:
        n.delta.fill(0)
        n.delta[self._part(n)] = n.delta_out


class Transpose(Layer, frozen=True, kw_only=True, tag="transpose"):
    """Put the axes of an item into another order, such as channels behind the places.

    Axis k of the output is axis axes[k] of the input. Shapes: (B, a, b) -> (B, b, a) for 1, 0.
    """

    title: ClassVar[str] = "Transpose"
    category: ClassVar[str] = "dense"
    icon: ClassVar[str] = "swap-horizontal"
    formulas: ClassVar[Formulas] = Formulas(
        forward=(("two axes", r"h_{ij}^{(l+1)} = h_{ji}^{(l)}"),),
        backward=(("passed down", r"\delta_{ji}^{(l)} = \delta_{ij}^{(l+1)}"),),
    )

    axes: Annotated[
        tuple[Annotated[int, Meta(ge=0, le=5)], ...],
        Meta(
            min_length=1,
            max_length=6,
            description="The axes in their new order, such as 1, 0 or 1, 2, 0",
        ),
    ] = (1, 0)

    def label(self) -> str:
        return "Transpose " + ", ".join(map(str, self.axes))

    def out_spec(self, *specs: Spec) -> Spec:
        rank = len(specs[0].shape)
        if sorted(self.axes) != list(range(rank)):
            raise ShapeError(
                f"Transpose must name each of the {rank} axes of {specs[0]} once, but its axes are"
                f" {', '.join(map(str, self.axes))}.",
                hint="Write " + ", ".join(map(str, reversed(range(rank)))) + " to turn all round."
                if rank > 1
                else "Leave the layer out: there is but one axis.",
            )
        return Spec(tuple(specs[0].shape[axis] for axis in self.axes))

    def _order(self) -> tuple[int, ...]:
        return (0, *(axis + 1 for axis in self.axes))

    def forward(self, n: Workspace) -> None:
        np.copyto(n.out, n.h.transpose(self._order()))

    def backward(self, n: Workspace) -> None:
        np.copyto(n.delta.transpose(self._order()), n.delta_out)


class RepeatVector(Layer, frozen=True, kw_only=True, tag="repeat_vector"):
    """Give the same vector at every step of a sequence; a decoder starts with it.

    h_out[t] = h for t = 0 ... T - 1. Shapes: (B, n) -> (B, T, n).
    """

    title: ClassVar[str] = "Repeat vector"
    category: ClassVar[str] = "sequence"
    icon: ClassVar[str] = "content-duplicate"
    formulas: ClassVar[Formulas] = Formulas(
        forward=(("output", r"h_{tj}^{(l+1)} = h_j^{(l)}, \; t = 1 \ldots T"),),
        backward=(("passed down", r"\delta_j^{(l)} = \sum_{t=1}^{T} \delta_{tj}^{(l+1)}"),),
    )

    steps: Annotated[
        int, Meta(ge=1, le=10_000, description="Steps of the sequence", extra={"symbol": "T"})
    ] = 10

    def label(self) -> str:
        return f"Repeat × {self.steps}"

    def out_spec(self, *specs: Spec) -> Spec:
        if len(specs[0].shape) != 1:
            raise ShapeError(
                f"Repeat vector takes vectors (B × n), but it is given {specs[0]}.",
                hint="Put a Flatten layer in front.",
            )
        return Spec((self.steps, *specs[0].shape))

    def forward(self, n: Workspace) -> None:
        np.copyto(n.out, n.h[:, None])

    def backward(self, n: Workspace) -> None:
        np.add.reduce(n.delta_out, axis=1, out=n.delta)


class Reduce(Layer, frozen=True, kw_only=True, tag="reduce"):
    """Add up the numbers along some axes of an item, or take their mean.

    h_out = sum of h over the axes, divided by their size m for the mean. Shapes:
    (B, T, n) -> (B, n) for axis 0; (B, 1) where all axes are reduced.
    """

    title: ClassVar[str] = "Reduce"
    category: ClassVar[str] = "dense"
    icon: ClassVar[str] = "sigma"
    formulas: ClassVar[Formulas] = Formulas(
        forward=(
            ("sum", r"h_j^{(l+1)} = \sum_{t=1}^{m} h_{tj}^{(l)}"),
            ("mean", r"h_j^{(l+1)} = \frac{1}{m} \sum_{t=1}^{m} h_{tj}^{(l)}"),
        ),
        backward=(
            ("sum", r"\delta_{tj}^{(l)} = \delta_j^{(l+1)}"),
            ("mean", r"\delta_{tj}^{(l)} = \frac{1}{m} \delta_j^{(l+1)}"),
        ),
    )

    operation: Annotated[
        Literal["mean", "sum"], Meta(description="What the numbers are turned into")
    ] = "mean"
    axes: Annotated[
        tuple[Annotated[int, Meta(ge=-6, le=5)], ...],
        Meta(
            min_length=1,
            max_length=6,
            description="Axes of one item that vanish, such as 0 or 1, 2 (-1: the last)",
        ),
    ] = (0,)

    def label(self) -> str:
        return f"{self.operation.capitalize()} over {', '.join(map(str, self.axes))}"

    def _axes(self, spec: Spec) -> tuple[int, ...]:
        """Counted from the front of the batch's array."""
        found = {1 + axis_of(self.title, axis, spec) for axis in self.axes}
        if len(found) < len(self.axes):
            raise ShapeError(
                f"Reduce names an axis of {spec} twice: {', '.join(map(str, self.axes))}.",
                hint="Name each axis once.",
            )
        return tuple(sorted(found))

    def out_spec(self, *specs: Spec) -> Spec:
        axes = self._axes(specs[0])
        left = tuple(a for axis, a in enumerate(specs[0].shape, start=1) if axis not in axes)
        return Spec(left or (1,))

    def cost(self, *specs: Spec) -> int:
        return specs[0].size

    def _scattered(self, n: Workspace) -> tuple[tuple[int, ...], Shape]:
        """The axes, and the batch's shape with 1 in their place."""
        axes = self._axes(n.specs[0])
        return axes, tuple(1 if k in axes else size for k, size in enumerate(n.h.shape))

    def forward(self, n: Workspace) -> None:
        axes, shape = self._scattered(n)
        np.add.reduce(n.h, axis=axes, keepdims=True, out=n.out.reshape(shape))
        if self.operation == "mean":
            n.out *= n.out.size / n.h.size

    def backward(self, n: Workspace) -> None:
        _, shape = self._scattered(n)
        np.copyto(n.delta, n.delta_out.reshape(shape))
        if self.operation == "mean":
            n.delta *= n.delta_out.size / n.h.size
