"""Where a new card comes to lie, and which cards make room for it. Scene pixels, no Qt."""

from __future__ import annotations

from collections.abc import Mapping

from gui.canvas.geometry import Point, Rect
from gui.canvas.layout import GAP, GUTTER

GRID = 8.0
Places = dict[str, Point]


def snapped(x: float, y: float, is_snapping: bool = True) -> Point:
    return (round(x / GRID) * GRID, round(y / GRID) * GRID) if is_snapping else (x, y)


def free_spot(rects: Mapping[str, Rect], wish: Rect) -> Point:
    """The place nearest below or to the right of a wish where no card lies."""
    for column in range(12):
        x = wish.x + column * (wish.width + GUTTER)
        y = wish.y
        for _ in range(12):
            found = Rect(x, y, wish.width, wish.height)
            hit = [r for r in rects.values() if r.grown(GRID).meets(found)]
            if not hit:
                return snapped(x, y)
            y = max(r.bottom for r in hit) + GAP
            if y > wish.y + 900:
                break
    return snapped(wish.x, max((r.bottom for r in rects.values()), default=wish.y) + GAP)


def between(
    rects: Mapping[str, Rect], source: str, target: str, size: tuple[float, float]
) -> tuple[Point, Places]:
    """A place for a card of this size on a wire, and the cards that move aside for it.

    In a column the cards from the target on move down; between columns they move to the right.
    """
    above, below = rects[source], rects[target]
    width, height = size
    is_column = below.y >= above.bottom and below.x < above.right
    if is_column:
        x, y = above.centre[0] - width / 2, above.bottom + GAP
        shift = y + height + GAP - below.y
        _left, _right = min(below.x, x), max(below.right, x + width)
        moved = [
            key
            for key, r in rects.items()
            if r.y >= below.y - 1
            and r.x < max(below.right, x + width)
            and r.right > min(below.x, x)
        ]
    else:
        x, y = above.right + GUTTER, (above.centre[1] + below.centre[1] - height) / 2
        shift = x + width + GUTTER - below.x
        moved = [key for key, r in rects.items() if r.x >= below.x - 1]
    place = snapped(x, y)
    wish = Rect(*place, width, height)
    if not any(r.grown(GRID).meets(wish) for r in rects.values()):
        return place, {}
    shift = max(0.0, -(-shift // GRID) * GRID)
    if is_column:
        return place, {key: (rects[key].x, rects[key].y + shift) for key in moved}
    return place, {key: (rects[key].x + shift, rects[key].y) for key in moved}
