"""Parameters by hand: frozen, typed, tied to another node's, and with penalties of their own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from model import clipboard, editing
from model.analysis.gradient_check import check_gradients
from model.assigning import assigned
from model.errors import DesignError, FieldError
from model.files import parse_design, to_bytes
from model.graph import NetworkGraph
from model.layers.activations import Tanh
from model.layers.dense import Dense
from model.layers.losses import MeanSquaredError
from model.layers.source import DataSource
from model.node_fields import node_fields
from model.plan import compile_plan
from model.repairs import with_repairs
from model.shapes import Problem, infer
from model.trainer import Trainer
from tests.model.samples import Given, build, chain, xor_net


def set_node(graph: NetworkGraph, key: str, **values: Any) -> NetworkGraph:
    graph.apply(editing.set_node(graph, key, values).changes)
    return graph


def trained(graph: NetworkGraph, steps: int = 5) -> Trainer:
    trainer = Trainer(graph, dtype=np.float64)
    for _ in range(steps):
        trainer.step()
    return trainer


def problems(graph: NetworkGraph, key: str) -> list[Problem]:
    return infer(graph).problems_of(key)


# frozen


def test_a_frozen_node_keeps_its_parameters_and_the_others_learn():
    trainer = Trainer(set_node(xor_net(l2=0.1), "dense_1", is_frozen=True))
    before = {key: trainer.parameters(key) for key in ("dense_1", "dense_2")}
    for _ in range(5):
        trainer.step()
    after = {key: trainer.parameters(key) for key in ("dense_1", "dense_2")}
    for name in ("W", "b"):
        np.testing.assert_array_equal(before["dense_1"][name], after["dense_1"][name])
    assert not np.array_equal(before["dense_2"]["W"], after["dense_2"]["W"])


def test_no_delta_goes_down_to_what_is_frozen_and_none_of_its_gradient_is_worked_out():
    trainer = trained(set_node(xor_net(), "dense_1", is_frozen=True))
    assert trainer.run is not None
    assert trainer.run.at["relu_1"].delta is None
    assert not trainer.plan.gradient("dense_1", "W").any()


def test_a_delta_goes_through_a_frozen_node_to_one_that_learns():
    trainer = trained(set_node(xor_net(), "dense_2", is_frozen=True), steps=1)
    free = trained(xor_net(), steps=1)
    np.testing.assert_array_equal(
        trainer.plan.gradient("dense_1", "W"), free.plan.gradient("dense_1", "W")
    )


def test_freezing_while_training_keeps_all_weights_and_says_nothing():
    graph = xor_net()
    trainer = trained(graph)
    before = trainer.parameters("dense_1")
    frozen = set_node(NetworkGraph(graph.design()), "dense_1", is_frozen=True)
    assert trainer.update(frozen) == ""
    trainer.step()
    np.testing.assert_array_equal(trainer.parameters("dense_1")["W"], before["W"])
    assert trainer.update(NetworkGraph(graph.design())) == ""
    trainer.step()
    assert not np.array_equal(trainer.parameters("dense_1")["W"], before["W"])


def test_a_design_that_is_frozen_all_over_runs_with_a_warning():
    graph = set_node(set_node(xor_net(), "dense_1", is_frozen=True), "dense_2", is_frozen=True)
    found = infer(graph)
    assert found.can_run
    assert "frozen" in found.problems[0].message
    trainer = Trainer(graph)
    before = trainer.plan.theta.copy()
    trainer.step()
    np.testing.assert_array_equal(trainer.plan.theta, before)


# typed weights


def test_typed_weights_are_the_first_values_and_can_be_read_back():
    weights = {"W": [[0.5, -1.0, 2.0], [1.0, 0.0, -0.25]], "b": [1, 2, 3]}
    graph = chain(
        DataSource(dataset="xor", size=20),
        Dense(units=3),
        Dense(units=1),
        loss=MeanSquaredError(),
    )
    trainer = Trainer(set_node(graph, "dense_1", weights=weights))
    found = trainer.parameters("dense_1")
    assert found["W"].tolist() == weights["W"]
    assert found["b"].tolist() == weights["b"]
    trainer.step()
    trainer.restart()
    assert trainer.parameters("dense_1")["W"].tolist() == weights["W"]


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ({"W": [[1.0, 2.0]]}, ["W", "Dense 6", "1 × 2", "2 × 6"]),
        ({"b": [1.0]}, ["b", "1", "6"]),
        ({"W": [[1.0], [2.0, 3.0]]}, ["W", "rows differ"]),
        ({"W": [["a"] * 6] * 2}, ["W", "numbers"]),
        ({"V": [[1.0]]}, ["'V'", "W, b"]),
        ({"b": [1, 2, 3, 4, 5, float("nan")]}, ["b", "NaN"]),
        ({"b": []}, ["b", "0", "6"]),
    ],
)
def test_weights_that_do_not_fit_are_refused_with_both_shapes_and_a_repair(
    weights: dict[str, Any], words: list[str]
):
    graph = set_node(xor_net(), "dense_1", weights=weights)
    found = with_repairs(graph, infer(graph))
    (problem,) = found.problems_of("dense_1")
    assert [word for word in words if word not in problem.message] == []
    assert problem.is_blocking
    with pytest.raises(DesignError):
        Trainer(graph)
    graph.apply(problem.repairs[0].changes)
    assert infer(graph).can_run


def test_weights_typed_while_training_are_taken_at_once_and_said():
    graph = xor_net()
    trainer = trained(graph)
    changed = set_node(NetworkGraph(graph.design()), "dense_2", weights={"b": [7.0, 8.0]})
    assert trainer.update(changed) == "Dense 2 takes the given weights."
    assert trainer.parameters("dense_2")["b"].tolist() == [7, 8]
    assert trainer.step_count == 5


def test_files_hold_what_was_set_of_a_node_and_nothing_where_it_was_not():
    graph = set_node(xor_net(), "dense_1", is_frozen=True, l1=0.25, weights={"b": [0] * 6})
    content = to_bytes(graph.design())
    assert parse_design(content, "file") == graph.design()
    assert content.count(b"is_frozen") == content.count(b'"weights"') == 1
    assert content.count(b'"l1": 0.25') == 1


def test_the_command_line_sets_fields_of_a_node_beside_those_of_its_layer():
    texts = ["dense_1.is_frozen=true", "dense_1.units=4", "dense_1.l2=0.5"]
    node = assigned(xor_net().design(), texts).nodes["dense_1"]
    assert (node.is_frozen, node.l2, node.l1) == (True, 0.5, None)
    assert node.layer == Dense(units=4)


def test_a_form_is_told_the_fields_of_a_node():
    kinds = {field.name: (field.kind, field.is_optional) for field in node_fields()}
    assert kinds == {"is_frozen": ("bool", False), "l1": ("float", True), "l2": ("float", True)}
    with pytest.raises(FieldError):
        editing.set_node(xor_net(), "dense_1", {"l1": -1})
    with pytest.raises(FieldError, match="name"):
        editing.set_node(xor_net(), "dense_1", {"name": "x"})


# penalties of a node's own


def test_a_penalty_of_a_nodes_own_takes_the_place_of_the_global_one():
    graph = set_node(xor_net(l1=0.5, l2=0.25), "dense_1", l1=0.0, l2=2.0)
    trainer = Trainer(graph, dtype=np.float64)
    first, second = (trainer.parameters(key)["W"] for key in ("dense_1", "dense_2"))
    # sums by hand: 2 sum w^2 of the first, 0.5 sum |w| + 0.25 sum w^2 of the second
    by_hand = 2 * (first**2).sum() + 0.5 * np.abs(second).sum() + 0.25 * (second**2).sum()
    assert trainer.penalty_now() == pytest.approx(by_hand, rel=1e-12)
    plain = Trainer(xor_net(), dtype=np.float64)
    trainer.step()
    plain.step()
    added = trainer.plan.gradient("dense_1", "W") - plain.plan.gradient("dense_1", "W")
    np.testing.assert_allclose(added, 4 * first, atol=1e-12)
    added = trainer.plan.gradient("dense_2", "W") - plain.plan.gradient("dense_2", "W")
    np.testing.assert_allclose(added, 0.5 * np.sign(second) + 0.5 * second, atol=1e-12)


def test_a_changed_penalty_acts_from_the_next_step_and_restarts_nothing():
    graph = xor_net()
    trainer = trained(graph)
    assert trainer.update(set_node(NetworkGraph(graph.design()), "dense_1", l2=3.0)) == ""
    W = trainer.parameters("dense_1")["W"]
    assert trainer.penalty_now() == pytest.approx(3 * (W**2).sum(), rel=1e-12)


# tied weights


def autoencoder(**decoder: Any) -> NetworkGraph:
    """2-5-2 on its own input; the decoder uses the encoder's W transposed."""
    fields = {"units": 2, "tied_to": "encoder"} | decoder
    return build(
        {
            "data": Given(shapes=((2,),), target=(2,)),
            "encoder": Dense(units=5),
            "tanh": Tanh(),
            "decoder": Dense(**fields),
            "loss": MeanSquaredError(),
        },
        "data.a > encoder.h",
        "encoder.h > tanh.h",
        "tanh.h > decoder.h",
        "decoder.h > loss.prediction",
        "data.a > loss.target",
    )


