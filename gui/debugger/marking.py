"""What a moment of a walk means for cards and wires, worked out without painting anything."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from gui.canvas.card_mark import CardMark
from gui.canvas.live import PHASE_TOKENS
from gui.canvas.walk_looks import WireState
from gui.debugger.moment import Moment
from model.design import Wire
from model.layer import Array, Spec
from model.teaching.impossible import Impossible
from model.teaching.number_style import PLAIN, NumberStyle
from model.teaching.operations import Kind, StepInfo

NOT_HERE_YET = "δ has not come here yet"
NEVER_HERE = "no δ: nothing below learns"
_MOST_LETTERS = 16
_PILLS: dict[Kind, tuple[str, str]] = {
    "forward": ("forward", "arrow-right-bold"),
    "sum": ("sum of δ", "arrow-left-bold"),
    "gradient": ("gradient", "arrow-left-bold"),
    "backward": ("backward", "arrow-left-bold"),
    "tie": ("tied gradient", "arrow-left-bold"),
    "penalty": ("penalty", "swap-vertical-bold"),
    "clip": ("clipping", "swap-vertical-bold"),
    "update": ("update", "swap-vertical-bold"),
    "frozen": ("frozen: no update", "snowflake"),
    "limit": ("limits", "swap-vertical-bold"),
}
"""Words and icon on the active card, by the kind of its operation."""


def kind_words(kind: Kind) -> tuple[str, str]:
    """(words, icon) for an operation."""
    return _PILLS[kind]


def card_marks(
    moment: Moment,
    titles: Mapping[str, str],
    *,
    is_paused: bool = True,
    style: NumberStyle = PLAIN,
) -> dict[str, CardMark]:
    """By node. titles: of the cards. is_paused: no play or run goes on, so that a breakpoint where
    the walk stands holds it. style: of numbers."""
    last, following, phase = moment.last, moment.next, moment.shown_phase
    ends = {info.node_id: info.index for info in moment.operations if info.phase == phase}
    token = PHASE_TOKENS[phase]
    reads = reading_tips(moment, titles)
    note = "batch" if moment.item is None and moment.batch > 1 else ""
    marks = {}
    for key, numbers in moment.numbers.items():
        mark = CardMark(
            token=token,
            has_stop=key in moment.breakpoints,
            read=reads.get(key, ""),
            note=note if numbers.out is not None else "",
        )
        if moment.impossible is not None and last is not None and key == last.node_id:
            words = impossible_words(moment.impossible, style)
            mark = mark._replace(state="active", token="err", pill=words, icon="alert")
        elif last is not None and key == last.node_id:
            words, icon = kind_words(last.kind)
            if mark.has_stop and is_paused:
                words, icon = "paused here", "pause"
            mark = mark._replace(state="active", pill=words, icon=icon)
        elif following is not None and key == following.node_id:
            token_next = PHASE_TOKENS[following.phase]
            mark = mark._replace(state="next", token=token_next, pill="next")
        elif key in ends:
            mark = mark._replace(state="done" if ends[key] < moment.position else "pending")
        marks[key] = mark
    return marks


def impossible_words(found: Impossible, style: NumberStyle) -> str:
    """Few: `not defined at x = −2`."""
    said = [f"{each.name} = {style.text(each.value)}" for each in found.given]
    short = next((words for words in said if len(words) <= _MOST_LETTERS), "")
    return f"not defined at {short}" if short else "cannot be computed"


def place_in_phase(moment: Moment, info: StepInfo) -> int:
    """The number of an operation in its phase, from 1."""
    first = next(each.index for each in moment.operations if each.phase == info.phase)
    return info.index - first + 1


def reading_tips(moment: Moment, titles: Mapping[str, str]) -> dict[str, str]:
    """By node whose stored output the operation done last reads: which operation reads what."""
    view = moment.view
    if view is None:
        return {}
    number = place_in_phase(moment, view.info)
    return {
        key: f"Operation {number} of the {view.info.phase} pass reads the stored output of "
        f"{titles.get(key, key)}."
        for key in view.lit
    }


def wire_states(moment: Moment) -> dict[Wire, WireState]:
    """Forwards which h has been read; afterwards down which wires a delta has been passed."""
    if moment.shown_phase == "forward":
        return _forward_states(moment)
    return _backward_states(moment)


def _forward_states(moment: Moment) -> dict[Wire, WireState]:
    active = moment.last.node_id if moment.last is not None else ""
    return {
        wire: WireState(
            way="forward" if moment.numbers[key].out is not None else "",
            is_lit=key == active,
            is_pending=moment.numbers[key].out is None,
        )
        for key, wires in moment.entering.items()
        for wire in wires
    }


def _backward_states(moment: Moment) -> dict[Wire, WireState]:
    last = moment.last
    states = {}
    for key, wires in moment.entering.items():
        for wire, delta in zip(wires, moment.numbers[key].passed, strict=True):
            if delta is None:
                is_due = wire in moment.carrying and moment.shown_phase == "backward"
                states[wire] = WireState(is_pending=is_due)
            else:
                rms = moment.snapshot.wires.get(wire)
                states[wire] = WireState("backward", rms, last is not None and _uses(last, wire))
    return states


def _uses(info: StepInfo, wire: Wire) -> bool:
    """What is passed down lies on wires below the node; what arrives, on wires above it."""
    if info.kind == "backward":
        return wire.target == info.node_id
    return info.kind in ("sum", "gradient") and wire.source == info.node_id


def absences(moment: Moment) -> dict[str, str]:
    """By node, why its card shows no delta."""
    return {
        key: NOT_HERE_YET if key in moment.hearing else NEVER_HERE
        for key, numbers in moment.numbers.items()
        if numbers.delta is None
    }


def wire_numbers(moment: Moment, first_ports: Mapping[str, str]) -> dict[Wire, tuple[float, float]]:
    """By wire with one number an item: (h, delta), NaN where not known yet. Of a whole batch the
    root mean square of either. first_ports: by node, its first output, whose numbers are known."""
    found = {}
    for key, wires in moment.entering.items():
        for wire, delta in zip(wires, moment.numbers[key].passed, strict=True):
            out = moment.numbers[wire.source].out
            if first_ports.get(wire.source) == wire.source_port:
                found[wire] = (_one(out, moment), _one(delta, moment))
    return found


def _one(values: Array | None, moment: Moment) -> float:
    if values is None:
        return math.nan
    if moment.item is None and moment.batch > 1:
        size = np.asarray(values, dtype=np.float64)
        return float(np.sqrt((size**2).mean())) if size.size else math.nan
    return float(values.reshape(-1)[0]) if values.size == 1 else math.nan


def valued_wires(moment: Moment, specs: Mapping[Wire, Spec]) -> frozenset[Wire]:
    """Those beside which numbers stand: where there is one number an item; of a whole batch all
    that carry numbers."""
    is_batch = moment.item is None and moment.batch > 1
    return frozenset(
        wire
        for wire, spec in specs.items()
        if not spec.classes and (is_batch or spec.size == 1) and wire.source in moment.numbers
    )
