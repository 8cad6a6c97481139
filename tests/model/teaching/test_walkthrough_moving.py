"""Moving in a walk: forward, to a node, to the end of a phase, to a breakpoint."""

from __future__ import annotations

import pytest

from model.errors import DesignError
from model.expressions import DomainError
from model.layers.scalar import Function, Goal, Variable
from model.teaching.walkthrough import Walkthrough
from tests.model.samples import build
from tests.model.teaching.walks import example


def test_the_chain_rule_operation_by_operation():
    walk = Walkthrough(example("chain_rule"))
    assert [(each.phase, each.kind, each.node_id) for each in walk.operations] == [
        ("forward", "forward", "w"),
        ("forward", "forward", "x"),
        ("forward", "forward", "y"),
        ("forward", "forward", "z"),
        ("forward", "forward", "goal"),
        ("backward", "backward", "goal"),
        ("backward", "backward", "z"),
        ("backward", "backward", "y"),
        ("backward", "backward", "x"),
        ("backward", "gradient", "w"),
        ("update", "update", "w"),
    ]
    assert walk.loss is None
    assert walk.last is None
    assert walk.numbers("x").out is None
    walk.run_to("x")
    assert walk.position == 2
    assert walk.numbers("x").out == 5
    assert walk.numbers("y").out is None
    assert list(walk.tape()) == ["w", "x"]
    walk.run_to_phase_end()
    assert walk.phase == "backward"
    assert walk.loss == pytest.approx(4.1805808, abs=5e-8)
    assert walk.numbers("z").delta is None
    walk.forward()
    assert walk.numbers("z").delta == 1
    walk.run_to("y")
    assert float(walk.numbers("y").passed[0]) == pytest.approx(1.2875503, abs=5e-8)
    walk.run_to_phase_end()
    assert walk.phase == "update"
    assert walk.numbers("w").grads["theta"] == pytest.approx(2.5751007, abs=5e-8)
    walk.run_to_end()
    assert walk.is_at_end
    assert walk.forward() is None
    assert walk.run_to("w") is None
    assert walk.next is None


def test_a_run_stops_at_breakpoints():
    walk = Walkthrough(example("chain_rule"))
    walk.breakpoints = {"y"}
    stops = []
    while not walk.is_at_end:
        info = walk.run_to_end()
        stops.append((info.kind, info.node_id))
    assert stops == [("forward", "y"), ("backward", "y"), ("update", "w")]
    walk.begin()
    walk.run_to_phase_end()
    assert walk.last.node_id == "y"


def test_a_node_that_is_not_there_is_refused_and_so_is_an_item():
    walk = Walkthrough(example("chain_rule"))
    with pytest.raises(DesignError):
        walk.run_to("nowhere")
    with pytest.raises(DesignError, match="no item 1"):
        Walkthrough(example("chain_rule"), item=1)


def test_a_logarithm_of_a_negative_number_leaves_the_walk_where_it_stood():
    graph = build(
        {"w": Variable(value="-2"), "y": Function(formula="log(x)"), "goal": Goal()},
        "w.h > y.x",
        "y.h > goal.prediction",
    )
    walk = Walkthrough(graph)
    with pytest.raises(DomainError, match=r"log\(x\) needs x > 0; x = −2 here"):
        walk.run_to_end()
    assert (walk.position, walk.last.node_id, walk.impossible.info.node_id) == (1, "w", "y")
    assert walk.back().node_id == "y"
    assert (walk.position, walk.impossible) == (1, None)
    assert walk.back().node_id == "w"
