"""Parameters as inputs: drawn beside their layers, or as variables that feed a formula."""

from __future__ import annotations

import numpy as np
import pytest

from model import editing
from model.errors import DesignError
from model.graph import NetworkGraph
from model.layers.dense import Dense
from model.layers.scalar import Function, Goal, Variable
from model.plan import compile_plan
from model.teaching.parameters_as_nodes import dense_as_function, parameters_as_nodes
from tests.model.samples import build, busy_net, xor_net


def test_every_parameter_is_a_node_that_feeds_its_layer():
    graph = busy_net()
    before = graph.design()
    found = parameters_as_nodes(graph)
    assert [node.key for node in found] == [
        "dense_1.W",
        "dense_1.b",
        "batch_norm_1.gamma",
        "batch_norm_1.beta",
        "dense_2.W",
        "dense_2.b",
    ]
    first = found[0]
    assert (first.title, first.shape, first.size) == ("W of Dense 6", (2, 6), 12)
    assert first.wire == ("dense_1.W", "dense_1")
    assert first.x < graph.node("dense_1").x
    assert found[2].symbol == r"\gamma"
    assert len({(node.x, node.y) for node in found}) == len(found)
    assert graph.design() == before


def test_a_variable_is_a_node_already_and_a_tied_array_names_its_owner():
    graph = build({"w": Variable(), "goal": Goal()}, "w.h > goal.prediction")
    assert parameters_as_nodes(graph) == ()
    tied = busy_net()
    edit = editing.set_fields(tied, "dense_2", {"tied_to": "dense_1"})
    tied.apply(edit.changes)
    found = {node.key: node.tied_to for node in parameters_as_nodes(tied)}
    assert found["dense_2.W"] == "dense_1.W"
    assert found["dense_1.W"] == ""


def run_of(graph: NetworkGraph, old: object = None) -> object:
    plan = compile_plan(graph, dtype=np.float64)
    if old is not None:
        plan.adopt(old)  # type: ignore[arg-type]
    run = plan.bind(4, is_training=True)
    rng = np.random.default_rng(2)
    run.fill({"data": {"x": rng.normal(size=(4, 2)), "y": np.array([0, 1, 1, 0])}})
    run.forward()
    run.backward()
    return plan, run


@pytest.mark.parametrize("use_bias", [True, False])
def test_a_dense_layer_becomes_variables_and_a_formula_with_the_same_numbers(use_bias: bool):
    graph = xor_net()
    graph.apply(editing.set_fields(graph, "dense_1", {"use_bias": use_bias}).changes)
    plan, run = run_of(graph)
    edit = dense_as_function(graph, plan, "dense_1")
    edited = NetworkGraph(graph.design())
    edited.apply(edit.changes)
    after, again = run_of(edited, plan)
    function = edited.node(edit.created[-1])
    assert isinstance(function.layer, Function)
    assert function.layer.formula == ("h @ W + b" if use_bias else "h @ W")
    assert function.title == function.layer.formula
    np.testing.assert_allclose(
        again.at[edit.created[-1]].out, run.at["dense_1"].out, rtol=1e-12, atol=1e-14
    )
    for made, name in zip(edit.created, ("W", "b")[: 1 + use_bias], strict=False):
        np.testing.assert_allclose(
            after.gradient(made, "theta"),
            plan.gradient("dense_1", name),
            rtol=1e-11,
            atol=1e-14,
        )


def test_a_layer_too_large_to_type_and_one_that_is_no_dense_are_refused():
    graph = busy_net()
    graph.apply(editing.set_fields(graph, "dense_1", {"units": 4096}).changes)
    with pytest.raises(DesignError, match="too many"):
        dense_as_function(graph, None, "dense_1")
    with pytest.raises(DesignError, match="Only a Dense"):
        dense_as_function(graph, None, "relu_1")
    assert isinstance(graph.node("dense_1").layer, Dense)
