"""Any edit can be undone and redone to the byte, and events tell the whole story."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import clipboard, editing
from model.design import Change, Design, Edit, Node, Note, Wire
from model.errors import DesignError, FieldError
from model.fields import fields_of
from model.graph import NetworkGraph
from model.layer import Layer, Source
from model.layers import LAYERS
from model.layers.activations import ReLU, Tanh
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.losses import SoftmaxCrossEntropy
from model.layers.merge import Add, Concatenate
from model.layers.source import DataSource
from model.optimizers import SGD, Adam, Momentum
from model.schedules import Cosine, StepDecay
from model.settings import TrainingSettings
from tests.model.layers.registry import values_of
from tests.model.samples import build, chain


def bytes_of(graph: NetworkGraph) -> bytes:
    return msgspec.json.encode(graph.design())


class Shadow:
    """A listener that knows the design from its events alone."""

    def __init__(self, graph: NetworkGraph) -> None:
        self.graph = graph
        self.nodes: dict[str, Node] = {}
        self.wires: set[Wire] = set()
        self.notes: dict[str, Note] = {}
        self.training = graph.training
        self.rounds = 0
        graph.node_added.connect(self.on_node_added)
        graph.node_removed.connect(self.on_node_removed)
        graph.node_changed.connect(self.on_node_changed)
        graph.wire_added.connect(self.on_wire_added)
        graph.wire_removed.connect(self.on_wire_removed)
        graph.note_added.connect(self.on_note_added)
        graph.note_removed.connect(self.on_note_removed)
        graph.note_changed.connect(self.on_note_changed)
        graph.training_changed.connect(self.on_training_changed)
        graph.changed.connect(self.on_changed)

    def on_node_added(self, key: str) -> None:
        assert key not in self.nodes
        self.nodes[key] = self.graph.node(key)

    def on_node_removed(self, key: str) -> None:
        assert not [wire for wire in self.wires if key in (wire.source, wire.target)]
        del self.nodes[key]

    def on_node_changed(self, key: str, old: Node, new: Node) -> None:
        assert self.nodes[key] == old
        self.nodes[key] = new

    def on_wire_added(self, wire: Wire) -> None:
        assert wire not in self.wires
        assert {wire.source, wire.target} <= self.nodes.keys()
        self.wires.add(wire)

    def on_wire_removed(self, wire: Wire) -> None:
        self.wires.remove(wire)

    def on_note_added(self, key: str) -> None:
        assert key not in self.notes
        self.notes[key] = self.graph.notes[key]

    def on_note_removed(self, key: str) -> None:
        del self.notes[key]

    def on_note_changed(self, key: str) -> None:
        assert key in self.notes
        self.notes[key] = self.graph.notes[key]

    def on_training_changed(self, training: TrainingSettings) -> None:
        self.training = training

    def on_changed(self) -> None:
        self.rounds += 1

    def check(self) -> None:
        assert self.nodes == self.graph.nodes
        assert self.wires == set(self.graph.wires())
        assert self.notes == self.graph.notes
        assert self.training == self.graph.training


# random edits

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


@settings(max_examples=120)
@given(data=st.data(), count=st.integers(1, 14))
def test_any_sequence_of_edits_is_undone_and_redone_to_the_byte(data: st.DataObject, count: int):
    graph = chain(DataSource(), Dense(units=2), ReLU(), loss=SoftmaxCrossEntropy())
    shadow = Shadow(graph)
    shadow.nodes, shadow.wires = graph.nodes, set(graph.wires())
    states = [bytes_of(graph)]
    edits: list[Edit] = []
    for _ in range(count):
        edit = draw_edit(data, graph)
        if edit is None or not edit.changes:
            continue
        assert edit.text
        assert bytes_of(graph) == states[-1], "making an edit changed the design"
        graph.apply(edit.changes)
        for key in edit.created:
            assert key in graph or key in graph.notes
        shadow.check()
        check_is_sound(graph)
        edits.append(edit)
        states.append(bytes_of(graph))
    for edit, before in zip(reversed(edits), reversed(states[:-1]), strict=True):
        graph.apply(edit.reversed().changes)
        assert bytes_of(graph) == before
        shadow.check()
    for edit, then in zip(edits, states[1:], strict=True):
        graph.apply(edit.changes)
        assert bytes_of(graph) == then
        shadow.check()
    assert shadow.rounds == 3 * len(edits)


@settings(max_examples=60)
@given(data=st.data(), count=st.integers(1, 10))
def test_an_edit_reversed_twice_is_the_edit(data: st.DataObject, count: int):
    graph = chain(DataSource(), Dense(units=2), loss=SoftmaxCrossEntropy())
    for _ in range(count):
        edit = draw_edit(data, graph)
        if edit is not None:
            assert edit.reversed().reversed().changes == edit.changes
            graph.apply(edit.changes)


# healing


def wires_of(graph: NetworkGraph) -> list[str]:
    return [f"{w.source}.{w.source_port} > {w.target}.{w.target_port}" for w in graph.wires()]


def removed(graph: NetworkGraph, *keys: str, **more: Any) -> NetworkGraph:
    graph.apply(editing.remove(graph, keys, **more).changes)
    return graph


@pytest.fixture
def line() -> NetworkGraph:
    return build(
        {"data": DataSource(), "a": Dense(), "b": ReLU(), "c": Dense(), "d": Tanh(), "e": Add()},
        "data.x > a.h",
        "a.h > b.h",
        "b.h > c.h",
        "b.h > d.h",
        "c.h > e.h",
        "d.h > e.h",
    )


def test_a_wire_is_healed_through_a_removed_layer(line: NetworkGraph):
    assert "a.h > c.h" in wires_of(removed(line, "b"))
    assert "a.h > d.h" in wires_of(line)


def test_a_wire_is_healed_through_a_chain_of_removed_layers(line: NetworkGraph):
    assert wires_of(removed(line, "a", "b")) == [
        "c.h > e.h",
        "d.h > e.h",
        "data.x > c.h",
        "data.x > d.h",
    ]


def test_healed_wires_keep_their_place_in_a_merge(line: NetworkGraph):
    removed(line, "c")
    assert [wire.source for wire in line.wires_into("e")] == ["b", "d"]


def test_two_removed_branches_heal_into_two_wires(line: NetworkGraph):
    removed(line, "c", "d")
    assert [(wire.source, wire.order) for wire in line.wires_into("e")] == [("b", 0), ("b", 1)]


def test_a_merge_is_not_healed_since_its_wires_cannot_be_one():
    graph = build(
        {"one": Dense(), "two": Dense(), "add": Add(), "end": Dense()},
        "one.h > add.h",
        "two.h > add.h",
        "add.h > end.h",
    )
    assert wires_of(removed(graph, "add")) == []


def test_nothing_is_healed_through_data_or_to_a_loss_that_goes_too():
    graph = chain(DataSource(), Dense(units=2), loss=SoftmaxCrossEntropy())
    assert wires_of(removed(NetworkGraph(graph.design()), "data")) == [
        "dense_1.h > loss.prediction"
    ]
    assert wires_of(removed(graph, "dense_1", "loss")) == []


def test_a_wire_that_was_chosen_to_go_is_not_healed(line: NetworkGraph):
    entering = line.wires_into("b")
    assert "a.h > c.h" not in wires_of(removed(line, "b", wires=entering))


def test_the_text_of_a_removal_counts(line: NetworkGraph):
    assert editing.remove(line, ["a"]).text == "Remove Dense 16 (1st)"
    assert editing.remove(line, ["a", "b"]).text == "Remove 2 items"
    assert editing.remove(line, [], wires=line.wires()[:1]).text == "Remove wires"


# single edits


def test_a_layer_spliced_into_a_merge_keeps_the_order_of_the_wires(line: NetworkGraph):
    first = line.wires_into("e")[0]
    line.apply(editing.splice(line, Dropout(), 0, 0, first).changes)
    assert [wire.source for wire in line.wires_into("e")] == ["dropout_1", "d"]
    assert [wire.source for wire in line.wires_into("dropout_1")] == ["c"]


def test_what_has_no_input_or_no_output_cannot_be_spliced():
    assert not editing.can_splice(DataSource())
    assert not editing.can_splice(SoftmaxCrossEntropy())
    assert editing.can_splice(Concatenate())


def test_the_other_end_of_a_wire_in_a_merge_keeps_its_place(line: NetworkGraph):
    old = line.wires_into("e")[0]
    line.apply(editing.rewire(line, old, Wire("a", "h", "e", "h")).changes)
    assert [wire.source for wire in line.wires_into("e")] == ["a", "d"]


def test_another_kind_of_layer_keeps_the_wires_whose_ports_it_has():
    graph = chain(DataSource(), Dense(units=2), ReLU(), loss=SoftmaxCrossEntropy())
    edit = editing.replace_layer(graph, "relu_1", Tanh())
    graph.apply(edit.changes)
    assert graph.node("relu_1").layer == Tanh()
    assert len(graph.wires()) == 4
    graph.apply(editing.replace_layer(graph, "relu_1", SoftmaxCrossEntropy()).changes)
    assert wires_of(graph) == ["data.x > dense_1.h", "data.y > loss.target"]


def test_a_merge_that_becomes_a_plain_layer_keeps_its_first_wire(line: NetworkGraph):
    line.apply(editing.replace_layer(line, "e", Dense()).changes)
    assert [wire.source for wire in line.wires_into("e")] == ["c"]


def test_unknown_fields_and_bad_values_are_refused_with_field_and_bound():
    graph = build({"a": Dropout()})
    with pytest.raises(FieldError, match=r"no field 'q'.*p, scaling"):
        editing.set_fields(graph, "a", {"q": 1})
    with pytest.raises(FieldError, match=r"p must be .* below 1, not 1\.0"):
        editing.set_fields(graph, "a", {"p": 1.0})
    with pytest.raises(FieldError, match=r"scaling must be one of .*, not sideways"):
        editing.set_fields(graph, "a", {"scaling": "sideways"})
    with pytest.raises(FieldError, match="p"):
        editing.set_fields(graph, "a", {"p": float("nan")})
    with pytest.raises(DesignError, match="no node named 'b'"):
        editing.set_fields(graph, "b", {"p": 0.1})


def test_training_settings_reach_through_to_the_optimiser():
    graph = NetworkGraph()
    graph.apply(editing.set_training(graph, {"optimizer": "momentum", "lr": 0.25, "l2": 1}).changes)
    assert graph.training.optimizer == Momentum(lr=0.25)
    assert graph.training.l2 == 1.0
    graph.apply(editing.set_training(graph, {"optimizer": "adam"}).changes)
    assert graph.training.optimizer == Adam(lr=0.25)
    with pytest.raises(FieldError, match="momentum"):
        editing.set_training(graph, {"momentum": 0.5})
    with pytest.raises(FieldError, match="newton"):
        editing.set_training(graph, {"optimizer": "newton"})
    with pytest.raises(FieldError, match="lr"):
        editing.set_training(graph, {"lr": -1})


def test_training_settings_reach_through_to_the_schedule():
    graph = NetworkGraph()
    values = {"schedule": "cosine", "length": 50, "warmup": 5, "lr": 0.25}
    graph.apply(editing.set_training(graph, values).changes)
    assert graph.training.schedule == Cosine(length=50, warmup=5)
    assert graph.training.optimizer == SGD(lr=0.25)
    graph.apply(editing.set_training(graph, {"schedule": "step"}).changes)
    assert graph.training.schedule == StepDecay(warmup=5)
    with pytest.raises(FieldError, match="sometimes"):
        editing.set_training(graph, {"schedule": "sometimes"})
    with pytest.raises(FieldError, match="warmup"):
        editing.set_training(graph, {"warmup": -1})


def test_a_move_to_the_same_place_is_no_edit():
    graph = build({"a": Dense()})
    assert editing.move(graph, {"a": (0.0, 0.0)}).changes == ()
    assert editing.move(graph, {"a": (0.001, 0.0)}).changes == ()
    assert editing.move(graph, {"a": (1.0, 0.0)}).text == "Move Dense 16"


@pytest.mark.parametrize(
    ("how", "axis", "expected"),
    [
        ("left", 0, [10, 10]),
        ("right", 0, [60, 10]),  # right edges at 110: 110 - 50 and 110 - 100
        ("centre", 0, [22.5, -2.5]),  # centres 35 and 60: mean 47.5, less half of 50 and 100
        ("top", 1, [0, 0]),
        ("bottom", 1, [80, 60]),  # lower edges 20 and 100
        ("middle", 1, [35, 25]),  # centres 10 and 80: mean 45, less half of 20 and 40
    ],
)
def test_layers_are_lined_up(how: Any, axis: int, expected: list[float]):
    graph = build({"a": Dense(), "b": Dense()})
    graph.apply(editing.move(graph, {"a": (10.0, 0.0), "b": (10.0, 60.0)}).changes)
    sizes = {"a": (50.0, 20.0), "b": (100.0, 40.0)}
    graph.apply(editing.align(graph, ["a", "b"], how, sizes).changes)
    found = [(graph.node(key).x, graph.node(key).y)[axis] for key in ("a", "b")]
    assert found == expected


# the graph


def test_ids_are_the_first_free_number_and_notes_share_the_name_space():
    graph = NetworkGraph()
    for _ in range(3):
        graph.apply(editing.add_node(graph, Dense(), 0, 0).changes)
    assert list(graph) == ["dense_1", "dense_2", "dense_3"]
    graph.apply(editing.remove(graph, ["dense_2"]).changes)
    assert graph.new_id("dense") == "dense_2"
    assert graph.new_id("dense", ["dense_2"]) == "dense_4"
    graph.apply(editing.add_note(graph, "hello", 0, 0).changes)
    assert graph.new_id("note") == "note_2"


def test_ten_comes_after_two():
    graph = NetworkGraph()
    for _ in range(11):
        graph.apply(editing.add_node(graph, Dense(), 0, 0).changes)
    assert list(graph)[-2:] == ["dense_10", "dense_11"]
    assert graph.order()[:3] == ["dense_1", "dense_2", "dense_3"]
    assert list(graph.design().nodes)[-1] == "dense_11"


def test_the_same_design_has_the_same_bytes_whatever_the_order_of_its_making():
    first = build({"a": Dense(), "b": Dense(), "c": Add()}, "a.h > c.h", "b.h > c.h")
    second = NetworkGraph()
    changes = [Change(key, None, first.node(key)) for key in ("c", "b", "a")]
    changes += [Change("", None, wire) for wire in reversed(first.wires())]
    second.apply(changes)
    assert bytes_of(first) == bytes_of(second)
    assert first.order() == second.order()


@pytest.mark.parametrize(
    "changes",
    [
        [Change("a", None, Node(layer=ReLU()))],
        [Change("z", Node(layer=ReLU()), None)],
        [Change("z", Node(layer=ReLU()), Node(layer=Tanh()))],
        [Change("a", Node(layer=Tanh()), Node(layer=ReLU()))],
        [Change("a", Node(layer=Dense()), None)],  # its wire would hang in the air
        [Change("", None, Wire("a", "h", "z", "h"))],
        [Change("", None, Wire("a", "h", "b", "h"))],
        [Change("", Wire("a", "h", "b", "h", 3), None)],
        [Change("note_1", Note(text="x"), None)],
        [Change("", TrainingSettings(seed=1), TrainingSettings(seed=2))],
    ],
)
def test_a_change_that_does_not_start_from_the_present_state_changes_nothing(
    changes: list[Change],
):
    graph = build({"a": Dense(), "b": Dense()}, "a.h > b.h")
    good = Change("", graph.training, TrainingSettings(seed=5))
    if changes[0].old == TrainingSettings(seed=1):
        good = Change("c", None, Node(layer=Dense()))
    shadow = Shadow(graph)
    shadow.nodes, shadow.wires = graph.nodes, set(graph.wires())
    before = bytes_of(graph)
    with pytest.raises(DesignError):
        graph.apply([good, *changes])
    assert bytes_of(graph) == before
    shadow.check()
    assert shadow.rounds == 0


def test_changes_of_one_apply_may_build_on_one_another():
    graph = build({"a": Dense(), "b": Dense()}, "a.h > b.h")
    wire = graph.wires()[0]
    before = bytes_of(graph)
    changes = [
        Change("", wire, None),
        Change("b", graph.node("b"), None),
        Change("b", None, Node(layer=ReLU())),
        Change("", None, wire),
        Change("b", Node(layer=ReLU()), Node(layer=Tanh())),
    ]
    graph.apply(changes)
    assert graph.node("b").layer == Tanh()
    assert graph.wires() == [wire]
    graph.apply(Edit("", tuple(changes)).reversed().changes)
    assert bytes_of(graph) == before


def test_reading_gives_copies():
    graph = build({"a": Dense()})
    graph.nodes.clear()
    graph.notes["x"] = Note()
    graph.wires().append(Wire("a", "h", "a", "h"))
    assert list(graph) == ["a"]
    assert graph.notes == {}
    assert graph.wires() == []


def test_an_event_may_be_disconnected_while_it_runs():
    graph = NetworkGraph()
    heard: list[str] = []

    def once(key: str) -> None:
        heard.append(key)
        graph.node_added.disconnect(once)

    graph.node_added.connect(once)
    graph.node_added.connect(heard.append)
    for _ in range(2):
        graph.apply(editing.add_node(graph, Dense(), 0, 0).changes)
    assert heard == ["dense_1", "dense_1", "dense_2"]


def test_sources_are_known():
    graph = chain(DataSource(), Dense(units=2), loss=SoftmaxCrossEntropy())
    assert [key for key in graph if editing.is_source(graph, key)] == ["data"]
    assert isinstance(graph.node("data").layer, Source)
