"""The numbers of twin runs as tables: their curves, and how far their parameters are apart."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from model.analysis.twins import TwinRun, differences
from model.graph import NetworkGraph

Rows = list[list[Any]]


def curve_rows(runs: Iterable[TwinRun]) -> Rows:
    """One row a run and mark."""
    head = ["run", "changed", "step", "items", "train_loss", "val_loss", "accuracy"]
    rows: Rows = [list(head)]
    for run in runs:
        columns = (run.items, run.train, run.validation, run.accuracy)
        for step, *rest in zip(run.steps, *columns, strict=True):
            rows.append([run.name, run.words, run.start + int(step), *map(float, rest)])
    return rows


def distance_rows(runs: Iterable[TwinRun], graph: NetworkGraph) -> Rows:
    """One row a run and node."""
    found = list(runs)
    rows: Rows = [["run", "node", "relative_distance_from_original"]]
    for run in found:
        rows += [[run.name, title, share] for title, share in distances(run, found, graph)]
    return rows


def distances(
    run: TwinRun, runs: Iterable[TwinRun], graph: NetworkGraph
) -> list[tuple[str, float]]:
    """Title of each node and how far its parameters are from those of the original among the runs;
    nothing for the original itself, and while one of the two is on its way."""
    original = next((each for each in runs if each.alteration is None), None)
    if original is None or run.number == original.number:
        return []
    if run.state is None or original.state is None:
        return []
    found = differences(run.state, original.state, graph)
    return [(graph.title_of(key), share) for key, share in found.items()]
