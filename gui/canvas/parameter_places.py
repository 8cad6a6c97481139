"""Where parameters stand when they are drawn as nodes: beside the card that they feed. No Qt."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from gui.canvas.geometry import Point, Rect
from gui.canvas.obstacles import Obstacles, Route
from model.teaching.parameters_as_nodes import ParameterNode

ARROW = 24.0
"""Room for the wire from a parameter to its card, px at full size."""
_BETWEEN = 8.0
_SIDES = ("left", "above", "right", "below")
_NEARER, _FARTHER = -12.0, 40.0
_SCALES = (1.0, 0.8, 0.62, 0.48, 0.38)
"""Where there is no room between cards, a parameter is drawn smaller."""
_OFF = 9.0
"""How far a parameter keeps off cards, whose circles stand out, px at full size."""
_SMALLNESS = 3.0
"""A parameter of half the size is as bad as this half of crossed wires."""

Size = tuple[float, float, float]


class Spot(NamedTuple):
    """rect: of the small card. start, end: of the wire that feeds the owner. is_wide: there is room
    for the shape beside the symbol. scale: of the usual size."""

    rect: Rect
    start: Point
    end: Point
    is_wide: bool
    scale: float = 1.0


def place_parameters(
    nodes: Sequence[ParameterNode],
    cards: Mapping[str, Rect],
    routes: Sequence[Route],
    labels: Sequence[Rect],
    sizes: Mapping[str, Size],
) -> dict[str, Spot]:
    """By key. cards: nodes and notes. labels: of the wires. sizes: by key (narrow width, wide
    width, height)."""
    ground = _Ground(list(cards.values()), Obstacles([*_segments(routes), *labels]))
    by_owner: dict[str, list[ParameterNode]] = {}
    for node in nodes:
        if node.owner in cards:
            by_owner.setdefault(node.owner, []).append(node)
    found: dict[str, Spot] = {}
    for owner, group in by_owner.items():
        card = cards[owner]
        best = ground.best(group, card, sizes)
        if ground.covered(best) and len(group) > 1:  # each finds a gap of its own
            best = {}
            for node in group:
                alone = ground.best([node], card, sizes)
                ground.take(alone)
                best |= alone
        else:
            ground.take(best)
        found |= best
    return found


class _Ground:
    """What is on the canvas already."""

    def __init__(self, cards: list[Rect], wires: Obstacles) -> None:
        self._taken = cards
        self._wires = wires
        self._cards = Obstacles(cards)

    def take(self, trial: Mapping[str, Spot]) -> None:
        self._taken += [spot.rect for spot in trial.values()]
        self._cards = Obstacles(self._taken)

    def best(
        self, group: Sequence[ParameterNode], card: Rect, sizes: Mapping[str, Size]
    ) -> dict[str, Spot]:
        """The cheapest place, asked for no longer than another one could be cheaper."""
        found: dict[str, Spot] = {}
        least = (math.inf, math.inf, 0)
        for scale in _SCALES:
            if (0.0, len(group) * _SMALLNESS * (1 - scale), 0) >= least:
                break
            for trial in _trials(group, card, sizes, scale):
                cost = self.cost(trial)
                if cost < least:
                    found, least = trial, cost
                if not any(cost):
                    return found
        return found

    def covered(self, trial: Mapping[str, Spot]) -> float:
        """px² of cards, notes and other parameters below these."""
        return sum(self._cards.covered_area(spot.rect.grown(1.0)) for spot in trial.values())

    def cost(self, trial: Mapping[str, Spot]) -> tuple[float, float, int]:
        """Covered cards first, then closeness, covered wires and smallness, then narrowness; of
        equals the first is taken."""
        covered = self.covered(trial)
        if covered:
            return covered, 0.0, 0
        bad = 0.0
        for spot in trial.values():
            bad += self._wires.hits(spot.rect, 2.0)
            bad += self._cards.hits(spot.rect, _OFF * spot.scale)
            bad += _SMALLNESS * (1 - spot.scale)
        return covered, bad, sum(not spot.is_wide for spot in trial.values())


def _segments(routes: Sequence[Route]) -> list[Rect]:
    boxes = []
    for route in routes:
        for (ax, ay), (bx, by) in itertools.pairwise(route):
            boxes.append(Rect(min(ax, bx), min(ay, by), abs(ax - bx), abs(ay - by)))
    return boxes


def _trials(
    group: Sequence[ParameterNode], card: Rect, sizes: Mapping[str, Size], scale: float
) -> Iterator[dict[str, Spot]]:
    """All ways to put them beside their card, the best looking first."""
    for is_wide, distance, side, is_last in itertools.product(
        (True, False), (0.0, _NEARER, _FARTHER), _SIDES, (False, True)
    ):
        yield _tried(group, card, sizes, side, distance, scale, is_wide=is_wide, is_last=is_last)


def _tried(
    group: Sequence[ParameterNode],
    card: Rect,
    sizes: Mapping[str, Size],
    side: str,
    distance: float,
    scale: float,
    *,
    is_wide: bool,
    is_last: bool,
) -> dict[str, Spot]:
    """All parameters of a card on one of its sides, in a column or in a row. is_last: from the far
    end of the side on, not from its beginning."""
    boxes = [
        ((wide if is_wide else narrow) * scale, height * scale)
        for narrow, wide, height in (sizes[node.key] for node in group)
    ]
    away, between = (ARROW + distance) * scale, _BETWEEN * scale
    is_column = side in ("left", "right")
    total = sum(box[1 if is_column else 0] for box in boxes) + between * (len(boxes) - 1)
    along = (card.height if is_column else card.width) - total if is_last else 0.0
    spots = {}
    for node, (width, height) in zip(group, boxes, strict=True):
        if is_column:
            x = card.x - away - width if side == "left" else card.right + away
            rect = Rect(x, card.y + along, width, height)
            middle = min(max(rect.centre[1], card.y + 6), card.bottom - 6)
            start = (rect.right if side == "left" else rect.x, rect.centre[1])
            end = (card.x if side == "left" else card.right, middle)
            along += height + between
        else:
            y = card.y - away - height if side == "above" else card.bottom + away
            rect = Rect(card.x + along, y, width, height)
            middle = min(max(rect.centre[0], card.x + 6), card.right - 6)
            start = (rect.centre[0], rect.bottom if side == "above" else rect.y)
            end = (middle, card.y if side == "above" else card.bottom)
            along += width + between
        spots[node.key] = Spot(rect, start, end, is_wide, scale)
    return spots
