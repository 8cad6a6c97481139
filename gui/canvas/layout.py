"""Automatic layout: columns of equal steps, read from top to bottom and from left to right.

Pure functions over a graph and the sizes of its cards; scene pixels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gui.canvas.geometry import Point, Rect, united
from model.graph import NetworkGraph, natural
from model.layer import Loss, Source

Sizes = Mapping[str, tuple[float, float]]
GAP = 30.0
GUTTER = 72.0
HEIGHT = 700.0
"""A column that would grow taller is continued in a new one."""


def layered(graph: NetworkGraph, sizes: Sizes, height: float = HEIGHT) -> dict[str, Point]:
    """Top left corners of all nodes and notes: data first, losses last, no two cards overlap.

    height: how tall a column may be, px. sizes: (width, height) of every node and note.
    """
    places: dict[str, Point] = {}
    x = 0.0
    for column in _columns(graph, sizes, height):
        width = max(_row_width(row, sizes) for row in column)
        y = 0.0
        for row in column:
            left = x + (width - _row_width(row, sizes)) / 2
            for key in row:
                places[key] = (left, y)
                left += sizes[key][0] + GUTTER
            y += max(sizes[key][1] for key in row) + GAP
        x += width + GUTTER
    _place_notes(graph, sizes, places)
    return {key: (round(px / 8) * 8.0, round(py / 8) * 8.0) for key, (px, py) in places.items()}


def _row_width(row: Sequence[str], sizes: Sizes) -> float:
    return sum(sizes[key][0] for key in row) + GUTTER * (len(row) - 1)


def _columns(graph: NetworkGraph, sizes: Sizes, height: float) -> list[list[list[str]]]:
    """Columns of rows of nodes. A change of card width begins a new column, so that the cards of
    one column line up; the data stand in columns of their own."""
    columns: list[list[list[str]]] = []
    filled = 0.0
    for row in _rows(graph):
        tall = max(sizes[key][1] for key in row)
        if columns and filled + tall <= height and _belongs(graph, columns[-1][-1], row, sizes):
            columns[-1].append(row)
            filled += tall + GAP
        else:
            columns.append([row])
            filled = tall + GAP
    return columns


def _belongs(graph: NetworkGraph, above: list[str], row: list[str], sizes: Sizes) -> bool:
    """Whether a row may stand under another: cards of like width, or the same branches."""
    if len(above) > 1 or len(row) > 1:
        return True
    if isinstance(graph.node(row[0]).layer, Source):
        return isinstance(graph.node(above[0]).layer, Source)
    wide, narrow = (max(sizes[k][0] for k in part) for part in (above, row))
    return max(wide, narrow) <= 1.6 * min(wide, narrow)


def _rows(graph: NetworkGraph) -> list[list[str]]:
    """Nodes by their depth; the nodes of one row stand side by side, each under its source."""
    depth: dict[str, int] = {}
    for key in graph.order():
        above = [depth[wire.source] + 1 for wire in graph.wires_into(key)]
        depth[key] = max(above, default=0)
    last = max(depth.values(), default=0)
    for key in depth:
        layer = graph.node(key).layer
        if isinstance(layer, Loss):
            depth[key] = last if last and graph.wires_into(key) else depth[key]
    _pull_down(graph, depth)
    rows: dict[int, list[str]] = {}
    for key in sorted(depth, key=natural):
        rows.setdefault(depth[key], []).append(key)
    order: dict[str, float] = {}
    result = []
    for level in sorted(rows):
        row = sorted(rows[level], key=lambda key: (_wish(graph, key, order), natural(key)))
        order.update({key: index - (len(row) - 1) / 2 for index, key in enumerate(row)})
        result += _split(graph, row)
    return result


def _pull_down(graph: NetworkGraph, depth: dict[str, int]) -> None:
    """A second data set stands just above the first layer that it feeds."""
    for key in depth:
        if isinstance(graph.node(key).layer, Source):
            fed = [
                depth[w.target]
                for w in graph.wires_from(key)
                if not isinstance(graph.node(w.target).layer, Loss)
            ]
            depth[key] = max(min(fed, default=1) - 1, 0)


def _wish(graph: NetworkGraph, key: str, order: Mapping[str, float]) -> float:
    """The mean place of the nodes above."""
    above = [order[wire.source] for wire in graph.wires_into(key) if wire.source in order]
    return sum(above) / len(above) if above else 0.0


def _split(graph: NetworkGraph, row: list[str]) -> list[list[str]]:
    """Nodes without any wire stand below one another, not side by side."""
    loose = [k for k in row if not graph.wires_into(k) and not graph.wires_from(k)]
    wired = [k for k in row if k not in loose]
    return ([wired] if wired else []) + [[key] for key in loose]


def _place_notes(graph: NetworkGraph, sizes: Sizes, places: dict[str, Point]) -> None:
    """Notes in a line under everything else."""
    box = united(Rect(*places[key], *sizes[key]) for key in places)
    x, y = (box.x, box.bottom + 2 * GAP) if box else (0.0, 0.0)
    for key in sorted(graph.notes, key=natural):
        places[key] = (x, y)
        x += sizes[key][0] + GAP
