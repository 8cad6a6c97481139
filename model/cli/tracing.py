"""The verb trace: one step of a design, number by number."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from model.analysis.tracing import NodeTrace, Trace, as_json, trace
from model.cli.speaking import console, printable, say_json
from model.files import read_design
from model.graph import NetworkGraph
from model.layer import Array

SHOWN = 4
"""Numbers of an array in the table; --json has them all."""


def show_trace(path: Path, item: int, is_json: bool) -> int:
    """Raises: FileError, DesignError, DataError."""
    found = trace(NetworkGraph(read_design(path)), item)
    if is_json:
        say_json(as_json(found))
    else:
        _show(found)
    return 0


def _show(found: Trace) -> None:
    from rich.table import Table

    table = Table()
    table.add_column("node", overflow="fold")
    for head in ("h", "out", "arriving δ", "δ passed down", "gradients"):
        table.add_column(head, overflow="fold")
    for node in found.nodes.values():
        table.add_row(*(printable_lines(cell) for cell in _cells(node)))
    screen = console()
    screen.print(table)
    screen.print(
        f"J = {found.loss:.8g} over {found.batch} item{'s' if found.batch > 1 else ''};"
        f" shown is item {found.item}. Gradients are the item's share."
    )


def printable_lines(text: str) -> str:
    return "\n".join(printable(line) for line in text.split("\n"))


def _cells(node: NodeTrace) -> tuple[str, ...]:
    is_plain = len(node.outs) < 2
    outs = [_numbers("" if is_plain else port, out) for port, out in node.outs.items()]
    if node.loss is not None:
        outs = [f"J = {node.loss:.8g}"]
    title = "" if node.title == node.node_id else f"\n{node.title}"
    deltas = [(each.port, each.delta) for each in node.inputs if each.delta is not None]
    arriving = node.delta_arriving
    return (
        f"{node.node_id}{title}",
        "\n".join(_numbers(each.port, each.h) for each in node.inputs),
        "\n".join(outs),
        "" if arriving is None else _numbers("", arriving),
        "\n".join(_numbers(port, delta) for port, delta in deltas),
        "\n".join(_numbers(f"d{name}", array) for name, array in node.grads.items()),
    )


def _numbers(name: str, values: Array) -> str:
    """`name: number`, or the shape, the first numbers and the length of a larger array."""
    flat = np.ravel(values)
    text = ", ".join(f"{value:.8g}" if flat.size == 1 else f"{value:.4g}" for value in flat[:SHOWN])
    if flat.size > SHOWN:
        text += f", … ({' × '.join(map(str, values.shape))})"
    return f"{name}: {text}" if name else text
