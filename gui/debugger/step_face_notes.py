"""The active card's sentences: the sum behind the chosen number, and what is read."""

from __future__ import annotations

import numpy as np

from gui.debugger.moment import Moment
from gui.debugger.number_text import NumberStyle
from gui.debugger.step_face_content import Design, place_words
from model.teaching.describing import OperationView, WrittenSum
from model.teaching.equation import Equation, Part
from model.teaching.reading import Read
from model.teaching.wording import spoken

MOST_TERMS = 3


def sum_texts(written: WrittenSum | None, result: Part, style: NumberStyle) -> tuple[str, ...]:
    """`δ₁₈ = 0.0057 · 0.198 + ... = 0.0084`, where there are several numbers."""
    if written is None or result.values.size < 2:
        return ()
    matters = np.flatnonzero((written.upstream != 0) & (written.local != 0))
    shown = matters[np.argsort(-np.abs(written.upstream * written.local)[matters], kind="stable")]
    terms = [
        f"{_factor(float(written.upstream[k]), style)} · {_factor(float(written.local[k]), style)}"
        for k in shown[:MOST_TERMS]
    ]
    is_gradient = any(term.startswith("gradient:") for term in result.terms)
    name = f"∂J/∂{written.by}" if is_gradient else "δ"
    place = place_words(written.place, result.values.shape)
    found = []
    for count in range(max(len(terms), 1), 0, -1):
        dots = ["…"] if count < len(matters) else []
        total = " + ".join([*terms[:count], *dots]) or "0"
        found.append(f"{name}{place} = {total} = {style.text(written.total)}")
    return tuple(found)


def weight_texts(found: Equation, style: NumberStyle) -> tuple[str, ...]:
    """`W₁,₂: 0.5 − (−0.1) = 0.6`, of the chosen weight of several."""
    result = found.parts[-1]
    if result.values.size < 2 or not result.lit:
        return ()
    values = [float(part.values.reshape(-1)[part.lit[0]]) for part in found.parts]
    text = style.text(values[0])
    for sign, value in zip(found.signs, values[1:], strict=True):
        text += f" {sign} {style.text(value) if sign in '=→' else _factor(value, style)}"
    name = spoken(found.by.rpartition(".")[2])
    return (f"{name}{place_words(result.lit[0], result.values.shape)}: {text}",)


def _factor(value: float, style: NumberStyle) -> str:
    text = style.text(value)
    return f"({text})" if value < 0 else text


def notes_of(
    moment: Moment, view: OperationView, design: Design, style: NumberStyle
) -> tuple[str, ...]:
    """What the operation reads of what was stored; then what the equations have to remark."""
    notes = []
    results = {f"d{name}" for name in view.gradients}
    named = [each for each in view.reads if each.name.isidentifier() and each.name not in results]
    read = [_read_words(each, moment, design, style) for each in named]
    read = list(dict.fromkeys(words for words in read if words))
    if read and view.info.phase == "backward":
        listed = ", ".join(read[:3]) + (" …" if len(read) > 3 else "")
        notes.append(f"reads {listed} from memory")
    notes += [each.note for each in view.equations if each.state == "now" and each.note]
    if view.info.phase != "update" and moment.item is None and moment.batch > 1:
        notes.append(f"whole batch, {moment.batch} items")
    return tuple(dict.fromkeys(notes))


def _read_words(read: Read, moment: Moment, design: Design, style: NumberStyle) -> str:
    """`x = 5`, or the name where there are many numbers; "" for what has just arrived."""
    if read.origin == "delta":
        return ""
    name = read.name
    if read.origin == "input" and read.source in design.nodes:
        name = design.titles[read.source]
    elif read.origin == "output":
        name = "its output"
    values = np.asarray(read.values)
    is_batch = read.origin != "parameter" and values.shape[:1] == (moment.batch,)
    item = values[moment.item or 0] if is_batch else values
    if item.size == 1 and (moment.item is not None or moment.batch == 1):
        return f"{name} = {style.text(float(item.reshape(-1)[0]))}"
    return name
