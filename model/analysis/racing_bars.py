r"""An update as a sum: what gradient, memory, scaling, bias correction and decay each add to the
change of a parameter.

Each addend is the change that one more piece of the rule makes, in this order:

    gradient         -rho g
    memory           what velocity or mean turn it into, still uncorrected: -rho m for Adam
    scaling          the division by the size of past gradients: -rho m / (sqrt(v) + epsilon)
    bias correction  for the zeros that mean and squares start from: -rho m^ / (sqrt(v^) + epsilon)
    decay            -rho lambda theta

so that they add up to theta_new - theta. Another order would give other addends and the same sum.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from model.layer import Array
from model.optimizers import (
    AdaDelta,
    AdaGrad,
    Adam,
    Lion,
    Momentum,
    NAdam,
    Nesterov,
    Optimizer,
    RMSProp,
)
from model.teaching.anatomy import Parts

ADDENDS = ("gradient", "memory", "scaling", "bias correction", "decay")

FORMULAS: dict[str, str] = {
    "sgd": r"-\rho g",
    "momentum": r"-(\gamma \nu + \rho g)",
    "nesterov": r"-(\gamma \nu_t + \rho g)",
    "adagrad": r"-\rho g / (\sqrt{v} + \epsilon)",
    "adadelta": r"-\rho g \sqrt{u + \epsilon} / \sqrt{v + \epsilon}",
    "rmsprop": r"-\rho g / (\sqrt{v} + \epsilon)",
    "adam": r"-\rho \hat{m} / (\sqrt{\hat{v}} + \epsilon)",
    "adamw": r"-\rho \hat{m} / (\sqrt{\hat{v}} + \epsilon) - \rho \lambda \theta",
    "nadam": r"-\rho \hat{m} / (\sqrt{\hat{v}} + \epsilon)",
    "lion": r"-\rho \, \mathrm{sign}(\beta_1 m + (1 - \beta_1) g)",
}
"""The step of each optimiser, by its tag, in the letters of the lecture."""


def addends(optimizer: Optimizer, parts: Parts) -> dict[str, Array]:
    """What each piece of the rule adds to the parameters, by the names of ADDENDS; only those that
    the optimiser has. parts: of `anatomy`. The sum is parts["new"] - parts["theta"].
    """
    step = -parts["step"]
    first = -parts["rho"] * parts["gradient"]
    stages: list[tuple[str, Array]] = [("gradient", first)]
    stages += _middle(optimizer, parts)
    if "corrected square" in parts or "corrected mean" in parts:
        stages.append(("bias correction", step))
    else:
        stages[-1] = (stages[-1][0], step)
    found: dict[str, Array] = {}
    before = np.zeros_like(step)
    for name, after in stages:
        found[name] = after - before
        before = after
    if "decayed" in parts:
        found["decay"] = parts["decayed"] - parts["theta"]
    return found


def _middle(optimizer: Any, parts: Parts) -> list[tuple[str, Array]]:
    """The step after each piece between the gradient and the bias correction."""
    rho, gradient = parts["rho"], parts["gradient"]
    step = -parts["step"]
    if isinstance(optimizer, (Momentum, Nesterov)):
        return [("memory", step)]
    if isinstance(optimizer, (AdaGrad, RMSProp, AdaDelta)):
        return [("scaling", step)]
    if isinstance(optimizer, Lion):
        return [("memory", -rho * parts["direction"]), ("scaling", step)]
    if isinstance(optimizer, Adam):
        size = np.sqrt(parts["square"]) + optimizer.epsilon
        return [("memory", -rho * parts["mean"]), ("scaling", -rho * parts["mean"] / size)]
    if isinstance(optimizer, NAdam):
        ahead = parts["next memory"] * parts["mean"] + (1 - parts["memory"]) * gradient
        size = np.sqrt(parts["square"]) + optimizer.epsilon
        return [("memory", -rho * ahead), ("scaling", -rho * ahead / size)]
    return []
