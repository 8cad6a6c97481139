r"""An update taken to pieces: every part of the optimiser named, old value - step = new value.

The parts are worked out as the formulas are written in the papers, not as the optimiser computes
them (which saves operations); tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from model.layer import Array
from model.optimizers import (
    SGD,
    AdaDelta,
    AdaGrad,
    Adam,
    AdamW,
    Lion,
    Momentum,
    NAdam,
    Nesterov,
    Optimizer,
    RMSProp,
)
from model.optimizers.base import Slots

SYMBOLS: dict[str, str] = {
    "theta": r"\theta",
    "gradient": r"\nabla J",
    "rho": r"\rho",
    "decayed": r"(1 - \rho \lambda) \, \theta",
    "velocity before": r"\nu_{t-1}",
    "velocity": r"\nu_t",
    "mean before": r"m_{t-1}",
    "mean": r"m_t",
    "square before": r"v_{t-1}",
    "square": r"v_t",
    "mean correction": r"1 - \beta_1^t",
    "square correction": r"1 - \beta_2^t",
    "corrected mean": r"\hat{m}",
    "corrected square": r"\hat{v}",
    "spread": r"v_t - m_t^2",
    "step square before": r"u_{t-1}",
    "step square": r"u_t",
    "change": r"\Delta",
    "memory": r"\mu_t",
    "next memory": r"\mu_{t+1}",
    "look ahead": r"\hat{m}",
    "direction": r"\beta_1 m_{t-1} + (1 - \beta_1) \nabla J",
    "sign": r"\mathrm{sign}",
    "step": r"\mathrm{step}",
    "new": r"\theta_{\mathrm{new}}",
}
"""LaTeX of each part."""

Parts = dict[str, Array]


def anatomy(
    optimizer: Optimizer,
    theta: Array,
    grads: Array,
    slots: Slots,
    t: int,
    factor: float = 1.0,
    *,
    is_decayed: bool = False,
) -> Parts:
    """All parts of one update by name (keys of SYMBOLS), in the order in which they arise.

    theta, grads: before the update, of any one shape; slots: the optimiser's memory before it, one
    array of that shape each. t counts from 1; factor: of the schedule. is_decayed: the parameter is
    one that decoupled weight decay touches. theta (or `decayed`) - step = new. Nothing is changed.
    """
    parts: Parts = {
        "theta": np.array(theta),
        "gradient": np.array(grads),
        "rho": np.array(optimizer.lr * factor),
    }
    start = parts["theta"]
    if is_decayed and getattr(optimizer, "weight_decay", None):
        start = parts["decayed"] = start.copy()
        optimizer.shrink(start, factor)
    memory = {name: np.array(slot) for name, slot in zip(optimizer.slots, slots, strict=True)}
    found = _RULES.get(type(optimizer))
    if found is None:
        parts["step"] = start - _moved(optimizer, start, grads, slots, t, factor)
    else:
        found(optimizer, parts, memory, t)
    parts["new"] = start - parts["step"]
    return parts


def _moved(
    optimizer: Optimizer, theta: Array, grads: Array, slots: Slots, t: int, factor: float
) -> Array:
    """By the optimiser's own update, on copies: of one that has no rule here."""
    new = theta.copy()
    kept = tuple(np.array(slot) for slot in slots)
    optimizer.update(new, np.array(grads), kept, np.zeros_like(new), t, factor)
    return new


def _sgd(rule: Any, parts: Parts, memory: Parts, t: int) -> None:
    parts["step"] = parts["rho"] * parts["gradient"]


def _momentum(rule: Any, parts: Parts, memory: Parts, t: int) -> None:
    parts["velocity before"] = memory["velocity"]
    parts["velocity"] = rule.momentum * memory["velocity"] + parts["rho"] * parts["gradient"]
    parts["step"] = parts["velocity"]


def _nesterov(rule: Any, parts: Parts, memory: Parts, t: int) -> None:
    _momentum(rule, parts, memory, t)
    parts["step"] = rule.momentum * parts["velocity"] + parts["rho"] * parts["gradient"]


def _adagrad(rule: Any, parts: Parts, memory: Parts, t: int) -> None:
    parts["square before"] = memory["square"]
    parts["square"] = memory["square"] + parts["gradient"] ** 2
    size = np.sqrt(parts["square"]) + rule.epsilon
    parts["step"] = parts["rho"] * parts["gradient"] / size


