"""Pieces of a design as JSON text: copy, paste between windows, duplicate."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

import msgspec

from model.design import FORMAT, Change, Edit, Node, NodeId, Note, Wire, stem_of
from model.errors import FileError
from model.files.design_file import LARGEST_FILE, parse_design
from model.files.faults import IN_EDITOR
from model.graph import NetworkGraph
from model.layers.dense import Dense

_NAME = "The text on the clipboard"
_HINT = "Copy layers on a canvas first."
_FARTHEST = 1e6
"""As far from the middle as a design may reach."""


class Fragment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What travels on the clipboard; wires only where both of their ends travel too."""

    deltaboard: Literal["fragment"] = "fragment"
    format: int = FORMAT
    nodes: dict[NodeId, Node] = {}
    wires: tuple[Wire, ...] = ()
    notes: dict[NodeId, Note] = {}


def fragment(graph: NetworkGraph, keys: Collection[str]) -> Fragment:
    nodes = {key: graph.node(key) for key in graph if key in keys}
    wires = tuple(w for w in graph.wires() if w.source in nodes and w.target in nodes)
    notes = {key: note for key, note in graph.notes.items() if key in keys}
    return Fragment(nodes=nodes, wires=wires, notes=notes)


def to_text(graph: NetworkGraph, keys: Collection[str]) -> str:
    return msgspec.json.format(msgspec.json.encode(fragment(graph, keys)), indent=2).decode()


def from_text(text: str) -> Fragment:
    """The pieces in a text; that of a whole design will do.

    Raises: FileError where the text is no piece of a design, or one that no canvas could hold:
    a cycle, a port that is not there or taken twice."""
    try:
        design = parse_design(_as_design(text), _NAME)
    except FileError as fault:
        raise FileError(
            fault.message.replace("cannot be opened", "cannot be pasted", 1),
            hint=_HINT if fault.hint == IN_EDITOR else fault.hint,
        ) from None
    return Fragment(nodes=design.nodes, wires=design.wires, notes=design.notes)


def _as_design(text: str) -> bytes:
    """The text as that of a design; wires whose ends do not both travel are left out.

    Raises: FileError where it is something else.
    """
    if not text.strip():
        raise FileError("The clipboard holds no text.", hint=_HINT)
    if len(text) > LARGEST_FILE:
        return b" " * len(text)  # is refused for its size, unread
    try:
        plain = msgspec.json.decode(text.encode())
        if not isinstance(plain, dict) or not plain.keys() & {"nodes", "notes", "format"}:
            raise msgspec.DecodeError
        if plain.get("deltaboard") == "fragment":
            del plain["deltaboard"]
        plain.setdefault("format", FORMAT)
        wires, nodes = plain.get("wires"), plain.get("nodes", {})
        if isinstance(wires, list) and isinstance(nodes, dict):
            plain["wires"] = [wire for wire in wires if _has_ends(wire, nodes)]
        return msgspec.json.encode(plain)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError, OverflowError):
        raise FileError("The text on the clipboard holds no layers.", hint=_HINT) from None


def _has_ends(wire: object, nodes: dict[str, object]) -> bool:
    """Whether both ends travel; what is no wire is left for the reader to refuse."""
    if not isinstance(wire, dict):
        return True
    ends = (wire.get("source"), wire.get("target"))
    return all(not isinstance(end, str) or end in nodes for end in ends)


def paste(graph: NetworkGraph, piece: Fragment, x: float, y: float, verb: str = "Paste") -> Edit:
    """New copies of the pieces, their top left corner at (x, y), with ids that are free here."""
    placed: list[Node | Note] = [*piece.nodes.values(), *piece.notes.values()]
    if not placed:
        return Edit(f"{verb} nothing", ())
    left, top = min(item.x for item in placed), min(item.y for item in placed)

    def place(item: Node | Note) -> dict[str, float]:
        return {"x": _within(item.x - left + x), "y": _within(item.y - top + y)}

    renamed: dict[str, str] = {}
    changes: list[Change] = []
    for key, node in piece.nodes.items():
        renamed[key] = graph.new_id(stem_of(node.layer), renamed.values())
    for key, node in piece.nodes.items():
        moved = msgspec.structs.replace(_tied(node, renamed), **place(node))
        changes.append(Change(renamed[key], None, moved))
    for key, note in piece.notes.items():
        renamed[key] = graph.new_id("note", renamed.values())
        shifted = msgspec.structs.replace(note, **place(note))
        changes.append(Change(renamed[key], None, shifted))
    for wire in piece.wires:
        ends = {"source": renamed[wire.source], "target": renamed[wire.target]}
        changes.append(Change("", None, msgspec.structs.replace(wire, **ends)))
    count = len(placed)
    return Edit(
        f"{verb} {'an item' if count == 1 else f'{count} items'}",
        tuple(changes),
        tuple(renamed.values()),
    )


def _within(value: float) -> float:
    return min(max(value, -_FARTHEST), _FARTHEST)


def _tied(node: Node, renamed: dict[str, str]) -> Node:
    """A copy of both ends of a tie is tied to the copy; a copy of one end to the original."""
    if not isinstance(node.layer, Dense) or node.layer.tied_to not in renamed:
        return node
    layer = msgspec.structs.replace(node.layer, tied_to=renamed[node.layer.tied_to])
    return msgspec.structs.replace(node, layer=layer)


def duplicate(graph: NetworkGraph, keys: Collection[str], offset: float = 36.0) -> Edit:
    piece = fragment(graph, keys)
    placed: list[Node | Note] = [*piece.nodes.values(), *piece.notes.values()]
    left = min((item.x for item in placed), default=0.0)
    top = min((item.y for item in placed), default=0.0)
    return paste(graph, piece, left + offset, top + offset, verb="Duplicate")