def batch(size: int = 7) -> dict[str, dict[str, Any]]:
    rng = np.random.default_rng(2)
    return {"data": {"a": rng.normal(size=(size, 2)), "y": np.zeros((size, 2))}}


@pytest.mark.parametrize("use_bias", [True, False])
def test_the_gradients_of_both_uses_of_a_tied_array_add_up(use_bias: bool):
    graph = autoencoder(use_bias=use_bias)
    assert check_gradients(graph, batch()).is_good
    plan = compile_plan(graph, dtype=np.float64)
    assert len(plan.theta) == 2 * 5 + 5 + 2 * use_bias
    assert infer(graph).n_parameters("decoder") == 2 * use_bias
    assert np.shares_memory(plan.parameter("decoder", "W"), plan.theta)
    np.testing.assert_array_equal(plan.parameter("decoder", "W"), plan.parameter("encoder", "W").T)


def test_tied_gradients_are_those_of_pytorch():
    torch = pytest.importorskip("torch")
    plan = compile_plan(autoencoder(), dtype=np.float64)
    plan.theta[...] = np.random.default_rng(3).normal(size=len(plan.theta))
    run = plan.bind(7, is_training=True)
    run.fill(batch())
    for _ in range(2):  # nothing is left over from the first time
        run.forward()
        run.backward()
    W, b, c = (
        torch.tensor(plan.parameter(*place).copy(), requires_grad=True)
        for place in (("encoder", "W"), ("encoder", "b"), ("decoder", "b"))
    )
    x = torch.tensor(batch()["data"]["a"])
    torch.nn.functional.mse_loss(torch.tanh(x @ W + b) @ W.T + c, x).backward()
    for ours, theirs in ((plan.gradient("encoder", "W"), W), (plan.gradient("decoder", "b"), c)):
        np.testing.assert_allclose(ours, theirs.grad.numpy(), rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"tied_to": "nobody"}, ["nobody", "no node"]),
        ({"tied_to": "decoder"}, ["itself"]),
        ({"tied_to": "tanh"}, ["Tanh", "no W"]),
        ({"tied_to": "data"}, ["no W"]),
        ({"tied_to": "loss"}, ["no W"]),
    ],
)
def test_a_tie_that_cannot_be_is_a_problem_with_a_repair(fields: dict[str, Any], words: list[str]):
    graph = autoencoder(**fields)
    found = with_repairs(graph, infer(graph))
    (problem,) = found.problems_of("decoder")
    assert [word for word in words if word not in problem.message] == []
    assert problem.is_blocking
    graph.apply(problem.repairs[0].changes)
    assert infer(graph).can_run


