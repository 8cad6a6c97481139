"""The one thing that a twin does otherwise: which there are in a design, and the design with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from model import editing
from model.analysis.twin_insertion import EVERY, Place, insertion, places_for, words_of_place
from model.design import Edit
from model.fields import Field, fields_of, layer_with
from model.graph import NetworkGraph
from model.layer import Layer
from model.layers.batch_norm import BatchNorm
from model.layers.dropout import Dropout
from model.optimizers import OPTIMIZERS
from model.settings import TrainingSettings
from model.symbols import in_text

KEPT = "is kept"
"""The field of a knob that takes a node out of the network."""
DROPOUT_ON, BATCH_NORM_ON = "dropout is put in", "batch norm is put in"
"""Fields of the knobs that put a layer in: p, and whether it is."""
_TRAINING = ("batch_size", "l1", "l2", "l1_step", "max_norm", "clip_value", "clip_norm", "shuffle")
_OF_NODE: dict[type[Layer], tuple[str, ...]] = {
    Dropout: ("p", "scaling", "new_mask"),
    BatchNorm: ("running_momentum",),
}


@dataclass(frozen=True)
class Alteration:
    """node_id: "" for the training; for a layer that is put in, the key of its place. name: of the
    field, `KEPT` with False for a node that is taken out, `DROPOUT_ON` with its p, `BATCH_NORM_ON`
    with True."""

    node_id: str
    name: str
    value: Any


@dataclass(frozen=True)
class Knob:
    """Something that may be changed: its field, its present value, and what it is called. places:
    where a layer can be put in; none for what is there already."""

    node_id: str
    field: Field
    value: Any
    title: str
    places: tuple[Place, ...] = ()

    def turned(self, value: Any, place: str = "") -> Alteration:
        """This value instead of the present one. place: one of `places`, "": the first."""
        key = place or self.places[0].key if self.places else self.node_id
        return Alteration(key, self.field.name, value)


def knobs_of(graph: NetworkGraph) -> list[Knob]:
    """All that a twin may do otherwise, without data or shapes becoming others: the optimiser and
    its options, batch size, penalties and limits; p of dropout; a regularising node taken out, or
    put in where there is none."""
    settings = graph.training
    optimizer = settings.optimizer
    found = [
        Knob("", each, getattr(optimizer, each.name), _title(each))
        for each in fields_of(type(optimizer))
    ]
    found.append(Knob("", _kinds(), str(optimizer.__struct_config__.tag), "optimiser"))
    own = {each.name: each for each in fields_of(TrainingSettings)}
    found += [Knob("", own[name], getattr(settings, name), _title(own[name])) for name in _TRAINING]
    found += _insertions(graph)
    for key, node in graph.nodes.items():
        names = _OF_NODE.get(type(node.layer))
        if names is None:
            continue
        title = graph.title_of(key)
        for each in fields_of(type(node.layer)):
            if each.name in names:
                value = getattr(node.layer, each.name)
                found.append(Knob(key, each, value, f"{title}: {_title(each)}"))
        found.append(Knob(key, _kept(title), True, f"{title}: there at all"))
    return found


def _insertions(graph: NetworkGraph) -> list[Knob]:
    """Dropout on, batch norm on: first where every hidden activation gets one."""
    p = next(each for each in fields_of(Dropout) if each.name == "p")
    on = msgspec.structs.replace(p, name=DROPOUT_ON)
    normed = Field(
        name=BATCH_NORM_ON, kind="bool", default=True, description="Batch norm is put in"
    )
    found = []
    for field, value, title, layer in (
        (on, p.default, "Dropout on", Dropout()),
        (normed, True, "Batch norm on", BatchNorm()),
    ):
        places = places_for(graph, layer)
        if places:
            found.append(Knob("", field, value, title, places))
    return found


def _title(each: Field) -> str:
    symbol = in_text(each.symbol) if each.symbol else ""
    name = {"lr": "learning rate"}.get(each.name, each.title)
    return name if not symbol or symbol == name else f"{symbol}  {name}"


def _kinds() -> Field:
    return Field(
        name="optimizer",
        kind="choice",
        default="sgd",
        description="Optimiser",
        choices=tuple(OPTIMIZERS),
        captions={tag: kind.title for tag, kind in OPTIMIZERS.items()},
    )


def _kept(title: str) -> Field:
    return Field(name=KEPT, kind="bool", default=True, description=f"{title} is in the network")


def edit_of(graph: NetworkGraph, alteration: Alteration) -> Edit:
    """The change as an edit of the design. Raises: FieldError, DesignError."""
    key, name, value = alteration.node_id, alteration.name, alteration.value
    if not key:
        return editing.set_training(graph, {name: value})
    if name == KEPT:
        return editing.remove(graph, [key])
    if name == DROPOUT_ON:
        return insertion(graph, layer_with(Dropout(), {"p": value}), key)
    if name == BATCH_NORM_ON:
        return insertion(graph, BatchNorm(), key)
    return editing.set_fields(graph, key, {name: value})


def edit_back(graph: NetworkGraph, alteration: Alteration | None) -> Edit | None:
    """The change in a design that may have it already; None where there is nothing to do. Raises:
    FieldError, DesignError."""
    if alteration is None or is_nothing(alteration):
        return None
    if alteration.name == KEPT and alteration.node_id not in graph:
        return None
    edit = edit_of(graph, alteration)
    return edit if edit.changes else None


def altered(graph: NetworkGraph, alteration: Alteration) -> NetworkGraph:
    """A copy of the design with it. Raises: FieldError, DesignError."""
    found = NetworkGraph(graph.design())
    if not is_nothing(alteration):
        found.apply(edit_of(found, alteration).changes)
    return found


def is_nothing(alteration: Alteration | None) -> bool:
    """A node that is kept, a layer that is not put in, or no change at all."""
    if alteration is None:
        return True
    return (alteration.name, bool(alteration.value)) in ((KEPT, True), (BATCH_NORM_ON, False))


def words_of(graph: NetworkGraph, alteration: Alteration | None) -> str:
    """Such as `ρ 0.1 → 0.5`; "as it is" for none."""
    if alteration is None:
        return "as it is"
    key, name = alteration.node_id, alteration.name
    if name in (DROPOUT_ON, BATCH_NORM_ON):
        if is_nothing(alteration):
            return "as it is"
        p = f" p = {alteration.value:.6g}" if name == DROPOUT_ON else ""
        return f"{_inserted(name)}{p} {words_of_place(graph, key)}"
    place = f"{graph.title_of(key)}: " if key else ""
    if name == KEPT:
        return f"{graph.title_of(key)} " + ("kept" if alteration.value else "taken out")
    knob = next(k for k in knobs_of(graph) if (k.node_id, k.field.name) == (key, name))
    label = in_text(knob.field.symbol) if knob.field.symbol else knob.title
    label = label.removeprefix(place)
    return f"{place}{label} {_shown(knob, knob.value)} → {_shown(knob, alteration.value)}"


def name_of(graph: NetworkGraph, alteration: Alteration | None) -> str:
    """A short name for a curve: `ρ = 0.5`, `Adam`, `without Dropout`, `original`."""
    if alteration is None:
        return "original"
    key, name = alteration.node_id, alteration.name
    if name in (DROPOUT_ON, BATCH_NORM_ON):
        if is_nothing(alteration):
            return "no batch norm"
        where = "" if key == EVERY else f" {words_of_place(graph, key)}"
        p = f" p = {alteration.value:.6g}" if name == DROPOUT_ON else ""
        return f"{_inserted(name)}{p}{where}"
    if name == KEPT:
        return ("with " if alteration.value else "without ") + graph.title_of(key)
    knob = next(k for k in knobs_of(graph) if (k.node_id, k.field.name) == (key, name))
    shown = _shown(knob, alteration.value)
    if name == "optimizer":
        return shown
    return f"{in_text(knob.field.symbol) or knob.field.title} = {shown}"


def _inserted(name: str) -> str:
    return "dropout" if name == DROPOUT_ON else "batch norm"


def _shown(knob: Knob, value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if knob.field.name == "optimizer":
        return OPTIMIZERS[value].title
    if knob.field.name == "batch_size" and value == 0:
        return "all"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
