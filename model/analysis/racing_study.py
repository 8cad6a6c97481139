"""A ground to race on, its surface from coarse to fine, and what the pictures of a race need."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any

import numpy as np

from model.analysis.network_surface import PlaneObjective, WholeObjective
from model.analysis.objective import Objective, RegressionObjective
from model.analysis.progress import Progress
from model.analysis.racing import Race, Racer, profile, race
from model.layer import Array
from model.optimizers import Lion, Optimizer
from model.optimizers.adam import Adam, NAdam
from model.optimizers.adaptive import AdaDelta, AdaGrad, RMSProp

Grid = tuple[Array, Array, Array]
"""x (r,), y (r,), values (r, r), rows by y."""


@dataclass(eq=False)
class Ground:
    """What is raced on. view: J of the two numbers of the picture; racing: what the optimisers
    descend on, the same or all weights. minima: places, (2,) each; rate: one that suits gradient
    descent; track: the path of a training on it, (k, 2). note: what is to be seen. tex: J as it
    stands in a book, "" where the view's own formula will do.
    """

    key: str
    view: Objective
    start: Array
    rate: float
    minima: list[Array] = field(default_factory=list)
    track: Array | None = None
    note: str = ""
    racing: Objective | None = None
    tex: str = ""

    @property
    def objective(self) -> Objective:
        return self.view if self.racing is None else self.racing

    @property
    def formula(self) -> str:
        """LaTeX."""
        return f"J = {self.tex}" if self.tex else self.view.formula

    @property
    def is_network(self) -> bool:
        return isinstance(self.view, PlaneObjective)

    @property
    def spares_decay(self) -> bool:
        """Decoupled weight decay touches nothing that the optimisers move: coordinates of a plane
        are no weights."""
        return not bool(self.objective.is_weight.any())

    @property
    def names(self) -> tuple[str, ...]:
        """LaTeX of the parameters whose updates are kept."""
        return self.objective.watched_names or self.objective.names


RESOLUTIONS = (11, 21, 41)
"""Points a side for a network, coarse first: each J is a pass through all items."""
MOST_SECONDS = 25.0
"""A finer grid that would take longer is left out: fewer items make it faster."""
FINE = 91


@dataclass(frozen=True, eq=False)
class GroundSurface:
    """grid: of J; lowest: the least that is known, on the grid or in a minimum. is_final: no finer
    one is to come."""

    ground: Ground
    grid: Grid
    lowest: float
    is_final: bool = True
    facts: dict[str, float] = field(default_factory=dict)
    """Of `curvature`."""


def ground_surface(
    progress: Progress, ground: Ground, resolution: int = FINE, items: Array | None = None
) -> GroundSurface:
    """J over the box; of a network in steps of refinement, each told as a partial answer. Raises:
    CancelledError."""
    view = ground.view
    lowest = min((float(view.value(place)) for place in ground.minima), default=float("nan"))
    if not ground.is_network:
        grid = view.surface(resolution, items, progress)
        return GroundSurface(ground, grid, lowest, facts=curvature(ground, ground.start))
    began = perf_counter()
    found = GroundSurface(ground, view.surface(RESOLUTIONS[0], items, progress), lowest, False)
    seconds = (perf_counter() - began) / RESOLUTIONS[0] ** 2
    for side in RESOLUTIONS[1:]:
        if side**2 * seconds > MOST_SECONDS:
            break
        progress.report(words=f"The surface, {side} × {side}", partial=found)
        grid = view.surface(side, items, progress)
        found = GroundSurface(ground, grid, lowest, False)
    return replace(found, is_final=True)


def part_surface(progress: Progress, ground: Ground, box: Array) -> GroundSurface:
    """The surface of another part of the plane, box (2, 2); the ground keeps it. Raises:
    CancelledError."""
    ground.view.box = np.array(box, dtype=np.float64)
    return ground_surface(progress, ground)


def batch_surface(
    progress: Progress, ground: Ground, items: Array, like: GroundSurface
) -> GroundSurface:
    """The surface of a mini-batch, over the same box. Raises: CancelledError."""
    side = RESOLUTIONS[1] if ground.is_network else 61
    return GroundSurface(ground, ground.view.surface(side, items, progress), like.lowest)


@dataclass(frozen=True, eq=False)
class RaceStudy:
    """race: the paths. full: by racer, -rho times the gradient of all samples at each place where a
    batch was used instead, (T, w); {} where there are no batches.
    """

    ground: Ground
    race: Race
    full: dict[int, Array]


def race_study(
    progress: Progress,
    ground: Ground,
    racers: tuple[Racer, ...],
    start: Array,
    steps: int,
    seed: int = 0,
) -> RaceStudy:
    """The race, and beside the steps of batches those that all samples would have given. Raises:
    CancelledError."""
    found = race(ground.objective, racers, start, steps, seed, progress)
    full: dict[int, Array] = {}
    if not isinstance(ground.objective, WholeObjective):
        for racer in racers:
            path = found.paths[racer.key]
            if any(batch is not None for batch in path.batches):
                slopes = []
                for place in path.thetas[:-1]:
                    progress.report()
                    slopes.append(ground.objective.gradient(place))
                full[racer.key] = -racer.optimizer.lr * np.array(slopes)
    return RaceStudy(ground, found, full)


Profiles = dict[int, tuple[Array, Array, Array]]


def profiles_study(progress: Progress, study: RaceStudy) -> Profiles:
    """J along the way of each racer: distance, height, and where each step ends. Raises:
    CancelledError."""
    found: Profiles = {}
    for key, path in study.race.paths.items():
        progress.report(len(found) / len(study.race.paths), "Along the paths")
        if isinstance(study.ground.objective, WholeObjective):
            stops = np.concatenate([[0.0], np.cumsum(path.lengths)])
            found[key] = (stops, path.losses, stops)
        else:
            found[key] = profile(study.ground.objective, path)
    return found


def curvature(ground: Ground, start: Array) -> dict[str, float]:
    """Facts about the bend of J: "condition", the ratio of the largest and the least second
    derivative in any direction, and "bound", 2 / the largest, above which gradient descent runs
    away. Where J'' is the same everywhere, at the first minimum otherwise; {} where it is not
    known or no minimum.
    """
    view = ground.view
    if isinstance(view, PlaneObjective) or not (ground.minima or view.minimum is not None):
        return {}
    place = ground.minima[0] if ground.minima else np.asarray(view.minimum)
    values = np.linalg.eigvalsh(view.hessian(place))
    if not np.isfinite(values).all() or values[0] <= 1e-9 * values[-1]:
        return {}
    is_everywhere = isinstance(view, RegressionObjective) or bool(
        np.allclose(view.hessian(start), view.hessian(place), rtol=1e-5)
    )
    return {
        "condition": float(values[-1] / values[0]),
        "bound": float(2 / values[-1]),
        "everywhere": float(is_everywhere),
    }


_STEP_SHARES: tuple[tuple[type[Optimizer], float], ...] = (
    (AdaDelta, 0.0),
    (AdaGrad, 0.08),
    (RMSProp, 0.01),
    (Adam, 0.02),
    (NAdam, 0.02),
    (Lion, 0.008),
)
"""Of the box's width: the step that suits rules whose steps do not shrink with the gradient."""


def suggested(optimizer: Optimizer, ground: Ground) -> Optimizer:
    """The same with a learning rate that shows something on this ground."""
    kind = type(optimizer)
    width = float(np.ptp(ground.view.box, axis=1).mean())
    rate = ground.rate
    for known, share in _STEP_SHARES:
        if issubclass(kind, known):
            rate = share * width
    if isinstance(optimizer, AdaDelta):
        rate = 1.0
    changes: dict[str, Any] = {"lr": float(f"{rate:.2g}")}
    return kind(**{name: getattr(optimizer, name) for name in kind.__struct_fields__} | changes)
