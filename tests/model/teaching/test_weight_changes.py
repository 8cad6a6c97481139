"""Penalty, clipping, limits, ties and frozen weights, taken to pieces: the same as the engine's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from model import editing
from model.graph import NetworkGraph
from model.layers.dense import Dense
from model.layers.losses import SoftmaxCrossEntropy
from model.layers.source import DataSource
from model.optimizers import SGD, AdamW
from model.teaching.operation_view import OperationView
from model.teaching.walkthrough import Walkthrough
from model.trainer import Trainer
from tests.model.samples import chain


def net(**training: Any) -> NetworkGraph:
    """2-3-2; of dense_2, tied to nothing, the bias has 2 numbers."""
    return chain(
        DataSource(dataset="xor", size=20),
        Dense(units=3),
        Dense(units=2),
        loss=SoftmaxCrossEntropy(),
        **training,
    )


def walk_of(graph: NetworkGraph) -> Walkthrough:
    return Walkthrough(Trainer(graph, dtype=np.float64))


def at(walk: Walkthrough, kind: str, node_id: str = "", element: int | None = None):
    while (info := walk.forward()) is not None:
        if (info.kind, info.node_id) == (kind, node_id):
            return walk.describe(element)
    raise AssertionError(kind)


def chosen(view: OperationView, by: str, part: str) -> float:
    values = view.parts[by][part].reshape(-1)
    return float(values[view.places[by] if values.size > 1 else 0])


def test_the_parts_of_the_penalty_add_up_to_the_gradient_that_the_engine_holds():
    walk = walk_of(net(l1=0.01, l2=0.1))
    view = at(walk, "penalty", element=4)
    parts = view.parts["dense_1.W"]
    theta = walk.rehearsal.plan.parameter("dense_1", "W")
    np.testing.assert_allclose(parts["l2 part"], 0.2 * theta)
    np.testing.assert_allclose(parts["l1 part"], 0.01 * np.sign(theta))
    np.testing.assert_allclose(parts["penalised"], walk.rehearsal.plan.gradient("dense_1", "W"))
    assert view.places == {"all": 4, "dense_1.W": 4}


def test_a_bias_is_exempt_from_the_penalty_and_the_view_says_so():
    walk = walk_of(net(l2=0.1))
    view = at(walk, "penalty", element=12)  # behind 6 + 6 weights lie the biases
    assert "dense_1.b" in view.parts
    assert not view.parts["dense_1.b"]["penalty"].any()
    assert "exempt" in view.equations[0].note


def test_clipping_by_value_and_then_by_norm_names_length_and_factor():
    walk = walk_of(net(clip_value=0.05, clip_norm=0.01))
    view = at(walk, "clip")
    found = view.inputs["before"].clip(-0.05, 0.05)
    length = float(np.sqrt((found**2).sum()))
    (by,) = view.parts
    assert chosen(view, by, "length") == pytest.approx(length)
    assert chosen(view, by, "factor") == pytest.approx(0.01 / length, rel=1e-3)
    np.testing.assert_allclose(view.out, found * chosen(view, by, "factor"))
    assert chosen(view, by, "clipped gradient") == pytest.approx(view.out[view.places["all"]])
    assert [words for words, _ in view.with_numbers][:2] == ["by value", "factor"]


def test_a_short_gradient_is_not_clipped_and_the_factor_is_one():
    view = at(walk_of(net(clip_norm=1000)), "clip")
    assert view.parts[next(iter(view.parts))]["factor"] == 1
    assert "the factor is 1" in view.equations[0].note


def test_limits_are_those_of_the_engine_with_the_length_of_the_unit_and_its_factor():
    walk = walk_of(net(max_norm=0.3, l1=0.05, l1_step="proximal", optimizer=SGD(lr=0.5)))
    view = at(walk, "limit", element=2)
    parts = view.parts["dense_1.W"]
    np.testing.assert_allclose(parts["limited"], walk.rehearsal.plan.parameter("dense_1", "W"))
    shrunk = parts["shrunk"]
    np.testing.assert_allclose(parts["unit length"][0], np.sqrt((shrunk**2).sum(axis=0)))
    assert float(parts["threshold"]) == pytest.approx(0.5 * 0.05)


def test_a_frozen_layer_has_an_operation_that_says_it_is_not_updated():
    graph = net()
    graph.apply(editing.set_node(graph, "dense_2", {"is_frozen": True}).changes)
    walk = walk_of(graph)
    before = walk.rehearsal.plan.theta.copy()
    view = at(walk, "frozen", "dense_2")
    assert not view.parts["W"]["step"].any()
    assert view.equations[0].note.startswith("Not updated: frozen")
    frozen = walk.rehearsal.plan.slices["dense_2", "W"]
    np.testing.assert_array_equal(walk.rehearsal.plan.theta[frozen], before[frozen])


def test_gradients_of_a_tied_weight_are_added_number_by_number():
    graph = chain(
        DataSource(dataset="xor", size=20),
        Dense(units=2),
        Dense(units=2, tied_to="dense_1"),
        loss=SoftmaxCrossEntropy(),
    )
    walk = walk_of(graph)
    view = at(walk, "tie", "dense_1", element=1)
    parts = view.parts["W"]
    np.testing.assert_allclose(
        parts["summed gradient"], walk.rehearsal.plan.gradient("dense_1", "W")
    )
    np.testing.assert_allclose(
        parts["tied gradient"], walk.rehearsal.plan.gradient("dense_2", "W").T
    )
    assert view.places == {"W": 1}
    later = at(walk, "update", "dense_1")
    assert "are the same array, transposed" in later.equations[0].note


def test_weight_decay_stands_between_the_old_value_and_the_step():
    view = at(walk_of(net(optimizer=AdamW(lr=0.1, weight_decay=0.5))), "update", "dense_1")
    captions = [part.caption for part in view.equations[0].parts]
    assert captions == ["old value", "decayed", "step", "new value"]
    old, decayed = (chosen(view, "W", name) for name in ("theta", "decayed"))
    assert decayed == pytest.approx((1 - 0.1 * 0.5) * old)
    assert view.pictures[0].decayed == pytest.approx(decayed)


def test_places_are_counted_through_all_parameters_of_a_layer():
    walk = walk_of(net())
    view = at(walk, "update", "dense_1", element=7)  # W has 6 numbers, b 3
    assert view.places["b"] == 1
    assert [part.start for part in view.equations[1].parts] == [6, 6, 6]
    view = walk.describe(4)
    assert view.places == {"W": 4, "b": 1}
