"""Tripwires of a training: δ vanishes or explodes, units die, updates leap or stand still.

Each has a limit with a reason, and is slow to rise and slow to fall, so that nothing flickers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from model.layer import Source
from model.plan import Plan

Kind = Literal["exploding", "growing", "vanishing", "dead", "leaping", "stuck"]
RAISE_LOOKS = 5
"""Looks in a row beyond the limit before a tripwire rises."""
CLEAR_LOOKS = 15
"""Looks in a row on the safe side before it falls again."""
LEARNED_SHARE = 0.5
"""Of the J that was seen first: below it, updates that are tiny mean that the work is done."""


@dataclass(frozen=True)
class Limit:
    """limit: beyond it is alarming; release: on the other side of this it is safe again. In between
    everything stays as it is. steps: a change must last for so many updates at least."""

    limit: float
    release: float
    is_upper: bool = True
    steps: int = 20

    def is_beyond(self, value: float) -> bool:
        return value > self.limit if self.is_upper else value < self.limit

    def is_safe(self, value: float) -> bool:
        return value <= self.release if self.is_upper else value >= self.release


LIMITS: dict[Kind, Limit] = {
    "exploding": Limit(1e3, 5e2),
    "growing": Limit(1e3, 5e2),
    "dead": Limit(0.5, 0.45, steps=100),
    "vanishing": Limit(1e-3, 2e-3, is_upper=False),
    "leaping": Limit(0.1, 0.05),
    "stuck": Limit(1e-6, 2e-6, is_upper=False),
}
"""From the gravest to the mildest; dead units are why δ vanishes below them.

exploding: RMS of δ at any node that learns; δ of a mean over the batch is below 1 in a training
that works, and three powers of ten above that an update at any usual learning rate overshoots.
growing, vanishing: RMS of δ at a node that learns over that at the last one, which is next to the
loss. 1e-3 is what is left behind five sigmoids whose slopes are all at their greatest, 4^-5, the
depth at which Glorot & Bengio 2010 saw networks of sigmoids fail; 1e3 is its mirror image (Pascanu
et al. 2013 on both). In all examples of this program that learn, the ratio keeps to 0.01 to 30.
dead: share of the units of a ReLU that answer to nothing: most of the layer is lost (Lu et al.
2020). Units that are only silent for a while in a training that begins come back within 100 steps
or so. leaping: ||Δθ|| / ||θ|| of one update; 1e-3 is healthy (Karpathy, CS231n), a hundred times as
much overwrites the weights within ten steps. stuck: a thousandth of it, while J is still more than
half of what it was at first; a million steps would be needed to change the weights.
"""


@dataclass(frozen=True)
class Alarm:
    """A tripwire that is up. node_ids: where, in the order of the data; node_id: where it is worst;
    value: there; limit: of its kind; step: since when."""

    kind: Kind
    node_ids: tuple[str, ...]
    node_id: str
    value: float
    limit: float
    step: int


class Latch:
    """Up after `RAISE_LOOKS` looks beyond the limit, down after `CLEAR_LOOKS` safe ones, both over
    the steps that the limit asks for."""

    def __init__(self) -> None:
        self.is_up = False
        self.value = math.nan
        self.step = 0
        self._count = 0
        self._since = 0

    def hear(self, limit: Limit, value: float, step: int) -> None:
        """One look. Anything but an unbroken row of looks that speak for a change starts anew."""
        speaks = limit.is_safe(value) if self.is_up else limit.is_beyond(value)
        if step < self._since:  # the training has gone back to a past step
            self._count = 0
        self._since = self._since if speaks and self._count else step
        self._count = self._count + 1 if speaks else 0
        self.value = value
        has_lasted = step - self._since >= limit.steps
        if has_lasted and self._count >= (CLEAR_LOOKS if self.is_up else RAISE_LOOKS):
            self.is_up = not self.is_up
            self.step, self._count = step, 0


class Tripwires:
    """All tripwires of one plan. A graph of variables alone has none: it is followed by hand."""

    def __init__(self, plan: Plan) -> None:
        has_data = any(isinstance(node.layer, Source) for node in plan.nodes)
        self.learning = tuple(n.node_id for n in plan.nodes if n.learns) if has_data else ()
        self.alarms: tuple[Alarm, ...] = ()
        self._order = [node.node_id for node in plan.nodes] if has_data else []
        self._latches: dict[tuple[Kind, str], Latch] = {}
        self._first_loss = math.nan

    def hear(
        self,
        step: int,
        loss: float,
        deltas: Mapping[str, float],
        dead: Mapping[str, float],
        updates: Mapping[str, float],
    ) -> None:
        """One look. deltas: RMS by node; dead, updates: see `Vitals`; what is absent says
        nothing."""
        if math.isnan(self._first_loss):
            self._first_loss = loss
        is_learned = loss < LEARNED_SHARE * self._first_loss
        self._hear("exploding", step, {k: deltas[k] for k in self.learning if k in deltas})
        ratios = delta_ratios(self.learning, deltas)
        self._hear("growing", step, ratios)
        self._hear("vanishing", step, ratios)
        self._hear("dead", step, dead)
        self._hear("leaping", step, updates)
        self._hear("stuck", step, dict.fromkeys(updates, math.inf) if is_learned else updates)
        found = {kind: self._alarm(kind) for kind in LIMITS}
        if found["dead"] or found["vanishing"]:
            found["stuck"] = []  # that is why: a larger ρ would be no remedy
        self.alarms = tuple(alarm for alarms in found.values() for alarm in alarms)

    def _hear(self, kind: Kind, step: int, values: Mapping[str, float]) -> None:
        for key in self._order:
            if key in values:
                latch = self._latches.setdefault((kind, key), Latch())
                latch.hear(LIMITS[kind], values[key], step)

    def _alarm(self, kind: Kind) -> list[Alarm]:
        """One for all nodes of a kind, none where none is up."""
        up = {
            key: latch
            for key in self._order
            if (latch := self._latches.get((kind, key))) is not None and latch.is_up
        }
        if not up:
            return []
        limit = LIMITS[kind]
        pick = max if limit.is_upper else min
        worst = pick(up, key=lambda key: up[key].value)
        since = min(latch.step for latch in up.values())
        return [Alarm(kind, tuple(up), worst, up[worst].value, limit.limit, since)]


def delta_ratios(learning: tuple[str, ...], deltas: Mapping[str, float]) -> dict[str, float]:
    """RMS of δ at each learning node over that at the last of them, {} where that one is 0: then
    nothing is left to be learned."""
    known = [key for key in learning if key in deltas]
    if not known or not 0 < deltas[known[-1]] < math.inf:
        return {}
    return {key: deltas[key] / deltas[known[-1]] for key in known[:-1]}
