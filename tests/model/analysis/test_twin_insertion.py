"""Dropout and batch norm are put in where they are wanted, and nothing else becomes another."""

from __future__ import annotations

import numpy as np
import pytest

from model import editing
from model.analysis.progress import Progress
from model.analysis.twin_insertion import BEFORE_EVERY, EVERY, insertion, places_for
from model.analysis.twin_knobs import (
    BATCH_NORM_ON,
    DROPOUT_ON,
    Alteration,
    altered,
    edit_of,
    knobs_of,
    name_of,
    words_of,
)
from model.analysis.twins import fork, fork_with, moment_of, twin_runs
from model.errors import DesignError
from model.graph import NetworkGraph
from model.layers.activations import ReLU, Tanh
from model.layers.batch_norm import BatchNorm
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.losses import MeanSquaredError, SoftmaxCrossEntropy
from model.layers.source import DataSource
from model.settings import TrainingSettings
from model.trainer import Trainer
from tests.model.samples import build, busy_net, chain


def two_hidden() -> NetworkGraph:
    return chain(
        DataSource(dataset="iris"),
        Dense(units=6),
        ReLU(),
        Dense(units=5),
        Tanh(),
        Dense(units=3),
        loss=SoftmaxCrossEntropy(),
        seed=3,
        batch_size=16,
    )


def wiring(graph: NetworkGraph) -> list[tuple[str, str]]:
    return [(wire.source, wire.target) for wire in graph.wires()]


def keys(graph: NetworkGraph, layer: Dropout | BatchNorm) -> list[str]:
    return [place.key for place in places_for(graph, layer)]


def test_dropout_comes_behind_every_hidden_activation():
    graph = two_hidden()
    twin = altered(graph, Alteration(EVERY, DROPOUT_ON, 0.25))
    pairs = set(wiring(twin))
    assert {("relu_1", "dropout_1"), ("dropout_1", "dense_2")} <= pairs
    assert {("tanh_1", "dropout_2"), ("dropout_2", "dense_3")} <= pairs
    assert not pairs & {("relu_1", "dense_2"), ("tanh_1", "dense_3")}
    layer = twin.node("dropout_1").layer
    assert isinstance(layer, Dropout)
    assert layer.p == 0.25
    assert graph.design() == two_hidden().design()  # the design itself has not changed


def test_batch_norm_comes_in_front_of_or_behind_every_hidden_activation():
    graph = two_hidden()
    before = altered(graph, Alteration(BEFORE_EVERY, BATCH_NORM_ON, True))
    assert {("dense_1", "batch_norm_1"), ("batch_norm_1", "relu_1")} <= set(wiring(before))
    assert {("dense_2", "batch_norm_2"), ("batch_norm_2", "tanh_1")} <= set(wiring(before))
    behind = altered(graph, Alteration(EVERY, BATCH_NORM_ON, True))
    assert {("relu_1", "batch_norm_1"), ("batch_norm_1", "dense_2")} <= set(wiring(behind))


def test_it_comes_behind_one_chosen_layer():
    twin = altered(two_hidden(), Alteration("dense_1", DROPOUT_ON, 0.5))
    assert {("dense_1", "dropout_1"), ("dropout_1", "relu_1")} <= set(wiring(twin))
    assert sum(isinstance(node.layer, Dropout) for node in twin.nodes.values()) == 1


def test_all_wires_of_an_output_are_led_through_it_but_not_what_a_loss_compares_with():
    graph = build(
        {
            "data": DataSource(dataset="digits"),
            "dense": Dense(units=8),
            "relu": ReLU(),
            "left": Dense(units=64),
            "right": Dense(units=64),
            "first": MeanSquaredError(),
            "second": MeanSquaredError(),
        },
        "data.x > dense.h",
        "dense.h > relu.h",
        "relu.h > left.h",
        "relu.h > right.h",
        "left.h > first.prediction",
        "data.x > first.target",
        "right.h > second.prediction",
        "data.x > second.target",
    )
    edit = insertion(graph, Dropout(), "data")
    graph.apply(edit.changes)
    pairs = set(wiring(graph))
    assert {("data", "dropout_1"), ("dropout_1", "dense"), ("data", "first")} <= pairs
    graph.apply(insertion(graph, Dropout(), "relu").changes)
    pairs = set(wiring(graph))
    assert {("relu", "dropout_2"), ("dropout_2", "left"), ("dropout_2", "right")} <= pairs
    assert ("relu", "left") not in pairs


def test_where_dropout_is_there_already_it_is_not_put_in_twice():
    graph = two_hidden()
    graph.apply(insertion(graph, Dropout(), "relu_1").changes)
    twin = altered(graph, Alteration(EVERY, DROPOUT_ON, 0.5))
    assert sum(isinstance(node.layer, Dropout) for node in twin.nodes.values()) == 2
    graph.apply(insertion(graph, Dropout(), "tanh_1").changes)
    assert EVERY not in keys(graph, Dropout())
    with pytest.raises(DesignError, match="no place for Dropout behind every hidden activation"):
        insertion(graph, Dropout(), EVERY)


