"""Orthogonal routes for wires, around cards and beside one another. Scene pixels, no Qt."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from gui.canvas.geometry import STUB, Point, Rect, Side
from gui.canvas.obstacles import CLEARANCE, Obstacles, Route, box_of
from model.design import Wire

_Line = tuple[float, float, float, Wire]  # at, low, high, owner
TRACK = 16.0
"""The distance between wires that run side by side."""
_BEND_COST = 30.0
_OVERLAP_COST = 500.0
_CROSSING_COST = 120.0
_CARD_COST = 4000.0
_TARGET_CROSSING_COST = 700.0
"""Labels go round the network rather than between its layers."""
_REACH = 400.0
_BUCKET = 64.0
_MOST_EDGES = 10


class Tracks:
    """Which lines are taken by which wires; wires that leave one port may share a line."""

    def __init__(self) -> None:
        self._lines: dict[tuple[bool, int], list[_Line]] = {}

    def add(self, wire: Wire, route: Route) -> None:
        for is_vertical, at, low, high in _lines_of(route):
            key = (is_vertical, int(at // _BUCKET))
            self._lines.setdefault(key, []).append((at, low, high, wire))

    def remove(self, wire: Wire, route: Route) -> None:
        for is_vertical, at, _low, _high in _lines_of(route):
            key = (is_vertical, int(at // _BUCKET))
            self._lines[key] = [line for line in self._lines.get(key, ()) if line[3] != wire]

    def price(self, wire: Wire, route: Route) -> float:
        """What a route costs for running on top of other wires or across them."""
        crossing = _TARGET_CROSSING_COST if wire.target_port == "target" else _CROSSING_COST
        total = 0.0
        for is_vertical, at, low, high in _lines_of(route):
            for bucket in self._buckets(is_vertical, at - TRACK / 2, at + TRACK / 2):
                for other, start, stop, owner in bucket:
                    if abs(other - at) < TRACK / 2 and not _same_port(owner, wire):
                        total += _OVERLAP_COST * (min(high, stop) - max(low, start) > 1)
            total += crossing * self._crossings(wire, is_vertical, at, low, high)
        return total

    def _crossings(self, wire: Wire, is_vertical: bool, at: float, low: float, high: float) -> int:
        count = 0
        for bucket in self._buckets(not is_vertical, low, high):
            for other, start, stop, owner in bucket:
                if low < other < high and start < at < stop and not _same_port(owner, wire):
                    count += 1
        return count

    def _buckets(self, is_vertical: bool, low: float, high: float) -> Iterator[list[_Line]]:
        for key in range(int(low // _BUCKET), int(high // _BUCKET) + 1):
            found = self._lines.get((is_vertical, key))
            if found:
                yield found


def _same_port(a: Wire, b: Wire) -> bool:
    return (a.source, a.source_port) == (b.source, b.source_port)


def _lines_of(route: Route) -> Iterator[tuple[bool, float, float, float]]:
    for (ax, ay), (bx, by) in itertools.pairwise(route):
        if abs(ax - bx) < 0.5:
            yield True, ax, min(ay, by), max(ay, by)
        else:
            yield False, ay, min(ax, bx), max(ax, bx)


class End(NamedTuple):
    """Where a wire meets a card."""

    x: float
    y: float
    side: Side

    @property
    def point(self) -> Point:
        return self.x, self.y

    def stub(self) -> Point:
        dx, dy = self.side.value
        return self.x + dx * STUB, self.y + dy * STUB


def route_wire(wire: Wire, start: End, stop: End, cards: Obstacles, tracks: Tracks) -> Route:
    """The cheapest route that touches no card: short, few bends, not on top of another wire.

    Where no route is free of cards, the one that touches the fewest is drawn.
    """
    direct = _direct(start, stop)
    if direct is not None and _is_straight_free(direct, cards) and not tracks.price(wire, direct):
        return direct
    best: tuple[float, Route] | None = None
    for candidates in (_simple, _around):
        routes = candidates(start, stop, cards)
        if not routes:
            continue
        hits = cards.count_hits(routes)
        priced = [(_cost(r) + _CARD_COST * int(n), r) for r, n in zip(routes, hits, strict=True)]
        # sorting is stable: the first of equals is the one in the middle
        for cost, route in sorted(priced, key=lambda found: found[0]):
            if best is not None and cost >= best[0]:
                break
            total = cost + tracks.price(wire, route)
            best = (total, route) if best is None or total < best[0] else best
        if best is not None and best[0] - _cost(best[1]) < _CROSSING_COST:
            break
    return best[1] if best is not None else (start.point, (start.x, stop.y), stop.point)


def _is_straight_free(route: Route, cards: Obstacles) -> bool:
    """Nothing stands between two cards that face one another."""
    (ax, ay), (bx, _by) = route
    box = box_of(route[0], route[1])
    if abs(ax - bx) < 0.5:
        return not cards.hits(Rect(ax, box.y + 2, 0, max(box.height - 4, 0)))
    return not cards.hits(Rect(box.x + 2, ay, max(box.width - 4, 0), 0))


def _direct(start: End, stop: End) -> Route | None:
    """One straight line, where the ends face one another."""
    (ax, ay), (bx, by) = start.point, stop.point
    if (start.side, stop.side) == (Side.BOTTOM, Side.TOP) and abs(ax - bx) < 1 and by > ay:
        return (ax, ay), (ax, by)
    if (start.side, stop.side) == (Side.RIGHT, Side.LEFT) and abs(ay - by) < 1 and bx > ax:
        return (ax, ay), (bx, ay)
    return None


def _simple(start: End, stop: End, _cards: Obstacles) -> list[Route]:
    """Two bends: across the gap between the cards, or a bracket beside them."""
    (ax, ay), (bx, by) = start.point, stop.point
    shifts = [0.0, *(step * sign for step in (TRACK, 2 * TRACK) for sign in (1, -1))]
    if start.side is Side.BOTTOM:
        middle, room = (ay + by) / 2, (by - ay) / 2 - 8
        return [
            _tidy((start.point, (ax, middle + s), (bx, middle + s), stop.point))
            for s in shifts
            if abs(s) <= max(room, 0)
        ]
    if stop.side is Side.RIGHT:
        base = max(ax, bx) + STUB + 9
        lines = [base + step * TRACK for step in range(4)]
    elif bx - ax >= 2 * STUB:
        lines = [(ax + bx) / 2 + s for s in shifts]
        lines += [ax + STUB + 9, bx - STUB - 9, ax + STUB + 25, bx - STUB - 25]
        lines = [x for x in lines if ax + STUB <= x <= bx - STUB]
    else:
        lines = []
    return [_tidy((start.point, (x, ay), (x, by), stop.point)) for x in lines]


def _around(start: End, stop: End, cards: Obstacles) -> list[Route]:
    """Four bends or more: out of the port, along a free lane, and in from the right side."""
    p, q = start.stub(), stop.stub()
    area = box_of(p, q).grown(_REACH)
    columns, rows = cards.edges(area, 0), cards.edges(area, 1)
    if start.side is Side.BOTTOM:
        return [
            _tidy((start.point, p, (x, p[1]), (x, q[1]), q, stop.point))
            for x in _lanes(columns, (p[0], q[0]))
        ]
    sign = -1 if stop.side is Side.LEFT else 1
    outs = _nearest([x for x in columns if x > p[0] + TRACK], (p[0],), 2)
    ins = _nearest([x for x in columns if (x - q[0]) * sign > TRACK], (q[0],), 2)
    lanes = _lanes(rows, (p[1], q[1]))
    return [
        _tidy((start.point, (out, p[1]), (out, y), (into, y), (into, q[1]), stop.point))
        for out in (p[0], p[0] + TRACK, *outs)
        for into in (q[0], q[0] + sign * TRACK, *ins)
        for y in lanes
    ]


def _nearest(lines: list[float], goals: tuple[float, ...], most: int = _MOST_EDGES) -> list[float]:
    """The lines that make the smallest detour between two goals."""
    low, high = min(goals), max(goals)
    return sorted(lines, key=lambda at: max(low - at, at - high, 0.0))[:most]


def _lanes(lines: list[float], goals: tuple[float, ...]) -> list[float]:
    """The nearest lines, and the two outside of all cards."""
    found = _nearest(lines, goals)
    return found + [at for at in (*lines[:1], *lines[-1:]) if at not in found]


def _tidy(route: Route) -> Route:
    """Without repeated points and points on a straight line."""
    points: list[Point] = []
    for point in route:
        if points and abs(points[-1][0] - point[0]) + abs(points[-1][1] - point[1]) < 0.5:
            continue
        if len(points) >= 2 and _is_straight(points[-2], points[-1], point):
            points[-1] = point
        else:
            points.append(point)
    return tuple(points)


def _is_straight(a: Point, b: Point, c: Point) -> bool:
    return (abs(a[0] - b[0]) < 0.5 and abs(b[0] - c[0]) < 0.5) or (
        abs(a[1] - b[1]) < 0.5 and abs(b[1] - c[1]) < 0.5
    )


def _cost(route: Route) -> float:
    length = sum(abs(a[0] - b[0]) + abs(a[1] - b[1]) for a, b in itertools.pairwise(route))
    return length + _BEND_COST * max(len(route) - 2, 0)


class Router:
    """Routes of all wires, kept until a card moves or a wire changes."""

    def __init__(self) -> None:
        self.routes: dict[Wire, Route] = {}
        self._boxes: dict[Wire, Rect] = {}
        self._tracks = Tracks()
        self.cards = Obstacles(())

    def set_cards(self, rects: Iterable[Rect]) -> None:
        self.cards = Obstacles(rects)

    def clear(self) -> None:
        self.routes.clear()
        self._boxes.clear()
        self._tracks = Tracks()

    def forget(self, wire: Wire) -> None:
        route = self.routes.pop(wire, None)
        if route is not None:
            self._tracks.remove(wire, route)
            del self._boxes[wire]

    def touching(self, rects: Iterable[Rect]) -> set[Wire]:
        """Wires whose routes pass through or close by these places."""
        zones = [rect.grown(CLEARANCE) for rect in rects]
        return {
            wire
            for wire, box in self._boxes.items()
            if any(box.meets(zone) for zone in zones) and self._passes(wire, zones)
        }

    def _passes(self, wire: Wire, zones: Sequence[Rect]) -> bool:
        pieces = [box_of(a, b).grown(0.5) for a, b in itertools.pairwise(self.routes[wire])]
        return any(piece.meets(zone) for piece in pieces for zone in zones)

    def route(self, ends: Mapping[Wire, tuple[End, End]]) -> None:
        """Route these wires anew, the short ones first."""
        for wire in ends:
            self.forget(wire)
        for wire in sorted(ends, key=lambda wire: (_span(*ends[wire]), wire)):
            found = route_wire(wire, *ends[wire], self.cards, self._tracks)
            self.routes[wire] = found
            xs, ys = [x for x, _ in found], [y for _, y in found]
            low_x, low_y = min(xs), min(ys)
            self._boxes[wire] = Rect(low_x, low_y, max(xs) - low_x, max(ys) - low_y).grown(0.5)
            self._tracks.add(wire, found)


def _span(start: End, stop: End) -> float:
    return abs(start[0] - stop[0]) + abs(start[1] - stop[1])
