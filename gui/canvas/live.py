"""What the running training adds to the picture: scale of delta, looks of wires, phase of cards."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from gui.canvas.wire_layer import Look
from gui.canvas.wire_text import carries_target
from gui.theme import Theme
from model.design import Wire
from model.shapes import Inference
from model.snapshot import Snapshot

_SMOOTHING = 0.15
_STEP = 0.5  # px of a wire's width
VANISHED_WIDTH = 1.0
"""px at a desk of a wire all of whose weights are exactly 0."""
PHASE_TOKENS = {"forward": "fwd", "backward": "bwd", "update": "upd"}


class DeltaScale:
    """One scale of delta for the whole board, smoothed so that bars do not dance."""

    def __init__(self) -> None:
        self.value = 0.0
        self._step = -1

    def clear(self) -> None:
        self.value = 0.0
        self._step = -1

    def take(self, snapshot: Snapshot, percentile: float) -> None:
        """Move towards the percentile of |delta| over all cards of the shown item.

        Another look at a step that was taken already moves nothing.
        """
        if snapshot.step == self._step:
            return
        parts = [
            np.abs(view.delta).ravel() for view in snapshot.nodes.values() if view.delta is not None
        ]
        if not parts:
            return
        values = np.concatenate(parts)
        values = values[np.isfinite(values) & (values > 0)]
        if not values.size:
            return
        goal = float(np.percentile(values, percentile))
        self._step = snapshot.step
        if self.value <= 0 or not 0.1 < goal / self.value < 10:
            self.value = goal
        else:
            step = _SMOOTHING * (math.log(goal) - math.log(self.value))
            self.value *= math.exp(step)


def wire_looks(
    wires: Mapping[Wire, object],
    inference: Inference,
    snapshot: Snapshot | None,
    phase: str,
    theme: Theme,
    before: Mapping[Wire, Look] | None = None,
) -> dict[Wire, Look]:
    """Grey at rest; in the backward phase as wide as the delta that flows back is large; a thin
    dotted line where all weights are exactly 0.

    before: looks until now; a width stays while it is off by less than a step, so that wires
    do not twitch.
    """
    faulty = {wire for problem in inference.problems for wire in problem.wires}
    looks = {}
    for wire in wires:
        spec = inference.wires.get(wire)
        plain = Look(width=theme.size("wire"), is_dotted=carries_target(wire, spec))
        rms = snapshot.wires.get(wire) if snapshot is not None else None
        if wire in faulty:
            looks[wire] = plain._replace(token="err", width=plain.width + 0.5)
        elif spec is None:
            looks[wire] = plain._replace(is_dotted=True)
        elif snapshot is not None and wire in snapshot.vanished:
            looks[wire] = Look("text3", VANISHED_WIDTH * theme.scale, is_dotted=True)
        elif phase == "forward":
            looks[wire] = plain._replace(token="fwd", arrow="forward")
        elif rms is None or plain.is_dotted:
            looks[wire] = plain
        else:
            width = theme.wire_width(rms)
            token = "bwd" if phase in ("", "backward") else "wire"
            old = before.get(wire) if before is not None else None
            if old is not None and old.arrow and abs(old.width - width) < _STEP:
                width = old.width
            else:
                width = round(width / _STEP) * _STEP
            looks[wire] = Look(token, width, False, "backward" if token == "bwd" else "")
    return looks


def wave(order: tuple[str, ...], phase: str, progress: float) -> str:
    """The node over which the phase passes now; "" for none."""
    if not order or phase not in ("forward", "backward"):
        return ""
    index = min(int(progress * len(order)), len(order) - 1)
    return order[index] if phase == "forward" else order[len(order) - 1 - index]
