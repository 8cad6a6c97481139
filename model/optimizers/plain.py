"""Optimisers that take every weight's gradient alike: with and without a velocity."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from model.layer import Array, Formulas
from model.optimizers.base import Optimizer, Slots

Share = Annotated[
    float, Meta(ge=0, lt=1, description="Share of the velocity kept", extra={"symbol": r"\gamma"})
]


class SGD(Optimizer, frozen=True, kw_only=True, tag="sgd"):
    """Walk downhill: theta <- theta - rho grad J. With the whole set as batch: gradient descent."""

    title: ClassVar[str] = "SGD"
    formulas: ClassVar[Formulas] = Formulas(
        (("step", r"\theta \leftarrow \theta - \rho \nabla J(\theta; B_t)"),), ()
    )

    def update(
        self, theta: Array, grads: Array, slots: Slots, scratch: Array, t: int, factor: float = 1.0
    ) -> None:
        np.multiply(grads, self.lr * factor, out=scratch)
        theta -= scratch


class Momentum(Optimizer, frozen=True, kw_only=True, tag="momentum"):
    """Keep rolling: nu <- gamma nu + rho grad J, theta <- theta - nu (rho inside the velocity).

    PyTorch keeps rho outside; with a constant rho both walk the same path.
    Source: Polyak 1964.
    """

    title: ClassVar[str] = "SGD with momentum"
    formulas: ClassVar[Formulas] = Formulas(
        (
            ("velocity", r"\nu \leftarrow \gamma \nu + \rho \nabla J(\theta; B_t)"),
            ("step", r"\theta \leftarrow \theta - \nu"),
        ),
        (),
    )
    slots: ClassVar[tuple[str, ...]] = ("velocity",)

    momentum: Share = 0.9

    def update(
        self, theta: Array, grads: Array, slots: Slots, scratch: Array, t: int, factor: float = 1.0
    ) -> None:
        velocity = slots[0]
        velocity *= self.momentum
        np.multiply(grads, self.lr * factor, out=scratch)
        velocity += scratch
        theta -= velocity


class Nesterov(Optimizer, frozen=True, kw_only=True, tag="nesterov"):
    """Look ahead: step from where the velocity will have carried us.

    nu <- gamma nu + rho grad J, theta <- theta - (gamma nu + rho grad J): theta is the point ahead,
    so that the gradient is taken where it is needed (PyTorch's form, but rho inside the velocity).
    Source: Nesterov 1983; Sutskever et al. 2013.
    """

    title: ClassVar[str] = "Nesterov momentum"
    formulas: ClassVar[Formulas] = Formulas(
        (
            ("velocity", r"\nu \leftarrow \gamma \nu + \rho \nabla J(\theta; B_t)"),
            ("step", r"\theta \leftarrow \theta - (\gamma \nu + \rho \nabla J(\theta; B_t))"),
        ),
        (),
    )
    slots: ClassVar[tuple[str, ...]] = ("velocity",)

    momentum: Share = 0.9

    def update(
        self, theta: Array, grads: Array, slots: Slots, scratch: Array, t: int, factor: float = 1.0
    ) -> None:
        velocity = slots[0]
        velocity *= self.momentum
        np.multiply(grads, self.lr * factor, out=scratch)
        velocity += scratch
        theta -= scratch
        np.multiply(velocity, self.momentum, out=scratch)
        theta -= scratch
