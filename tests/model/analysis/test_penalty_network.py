"""A network under a penalty: a linear one ends where ridge and lasso are known to be."""

from __future__ import annotations

import numpy as np
import pytest

from model.analysis.penalty_network import network_path, penalised
from model.analysis.penalty_path import design_data, lasso, ridge
from model.analysis.progress import CancelledError, Progress
from model.errors import DesignError
from model.graph import NetworkGraph
from model.layers.activations import ReLU
from model.layers.dense import Dense
from model.layers.losses import MeanSquaredError
from model.layers.source import DataSource
from model.optimizers import SGD
from tests.model.samples import chain, xor_net


def linear_net() -> NetworkGraph:
    return chain(
        DataSource(dataset="diabetes", scaling="standardize", target_scaling="standardize"),
        Dense(units=1),
        loss=MeanSquaredError(),
        batch_size=0,
        optimizer=SGD(lr=0.1),
        l2=0.3,
    )


@pytest.mark.parametrize("kind", ["L1", "L2"])
def test_a_linear_network_ends_at_ridge_and_lasso(kind):
    graph = linear_net()
    data = design_data(graph)
    assert data is not None
    found = network_path(Progress(), graph, kind, 1200, np.array([0.05, 0.3]))
    for penalty, beta, loss in zip(found.lambdas, found.betas, found.validation, strict=True):
        exact = (lasso if kind == "L1" else ridge)(data.x, data.y, float(penalty))
        order = [int(name.split()[-1].split(",")[0]) - 1 for name in found.data.names]
        assert sorted(order) == list(range(10))
        np.testing.assert_allclose(beta, exact[order], atol=2e-4)
        if kind == "L1":
            np.testing.assert_array_equal(beta == 0, exact[order] == 0)
        expected = np.mean((data.x_validation @ exact - data.y_validation) ** 2)
        assert loss == pytest.approx(expected, rel=2e-3)
    assert (np.abs(found.betas[0, :-1]) >= np.abs(found.betas[0, 1:])).all()
    assert found.lines == tuple(range(10))


def test_only_lambda_is_another():
    graph = xor_net(l1=0.2, l2=0.1)
    one, two = penalised(graph, "L1", 0.5).training, penalised(graph, "L2", 0.7).training
    assert (one.l1, one.l2, one.l1_step) == (0.5, 0.0, "proximal")
    assert (two.l1, two.l2) == (0.0, 0.7)
    assert (graph.training.l1, graph.training.l2) == (0.2, 0.1)
    assert one.seed == two.seed == graph.training.seed


def test_weights_are_named_by_layer_and_place():
    found = network_path(Progress(), xor_net(), "L2", 5, np.array([1e-3, 1e-2]))
    assert found.betas.shape == (2, 24)  # 2 * 6 + 6 * 2, the biases are exempt
    assert set(found.data.names) == {
        *(f"Dense 6 W {i},{j}" for i in (1, 2) for j in range(1, 7)),
        *(f"Dense 2 W {i},{j}" for i in range(1, 7) for j in (1, 2)),
    }
    assert "5 steps" in found.data.note


def test_a_lambda_with_which_it_runs_away_is_left_out():
    graph = chain(
        DataSource(dataset="curve", size=40),
        Dense(units=4),
        ReLU(),
        Dense(units=1),
        loss=MeanSquaredError(),
        batch_size=0,
        optimizer=SGD(lr=0.1),
    )
    found = network_path(Progress(), graph, "L2", 400, np.array([1e-3, 90.0]))
    assert found.lambdas.tolist() == [1e-3]
    with pytest.raises(DesignError, match="runs away"):
        network_path(Progress(), graph, "L2", 400, np.array([90.0]))


def test_without_validation_part_it_is_told_so():
    with pytest.raises(DesignError, match="no validation part"):
        network_path(Progress(), xor_net(validation_share=0.0), "L1", 5)


def test_it_can_be_cancelled():
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        network_path(progress, xor_net(), "L1", 5)
