"""Align cards without piling them up, and distribute them with equal gaps. No Qt."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from typing import Literal

from gui.canvas.geometry import Point, Rect
from gui.canvas.layout import GAP
from model import editing
from model.design import Edit, Node, Note
from model.graph import NetworkGraph

How = Literal["horizontally", "vertically"]


def align(
    graph: NetworkGraph, keys: Collection[str], how: editing.Align, sizes: editing.Sizes
) -> Edit:
    """Edges or centres in one line. A card that would lie on another one there goes along the line
    to the nearest place that is free; those that stand on the line already stay."""
    edit = editing.align(graph, keys, how, sizes)
    before = _places_of(graph, sizes)
    wishes = {key: before[key] for key in keys} | {
        change.key: (change.new.x, change.new.y)
        for change in edit.changes
        if isinstance(change.new, Node | Note)
    }
    axis = 1 if how in ("left", "centre", "right") else 0
    taken = [Rect(*before[key], *sizes[key]) for key in sizes if key not in keys]
    places: dict[str, Point] = {}
    for key in sorted(keys, key=lambda key: (math.dist(wishes[key], before[key]), key)):
        rect = _free_along(Rect(*wishes[key], *sizes[key]), axis, taken)
        taken.append(rect)
        places[key] = rect[:2]
    return editing.move(graph, places)._replace(text=edit.text)


def _free_along(wish: Rect, axis: int, taken: Sequence[Rect]) -> Rect:
    """The place nearest to a wish along one axis that meets nothing."""
    start, length = wish[axis], wish[2 + axis]
    tries = [start]
    for other in taken:
        tries += [other[axis] + other[2 + axis] + GAP, other[axis] - GAP - length]
    for at in sorted(tries, key=lambda at: abs(at - start)):
        rect = wish._replace(y=at) if axis else wish._replace(x=at)
        if not any(rect.meets(other) for other in taken):
            return rect
    return wish


def _places_of(graph: NetworkGraph, keys: Iterable[str]) -> dict[str, Point]:
    pieces = {key: graph.node(key) if key in graph else graph.notes[key] for key in keys}
    return {key: (piece.x, piece.y) for key, piece in pieces.items()}


def distribute(graph: NetworkGraph, keys: Collection[str], how: How, sizes: editing.Sizes) -> Edit:
    """The outer two stay; those between them get equal gaps."""
    axis = 0 if how == "horizontally" else 1
    at = _places_of(graph, keys)
    order = sorted(keys, key=lambda key: (at[key][axis], key))
    if len(order) < 3:
        return Edit(f"Distribute {how}", ())
    first, last = order[0], order[-1]
    start = at[first][axis]
    stop = at[last][axis] + sizes[last][axis]
    gap = (stop - start - sum(sizes[key][axis] for key in order)) / (len(order) - 1)
    places: dict[str, Point] = {}
    for key in order:
        x, y = at[key]
        places[key] = (start, y) if axis == 0 else (x, start)
        start += sizes[key][axis] + gap
    return editing.move(graph, places)._replace(text=f"Distribute {how}")
