"""Where the shapes beside the wires stand: off the cards, off one another, off other wires."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gui.canvas.geometry import Rect
from gui.canvas.label_places import ALL, USUAL, Spot, folded, spots
from gui.canvas.obstacles import Obstacles, Route, box_of
from model.design import Wire

Size = Callable[[str], tuple[float, float]]
"""(width, height) of a text of one or more lines, px."""


class Label(NamedTuple):
    """A text at a wire. lines: as it is painted. has_ground: what lies behind it is hidden.
    is_above: it lies on cards, for there is no other room."""

    text: str
    lines: str
    box: Rect
    has_ground: bool
    is_above: bool = False


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

    def count_hits(self, box: Rect, wire: Wire, *, own_too: bool) -> int:
        rows = self._rows
        hits = (
            (rows[:, 0] < box.right + 3)
            & (rows[:, 2] > box.x - 3)
            & (rows[:, 1] < box.bottom)
            & (rows[:, 3] > box.y)
        )
        if not own_too:
            hits &= rows[:, 4] != self._index[wire]
        return int(hits.sum())


class _Taken:
    """The labels that have their place, by parts of the canvas."""

    def __init__(self) -> None:
        self._boxes: dict[tuple[int, int], list[Rect]] = {}

    def add(self, box: Rect) -> None:
        for cell in _cells(box):
            self._boxes.setdefault(cell, []).append(box)

    def meets(self, box: Rect) -> bool:
        near = (other for cell in _cells(box) for other in self._boxes.get(cell, ()))
        return any(box.meets(other) for other in near)


def _cells(box: Rect) -> Iterator[tuple[int, int]]:
    for column in range(int(box.x // 256), int(box.right // 256) + 1):
        for row in range(int(box.y // 256), int(box.bottom // 256) + 1):
            yield column, row


def place_labels(
    routes: Mapping[Wire, Route],
    texts: Mapping[Wire, str],
    size_of: Size,
    cards: Obstacles,
    kept: Mapping[Wire, Label] | None = None,
) -> dict[Wire, Label]:
    """A label for every wire that has a text. kept: answers that stay; the other labels find their
    place around them."""
    placed = dict(kept or {})
    taken = _Taken()
    for label in placed.values():
        taken.add(label.box)
    wanting = [wire for wire in routes if wire not in placed and texts.get(wire)]
    search = _Search(cards, _Wires(routes if wanting else {}), taken, size_of)
    late = []
    for wire in wanting:
        found = search.usual(wire, routes[wire], texts[wire])
        if found is None:
            late.append(wire)
        else:
            placed[wire] = found
            taken.add(found.box)
    for wire in late:  # these take what the others have left
        placed[wire] = search.anywhere(wire, routes[wire], texts[wire])
        taken.add(placed[wire].box)
    return placed


class _Search:
    """Tries the places of one wire after the other."""

    def __init__(self, cards: Obstacles, wires: _Wires, taken: _Taken, size_of: Size) -> None:
        self._cards = cards
        self._wires = wires
        self._taken = taken
        self._size_of = size_of

    def usual(self, wire: Wire, route: Route, text: str) -> Label | None:
        """In the middle of one of the three longest segments, or nearly so."""
        found = spots(route, self._size_of(text), USUAL, 3)
        spot = next((each for each in found if self._is_free(each, wire)), None)
        return None if spot is None else Label(text, text, spot.box, spot.is_on_wire)

    def anywhere(self, wire: Wire, route: Route, text: str) -> Label:
        """Where it hides nothing, on more lines if need be; else where it hides least: other wires
        rather than labels or cards."""
        choices = [
            (lines, spot)
            for lines in folded(text)
            for spot in spots(route, self._size_of(lines), ALL)
        ]
        for lines, spot in choices:
            if self._is_free(spot, wire):
                return Label(text, lines, spot.box, spot.is_on_wire)
        lines, spot = min(choices, key=lambda choice: self._cost(*choice, wire))
        return Label(text, lines, spot.box, True, self._cards.hits(spot.box))

    def _is_free(self, spot: Spot, wire: Wire) -> bool:
        box = spot.box
        if self._cards.hits(box, 1.0) or self._taken.meets(box):
            return False
        return not self._wires.count_hits(box, wire, own_too=not spot.is_on_wire)

    def _cost(self, lines: str, spot: Spot, wire: Wire) -> float:
        """What would be hidden; a card is worth more the more of it."""
        total = 10.0 * self._wires.count_hits(spot.box, wire, own_too=not spot.is_on_wire)
        total += 4.0 * lines.count("\n") + (0.0 if spot.is_on_wire else 3.0)
        if self._taken.meets(spot.box):
            total += 1000.0
        covered = self._cards.covered_area(spot.box)
        return total + (100.0 + covered if covered else 0.0)
