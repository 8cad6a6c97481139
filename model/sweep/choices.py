"""Which fields of a design can vary in a sweep, what they are called, and which to begin with."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from model import editing
from model.assigning import TRAINING, fields_at, value_at, with_settings
from model.design import Change, Edit
from model.errors import FieldError
from model.fields import Field
from model.graph import NetworkGraph
from model.layer import Layer
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.node_fields import NODE_FIELDS
from model.shapes import infer
from model.sweep.plan import Setting
from model.symbols import in_text, named

_Make = Callable[[NetworkGraph, dict[str, Any]], Edit]
_UNSUITED = ("seed", "weights", "tied_to")
_USUAL = ("lr", "batch_size", "optimizer")
"""Of the training, before all others."""
_MOST_CHOICES = 4
_PATTERN = (0.1, 0.3, 1.0, 3.0, 10.0)
"""Learning rates to begin with, as multiples of the present one."""


@dataclass(frozen=True)
class Sweepable:
    """A field that can vary. title: as a choice among all; label: as an axis; value: at present."""

    place: str
    field: Field
    title: str
    label: str
    value: Any


def sweepables(graph: NetworkGraph) -> list[Sweepable]:
    """All of them, those of the training first."""
    design = graph.design()
    found = []
    for key in (TRAINING, *graph.order()):
        owner = "" if key == TRAINING else graph.title_of(key)
        fields = fields_at(design, key)
        if key == TRAINING:
            fields.sort(key=lambda field: field.name not in _USUAL)
        for field in fields:
            if not _is_suited(graph, key, field):
                continue
            place = f"{key}.{field.name}"
            words = named(field.name, field.symbol)
            letter = _letter(field)
            title = f"{owner}: {words}" if owner else words[:1].upper() + words[1:]
            label = f"{letter} · {owner}" if owner else letter
            found.append(Sweepable(place, field, title, label, value_at(design, place)))
    return found


def _is_suited(graph: NetworkGraph, key: str, field: Field) -> bool:
    """A number or a word; what is said of parameters only where there are any."""
    if field.name in _UNSUITED or field.notation:
        return False
    has_parameters = key == TRAINING or (
        type(graph.node(key).layer).parameters is not Layer.parameters
    )
    return has_parameters or field.name not in NODE_FIELDS


def _letter(field: Field) -> str:
    """The Greek letter of a field, or else its name: ρ, p, units."""
    letter = in_text(field.symbol)
    return letter if letter and not letter.isascii() else named(field.name)


def suggested(sweepable: Sweepable) -> str:
    """Values to begin with, as text: around the present one, or what there is to choose from."""
    field, value = sweepable.field, sweepable.value
    if field.kind == "bool":
        return "false, true"
    if field.kind == "choice":
        others = [choice for choice in field.choices if choice != value]
        return ", ".join([str(value), *others[: _MOST_CHOICES - 1]])
    if field.name == "p":
        return "0, 0.2, 0.5"
    if field.kind == "int":
        number = int(value or 0)
        near = {max(number // 4, 1), max(number // 2, 1), number, 2 * number} if number else {0, 1}
        return ", ".join(str(each) for each in sorted(near) if _is_allowed(field, each))
    if field.kind == "float":
        if not value:
            return "0, 0.001, 0.01"
        rates = [float(f"{value * times:.3g}") for times in _PATTERN]
        return ", ".join(f"{rate:g}" for rate in rates if _is_allowed(field, rate))
    return str(msgspec.json.encode(value).decode())


def _is_allowed(field: Field, value: float) -> bool:
    low = -math.inf if field.low is None else field.low
    high = math.inf if field.high is None else field.high
    above = value > low or (value == low and not field.is_low_open)
    return above and (value < high or (value == high and not field.is_high_open))


def first_factors(graph: NetworkGraph, node_id: str = "") -> list[tuple[str, str]]:
    """(place, values as text) that show something of most designs: the learning rate, and p of a
    Dropout or else the units of a hidden layer. node_id: whose field comes first, "" for none."""
    rate = float(graph.training.optimizer.lr)
    found = [(f"{TRAINING}.lr", ", ".join(f"{rate * times:.3g}" for times in _PATTERN))]
    nodes = graph.nodes
    keys = [node_id] if node_id in nodes else list(graph.order())
    dropped = next((key for key in keys if isinstance(nodes[key].layer, Dropout)), "")
    hidden = next((key for key in keys if not dropped and _is_hidden(graph, key)), "")
    if dropped:
        found.append((f"{dropped}.p", "0, 0.2, 0.5"))
    elif hidden:
        units = int(getattr(nodes[hidden].layer, "units", 1))
        values = sorted({max(1, units // 4), max(1, units // 2), units, 2 * units})
        found.append((f"{hidden}.units", ", ".join(map(str, values))))
    return found


def _is_hidden(graph: NetworkGraph, key: str) -> bool:
    """A Dense layer that may have more units without anything else having to change."""
    layer = graph.node(key).layer
    if not isinstance(layer, Dense):
        return False
    wider = with_settings(graph.design(), {f"{key}.units": 2 * layer.units})
    return infer(NetworkGraph(wider)).can_run


def edit_of(graph: NetworkGraph, setting: Setting) -> Edit:
    """The values in their places, as one step that can be undone.

    Raises: FieldError where a value is out of bounds or its node has gone.
    """
    values: dict[str, dict[str, Any]] = {}
    for place, value in setting.items():
        key, _, name = place.partition(".")
        values.setdefault(key, {})[name] = value
    draft = NetworkGraph(graph.design())
    changes: list[Change] = []
    for key, fields in values.items():
        if key != TRAINING and key not in draft:
            raise FieldError(
                f"The node {key} is no longer in the design.", hint="Undo its removal first."
            )
        for make, inner in _parts(key, fields):
            edit = make(draft, inner)
            draft.apply(edit.changes)
            changes += edit.changes
    return Edit("Apply a setting of the sweep", tuple(changes))


def _parts(key: str, fields: dict[str, Any]) -> Iterator[tuple[_Make, dict[str, Any]]]:
    """The kinds of edit that set these fields."""
    if key == TRAINING:
        yield editing.set_training, fields
        return
    own = {name: value for name, value in fields.items() if name in NODE_FIELDS}
    inner = {name: value for name, value in fields.items() if name not in NODE_FIELDS}
    if inner:
        yield lambda graph, values: editing.set_fields(graph, key, values), inner
    if own:
        yield lambda graph, values: editing.set_node(graph, key, values), own
