"""Every edit of a design, as a function from the present graph to an `Edit`. Nothing is changed
here: the caller applies the edit, keeps it for undo, or throws it away.

Positions are in scene pixels.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Literal

import msgspec

from model.design import Change, Edit, Node, Note, Wire, stem_of
from model.fields import fields_of, layer_with, training_with
from model.graph import NetworkGraph
from model.layer import Layer, Source
from model.node_fields import node_with
from model.symbols import named

Align = Literal["left", "centre", "right", "top", "middle", "bottom"]
Sizes = Mapping[str, tuple[float, float]]


def add_node(graph: NetworkGraph, layer: Layer, x: float, y: float, name: str = "") -> Edit:
    key = graph.new_id(stem_of(layer))
    node = Node(layer=layer, x=x, y=y, name=name)
    return Edit(f"Add {node.title}", (Change(key, None, node),), (key,))


def add_wire(graph: NetworkGraph, wire: Wire) -> Edit:
    """The wire at the end of its port's order. `wiring.check_wire` says beforehand if it may be."""
    placed = _last(graph, wire)
    text = f"Wire {graph.title_of(wire.source)} to {graph.title_of(wire.target)}"
    return Edit(text, (Change("", None, placed),))


def _last(graph: NetworkGraph, wire: Wire) -> Wire:
    taken = graph.wires_into(wire.target, wire.target_port)
    return msgspec.structs.replace(wire, order=taken[-1].order + 1 if taken else 0)


def added(wire: Wire) -> Change:
    return Change("", None, wire)


def rewire(graph: NetworkGraph, old: Wire, new: Wire) -> Edit:
    """One end of a wire is dragged to another port."""
    order = old.order if (old.target, old.target_port) == (new.target, new.target_port) else None
    placed = _last(graph, new) if order is None else msgspec.structs.replace(new, order=order)
    return Edit("Move a wire", (Change("", old, None), Change("", None, placed)))


def remove_wires(graph: NetworkGraph, wires: Iterable[Wire]) -> Edit:
    changes = tuple(Change("", wire, None) for wire in sorted(wires))
    return Edit("Remove a wire" if len(changes) == 1 else "Remove wires", changes)


def add_node_to_port(
    graph: NetworkGraph, layer: Layer, x: float, y: float, source: str, source_port: str
) -> Edit:
    """A new node whose first input port is wired to an output port."""
    added = add_node(graph, layer, x, y)
    wire = Wire(source, source_port, added.created[0], layer.inputs[0].name)
    return Edit(added.text, (*added.changes, Change("", None, wire)), added.created)


def add_node_before_port(
    graph: NetworkGraph, layer: Layer, x: float, y: float, target: str, target_port: str
) -> Edit:
    """A new node whose first output port is wired to an input port."""
    added = add_node(graph, layer, x, y)
    wire = _last(graph, Wire(added.created[0], layer.outputs[0].name, target, target_port))
    return Edit(added.text, (*added.changes, Change("", None, wire)), added.created)


def splice(graph: NetworkGraph, layer: Layer, x: float, y: float, wire: Wire) -> Edit:
    """A new node in the middle of a wire."""
    added = add_node(graph, layer, x, y)
    changes = (*added.changes, *_through(added.created[0], layer, wire))
    return Edit(f"Insert {Node(layer=layer).title}", changes, added.created)


def splice_existing(graph: NetworkGraph, node_id: str, wire: Wire) -> Edit:
    """A node without wires, dropped on a wire."""
    node = graph.node(node_id)
    return Edit(f"Insert {graph.title_of(node_id)}", tuple(_through(node_id, node.layer, wire)))


def can_splice(layer: Layer) -> bool:
    return bool(layer.inputs) and bool(layer.outputs)


def _through(node_id: str, layer: Layer, wire: Wire) -> list[Change]:
    first = Wire(wire.source, wire.source_port, node_id, layer.inputs[0].name)
    second = Wire(node_id, layer.outputs[0].name, wire.target, wire.target_port, wire.order)
    return [Change("", wire, None), Change("", None, first), Change("", None, second)]


