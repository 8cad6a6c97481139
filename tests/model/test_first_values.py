"""Other first values for all weights at once."""

from __future__ import annotations

import numpy as np
import pytest

from model import editing
from model.errors import DesignError
from model.first_values import BY_KEY, CHOICES, FirstValues, present_choice, with_first_values
from model.graph import NetworkGraph
from model.layers.activations import ReLU
from model.layers.convolution import Conv2D
from model.layers.dense import Dense
from model.layers.losses import MeanSquaredError, SoftmaxCrossEntropy
from model.layers.rectifiers import Maxout
from model.layers.reshape import Flatten
from model.layers.source import DataSource
from model.plan import compile_plan
from tests.model.samples import chain, xor_net


def started(graph: NetworkGraph, key: str) -> NetworkGraph:
    copied = NetworkGraph(graph.design())
    copied.apply(with_first_values(copied, key).changes)
    return copied


@pytest.mark.parametrize("choice", CHOICES, ids=BY_KEY)
def test_a_choice_is_one_edit_of_every_layer_and_is_recognised(choice: FirstValues):
    graph = xor_net()
    edit = with_first_values(graph, choice.key)
    assert {change.key for change in edit.changes} == {"dense_1", "dense_2"}
    before = graph.design()
    graph.apply(edit.changes)
    assert present_choice(graph) == choice.key
    graph.apply(edit.reversed().changes)
    assert graph.design() == before
    assert present_choice(graph) == ""


def test_weights_have_the_deviation_that_the_choice_says():
    """Of a layer 400 -> 600: Glorot √(2/1000), He √(2/400); 240,000 draws keep within 1 %."""
    source = DataSource(dataset="curve", size=20)
    graph = chain(
        source, Dense(units=400), Dense(units=600), Dense(units=1), loss=MeanSquaredError()
    )
    wanted = {"small": 0.01, "large": 1.0, "glorot": (2 / 1000) ** 0.5, "he": (2 / 400) ** 0.5}
    for key, deviation in wanted.items():
        weights = compile_plan(started(graph, key)).parameter("dense_2", "W")
        assert weights.std() == pytest.approx(deviation, rel=0.01)
    assert not compile_plan(started(graph, "zeros")).parameter("dense_2", "W").any()


def test_the_same_seed_draws_the_same_numbers_only_larger():
    graph = xor_net()
    small, large, he = (
        compile_plan(started(graph, key)).parameter("dense_1", "W")
        for key in ("small", "large", "he")
    )
    assert np.allclose(100 * small, large, rtol=1e-5)
    assert np.allclose(he, large, rtol=1e-5), "two inputs: He's deviation is √(2/2) = 1"


def test_convolutions_take_the_size_of_their_first_values_too():
    graph = chain(
        DataSource(dataset="digits"), Conv2D(channels=32), ReLU(), Flatten(), Dense(units=10),
        loss=SoftmaxCrossEntropy(),
    )  # fmt: skip
    weights = compile_plan(started(graph, "large")).parameter("conv_2d_1", "W")
    again = compile_plan(started(graph, "small")).parameter("conv_2d_1", "W")
    assert np.allclose(weights, 100 * again, rtol=1e-5)


def test_typed_weights_give_way_and_frozen_or_tied_ones_stay():
    graph = xor_net()
    typed = {"W": [[1.0] * 6] * 2}
    graph.apply(editing.set_node(graph, "dense_1", {"weights": typed}).changes)
    graph.apply(editing.set_node(graph, "dense_2", {"is_frozen": True}).changes)
    edit = with_first_values(graph, "small")
    assert [change.key for change in edit.changes] == ["dense_1"]
    graph.apply(edit.changes)
    assert graph.node("dense_1").weights == {}


def test_a_layer_that_cannot_start_at_zero_keeps_its_own():
    graph = chain(
        DataSource(dataset="xor", size=40), Maxout(units=4), Dense(units=2),
        loss=SoftmaxCrossEntropy(),
    )  # fmt: skip
    assert [change.key for change in with_first_values(graph, "zeros").changes] == ["dense_1"]
    assert len(with_first_values(graph, "large").changes) == 2


def test_what_changes_nothing_says_so():
    graph = started(xor_net(), "he")
    with pytest.raises(DesignError, match="All weights start as He already"):
        with_first_values(graph, "he")
    with pytest.raises(DesignError, match="No layer of this design lets"):
        with_first_values(NetworkGraph(), "he")
