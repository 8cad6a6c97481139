"""Wires through what is removed are healed, and keep their places."""

from __future__ import annotations

from typing import Any

from model import editing
from model.graph import NetworkGraph
from model.layers.dense import Dense
from model.layers.losses import SoftmaxCrossEntropy
from model.layers.merge import Add
from model.layers.source import DataSource
from tests.model.samples import build, chain
from tests.model.shadow import wires_of


def removed(graph: NetworkGraph, *keys: str, **more: Any) -> NetworkGraph:
    graph.apply(editing.remove(graph, keys, **more).changes)
    return graph


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
