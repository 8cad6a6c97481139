"""Any edit that the window could make, drawn by chance; and what holds for every design."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import strategies as st

from model import clipboard, editing
from model.design import Design, Edit, Wire
from model.fields import fields_of
from model.graph import NetworkGraph
from model.layer import Layer
from model.layers import LAYERS
from tests.model.layers.registry import values_of
from tests.model.shadow import bytes_of

layers: st.SearchStrategy[Layer] = st.sampled_from([kind() for kind in LAYERS.values()])
places = st.floats(-1000, 1000).map(lambda value: round(value, 2))


def draw_edit(data: st.DataObject, graph: NetworkGraph) -> Edit | None:
    """One edit that the window could make of this design; None where there is nothing for it."""
    kind = data.draw(st.sampled_from(sorted(MAKERS)), label="kind")
    return MAKERS[kind](data, graph)


def some(data: st.DataObject, items: Any) -> Any:
    items = list(items)
    return data.draw(st.sampled_from(items)) if items else None


def make_add(data: st.DataObject, graph: NetworkGraph) -> Edit | None:
    return editing.add_node(graph, data.draw(layers), data.draw(places), data.draw(places))


def possible_wires(graph: NetworkGraph) -> list[Wire]:
    found = []
    for source, start in graph.nodes.items():
        for target, end in graph.nodes.items():
            if graph.reaches(target, source):
                continue
            for out in start.layer.outputs:
                found += [
                    Wire(source, out.name, target, port.name)
                    for port in end.layer.inputs
                    if port.is_variadic or not graph.wires_into(target, port.name)
                ]
    return found


def make_wire(data: st.DataObject, graph: NetworkGraph) -> Edit | None:
    wire = some(data, possible_wires(graph))
    return wire and editing.add_wire(graph, wire)


def make_rewire(data: st.DataObject, graph: NetworkGraph) -> Edit | None:
    old = some(data, graph.wires())
    if old is None:
        return None
    one_end = [
        wire
        for wire in possible_wires(graph)
        if (wire.source, wire.source_port) == (old.source, old.source_port)
        or (wire.target, wire.target_port) == (old.target, old.target_port)
    ]
    new = some(data, one_end)
    return new and editing.rewire(graph, old, new)


def make_splice(data: st.DataObject, graph: NetworkGraph) -> Edit | None:
    wire, layer = some(data, graph.wires()), data.draw(layers)
    if wire is None or not editing.can_splice(layer):
        return None
    return editing.splice(graph, layer, 1.0, 2.0, wire)


def make_splice_existing(data: st.DataObject, graph: NetworkGraph) -> Edit | None:
    free = [
        key
        for key in graph
        if editing.can_splice(graph.node(key).layer)
        and not graph.wires_into(key)
        and not graph.wires_from(key)
    ]
    wire, key = some(data, graph.wires()), some(data, free)
    return editing.splice_existing(graph, key, wire) if wire and key else None


def make_add_to_port(data: st.DataObject, graph: NetworkGraph) -> Edit | None:
    key, layer = some(data, graph), data.draw(layers)
    if key is None or not graph.node(key).layer.outputs or not layer.inputs:
        return None
    port = some(data, graph.node(key).layer.outputs).name
    return editing.add_node_to_port(graph, layer, 0.0, 0.0, key, port)


def make_add_before_port(data: st.DataObject, graph: NetworkGraph) -> Edit | None:
    layer = data.draw(layers)
    free = [
        (key, port.name)
        for key in graph
        for port in graph.node(key).layer.inputs
        if port.is_variadic or not graph.wires_into(key, port.name)
    ]
    end = some(data, free)
    if end is None or not layer.outputs:
        return None
    return editing.add_node_before_port(graph, layer, 0.0, 0.0, *end)


def make_remove(data: st.DataObject, graph: NetworkGraph) -> Edit | None:
    keys = data.draw(st.sets(st.sampled_from(sorted(graph.nodes)))) if len(graph) else set()
    notes = data.draw(st.sets(st.sampled_from(sorted(graph.notes)))) if graph.notes else set()
    wires = data.draw(st.sets(st.sampled_from(graph.wires()))) if graph.wires() else set()
    return editing.remove(graph, keys, notes, wires)


def make_move(data: st.DataObject, graph: NetworkGraph) -> Edit | None:
    keys = [*graph.nodes, *graph.notes]
    moved = data.draw(st.sets(st.sampled_from(sorted(keys)))) if keys else set()
    return editing.move(graph, {key: (data.draw(places), data.draw(places)) for key in moved})


def make_align(data: st.DataObject, graph: NetworkGraph) -> Edit | None:
    keys = sorted([*graph.nodes, *graph.notes])
    if not keys:
        return None
    how = data.draw(st.sampled_from(["left", "centre", "right", "top", "middle", "bottom"]))
    return editing.align(graph, keys, how, dict.fromkeys(keys, (180.0, 90.0)))


def make_rename(data: st.DataObject, graph: NetworkGraph) -> Edit | None:
    key = some(data, graph)
    return key and editing.rename(graph, key, data.draw(st.text(max_size=5)))


def make_fields(data: st.DataObject, graph: NetworkGraph) -> Edit | None:
    key = some(data, graph)
    field = some(data, fields_of(type(graph.node(key).layer))) if key else None
    if field is None:
        return None
    return editing.set_fields(graph, key, {field.name: some(data, values_of(field))})


def make_training(data: st.DataObject, graph: NetworkGraph) -> Edit | None:
    values = st.sampled_from(
        [{"seed": 7}, {"lr": 0.5}, {"optimizer": "adam"}, {"optimizer": "sgd"}, {"l2": 0.25}]
    )
    return editing.set_training(graph, data.draw(values))


def make_note(data: st.DataObject, graph: NetworkGraph) -> Edit | None:
    key = some(data, graph.notes)
    if key is None:
        return editing.add_note(graph, data.draw(st.text(max_size=8)), 1.0, 2.0)
    return editing.set_note(graph, key, text=data.draw(st.text(max_size=8)), width=300.0)


def make_duplicate(data: st.DataObject, graph: NetworkGraph) -> Edit | None:
    keys = [*graph.nodes, *graph.notes]
    if not 0 < len(keys) < 12:
        return None
    return clipboard.duplicate(graph, data.draw(st.sets(st.sampled_from(sorted(keys)))))


def make_paste(data: st.DataObject, graph: NetworkGraph) -> Edit | None:
    if len(graph) > 12:
        return None
    piece = clipboard.from_text(clipboard.to_text(graph, list(graph)[:3]))
    return clipboard.paste(graph, piece, data.draw(places), data.draw(places))


def make_replace(data: st.DataObject, graph: NetworkGraph) -> Edit | None:
    key = some(data, graph)
    return key and editing.replace_layer(graph, key, data.draw(layers))


MAKERS = {
    name.removeprefix("make_"): made for name, made in globals().items() if name[:5] == "make_"
}


def check_is_sound(graph: NetworkGraph) -> None:
    """What `wiring` would have let through: ports that exist, one wire a plain port, no cycle."""
    graph.order()
    for key in graph:
        layer = graph.node(key).layer
        for port in layer.inputs:
            entering = graph.wires_into(key, port.name)
            orders = [wire.order for wire in entering]
            assert port.is_variadic or len(entering) <= 1, (key, port)
            assert len(orders) == len(set(orders)), entering
    for wire in graph.wires():
        assert graph.node(wire.source).port(wire.source_port, is_input=False) is not None
        assert graph.node(wire.target).port(wire.target_port, is_input=True) is not None
    loaded = msgspec.json.decode(bytes_of(graph), type=Design)
    assert loaded == graph.design()
