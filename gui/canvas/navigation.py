"""Which node the arrow keys lead to. No Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gui.canvas.geometry import Point, Rect
from model.graph import NetworkGraph


def neighbour(
    graph: NetworkGraph, rects: Mapping[str, Rect], key: str, direction: Point
) -> str | None:
    """The node next to `key` in a direction (dx, dy): along a wire where one leads there, else the
    nearest one that way; None where there is none."""
    wired = {wire.target for wire in graph.wires_from(key)}
    wired |= {wire.source for wire in graph.wires_into(key)}
    along = _nearest(rects, key, wired, direction)
    return along if along is not None else _nearest(rects, key, rects.keys(), direction)


def _nearest(
    rects: Mapping[str, Rect], key: str, candidates: Iterable[str], direction: Point
) -> str | None:
    """The nearest in the quadrant of the direction; what lies aside counts double."""
    x, y = rects[key].centre
    best: tuple[float, str] | None = None
    for other in candidates:
        if other == key or other not in rects:
            continue
        cx, cy = rects[other].centre
        ahead = (cx - x) * direction[0] + (cy - y) * direction[1]
        aside = abs((cx - x) * direction[1]) + abs((cy - y) * direction[0])
        if ahead <= 1 or aside > ahead * 1.5 + 40:
            continue
        if best is None or (ahead + 2 * aside, other) < best:
            best = (ahead + 2 * aside, other)
    return None if best is None else best[1]
