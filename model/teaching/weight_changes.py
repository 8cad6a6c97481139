"""What happens to one weight beside the optimiser's step, every part named: a gradient that is
penalised, clipped or tied, a weight that is brought within its limits.

The parts are worked out as the formulas are written, not as the engine computes them; tests hold
the two together.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from model.layer import Array
from model.plan import Plan
from model.regularizers import penalty_weights
from model.settings import TrainingSettings
from model.teaching.operations import Kind

Parts = dict[str, Array]

SYMBOLS: dict[str, str] = {
    "own gradient": r"\nabla J_{\mathrm{own}}",
    "tied gradient": r"\nabla J_{\mathrm{tied}}",
    "summed gradient": r"\nabla J",
    "data gradient": r"\nabla J_{\mathrm{data}}",
    "lambda1": r"\lambda_1",
    "lambda2": r"\lambda_2",
    "l1 part": r"\lambda_1 \, \mathrm{sign}(\theta)",
    "l2 part": r"2 \lambda_2 \theta",
    "penalty": r"\nabla P",
    "penalised": r"\nabla J",
    "limit of a number": r"c",
    "clipped": r"\mathrm{clip}(\nabla J)",
    "length": r"\|\nabla J\|",
    "limit of the length": r"c",
    "factor": r"\mathrm{factor}",
    "clipped gradient": r"\nabla J_{\mathrm{clipped}}",
    "threshold": r"\rho \lambda_1",
    "shrunk": r"\theta_{\mathrm{shrunk}}",
    "unit length": r"\|w\|",
    "max norm": r"c",
    "unit factor": r"\mathrm{factor}",
    "limited": r"\theta_{\mathrm{limited}}",
}
"""LaTeX of each part that no optimiser has."""

WORDS: dict[str, str] = {
    "own gradient": "from its own layer",
    "tied gradient": "from the layer that shares it",
    "summed gradient": "gradient",
    "data gradient": "from the data",
    "lambda1": "weight of the L1 penalty",
    "lambda2": "weight of the L2 penalty",
    "l1 part": "from L1",
    "l2 part": "from L2",
    "penalty": "from the penalty",
    "penalised": "gradient of J",
    "limit of a number": "largest size of a number",
    "clipped": "clipped by value",
    "length": "length of the whole gradient",
    "limit of the length": "largest length",
    "theta": "old value",
    "factor": "of all gradients",
    "clipped gradient": "clipped",
    "threshold": "L1 step",
    "shrunk": "after the L1 step",
    "unit length": "length of its unit's weights",
    "max norm": "largest length",
    "unit factor": "of its unit",
    "limited": "new value",
}
"""What the parts are, in words."""


@dataclass(frozen=True)
class Where:
    """A parameter in the vector of all that learn: which, from which place on, and its shape."""

    node_id: str
    name: str
    start: int
    shape: tuple[int, ...]

    @property
    def key(self) -> str:
        return f"{self.node_id}.{self.name}"

    def of(self, flat: Array) -> Array:
        """The parameter's part of such a vector."""
        size = math.prod(self.shape)
        return np.array(flat[self.start : self.start + size]).reshape(self.shape)


def where(plan: Plan, place: int) -> Where | None:
    """Whose number it is, counted through all that learn."""
    for (key, name), part in plan.slices.items():
        if part.start <= place < part.stop:
            return Where(key, name, part.start, plan.parameter(key, name).shape)
    return None


def change_of(
    kind: Kind, plan: Plan, settings: TrainingSettings, at: Where, before: Array, rho: float
) -> Parts:
    """The parts of penalty, clip or limit by name (keys of SYMBOLS), in the order in which they
    arise. before: all numbers that learn, gradients or for `limit` weights. rho: in force."""
    match kind:
        case "penalty":
            return _penalty(plan, settings, at, before)
        case "clip":
            return _clip(settings, at, before)
    return _limit(plan, settings, at, before, rho)


def is_exempt(plan: Plan, at: Where) -> bool:
    """Biases and the scales of norms: neither penalty nor limits touch them."""
    return at.start >= plan.n_penalised


def _penalty(plan: Plan, settings: TrainingSettings, at: Where, before: Array) -> Parts:
    theta = np.array(plan.parameter(at.node_id, at.name))
    parts: Parts = {"data gradient": at.of(before), "theta": theta}
    total = np.zeros_like(theta)
    l1, l2 = penalty_weights(plan.by_id[at.node_id], settings)
    if l2 and not is_exempt(plan, at):
        parts["lambda2"] = np.array(l2)
        parts["l2 part"] = 2 * l2 * theta
        total = total + parts["l2 part"]
    if l1 and settings.l1_step != "proximal" and not is_exempt(plan, at):
        parts["lambda1"] = np.array(l1)
        parts["l1 part"] = l1 * np.sign(theta)
        total = total + parts["l1 part"]
    parts["penalty"] = total
    parts["penalised"] = parts["data gradient"] + total
    return parts


def _clip(settings: TrainingSettings, at: Where, before: Array) -> Parts:
    parts: Parts = {"gradient": at.of(before)}
    clipped, found = before, parts["gradient"]
    if settings.clip_value:
        c = settings.clip_value
        parts["limit of a number"] = np.array(c)
        clipped, found = np.clip(before, -c, c), np.clip(found, -c, c)
        parts["clipped"] = found
    if settings.clip_norm:
        length = math.sqrt(float((np.asarray(clipped, np.float64) ** 2).sum()))
        c = settings.clip_norm
        factor = c / (length + 1e-6) if length > c else 1.0
        parts["length"], parts["limit of the length"] = np.array(length), np.array(c)
        parts["factor"] = np.array(factor)
        found = found * factor
    parts["clipped gradient"] = np.array(found)
    return parts


def _limit(plan: Plan, settings: TrainingSettings, at: Where, before: Array, rho: float) -> Parts:
    theta = at.of(before)
    parts: Parts = {"theta": theta}
    l1, _ = penalty_weights(plan.by_id[at.node_id], settings)
    if settings.l1_step == "proximal" and l1:
        threshold = rho * l1
        parts["rho"], parts["lambda1"] = np.array(rho), np.array(l1)
        parts["threshold"] = np.array(threshold)
        theta = np.sign(theta) * np.maximum(np.abs(theta) - threshold, 0)
        parts["shrunk"] = theta
    if settings.max_norm and len(at.shape) > 1:
        lengths = _unit_lengths(plan, at, theta)
        c = settings.max_norm
        parts["unit length"], parts["max norm"] = lengths, np.array(c)
        parts["unit factor"] = c / np.maximum(lengths, c)
        theta = theta * parts["unit factor"]
    parts["limited"] = np.array(theta)
    return parts


def _unit_lengths(plan: Plan, at: Where, theta: Array) -> Array:
    """In the parameter's shape: at every weight the length of all that enter its unit."""
    parameter = plan.by_id[at.node_id].parameters[at.name]
    unit = parameter.unit_axis % len(at.shape) + 1
    weights = np.asarray(theta, np.float64).reshape(parameter.groups, -1, *at.shape[1:])
    axes = tuple(axis for axis in range(1, weights.ndim) if axis != unit)
    lengths = np.sqrt((weights**2).sum(axis=axes, keepdims=True))
    return np.broadcast_to(lengths, weights.shape).reshape(at.shape).astype(theta.dtype)
