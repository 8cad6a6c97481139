"""Several optimisers from one start, step by step beside one another."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec
import numpy as np

from model.analysis.descent import Descent, Path
from model.analysis.objective import Objective
from model.analysis.progress import Progress
from model.layer import Array
from model.optimizers import Optimizer

_STEPS_A_PARTIAL = 16
MOST_PROFILE = 600
"""Places along a path at which its profile is computed."""


@dataclass(frozen=True)
class Racer:
    """key: to tell racers apart; batch_size: samples a step, 0: all of them."""

    key: int
    optimizer: Optimizer
    batch_size: int = 0


@dataclass(eq=False)
class Race:
    """paths: by the racers' keys, from one start, (k,). steps: asked for; taken: so far."""

    start: Array
    racers: tuple[Racer, ...]
    steps: int
    paths: dict[int, Path] = field(default_factory=dict)
    taken: int = 0


def race(
    objective: Objective,
    racers: tuple[Racer, ...],
    start: Array,
    steps: int,
    seed: int = 0,
    progress: Progress | None = None,
) -> Race:
    """All racers from start, (k,) as the objective shows it, in turn step by step, so that a
    partial answer has all of them equally far. Racers with the same batch size see the same
    batches. One that runs away stops. Raises: CancelledError.
    """
    begin = objective.place(np.asarray(start, dtype=np.float64))
    descents = {
        racer.key: Descent(
            objective, racer.optimizer, begin, batch_size=racer.batch_size, seed=seed
        )
        for racer in racers
    }
    found = Race(np.array(start, dtype=np.float64), racers, steps)
    for t in range(1, steps + 1):
        for descent in descents.values():
            if progress is not None:
                progress.report((t - 1) / steps)
            descent.step()
        if progress is not None and t % _STEPS_A_PARTIAL == 0:
            paths = {key: descent.path() for key, descent in descents.items()}
            progress.report(t / steps, partial=Race(found.start, racers, steps, paths, t))
    found.paths = {key: descent.path() for key, descent in descents.items()}
    found.taken = steps
    return found


def profile(objective: Objective, path: Path) -> tuple[Array, Array, Array]:
    """J along the way of a path: distance walked (m,), J there (m,), and the distance at which each
    step ends, (T + 1,). Between two places the straight line is looked at, so that hills which a
    step jumps over are seen. Of pictures in the objective's own parameters only.
    """
    stops = np.concatenate([[0.0], np.cumsum(path.lengths)])
    if not len(path.lengths):
        return stops, path.losses.copy(), stops
    pieces = max(2, min(12, MOST_PROFILE // len(path.lengths)))
    share = np.linspace(0, 1, pieces, endpoint=False)
    starts, ends = path.thetas[:-1, None, :], path.thetas[1:, None, :]
    between = (starts + (ends - starts) * share[None, :, None]).reshape(-1, path.thetas.shape[1])
    along = (stops[:-1, None] + np.diff(stops)[:, None] * share).reshape(-1)
    heights = objective.value(between)
    return (
        np.append(along, stops[-1]),
        np.append(heights, path.losses[-1]),
        stops,
    )


def title_of(racers: tuple[Racer, ...], number: int) -> str:
    """What a racer is called among the others: GD or SGD by its batch, its kind, and where two are
    of one kind, the first option in which it differs from another."""
    racer = racers[number]
    name = _plain_title(racer)
    twins = [r for k, r in enumerate(racers) if k != number and _plain_title(r) == name]
    if not twins:
        return name
    for field_name in racer.optimizer.__struct_fields__:
        own = getattr(racer.optimizer, field_name)
        if all(getattr(twin.optimizer, field_name) != own for twin in twins):
            return f"{name} {_SHORT.get(field_name, field_name)} {_number(own)}"
    if all(twin.batch_size != racer.batch_size for twin in twins):
        return f"{name} B {racer.batch_size or 'all'}"
    place = sum(_plain_title(r) == name for r in racers[: number + 1])
    return f"{name} {place}"


_SHORT = {"lr": "ρ", "momentum": "γ", "beta1": "β₁", "beta2": "β₂", "decay": "β", "epsilon": "ε"}
_TITLES = {"momentum": "Momentum", "nesterov": "Nesterov"}


def _plain_title(racer: Racer) -> str:
    tag = str(racer.optimizer.__struct_config__.tag)
    if tag == "sgd":
        return "SGD" if racer.batch_size else "GD"
    return _TITLES.get(tag, type(racer.optimizer).title)


def _number(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(msgspec.to_builtins(value))
