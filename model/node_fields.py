"""The fields that every node has beside those of its layer: frozen, own penalty, typed weights."""

from __future__ import annotations

from typing import Any

import msgspec

from model.design import Node
from model.errors import FieldError
from model.fields import Field, fields_of, layer_with, with_fields

NODE_FIELDS = ("is_frozen", "l1", "l2", "weights")


def node_fields() -> list[Field]:
    """Those that a form can show; `weights` wants a table."""
    return [field for field in fields_of(Node) if field.name in NODE_FIELDS]


def node_with(node: Node, values: dict[str, Any]) -> Node:
    """A checked copy. Raises: FieldError. The shapes of weights are a matter of inference."""
    for name in values:
        if name not in NODE_FIELDS:
            raise FieldError(
                f"A node has no field '{name}'.", hint="Its fields are: " + ", ".join(NODE_FIELDS)
            )
    return with_fields(node, values)


def node_with_any(node: Node, values: dict[str, Any]) -> Node:
    """Fields of the node and of its layer alike, as the command line names them."""
    own = {name: value for name, value in values.items() if name in NODE_FIELDS}
    inner = {name: value for name, value in values.items() if name not in NODE_FIELDS}
    if inner:
        node = msgspec.structs.replace(node, layer=layer_with(node.layer, inner))
    return node_with(node, own) if own else node
