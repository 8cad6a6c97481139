"""A wire in the place of the one that ends at a port already."""

from __future__ import annotations

from model import editing
from model.design import Change, Edit, Wire
from model.errors import DesignError
from model.graph import NetworkGraph
from model.shapes import Inference
from model.wiring import check_wire


def replacement(
    graph: NetworkGraph, found: Inference, wire: Wire, moved: Wire | None = None
) -> Edit | None:
    """The edit that removes the wire at the port and puts this one there; None where there is no
    such wire, or this one would not do there either. moved: the wire whose end is taken there."""
    taken = [old for old in graph.wires_into(wire.target, wire.target_port) if old != moved]
    if len(taken) != 1:
        return None
    gone = [Change("", old, None) for old in (*taken, moved) if old is not None]
    trial = NetworkGraph(graph.design())
    trial.apply(gone)
    try:
        check_wire(trial, found, wire)
    except DesignError:
        return None
    return Edit("Replace the wire", (*gone, *editing.add_wire(trial, wire).changes))
