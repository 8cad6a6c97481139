"""Adam and its kin: a running mean of the gradient, steps of a length of their own."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from model.layer import Array, Formulas
from model.optimizers.base import Epsilon, LearningRate, Optimizer, Slots, WeightDecay

Beta1 = Annotated[
    float, Meta(ge=0, lt=1, description="Memory of the mean", extra={"symbol": r"\beta_1"})
]
Beta2 = Annotated[
    float, Meta(ge=0, lt=1, description="Memory of the squares", extra={"symbol": r"\beta_2"})
]
BiasCorrection = Annotated[
    bool,
    Meta(
        description="Make up for the zeros that mean and squares start from; without it the first"
        " steps have the wrong length"
    ),
]

MOMENTS = (
    ("mean", r"m \leftarrow \beta_1 m + (1 - \beta_1) \nabla J"),
    ("square", r"v \leftarrow \beta_2 v + (1 - \beta_2) (\nabla J)^2"),
)
STEP = (
    r"\theta \leftarrow \theta - \rho \, "
    r"\frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}"
)


class Adam(Optimizer, frozen=True, kw_only=True, tag="adam"):
    """Give every weight a step length of its own, from the mean and spread of its gradients.

    What is remembered are the sums m / (1 - beta1) and v / (1 - beta2): the same steps in two
    passes over all parameters fewer, for those numbers go with the learning rate.
    Source: Kingma & Ba 2015; epsilon outside the root, as in the paper and in PyTorch.
    """

    title: ClassVar[str] = "Adam"
    formulas: ClassVar[Formulas] = Formulas((*MOMENTS, ("step", STEP)), ())
    slots: ClassVar[tuple[str, ...]] = ("sum", "square_sum")

    lr: LearningRate = 0.001
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    epsilon: Epsilon = 1e-8
    bias_correction: BiasCorrection = True

    def update(
        self, theta: Array, grads: Array, slots: Slots, scratch: Array, t: int, factor: float = 1.0
    ) -> None:
        total, squares = slots[0], slots[1]
        total *= self.beta1
        total += grads
        np.multiply(grads, grads, out=scratch)
        squares *= self.beta2
        squares += scratch
        # With M = m / (1 - beta1), V = v / (1 - beta2), a = (1 - beta1) / (1 - beta1^t) and
        # b^2 = (1 - beta2) / (1 - beta2^t) the step is rho a M / (b sqrt(V) + epsilon)
        a = 1 - self.beta1
        b = math.sqrt(1 - self.beta2)
        if self.bias_correction:
            a /= 1 - self.beta1**t
            b /= math.sqrt(1 - self.beta2**t)
        np.sqrt(squares, out=scratch)
        scratch += self.epsilon / b
        np.divide(total, scratch, out=scratch)
        scratch *= self.lr * factor * a / b
        theta -= scratch

    def carry_over(self, slots: Array, before: Optimizer, t: int) -> None:
        """With other betas the corrected mean and square stay what they are; from then on it is as
        if all t steps had been taken with the new betas. Without correction m and v stay."""
        if isinstance(before, Adam):
            slots[0] *= (1 - before.beta1) / (1 - self.beta1)
            slots[1] *= (1 - before.beta2) / (1 - self.beta2)
            if self.bias_correction or before.bias_correction:
                slots[0] *= (1 - self.beta1**t) / (1 - before.beta1**t)
                slots[1] *= (1 - self.beta2**t) / (1 - before.beta2**t)


class AdamW(Adam, frozen=True, kw_only=True, tag="adamw"):
    """Adam, with a weight decay that the division by the gradients' size does not touch.

    theta <- (1 - rho lambda) theta before Adam's step, for weights; biases and the scales of norms
    are exempt (PyTorch decays whatever it is given). Source: Loshchilov & Hutter 2019.
    """

    title: ClassVar[str] = "AdamW"
    formulas: ClassVar[Formulas] = Formulas(
        (*MOMENTS, ("decay", r"\theta \leftarrow (1 - \rho \lambda) \, \theta"), ("step", STEP)), ()
    )

    weight_decay: WeightDecay = 0.01

    def shrink(self, weights: Array, factor: float = 1.0) -> None:
        if self.weight_decay:
            weights *= 1 - self.lr * factor * self.weight_decay


class NAdam(Optimizer, frozen=True, kw_only=True, tag="nadam"):
    """Adam that looks ahead, as Nesterov's momentum does.

    mu_t = beta1 (1 - 0.96^(t psi) / 2). Source: Dozat 2016, in PyTorch's form.
    """

    title: ClassVar[str] = "NAdam"
    formulas: ClassVar[Formulas] = Formulas(
        (
            ("memory", r"\mu_t = \beta_1 (1 - \frac{1}{2} 0.96^{t \psi})"),
            *MOMENTS,
            (
                "ahead",
                r"\hat{m} = \frac{\mu_{t+1}}{1 - \prod_{i=1}^{t+1} \mu_i} m"
                r" + \frac{1 - \mu_t}{1 - \prod_{i=1}^{t} \mu_i} \nabla J",
            ),
            (
                "step",
                r"\theta \leftarrow \theta - \rho \, "
                r"\frac{\hat{m}}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}",
            ),
        ),
        (),
    )
    slots: ClassVar[tuple[str, ...]] = ("mean", "square", "ahead")

    lr: LearningRate = 0.002
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    epsilon: Epsilon = 1e-8
    momentum_decay: Annotated[
        float,
        Meta(ge=0, le=1, description="How fast the memory grows", extra={"symbol": r"\psi"}),
    ] = 0.004
    bias_correction: BiasCorrection = True

    def update(
        self, theta: Array, grads: Array, slots: Slots, scratch: Array, t: int, factor: float = 1.0
    ) -> None:
        mean, square, ahead = slots[0], slots[1], slots[2]
        np.multiply(grads, grads, out=scratch)
        scratch *= 1 - self.beta2
        square *= self.beta2
        square += scratch
        np.multiply(grads, 1 - self.beta1, out=scratch)
        mean *= self.beta1
        mean += scratch
        product, following = 0.0, 0.0
        root_c2 = 1.0
        if self.bias_correction:
            product = _product(self.beta1, self.momentum_decay, t)
            following = product * self._memory(t + 1)
            root_c2 = math.sqrt(1 - self.beta2**t)
        np.multiply(mean, self._memory(t + 1) / (1 - following), out=ahead)
        np.multiply(grads, (1 - self._memory(t)) / (1 - product), out=scratch)
        ahead += scratch
        np.sqrt(square, out=scratch)
        scratch += self.epsilon * root_c2
        np.divide(ahead, scratch, out=scratch)
        scratch *= self.lr * factor * root_c2
        theta -= scratch

    def _memory(self, t: int) -> float:
        return _memory(self.beta1, self.momentum_decay, t)

    def carry_over(self, slots: Array, before: Optimizer, t: int) -> None:
        """As Adam's."""
        if isinstance(before, NAdam) and (self.bias_correction or before.bias_correction):
            products = [_product(each.beta1, each.momentum_decay, t) for each in (self, before)]
            slots[0] *= (1 - products[0]) / (1 - products[1])
            slots[1] *= (1 - self.beta2**t) / (1 - before.beta2**t)


