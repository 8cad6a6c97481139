"""An edit from one design to another."""

from __future__ import annotations

import msgspec

from model import editing
from model.graph import NetworkGraph
from model.layers.dense import Dense
from model.returning import edit_to
from tests.model.samples import busy_net
from tests.model.training import edited, fields, training


def test_an_earlier_design_comes_back_and_cards_stay_where_they_lie() -> None:
    before = busy_net()
    after = edited(
        before,
        training(batch_size=9),
        fields("dense_1", units=4),
        lambda graph: editing.add_node(graph, Dense(units=3), 5.0, 5.0),
        lambda graph: editing.move(graph, {"dense_2": (500.0, 40.0)}),
        lambda graph: editing.remove_wires(graph, graph.wires_into("relu_1")),
    )
    edit = edit_to(after, before.design(), "Back")
    after.apply(edit.changes)
    found = after.design()
    moved = msgspec.structs.replace(before.node("dense_2"), x=500.0, y=40.0)
    assert dict(found.nodes) == {**before.design().nodes, "dense_2": moved}
    assert set(found.wires) == set(before.design().wires)
    assert found.training == before.training


def test_where_nothing_differs_there_is_nothing_to_do() -> None:
    graph = busy_net()
    assert edit_to(NetworkGraph(graph.design()), graph.design(), "Back").changes == ()
