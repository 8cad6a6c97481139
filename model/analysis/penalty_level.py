"""The L1 and L2 penalty over a plane of two weights: lines of equal penalty, diamond to disc."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.analysis.network_surface import PlaneObjective
from model.analysis.objective import Objective
from model.layer import Array


@dataclass(frozen=True)
class PlanePenalty:
    """l1 (|a| + |b|) + l2 (a^2 + b^2) over two weights a and b of one node or of two that share
    their penalty weights."""

    l1: float
    l2: float

    @property
    def words(self) -> str:
        """Of a line of equal penalty."""
        names = {(True, False): "L1", (False, True): "L2"}
        return f"equal {names.get((self.l1 > 0, self.l2 > 0), 'L1 + L2')}"

    def at(self, place: Array) -> float:
        """The penalty at (2,)."""
        return float(self.l1 * np.abs(place).sum() + self.l2 * (place**2).sum())

    def line(self, through: Array, points: int = 241) -> Array:
        """(points, 2) all places with the penalty of one, a closed line: in the direction
        (cos, sin) the distance r with l2 r^2 + l1 s r = c, s = |cos| + |sin|."""
        level = self.at(through)
        turn = np.linspace(0.0, 2 * np.pi, points)
        way = np.stack([np.cos(turn), np.sin(turn)], axis=-1)
        pull = self.l1 * np.abs(way).sum(axis=1)
        root = np.sqrt(pull**2 + 4 * self.l2 * level)
        with np.errstate(invalid="ignore"):
            far = np.where(pull + root > 0, 2 * level / np.maximum(pull + root, 1e-300), 0.0)
        return np.asarray(way * far[:, None])


def plane_penalty(view: Objective) -> PlanePenalty | None:
    """Of a plane of two weights of a network, where the penalty is on and the same for both; None
    elsewhere."""
    if not isinstance(view, PlaneObjective) or not view.is_weight.all():
        return None
    plan, settings = view.loss.plan, view.loss.graph.training
    found = set()
    for position in np.flatnonzero(view.directions.any(axis=0)).tolist():
        for (key, _name), where in plan.slices.items():
            if where.start <= position < where.stop:
                node = plan.by_id[key]
                l1 = settings.l1 if node.l1 is None else node.l1
                l2 = settings.l2 if node.l2 is None else node.l2
                found.add((float(l1), float(l2)))
    if len(found) != 1 or found == {(0.0, 0.0)}:
        return None
    return PlanePenalty(*found.pop())
