"""What a tripwire has to say, and what to try: edits that can be undone.

They are advice, not proofs: which of them helps is what the person is to find out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple

from model import editing
from model.design import Change, Edit, Wire
from model.errors import DesignError
from model.first_values import BY_KEY, with_first_values
from model.graph import NetworkGraph
from model.layer import Layer, Loss
from model.layers.activations import Activation, LeakyReLU, ReLU
from model.layers.batch_norm import BatchNorm
from model.layers.convolution import Convolving
from model.layers.dense import Dense
from model.problem import Problem
from model.repairs import insert_layer
from model.shapes import infer
from model.tripwires import Alarm, Kind
from model.vitals import ENDS

Trouble = Kind | Literal["diverged"]
"""A tripwire, or a J that is no longer a number."""
MOST = 3
SMALLER = 10.0
CLIP_NORM = 1.0


class Remedy(NamedTuple):
    """An edit to try. is_anew: it shows only when the training starts again."""

    edit: Edit
    is_anew: bool


def problem_of(alarm: Alarm, graph: NetworkGraph, remedies: Iterable[Remedy]) -> Problem:
    """An alarm as an entry of the list of problems."""
    message, hint = told(alarm, graph)
    edits = tuple(remedy.edit for remedy in remedies)
    return Problem(alarm.node_id, message, hint, is_blocking=False, repairs=edits)


def told(alarm: Alarm, graph: NetworkGraph) -> tuple[str, str]:
    """(what and where, what to try): two short sentences."""
    name = graph.title_of(alarm.node_id) if alarm.node_id in graph else alarm.node_id
    return _said(alarm, name), _HINTS[alarm.kind]


_HINTS: dict[Kind, str] = {
    "vanishing": "Try ReLU, He or Glorot first values, batch norm, or a residual skip.",
    "exploding": "Try clipping, a smaller ρ, or Glorot first values.",
    "growing": "Try Glorot or He first values, batch norm, or clipping.",
    "dead": "Try Leaky ReLU, or a smaller ρ and He first values from the start.",
    "leaping": "Try a smaller ρ, a warm-up, or clipping.",
    "stuck": "Try a larger ρ, Adam, or ReLU in place of what is saturated.",
}


def _said(alarm: Alarm, name: str) -> str:
    value = alarm.value
    if alarm.kind == "vanishing":
        return f"δ vanishes: at {name} it is {_number(value)} of what it is at the last layer."
    if alarm.kind == "exploding":
        return f"δ explodes: its RMS at {name} is {_number(value)}."
    if alarm.kind == "growing":
        return f"δ explodes: at {name} it is {_number(value)} times that at the last layer."
    if alarm.kind == "dead":
        share = f"{100 * value:.0f} %"
        return f"Dead units: {share} of {name} answer 0 to every item that was looked at."
    if alarm.kind == "leaping":
        return f"Updates leap: each moves {name} by {100 * value:.0f} % of its weights."
    return f"Updates stand still: each moves {name} by {_number(value)} of its weights."


def _number(value: float) -> str:
    """Two digits, as people write them: 0.0042, 35, 4.2·10⁻⁶."""
    if value == 0:
        return "0"
    if value != value or value in (float("inf"), float("-inf")):
        return "no finite number"
    if 1e-3 <= value < 1e4:
        return f"{value:.2g}" if value < 100 else f"{value:.0f}"
    digits, exponent = f"{value:.1e}".split("e")
    return f"{digits}·10{str(int(exponent)).translate(_RAISED)}"


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def remedies_of(trouble: Trouble, node_ids: tuple[str, ...], graph: NetworkGraph) -> list[Remedy]:
    """At most `MOST` edits for this trouble that the design can take, the likeliest first."""
    found = []
    for make, is_anew in _OFFERS[trouble]:
        try:
            edit = make(graph, node_ids)
        except DesignError:
            continue
        if edit.changes:
            found.append(Remedy(edit, is_anew))
    return found[:MOST]


# what may be tried; each raises DesignError where the design cannot take it

Make = Callable[[NetworkGraph, tuple[str, ...]], Edit]
_NONE = Edit("", ())


def relus(graph: NetworkGraph, _node_ids: tuple[str, ...]) -> Edit:
    """ReLU in place of all hidden activations with two ends, and He first values with it."""
    keys = [k for k in graph if type(graph.node(k).layer) in ENDS and not _is_last(graph, k)]
    if not keys:
        return _NONE
    steps = [_replacing(key, ReLU()) for key in keys]
    text = f"ReLU for {_counted(graph, keys)}"
    try:
        he = f"{text}, He first values"
        return _together(graph, he, [*steps, lambda trial: with_first_values(trial, "he")])
    except DesignError:  # they are so already, or are not to be chosen
        return _together(graph, text, steps)


def leaky_relus(graph: NetworkGraph, node_ids: tuple[str, ...]) -> Edit:
    """Leaky ReLU in place of the ReLUs that are dying: their units get a slope again."""
    keys = [k for k in node_ids if k in graph and isinstance(graph.node(k).layer, ReLU)]
    steps = [_replacing(key, LeakyReLU()) for key in keys]
    return _together(graph, f"Leaky ReLU for {_counted(graph, keys)}", steps) if keys else _NONE


def first_values(graph: NetworkGraph, _node_ids: tuple[str, ...]) -> Edit:
    """He first values where there are ReLUs, Glorot's elsewhere; nothing where they are so."""
    has_relus = any(isinstance(graph.node(key).layer, (ReLU, LeakyReLU)) for key in graph)
    key = "he" if has_relus else "glorot"
    own = [str(getattr(graph.node(k).layer, "initializer", key)) for k in graph]
    if all(name.startswith(key) for name in own):
        return _NONE
    name = BY_KEY[key].title.split(":")[0]
    return with_first_values(graph, key)._replace(text=f"{name} first values")


