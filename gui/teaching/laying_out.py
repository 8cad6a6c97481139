"""A new computation graph laid out with the sizes that its cards really have."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from gui.canvas.cards.hints import NO_HINTS, hints_of
from gui.canvas.geometry import Point, united
from gui.canvas.layout import GAP, GUTTER
from gui.canvas.measuring import measure
from gui.canvas.placing import snapped
from gui.canvas.scene import CanvasScene
from model.design import Change, Edit, Node
from model.graph import NetworkGraph
from model.shapes import infer

Sizes = Mapping[str, tuple[float, float]]


def fitted(scene: CanvasScene, edit: Edit) -> Edit:
    """The edit with its new nodes in columns that are as wide, and rows that are as high, as their
    cards; all beside what lies on the canvas already."""
    graph = scene.document.graph
    trial = NetworkGraph(graph.design())
    trial.apply(edit.changes)
    found, hints = infer(trial), hints_of(trial)
    sizes = {
        key: scene.to_design(*measure(trial.node(key), found, key, hints.get(key, NO_HINTS)).size)
        for key in edit.created
    }
    places = spread({key: (trial.node(key).x, trial.node(key).y) for key in edit.created}, sizes)
    left, top = beside(scene)
    return edit._replace(
        changes=tuple(_placed(change, places, left, top) for change in edit.changes)
    )


def _placed(change: Change, places: Mapping[str, Point], left: float, top: float) -> Change:
    if not isinstance(change.new, Node) or change.key not in places:
        return change
    x, y = places[change.key]
    x, y = snapped(x + left, y + top)
    return change._replace(new=msgspec.structs.replace(change.new, x=x, y=y))


def beside(scene: CanvasScene) -> Point:
    """The corner right of everything; the origin of an empty canvas."""
    box = united(scene.design_rects().values())
    return (box.right + 2 * GUTTER, box.y) if box is not None else (0.0, 0.0)


def spread(places: Mapping[str, Point], sizes: Sizes) -> dict[str, Point]:
    """Columns (nodes of one x) from left to right, each centred on the tallest."""
    columns: dict[float, list[str]] = {}
    for key in sorted(places, key=lambda key: places[key][1]):
        columns.setdefault(places[key][0], []).append(key)
    heights = {
        x: sum(sizes[key][1] for key in keys) + GAP * (len(keys) - 1) for x, keys in columns.items()
    }
    tallest = max(heights.values(), default=0.0)
    found: dict[str, Point] = {}
    left = 0.0
    for x in sorted(columns):
        top = (tallest - heights[x]) / 2
        for key in columns[x]:
            found[key] = (left, top)
            top += sizes[key][1] + GAP
        left += max(sizes[key][0] for key in columns[x]) + GUTTER
    return found
