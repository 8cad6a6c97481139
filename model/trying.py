"""What would become of a computation graph if a field were changed; asking changes nothing."""

from __future__ import annotations

from model import editing
from model.dry_run import dry_run
from model.errors import DesignError
from model.graph import NetworkGraph
from model.shapes import infer

MOST_NODES = 200
"""Of larger designs nobody wants to wait with every letter."""


def fault_of_value(graph: NetworkGraph, node_id: str, name: str, value: str) -> DesignError | None:
    """The first formula that could not be computed any more, such as the logarithm of a negative
    number, if the field of this node had this value; None where all could."""
    if len(graph) > MOST_NODES:
        return None
    trial = NetworkGraph(graph.design())
    try:
        trial.apply(editing.set_fields(trial, node_id, {name: value}).changes)
    except DesignError:
        return None
    faults = dry_run(trial, infer(trial)).faults
    return next(iter(faults.values()), None)