def remove(
    graph: NetworkGraph,
    node_ids: Collection[str],
    note_ids: Collection[str] = (),
    wires: Collection[Wire] = (),
) -> Edit:
    """Remove pieces; a wire is healed through a node that had one input and an output."""
    doomed = {key for key in node_ids if key in graph}
    cut = set(wires)
    for key in doomed:
        cut.update(graph.wires_into(key), graph.wires_from(key))
    healed = [wire for wire in sorted(cut) if wire.target not in doomed and wire not in set(wires)]
    changes = [Change("", wire, None) for wire in sorted(cut)]
    changes += [Change(key, graph.node(key), None) for key in sorted(doomed)]
    changes += [Change(key, graph.notes[key], None) for key in sorted(note_ids)]
    for wire in healed:
        start = _upstream(graph, wire, doomed, set(wires))
        if start is not None:
            changes.append(
                Change(
                    "",
                    None,
                    msgspec.structs.replace(
                        wire, source=start.source, source_port=start.source_port
                    ),
                )
            )
    return Edit(_removal_text(graph, doomed, note_ids), tuple(changes))


def _upstream(
    graph: NetworkGraph, wire: Wire, doomed: set[str], unwanted: set[Wire]
) -> Wire | None:
    """The wire that enters a chain of doomed nodes from a survivor, where there is just one."""
    while wire.source in doomed:
        entering = graph.wires_into(wire.source)
        if len(entering) != 1 or entering[0] in unwanted:
            return None
        wire = entering[0]
    return wire


def _removal_text(graph: NetworkGraph, doomed: set[str], note_ids: Collection[str]) -> str:
    total = len(doomed) + len(note_ids)
    if total == 1 and doomed:
        return f"Remove {graph.title_of(next(iter(doomed)))}"
    if total == 1:
        return "Remove a note"
    return f"Remove {total} items" if total else "Remove wires"


def move(graph: NetworkGraph, places: Mapping[str, tuple[float, float]]) -> Edit:
    """Nodes and notes to new places (x, y)."""
    changes: list[Change] = []
    for key in sorted(places):
        old: Node | Note = graph.node(key) if key in graph else graph.notes[key]
        x, y = places[key]
        new = msgspec.structs.replace(old, x=round(float(x), 2), y=round(float(y), 2))
        if new != old:
            changes.append(Change(key, old, new))
    if len(changes) == 1 and isinstance(changes[0].old, Node):
        return Edit(f"Move {graph.title_of(changes[0].key)}", tuple(changes))
    return Edit(f"Move {len(changes)} items", tuple(changes))


def align(graph: NetworkGraph, keys: Collection[str], how: Align, sizes: Sizes) -> Edit:
    """Line up edges or centres. sizes: (width, height) of each node and note."""
    axis = 0 if how in ("left", "centre", "right") else 1
    share = {"left": 0.0, "top": 0.0, "centre": 0.5, "middle": 0.5}.get(how, 1.0)
    at = {key: _position(graph, key) for key in keys}
    edges = [at[key][axis] + share * sizes[key][axis] for key in keys]
    goal = {0.0: min(edges), 0.5: sum(edges) / len(edges), 1.0: max(edges)}[share]
    places = {}
    for key in keys:
        place = list(at[key])
        place[axis] = goal - share * sizes[key][axis]
        places[key] = (place[0], place[1])
    return move(graph, places)._replace(text=f"Align {how}")


def _position(graph: NetworkGraph, key: str) -> tuple[float, float]:
    piece: Node | Note = graph.node(key) if key in graph else graph.notes[key]
    return piece.x, piece.y


