"""Where the shapes beside the wires stand: off the cards, off one another, off other wires."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gui.canvas.geometry import Point, Rect
from gui.canvas.routing import Obstacles, Route, box_of
from model.graph import Wire

_AWAY = 14.0
_SHARES = (0.5, 0.35, 0.65, 0.2, 0.8)


class Label(NamedTuple):
    """A text beside a wire, or on it (then the wire is hidden behind it)."""

    text: str
    box: Rect
    is_on_wire: bool


class _Wires:
    """The segments of all wires, each with its owner."""

    def __init__(self, routes: Mapping[Wire, Route]) -> None:
        self._index = {wire: number for number, wire in enumerate(routes)}
        rows = [
            (box.x, box.y, box.right, box.bottom, self._index[wire])
            for wire, route in routes.items()
            for a, b in itertools.pairwise(route)
            for box in (box_of(a, b),)
        ]
        self._rows: NDArray[np.float64] = np.array(rows, dtype=float).reshape(-1, 5)

    def are_hit(self, box: Rect, wire: Wire, *, own_too: bool) -> bool:
        rows = self._rows
        hits = (
            (rows[:, 0] < box.right + 3)
            & (rows[:, 2] > box.x - 3)
            & (rows[:, 1] < box.bottom)
            & (rows[:, 3] > box.y)
        )
        if not own_too:
            hits &= rows[:, 4] != self._index[wire]
        return bool(hits.any())


def place_labels(
    routes: Mapping[Wire, Route],
    texts: Mapping[Wire, str],
    widths: Mapping[str, float],
    height: float,
    cards: Obstacles,
    kept: Mapping[Wire, Label | None] | None = None,
) -> dict[Wire, Label | None]:
    """A label for every wire with a text, None where there is no room for one. widths: of each
    text, px. kept: answers that stay; the other labels find their place around them."""
    placed: dict[Wire, Label | None] = {}
    taken: dict[tuple[int, int], list[Rect]] = {}
    for wire, label in (kept or {}).items():
        placed[wire] = label
        for cell in _cells(label.box) if label is not None else ():
            taken.setdefault(cell, []).append(label.box)
    wanting = [wire for wire in routes if wire not in placed and texts.get(wire)]
    wires = _Wires(routes if wanting else {})
    for wire in wanting:
        route, text = routes[wire], texts[wire]
        placed[wire] = None
        for box, is_on_wire in _candidates(route, widths[text], height):
            if cards.hits(box, 1.0) or wires.are_hit(box, wire, own_too=not is_on_wire):
                continue
            if any(box.meets(other) for cell in _cells(box) for other in taken.get(cell, ())):
                continue
            placed[wire] = Label(text, box, is_on_wire)
            for cell in _cells(box):
                taken.setdefault(cell, []).append(box)
            break
    return placed


def _cells(box: Rect) -> Iterator[tuple[int, int]]:
    for column in range(int(box.x // 256), int(box.right // 256) + 1):
        for row in range(int(box.y // 256), int(box.bottom // 256) + 1):
            yield column, row


def _candidates(route: Route, width: float, height: float) -> Iterator[tuple[Rect, bool]]:
    """Places along the longest segments first."""
    segments = list(itertools.pairwise(route))
    segments.sort(key=lambda ends: -(abs(ends[0][0] - ends[1][0]) + abs(ends[0][1] - ends[1][1])))
    for a, b in segments[:3]:
        yield from _beside(a, b, width, height)


def _beside(a: Point, b: Point, width: float, height: float) -> Iterator[tuple[Rect, bool]]:
    is_vertical = abs(a[0] - b[0]) < 0.5
    length = abs(a[1] - b[1]) if is_vertical else abs(a[0] - b[0])
    for share in _SHARES:
        x, y = a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share
        on = Rect(x - width / 2, y - height / 2, width, height)
        if is_vertical:
            if length > 3 * height:
                yield on, True
            yield Rect(x + _AWAY, on.y, width, height), False
            yield Rect(x - _AWAY - width, on.y, width, height), False
        else:
            if length > width + 40:
                yield on, True
            yield Rect(on.x, y - height - 8, width, height), False
            yield Rect(on.x, y + 8, width, height), False
