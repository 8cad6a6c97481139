"""Optimisers that give every weight a step length of its own, from the size of its gradients."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from model.layer import Array, Formulas
from model.optimizers.base import Epsilon, LearningRate, Optimizer, Slots

Memory = Annotated[
    float, Meta(ge=0, lt=1, description="Memory of the squares", extra={"symbol": r"\beta"})
]


def follow(mean: Array, values: Array, memory: float, scratch: Array) -> None:
    """mean <- memory * mean + (1 - memory) * values; scratch may be `values` itself."""
    mean *= memory
    np.multiply(values, 1 - memory, out=scratch)
    mean += scratch


class AdaGrad(Optimizer, frozen=True, kw_only=True, tag="adagrad"):
    """Shorten the steps of weights that have moved much already.

    Epsilon stands outside the root, as in PyTorch. Source: Duchi et al. 2011.
    """

    title: ClassVar[str] = "AdaGrad"
    formulas: ClassVar[Formulas] = Formulas(
        (
            ("sum of squares", r"v \leftarrow v + (\nabla J)^2"),
            (
                "step",
                r"\theta \leftarrow \theta - \rho \, \frac{\nabla J}{\sqrt{v} + \epsilon}",
            ),
        ),
        (),
    )
    slots: ClassVar[tuple[str, ...]] = ("square",)

    lr: LearningRate = 0.01
    epsilon: Epsilon = 1e-10

    def update(
        self, theta: Array, grads: Array, slots: Slots, scratch: Array, t: int, factor: float = 1.0
    ) -> None:
        square = slots[0]
        np.multiply(grads, grads, out=scratch)
        square += scratch
        np.sqrt(square, out=scratch)
        scratch += self.epsilon
        np.divide(grads, scratch, out=scratch)
        scratch *= self.lr * factor
        theta -= scratch


class RMSProp(Optimizer, frozen=True, kw_only=True, tag="rmsprop"):
    """Divide the gradient by a running mean of its recent size.

    Centred, the size is the standard deviation: the square of the mean gradient is taken off.
    Epsilon stands outside the root, as in PyTorch. Source: Hinton 2012, lecture 6; Graves 2013.
    """

    title: ClassVar[str] = "RMSProp"
    formulas: ClassVar[Formulas] = Formulas(
        (
            ("mean square", r"v \leftarrow \beta v + (1 - \beta) (\nabla J)^2"),
            (
                "step",
                r"\theta \leftarrow \theta - \rho \, \frac{\nabla J}{\sqrt{v} + \epsilon}",
            ),
        ),
        (),
    )
    slots: ClassVar[tuple[str, ...]] = ("square", "mean")

    lr: LearningRate = 0.01
    decay: Memory = 0.99
    epsilon: Epsilon = 1e-8
    centered: Annotated[
        bool, Meta(description="Take the square of the mean gradient off the mean square")
    ] = False

    def update(
        self, theta: Array, grads: Array, slots: Slots, scratch: Array, t: int, factor: float = 1.0
    ) -> None:
        square, mean = slots[0], slots[1]
        np.multiply(grads, grads, out=scratch)
        follow(square, scratch, self.decay, scratch)
        if self.centered:
            follow(mean, grads, self.decay, scratch)
            np.multiply(mean, mean, out=scratch)
            np.subtract(square, scratch, out=scratch)
            np.maximum(scratch, 0, out=scratch)  # rounding may leave it below zero
            np.sqrt(scratch, out=scratch)
        else:
            np.sqrt(square, out=scratch)
        scratch += self.epsilon
        np.divide(grads, scratch, out=scratch)
        scratch *= self.lr * factor
        theta -= scratch


class AdaDelta(Optimizer, frozen=True, kw_only=True, tag="adadelta"):
    """Measure each step in the weight's own recent steps, so that no learning rate need be chosen.

    rho = 1 is the paper's rule. Source: Zeiler 2012.
    """

    title: ClassVar[str] = "AdaDelta"
    formulas: ClassVar[Formulas] = Formulas(
        (
            ("mean square", r"v \leftarrow \beta v + (1 - \beta) (\nabla J)^2"),
            ("change", r"\Delta = \sqrt{\frac{u + \epsilon}{v + \epsilon}} \, \nabla J"),
            ("its square", r"u \leftarrow \beta u + (1 - \beta) \Delta^2"),
            ("step", r"\theta \leftarrow \theta - \rho \, \Delta"),
        ),
        (),
    )
    slots: ClassVar[tuple[str, ...]] = ("square", "step_square", "change")

    lr: LearningRate = 1.0
    decay: Memory = 0.9
    epsilon: Epsilon = 1e-6

    def update(
        self, theta: Array, grads: Array, slots: Slots, scratch: Array, t: int, factor: float = 1.0
    ) -> None:
        square, step_square, change = slots[0], slots[1], slots[2]
        np.multiply(grads, grads, out=scratch)
        follow(square, scratch, self.decay, scratch)
        np.add(square, self.epsilon, out=scratch)
        np.add(step_square, self.epsilon, out=change)
        change /= scratch
        np.sqrt(change, out=change)
        change *= grads
        np.multiply(change, change, out=scratch)
        follow(step_square, scratch, self.decay, scratch)
        np.multiply(change, self.lr * factor, out=scratch)
        theta -= scratch