def test_places_are_layers_that_carry_numbers_to_another_layer():
    found = keys(two_hidden(), Dropout())
    assert found == [EVERY, "data", "dense_1", "relu_1", "dense_2", "tanh_1"]
    assert keys(two_hidden(), BatchNorm())[:2] == [EVERY, BEFORE_EVERY]
    captions = [place.caption for place in places_for(two_hidden(), Dropout())]
    assert captions[0] == "behind all activations"
    assert captions[2] == "behind Dense 6"


def test_the_knobs_offer_it_and_say_what_it_does():
    graph = two_hidden()
    knob = next(each for each in knobs_of(graph) if each.field.name == DROPOUT_ON)
    assert knob.title == "Dropout on"
    everywhere = knob.turned(0.3, EVERY)
    assert words_of(graph, everywhere) == "dropout p = 0.3 behind every hidden activation"
    assert name_of(graph, everywhere) == "dropout p = 0.3"
    assert name_of(graph, knob.turned(0.3, "relu_1")) == "dropout p = 0.3 behind ReLU"
    assert name_of(graph, Alteration(EVERY, BATCH_NORM_ON, True)) == "batch norm"


def test_the_weights_draws_and_batches_of_the_others_stay():
    trainer = Trainer(busy_net())
    for _ in range(17):
        trainer.step()
    moment = moment_of(trainer)
    original, twin = fork(moment), fork_with(moment, Alteration("data", BATCH_NORM_ON, True))
    assert "batch_norm_2" in twin.graph
    for place in original.plan.slices:
        np.testing.assert_array_equal(twin.plan.parameter(*place), original.plan.parameter(*place))
    gamma = twin.plan.parameter("batch_norm_2", "gamma")
    np.testing.assert_array_equal(gamma, np.ones_like(gamma))
    for _ in range(9):
        original.step()
        twin.step()
        np.testing.assert_array_equal(twin.indices, original.indices)
        assert original.run is not None
        assert twin.run is not None
        mask = original.run.at["dropout_1"].mask
        np.testing.assert_array_equal(twin.run.at["dropout_1"].mask, mask)


def test_dropout_that_drops_nothing_leaves_the_run_bit_identical():
    trainer = Trainer(two_hidden())
    for _ in range(5):
        trainer.step()
    nothing = Alteration(EVERY, DROPOUT_ON, 0.0)
    runs = twin_runs(Progress(), moment_of(trainer), [(0, "a", None), (1, "b", nothing)], 25)
    np.testing.assert_array_equal(runs[0].losses, runs[1].losses)
    assert runs[0].state is not None
    assert runs[1].state is not None
    for name, array in runs[0].state.arrays.items():
        np.testing.assert_array_equal(runs[1].state.arrays[name], array)


def test_batch_norm_that_is_not_put_in_changes_nothing():
    graph = two_hidden()
    kept = Alteration(EVERY, BATCH_NORM_ON, False)
    assert altered(graph, kept).design() == graph.design()
    assert words_of(graph, kept) == "as it is"


def test_a_frozen_mask_stays_when_something_is_put_in():
    graph = two_hidden()
    graph.apply(insertion(graph, Dropout(new_mask="frozen"), "relu_1").changes)
    graph.apply(editing.set_training(graph, {"batch_size": 0}).changes)
    trainer = Trainer(graph)
    trainer.step()
    assert trainer.run is not None
    mask = trainer.run.at["dropout_1"].mask.copy()
    twin = fork_with(moment_of(trainer), Alteration("tanh_1", BATCH_NORM_ON, True))
    twin.step()
    assert twin.run is not None
    np.testing.assert_array_equal(twin.run.at["dropout_1"].mask, mask)


def test_a_graph_of_variables_has_no_place_for_it():
    graph = NetworkGraph()
    assert places_for(graph, Dropout()) == ()
    assert not any(knob.places for knob in knobs_of(graph))


def test_it_is_an_edit_that_can_be_reversed():
    graph = two_hidden()
    before = graph.design()
    edit = edit_of(graph, Alteration(EVERY, DROPOUT_ON, 0.5))
    assert edit.created == ("dropout_1", "dropout_2")
    graph.apply(edit.changes)
    graph.apply(edit.reversed().changes)
    assert graph.design() == before


def test_settings_of_the_training_are_not_touched():
    twin = altered(two_hidden(), Alteration(EVERY, DROPOUT_ON, 0.5))
    assert twin.training == two_hidden().training
    assert isinstance(twin.training, TrainingSettings)
