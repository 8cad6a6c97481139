"""A computation graph's numbers without training; the numbers are the lecture's."""

from __future__ import annotations

import math

import numpy as np
import pytest

from model.design import Design, Node, Wire
from model.dry_run import dry_run, with_domain_faults
from model.graph import NetworkGraph
from model.layer import Layer
from model.layers.scalar import Function, Goal, Variable
from model.observing import take_snapshot
from model.shapes import infer
from model.snapshot import SnapshotRequest
from model.trainer import Trainer
from tests.model.samples import build


def graph_of(layers: dict[str, Layer], *wires: str) -> NetworkGraph:
    """Wires are written `source > target.port`."""
    drawn = []
    for text in wires:
        source, end = text.split(" > ")
        drawn.append(Wire(source, "h", *end.split(".")))
    nodes = {key: Node(layer=layer) for key, layer in layers.items()}
    return NetworkGraph(Design(nodes=nodes, wires=tuple(drawn)))


def lecture(value: str = "1", **fields: bool) -> NetworkGraph:
    layers = {
        "w": Variable(value=value, **fields),
        "x": Function(formula="2*w + 3"),
        "y": Function(formula="log(x)"),
        "z": Function(formula="2*y**2 - 1"),
        "goal": Goal(),
    }
    return graph_of(layers, "w > x.w", "x > y.x", "y > z.y", "z > goal.prediction")


def test_the_lectures_numbers_are_there_before_any_step():
    graph = lecture()
    run = dry_run(graph, infer(graph))
    assert run.values["x"] == 5
    assert run.values["y"] == pytest.approx(1.6094379, abs=1e-7)
    assert run.values["goal"] == pytest.approx(4.1805808, abs=1e-7)
    assert run.inputs["y"]["x"] == 5
    assert not run.faults


def test_a_trained_variable_has_its_present_value():
    graph = lecture()
    run = dry_run(graph, infer(graph), {"w": np.array(-1.0)})
    assert run.values["x"] == 1
    assert run.values["z"] == -1


def test_a_random_start_is_not_known():
    graph = lecture(is_random=True)
    assert dry_run(graph, infer(graph)).values == {}


def test_what_is_not_wired_yet_is_left_out():
    layers = {"w": Variable(value="2"), "p": Function(formula="w*a"), "q": Function(formula="3*w")}
    graph = graph_of(layers, "w > p.w", "w > q.w")
    run = dry_run(graph, infer(graph))
    assert run.values.keys() == {"w", "q"}
    assert run.values["q"] == 6


def test_vectors_are_computed_item_by_item():
    layers = {
        "W": Variable(value="1, 2; 3, 4"),
        "x": Variable(value="1, -1"),
        "p": Function(formula="W @ x"),
    }
    graph = graph_of(layers, "W > p.W", "x > p.x")
    assert dry_run(graph, infer(graph)).values["p"].tolist() == [-1, -1]


def test_a_logarithm_of_a_negative_number_is_a_problem_of_its_node_with_the_value():
    graph = lecture("-5")  # x = -7
    found = with_domain_faults(graph, infer(graph))
    (problem,) = found.problems
    assert problem.node_id == "y"
    assert "the value is -7" in problem.message
    assert not found.can_run


def test_a_sound_graph_has_no_further_problem():
    graph = lecture()
    assert with_domain_faults(graph, infer(graph)).can_run


def test_a_formula_that_fails_at_its_values_cannot_run_but_can_be_walked_through():
    graph = build(
        {"w": Variable(value="-2"), "y": Function(formula="log(x)"), "goal": Goal()},
        "w.h > y.x",
        "y.h > goal.prediction",
    )
    found = with_domain_faults(graph, infer(graph))
    assert (found.can_run, found.can_be_walked) == (False, True)
    loose = build({"y": Function(formula="log(x)"), "goal": Goal()}, "y.h > goal.prediction")
    found = with_domain_faults(loose, infer(loose))
    assert (found.can_run, found.can_be_walked) == (False, False)


def test_a_snapshot_of_such_a_design_knows_nothing_from_the_formula_on():
    graph = build(
        {"w": Variable(value="-2"), "y": Function(formula="log(x)"), "goal": Goal()},
        "w.h > y.x",
        "y.h > goal.prediction",
    )
    found = take_snapshot(Trainer(graph), SnapshotRequest())
    assert float(found.nodes["w"].out) == -2
    assert math.isnan(float(found.nodes["y"].out))
