r"""How good a difference is as a slope, against its step: the curve with the form of a U.

A large step h sees the bend of J: the forward difference is wrong by h J''/2, the central one by
h^2 J'''/6. A small one sees rounding, of the size machine epsilon times |J| / h. Between the two
lies the best step, near epsilon^(1/2) and epsilon^(1/3).
Source: Griewank & Walther 2008, section 1.1; Gill, Murray & Wright 1981, section 8.6.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.analysis.jacobian import Subject
from model.analysis.progress import Progress
from model.analysis.rehearsal import Rehearsal, rehearse
from model.errors import FieldError
from model.expressions import DomainError
from model.layer import Array
from model.run import without_warnings

STEPS: tuple[float, ...] = tuple(10 ** (k / 4) for k in range(-48, 1))
"""From 1e-12 to 1, four a decade."""


@dataclass(frozen=True)
class StepCurve:
    """For one number theta_j: relative errors of both differences at each step.

    steps, central, forward: (k,). estimates: (k,), the central differences themselves. analytic:
    dJ/dtheta_j by back-propagation. value: theta_j; loss: the data term of J there. Relative:
    |difference - analytic| / |analytic|, of a slope that is 0 the plain error. NaN where J is not
    defined on both sides, such as log left of 0.
    """

    node_id: str
    parameter: str
    index: tuple[int, ...]
    value: float
    loss: float
    analytic: float
    steps: Array
    central: Array
    forward: Array
    estimates: Array

    @property
    def best(self) -> tuple[float, float]:
        """(step, relative error) where the central difference is nearest."""
        if np.isnan(self.central).all():
            return float("nan"), float("nan")
        k = int(np.nanargmin(self.central))
        return float(self.steps[k]), float(self.central[k])


@without_warnings
def step_curve(
    subject: Subject,
    node_id: str,
    parameter: str,
    index: tuple[int, ...] | None = None,
    steps: tuple[float, ...] = STEPS,
    progress: Progress | None = None,
) -> StepCurve:
    """Errors of differences of J by one number of a parameter, in float64, over one batch.

    index: its place; None: the number with the steepest slope. Every J is computed with the same
    draws and statistics. Raises: FieldError where there is no such parameter or place, DesignError
    where the design cannot run.
    """
    step = rehearse(subject, dtype=np.float64)
    step.check_node(node_id)
    names = step.plan.by_id[node_id].parameters
    if parameter not in names:
        raise FieldError(
            f"{step.graph.title_of(node_id)} has no parameter {parameter}.",
            node_id=node_id,
            hint=f"There are: {', '.join(names)}." if names else "Choose a node with parameters.",
        )
    loss = step.there_and_back()
    gradient = step.plan.gradient(node_id, parameter).copy()
    place = _place(gradient, index)
    analytic = float(gradient[place])
    value = float(step.plan.parameter(node_id, parameter)[place])
    size = abs(analytic) or 1.0
    central: list[float] = []
    forward: list[float] = []
    estimates: list[float] = []
    for h in steps:
        if progress is not None:
            progress.report(len(central) / len(steps))
        upper = _loss_at(step, node_id, parameter, place, value + h)
        lower = _loss_at(step, node_id, parameter, place, value - h)
        estimates.append((upper - lower) / (2 * h))
        central.append(abs(estimates[-1] - analytic) / size)
        forward.append(abs((upper - loss) / h - analytic) / size)
    return StepCurve(
        node_id,
        parameter,
        place,
        value,
        loss,
        analytic,
        np.array(steps),
        np.array(central),
        np.array(forward),
        np.array(estimates),
    )


def _place(gradient: Array, index: tuple[int, ...] | None) -> tuple[int, ...]:
    if index is None:
        steepest = int(np.argmax(np.abs(gradient))) if gradient.size else 0
        return tuple(int(k) for k in np.unravel_index(steepest, gradient.shape))
    is_inside = len(index) == gradient.ndim and all(
        0 <= k < length for k, length in zip(index, gradient.shape, strict=True)
    )
    if not is_inside:
        raise FieldError(
            f"There is no number at {index}: the parameter is"
            f" {' × '.join(map(str, gradient.shape)) or 'one number'}."
        )
    return index


def _loss_at(
    step: Rehearsal, node_id: str, parameter: str, place: tuple[int, ...], value: float
) -> float:
    """J with this number in the parameter's place, which has its own again afterwards."""
    step.reset_draws()
    array = step.plan.parameter(node_id, parameter)
    before = array[place]
    array[place] = value
    try:
        found = step.run.forward()
    except DomainError:
        found = float("nan")
    array[place] = before
    return found
