"""Histograms, decision boundary, fitted curve and predictions, each against its own calculation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from model import editing
from model.layers.dense import Dense
from model.layers.losses import BinaryCrossEntropy, MeanSquaredError, SoftmaxCrossEntropy
from model.layers.margin_losses import Hinge
from model.layers.reshape import Flatten
from model.layers.source import DataSource
from model.observing import take_snapshot
from model.optimizers import SGD
from model.snapshot import SnapshotRequest
from model.trainer import Trainer
from tests.model.looking import EVERYTHING, small_net
from tests.model.samples import chain


def test_histograms_count_every_weight_and_gradient():
    trainer = Trainer(small_net())
    trainer.step()
    shown = take_snapshot(trainer, SnapshotRequest(wants=frozenset({"histograms"})))
    assert shown.histograms is not None
    assert set(shown.histograms) == {
        f"{key}.{name}" for key in ("dense_1", "dense_2") for name in ("W", "b")
    }
    for name, (values, gradients) in shown.histograms.items():
        key, parameter = name.split(".")
        array = trainer.plan.parameter(key, parameter)
        for histogram in (values, gradients):
            assert histogram.counts.sum() == array.size
            assert len(histogram.edges) == len(histogram.counts) + 1
        assert values.edges[0] <= array.min()
        assert values.edges[-1] >= array.max()


@pytest.mark.parametrize("value", [0.0, 1.0, -1e20, 3e38])
@pytest.mark.parametrize("spread", [0.0, 1e-7])
def test_a_histogram_of_nearly_equal_numbers_of_any_size_counts_them_all(
    value: float, spread: float
):
    trainer = Trainer(small_net())
    weights = trainer.plan.parameter("dense_1", "W")
    weights[...] = value
    weights[0, 0] = value * (1 + spread)
    shown = take_snapshot(trainer, SnapshotRequest(wants=frozenset({"histograms"})))
    assert shown.histograms is not None
    counts, edges = shown.histograms["dense_1.W"][0].counts, shown.histograms["dense_1.W"][0].edges
    assert counts.sum() == 6
    assert (np.diff(edges) > 0).all()


def through(trainer: Trainer, x: np.ndarray) -> np.ndarray:
    """2-3-2 by hand: probabilities."""
    plan = trainer.plan
    h = np.maximum(x @ plan.parameter("dense_1", "W") + plan.parameter("dense_1", "b"), 0)
    a = h @ plan.parameter("dense_2", "W") + plan.parameter("dense_2", "b")
    return np.exp(a) / np.exp(a).sum(axis=1, keepdims=True)


def test_the_decision_boundary_is_the_network_on_a_grid_in_units_of_the_data():
    graph = small_net()
    graph.apply(editing.set_fields(graph, "data", {"scaling": "standardize"}).changes)
    trainer = Trainer(graph, dtype=np.float64)
    trainer.run_epoch()
    shown = take_snapshot(trainer, SnapshotRequest(wants=frozenset({"boundary"}))).boundary
    assert shown is not None
    assert shown.is_plane
    source = trainer.feeding.sources["data"]
    rows = trainer.part("training")
    mean, std = source.data.x[rows].mean(axis=0), source.data.x[rows].std(axis=0)
    for i, j in ((0, 0), (5, 60), (63, 10)):
        point = np.array([[shown.x[j], shown.y[i]]])
        expected = through(trainer, (point - mean) / std)[0]
        np.testing.assert_allclose(shown.values[i, j], expected, rtol=1e-9)
    assert shown.x[0] < source.data.x[:, 0].min()
    assert shown.x[-1] > source.data.x[:, 0].max()
    np.testing.assert_array_equal(shown.points, source.data.x[rows])
    np.testing.assert_array_equal(shown.targets, source.data.y[rows])


def test_a_fitted_curve_is_given_in_units_of_the_data():
    graph = chain(
        DataSource(dataset="curve", size=30, scaling="standardize", target_scaling="standardize"),
        Dense(units=1),
        loss=MeanSquaredError(),
    )
    trainer = Trainer(graph, dtype=np.float64)
    trainer.run_epoch()
    shown = take_snapshot(trainer, SnapshotRequest(wants=frozenset({"boundary"}))).boundary
    assert shown is not None
    assert not shown.is_plane
    source, rows = trainer.feeding.sources["data"], trainer.part("training")
    x, y = source.data.x, source.data.y
    scaled = (shown.x[:, None] - x[rows].mean()) / x[rows].std()
    W, b = (trainer.plan.parameter("dense_1", name) for name in ("W", "b"))
    expected = (scaled @ W + b) * y[rows].std() + y[rows].mean()
    np.testing.assert_allclose(shown.values, expected, rtol=1e-9, atol=1e-12)


def test_pictures_have_no_decision_boundary():
    graph = chain(
        DataSource(dataset="digits"), Flatten(), Dense(units=10), loss=SoftmaxCrossEntropy()
    )
    trainer = Trainer(graph)
    shown = take_snapshot(trainer, SnapshotRequest(wants=EVERYTHING))
    assert shown.boundary is None
    assert shown.predictions is not None
    assert shown.predictions.is_picture
    assert shown.predictions.inputs.shape[1:] == (8, 8)


@pytest.mark.parametrize(
    ("loss", "units"),
    [
        (SoftmaxCrossEntropy(), 2),
        (BinaryCrossEntropy(), 1),
        (Hinge(), 1),
        (Hinge(), 2),
        (MeanSquaredError(), 1),
    ],
)
def test_the_confusion_matrix_counts_the_answers_that_accuracy_counts(loss: Any, units: int):
    graph = chain(
        DataSource(dataset="gaussians", size=100), Dense(units=units), loss=loss,
        optimizer=SGD(lr=0.1),
    )  # fmt: skip
    trainer = Trainer(graph)
    for _ in range(3):
        trainer.run_epoch()
    shown = take_snapshot(trainer, SnapshotRequest(wants=frozenset({"predictions"}))).predictions
    assert shown is not None
    assert shown.confusion is not None
    assert shown.part == "validation"
    assert shown.confusion.sum() == 20
    accuracy = trainer.evaluate("validation").accuracy
    assert np.trace(shown.confusion) / 20 == pytest.approx(accuracy)
    truth = trainer.feeding.sources["data"].data.y[trainer.part("validation")]
    np.testing.assert_array_equal(shown.confusion.sum(axis=1), np.bincount(truth, minlength=2))


def test_a_regression_has_predictions_in_its_own_units_and_no_confusion():
    graph = chain(
        DataSource(dataset="diabetes", scaling="standardize", target_scaling="standardize"),
        Dense(units=1),
        loss=MeanSquaredError(),
    )
    trainer = Trainer(graph)
    for _ in range(20):
        trainer.run_epoch()
    shown = take_snapshot(trainer, SnapshotRequest(wants=frozenset({"predictions"}))).predictions
    assert shown is not None
    assert shown.confusion is None
    # Targets run from 25 to 346; the mean of a fit lies among them.
    assert 100 < shown.outcomes.mean() < 200


def test_without_a_validation_part_predictions_come_from_the_training_part():
    trainer = Trainer(small_net(validation_share=0.0))
    shown = take_snapshot(trainer, SnapshotRequest(wants=frozenset({"predictions"}))).predictions
    assert shown is not None
    assert shown.part == "training"
