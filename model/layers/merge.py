"""Layers that bring several wires together."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from model.errors import ShapeError
from model.layer import Formulas, Layer, Port, Spec, Workspace

_PORTS = (Port("h", "Two wires or more", is_variadic=True),)


class _Elementwise(Layer, frozen=True, kw_only=True):
    """Arrays of one shape, brought together number by number."""

    category: ClassVar[str] = "merge"
    inputs: ClassVar[tuple[Port, ...]] = _PORTS

    def out_spec(self, *specs: Spec) -> Spec:
        for other in specs[1:]:
            if other.shape != specs[0].shape:
                raise ShapeError(
                    f"{self.title} joins arrays of one shape, but it is given {specs[0]} and"
                    f" {other}.",
                    hint="Give the layers before it the same number of units.",
                )
        return Spec(specs[0].shape)


class Add(_Elementwise, frozen=True, kw_only=True, tag="add"):
    """Add up the arrays of all wires, number by number; a skip connection ends here.

    Shapes: (B, ...) from every wire -> same. The arriving delta goes down every wire unchanged.
    """

    title: ClassVar[str] = "Add"
    icon: ClassVar[str] = "plus"
    formulas: ClassVar[Formulas] = Formulas(
        forward=(("output", r"h^{(l+1)} = \sum_k h_k"),),
        backward=(("passed down", r"\delta_k^{(l)} = \delta^{(l+1)}"),),
    )

    def forward(self, n: Workspace) -> None:
        np.copyto(n.out, n.h)
        for h in n.hs[1:]:
            n.out += h

    def backward(self, n: Workspace) -> None:
        for delta in n.deltas:
            if delta is not None:
                np.copyto(delta, n.delta_out)


class Multiply(_Elementwise, frozen=True, kw_only=True, tag="multiply"):
    """Multiply the arrays of all wires, number by number; gates are made of it.

    Shapes: (B, ...) from every wire -> same.
    """

    title: ClassVar[str] = "Multiply"
    icon: ClassVar[str] = "close"
    formulas: ClassVar[Formulas] = Formulas(
        forward=(("output", r"h^{(l+1)} = \prod_k h_k"),),
        backward=(("passed down", r"\delta_k^{(l)} = \delta^{(l+1)} \prod_{i \neq k} h_i"),),
    )

    def forward(self, n: Workspace) -> None:
        np.copyto(n.out, n.h)
        for h in n.hs[1:]:
            n.out *= h

    def backward(self, n: Workspace) -> None:
        for k, delta in enumerate(n.deltas):
            if delta is None:
                continue
            np.copyto(delta, n.delta_out)
            for i, h in enumerate(n.hs):
                if i != k:
                    delta *= h


class Subtract(_Elementwise, frozen=True, kw_only=True, tag="subtract"):
    """Take one array away from another, number by number.

    h_out = h - minus. Shapes: (B, ...) from both wires -> same.
    """

    title: ClassVar[str] = "Subtract"
    icon: ClassVar[str] = "minus"
    inputs: ClassVar[tuple[Port, ...]] = (
        Port("h", "From this"),
        Port("minus", "this is taken away"),
    )
    formulas: ClassVar[Formulas] = Formulas(
        forward=(("output", r"h^{(l+1)} = h_1 - h_2"),),
        backward=(
            ("first wire", r"\delta_1^{(l)} = \delta^{(l+1)}"),
            ("second wire", r"\delta_2^{(l)} = -\delta^{(l+1)}"),
        ),
    )

    def forward(self, n: Workspace) -> None:
        np.subtract(n.hs[0], n.hs[1], out=n.out)

    def backward(self, n: Workspace) -> None:
        first, second = n.deltas
        if first is not None:
            np.copyto(first, n.delta_out)
        if second is not None:
            np.negative(n.delta_out, out=second)


class Average(_Elementwise, frozen=True, kw_only=True, tag="average"):
    """Take the mean of the arrays of all wires, number by number; a small ensemble ends here.

    Shapes: (B, ...) from each of k wires -> same.
    """

    title: ClassVar[str] = "Average"
    icon: ClassVar[str] = "approximately-equal"
    formulas: ClassVar[Formulas] = Formulas(
        forward=(("output", r"h^{(l+1)} = \frac{1}{k} \sum_{i=1}^{k} h_i"),),
        backward=(("passed down", r"\delta_i^{(l)} = \frac{1}{k} \delta^{(l+1)}"),),
    )

    def forward(self, n: Workspace) -> None:
        np.copyto(n.out, n.h)
        for h in n.hs[1:]:
            n.out += h
        n.out /= len(n.hs)

    def backward(self, n: Workspace) -> None:
        for delta in n.deltas:
            if delta is not None:
                np.divide(n.delta_out, len(n.hs), out=delta)


class Maximum(_Elementwise, frozen=True, kw_only=True, tag="maximum"):
    """Take the largest number of all wires at each place; only the winner learns.

    Wires that are equal at a place share its delta evenly, as in PyTorch.
    Shapes: (B, ...) from every wire -> same.
    """

    title: ClassVar[str] = "Maximum"
    icon: ClassVar[str] = "chevron-up"
    formulas: ClassVar[Formulas] = Formulas(
        forward=(("output", r"h_j^{(l+1)} = \max_k h_{kj}"),),
        backward=(
            (
                "passed down",
                r"\delta_{kj}^{(l)} = \delta_j^{(l+1)} \;\mathrm{if}\; h_{kj} = h_j^{(l+1)}, "
                r"\;\mathrm{else}\; 0",
            ),
        ),
    )

    def setup(self, n: Workspace) -> None:
        n.wins = n.like(n.h)
        n.ties = n.like(n.h)

    def forward(self, n: Workspace) -> None:
        np.copyto(n.out, n.h)
        for h in n.hs[1:]:
            np.maximum(n.out, h, out=n.out)

    def backward(self, n: Workspace) -> None:
        n.ties.fill(0)
        for h in n.hs:
            np.equal(h, n.out, out=n.wins)
            n.ties += n.wins
        np.divide(n.delta_out, n.ties, out=n.ties)
        for h, delta in zip(n.hs, n.deltas, strict=True):
            if delta is not None:
                np.equal(h, n.out, out=delta)
                delta *= n.ties


class Concatenate(Layer, frozen=True, kw_only=True, tag="concatenate"):
    """Lay the arrays of all wires side by side along one axis.

    Shapes: (B, ..., n_1) and (B, ..., n_2) -> (B, ..., n_1 + n_2) for the last axis.
    """

    title: ClassVar[str] = "Concatenate"
    category: ClassVar[str] = "merge"
    icon: ClassVar[str] = "merge"
    inputs: ClassVar[tuple[Port, ...]] = _PORTS
    formulas: ClassVar[Formulas] = Formulas(
        forward=(("output", r"h^{(l+1)} = [\, h_1, h_2, \ldots \,]"),),
        backward=(("passed down", r"[\, \delta_1, \delta_2, \ldots \,] = \delta^{(l+1)}"),),
    )

    axis: Annotated[
        int, Meta(ge=-6, le=5, description="Axis of one item to join along (-1: the last)")
    ] = -1

    def out_spec(self, *specs: Spec) -> Spec:
        rank = len(specs[0].shape)
        if not -rank <= self.axis < rank:
            raise ShapeError(
                f"Concatenate has no axis {self.axis} in {specs[0]}.",
                hint="Choose -1 for the last axis.",
            )
        axis = self.axis % rank
        total = 0
        for spec in specs:
            rest = spec.shape[:axis] + spec.shape[axis + 1 :]
            is_other_rank = len(spec.shape) != rank
            if is_other_rank or rest != specs[0].shape[:axis] + specs[0].shape[axis + 1 :]:
                raise ShapeError(
                    f"Concatenate joins along axis {axis} only, but is given {specs[0]}"
                    f" and {spec}.",
                    hint="All other axes must be equal; a Flatten layer in each branch helps.",
                )
            total += spec.shape[axis]
        return Spec((*specs[0].shape[:axis], total, *specs[0].shape[axis + 1 :]))

    def setup(self, n: Workspace) -> None:
        n.axis = self.axis % len(n.specs[0].shape) + 1  # the batch is axis 0
        n.parts = []
        start = 0
        for h in n.hs:
            stop = start + h.shape[n.axis]
            n.parts.append((slice(None),) * n.axis + (slice(start, stop),))
            start = stop

    def forward(self, n: Workspace) -> None:
        np.concatenate(n.hs, axis=n.axis, out=n.out)

    def backward(self, n: Workspace) -> None:
        for delta, part in zip(n.deltas, n.parts, strict=True):
            if delta is not None:
                np.copyto(delta, n.delta_out[part])
