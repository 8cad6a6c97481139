"""The living design: ids, order, changes that fit together or are refused as a whole, events."""

from __future__ import annotations

import pytest

from model import editing
from model.design import Change, Edit, Node, Note, Wire
from model.errors import DesignError
from model.graph import NetworkGraph
from model.layers.activations import ReLU, Tanh
from model.layers.dense import Dense
from model.layers.merge import Add
from model.settings import TrainingSettings
from tests.model.samples import build
from tests.model.shadow import Shadow, bytes_of


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
