"""The verbs check and examples: what a design holds, and which designs there are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from model.cli.speaking import console, printable, say_json
from model.files import examples, read_design
from model.graph import NetworkGraph
from model.layer import Spec, tag_of
from model.shapes import Inference, infer


def check(path: Path, is_json: bool) -> int:
    """0 where the design can be trained, 1 where something has to be repaired first.

    Raises: FileError.
    """
    graph = NetworkGraph(read_design(path))
    found = infer(graph)
    if is_json:
        say_json(_described(graph, found))
    else:
        _show(graph, found)
    return 0 if found.can_run else 1


def _described(graph: NetworkGraph, found: Inference) -> dict[str, Any]:
    """Shapes are those of one item, without the batch axis; null where they cannot be known."""
    nodes = []
    for key in graph.order():
        node = graph.node(key)
        out = found.out(key)
        inputs = found.inputs.get(key)
        shapes = found.parameters.get(key, {})
        nodes.append(
            {
                "id": key,
                "type": tag_of(node.layer),
                "title": node.title,
                "in_shapes": None if inputs is None else [list(spec.shape) for spec in inputs],
                "out_shape": None if out is None else list(out.shape),
                "parameters": found.n_parameters(key),
                "parameter_shapes": {name: list(each.shape) for name, each in shapes.items()},
                "multiply_adds": found.costs.get(key, 0),
            }
        )
    problems = [
        {
            "node": problem.node_id,
            "message": problem.message,
            "hint": problem.hint,
            "is_blocking": problem.is_blocking,
        }
        for problem in found.problems
    ]
    return {
        "can_run": found.can_run,
        "parameters": sum(found.n_parameters(key) for key in graph),
        "nodes": nodes,
        "problems": problems,
    }


def _show(graph: NetworkGraph, found: Inference) -> None:
    from rich.table import Table

    table = Table()
    table.add_column("node", overflow="fold")
    for head in ("layer", "input", "output"):
        table.add_column(head)
    table.add_column("parameters", justify="right")
    for key in graph.order():
        count = found.n_parameters(key)
        table.add_row(
            key,
            printable(graph.title_of(key)),
            ", ".join(str(spec) for spec in found.inputs.get(key, ())),
            _outputs(found, key),
            f"{count:,}" if count else "none",
        )
    screen = console()
    screen.print(table)
    total = sum(found.n_parameters(key) for key in graph)
    screen.print(f"{total:,} parameters in all")
    for problem in found.problems:
        place = f"{problem.node_id}: " if problem.node_id else ""
        screen.print(f"{'✗' if problem.is_blocking else '!'} {place}{printable(str(problem))}")
    if found.can_run:
        screen.print("✓ ready to train")


def _outputs(found: Inference, key: str) -> str:
    specs = {port: spec for (owner, port), spec in found.outputs.items() if owner == key}
    if len(specs) > 1:
        return ", ".join(f"{port} {_spec(spec)}" for port, spec in specs.items())
    return ", ".join("scalar" if port == "" else _spec(spec) for port, spec in specs.items())


def _spec(spec: Spec) -> str:
    return f"{spec} labels ({spec.classes} classes)" if spec.classes else str(spec)


def list_examples(is_json: bool) -> int:
    """Raises: FileError where one of them is damaged."""
    found = examples()
    if is_json:
        say_json(
            [
                {
                    "name": each.name,
                    "title": each.title,
                    "path": str(each.path),
                    "description": each.description,
                }
                for each in found
            ]
        )
        return 0
    from rich.table import Table

    table = Table()
    for head in ("name", "what to look for"):
        table.add_column(head, overflow="fold")
    for each in found:
        table.add_row(each.name, each.description)
    screen = console()
    screen.print(table)
    if found:
        screen.print(f"They lie in {found[0].path.parent}", soft_wrap=True)
    return 0
