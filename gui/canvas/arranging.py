"""Align cards without piling them up, and distribute them with equal gaps. No Qt."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Literal

from gui.canvas.geometry import Point
from gui.canvas.layout import GAP
from model import editing
from model.design import Edit, Node, Note
from model.graph import NetworkGraph

How = Literal["horizontally", "vertically"]


def align(
    graph: NetworkGraph, keys: Collection[str], how: editing.Align, sizes: editing.Sizes
) -> Edit:
    """Edges or centres in one line; cards that would lie on one another there are moved apart along
    the line, in the order in which they lie."""
    edit = editing.align(graph, keys, how, sizes)
    at = _places_of(graph, keys)
    at |= {
        change.key: (change.new.x, change.new.y)
        for change in edit.changes
        if isinstance(change.new, Node | Note)
    }
    axis = 1 if how in ("left", "centre", "right") else 0
    order = sorted(keys, key=lambda key: (at[key][axis], key))
    end = -math.inf
    for key in order:
        x, y = at[key]
        if at[key][axis] < end:
            at[key] = (x, end + GAP) if axis else (end + GAP, y)
        end = max(end, at[key][axis] + sizes[key][axis])
    return editing.move(graph, at)._replace(text=edit.text)


def _places_of(graph: NetworkGraph, keys: Collection[str]) -> dict[str, Point]:
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