def batch_norms(graph: NetworkGraph, _node_ids: tuple[str, ...]) -> Edit:
    """Batch norm between every layer of weights and its activation."""
    wires = list(_bare(graph))
    text = "Batch norm before " + (
        f"{len(wires)} activations" if len(wires) > 1 else "the activation"
    )
    return _together(graph, text, [_inserting(wire) for wire in wires]) if wires else _NONE


def smaller_rho(graph: NetworkGraph, _node_ids: tuple[str, ...]) -> Edit:
    """A tenth of ρ."""
    return _with_rho(graph, graph.training.optimizer.lr / SMALLER)


def larger_rho(graph: NetworkGraph, _node_ids: tuple[str, ...]) -> Edit:
    """Ten times ρ."""
    return _with_rho(graph, graph.training.optimizer.lr * SMALLER)


def clipping(graph: NetworkGraph, _node_ids: tuple[str, ...]) -> Edit:
    """Cut the gradient back to a length of 1 (Pascanu et al. 2013)."""
    if 0 < graph.training.clip_norm <= CLIP_NORM:
        return _NONE
    edit = editing.set_training(graph, {"clip_norm": CLIP_NORM})
    return edit._replace(text=f"Clip the gradient to length {CLIP_NORM:g}")


_OFFERS: dict[Trouble, tuple[tuple[Make, bool], ...]] = {
    "vanishing": ((relus, True), (first_values, True), (batch_norms, True)),
    "exploding": ((clipping, True), (smaller_rho, True), (first_values, True)),
    "growing": ((first_values, True), (batch_norms, True), (clipping, True)),
    "dead": ((leaky_relus, False), (smaller_rho, True), (first_values, True)),
    "leaping": ((smaller_rho, False), (clipping, False)),
    "stuck": ((larger_rho, False), (relus, True), (first_values, True)),
    "diverged": ((smaller_rho, True), (clipping, True), (first_values, True)),
}


def _with_rho(graph: NetworkGraph, rho: float) -> Edit:
    edit = editing.set_training(graph, {"lr": float(f"{rho:.3g}")})
    return edit._replace(text=f"Set ρ to {rho:.3g}")


def _is_last(graph: NetworkGraph, key: str) -> bool:
    """It answers: a loss asks it."""
    return any(isinstance(graph.node(w.target).layer, Loss) for w in graph.wires_from(key))


def _counted(graph: NetworkGraph, keys: list[str]) -> str:
    """The one node by its name, several by their number."""
    if len(keys) == 1:
        return graph.title_of(keys[0])
    kinds = {type(graph.node(key).layer).title for key in keys}
    return f"{len(keys)} × {kinds.pop()}" if len(kinds) == 1 else f"{len(keys)} activations"


def _bare(graph: NetworkGraph) -> Iterator[Wire]:
    """Wires from a layer of weights to an activation, of vectors or pictures."""
    specs = infer(graph).wires
    for wire in sorted(graph.wires(), key=lambda wire: list(graph).index(wire.source)):
        is_weighted = isinstance(graph.node(wire.source).layer, (Dense, Convolving))
        is_bent = isinstance(graph.node(wire.target).layer, Activation)
        if is_weighted and is_bent and len(specs[wire].shape if wire in specs else ()) in (1, 3):
            yield wire


def _replacing(key: str, layer: Layer) -> Callable[[NetworkGraph], Edit]:
    return lambda graph: editing.replace_layer(graph, key, layer)


def _inserting(wire: Wire) -> Callable[[NetworkGraph], Edit]:
    return lambda graph: insert_layer(graph, wire, BatchNorm(), "")


def _together(
    graph: NetworkGraph, text: str, steps: Iterable[Callable[[NetworkGraph], Edit]]
) -> Edit:
    """Several edits, one after the other, as one. Raises: DesignError."""
    trial = NetworkGraph(graph.design())
    changes: list[Change] = []
    created: list[str] = []
    for make in steps:
        edit = make(trial)
        trial.apply(edit.changes)
        changes += edit.changes
        created += edit.created
    return Edit(text, tuple(changes), tuple(created))
