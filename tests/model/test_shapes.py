"""Every shape is worked out, every fault is said once, in words, with both shapes."""

from __future__ import annotations

import pytest

from model import editing
from model.design import Wire
from model.graph import NetworkGraph
from model.layer import Layer, Spec
from model.layers.activations import ReLU
from model.layers.batch_norm import BatchNorm
from model.layers.dense import Dense
from model.layers.losses import MeanSquaredError, SoftmaxCrossEntropy
from model.layers.merge import Add, Concatenate
from model.layers.reshape import Flatten, Reshape
from model.layers.source import DataSource
from model.shapes import Problem, infer
from tests.model.samples import build, chain, xor_net


def problems(graph: NetworkGraph) -> list[Problem]:
    return list(infer(graph).problems)


def the_problem(graph: NetworkGraph) -> Problem:
    found = problems(graph)
    assert len(found) == 1, [str(problem) for problem in found]
    return found[0]


def test_shapes_parameters_and_costs_of_a_network_by_hand():
    graph = chain(
        DataSource(dataset="digits"),
        Flatten(),
        Dense(units=16),
        BatchNorm(),
        ReLU(),
        Dense(units=10, use_bias=False),
        loss=SoftmaxCrossEntropy(),
    )
    found = infer(graph)
    assert found.problems == ()
    assert found.can_run
    assert found.out("flatten_1") == Spec((64,))
    assert found.outputs["data", "x"] == Spec((8, 8))
    assert found.outputs["data", "y"] == Spec((), 10)
    assert {(wire.target, wire.target_port): str(spec) for wire, spec in found.wires.items()} == {
        ("flatten_1", "h"): "B × 8 × 8",
        ("dense_1", "h"): "B × 64",
        ("batch_norm_1", "h"): "B × 16",
        ("relu_1", "h"): "B × 16",
        ("dense_2", "h"): "B × 16",
        ("loss", "prediction"): "B × 10",
        ("loss", "target"): "B",
    }
    counts = {key: found.n_parameters(key) for key in found.order}
    assert counts == {
        "data": 0, "flatten_1": 0, "dense_1": 64 * 16 + 16, "batch_norm_1": 32, "relu_1": 0,
        "dense_2": 160, "loss": 0,
    }  # fmt: skip
    assert found.costs["dense_1"] == 1024
    assert found.order == (
        "data", "flatten_1", "dense_1", "batch_norm_1", "relu_1", "dense_2", "loss",
    )  # fmt: skip


def test_an_empty_canvas_says_how_to_begin():
    problem = the_problem(NetworkGraph())
    assert problem.node_id == ""
    assert "empty" in problem.message
    assert problem.is_blocking


def test_what_a_design_lacks_is_said_for_the_whole_of_it():
    no_loss = build({"data": DataSource(), "dense": Dense()}, "data.x > dense.h")
    assert "no loss" in the_problem(no_loss).message
    nothing_learns = chain(DataSource(dataset="plane", features=(0,)), loss=MeanSquaredError())
    assert "parameters" in the_problem(nothing_learns).message
    layers = {"dense": Dense(), "loss": MeanSquaredError()}
    no_data = build(layers, "dense.h > loss.prediction")
    assert "There is no data to learn from." in [found.message for found in problems(no_data)]


def test_data_that_are_there_but_not_wired_are_not_asked_for_again():
    graph = build({"data": DataSource(), "dense": Dense()})
    blocking = [problem for problem in problems(graph) if problem.is_blocking]
    assert [problem.message for problem in blocking] == ["No data reach the network."]


def test_a_layer_that_lies_about_is_named_but_does_not_block():
    graph = xor_net()
    graph.apply(editing.add_node(graph, Dense(units=3), 0, 0).changes)
    found = infer(graph)
    assert found.can_run
    assert [(p.node_id, p.is_blocking) for p in found.problems] == [("dense_3", False)]
    assert "dense_3" not in found.order


def test_data_that_lie_about_do_not_block_but_have_shapes_for_the_next_wire():
    graph = xor_net()
    graph.apply(editing.add_node(graph, DataSource(dataset="iris"), 0, 0).changes)
    found = infer(graph)
    assert found.can_run
    assert found.outputs["data_1", "x"] == Spec((4,))
    assert "data_1" not in found.order


