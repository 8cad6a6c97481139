"""A walk of the debugger as the canvas holds it: numbers, wires, what is still to come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from gui.canvas.wire_layer import Look
from gui.canvas.wire_text import carries_target
from gui.theme import Theme
from model.design import Wire
from model.shapes import Inference
from model.snapshot import Snapshot


class WireState(NamedTuple):
    """way: "forward" (h has been read), "backward" (delta has been passed down) or "" (not yet).
    rms: of the delta that was passed, None where none was. is_lit: the operation done last used
    the wire. is_pending: something will still go along it in this phase."""

    way: str = ""
    rms: float | None = None
    is_lit: bool = False
    is_pending: bool = False


@dataclass(frozen=True)
class Held:
    """What the canvas shows in the place of the training. absences: by node, why it shows no delta.
    delta_size: of a full bar, 0: not known yet."""

    snapshot: Snapshot
    wires: Mapping[Wire, WireState] = field(default_factory=dict)
    absences: Mapping[str, str] = field(default_factory=dict)
    delta_size: float = 0.0


def walk_looks(
    wires: Mapping[Wire, object],
    inference: Inference,
    states: Mapping[Wire, WireState],
    theme: Theme,
) -> dict[Wire, Look]:
    """Coloured with an arrow where something has gone along, dotted where it will, else grey."""
    looks = {}
    for wire in wires:
        state = states.get(wire, WireState())
        is_target = carries_target(wire, inference.wires.get(wire))
        plain = Look(width=theme.size("wire"), is_dotted=is_target or state.is_pending)
        if state.way == "forward":
            plain = plain._replace(token="fwd", is_dotted=is_target, arrow="forward")
        elif state.way == "backward":
            plain = Look("bwd", round(theme.wire_width(state.rms) * 2) / 2, False, "backward")
        looks[wire] = plain._replace(is_lit=state.is_lit)
    return looks