def test_a_tie_of_another_shape_names_both_shapes():
    graph = autoencoder()
    graph.apply(editing.set_fields(graph, "encoder", {"units": 4}).changes)
    assert infer(graph).can_run  # the decoder follows
    wider = build(
        {
            "data": Given(shapes=((2,), (3,)), target=(2,)),
            "encoder": Dense(units=5),
            "decoder": Dense(units=2, tied_to="encoder"),
            "loss": MeanSquaredError(),
            "other": MeanSquaredError(),
        },
        "data.a > encoder.h",
        "data.b > decoder.h",
        "decoder.h > loss.prediction",
        "data.a > loss.target",
        "encoder.h > other.prediction",
        "encoder.h > other.target",
    )
    (problem,) = problems(wider, "decoder")
    assert "3 × 2" in problem.message
    assert "5 × 2" in problem.message


def test_the_removal_of_the_other_node_is_a_problem_that_can_be_repaired():
    graph = autoencoder()
    graph.apply(editing.remove(graph, ["encoder"]).changes)
    found = with_repairs(graph, infer(graph))
    (problem,) = found.problems_of("decoder")
    assert "encoder" in problem.message
    (repair,) = problem.repairs
    graph.apply(repair.changes)
    assert infer(graph).can_run


def test_untying_keeps_the_numbers_of_the_weights():
    graph = chain(
        DataSource(dataset="xor", size=20),
        Dense(units=3),
        Dense(units=2, tied_to="dense_1"),
        Dense(units=1),
        loss=MeanSquaredError(),
    )
    trainer = trained(graph)
    before = trainer.parameters("dense_2")["W"]
    free = NetworkGraph(graph.design())
    free.apply(editing.set_fields(free, "dense_2", {"tied_to": ""}).changes)
    assert trainer.update(free) == ""
    np.testing.assert_array_equal(trainer.parameters("dense_2")["W"], before)
    trainer.step()
    after = trainer.parameters("dense_2")["W"]
    assert not np.array_equal(after, trainer.parameters("dense_1")["W"].T)


def test_a_copy_of_both_ends_of_a_tie_is_tied_to_the_copy():
    graph = autoencoder()
    edit = clipboard.duplicate(graph, ["encoder", "decoder"])
    graph.apply(edit.changes)
    ties = {key: graph.node(key).layer.tied_to for key in edit.created}  # type: ignore[attr-defined]
    decoder, encoder = sorted(edit.created, key=lambda key: ties[key], reverse=True)
    assert ties == {decoder: encoder, encoder: ""}
    alone = clipboard.duplicate(graph, ["decoder"])
    (change,) = alone.changes
    assert change.new.layer.tied_to == "encoder"  # type: ignore[union-attr]
