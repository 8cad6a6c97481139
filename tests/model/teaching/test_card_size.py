"""Cards of numbers become small and large again; nothing else of the design changes."""

from __future__ import annotations

import pytest

from model.errors import DesignError
from model.files import examples_folder, read_design
from model.graph import NetworkGraph
from model.teaching.card_size import resize_cards, why_no_other_size


def test_several_become_small_together_and_large_again():
    graph = NetworkGraph(read_design(examples_folder() / "chain_rule.json"))
    before = graph.design()
    edit = resize_cards(graph, ["w", "x"])
    assert edit.text == "Small cards"
    graph.apply(edit.changes)
    assert graph.node("w").is_compact
    assert not graph.node("y").is_compact
    graph.apply(resize_cards(graph, ["x", "y"]).changes)  # one of them is large still
    assert graph.node("y").is_compact
    graph.apply(resize_cards(graph, ["w", "x", "y"]).changes)
    assert graph.design() == before


def test_layers_have_no_other_size():
    graph = NetworkGraph(read_design(examples_folder() / "xor.json"))
    assert why_no_other_size(graph, ["dense_1"]) == "Select Variables or Functions first."
    with pytest.raises(DesignError, match="no card of a number"):
        resize_cards(graph, ["dense_1"])
