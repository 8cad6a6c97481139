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

    In a column the cards from the target on move down. Between columns that are too close it goes
    below the source, where that is free, else the cards beyond move to the right.
    """
    above, below = rects[source], rects[target]
    width, height = size
    is_column = below.y >= above.bottom and below.x < above.right
    under = Rect(above.centre[0] - width / 2, above.bottom + GAP, width, height)
    beside = Rect(
        above.right + GUTTER, (above.centre[1] + below.centre[1] - height) / 2, width, height
    )
    is_close = below.x < beside.right + GRID and beside.x < below.right
    for wish in (under,) if is_column else (under, beside) if is_close else (beside, under):
        place = snapped(wish.x, wish.y)
        if not any(r.grown(GRID).meets(Rect(*place, width, height)) for r in rects.values()):
            return place, {}
    wish = under if is_column else beside
    return snapped(wish.x, wish.y), _moved_on(rects, below, wish, is_column)


def _moved_on(rects: Mapping[str, Rect], first: Rect, new: Rect, is_column: bool) -> Places:
    """The cards from the first on, downwards in its column or all to the right of it."""
    if is_column:
        low, high = min(first.x, new.x), max(first.right, new.right)
        shift = _steps(new.bottom + GAP - first.y)
        return {
            key: (r.x, r.y + shift)
            for key, r in rects.items()
            if r.y >= first.y - 1 and r.x < high and r.right > low
        }
    shift = _steps(new.right + GUTTER - first.x)
    return {key: (r.x + shift, r.y) for key, r in rects.items() if r.x >= first.x - 1}


def _steps(shift: float) -> float:
    """Whole steps of the grid."""
    return max(0.0, -(-shift // GRID) * GRID)
