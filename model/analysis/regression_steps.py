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
from model.errors import FieldError
from model.layer import Array
from model.trainer import Trainer


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


def fitting_box(x: Array, y: Array) -> tuple[tuple[float, float], tuple[float, float]]:
    """Of beta_0 and beta_1 around the least squares line, as wide as 2.5 times the spread of y, and
    that over the spread of x: in it paths are seen whatever the units. x, y: (N,). Raises:
    FieldError where no two x differ."""
    best = RegressionObjective(x, y).minimum
    spread = float(np.std(y)) or 1.0
    reaches = 2.5 * spread, 2.5 * spread / float(np.std(x))
    pairs = zip(np.asarray(best).tolist(), reaches, strict=True)
    first, second = ((centre - reach, centre + reach) for centre, reach in pairs)
    return first, second


def points_of(trainer: Trainer, most: int = 60) -> tuple[Array, Array]:
    """x and y of a design's training items, (N,) each, in the units of the data, evenly thinned.

    Raises: FieldError where its data are not one number for each of which one is predicted.
    """
    sources = list(trainer.feeding.sources.values())
    shapes = [(source.raw_x[0].size, source.raw_y[0].size) for source in sources]
    is_plain = shapes == [(1, 1)] and not sources[0].classes and sources[0].raw_y.dtype.kind == "f"
    if not is_plain or sources[0].layer.target == "inputs":
        raise FieldError(
            "A line needs data with one number x and one number y an item.",
            hint="The example Curve regression has such data.",
        )
    items = np.sort(trainer.part("training"))
    items = items[np.unique(np.linspace(0, len(items) - 1, min(most, len(items))).astype(int))]
    x, y = (np.asarray(a[items], np.float64).ravel() for a in (sources[0].raw_x, sources[0].raw_y))
    return x, y


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
