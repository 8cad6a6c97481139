"""`--set node.field=value`: other settings than those of the file, for one run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from model.design import Design, Node
from model.errors import DesignError, FieldError
from model.fields import training_with
from model.node_fields import node_with_any

TRAINING = "training"


def assigned(design: Design, texts: Iterable[str]) -> Design:
    """The design with these fields set; what belongs to one place is set in one go.

    Raises: FieldError naming the assignment, with the nodes or fields there are.
    """
    values: dict[str, dict[str, Any]] = {}
    for text in texts:
        key, field, value = _parts(design, text)
        values.setdefault(key, {})[field] = value
    for key, fields in values.items():
        try:
            if key == TRAINING:
                training = training_with(design.training, fields)
                design = msgspec.structs.replace(design, training=training)
            else:
                node = design.nodes[key]
                node = node_with_any(node, fields)
                design = msgspec.structs.replace(design, nodes=design.nodes | {key: node})
        except DesignError as fault:
            names = ", ".join(f"{key}.{field}" for field in fields)
            raise FieldError(f"--set {names}: {fault.message}", hint=fault.hint) from None
    return design


def _parts(design: Design, text: str) -> tuple[str, str, Any]:
    place, equals, value = text.partition("=")
    node, dot, field = place.rpartition(".")
    if not (equals and dot and node and field):
        raise FieldError(
            f"--set {text} has not the form NODE.FIELD=VALUE.",
            hint="Write it like dense_1.units=64 or training.lr=0.1.",
        )
    return _key(design, node.strip(), text), field.strip(), _value(value.strip())


def _value(text: str) -> Any:
    """JSON where it is JSON (0.1, true, [8, 8]), otherwise the text itself."""
    try:
        return msgspec.json.decode(text.encode())
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return text


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
    raise FieldError(
        f"--set {text}: there is no node {node}.", hint=f"There are: {_listed(design.nodes)}."
    )


def _listed(nodes: dict[str, Node], most: int = 30) -> str:
    words = [f"{key} ({node.title})" for key, node in nodes.items()]
    more = [f"and {len(words) - most} more"] if len(words) > most else []
    return ", ".join([TRAINING, *words[:most], *more])
