"""The topological order of a design: fast, and the one that networkx gives."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.design import Design, Node, Wire
from model.errors import DesignError
from model.graph import NetworkGraph, natural
from model.layers import LAYERS

ADD = LAYERS["add"]()


@given(st.integers(1, 25), st.lists(st.tuples(st.integers(0, 24), st.integers(0, 24))), st.data())
def test_it_is_the_lexicographical_order_of_networkx(count, pairs, data: st.DataObject) -> None:
    keys = data.draw(st.permutations([f"add_{n}" for n in range(count)]))
    wires = {
        Wire(keys[min(a, b)], "h", keys[max(a, b)], "h", rank)
        for rank, (a, b) in enumerate(pairs)
        if a != b and max(a, b) < count
    }
    nodes = {key: Node(layer=ADD) for key in data.draw(st.permutations(keys))}
    graph = NetworkGraph(Design(nodes=nodes, wires=tuple(wires)))
    net = nx.MultiDiGraph()
    net.add_nodes_from(nodes)
    net.add_edges_from((wire.source, wire.target) for wire in wires)
    assert graph.order() == list(nx.lexicographical_topological_sort(net, key=natural))


def test_a_cycle_is_no_order() -> None:
    nodes = {key: Node(layer=ADD) for key in ("add_1", "add_2")}
    wires = (Wire("add_1", "h", "add_2", "h"), Wire("add_2", "h", "add_1", "h"))
    with pytest.raises(DesignError, match="cycle"):
        NetworkGraph(Design(nodes=nodes, wires=wires)).order()
