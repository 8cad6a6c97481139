"""One-click repairs: edits that would mend a problem, tried out before they are offered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from model import editing
from model.design import Edit, Wire
from model.errors import DesignError
from model.graph import NetworkGraph
from model.layer import Layer, Loss, Source, Spec
from model.layers.dense import Dense
from model.layers.reshape import Flatten
from model.layers.source import DataSource
from model.shapes import Inference, Problem, infer

ROOM = (240.0, 104.0)
"""What a card without numbers takes with the gap behind it, px: to the right, downwards."""


def with_repairs(graph: NetworkGraph, found: Inference) -> Inference:
    """The same inference with every repair that really removes its problem."""
    problems = tuple(
        replace(
            problem,
            repairs=tuple(
                e for e in _candidates(graph, found, problem) if _mends(graph, found, e, problem)
            ),
        )
        for problem in found.problems
    )
    return replace(found, problems=problems)


def _mends(graph: NetworkGraph, found: Inference, edit: Edit, problem: Problem) -> bool:
    """Tried out: the problem is gone, its node has no other fault of shape instead, and no node
    that was sound has one now."""
    trial = NetworkGraph(graph.design())
    try:
        trial.apply(edit.changes)
    except DesignError:
        return False
    sound = found.inputs.keys() - {known.node_id for known in found.problems}
    for left in infer(trial).problems:
        is_same_fault = left.message == problem.message or bool(left.wires and problem.wires)
        if left.node_id in sound or (left.node_id == problem.node_id and is_same_fault):
            return False
    return True


def _candidates(graph: NetworkGraph, found: Inference, problem: Problem) -> Iterator[Edit]:
    if problem.node_id not in graph:
        yield from _shares(graph)
        return
    layer = graph.node(problem.node_id).layer
    if problem.wires:
        yield from _each_step(graph, found, problem)
        yield from _flatten(graph, found, problem)
        yield from _units(graph, found, problem)
        yield from _dense_in_front(graph, found, problem)
    elif isinstance(layer, Loss):
        yield from _labels(graph, problem.node_id)
    elif isinstance(layer, Dense) and layer.tied_to:
        edit = editing.set_fields(graph, problem.node_id, {"tied_to": ""})
        yield edit._replace(text="Give it weights of its own")
    if graph.node(problem.node_id).weights:
        edit = editing.set_node(graph, problem.node_id, {"weights": {}})
        yield edit._replace(text="Take the given weights away")


def _shares(graph: NetworkGraph) -> Iterator[Edit]:
    """Most items for training again."""
    usual = {"validation_share": 0.2, "test_share": 0.2}
    if graph.training.validation_share + graph.training.test_share >= 1:
        edit = editing.set_training(graph, usual)
        yield edit._replace(text="Keep 20% for validation and 20% for testing")


def _flatten(graph: NetworkGraph, found: Inference, problem: Problem) -> Iterator[Edit]:
    """A Flatten layer in front of a node that wants vectors."""
    for wire in problem.wires:
        spec = found.wires.get(wire)
        if spec is not None and len(spec.shape) > 1:
            yield insert_flatten(graph, wire)


def _each_step(graph: NetworkGraph, found: Inference, problem: Problem) -> Iterator[Edit]:
    """A Dense layer behind layers that work on sequences may treat every step alike."""
    specs = [found.wires[wire] for wire in problem.wires if wire in found.wires]
    layer = graph.node(problem.node_id).layer
    above = {graph.node(key).layer.category for key in graph.ancestors(problem.node_id)}
    is_sequence = any(len(spec.shape) == 2 for spec in specs) and above & {"sequence", "attention"}
    if isinstance(layer, Dense) and is_sequence:
        edit = editing.set_fields(graph, problem.node_id, {"each_step": True})
        yield edit._replace(text=f"Apply {graph.title_of(problem.node_id)} to each step")


def _dense_in_front(graph: NetworkGraph, found: Inference, problem: Problem) -> Iterator[Edit]:
    """A Dense layer with as many units as there are classes, where nothing before a loss sets the
    width; a Flatten goes with it where one is needed."""
    layer = graph.node(problem.node_id).layer
    predictions = [wire for wire in problem.wires if wire.target_port == "prediction"]
    if not isinstance(layer, Loss) or len(predictions) != 1:
        return
    wire = predictions[0]
    spec = found.wires.get(wire)
    if spec is None or not spec.shape or spec.classes or _dense_behind(graph, wire) is not None:
        return
    for units in sorted(_wanted_units(found, problem, layer)):
        dense = Dense(units=units)
        if len(spec.shape) == 1:
            yield insert_layer(graph, wire, dense, f"Insert Dense {units}")
        else:
            yield _insert_two(graph, wire, dense, f"Insert Flatten and Dense {units}")


def _insert_two(graph: NetworkGraph, wire: Wire, dense: Dense, text: str) -> Edit:
    first = insert_layer(graph, wire, Flatten(), text)
    trial = NetworkGraph(graph.design())
    trial.apply(first.changes)
    between = trial.wires_into(wire.target, wire.target_port)[0]
    second = insert_layer(trial, between, dense, text)
    return Edit(text, (*first.changes, *second.changes), (*first.created, *second.created))


def insert_flatten(graph: NetworkGraph, wire: Wire) -> Edit:
    """`insert_layer` with a Flatten."""
    return insert_layer(graph, wire, Flatten(), "Insert Flatten")


def insert_layer(graph: NetworkGraph, wire: Wire, layer: Layer, text: str) -> Edit:
    """Splice a layer into a wire, or into one that has just been refused. It takes the place of
    the card behind it, which moves on, with all that lies beyond, to make room."""
    x, y, moved = _room_before(graph, wire)
    if wire in graph.wires():
        edit = editing.splice(graph, layer, x, y, wire)
    else:
        edit = editing.add_node_to_port(graph, layer, x, y, wire.source, wire.source_port)
        joined = Wire(edit.created[0], "h", wire.target, wire.target_port)
        edit = edit._replace(changes=(*edit.changes, editing.added(joined)))
    changes = (*edit.changes, *editing.move(graph, moved).changes)
    return edit._replace(text=text, changes=changes)


def _room_before(
    graph: NetworkGraph, wire: Wire
) -> tuple[float, float, dict[str, tuple[float, float]]]:
    """A place (x, y) in front of a wire's target, and where the pieces go that make way.

    In a column they move down, beside each other to the right; a wire that runs back has no room.
    """
    source, target = graph.node(wire.source), graph.node(wire.target)
    pieces = {key: graph.node(key) for key in graph} | graph.notes
    if abs(target.x - source.x) < abs(target.y - source.y):
        if target.y < source.y:
            return target.x, (source.y + target.y) / 2, {}
        behind = {
            key: (piece.x, piece.y + ROOM[1])
            for key, piece in pieces.items()
            if piece.y >= target.y and abs(piece.x - target.x) < ROOM[0]
        }
    else:
        if target.x < source.x:
            return (source.x + target.x) / 2, target.y, {}
        behind = {
            key: (piece.x + ROOM[0], piece.y)
            for key, piece in pieces.items()
            if piece.x >= target.x
        }
    behind.pop(wire.source, None)
    return target.x, target.y, behind


def _units(graph: NetworkGraph, found: Inference, problem: Problem) -> Iterator[Edit]:
    """Give the Dense layer behind a wire the number of units that the others have."""
    wanted = _wanted_units(found, problem, graph.node(problem.node_id).layer)
    for wire in problem.wires:
        dense = _dense_behind(graph, wire)
        for units in sorted(wanted):
            if dense is not None and _dense(graph, dense).units != units:
                edit = editing.set_fields(graph, dense, {"units": units})
                title = graph.title_of(dense)
                words = f"{units} unit{'s' if units > 1 else ''}"
                yield edit._replace(text=f"Give {words} to {title}")


def _wanted_units(found: Inference, problem: Problem, layer: Layer) -> set[int]:
    """Widths that would fit the other wires of a problem; for a loss those of its target."""
    specs = {wire: found.wires[wire] for wire in problem.wires if wire in found.wires}
    wanted = {_units_of(spec) for spec in specs.values()}
    if isinstance(layer, Loss):
        wanted = {_units_of(s) for w, s in specs.items() if w.target_port == "target"}
        wanted |= {1} if any(spec.classes == 2 for spec in specs.values()) else set()
    return wanted - {0}


def _units_of(spec: Spec) -> int:
    return spec.classes or (spec.shape[0] if len(spec.shape) == 1 else 0)


def _dense(graph: NetworkGraph, node_id: str) -> Dense:
    layer = graph.node(node_id).layer
    if not isinstance(layer, Dense):
        raise DesignError(f"{node_id} is no Dense layer.", node_id=node_id)
    return layer


def _dense_behind(graph: NetworkGraph, wire: Wire) -> str | None:
    """The Dense layer that sets the width on this wire, through layers that keep the width."""
    node_id = wire.source
    while not isinstance(graph.node(node_id).layer, Dense):
        entering = graph.wires_into(node_id)
        if len(entering) != 1 or not _keeps_width(graph.node(node_id).layer):
            return None
        node_id = entering[0].source
    return node_id


def _keeps_width(layer: Layer) -> bool:
    try:
        return layer.out_spec(Spec((7,))) == Spec((7,))
    except DesignError:
        return False


def _labels(graph: NetworkGraph, loss_id: str) -> Iterator[Edit]:
    """Connect port y of the data, or the one open end of the network."""
    ports = {wire.target_port for wire in graph.wires_into(loss_id)}
    missing = {port.name for port in graph.node(loss_id).layer.inputs} - ports
    if "target" in missing:
        above = graph.ancestors(loss_id)
        sources = [key for key in graph if isinstance(graph.node(key).layer, DataSource)]
        for key in sorted(sources, key=lambda key: key not in above):
            edit = editing.add_wire(graph, Wire(key, "y", loss_id, "target"))
            yield edit._replace(text=f"Connect the labels of {graph.title_of(key)}")
    if "prediction" in missing:
        for key in graph:
            layer = graph.node(key).layer
            is_open = layer.outputs and not graph.wires_from(key)
            if is_open and not isinstance(layer, Source) and not graph.reaches(loss_id, key):
                edit = editing.add_wire(graph, Wire(key, "h", loss_id, "prediction"))
                yield edit._replace(text=f"Connect {graph.title_of(key)} as the prediction")
