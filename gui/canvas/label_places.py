"""Where a text could stand along a wire, the usual places first. Scene pixels, no Qt."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gui.canvas.geometry import Point, Rect
from gui.canvas.obstacles import Route

USUAL = (0.5, 0.35, 0.65, 0.2, 0.8)
ALL = (*USUAL, 0.1, 0.9, 0.0, 1.0)
_AWAY = 14.0
"""From a wire that runs downwards to the text beside it."""
_CLEAR = 4.0
_HEAD = 20.0
"""Room for an arrowhead at the ends of a wire."""


class Spot(NamedTuple):
    """A box for the text; on the wire, which is hidden behind it, or beside it."""

    box: Rect
    is_on_wire: bool


def spots(
    route: Route, size: tuple[float, float], shares: Sequence[float], most: int = 99
) -> Iterator[Spot]:
    """Places along the longest segments, at most so many of them. size: of the text."""
    segments = list(itertools.pairwise(route))
    last = len(segments) - 1
    ranked = sorted(range(len(segments)), key=lambda index: -_length(*segments[index]))
    for index in ranked[:most]:
        room = (_HEAD if index == 0 else _CLEAR, _HEAD if index == last else _CLEAR)
        yield from _along(*segments[index], size, shares, room)


def _length(a: Point, b: Point) -> float:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _along(
    a: Point,
    b: Point,
    size: tuple[float, float],
    shares: Sequence[float],
    room: tuple[float, float],
) -> Iterator[Spot]:
    """On the wire, then on both sides of it. room: px that stay free at a and at b."""
    width, height = size
    is_vertical = abs(a[0] - b[0]) < 0.5
    length = _length(a, b)
    half = (height if is_vertical else width) / 2
    for share in shares:
        x, y = a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share
        on = Rect(x - width / 2, y - height / 2, width, height)
        if length * share >= half + room[0] and length * (1 - share) >= half + room[1]:
            yield Spot(on, True)
        if is_vertical:
            yield Spot(on._replace(x=x + _AWAY), False)
            yield Spot(on._replace(x=x - _AWAY - width), False)
        else:
            yield Spot(on._replace(y=y - height - 8), False)
            yield Spot(on._replace(y=y + 8), False)


def folded(text: str) -> list[str]:
    """The text on one line, then on as many as it can be broken into: behind its word, then at its
    crosses."""
    word, _, _shape = text.rpartition(" B × ")
    head = f"{word}\n" if word else ""
    parts = text[len(word) :].strip().split(" × ")
    found = [text]
    for count in range(1 if word else 2, len(parts) + 1):
        share = -(-len(parts) // count)
        rows = [" × ".join(parts[at : at + share]) for at in range(0, len(parts), share)]
        lines = head + " ×\n".join(rows)
        if lines not in found:
            found.append(lines)
    return found
