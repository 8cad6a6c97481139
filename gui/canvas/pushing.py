"""Cards make room for one that grows or is new, so that none comes to lie on another. No Qt."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from gui.canvas.geometry import Point, Rect
from gui.canvas.layout import GAP
from gui.canvas.placing import GRID, Places

_MOST_ROUNDS = 400
_ASIDE = 32.0
"""Room for wires that is kept between a card that grows and those to the right of it."""
_FINE, _COARSE, _RINGS = 3 * GRID, 12 * GRID, 24


def room_for(
    rects: Mapping[str, Rect],
    grown: Mapping[str, tuple[float, float]],
    new: Collection[str] = (),
) -> Places:
    """Where the neighbours go when cards become larger: those below go down, those beyond to the
    right, together and only as far as is needed. grown: new (width, height) by key. new: cards that
    were not there before. Cards that lay on one another before may go on so."""
    now = dict(rects)
    piled = {frozenset(pair) for pair in _overlapping(rects, rects) if not pair & set(new)}
    for key in sorted(grown, key=lambda key: (rects[key].y, rects[key].x)):
        old = now[key]
        now[key] = Rect(old.x, old.y, *grown[key])
        _push(now, key, old)
    touched = {*new, *grown, *(key for key in now if now[key] != rects[key])}
    _part(now, touched, piled)
    return {key: (r.x, r.y) for key, r in now.items() if (r.x, r.y) != rects[key][:2]}


def _push(now: dict[str, Rect], key: str, old: Rect) -> None:
    """What lay below or beyond a card that has grown keeps its distance where it would be met."""
    new = now[key]
    below = {
        k: r
        for k, r in now.items()
        if k != key and r.y >= old.bottom - 1 and r.x < new.right and r.right > new.x
    }
    beyond = {k: r for k, r in now.items() if k != key and r.x >= old.right - 1}
    wide = new._replace(width=new.width + _ASIDE)
    for group, across, down, zone in (
        (below, 0.0, new.bottom - old.bottom, new.grown(GRID)),
        (beyond, new.right - old.right, 0.0, wide.grown(GRID)),
    ):
        if any(r.meets(zone) for r in group.values()):
            _shift(now, group, _snapped_up(across), _snapped_up(down))


def _snapped_up(step: float) -> float:
    return -(-step // GRID) * GRID


def _shift(now: dict[str, Rect], keys: Iterable[str], across: float, down: float) -> None:
    for key in keys:
        rect = now[key]
        now[key] = rect._replace(x=rect.x + across, y=rect.y + down)


def _part(now: dict[str, Rect], touched: set[str], piled: set[frozenset[str]]) -> None:
    """Whatever still lies on a touched card goes down below it, with what is below in its column;
    so a card only ever goes down, and this ends."""
    for _ in range(_MOST_ROUNDS):
        found = [pair for pair in _overlapping(now, touched) if pair not in piled]
        if not found:
            return
        pairs = (sorted(pair, key=lambda key: (now[key].y, now[key].x, key)) for pair in found)
        upper, lower = min(pairs, key=lambda pair: (now[pair[1]].y, pair))
        step = _snapped_up(now[upper].bottom + GAP - now[lower].y)
        start = now[lower]
        column = [
            key
            for key, r in now.items()
            if r.y >= start.y and r.x < start.right and r.right > start.x and key != upper
        ]
        _shift(now, column, 0.0, step)
        touched.update(column)


def _overlapping(rects: Mapping[str, Rect], touched: Collection[str]) -> list[frozenset[str]]:
    """Pairs that lie on one another, one of them touched."""
    order = sorted(rects, key=lambda key: rects[key].x)
    known, found = set(touched), []
    for index, key in enumerate(order):
        rect = rects[key]
        for other in itertools.islice(order, index + 1, None):
            if rects[other].x >= rect.right:
                break
            if (key in known or other in known) and rect.meets(rects[other]):
                found.append(frozenset((key, other)))
    return found


def free_offset(others: Sequence[Rect], group: Sequence[Rect]) -> Point:
    """How far new pieces go, all by the same way, so that none lies on another: nowhere where they
    are free already, else the shortest way, rather down or to the right than back."""
    taken = np.array([(r.x, r.y, r.right, r.bottom) for r in others]).reshape(-1, 4)
    mine = np.array([tuple(r.grown(GRID)) for r in group]).reshape(1, -1, 4)
    low, high = mine[..., :2], mine[..., :2] + mine[..., 2:]
    offsets, start = _offsets(), 0
    for stop in (1, 16, *range(64, len(offsets) + 64, 64)):
        some = offsets[start:stop, None, None, :]
        first, last = low.min(axis=1) + some.min(axis=0)[0], high.max(axis=1) + some.max(axis=0)[0]
        is_near = ((taken[:, :2] < last) & (taken[:, 2:] > first)).all(axis=1)
        near = taken[is_near][:, None, :]
        meets = (near[..., :2] < high + some) & (near[..., 2:] > low + some)
        free = ~meets.all(axis=-1).any(axis=(1, 2))
        if free.any():
            x, y = offsets[start + int(free.argmax())]
            return float(x), float(y)
        start = stop
    bottom = max((r.bottom for r in others), default=0.0) + GAP
    return 0.0, _snapped_up(bottom - min(r.y for r in group))


@cache
def _offsets() -> NDArray[np.float64]:
    """Steps on the grid by their length: small ones near by, large ones farther off."""
    near = np.arange(-_RINGS, _RINGS + 1) * _FINE
    far = np.arange(-_RINGS, _RINGS + 1) * _COARSE
    found = np.array([(x, y) for line in (near, far) for x in line for y in line])
    felt = np.where(found < 0, -2 * found, found)  # a way back is felt to be twice as long
    order = np.lexsort((-found[:, 0], -found[:, 1], np.hypot(*felt.T).round(3)))
    return found[order]
