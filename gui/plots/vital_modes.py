"""The four strips of the seismograph: what each shows, its axis, and where its tripwires are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gui.plots.chart_look import LimitLine
from gui.plots.series import logarithm
from model.layers.activations import ReLU
from model.remedies import Trouble
from model.tripwires import LIMITS
from model.vitals import ENDS, ITEMS

if TYPE_CHECKING:
    from model.snapshot import CurveView

LAST_POINTS = 30
"""Of the δ of the last layer, whose mean the tripwires stand by: one point alone trembles."""


@dataclass(frozen=True)
class Mode:
    """label, short: on the switch, with and without room; tip: what is measured; prefix: of the
    names of its curves; symbol: of a curve; caption: in the header; kinds: the tripwires that speak
    of it. is_share: from 0 to 1, on a linear axis."""

    key: str
    label: str
    short: str
    tip: str
    prefix: str
    symbol: str
    caption: str
    kinds: tuple[Trouble, ...]
    is_share: bool = False


MODES: tuple[Mode, ...] = (
    Mode(
        "delta",
        "δ",
        "δ",
        "How large δ is: its root mean square over batch and neurons at each node",
        "delta:",
        "δ",
        "RMS per node",
        ("vanishing", "growing", "exploding"),
    ),
    Mode(
        "dead",
        "dead",
        "dead",
        "Dead units: the share of each ReLU's neurons or channels that answered 0 to all of the"
        f" last {ITEMS} items (or to the whole training part)",
        "dead:",
        "h",
        "share of silent units",
        ("dead",),
        is_share=True,
    ),
    Mode(
        "saturated",
        "saturated",
        "sat.",
        "Saturated units: the share of each sigmoid's or tanh's answers within 1 % of the range"
        " from one of its ends, where the slope is nearly 0",
        "saturated:",
        "h",
        "share at the ends",
        (),
        is_share=True,
    ),
    Mode(
        "update",
        "update ÷ weight",
        "Δθ ÷ θ",
        "Update over weight: ‖Δθ‖ ÷ ‖θ‖ of one update, as it was made; about 10⁻³ is healthy",
        "update:",
        "θ",
        "‖Δθ‖ ÷ ‖θ‖",
        ("leaping", "stuck"),
    ),
)
BY_KEY = {mode.key: mode for mode in MODES}


def index_of(mode: Mode, order: Iterable[str], node_id: str) -> str:
    """Behind the symbol: h and δ are those of the wire behind the node, θ^(l) is its own."""
    place = list(order).index(node_id)
    return str(place if mode.key == "update" else place + 1)


def why_none(mode: Mode, layers: Iterable[Any]) -> str:
    """Why there is no curve to see yet, or never will be."""
    kinds = [type(layer) for layer in layers]
    if mode.key == "dead":
        if ReLU not in kinds:
            return "No ReLU here: only units that can answer exactly 0 can die."
        return "The first shares appear after a few steps."
    if mode.key == "saturated" and not any(kind in ENDS for kind in kinds):
        return "No sigmoid or tanh here: only units whose answers have ends can be saturated."
    if mode.key == "update":
        return "The first ratio appears with the next update."
    return "The first δ appears after the first backward pass."


def limit_lines(mode: Mode, last_delta: CurveView | None, last_name: str) -> list[LimitLine]:
    """The tripwires of a strip. last_delta: of the last layer that learns, last_name: such as
    δ⁽⁷⁾."""
    if mode.key == "dead":
        return [LimitLine(LIMITS["dead"].limit, "half of the units dead")]
    if mode.key == "update":
        return [
            LimitLine(LIMITS["leaping"].limit, "leaps: a tenth of θ", reach=3.0),
            LimitLine(LIMITS["stuck"].limit, "stands still: 10⁻⁶ of θ"),
        ]
    if mode.key == "saturated":
        return []
    found = [LimitLine(LIMITS["exploding"].limit, "explodes: 10³")]
    level = _level(last_delta)
    if level > 0:
        growing, vanishing = LIMITS["growing"].limit, LIMITS["vanishing"].limit
        found.append(LimitLine(growing * level, f"explodes: 10³ × {last_name}"))
        found.append(LimitLine(vanishing * level, f"vanishes: 10⁻³ × {last_name}"))
    return found


def _level(view: CurveView | None) -> float:
    """The geometric mean of the last points; 0 where there is none."""
    if view is None or not len(view.mean):
        return 0.0
    decades = logarithm(np.asarray(view.mean[-LAST_POINTS:], dtype=np.float64))
    known = decades[np.isfinite(decades)]
    return float(10 ** known.mean()) if len(known) else 0.0
