"""How a gradient becomes a step. Each optimiser works on flat vectors, in place.

theta, grads: (P,); slots: (n_slots, P), zero at the start; scratch: (P,). t counts from 1.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Union

import msgspec
import numpy as np
from msgspec import Meta

from model.layer import Array, Formulas

LearningRate = Annotated[
    float,
    Meta(
        ge=0,
        le=1000,
        description="Learning rate: the length of a step",
        extra={"symbol": r"\rho", "slider": (1e-5, 10.0), "log": True},
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

    def update(self, theta: Array, grads: Array, slots: Array, scratch: Array, t: int) -> None:
        raise NotImplementedError


class SGD(Optimizer, frozen=True, kw_only=True, tag="sgd"):
    """Walk downhill: theta <- theta - rho grad J. With the whole set as batch: gradient descent."""

    title: ClassVar[str] = "SGD"
    formulas: ClassVar[Formulas] = Formulas(
        (("step", r"\theta \leftarrow \theta - \rho \nabla J(\theta; B_t)"),), ()
    )

    def update(self, theta: Array, grads: Array, slots: Array, scratch: Array, t: int) -> None:
        np.multiply(grads, self.lr, out=scratch)
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

    momentum: Annotated[
        float,
        Meta(ge=0, lt=1, description="Share of the velocity kept", extra={"symbol": r"\gamma"}),
    ] = 0.9

    def update(self, theta: Array, grads: Array, slots: Array, scratch: Array, t: int) -> None:
        velocity = slots[0]
        velocity *= self.momentum
        np.multiply(grads, self.lr, out=scratch)
        velocity += scratch
        theta -= velocity


class Adam(Optimizer, frozen=True, kw_only=True, tag="adam"):
    """Give every weight a step length of its own, from the mean and spread of its gradients.

    Source: Kingma & Ba 2015; epsilon outside the root, as in the paper and in PyTorch.
    """

    title: ClassVar[str] = "Adam"
    formulas: ClassVar[Formulas] = Formulas(
        (
            ("mean", r"m \leftarrow \beta_1 m + (1 - \beta_1) \nabla J"),
            ("square", r"v \leftarrow \beta_2 v + (1 - \beta_2) (\nabla J)^2"),
            (
                "step",
                r"\theta \leftarrow \theta - \rho \, "
                r"\frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}",
            ),
        ),
        (),
    )
    slots: ClassVar[tuple[str, ...]] = ("mean", "square")

    lr: LearningRate = 0.001
    beta1: Annotated[
        float,
        Meta(ge=0, lt=1, description="Memory of the mean", extra={"symbol": r"\beta_1"}),
    ] = 0.9
    beta2: Annotated[
        float,
        Meta(ge=0, lt=1, description="Memory of the squares", extra={"symbol": r"\beta_2"}),
    ] = 0.999
    epsilon: Annotated[
        float, Meta(gt=0, le=1, description="Guards the division", extra={"symbol": r"\epsilon"})
    ] = 1e-8

    def update(self, theta: Array, grads: Array, slots: Array, scratch: Array, t: int) -> None:
        mean, square = slots[0], slots[1]
        mean *= self.beta1
        np.multiply(grads, 1 - self.beta1, out=scratch)
        mean += scratch
        square *= self.beta2
        np.multiply(grads, grads, out=scratch)
        scratch *= 1 - self.beta2
        square += scratch
        np.sqrt(square, out=scratch)
        scratch /= math.sqrt(1 - self.beta2**t)
        scratch += self.epsilon
        np.divide(mean, scratch, out=scratch)
        scratch *= self.lr / (1 - self.beta1**t)
        theta -= scratch


OPTIMIZERS: dict[str, type[Optimizer]] = {
    str(kind.__struct_config__.tag): kind for kind in (SGD, Momentum, Adam)
}

if TYPE_CHECKING:
    AnyOptimizer = Optimizer
else:
    AnyOptimizer = Union[tuple(OPTIMIZERS.values())]  # noqa: UP007 - msgspec reads it


def switch(old: Optimizer, tag: str, **changes: Any) -> Optimizer:
    """Another optimiser with the fields both have carried over."""
    kind = OPTIMIZERS[tag]
    kept = {name: getattr(old, name) for name in old.__struct_fields__}
    return kind(**{name: kept[name] for name in kind.__struct_fields__ if name in kept} | changes)
