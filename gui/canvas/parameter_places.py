"""Where parameters stand when they are drawn as nodes: beside the card that they feed. No Qt."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gui.canvas.geometry import Point, Rect
from gui.canvas.obstacles import Obstacles, Route
from model.teaching.parameters_as_nodes import ParameterNode

ARROW = 24.0
"""Room for the wire from a parameter to its card."""
_BETWEEN = 8.0
_SIDES = ("left", "above", "right", "below")
_NEARER, _FARTHER = -12.0, 40.0
_OFF = 10.0
"""How far a parameter keeps off cards, whose circles stand out."""


class Spot(NamedTuple):
    """rect: of the small card. start, end: of the wire that feeds the owner. is_wide: there is room
    for the shape beside the symbol."""

    rect: Rect
    start: Point
    end: Point
    is_wide: bool


def place_parameters(
    nodes: Sequence[ParameterNode],
    cards: Mapping[str, Rect],
    routes: Sequence[Route],
    labels: Sequence[Rect],
    sizes: Mapping[str, tuple[float, float, float]],
) -> dict[str, Spot]:
    """By key. cards: nodes and notes. labels: of the wires. sizes: by key (narrow width, wide
    width, height)."""
    taken = [card.grown(_OFF) for card in cards.values()]
    wires = Obstacles([*_segments(routes), *labels])
    by_owner: dict[str, list[ParameterNode]] = {}
    for node in nodes:
        if node.owner in cards:
            by_owner.setdefault(node.owner, []).append(node)
    found: dict[str, Spot] = {}
    for owner, group in by_owner.items():
        best = min(
            (
                _tried(group, cards[owner], sizes, side, distance, is_wide=is_wide)
                for is_wide in (True, False)
                for distance in (0.0, _NEARER, _FARTHER)
                for side in _SIDES
            ),
            key=lambda trial: _cost(trial, taken, wires),
        )
        found |= best
        taken += [spot.rect for spot in best.values()]
    return found


def _segments(routes: Sequence[Route]) -> list[Rect]:
    boxes = []
    for route in routes:
        for (ax, ay), (bx, by) in itertools.pairwise(route):
            boxes.append(Rect(min(ax, bx), min(ay, by), abs(ax - bx), abs(ay - by)))
    return boxes


def _tried(
    group: Sequence[ParameterNode],
    card: Rect,
    sizes: Mapping[str, tuple[float, float, float]],
    side: str,
    distance: float,
    *,
    is_wide: bool,
) -> dict[str, Spot]:
    """All parameters of a card on one of its sides, in a column or in a row."""
    spots = {}
    along = 0.0
    away = ARROW + distance
    for node in group:
        narrow, wide, height = sizes[node.key]
        width = wide if is_wide else narrow
        if side in ("left", "right"):
            x = card.x - away - width if side == "left" else card.right + away
            rect = Rect(x, card.y + along, width, height)
            middle = min(rect.centre[1], card.bottom - 6)
            start = (rect.right if side == "left" else rect.x, rect.centre[1])
            end = (card.x if side == "left" else card.right, middle)
            along += height + _BETWEEN
        else:
            y = card.y - away - height if side == "above" else card.bottom + away
            rect = Rect(card.x + along, y, width, height)
            middle = min(rect.centre[0], card.right - 6)
            start = (rect.centre[0], rect.bottom if side == "above" else rect.y)
            end = (middle, card.y if side == "above" else card.bottom)
            along += width + _BETWEEN
        spots[node.key] = Spot(rect, start, end, is_wide)
    return spots


def _cost(
    trial: Mapping[str, Spot], taken: Sequence[Rect], wires: Obstacles
) -> tuple[float, int, int]:
    """Covered cards first, then covered wires, then narrowness; of equals the first is taken."""
    cards = Obstacles(taken)
    covered = sum(cards.covered_area(spot.rect) for spot in trial.values())
    crossed = sum(wires.hits(spot.rect, 2.0) for spot in trial.values())
    narrow = sum(not spot.is_wide for spot in trial.values())
    return covered, crossed, narrow