def _rmsprop(rule: Any, parts: Parts, memory: Parts, t: int) -> None:
    gradient, beta = parts["gradient"], rule.decay
    parts["square before"] = memory["square"]
    parts["square"] = spread = beta * memory["square"] + (1 - beta) * gradient**2
    if rule.centered:
        parts["mean before"] = memory["mean"]
        parts["mean"] = beta * memory["mean"] + (1 - beta) * gradient
        spread = parts["spread"] = np.maximum(parts["square"] - parts["mean"] ** 2, 0)
    parts["step"] = parts["rho"] * gradient / (np.sqrt(spread) + rule.epsilon)


def _adadelta(rule: Any, parts: Parts, memory: Parts, t: int) -> None:
    gradient, beta, epsilon = parts["gradient"], rule.decay, rule.epsilon
    parts["square before"] = memory["square"]
    parts["square"] = beta * memory["square"] + (1 - beta) * gradient**2
    parts["step square before"] = memory["step_square"]
    ratio = (memory["step_square"] + epsilon) / (parts["square"] + epsilon)
    parts["change"] = np.sqrt(ratio) * gradient
    parts["step square"] = beta * memory["step_square"] + (1 - beta) * parts["change"] ** 2
    parts["step"] = parts["rho"] * parts["change"]


def _moments(rule: Any, parts: Parts, memory: Parts) -> None:
    gradient = parts["gradient"]
    parts["mean before"] = memory["mean"]
    parts["mean"] = rule.beta1 * memory["mean"] + (1 - rule.beta1) * gradient
    parts["square before"] = memory["square"]
    parts["square"] = rule.beta2 * memory["square"] + (1 - rule.beta2) * gradient**2


def _adam(rule: Any, parts: Parts, memory: Parts, t: int) -> None:
    """What it remembers are m / (1 - beta1) and v / (1 - beta2)."""
    mean, square = memory["sum"] * (1 - rule.beta1), memory["square_sum"] * (1 - rule.beta2)
    memory = {"mean": mean, "square": square}
    _moments(rule, parts, memory)
    mean, square = parts["mean"], parts["square"]
    if rule.bias_correction:
        parts["mean correction"] = np.array(1 - rule.beta1**t)
        parts["square correction"] = np.array(1 - rule.beta2**t)
        mean = parts["corrected mean"] = mean / parts["mean correction"]
        square = parts["corrected square"] = square / parts["square correction"]
    parts["step"] = parts["rho"] * mean / (np.sqrt(square) + rule.epsilon)


def _nadam(rule: Any, parts: Parts, memory: Parts, t: int) -> None:
    _moments(rule, parts, memory)
    memories = [rule.beta1 * (1 - 0.5 * 0.96 ** (i * rule.momentum_decay)) for i in range(1, t + 2)]
    now, following = memories[-2], memories[-1]
    parts["memory"], parts["next memory"] = np.array(now), np.array(following)
    product, next_product, square = 0.0, 0.0, parts["square"]
    if rule.bias_correction:
        product = float(np.prod(memories[:-1]))
        next_product = product * following
        parts["square correction"] = np.array(1 - rule.beta2**t)
        square = parts["corrected square"] = square / parts["square correction"]
    parts["look ahead"] = following / (1 - next_product) * parts["mean"]
    parts["look ahead"] += (1 - now) / (1 - product) * parts["gradient"]
    parts["step"] = parts["rho"] * parts["look ahead"] / (np.sqrt(square) + rule.epsilon)


def _lion(rule: Any, parts: Parts, memory: Parts, t: int) -> None:
    gradient, mean = parts["gradient"], memory["mean"]
    parts["mean before"] = mean
    parts["direction"] = rule.beta1 * mean + (1 - rule.beta1) * gradient
    parts["sign"] = np.sign(parts["direction"])
    parts["mean"] = rule.beta2 * mean + (1 - rule.beta2) * gradient
    parts["step"] = parts["rho"] * parts["sign"]


_RULES: dict[type[Optimizer], Callable[[Any, Parts, Parts, int], None]] = {
    SGD: _sgd,
    Momentum: _momentum,
    Nesterov: _nesterov,
    AdaGrad: _adagrad,
    AdaDelta: _adadelta,
    RMSProp: _rmsprop,
    Adam: _adam,
    AdamW: _adam,
    NAdam: _nadam,
    Lion: _lion,
}
