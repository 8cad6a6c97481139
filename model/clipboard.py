"""Pieces of a design as JSON text: copy, paste between windows, duplicate."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

import msgspec

from model.errors import FileError
from model.files.checks import check_design
from model.graph import Change, Design, Edit, NetworkGraph, Node, NodeId, Note, Wire, stem_of
from model.layers.dense import Dense


class Fragment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What travels on the clipboard; wires only where both of their ends travel too."""

    deltaboard: Literal["fragment"] = "fragment"
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
    """Raises: FileError where the text is no piece of a design, or one that no canvas could hold:
    a cycle, a port that is not there or taken twice."""
    try:
        piece = msgspec.json.decode(text.encode(), type=Fragment)
        check_design(Design(nodes=piece.nodes, wires=_inside(piece), notes=piece.notes), "piece")
    except FileError as fault:
        place = fault.message.partition(": ")[2]
        raise FileError(
            f"The layers on the clipboard do not fit together ({place.rstrip('.')}).",
            hint="Copy layers on a canvas first.",
        ) from None
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as fault:
        raise FileError(
            f"The clipboard holds no layers of Deltaboard ({fault}).",
            hint="Copy layers on a canvas first.",
        ) from None
    return piece


def _inside(piece: Fragment) -> tuple[Wire, ...]:
    """The wires both of whose ends travel."""
    return tuple(w for w in piece.wires if w.source in piece.nodes and w.target in piece.nodes)


def paste(graph: NetworkGraph, piece: Fragment, x: float, y: float, verb: str = "Paste") -> Edit:
    """New copies of the pieces, their top left corner at (x, y), with ids that are free here."""
    placed: list[Node | Note] = [*piece.nodes.values(), *piece.notes.values()]
    if not placed:
        return Edit(f"{verb} nothing", ())
    left, top = min(item.x for item in placed), min(item.y for item in placed)
    renamed: dict[str, str] = {}
    changes: list[Change] = []
    for key, node in piece.nodes.items():
        renamed[key] = graph.new_id(stem_of(node.layer), renamed.values())
    for key, node in piece.nodes.items():
        moved = msgspec.structs.replace(
            _tied(node, renamed), x=node.x - left + x, y=node.y - top + y
        )
        changes.append(Change(renamed[key], None, moved))
    for key, note in piece.notes.items():
        renamed[key] = graph.new_id("note", renamed.values())
        shifted = msgspec.structs.replace(note, x=note.x - left + x, y=note.y - top + y)
        changes.append(Change(renamed[key], None, shifted))
    for wire in _inside(piece):
        ends = {"source": renamed[wire.source], "target": renamed[wire.target]}
        changes.append(Change("", None, msgspec.structs.replace(wire, **ends)))
    count = len(placed)
    return Edit(
        f"{verb} {'an item' if count == 1 else f'{count} items'}",
        tuple(changes),
        tuple(renamed.values()),
    )


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
