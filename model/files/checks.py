"""What a design's fields alone cannot promise: its wires have ends, ports and no cycle."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

from model.design import Design, Node, Wire
from model.errors import FileError
from model.files.faults import IN_EDITOR

MOST_NODES = 10_000
MOST_NOTES = 10_000
MOST_WIRES = 100_000
_NAMED_IN_CYCLE = 8


def check_design(design: Design, name: str) -> None:
    """Raises: FileError for the first thing that a `NetworkGraph` could not hold."""
    for section, count, most in (
        ("nodes", len(design.nodes), MOST_NODES),
        ("notes", len(design.notes), MOST_NOTES),
        ("wires", len(design.wires), MOST_WIRES),
    ):
        if count > most:
            raise FileError(
                f"{name} holds {count:,} {section}; at most {most:,} are possible.",
                hint="Split the design into several files.",
            )
    for key in design.nodes.keys() & design.notes.keys():
        raise _fault(name, f"notes › {key}", f"a node is called {key} too; ids are given once")
    for key in (*design.nodes, *design.notes):
        if key.endswith("\n"):  # the pattern's $ lets it pass
            raise _fault(name, key.strip(), "its id ends with a line break")
    _check_wires(design, name)
    _check_cycles(design, name)


def _check_wires(design: Design, name: str) -> None:
    seen: set[Wire] = set()
    taken: dict[tuple[str, str], Wire] = {}
    for number, wire in enumerate(design.wires, 1):
        place = f"wires › {number}"
        source = _end(design, wire.source, name, place)
        target = _end(design, wire.target, name, place)
        if source.port(wire.source_port, is_input=False) is None:
            raise _port_fault(name, place, wire.source, source, wire.source_port, is_input=False)
        port = target.port(wire.target_port, is_input=True)
        if port is None:
            raise _port_fault(name, place, wire.target, target, wire.target_port, is_input=True)
        if wire in seen:
            raise _fault(
                name, place, f"the wire from {wire.source} to {wire.target} is there twice"
            )
        seen.add(wire)
        if not port.is_variadic:
            other = taken.setdefault((wire.target, wire.target_port), wire)
            if other is not wire:
                raise _fault(
                    name,
                    place,
                    f"the port {wire.target_port} of {wire.target} already has a wire,"
                    f" from {other.source}",
                )


def _end(design: Design, key: str, name: str, place: str) -> Node:
    if key not in design.nodes:
        raise _fault(name, place, f"there is no node {key} for this wire to end at")
    return design.nodes[key]


def _port_fault(
    name: str, place: str, key: str, node: Node, port: str, *, is_input: bool
) -> FileError:
    ports = node.layer.inputs if is_input else node.layer.outputs
    known = ", ".join(known.name for known in ports) or "none"
    kind = "input" if is_input else "output"
    return _fault(name, place, f"{key} has no {kind} port {port[:40]!r}; it has: {known}")


def _check_cycles(design: Design, name: str) -> None:
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for wire in design.wires:
        sorter.add(wire.target, wire.source)
    try:
        sorter.prepare()
    except CycleError as fault:
        cycle: list[str] = fault.args[1]
        shown = " → ".join(cycle[:_NAMED_IN_CYCLE])
        more = " → …" if len(cycle) > _NAMED_IN_CYCLE else ""
        raise _fault(name, "wires", f"data would run in a circle: {shown}{more}") from None


def _fault(name: str, place: str, said: str) -> FileError:
    return FileError(f"{name} cannot be opened: {place}: {said}.", hint=IN_EDITOR)