def _memory(beta1: float, decay: float, t: int) -> float:
    return beta1 * (1 - 0.5 * math.pow(0.96, t * decay))


_last: dict[tuple[float, float], tuple[int, float]] = {}
"""The newest product of memories, so that a step need not multiply them all again. The order of
the factors is the same either way, and so are the bits."""


def _product(beta1: float, decay: float, t: int) -> float:
    """mu_1 mu_2 ... mu_t."""
    done, product = _last.get((beta1, decay), (0, 1.0))
    if done > t:
        done, product = 0, 1.0
    for i in range(done + 1, t + 1):
        product *= _memory(beta1, decay, i)
        if product == 0.0:
            break
    if len(_last) > 16:
        _last.clear()
    _last[beta1, decay] = (t, product)
    return product


class Lion(Optimizer, frozen=True, kw_only=True, tag="lion"):
    """Take the sign only: every weight moves by rho, up or down, and one vector is remembered.

    The decay lambda is decoupled and spares biases and the scales of norms.
    Source: Chen et al. 2023, Symbolic Discovery of Optimization Algorithms.
    """

    title: ClassVar[str] = "Lion"
    formulas: ClassVar[Formulas] = Formulas(
        (
            ("decay", r"\theta \leftarrow (1 - \rho \lambda) \, \theta"),
            (
                "step",
                r"\theta \leftarrow \theta - \rho \, "
                r"\mathrm{sign}(\beta_1 m + (1 - \beta_1) \nabla J)",
            ),
            ("mean", r"m \leftarrow \beta_2 m + (1 - \beta_2) \nabla J"),
        ),
        (),
    )
    slots: ClassVar[tuple[str, ...]] = ("mean", "change")

    lr: LearningRate = 0.0001
    beta1: Annotated[
        float,
        Meta(
            ge=0, lt=1, description="Weight of the mean in the step", extra={"symbol": r"\beta_1"}
        ),
    ] = 0.9
    beta2: Annotated[
        float, Meta(ge=0, lt=1, description="Memory of the mean", extra={"symbol": r"\beta_2"})
    ] = 0.99
    weight_decay: WeightDecay = 0.0

    def update(
        self, theta: Array, grads: Array, slots: Slots, scratch: Array, t: int, factor: float = 1.0
    ) -> None:
        mean, change = slots[0], slots[1]
        np.multiply(mean, self.beta1, out=change)
        np.multiply(grads, 1 - self.beta1, out=scratch)
        change += scratch
        np.sign(change, out=change)
        change *= self.lr * factor
        theta -= change
        mean *= self.beta2
        np.multiply(grads, 1 - self.beta2, out=scratch)
        mean += scratch

    def shrink(self, weights: Array, factor: float = 1.0) -> None:
        if self.weight_decay:
            weights *= 1 - self.lr * factor * self.weight_decay
