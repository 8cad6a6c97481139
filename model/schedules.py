"""How the learning rate changes over a training: a factor on rho for every step.

t counts the updates made before, so it is 0 in the first step. All schedules may be preceded by a
warm-up: the factor climbs evenly to 1 over so many steps, and the schedule begins after it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Union

import msgspec
from msgspec import Meta

from model.layer import Formulas

Steps = Annotated[int, Meta(ge=1, le=10**9)]
Share = Annotated[float, Meta(ge=0, le=1)]


def _formula(text: str) -> Formulas:
    return Formulas((("factor on ρ", text),), ())


class Schedule(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type"
):
    """Base of all schedules."""

    title: ClassVar[str] = ""
    formulas: ClassVar[Formulas] = Formulas((), ())
    hears_validation: ClassVar[bool] = False
    """The validation loss decides; without a validation part nothing happens."""

    warmup: Annotated[
        int,
        Meta(ge=0, le=10**9, description="Steps over which ρ climbs to its value (0: none)"),
    ] = 0

    def factor(self, t: int, reductions: int = 0) -> float:
        """The factor of the step after t updates. reductions: how often the validation loss has
        stood still (see `Plateau`)."""
        if t < self.warmup:
            return (t + 1) / self.warmup
        return self.after(t - self.warmup, reductions)

    def after(self, t: int, reductions: int) -> float:
        """The factor after the warm-up, t from 0."""
        raise NotImplementedError


class Constant(Schedule, frozen=True, kw_only=True, tag="constant"):
    """The same learning rate in every step."""

    title: ClassVar[str] = "Constant"
    formulas: ClassVar[Formulas] = _formula("1")

    def after(self, t: int, reductions: int) -> float:
        return 1.0


class StepDecay(Schedule, frozen=True, kw_only=True, tag="step"):
    """Multiply by gamma every so many steps (PyTorch's StepLR)."""

    title: ClassVar[str] = "Step"
    formulas: ClassVar[Formulas] = _formula(r"\gamma^{\lfloor t / s \rfloor}")

    every: Annotated[
        Steps, Meta(description="Steps between two reductions", extra={"symbol": "s"})
    ] = 1000
    gamma: Annotated[
        Share, Meta(description="Factor of each reduction", extra={"symbol": r"\gamma"})
    ] = 0.5

    def after(self, t: int, reductions: int) -> float:
        return float(self.gamma ** (t // self.every))


class Exponential(Schedule, frozen=True, kw_only=True, tag="exponential"):
    """Multiply by gamma in every step (PyTorch's ExponentialLR)."""

    title: ClassVar[str] = "Exponential"
    formulas: ClassVar[Formulas] = _formula(r"\gamma^t")

    gamma: Annotated[
        Share, Meta(description="Factor of every step", extra={"symbol": r"\gamma"})
    ] = 0.999

    def after(self, t: int, reductions: int) -> float:
        return float(self.gamma**t)


class InverseTime(Schedule, frozen=True, kw_only=True, tag="inverse_time"):
    """Divide by a number that grows evenly: the 1/t of stochastic approximation.

    Its steps add up to infinity and their squares do not. Source: Robbins & Monro 1951.
    """

    title: ClassVar[str] = "1/t"
    formulas: ClassVar[Formulas] = _formula(r"\frac{1}{1 + k t}")

    rate: Annotated[
        float, Meta(ge=0, le=1e6, description="Growth of the divisor a step", extra={"symbol": "k"})
    ] = 0.001

    def after(self, t: int, reductions: int) -> float:
        return 1 / (1 + self.rate * t)


class Cosine(Schedule, frozen=True, kw_only=True, tag="cosine"):
    """Half a wave of the cosine down to the lowest factor, which then stays.

    Source: Loshchilov & Hutter 2017 (PyTorch's CosineAnnealingLR, without restarts).
    """

    title: ClassVar[str] = "Cosine"
    formulas: ClassVar[Formulas] = _formula(r"a + (1 - a) \frac{1 + \cos(\pi \min(t, T) / T)}{2}")

    length: Annotated[Steps, Meta(description="Steps of the half wave", extra={"symbol": "T"})] = (
        10_000
    )
    low: Annotated[Share, Meta(description="Lowest factor", extra={"symbol": "a"})] = 0.0

    def after(self, t: int, reductions: int) -> float:
        wave = (1 + math.cos(math.pi * min(t, self.length) / self.length)) / 2
        return self.low + (1 - self.low) * wave


class Cyclic(Schedule, frozen=True, kw_only=True, tag="cyclic"):
    """Up and down in straight lines, from the lowest factor to 1 and back.

    Source: Smith 2017 (PyTorch's CyclicLR, mode "triangular").
    """

    title: ClassVar[str] = "Cyclic"
    formulas: ClassVar[Formulas] = _formula(
        r"a + (1 - a) (1 - |2 u - 1|), \; u = (t \;\mathrm{mod}\; T) / T"
    )

    period: Annotated[
        Annotated[int, Meta(ge=2, le=10**9)],
        Meta(description="Steps of a way up and down", extra={"symbol": "T"}),
    ] = 2000
    low: Annotated[Share, Meta(description="Lowest factor", extra={"symbol": "a"})] = 0.1

    def after(self, t: int, reductions: int) -> float:
        place = (t % self.period) / self.period
        return self.low + (1 - self.low) * (1 - abs(2 * place - 1))


class Plateau(Schedule, frozen=True, kw_only=True, tag="plateau"):
    """Multiply by gamma whenever the validation loss has not become better for a while.

    Better: below (1 - threshold) times the best so far (PyTorch's ReduceLROnPlateau, which counts
    epochs; here the evaluations on the validation curve count, up to four an epoch).
    """

    title: ClassVar[str] = "Reduce on plateau"
    formulas: ClassVar[Formulas] = _formula(r"\max(a, \gamma^{\,n})")
    hears_validation: ClassVar[bool] = True

    gamma: Annotated[
        Share, Meta(description="Factor of each reduction", extra={"symbol": r"\gamma"})
    ] = 0.1
    wait: Annotated[
        int, Meta(ge=0, le=10**6, description="Evaluations without a better loss that are allowed")
    ] = 10
    threshold: Annotated[
        Share, Meta(description="A loss is better if it is lower by this share")
    ] = 1e-4
    low: Annotated[Share, Meta(description="Lowest factor", extra={"symbol": "a"})] = 0.0

    def after(self, t: int, reductions: int) -> float:
        return max(self.low, float(self.gamma**reductions))


SCHEDULES: dict[str, type[Schedule]] = {
    str(kind.__struct_config__.tag): kind
    for kind in (Constant, StepDecay, Exponential, InverseTime, Cosine, Cyclic, Plateau)
}

if TYPE_CHECKING:
    AnySchedule = Schedule
else:
    AnySchedule = Union[tuple(SCHEDULES.values())]  # noqa: UP007 - msgspec reads it


def switch(old: Schedule, tag: str, **changes: Any) -> Schedule:
    """Another schedule; of the fields only the warm-up is carried over, for others that share a
    name need not share a meaning."""
    return SCHEDULES[tag](**{"warmup": old.warmup} | changes)
