"""Jacobians with the facts around them."""

from __future__ import annotations

import numpy as np
import pytest

from model.analysis.local_study import chain_study, local_study, places_of
from model.analysis.rehearsal import Rehearsal, rehearse
from model.layers.activations import ReLU, Softmax
from model.layers.dense import Dense
from model.layers.losses import MeanSquaredError
from model.layers.source import DataSource
from tests.model.samples import chain, xor_net


@pytest.fixture
def step() -> Rehearsal:
    return rehearse(xor_net(), dtype=np.float64)


def test_a_dense_layer_can_be_differentiated_by_its_input_and_its_parameters(step: Rehearsal):
    assert places_of(step, "dense_1") == ("h", "W", "b")
    assert places_of(step, "data") == ()
    assert places_of(step, "loss") == ("prediction",)


def test_the_jacobian_of_a_dense_layer_is_its_weights_turned(step: Rehearsal):
    found = local_study(step, "dense_1", "h", 0)
    W = step.plan.parameter("dense_1", "W")
    np.testing.assert_allclose(found.jacobian.matrix, W.T)
    assert found.inputs.shape == (2,)
    np.testing.assert_allclose(
        found.outputs, W.T @ found.inputs + step.plan.parameter("dense_1", "b")
    )
    facts = dict(found.facts)
    assert facts["shape"] == "6 × 2"
    assert facts["rank"] == "2"


def test_softmax_is_symmetric_of_one_rank_less_and_its_rows_sum_to_zero():
    graph = chain(
        DataSource(dataset="iris", one_hot=True),
        Dense(units=3),
        Softmax(),
        loss=MeanSquaredError(),
    )
    softmax = next(key for key, node in graph.nodes.items() if isinstance(node.layer, Softmax))
    facts = dict(local_study(rehearse(graph, dtype=np.float64), softmax, "h", 0).facts)
    assert facts["symmetric"] == "yes"
    assert facts["every row sums to"] == "0"
    assert facts["rank"] == "2"


def test_relu_is_diagonal(step: Rehearsal):
    relu = next(key for key, node in step.graph.nodes.items() if isinstance(node.layer, ReLU))
    found = local_study(step, relu, "h", 0)
    assert dict(found.facts)["structure"].startswith(("element-wise", "every number", "nothing"))


def test_a_chain_has_the_numbers_of_its_ends(step: Rehearsal):
    found = chain_study(step, "data", "loss", 0)
    assert found.inputs.shape == (2,)
    assert found.outputs.shape == (1,)
    assert found.chain.total.shape == (1, 2)
