"""Other settings than those of a design: `node.field=value`, by id, name or symbol.

A place is where a value stands, in the form `dropout_1.p` or `training.lr`. Names of the fields of
the optimiser and of the schedule reach through the training.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import msgspec

from model.design import Design, Node
from model.errors import DesignError, FieldError
from model.fields import Field, fields_of, training_with
from model.node_fields import node_fields, node_with_any
from model.optimizers import OPTIMIZERS
from model.schedules import SCHEDULES
from model.symbols import in_text

TRAINING = "training"
_KINDS = ("optimizer", "schedule")
"""What is chosen by its tag."""
Settings = Mapping[str, Any]
"""Values by place."""


def assigned(design: Design, texts: Iterable[str]) -> Design:
    """The design with these `node.field=value` set; what belongs to one place is set in one go.

    Raises: FieldError naming the assignment, with the nodes or fields there are.
    """
    found: dict[str, Any] = {}
    for text in texts:
        place, value = parted(design, text)
        found[place] = parsed(value)
    try:
        return with_settings(design, found)
    except FieldError as fault:
        raise FieldError(f"--set {fault.message}", hint=fault.hint) from None


def with_settings(design: Design, settings: Settings) -> Design:
    """The design with these values in their places. Raises: FieldError naming the places."""
    values: dict[str, dict[str, Any]] = {}
    for place, value in settings.items():
        key, _, field = place.partition(".")
        values.setdefault(key, {})[field] = value
    for key, fields in values.items():
        try:
            if key == TRAINING:
                training = training_with(design.training, fields)
                design = msgspec.structs.replace(design, training=training)
            else:
                node = node_with_any(design.nodes[key], fields)
                design = msgspec.structs.replace(design, nodes=design.nodes | {key: node})
        except DesignError as fault:
            names = ", ".join(f"{key}.{field}" for field in fields)
            raise FieldError(f"{names}: {fault.message}", hint=fault.hint) from None
    return design


def value_at(design: Design, place: str) -> Any:
    """What stands there, as plain JSON values; of the optimiser and the schedule their tags.

    Raises: FieldError where nothing does.
    """
    key, _, field = place.partition(".")
    for struct in _structs(design, key):
        if key == TRAINING and struct is design.training and field in _KINDS:
            return str(getattr(struct, field).__struct_config__.tag)
        if field in struct.__struct_fields__:
            return msgspec.to_builtins(getattr(struct, field))
    raise FieldError(f"The design has no {place}.")


def parted(design: Design, text: str) -> tuple[str, str]:
    """The place and the text of the value. Raises: FieldError with what there is."""
    place, equals, value = text.partition("=")
    key, dot, field = place.rpartition(".")
    key, field = key.strip(), field.strip()
    if not (equals and dot and key and field):
        raise FieldError(
            f"--set {text} has not the form NODE.FIELD=VALUE.",
            hint="Write it like dense_1.units=64 or training.lr=0.1.",
        )
    key = _key(design, key, text)
    return f"{key}.{_field(design, key, field, text)}", value.strip()


def parsed(text: str) -> Any:
    """JSON where it is JSON (0.1, true, [8, 8]), otherwise the text itself."""
    try:
        return msgspec.json.decode(text.encode())
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return text


def field_at(design: Design, place: str) -> Field | None:
    """The declaration of the field there; None of one that no form shows."""
    key, _, name = place.partition(".")
    return next((field for field in fields_at(design, key) if field.name == name), None)


def fields_at(design: Design, key: str) -> list[Field]:
    """The fields of a node, or of the training with those of its optimiser and schedule."""
    if key != TRAINING:
        return [*_fields(type(design.nodes[key].layer)), *_fields(Node)]
    found = [_chosen("optimizer", OPTIMIZERS), _chosen("schedule", SCHEDULES)]
    for struct in _structs(design, key):
        found += _fields(type(struct))
    return found


@cache
def _fields(kind: type[msgspec.Struct]) -> tuple[Field, ...]:
    """The declared fields; of a node those that it has beside its layer."""
    return tuple(node_fields() if kind is Node else fields_of(kind))


def _chosen(name: str, kinds: Mapping[str, Any]) -> Field:
    titles = {tag: str(kind.title) for tag, kind in kinds.items()}
    return Field(
        name=name,
        kind="choice",
        default=next(iter(kinds)),
        description={"optimizer": "Optimiser", "schedule": "Schedule of the learning rate"}[name],
        choices=tuple(kinds),
        captions=titles,
    )


def _structs(design: Design, key: str) -> list[msgspec.Struct]:
    """What the fields of a place's key are looked for in, in this order."""
    if key == TRAINING:
        training = design.training
        return [training, training.schedule, training.optimizer]
    node = design.nodes[key]
    return [node.layer, node]


def _field(design: Design, key: str, name: str, text: str) -> str:
    """The field of this name or symbol. Raises: FieldError with those there are."""
    struct_names = list(_names(design, key))
    kinds = (*OPTIMIZERS.values(), *SCHEDULES.values()) if key == TRAINING else ()
    others = {field for kind in kinds for field in kind.__struct_fields__}
    if name in struct_names or name in others:
        return name
    fields = fields_at(design, key)
    for field in fields:
        if field.symbol and name in (field.symbol.removeprefix("\\"), in_text(field.symbol)):
            return field.name
    known = [*struct_names, *(field.symbol.removeprefix("\\") for field in fields if field.symbol)]
    title = "Training" if key == TRAINING else str(type(design.nodes[key].layer).title)
    raise FieldError(
        f"--set {text}: {title} has no field '{name}'.",
        hint=f"Its fields are: {', '.join(struct_names)}.{_meant(name, known)}",
    )


def _names(design: Design, key: str) -> Iterator[str]:
    hidden = ("layer", "name", "x", "y")
    seen: set[str] = set()
    structs = _structs(design, key)
    for struct in reversed(structs) if key == TRAINING else structs:
        for name in struct.__struct_fields__:
            is_shown = not isinstance(struct, Node) or name not in hidden
            if is_shown and name not in seen:
                seen.add(name)
                yield name


def _key(design: Design, node: str, text: str) -> str:
    """The node with this id, or else the one with this name or title."""
    if node == TRAINING or node in design.nodes:
        return node
    found = [key for key, each in design.nodes.items() if node in (each.name, each.title)]
    if len(found) == 1:
        return found[0]
    if found:
        raise FieldError(
            f"--set {text}: {len(found)} nodes are called {node}: {', '.join(found)}.",
            hint="Give the id of one of them.",
        )
    known = [TRAINING, *design.nodes, *(each.title for each in design.nodes.values())]
    raise FieldError(
        f"--set {text}: there is no node {node}.",
        hint=f"There are: {_listed(design.nodes)}.{_meant(node, known)}",
    )


def _meant(word: str, known: Iterable[str]) -> str:
    """A question where one of the known words is near."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f" Did you mean {near[0]}?" if near else ""


def _listed(nodes: dict[str, Node], most: int = 30) -> str:
    words = [f"{key} ({node.title})" for key, node in nodes.items()]
    more = [f"and {len(words) - most} more"] if len(words) > most else []
    return ", ".join([TRAINING, *words[:most], *more])
