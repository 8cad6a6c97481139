"""Gradient descent on one parameter with all that its picture shows: slopes, tangents, promises."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.analysis.descent import Path, descend
from model.analysis.descent_verdict import Verdict, judge
from model.analysis.network_surface import LineObjective, NetworkLoss, Place
from model.analysis.objective import Objective
from model.analysis.progress import Progress
from model.analysis.rehearsal import Rehearsal
from model.analysis.surfaces import line_objective
from model.layer import Array
from model.optimizers import SGD
from model.run import without_warnings

POINTS = 601
"""Of the curve."""
WEIGHT_POINTS = 161
"""Of that of a network, where each is a pass through all items."""


@dataclass(frozen=True, eq=False)
class SlopeStudy:
    """title: the formula, or the weight. x, values: the curve of J, (k,), NaN where it is not
    defined. path: of gradient descent with this rate. slopes, seconds: J' and J'' at its places,
    (T + 1,). ahead: where the next step leads from each, (T + 1,), and what J is there,
    ahead_losses.
    """

    title: str
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


def slope_study(
    progress: Progress,
    text: str,
    box: tuple[float, float],
    start: float,
    rate: float,
    steps: int,
) -> SlopeStudy:
    """J typed in theta. Raises: FormulaError, FieldError, CancelledError."""
    return line_study(progress, line_objective(text, box), text, start, rate, steps)


def weight_study(
    progress: Progress,
    step: Rehearsal,
    place: Place,
    reach: float,
    start: float | None,
    rate: float,
    steps: int,
) -> SlopeStudy:
    """J of a network over one of its weights. start: None: where the weight stands now. Raises:
    FieldError, CancelledError."""
    progress.report(0.02, "J over the weight")
    objective = LineObjective(NetworkLoss(step), place, reach)
    begin = objective.now if start is None else start
    return line_study(progress, objective, objective.names[0], begin, rate, steps, WEIGHT_POINTS)


@without_warnings
def line_study(
    progress: Progress,
    objective: Objective,
    title: str,
    start: float,
    rate: float,
    steps: int,
    points: int = POINTS,
) -> SlopeStudy:
    """Curve, path and verdict for J of one parameter. Raises: CancelledError."""
    x = np.linspace(float(objective.box[0, 0]), float(objective.box[0, 1]), points)
    values = []
    for part in np.array_split(x, max(1, points // 20)):
        progress.report(0.05)
        values.append(objective.value(part[:, None]))
    path = descend(objective, SGD(lr=rate), np.array([start]), steps, progress=progress)
    places = path.thetas[:, 0]
    slopes = np.array([objective.gradient(np.array([at]))[0] for at in places])
    seconds = np.array([objective.hessian(np.array([at]))[0, 0] for at in places])
    ahead = places - rate * slopes
    verdict = judge(objective, start, rate, progress)
    return SlopeStudy(
        title=title,
        rate=rate,
        x=x,
        values=np.concatenate(values),
        path=path,
        slopes=slopes,
        seconds=seconds,
        ahead=ahead,
        ahead_losses=objective.value(ahead[:, None]),
        verdict=verdict,
    )