def rename(graph: NetworkGraph, node_id: str, name: str) -> Edit:
    """An empty name gives the layer's own title back."""
    old = graph.node(node_id)
    new = msgspec.structs.replace(old, name=name.strip()[:200])
    return Edit(f"Rename {graph.title_of(node_id)}", (Change(node_id, old, new),))


def set_fields(graph: NetworkGraph, node_id: str, values: dict[str, Any]) -> Edit:
    """Raises: FieldError where a field is unknown or out of bounds."""
    old = graph.node(node_id)
    new = msgspec.structs.replace(old, layer=layer_with(old.layer, values))
    text = f"Set {_listed(values, old.layer)} of {graph.title_of(node_id)}"
    lost, gained = _rewired(graph, node_id, new.layer)
    return Edit(text, (*lost, Change(node_id, old, new), *gained))


def _rewired(graph: NetworkGraph, node_id: str, layer: Layer) -> tuple[list[Change], list[Change]]:
    """The wires of a formula whose names have changed: one renamed name keeps its wire, the wires
    of names that are gone are removed."""
    entering = graph.wires_into(node_id)
    before = [port.name for port in graph.node(node_id).layer.inputs]
    after = [port.name for port in layer.inputs]
    gone = [name for name in before if name not in after]
    new = [name for name in after if name not in before]
    lost = [wire for wire in entering if wire.target_port in gone]
    gained = []
    if len(gone) == len(new) == 1:
        gained = [msgspec.structs.replace(wire, target_port=new[0]) for wire in lost]
    return [Change("", wire, None) for wire in lost], [Change("", None, wire) for wire in gained]


def set_node(graph: NetworkGraph, node_id: str, values: dict[str, Any]) -> Edit:
    """is_frozen, l1, l2 or weights of a node. Raises: FieldError."""
    old = graph.node(node_id)
    return Edit(
        f"Set {_listed(values)} of {graph.title_of(node_id)}",
        (Change(node_id, old, node_with(old, values)),),
    )


def set_training(graph: NetworkGraph, values: dict[str, Any]) -> Edit:
    """Raises: FieldError. See `fields.training_with` for the names."""
    new = training_with(graph.training, values)
    text = f"Set {_listed(values, new, new.optimizer)}"
    return Edit(text, (Change("", graph.training, new),))


def _listed(values: dict[str, Any], *structs: msgspec.Struct) -> str:
    symbols = {field.name: field.symbol for each in structs for field in fields_of(type(each))}
    return ", ".join(named(name, symbols.get(name, "")) for name in values)


def replace_layer(graph: NetworkGraph, node_id: str, layer: Layer) -> Edit:
    """Another kind of layer in the same place; wires at ports it lacks are removed."""
    old = graph.node(node_id)
    inputs = {port.name: port for port in layer.inputs}
    outputs = {port.name for port in layer.outputs}
    lost = [wire for wire in graph.wires_into(node_id) if wire.target_port not in inputs]
    lost += [wire for wire in graph.wires_from(node_id) if wire.source_port not in outputs]
    for name, port in inputs.items():
        if not port.is_variadic:
            lost += graph.wires_into(node_id, name)[1:] if name in inputs else []
    new = msgspec.structs.replace(old, layer=layer)
    changes = [Change("", wire, None) for wire in sorted(set(lost))]
    text = f"Change {graph.title_of(node_id)} to {new.title}"
    return Edit(text, (*changes, Change(node_id, old, new)), (node_id,))


def add_note(graph: NetworkGraph, text: str, x: float, y: float) -> Edit:
    key = graph.new_id("note")
    return Edit("Add a note", (Change(key, None, Note(text=text, x=x, y=y)),), (key,))


def set_note(graph: NetworkGraph, key: str, **values: Any) -> Edit:
    """Text, width or height of a note."""
    old = graph.notes[key]
    return Edit("Edit a note", (Change(key, old, msgspec.structs.replace(old, **values)),))


def is_source(graph: NetworkGraph, node_id: str) -> bool:
    return isinstance(graph.node(node_id).layer, Source)
