"""Small and large cards of numbers: an unfolded layer has small ones, a lecture wants formulas."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from model.design import Change, Edit, Node
from model.errors import DesignError
from model.graph import NetworkGraph
from model.layers.scalar import Function, Variable


def why_no_other_size(graph: NetworkGraph, keys: Collection[str]) -> str:
    """ "" where `resize_cards` has something to do, otherwise why not, for a tooltip."""
    return "" if _numbers(graph, keys) else "Select Variables or Functions first."


def resize_cards(graph: NetworkGraph, keys: Collection[str]) -> Edit:
    """Make the cards of these Variables and Functions small; if all of them are, large again.

    Raises: DesignError where there is none among them.
    """
    found = _numbers(graph, keys)
    if not found:
        raise DesignError("There is no card of a number.", hint=why_no_other_size(graph, keys))
    is_compact = not all(node.is_compact for node in found.values())
    changes = tuple(
        Change(key, node, msgspec.structs.replace(node, is_compact=is_compact))
        for key, node in found.items()
        if node.is_compact != is_compact
    )
    size = "Small" if is_compact else "Large"
    return Edit(f"{size} card" + ("s" if len(changes) > 1 else ""), changes, tuple(found))


def _numbers(graph: NetworkGraph, keys: Collection[str]) -> dict[str, Node]:
    nodes = {key: graph.node(key) for key in keys if key in graph}
    return {k: node for k, node in nodes.items() if isinstance(node.layer, (Variable, Function))}
