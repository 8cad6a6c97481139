"""Other first values for all weights at once, to see what they do to δ.

All choices but zeros are normal draws, and the seed stays: two runs then start with the very same
random numbers, only larger or smaller.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from model.design import Change, Edit, Node
from model.errors import DesignError, FieldError
from model.fields import layer_with
from model.graph import NetworkGraph


@dataclass(frozen=True)
class FirstValues:
    """title: in a menu; tip: what to expect; fields: of every layer that has them."""

    key: str
    title: str
    tip: str
    fields: dict[str, Any]


CHOICES: tuple[FirstValues, ...] = (
    FirstValues(
        "zeros",
        "zeros",
        "All neurons of a layer are equal, and stay so: nothing tells them apart.",
        {"initializer": "zeros"},
    ),
    FirstValues(
        "small",
        "normal, σ = 0.01: too small",
        "Every layer shrinks h and δ alike: they vanish in a deep network.",
        {"initializer": "normal", "spread": 0.01},
    ),
    FirstValues(
        "large",
        "normal, σ = 1: too large",
        "Every wide layer makes h and δ larger; sigmoid and tanh are saturated at once.",
        {"initializer": "normal", "spread": 1.0},
    ),
    FirstValues(
        "glorot",
        "Glorot: σ² = 2 / (inputs + outputs)",
        "Keeps h and δ of one size through layers of tanh (Glorot & Bengio 2010).",
        {"initializer": "glorot_normal"},
    ),
    FirstValues(
        "he",
        "He: σ² = 2 / inputs",
        "The same for ReLU, which lets only half of the neurons pass (He et al. 2015).",
        {"initializer": "he_normal"},
    ),
)
"""From nothing to what a deep ReLU network wants."""
BY_KEY = {choice.key: choice for choice in CHOICES}


def with_first_values(graph: NetworkGraph, key: str) -> Edit:
    """All layers that let their first values be chosen start so: also those whose values are typed.
    What is frozen or tied stays as it is, as do layers that have no such choice.

    Raises: KeyError for an unknown choice; DesignError where no layer can take it, or all have it.
    """
    choice = BY_KEY[key]
    changes = tuple(
        Change(node_id, graph.node(node_id), new)
        for node_id, new in _nodes(graph, choice)
        if new != graph.node(node_id)
    )
    if not changes:
        has_any = any(True for _ in _nodes(graph, choice))
        raise DesignError(
            f"All weights start as {choice.title.split(':')[0]} already."
            if has_any
            else "No layer of this design lets its first values be chosen.",
            hint="" if has_any else "Dense and convolution layers do.",
        )
    name = choice.title.split(":")[0]
    return Edit(f"First values of all weights: {name}", changes)


def present_choice(graph: NetworkGraph) -> str:
    """The choice that all layers have taken, "" where they differ or none has."""
    for choice in CHOICES:
        found = list(_nodes(graph, choice))
        if found and all(new == graph.node(node_id) for node_id, new in found):
            return choice.key
    return ""


def _nodes(graph: NetworkGraph, choice: FirstValues) -> Iterator[tuple[str, Node]]:
    """Every node that can take the choice, as it would be."""
    for node_id in graph:
        node = graph.node(node_id)
        names = node.layer.__struct_fields__
        if (
            "initializer" not in names
            or node.is_frozen
            or bool(getattr(node.layer, "tied_to", False))
        ):
            continue
        try:
            layer = layer_with(node.layer, choice.fields)
        except FieldError:  # such as zeros for Maxout, whose pieces must differ
            continue
        yield node_id, msgspec.structs.replace(node, layer=layer, weights={})
