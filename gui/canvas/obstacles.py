"""What wires and labels keep off: all cards and notes, asked many times at once. No Qt."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from gui.canvas.geometry import STUB, Point, Rect

Route = tuple[Point, ...]
CLEARANCE = 8.0
"""The room that is kept between a wire and a card."""


class Obstacles:
    """All cards, for one question: does this segment touch one?"""

    def __init__(self, rects: Iterable[Rect]) -> None:
        cards = list(rects)
        boxes = np.array([(r.x, r.y, r.right, r.bottom) for r in cards], dtype=float)
        self._boxes: NDArray[np.float64] = boxes.reshape(-1, 4)

    def hits(self, rect: Rect, room: float = 0.0) -> bool:
        boxes = self._boxes
        return bool(
            (
                (boxes[:, 0] < rect.right + room)
                & (boxes[:, 2] > rect.x - room)
                & (boxes[:, 1] < rect.bottom + room)
                & (boxes[:, 3] > rect.y - room)
            ).any()
        )

    def covered_area(self, rect: Rect) -> float:
        """How much of the cards lies under a rectangle, px²."""
        boxes = self._boxes
        wide = np.minimum(boxes[:, 2], rect.right) - np.maximum(boxes[:, 0], rect.x)
        tall = np.minimum(boxes[:, 3], rect.bottom) - np.maximum(boxes[:, 1], rect.y)
        return float((np.maximum(wide, 0.0) * np.maximum(tall, 0.0)).sum())

    def count_hits(self, routes: Sequence[Route]) -> NDArray[np.int64]:
        """For each route how often its inner part touches a card; all routes in one go."""
        rows = [
            (*a, *b, index)
            for index, route in enumerate(routes)
            for a, b in itertools.pairwise(_inner(route))
        ]
        segments = np.array(rows, dtype=float).reshape(-1, 5)
        room = CLEARANCE / 2
        low = np.minimum(segments[:, :2], segments[:, 2:4]) - room
        high = np.maximum(segments[:, :2], segments[:, 2:4]) + room
        boxes = self._boxes
        near = boxes[
            (boxes[:, 0] < high[:, 0].max())
            & (boxes[:, 2] > low[:, 0].min())
            & (boxes[:, 1] < high[:, 1].max())
            & (boxes[:, 3] > low[:, 1].min())
        ]
        hits = (
            (near[:, 0] < high[:, :1])
            & (near[:, 2] > low[:, :1])
            & (near[:, 1] < high[:, 1:])
            & (near[:, 3] > low[:, 1:])
        ).sum(axis=1)
        owners = segments[:, 4].astype(np.int64)
        return np.bincount(owners, hits, minlength=len(routes)).astype(np.int64)

    def edges(self, area: Rect, axis: int) -> list[float]:
        """Lines just outside of the cards near an area: x (axis 0) or y (axis 1)."""
        boxes = self._boxes
        near = boxes[
            (boxes[:, 0] < area.right)
            & (boxes[:, 2] > area.x)
            & (boxes[:, 1] < area.bottom)
            & (boxes[:, 3] > area.y)
        ]
        room = STUB
        return sorted({*(near[:, axis] - room).tolist(), *(near[:, axis + 2] + room).tolist()})


def box_of(a: Point, b: Point) -> Rect:
    return Rect(min(a[0], b[0]), min(a[1], b[1]), abs(a[0] - b[0]), abs(a[1] - b[1]))


def _inner(route: Route) -> Route:
    """A route without its stubs, which stand at their own cards."""
    if len(route) < 3:
        return route
    return (_cut(route[0], route[1]), *route[1:-1], _cut(route[-1], route[-2]))


def _cut(a: Point, b: Point) -> Point:
    """The point where the stub from a towards b ends."""
    length = abs(a[0] - b[0]) + abs(a[1] - b[1])
    share = min(1.0, STUB / length) if length else 0.0
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share
