"""The range test of the learning rate: rho grows step by step until the loss runs away.

Source: Smith 2017, "Cyclical learning rates for training neural networks", section 3.3.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from model import editing
from model.analysis.progress import Progress
from model.analysis.twins import Moment, fork
from model.errors import DivergedError, FieldError
from model.expressions.operations import DomainError
from model.graph import NetworkGraph
from model.layer import Array
from model.schedules import Schedule

MOST_GROWTH = 4.0
"""The test ends where the smoothed loss is so many times its least value so far."""
SMOOTHING = 0.9
WINDOW = 1.0
"""Decades of rho over which a slope is taken."""
FEWEST = 10
"""Losses that are needed before a slope is looked for."""
_PARTIAL_EVERY = 5


class RangeRamp(Schedule, frozen=True, kw_only=True, tag="range_ramp"):
    """The factor ratio^((t - start) / last): rho grows by the same factor in every step.

    start: the step at which the test begins; ratio: of the last rho to the first; last: the number
    of the last step of the test, counted from 0.
    """

    title: ClassVar[str] = "Range test"

    start: int = 0
    ratio: float = 1.0
    last: int = 1

    def after(self, t: int, reductions: int) -> float:
        """The factor after t updates."""
        return float(self.ratio ** ((t - self.start) / self.last))


@dataclass(frozen=True)
class RangeTest:
    """rates, losses, smoothed: (k,) rho of each step, the J it met, and J smoothed.

    steepest: the place of the steepest descent of the loss over log rho; least: of its
    lowest value; diverged: of where the test ended because the loss ran away. None: none found.
    """

    rates: Array
    losses: Array
    smoothed: Array
    steepest: int | None
    least: int | None
    diverged: int | None
    fault: str = ""

    def rate(self, place: int | None) -> float | None:
        """rho at a place, None for none."""
        return None if place is None else float(self.rates[place])


def smooth(losses: Array, share: float = SMOOTHING) -> Array:
    """Exponential mean m <- share m + (1 - share) J, divided by 1 - share^k: (k,)."""
    found = np.empty(len(losses))
    mean = 0.0
    for k, loss in enumerate(losses.tolist()):
        mean = share * mean + (1 - share) * loss
        found[k] = mean / (1 - share ** (k + 1))
    return found


def steepest_descent(rates: Array, losses: Array) -> int | None:
    """Where J falls fastest over log10 rho, before the lowest smoothed J; None where it falls
    nowhere, or there are too few values.

    At each place the slope is that of the least-squares line through the losses half a `WINDOW` to
    both sides, so that the noise of single batches does not decide; places without both sides are
    left out.
    """
    if len(rates) < FEWEST:
        return None
    x = np.log10(rates)
    last = int(smooth(losses).argmin())
    best, place = 0.0, None
    for k in range(last + 1):
        reach = WINDOW / 2 * (1 + 1e-9)
        if x[k] - x[0] < WINDOW / 2 or x[-1] - x[k] < WINDOW / 2:
            continue
        near = np.abs(x - x[k]) <= reach
        away = x[near] - x[near].mean()
        slope = float(away @ losses[near] / (away @ away)) if near.sum() > 2 else 0.0
        if slope < best:
            best, place = slope, k
    return place


def read_out(rates: Array, losses: Array, *, ran_away: bool = False, fault: str = "") -> RangeTest:
    """The marks of a curve that has been measured."""
    smoothed = smooth(losses)
    least = int(smoothed.argmin()) if len(smoothed) else None
    ended = len(rates) - 1 if ran_away and len(rates) else None
    steepest = steepest_descent(rates, losses)
    return RangeTest(rates, losses, smoothed, steepest, least, ended, fault)


def ramped(graph: NetworkGraph, start: int, low: float, high: float, steps: int) -> NetworkGraph:
    """A copy of the design whose rho goes from low to high over `steps` steps from `start` on.

    Raises: FieldError.
    """
    if steps < 2:
        raise FieldError("A range test needs two steps at least.", hint="Ask for 100.")
    if not 0 < low < high:
        raise FieldError(
            f"The range test goes from {low:g} to {high:g}: the first ρ must be above 0 and below"
            " the last.",
            hint="Try 1e-5 to 10.",
        )
    ramp = RangeRamp(start=start, ratio=high / low, last=steps - 1)
    found = NetworkGraph(graph.design())
    found.apply(editing.set_training(found, {"schedule": ramp, "lr": low}).changes)
    return found


def range_test(
    progress: Progress, moment: Moment, low: float, high: float, steps: int
) -> RangeTest:
    """Train a copy for `steps` steps with rho growing from low to high; the training itself stays.

    rho_k = low (high / low)^(k / (steps - 1)). Ends early where J is not finite or not defined, or
    smoothed exceeds `MOST_GROWTH` times its least. The optimiser's memory is empty at the start: a
    velocity from steps with the old rho would go on by itself, whatever rho is.

    Raises: FieldError, DesignError, CancelledError.
    """
    graph = ramped(moment.graph, moment.step, low, high, steps)
    trainer = fork(moment)
    trainer.update(graph)
    trainer.slots[...] = 0
    trainer.updater.count = 0
    rates: list[float] = []
    losses: list[float] = []
    mean, least, fault = 0.0, math.inf, ""
    ran_away = False
    for k in range(steps):
        progress.report(k / steps, f"Step {k + 1:,} of {steps:,}")
        try:
            trainer.step()
        except (DivergedError, DomainError) as found:
            fault, ran_away = str(found), True
            break
        rates.append(trainer.rho)
        losses.append(trainer.loss)
        mean = SMOOTHING * mean + (1 - SMOOTHING) * trainer.loss
        smoothed = mean / (1 - SMOOTHING ** (k + 1))
        least = min(least, smoothed)
        if k >= FEWEST and smoothed > MOST_GROWTH * least > 0:
            ran_away = True
            break
        if k % _PARTIAL_EVERY == 0:
            progress.report(partial=read_out(np.array(rates), np.array(losses)))
    return read_out(np.array(rates), np.array(losses), ran_away=ran_away, fault=fault)
