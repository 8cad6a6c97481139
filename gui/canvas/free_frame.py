"""The largest picture of a design in a window whose corners are partly taken. No Qt."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gui.canvas.geometry import Point, Rect

_ROUNDS = 9
_MOST_TRIES = 48
_SLACK = 1e-6
LEAST = 0.05


class Placing(NamedTuple):
    """A point p of the scene lies at p * zoom + shift in the window."""

    zoom: float
    shift: Point


def largest(content: Rect, pieces: Sequence[Rect], window: Rect, boxes: Sequence[Rect]) -> Placing:
    """All of the content inside the window, none of its pieces under a box, as large as can be and
    at most at 100 %; in the middle, or as near to it as the boxes allow."""
    search = _Search(pieces, content, window, boxes)
    whole = search.most
    found = search.at(whole)
    if found is not None:
        return Placing(whole, found)
    low, high = LEAST, whole
    best = search.at(low)
    for _ in range(_ROUNDS):
        middle = (low + high) / 2
        found = search.at(middle)
        if found is None:
            high = middle
        else:
            low, best = middle, found
    # where the boxes leave no room at all, they hide something
    return Placing(low, best) if best is not None else Placing(whole, search.centred(whole))


def least_shift(rect: Rect, window: Rect, boxes: Sequence[Rect]) -> Point:
    """How far a piece must move to lie inside the window and under no box: (0, 0) where it does.

    What is larger than the window shows its beginning.
    """
    xs = _moves(rect.x, rect.right, window.x, window.right, [(b.x, b.right) for b in boxes])
    ys = _moves(rect.y, rect.bottom, window.y, window.bottom, [(b.y, b.bottom) for b in boxes])
    for x, y in sorted(itertools.product(xs, ys), key=lambda step: abs(step[0]) + abs(step[1])):
        moved = rect._replace(x=rect.x + x, y=rect.y + y)
        if not any(moved.meets(box) for box in boxes):
            return x, y
    return xs[0], ys[0]


def _moves(
    start: float, end: float, low: float, high: float, boxes: Sequence[tuple[float, float]]
) -> list[float]:
    """Steps along one axis after which a piece lies from low to high, the shortest first: none,
    just inside, or just beside a box."""
    first, last = low - start, max(high - end, low - start)
    tries = [min(max(0.0, first), last)]
    for left, right in boxes:
        tries += [step for step in (left - end, right - start) if first <= step <= last]
    return sorted(tries, key=abs)


class _Search:
    """Tries one zoom after the other."""

    def __init__(
        self, pieces: Sequence[Rect], content: Rect, window: Rect, boxes: Sequence[Rect]
    ) -> None:
        self._content = content
        self._window = window
        self._pieces = _edges(pieces)
        self._boxes = _edges(boxes)
        self.most = min(
            1.0,
            window.width / max(content.width, 1.0),
            window.height / max(content.height, 1.0),
        )

    def centred(self, zoom: float) -> Point:
        """The shift with the content in the middle of the window."""
        (x, y), (u, v) = self._content.centre, self._window.centre
        return u - x * zoom, v - y * zoom

    def at(self, zoom: float) -> Point | None:
        """The shift nearest to the middle that hides nothing; None where there is none."""
        content, window = self._content, self._window
        wish = np.array(self.centred(zoom))
        low = np.array((window.right - content.right * zoom, window.bottom - content.bottom * zoom))
        high = np.array((window.x - content.x * zoom, window.y - content.y * zoom))
        low, high = np.minimum(low, high), np.maximum(low, high)
        starts, ends = self._forbidden(zoom)
        near = ((starts < high - _SLACK) & (ends > low + _SLACK)).all(axis=1)
        starts, ends = starts[near], ends[near]
        best: tuple[float, Point] | None = None
        for x in self._tries(wish[0], low[0], high[0], starts[:, 0], ends[:, 0]):
            across = (starts[:, 0] < x - _SLACK) & (ends[:, 0] > x + _SLACK)
            y = _nearest_free(wish[1], low[1], high[1], starts[across, 1], ends[across, 1])
            if y is not None:
                away = abs(x - wish[0]) + abs(y - wish[1])
                if best is None or away < best[0]:
                    best = away, (float(x), float(y))
        return best[1] if best is not None else None

    def _forbidden(self, zoom: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """For each piece and box the shifts, (n, 2) each, from which to which it lies under it."""
        pieces, boxes = self._pieces[:, None] * zoom, self._boxes[None]
        starts = boxes[..., :2] - pieces[..., 2:]
        ends = boxes[..., 2:] - pieces[..., :2]
        return starts.reshape(-1, 2), ends.reshape(-1, 2)

    @staticmethod
    def _tries(
        wish: float,
        low: float,
        high: float,
        starts: NDArray[np.float64],
        ends: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Shifts across that are worth a try, the nearest to the middle first."""
        edges = np.concatenate(((wish, low, high), starts, ends))
        edges = np.unique(edges[(edges >= low) & (edges <= high)])
        edges = edges[np.argsort(np.abs(edges - wish), kind="stable")]
        if len(edges) > _MOST_TRIES:
            edges = edges[np.linspace(0, len(edges) - 1, _MOST_TRIES).astype(int)]
        return edges


def _edges(rects: Sequence[Rect]) -> NDArray[np.float64]:
    """(n, 4): left, top, right, bottom."""
    rows = [(r.x, r.y, r.right, r.bottom) for r in rects]
    return np.array(rows, dtype=float).reshape(-1, 4)


def _nearest_free(
    wish: float, low: float, high: float, starts: NDArray[np.float64], ends: NDArray[np.float64]
) -> float | None:
    """The place nearest to a wish, from low to high, that lies inside of no interval."""
    tries = np.concatenate(((wish, low, high), starts, ends))
    tries = tries[(tries >= low - _SLACK) & (tries <= high + _SLACK)]
    inside = (starts[None] < tries[:, None] - _SLACK) & (ends[None] > tries[:, None] + _SLACK)
    free = tries[~inside.any(axis=1)]
    return float(free[np.abs(free - wish).argmin()]) if len(free) else None
