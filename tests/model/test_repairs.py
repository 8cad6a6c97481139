"""A repair that is offered removes its problem and makes no new one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import editing
from model.design import Edit, Wire
from model.errors import DesignError
from model.graph import NetworkGraph
from model.layer import Layer, Loss
from model.layers.activations import ReLU
from model.layers.batch_norm import BatchNorm
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.losses import BinaryCrossEntropy, MeanSquaredError, SoftmaxCrossEntropy
from model.layers.lstm import LSTM
from model.layers.margin_losses import Hinge
from model.layers.merge import Add, Concatenate
from model.layers.reshape import Flatten, Reshape
from model.layers.sequence_losses import SequenceCrossEntropy
from model.layers.source import DataSource
from model.repairs import ROOM, insert_flatten, with_repairs
from model.shapes import Problem, infer
from model.wiring import check_wire
from tests.model.samples import Given, build, chain


def offers(graph: NetworkGraph) -> dict[str, Edit]:
    found = with_repairs(graph, infer(graph))
    return {edit.text: edit for problem in found.problems for edit in problem.repairs}


def after(graph: NetworkGraph, edit: Edit) -> NetworkGraph:
    copied = NetworkGraph(graph.design())
    copied.apply(edit.changes)
    return copied


def test_insert_flatten_in_front_of_a_layer_that_wants_vectors():
    graph = chain(DataSource(dataset="digits"), Dense(units=10), loss=SoftmaxCrossEntropy())
    found = offers(graph)
    assert list(found) == ["Insert Flatten"]
    mended = after(graph, found["Insert Flatten"])
    assert infer(mended).problems == ()
    assert isinstance(mended.node("flatten_1").layer, Flatten)
    # in the column it takes the place of dense (y 100), which moves down by a card
    assert (mended.node("flatten_1").x, mended.node("flatten_1").y) == (0, 100)
    assert mended.node("dense_1").y == 100 + ROOM[1]


def test_an_inserted_flatten_pushes_what_stands_beside_to_the_right():
    graph = build(
        {
            "data_1": DataSource(dataset="digits"),
            "dense_1": Dense(units=10),
            "softmax_cross_entropy_1": SoftmaxCrossEntropy(),
        }
    )
    at = {"data_1": (0.0, 60.0), "dense_1": (260.0, 0.0), "softmax_cross_entropy_1": (700.0, 0.0)}
    graph.apply(editing.move(graph, at).changes)
    mended = after(graph, insert_flatten(graph, Wire("data_1", "x", "dense_1", "h")))
    places = {key: (mended.node(key).x, mended.node(key).y) for key in mended}
    assert places == {
        "data_1": (0, 60),
        "flatten_1": (260, 0),
        "dense_1": (260 + ROOM[0], 0),
        "softmax_cross_entropy_1": (700 + ROOM[0], 0),
    }


def test_give_dense_ten_units():
    graph = chain(
        DataSource(dataset="digits"),
        Flatten(),
        Dense(units=64),
        Dropout(),
        loss=SoftmaxCrossEntropy(),
    )
    found = offers(graph)
    assert list(found) == ["Give 10 units to Dense 64"]
    assert infer(after(graph, found["Give 10 units to Dense 64"])).problems == ()


def test_give_dense_one_unit_for_a_question_of_yes_or_no():
    graph = chain(DataSource(), Dense(units=4), loss=BinaryCrossEntropy())
    assert list(offers(graph)) == ["Give 1 unit to Dense 4"]
    both = chain(DataSource(), Dense(units=4), loss=Hinge())
    assert sorted(offers(both)) == ["Give 1 unit to Dense 4", "Give 2 units to Dense 4"]


def test_units_that_would_not_help_are_not_offered():
    # binary cross-entropy knows no three classes, however many units there are
    graph = chain(DataSource(dataset="iris"), Dense(units=4), loss=BinaryCrossEntropy())
    assert offers(graph) == {}


def test_connect_the_labels():
    graph = build(
        {"data": DataSource(), "dense": Dense(units=2), "loss": SoftmaxCrossEntropy()},
        "data.x > dense.h",
        "dense.h > loss.prediction",
    )
    found = offers(graph)
    assert list(found) == ["Connect the labels of XOR"]
    assert infer(after(graph, found["Connect the labels of XOR"])).problems == ()


def test_connect_the_last_layer_as_the_prediction():
    graph = build(
        {"data": DataSource(), "dense": Dense(units=2), "loss": SoftmaxCrossEntropy()},
        "data.x > dense.h",
        "data.y > loss.target",
    )
    found = offers(graph)
    assert list(found) == ["Connect Dense 2 as the prediction"]
    assert infer(after(graph, found["Connect Dense 2 as the prediction"])).problems == ()


def test_branches_are_given_the_width_of_one_another():
    graph = build(
        {
            "data": DataSource(),
            "dense_1": Dense(units=4),
            "dense_2": Dense(units=5),
            "add": Add(),
            "loss": MeanSquaredError(),
        },
        "data.x > dense_1.h",
        "data.x > dense_2.h",
        "dense_1.h > add.h",
        "dense_2.h > add.h",
    )
    assert {"Give 5 units to Dense 4", "Give 4 units to Dense 5"} <= set(offers(graph))


def test_a_layer_that_refuses_a_trial_shape_behind_a_problem_does_no_harm():
    # To find the Dense layer behind a wire, layers in between are asked whether they keep a width.
    graph = chain(
        DataSource(dataset="digits"),
        Reshape(shape=(4, 16)),
        BatchNorm(),
        Dense(units=10),
        loss=SoftmaxCrossEntropy(),
    )
    assert list(offers(graph)) == ["Insert Flatten"]


def test_a_refused_wire_can_be_drawn_through_a_flatten():
    graph = build({"data": DataSource(dataset="digits"), "dense": Dense(units=3)})
    wire = Wire("data", "x", "dense", "h")
    with pytest.raises(DesignError):
        check_wire(graph, infer(graph), wire)
    edit = insert_flatten(graph, wire)
    mended = after(graph, edit)
    assert {(w.source, w.target) for w in mended.wires()} == {
        ("data", "flatten_1"),
        ("flatten_1", "dense"),
    }
    assert infer(mended).out("dense") is not None


def test_a_repair_is_undone_like_any_edit():
    graph = chain(DataSource(dataset="digits"), Dense(units=10), loss=SoftmaxCrossEntropy())
    before = graph.design()
    for edit in offers(graph).values():
        graph.apply(edit.changes)
        graph.apply(edit.reversed().changes)
        assert graph.design() == before


# any design

inner: st.SearchStrategy[Layer] = st.one_of(
    st.builds(Dense, units=st.integers(1, 4)),
    st.sampled_from(
        [ReLU(), BatchNorm(), Flatten(), Dropout(), Reshape(shape=(2, -1)), Reshape(shape=(-1,))]
    ),
)
losses: st.SearchStrategy[Loss] = st.sampled_from(
    [SoftmaxCrossEntropy(), BinaryCrossEntropy(), MeanSquaredError(), Hinge()]
)
data_sets = st.sampled_from(["xor", "iris", "digits", "diabetes", "curve"])


@st.composite
def designs(draw: Any) -> NetworkGraph:
    """Two chains that may meet in a merge, and a loss, some wires missing; often faulty."""
    layers: dict[str, Layer] = {"data": DataSource(dataset=draw(data_sets))}
    wires = []
    ends = []
    for branch in range(draw(st.integers(1, 3))):
        end = "data.x"
        for k, layer in enumerate(draw(st.lists(inner, max_size=3))):
            key = f"n{branch}_{k}"
            layers[key] = layer
            wires.append(f"{end} > {key}.h")
            end = f"{key}.h"
        ends.append(end)
    if len(ends) > 1:
        layers["merge"] = draw(st.sampled_from([Add(), Concatenate(), Concatenate(axis=0)]))
        wires += [f"{end} > merge.h" for end in ends]
        ends = ["merge.h"]
    layers["loss"] = draw(losses)
    wires += [f"{ends[0]} > loss.prediction", "data.y > loss.target"]
    kept = [wire for wire in wires if draw(st.integers(0, 9))]
    return build(layers, *kept)


def key_of(problem: Problem) -> tuple[str, bool]:
    return problem.node_id, bool(problem.wires)


@settings(max_examples=150)
@given(graph=designs())
def test_every_offer_removes_its_problem_and_spoils_nothing_that_was_sound(graph: NetworkGraph):
    before = with_repairs(graph, infer(graph))
    faulty = {problem.node_id for problem in before.problems}
    sound = set(before.inputs) - faulty
    for problem in before.problems:
        for edit in problem.repairs:
            left = infer(after(graph, edit)).problems
            assert problem.message not in [p.message for p in left if p.node_id == problem.node_id]
            if problem.wires:
                assert problem.node_id not in [p.node_id for p in left if p.wires]
            assert sound.isdisjoint(p.node_id for p in left), edit.text


@settings(max_examples=60)
@given(graph=designs())
def test_inference_never_raises_and_says_each_problem_once(graph: NetworkGraph):
    found = infer(graph)
    said = [(problem.node_id, problem.message) for problem in found.problems]
    assert len(said) == len(set(said))
    for problem in found.problems:
        assert problem.message.endswith(".")
        assert problem.hint.endswith(".")
        # nothing above a node with a shape problem is missing its own shapes
        for wire in problem.wires:
            assert wire in found.wires
    if found.can_run:
        assert set(found.order) <= set(found.inputs)


def test_an_edit_is_only_offered_for_the_design_it_was_made_for():
    graph = chain(DataSource(dataset="digits"), Dense(units=10), loss=SoftmaxCrossEntropy())
    (edit,) = offers(graph).values()
    graph.apply(editing.remove(graph, ["dense_1"]).changes)
    assert offers(graph) != {edit.text: edit}


def test_a_dense_layer_behind_a_sequence_may_be_applied_to_each_step():
    graph = build(
        {
            "given": Given(shapes=((5, 3),), target=(5,), classes=4),
            "lstm": LSTM(units=6),
            "dense": Dense(units=4),
            "loss": SequenceCrossEntropy(),
        },
        "given.a > lstm.h",
        "lstm.h > dense.h",
        "dense.h > loss.prediction",
        "given.y > loss.target",
    )
    (problem,) = with_repairs(graph, infer(graph)).problems
    assert [edit.text for edit in problem.repairs] == [
        "Apply Dense 4 to each step",
        "Insert Flatten",
    ]
    graph.apply(problem.repairs[0].changes)
    assert infer(graph).problems == ()


def test_a_dense_layer_is_offered_between_the_data_and_the_loss():
    graph = chain(DataSource(dataset="iris"), loss=SoftmaxCrossEntropy())
    found = offers(graph)
    assert list(found) == ["Insert Dense 3"]
    mended = after(graph, found["Insert Dense 3"])
    assert infer(mended).problems == ()
    assert mended.node("dense_1").layer == Dense(units=3)


def test_a_flatten_goes_with_the_dense_layer_behind_pictures():
    graph = chain(DataSource(dataset="digits"), loss=SoftmaxCrossEntropy())
    found = offers(graph)
    assert list(found) == ["Insert Flatten and Dense 10"]
    mended = after(graph, found["Insert Flatten and Dense 10"])
    assert infer(mended).problems == ()
    assert [mended.node(key).layer for key in ("flatten_1", "dense_1")] == [
        Flatten(),
        Dense(units=10),
    ]


def test_shares_that_leave_no_item_for_training_are_a_problem_with_a_repair():
    graph = chain(DataSource(dataset="xor"), Dense(units=2), loss=SoftmaxCrossEntropy())
    shares = editing.set_training(graph, {"validation_share": 0.3, "test_share": 0.9})
    graph = after(graph, shares)
    (problem,) = infer(graph).problems
    assert problem.is_blocking
    assert problem.message.startswith("No item is left for training: 30% are for validation")
    found = offers(graph)
    assert list(found) == ["Keep 20% for validation and 20% for testing"]
    mended = after(graph, found["Keep 20% for validation and 20% for testing"])
    assert infer(mended).problems == ()
    assert (mended.training.validation_share, mended.training.test_share) == (0.2, 0.2)


def test_shares_mean_nothing_where_no_data_are_split():
    shares = {"validation_share": 0.5, "test_share": 0.5}
    alone = NetworkGraph()
    alone = after(alone, editing.set_training(alone, shares))
    assert not any("No item" in problem.message for problem in infer(alone).problems)
