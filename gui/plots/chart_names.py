"""Which curves of a crowd keep a colour and a label; the rest is grey until it is pointed at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gui.plots.series import Curve

_COLORS = 5
MOST_NAMED = 12
"""Labels at the most: more names nobody reads."""
_LOOKS = 2 * _COLORS  # that can be told apart


def in_series(curves: Sequence[Curve]) -> tuple[Curve, ...]:
    """Colours in turn; every second round of them is dashed."""
    return tuple(
        replace(curve, color=number % _COLORS, style="dashed" if number // _COLORS % 2 else "solid")
        for number, curve in enumerate(curves)
    )


def named(curves: Sequence[Curve], most: int) -> tuple[Curve, ...]:
    """The same curves in the same order, of which at most `most` have a label at their end.

    Where they are more, `most` - 1 keep a colour (as many as there are looks): the first, the
    last, and others evenly in between, so that the choice stays while the curves move. The place
    left is for the one that is pointed at. Ghosts do not count.
    """
    own = [curve for curve in curves if curve.style != "ghost"]
    if len(own) <= most:
        return tuple(curves)
    told = {curve.key: curve for curve in in_series(evenly(own, min(max(most - 1, 1), _LOOKS)))}
    return tuple(
        told.get(curve.key) or (curve if curve.style == "ghost" else replace(curve, style="grey"))
        for curve in curves
    )


def evenly(curves: Sequence[Curve], wanted: int) -> list[Curve]:
    """At most `wanted` of the curves, the first and the last among them; of one the first."""
    if len(curves) <= wanted:
        return list(curves)
    if wanted < 2:
        return list(curves[: max(wanted, 0)])
    places = {round(k * (len(curves) - 1) / (wanted - 1)) for k in range(wanted)}
    return [curves[place] for place in sorted(places)]