@pytest.mark.parametrize(
    ("graph", "node_id", "words"),
    [
        (
            chain(DataSource(dataset="digits"), Dense(units=10), loss=SoftmaxCrossEntropy()),
            "dense_1",
            ["vectors (B × n)", "B × 8 × 8", "Flatten"],
        ),
        (
            chain(DataSource(dataset="iris"), Dense(units=4), loss=SoftmaxCrossEntropy()),
            "loss",
            ["3 classes", "B × 4", "3 units"],
        ),
        (
            chain(DataSource(dataset="diabetes"), Dense(units=2), loss=MeanSquaredError()),
            "loss",
            ["B × 2", "B × 1"],
        ),
        (
            chain(
                DataSource(), Reshape(shape=(3, -1)), Flatten(), Dense(units=2),
                loss=SoftmaxCrossEntropy(),
            ),
            "reshape_1",
            ["2 numbers", "B × 2", "3 × ?"],
        ),
        (
            chain(DataSource(dataset="gone"), Dense(units=2), loss=SoftmaxCrossEntropy()),
            "data",
            ["gone", "iris"],
        ),
        (
            chain(
                DataSource(dataset="iris", features=(1, 9)), Dense(units=3),
                loss=SoftmaxCrossEntropy(),
            ),
            "data",
            ["no column 9", "(4,)"],
        ),
    ],
    ids=["pictures", "classes", "targets", "reshape", "no such data", "no such column"],
)  # fmt: skip
def test_one_fault_is_said_once_with_its_place_and_both_shapes(
    graph: NetworkGraph, node_id: str, words: list[str]
):
    problem = the_problem(graph)
    assert problem.node_id == node_id
    assert problem.is_blocking
    assert [word for word in words if word not in str(problem)] == []


def two_branches(merge: Layer, left: int, right: int) -> NetworkGraph:
    return build(
        {
            "data": DataSource(),
            "dense_1": Dense(units=left),
            "dense_2": Dense(units=right),
            "merge": merge,
            "dense_3": Dense(units=2),
            "loss": SoftmaxCrossEntropy(),
        },
        "data.x > dense_1.h",
        "data.x > dense_2.h",
        "dense_1.h > merge.h",
        "dense_2.h > merge.h",
        "merge.h > dense_3.h",
        "dense_3.h > loss.prediction",
        "data.y > loss.target",
    )


def test_branches_of_unequal_width_do_not_add_up_but_can_be_laid_side_by_side():
    problem = the_problem(two_branches(Add(), 4, 5))
    assert problem.node_id == "merge"
    assert "B × 4" in problem.message
    assert "B × 5" in problem.message
    assert {wire.source for wire in problem.wires} == {"dense_1", "dense_2"}
    found = infer(two_branches(Concatenate(), 4, 5))
    assert found.problems == ()
    assert found.out("merge") == Spec((9,))


def test_two_faults_in_two_branches_are_both_said_and_nothing_below_them():
    graph = two_branches(Add(), 4, 4)
    graph.apply(editing.set_fields(graph, "data", {"dataset": "digits"}).changes)
    assert sorted(problem.node_id for problem in problems(graph)) == ["dense_1", "dense_2"]


def test_open_ports_are_named_one_by_one():
    graph = build({"data": DataSource(), "dense": Dense(units=2), "loss": SoftmaxCrossEntropy()},
                  "data.x > dense.h", "dense.h > loss.prediction")  # fmt: skip
    problem = the_problem(graph)
    assert "nothing to compare" in problem.message
    assert "port y" in problem.hint
    lonely = build({"data": DataSource(), "loss": SoftmaxCrossEntropy(), "dense": Dense(units=2)},
                   "data.y > loss.target", "data.x > dense.h")  # fmt: skip
    assert "no prediction" in the_problem(lonely).message
    half = build(
        {"data": DataSource(), "add": Add(), "loss": SoftmaxCrossEntropy()},
        "data.x > add.h", "add.h > loss.prediction", "data.y > loss.target",
    )  # fmt: skip
    assert "only one" in the_problem(half).message
    headless = build(
        {"data": DataSource(), "dense": Dense(units=2), "loss": SoftmaxCrossEntropy()},
        "dense.h > loss.prediction", "data.y > loss.target",
    )  # fmt: skip
    assert "no input" in the_problem(headless).message


def test_labels_on_a_wire_of_numbers_are_refused():
    graph = chain(DataSource(), Dense(units=2), loss=SoftmaxCrossEntropy())
    wire = graph.wires_into("dense_1")[0]
    graph.apply(editing.rewire(graph, wire, Wire("data", "y", "dense_1", "h")).changes)
    problem = the_problem(graph)
    assert "labels" in problem.message
    assert problem.wires == (Wire("data", "y", "dense_1", "h"),)


def test_problems_carry_the_names_that_people_gave():
    graph = chain(DataSource(dataset="digits"), Dense(units=10), loss=SoftmaxCrossEntropy())
    graph.apply(editing.remove_wires(graph, graph.wires_into("dense_1")).changes)
    graph.apply(editing.rename(graph, "dense_1", "Output").changes)
    assert any("Output has no input" in problem.message for problem in problems(graph))
