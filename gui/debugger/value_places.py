"""Where numbers stand beside a wire: h on one side, delta on the other. Scene pixels, no Qt."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from gui.canvas.geometry import Point, Rect
from gui.canvas.obstacles import Obstacles, Route
from model.design import Wire

_SHARES = (0.5, 0.35, 0.65, 0.2, 0.8)
_MOST_SEGMENTS = 3
_BESIDE = 12.0
"""From a wire that runs downwards to the text beside it: an arrowhead has room."""
_ABOVE = 11.0
LEAST_SCALE = 0.75
"""Smaller, the numbers could not be read; then there are none."""


class Sizes(NamedTuple):
    """px of the longest number and of the letter before or above it."""

    number: float
    letter: float
    number_height: float
    letter_height: float


class Place(NamedTuple):
    """h, delta: the boxes of the two. is_stacked: the letter stands above the number, else before
    it. scale: how much smaller than usual they are written."""

    h: Rect
    delta: Rect
    is_stacked: bool
    scale: float


def value_places(
    routes: Mapping[Wire, Route], wires: Collection[Wire], cards: Obstacles, sizes: Sizes
) -> dict[Wire, Place]:
    """A place for the numbers of each wire that has room for them off the cards and off one
    another."""
    placed: dict[Wire, Place] = {}
    taken: list[Rect] = []
    for wire in routes:
        if wire not in wires:
            continue
        for place in _candidates(routes[wire], sizes):
            boxes = (place.h, place.delta)
            if any(cards.hits(box) or any(box.meets(t) for t in taken) for box in boxes):
                continue
            placed[wire] = place
            taken += boxes
            break
    return placed


def _candidates(route: Route, sizes: Sizes) -> Iterator[Place]:
    """Along the longest segments first."""
    segments = sorted(itertools.pairwise(route), key=lambda ends: -_length(*ends))
    for a, b in segments[:_MOST_SEGMENTS]:
        is_vertical = abs(a[0] - b[0]) < 0.5
        room = _length(a, b) - 2.0
        needed = max(sizes.number_height, sizes.letter_height) if is_vertical else sizes.number
        scale = min(1.0, room / needed)
        if scale < LEAST_SCALE:
            continue
        for share in _SHARES:
            middle = _between(a, b, share, needed * scale / 2)
            yield _beside(middle, sizes, scale) if is_vertical else _over(middle, sizes, scale)


def _length(a: Point, b: Point) -> float:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _between(a: Point, b: Point, share: float, half: float) -> Point:
    """A point of the segment, so far from both ends that the text does not reach beyond them."""
    length = _length(a, b)
    at = min(max(share * length, half), length - half) / length
    return a[0] + (b[0] - a[0]) * at, a[1] + (b[1] - a[1]) * at


def _beside(middle: Point, sizes: Sizes, scale: float) -> Place:
    """Of a wire that runs downwards: h at its left, delta at its right, on one line."""
    x, y = middle
    width = (sizes.letter + sizes.number) * scale
    height = max(sizes.number_height, sizes.letter_height) * scale
    left = Rect(x - _BESIDE - width, y - height / 2, width, height)
    return Place(left, left._replace(x=x + _BESIDE), False, scale)


def _over(middle: Point, sizes: Sizes, scale: float) -> Place:
    """Of a wire that runs across: h above it, delta below it, in two lines each."""
    x, y = middle
    width = sizes.number * scale
    height = (sizes.number_height + sizes.letter_height) * scale
    above = Rect(x - width / 2, y - _ABOVE - height, width, height)
    return Place(above, above._replace(y=y + _ABOVE), True, scale)
