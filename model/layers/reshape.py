"""The same numbers in another shape."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from model.errors import ShapeError
from model.layer import Formulas, Layer, Shape, Spec, Workspace

_VIEW = Formulas(
    forward=(("output", r"h^{(l+1)} = \mathrm{reshape}(h^{(l)})"),),
    backward=(("passed down", r"\delta^{(l)} = \mathrm{reshape}(\delta^{(l+1)})"),),
)


class Flatten(Layer, frozen=True, kw_only=True, tag="flatten"):
    """Lay all numbers of an item in one row, so that a Dense layer can take them.

    Shapes: (B, a, b, ...) -> (B, a b ...). A view: no number is copied.
    """

    title: ClassVar[str] = "Flatten"
    category: ClassVar[str] = "dense"
    icon: ClassVar[str] = "view-sequential-outline"
    is_view: ClassVar[bool] = True
    binds_out: ClassVar[bool] = True
    formulas: ClassVar[Formulas] = _VIEW

    def out_spec(self, *specs: Spec) -> Spec:
        return Spec((specs[0].size,))

    def setup(self, n: Workspace) -> None:
        n.out = np.ascontiguousarray(n.h.reshape(n.batch, -1))
        n.is_shared = np.shares_memory(n.out, n.h)

    def forward(self, n: Workspace) -> None:
        if not n.is_shared:  # pictures lie in another order in memory: they are put in rows
            n.out.reshape(n.h.shape)[...] = n.h

    def backward(self, n: Workspace) -> None:
        n.delta[...] = n.delta_out.reshape(n.h.shape)


class Reshape(Layer, frozen=True, kw_only=True, tag="reshape"):
    """Read the numbers of an item, row by row, into another shape of the same size.

    Shapes: (B, ...) -> (B, *shape); one entry may be -1, it is worked out. A view: nothing is
    copied.
    """

    title: ClassVar[str] = "Reshape"
    category: ClassVar[str] = "dense"
    icon: ClassVar[str] = "grid"
    is_view: ClassVar[bool] = True
    binds_out: ClassVar[bool] = True
    formulas: ClassVar[Formulas] = _VIEW

    shape: Annotated[
        tuple[Annotated[int, Meta(ge=-1, le=1_000_000)], ...],
        Meta(
            min_length=1,
            max_length=6,
            description="Axes of one item, such as 8, 8 (-1: work it out)",
        ),
    ] = (-1,)

    def label(self) -> str:
        return "Reshape " + "×".join("?" if a < 0 else str(a) for a in self.shape)

    def _target(self, spec: Spec) -> Shape:
        known = 1
        for axis in self.shape:
            known *= axis if axis > 0 else 1
        free = self.shape.count(-1)
        fits = spec.size % known == 0 if free == 1 else spec.size == known
        if free > 1 or 0 in self.shape or not fits:
            wanted = " × ".join("?" if axis < 0 else str(axis) for axis in self.shape)
            raise ShapeError(
                f"Reshape cannot read {spec.size} numbers ({spec}) into {wanted}.",
                hint="The product of the axes must be the same; at most one axis may be -1.",
            )
        return tuple(axis if axis > 0 else spec.size // known for axis in self.shape)

    def out_spec(self, *specs: Spec) -> Spec:
        return Spec(self._target(specs[0]))

    def setup(self, n: Workspace) -> None:
        n.out = np.ascontiguousarray(n.h.reshape(n.batch, *self._target(n.specs[0])))
        n.is_shared = np.shares_memory(n.out, n.h)

    def forward(self, n: Workspace) -> None:
        if not n.is_shared:
            n.out.reshape(n.h.shape)[...] = n.h

    def backward(self, n: Workspace) -> None:
        n.delta[...] = n.delta_out.reshape(n.h.shape)
