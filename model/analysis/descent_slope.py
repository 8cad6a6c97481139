"""Gradient descent on one parameter with all that its picture shows: slopes, tangents, promises."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.analysis.descent import Path, descend
from model.analysis.descent_verdict import Verdict, judge
from model.analysis.progress import Progress
from model.analysis.surfaces import line_objective
from model.layer import Array
from model.optimizers import SGD
from model.run import without_warnings

POINTS = 601
"""Of the curve."""


@dataclass(frozen=True, eq=False)
class SlopeStudy:
    """x, values: the curve of J, (POINTS,), NaN where it is not defined. path: of gradient descent
    with this rate. slopes, seconds: J' and J'' at its places, (T + 1,). ahead: where the next step
    leads from each, (T + 1,), and what J is there, ahead_losses.
    """

    text: str
    rate: float
    x: Array
    values: Array
    path: Path
    slopes: Array
    seconds: Array
    ahead: Array
    ahead_losses: Array
    verdict: Verdict

    @property
    def promises(self) -> Array:
        """By how much J would change in each step if it went on along the tangent: -rho J'^2."""
        found: Array = -self.rate * self.slopes**2
        return found


@without_warnings
def slope_study(
    progress: Progress,
    text: str,
    box: tuple[float, float],
    start: float,
    rate: float,
    steps: int,
) -> SlopeStudy:
    """J typed in theta. Raises: FormulaError, FieldError, CancelledError."""
    objective = line_objective(text, box)
    progress.report(0.05)
    x = np.linspace(*box, POINTS)
    path = descend(objective, SGD(lr=rate), np.array([start]), steps, progress=progress)
    places = path.thetas[:, 0]
    slopes = np.array([objective.gradient(np.array([at]))[0] for at in places])
    seconds = np.array([objective.hessian(np.array([at]))[0, 0] for at in places])
    ahead = places - rate * slopes
    verdict = judge(objective, start, rate, progress)
    return SlopeStudy(
        text=text,
        rate=rate,
        x=x,
        values=objective.value(x[:, None]),
        path=path,
        slopes=slopes,
        seconds=seconds,
        ahead=ahead,
        ahead_losses=objective.value(ahead[:, None]),
        verdict=verdict,
    )
