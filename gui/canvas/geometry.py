"""Rectangles and the rule that says on which side of a card a wire ends. Scene pixels, no Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from typing import NamedTuple

from model.design import Node, Wire

Point = tuple[float, float]
STUB = 15.0
"""How far a wire goes straight on before its first bend."""


class Rect(NamedTuple):
    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def centre(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2

    def grown(self, by: float) -> Rect:
        return Rect(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)

    def meets(self, other: Rect) -> bool:
        return (
            self.x < other.right
            and other.x < self.right
            and self.y < other.bottom
            and other.y < self.bottom
        )

    def holds(self, point: Point) -> bool:
        return self.x <= point[0] <= self.right and self.y <= point[1] <= self.bottom


def united(rects: Iterable[Rect]) -> Rect | None:
    """The smallest rectangle around all; None around nothing."""
    found = list(rects)
    if not found:
        return None
    left, top = min(r.x for r in found), min(r.y for r in found)
    return Rect(left, top, max(r.right for r in found) - left, max(r.bottom for r in found) - top)


class Side(Enum):
    """An edge of a card, with the direction in which a wire leaves it."""

    LEFT = (-1, 0)
    RIGHT = (1, 0)
    TOP = (0, -1)
    BOTTOM = (0, 1)


def sides_of_wire(
    source: Rect, target: Rect, is_blocked: Callable[[Rect], bool]
) -> tuple[Side, Side]:
    """Where a wire leaves and where it arrives.

    A target below, in the same column, is reached from top to bottom; past a card in between, round
    the right-hand side; any other from the right edge to the left edge.
    """
    overlap = min(source.right, target.right) - max(source.x, target.x)
    is_column = overlap >= 0.5 * min(source.width, target.width)
    if target.y >= source.bottom + 12 and target.x < source.right + STUB:
        x = source.x + source.width / 2
        gap = Rect(x - 4, source.bottom + 1, 8, target.y - source.bottom - 2)
        if not is_column or not is_blocked(gap):
            return Side.BOTTOM, Side.TOP
    return (Side.RIGHT, Side.RIGHT) if is_column else (Side.RIGHT, Side.LEFT)


class Slot(NamedTuple):
    """A circle on the edge of a card where a wire ends or may begin.

    x, y: from the card's top left corner. wire: the wire that ends in an input; None for an
    output (any number of wires leave it) and for a free input.
    """

    port: str
    is_input: bool
    side: Side
    x: float
    y: float
    wire: Wire | None = None


def slots_of(
    node: Node,
    size: tuple[float, float],
    entering: Sequence[Wire],
    leaving: Sequence[Wire],
    sides: Mapping[Wire, tuple[Side, Side]],
) -> list[Slot]:
    """The circles of a card: one a wire at inputs, one a used side at outputs, one a free port."""
    placed: dict[Side, list[tuple[str, bool, Wire | None]]] = {side: [] for side in Side}
    for port in node.layer.inputs:
        found = [wire for wire in entering if wire.target_port == port.name]
        for wire in found:
            placed[sides[wire][1]].append((port.name, True, wire))
        if not found or port.is_variadic:
            placed[Side.LEFT].append((port.name, True, None))
    for port in node.layer.outputs:
        used = {sides[wire][0] for wire in leaving if wire.source_port == port.name}
        for side in sorted(used or {Side.RIGHT}, key=lambda side: side.name):
            placed[side].append((port.name, False, None))
    slots = []
    for side, ends in placed.items():
        for index, (name, is_input, wire) in enumerate(ends):
            share = (index + 1) / (len(ends) + 1)
            x = {Side.LEFT: 0.0, Side.RIGHT: size[0]}.get(side, size[0] * share)
            y = {Side.TOP: 0.0, Side.BOTTOM: size[1]}.get(side, size[1] * share)
            slots.append(Slot(name, is_input, side, x, y, wire))
    return slots
