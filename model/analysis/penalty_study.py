"""What the laboratory of L1 and L2 shows: the paths of a linear model, or of the open network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from model.analysis.penalty_network import network_path
from model.analysis.penalty_path import (
    Kind,
    PenaltyPath,
    design_data,
    diabetes_data,
    penalty_path,
)
from model.analysis.penalty_start import few_items
from model.analysis.progress import Progress
from model.graph import NetworkGraph

Source = Literal["design", "few", "diabetes", "network"]


@dataclass(frozen=True)
class Paths:
    """Under both penalties; of a network under one. source: whose data; has_own: the design has
    such data."""

    by_kind: dict[Kind, PenaltyPath]
    source: Source
    has_own: bool


def study_paths(progress: Progress, graph: NetworkGraph, source: Source, kind: Kind) -> Paths:
    """Of the design's data, where they are wanted and suit, of a built-in set, or of the network
    under this penalty. Raises: CancelledError, DesignError."""
    own = design_data(graph)
    if source == "network":
        return Paths({kind: network_path(progress, graph, kind)}, source, own is not None)
    if source == "design" and own is None:
        source = "few"
    if source == "diabetes":
        data = diabetes_data()
    else:
        data = own if own is not None and source == "design" else few_items()
    kinds: tuple[Kind, ...] = ("L1", "L2")
    found = {kind: penalty_path(progress, data, kind) for kind in kinds}
    return Paths(found, source, own is not None)
