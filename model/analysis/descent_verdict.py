r"""Is rho too small, right, too large, or does it diverge? Judged by the steps themselves.

Near a minimum with second derivative J'' gradient descent multiplies the distance to it by
1 - rho J'' in every step: it creeps where rho J'' is near 0, arrives in one step where it is 1,
jumps across the valley between 1 and 2, and runs away above 2.
Source: Goodfellow, Bengio & Courville 2016, section 4.3; Nesterov 2004, section 2.1.5.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from model.analysis.objective import Objective
from model.analysis.progress import Progress
from model.layer import Array
from model.run import without_warnings

Kind = Literal["too small", "right", "too large", "diverging", "at rest"]
STEPS = 300
"""So far a rate is judged."""
SLOW = 30
"""More steps than this down 99 % of the way are many."""
_FLAT = 1e-12


@dataclass(frozen=True)
class Verdict:
    """kind: of the rate. words: one sentence why. arrival: steps until 99 % of the way down are
    done, -1 where they are not. second: J'' that the bound is about, NaN where none is known;
    bound: 2 / J'', where it is. is_everywhere: J'' is the same everywhere, so that the bound holds
    from any start.
    """

    kind: Kind
    words: str
    arrival: int = -1
    second: float = float("nan")
    bound: float = float("nan")
    is_everywhere: bool = False


def judge(
    objective: Objective, start: float, rate: float, progress: Progress | None = None
) -> Verdict:
    """What becomes of gradient descent on J(theta) from here with this rho. Raises:
    CancelledError."""
    slope = float(objective.gradient(np.array([start], dtype=np.float64))[0])
    if not np.isfinite(slope):
        return Verdict("at rest", "J has no slope here.")
    if abs(slope) < _FLAT:
        return Verdict("at rest", "The slope is 0: there is no step, whatever ρ is.")
    thetas = _walk(objective, start, rate, progress)
    second, is_everywhere = _second(objective, thetas)
    bound = 2 / second if second > _FLAT else float("nan")
    kind, words, arrival = _kind(thetas, objective.value(thetas[:, None]), rate, second)
    return Verdict(kind, words, arrival, second, bound, is_everywhere)


@without_warnings
def _walk(objective: Objective, start: float, rate: float, progress: Progress | None) -> Array:
    """(T + 1,): up to STEPS steps, fewer where it runs away or comes to rest."""
    theta = np.array([start], dtype=np.float64)
    found = [start]
    for k in range(STEPS):
        if progress is not None:
            progress.report(k / STEPS)
        theta = theta - rate * objective.gradient(theta)
        found.append(float(theta[0]))
        if not abs(theta[0]) < objective.farthest or found[-1] == found[-2]:
            break
    return np.array(found)


def _second(objective: Objective, thetas: Array) -> tuple[float, bool]:
    """J'' that the bound is about: the same everywhere, or that at the minimum which the path has
    come to, bounces about, or runs away from; else NaN."""
    places = np.linspace(float(objective.box[0, 0]), float(objective.box[0, 1]), 41)
    found = np.array([float(objective.hessian(np.array([at]))[0, 0]) for at in places[1::2]])
    if np.isfinite(found).all() and np.ptp(found) <= 1e-6 * np.abs(found).max() + _FLAT:
        return float(found.mean()), True
    low, high = places[0], places[-1]
    if abs(thetas[-1]) < objective.farthest:
        tail = thetas[-6:]
        low, high = max(low, tail.min() - 1e-6), min(high, tail.max() + 1e-6)
    at = _lowest(objective, low, high)
    slopes = [abs(float(objective.gradient(np.array([p]))[0])) for p in places]
    steepest = float(np.nanmax(slopes))
    if not low < at < high or abs(float(objective.gradient(np.array([at]))[0])) > 1e-4 * steepest:
        return float("nan"), False
    second = float(objective.hessian(np.array([at]))[0, 0])
    return (second if second > 1e-3 * np.nanmax(np.abs(found)) else float("nan")), False


def _lowest(objective: Objective, low: float, high: float) -> float:
    """Where J is least between the two, to about 1e-9 of their distance: a grid, made finer around
    its best place."""
    at = low
    for _ in range(6):
        grid = np.linspace(low, high, 61)
        values = objective.value(grid[:, None])
        if np.isnan(values).all():
            return float("nan")
        best = int(np.nanargmin(values))
        at = float(grid[best])
        low, high = grid[max(best - 1, 0)], grid[min(best + 1, 60)]
    return at


def _kind(thetas: Array, losses: Array, rate: float, second: float) -> tuple[Kind, str, int]:
    steps = np.diff(thetas)
    if not steps.any():
        return "too small", "Nothing moves: ρ · slope is too small for a step.", -1
    if _grows(steps, losses):
        is_known = rate * second > 2
        said = f"ρJ'' = {rate * second:.3g} is above 2: each" if is_known else "Each"
        return "diverging", f"{said} step ends farther out than it began.", -1
    arrival = _arrival(losses)
    turns = np.sign(steps[1:]) != np.sign(steps[:-1])
    if _bounces(steps) or (arrival < 0 and turns.mean() > 0.2):
        size = float(np.abs(steps[-6:]).mean())
        return "too large", f"It never comes to rest: steps of {size:.3g} to and fro.", -1
    jumps = int(turns[: max(arrival - 1, 2)].sum())
    if jumps >= 2 and jumps >= arrival // 2:
        return "too large", f"It jumps across the valley, yet arrives in {arrival} steps.", arrival
    if arrival < 0 or arrival > SLOW:
        many = f"more than {STEPS}" if arrival < 0 else str(arrival)
        return "too small", f"It creeps: {many} steps for 99 % of the way down.", arrival
    plural = "step" if arrival == 1 else "steps"
    return "right", f"99 % of the way down in {arrival} {plural}.", arrival


def _grows(steps: Array, losses: Array) -> bool:
    """It has run away; or the steps have become longer and longer, and J higher than it was."""
    if not np.isfinite(losses).all():
        return True
    tail = np.abs(steps[-10:])
    is_longer = bool(len(tail) > 1 and (np.diff(tail) > 0).all())
    return is_longer and float(losses[-1]) > float(losses[0])


def _bounces(steps: Array) -> bool:
    """To the very end the steps turn, and do not shrink."""
    tail = steps[-20:]
    if len(tail) < 20 or np.abs(tail).max() < 1e-6:
        return False
    is_turning = (np.sign(tail[1:]) != np.sign(tail[:-1])).sum() >= 8
    return bool(is_turning and np.abs(tail[-5:]).max() > 0.9 * np.abs(tail[:5]).max())


def _arrival(losses: Array) -> int:
    """The first step with 99 % of the way down done, and kept; -1 where that is not before the last
    twentieth of the steps."""
    low = float(losses.min())
    limit = low + 0.01 * (float(losses[0]) - low)
    above = np.flatnonzero(losses > limit)
    found = int(above[-1]) + 1 if len(above) else 0
    return found if len(losses) <= STEPS or found < 0.95 * STEPS else -1
