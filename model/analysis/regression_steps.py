r"""Gradient descent on the RSS of a line, with every number of the lecture's formulas.

    dRSS/dbeta_0 = -2 sum (y_i - beta_0 - beta_1 x_i)
    dRSS/dbeta_1 = -2 sum x_i (y_i - beta_0 - beta_1 x_i)

Over a mini-batch B_t the sums run over its items, times N / |B_t|, so that they guess the whole sum
without bias; for the mean, RSS / N, all is divided by N.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.analysis.objective import Reduction, RegressionObjective
from model.analysis.progress import Progress
from model.analysis.racing import Race, Racer, race
from model.layer import Array


@dataclass(frozen=True, eq=False)
class StepNumbers:
    """theta: (2,), beta_0 and beta_1 before the step; new: after it. residual_sum: sum of
    y - beta_0 - beta_1 x, weighted_sum: of x times that, over the items of the step, None: all.
    factor: what both are multiplied by (-2, -2/N ...); gradient: (2,), the products.
    """

    theta: Array
    residual_sum: float
    weighted_sum: float
    factor: float
    gradient: Array
    new: Array
    items: Array | None


def step_numbers(
    objective: RegressionObjective, theta: Array, items: Array | None, rate: float
) -> StepNumbers:
    """One step of gradient descent from theta, (2,)."""
    x, y = (objective.x, objective.y) if items is None else (objective.x[items], objective.y[items])
    residuals = y - theta[0] - theta[1] * x
    factor = -2.0
    if objective.reduction == "mean":
        factor /= len(x)
    elif items is not None:
        factor *= objective.items / len(x)
    sums = np.array([residuals.sum(), (x * residuals).sum()])
    gradient = factor * sums
    return StepNumbers(
        theta=np.array(theta),
        residual_sum=float(sums[0]),
        weighted_sum=float(sums[1]),
        factor=factor,
        gradient=gradient,
        new=theta - rate * gradient,
        items=items,
    )


@dataclass(frozen=True, eq=False)
class RegressionStudy:
    """objective: of these points; race: its racers' paths; surface: x, y, values of J over the box
    of beta."""

    objective: RegressionObjective
    race: Race
    surface: tuple[Array, Array, Array]


def regression_study(
    progress: Progress,
    points: tuple[Array, Array],
    box: tuple[tuple[float, float], tuple[float, float]],
    reduction: Reduction,
    racers: tuple[Racer, ...],
    start: Array,
    steps: int,
    seed: int = 0,
) -> RegressionStudy:
    """All that the laboratory draws. Raises: FieldError where the points lie above one another,
    CancelledError."""
    objective = RegressionObjective(*points, box, reduction)
    progress.report(0.02)
    return RegressionStudy(
        objective,
        race(objective, racers, start, steps, seed, progress),
        objective.surface(91),
    )
