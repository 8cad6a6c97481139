"""Asking what a value would do to a graph: the formula that fails is named, nothing is changed."""

from __future__ import annotations

from model.expressions import DomainError
from model.files import examples_folder, read_design
from model.graph import NetworkGraph
from model.trying import fault_of_value


def test_the_first_formula_outside_its_domain_is_named_with_the_value():
    graph = NetworkGraph(read_design(examples_folder() / "chain_rule.json"))
    fault = fault_of_value(graph, "w", "value", "-4")  # x = 2 (-4) + 3 = -5, y = log(-5)
    assert isinstance(fault, DomainError)
    assert fault.node_id == "y"
    assert fault.value == -5
    assert graph.node("w").layer.value == "1"  # type: ignore[attr-defined]


def test_what_can_be_computed_or_cannot_even_be_read_is_no_fault_of_value():
    graph = NetworkGraph(read_design(examples_folder() / "chain_rule.json"))
    assert fault_of_value(graph, "w", "value", "2") is None
    assert fault_of_value(graph, "w", "value", "two") is None
    assert fault_of_value(graph, "x", "formula", "2*w +") is None
    assert fault_of_value(graph, "x", "formula", "w - 1") is not None  # log(0)
