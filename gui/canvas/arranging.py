"""Distribute cards: equal gaps between neighbours. No Qt."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from gui.canvas.geometry import Point
from model import editing
from model.design import Edit
from model.graph import NetworkGraph

How = Literal["horizontally", "vertically"]


def distribute(graph: NetworkGraph, keys: Collection[str], how: How, sizes: editing.Sizes) -> Edit:
    """The outer two stay; those between them get equal gaps."""
    axis = 0 if how == "horizontally" else 1
    at: dict[str, Point] = {}
    for key in keys:
        piece = graph.node(key) if key in graph else graph.notes[key]
        at[key] = (piece.x, piece.y)
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
