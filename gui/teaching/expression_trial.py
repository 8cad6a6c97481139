"""What "New from expression" would draw: the nodes with their numbers, or what is wrong. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gui.canvas.cards.numbers import plain
from model.dry_run import dry_run
from model.errors import DesignError
from model.graph import NetworkGraph
from model.layers.scalar import Function, Goal
from model.shapes import infer
from model.teaching.from_expression import (
    Granularity,
    first_values,
    from_expression,
    gives_one_number,
)

_MOST_NUMBERS = 6


@dataclass(frozen=True)
class Trial:
    """names: of the variables with the value that each would have. lines: one a node. fault: why
    nothing can be drawn. warning: what fails when the graph is computed. no_goal: why the result
    cannot be the goal J, "" where it can."""

    names: dict[str, str]
    lines: tuple[str, ...] = ()
    fault: str = ""
    warning: str = ""
    no_goal: str = ""


def try_out(
    text: str, granularity: Granularity, values: Mapping[str, str], *, wants_goal: bool
) -> Trial:
    """values: typed by the person, by name; the others are chosen so that the shapes fit."""
    graph = NetworkGraph()
    names: dict[str, str] = {}
    try:
        names = first_values(text, values)
        is_number = gives_one_number(text, names)
        edit = from_expression(
            graph, text, granularity=granularity, values=names, wants_goal=wants_goal
        )
    except DesignError as fault:
        return Trial(names or dict(values), fault=str(fault))
    graph.apply(edit.changes)
    found = infer(graph)
    run = dry_run(graph, found)
    problems = [p for p in found.problems if p.node_id] or []
    faults = [str(p) for p in problems] + [str(fault) for fault in run.faults.values()]
    lines = tuple(_line(graph, key, run.values.get(key)) for key in graph.order())
    no_goal = "" if is_number else "The result is not one number: use sum or mean to make it one."
    return Trial(names, lines, warning=faults[0] if faults else "", no_goal=no_goal)


def _line(graph: NetworkGraph, key: str, value: np.ndarray | None) -> str:
    node = graph.node(key)
    shown = "" if value is None else f" = {_numbers(value)}"
    if isinstance(node.layer, Function):
        return f"{node.name} = {node.layer.formula}{shown}"
    if isinstance(node.layer, Goal):
        source = graph.node(graph.wires_into(key)[0].source)
        return f"J = {source.name}{shown}"
    return f"{node.name}{shown}"


def _numbers(value: np.ndarray) -> str:
    if value.ndim == 0:
        return plain(float(value), 5)
    rows = np.atleast_2d(value)
    shown = ["; " if place and not place % rows.shape[1] else ", " for place in range(value.size)]
    flat = [plain(float(number), 5) for number in rows.reshape(-1)[:_MOST_NUMBERS]]
    listed = "".join(mark + text for mark, text in zip(shown, flat, strict=False))
    more = ", …" if value.size > _MOST_NUMBERS else ""
    return f"({listed[2:]}{more})"
