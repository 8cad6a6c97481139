"""How a gradient becomes a step. Each optimiser works on flat vectors, in place.

theta, grads: (P,); slots: (n_slots, P), zero at the start; scratch: (P,), overwritten. t counts
from 1. Every operation is one number by itself, so long vectors may be handled in pieces.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from model.layer import Array, Formulas

Slots = Array | tuple[Array, ...]
"""(n_slots, P), or its rows."""

LearningRate = Annotated[
    float,
    Meta(
        ge=0,
        le=1000,
        description="Learning rate: the length of a step",
        extra={"symbol": r"\rho", "slider": (1e-5, 10.0), "log": True},
    ),
]
Epsilon = Annotated[
    float, Meta(gt=0, le=1, description="Guards the division", extra={"symbol": r"\epsilon"})
]
WeightDecay = Annotated[
    float,
    Meta(
        ge=0,
        le=100,
        description="Decoupled weight decay: the share ρ times this that each weight loses a step",
        extra={"symbol": r"\lambda", "slider": (1e-6, 1.0), "log": True},
    ),
]


class Optimizer(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type"
):
    """Base of all optimisers."""

    title: ClassVar[str] = ""
    formulas: ClassVar[Formulas] = Formulas((), ())
    slots: ClassVar[tuple[str, ...]] = ()
    """Names of the vectors that are remembered from step to step."""

    lr: LearningRate = 0.1

    def update(
        self, theta: Array, grads: Array, slots: Slots, scratch: Array, t: int, factor: float = 1.0
    ) -> None:
        """One step. factor: of the schedule; the learning rate in force is lr times factor."""
        raise NotImplementedError

    def shrink(self, weights: Array, factor: float = 1.0) -> None:
        """Decoupled weight decay, before the step, of those parameters that a penalty may touch:
        biases and the scales of norms are exempt. Most optimisers have none."""

    def carry_over(self, slots: Array, before: Optimizer, t: int) -> None:
        """Make the memory of the same kind with other options one of this. slots: (n_slots, P);
        t: the updates that it remembers, 1 at least."""
