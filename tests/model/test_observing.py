"""What is shown is what was computed: snapshots against a network worked out with plain NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from model import editing
from model.design import Wire
from model.graph import NetworkGraph
from model.layers.activations import ReLU
from model.layers.batch_norm import BatchNorm
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.losses import BinaryCrossEntropy, MeanSquaredError, SoftmaxCrossEntropy
from model.layers.margin_losses import Hinge
from model.layers.reshape import Flatten
from model.layers.source import DataSource
from model.observing import take_snapshot
from model.optimizers import SGD
from model.snapshot import Snapshot, SnapshotRequest
from model.trainer import Trainer
from tests.model.samples import busy_net, chain

EVERYTHING = frozenset({"histograms", "boundary", "predictions"})


def small_net(**training: Any) -> NetworkGraph:
    """2-3-2 with ReLU on XOR, four items a batch."""
    settings = {"batch_size": 4, "optimizer": SGD(lr=0.5), "seed": 2} | training
    return chain(
        DataSource(dataset="xor", size=40),
        Dense(units=3),
        ReLU(),
        Dense(units=2),
        loss=SoftmaxCrossEntropy(),
        **settings,
    )


@pytest.mark.parametrize("item", [0, 2, 3])
def test_a_snapshot_of_2_3_2_equals_an_independent_calculation(item: int):
    trainer = Trainer(small_net(l2=0.01), dtype=np.float64)
    for _ in range(3):
        trainer.step()
    W1, b1, W2, b2 = (
        trainer.plan.parameter(key, name).copy()
        for key in ("dense_1", "dense_2")
        for name in ("W", "b")
    )
    trainer.step()
    shown = take_snapshot(trainer, SnapshotRequest(item=item))
    data = trainer.feeding.sources["data"].data
    x, y = data.x[trainer.indices], data.y[trainer.indices]
    # forward
    a1 = x @ W1 + b1
    h1 = np.maximum(a1, 0)
    a2 = h1 @ W2 + b2
    p = np.exp(a2) / np.exp(a2).sum(axis=1, keepdims=True)
    data_loss = -np.log(p[np.arange(4), y]).mean()
    penalty = 0.01 * ((W1**2).sum() + (W2**2).sum())
    # backward
    delta_a2 = (p - np.eye(2)[y]) / 4
    delta_h1 = delta_a2 @ W2.T
    delta_a1 = delta_h1 * (a1 > 0)
    close = {"rtol": 1e-10, "atol": 1e-14}
    assert (shown.item, shown.batch, shown.step) == (item, 4, 4)
    assert shown.data_loss == pytest.approx(data_loss, rel=1e-12)
    assert shown.penalty == pytest.approx(penalty, rel=1e-12)
    assert shown.loss == pytest.approx(data_loss + penalty, rel=1e-12)
    assert shown.losses == {"loss": pytest.approx(data_loss, rel=1e-12)}
    nodes = shown.nodes
    np.testing.assert_allclose(nodes["data"].out, x[item], **close)
    for key, out, delta in (
        ("dense_1", a1, delta_a1),
        ("relu_1", h1, delta_h1),
        ("dense_2", a2, delta_a2),
    ):
        np.testing.assert_allclose(nodes[key].out, out[item], **close)
        np.testing.assert_allclose(nodes[key].delta, delta[item], **close)
        rms = np.sqrt((delta**2).mean())
        assert nodes[key].delta_rms == pytest.approx(rms, rel=1e-10)
        wire = next(w for w in trainer.graph.wires() if w.source == key)
        assert shown.wires[wire] == pytest.approx(rms, rel=1e-10)
    assert set(shown.wires) == {w for w in trainer.graph.wires() if w.source != "data"}
    loss = nodes["loss"].extras
    assert loss["loss"] == pytest.approx(data_loss, rel=1e-12)
    np.testing.assert_allclose(loss["probability"], p[item], **close)
    np.testing.assert_allclose(loss["prediction"], a2[item], **close)
    assert loss["target"] == y[item]
    extras = nodes["data"].extras
    assert extras["index"] == trainer.indices[item]
    np.testing.assert_array_equal(extras["x"], x[item])
    assert extras["y"] == y[item]
    # the update
    W2_after = W2 - 0.5 * (h1.T @ delta_a2 + 0.02 * W2)
    np.testing.assert_allclose(trainer.plan.parameter("dense_2", "W"), W2_after, **close)
    W1_after = W1 - 0.5 * (x.T @ delta_a1 + 0.02 * W1)
    np.testing.assert_allclose(trainer.plan.parameter("dense_1", "W"), W1_after, **close)


def arrays_in(value: Any) -> list[np.ndarray]:
    """Every array inside a snapshot, however deep."""
    if isinstance(value, np.ndarray):
        return [value]
    if isinstance(value, dict):
        return [found for part in value.values() for found in arrays_in(part)]
    if isinstance(value, (list, tuple)):
        return [found for part in value for found in arrays_in(part)]
    if hasattr(value, "__dataclass_fields__"):
        return [found for part in vars(value).values() for found in arrays_in(part)]
    return []


def living_arrays(trainer: Trainer) -> list[np.ndarray]:
    """Every array that training still writes to or reads from."""
    plan = trainer.plan
    found = [plan.theta, plan.grads, trainer.slots, *plan.states.values()]
    for run in plan._runs.values():
        for n in run.at.values():
            found += arrays_in({k: v for k, v in vars(n).items() if k != "rng"})
    for source in trainer.feeding.sources.values():
        found += [*source.arrays.values(), source.data.x, np.asarray(source.data.y)]
    return found


@pytest.mark.parametrize("before_the_first_step", [True, False])
@pytest.mark.parametrize("net", [busy_net, small_net])
def test_everything_in_a_snapshot_is_a_copy(net: Any, before_the_first_step: bool):
    trainer = Trainer(net())
    if not before_the_first_step:
        trainer.run_epoch()
    shown = take_snapshot(trainer, SnapshotRequest(item=1, neuron=2, wants=EVERYTHING))
    living = living_arrays(trainer)
    for array in arrays_in(shown):
        assert not any(np.shares_memory(array, other) for other in living)


def test_a_snapshot_stays_as_it_was_while_training_goes_on():
    trainer = Trainer(busy_net())
    trainer.step()
    shown = take_snapshot(trainer, SnapshotRequest(wants=EVERYTHING))
    before = [array.copy() for array in arrays_in(shown)]
    trainer.run_epoch()
    for array, old in zip(arrays_in(shown), before, strict=True):
        np.testing.assert_array_equal(array, old)


def test_looking_never_changes_what_is_learned():
    looked_at, left_alone = Trainer(busy_net()), Trainer(busy_net())
    for step in range(23):
        looked_at.step()
        left_alone.step()
        take_snapshot(looked_at, SnapshotRequest(item=step % 5, neuron=1, wants=EVERYTHING))
    assert looked_at.plan.theta.tobytes() == left_alone.plan.theta.tobytes()


def test_the_mask_shown_is_the_mask_of_this_very_step():
    trainer = Trainer(busy_net(), dtype=np.float64)
    for _ in range(4):
        trainer.step()
        shown = take_snapshot(trainer, SnapshotRequest(item=2))
        mask = shown.nodes["dropout_1"].extras["mask"]
        assert mask.dtype == bool
        h, out = shown.nodes["relu_1"].out, shown.nodes["dropout_1"].out
        np.testing.assert_array_equal(out, np.where(mask, h, 0))
        passed, arrived = shown.nodes["relu_1"].delta, shown.nodes["dropout_1"].delta
        np.testing.assert_array_equal(passed, np.where(mask, arrived, 0))


def test_batch_norm_shows_one_neuron_over_the_batch_with_its_statistics():
    trainer = Trainer(busy_net(), dtype=np.float64)
    trainer.step()
    shown = take_snapshot(trainer, SnapshotRequest(neuron=4)).nodes["batch_norm_1"].extras
    assert shown["neuron"] == 4
    assert shown["mean"] == pytest.approx(shown["before"].mean(), rel=1e-12)
    assert shown["std"] == pytest.approx(np.sqrt(shown["before"].var() + 1e-5), rel=1e-12)
    normal = (shown["before"] - shown["mean"]) / shown["std"]
    np.testing.assert_allclose(shown["after"], normal, rtol=1e-10, atol=1e-12)


def test_before_the_first_step_the_first_batch_is_shown_without_any_delta():
    trainer = Trainer(small_net())
    shown = take_snapshot(trainer, SnapshotRequest())
    assert shown.step == 0
    assert np.isnan(shown.loss)
    assert shown.losses == {}
    assert shown.wires == {}
    assert all(view.delta is None for view in shown.nodes.values())
    assert shown.nodes["dense_2"].out is not None
    assert len(shown.curves["loss"].steps) == 0
    assert shown.split_sizes == (24, 8, 8)


def test_an_item_beyond_the_batch_shows_its_last_one():
    trainer = Trainer(small_net(batch_size=5))
    trainer.run_epoch()  # 24 items: the last batch has four
    shown = take_snapshot(trainer, SnapshotRequest(item=99, neuron=99))
    assert (shown.item, shown.batch) == (3, 4)


def test_epochs_and_batches_are_counted():
    trainer = Trainer(small_net())
    found = []
    for _ in range(8):
        trainer.step()
        shown = take_snapshot(trainer, SnapshotRequest())
        found.append((shown.step, shown.epoch, shown.batch_index, shown.n_batches))
    assert found[:3] == [(1, 0, 1, 6), (2, 0, 2, 6), (3, 0, 3, 6)]
    assert found[5:] == [(6, 1, 0, 6), (7, 1, 1, 6), (8, 1, 2, 6)]


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


def test_deltas_are_followed_over_time():
    trainer = Trainer(small_net())
    found = []
    for _ in range(5):
        trainer.step()
        shown = take_snapshot(trainer, SnapshotRequest())
        found.append(shown.nodes["dense_1"].delta_rms)
        take_snapshot(trainer, SnapshotRequest(item=1))  # a second look adds no point
    shown = take_snapshot(trainer, SnapshotRequest())
    assert shown.curves["delta:dense_1"].mean.tolist() == found


def test_the_weight_of_a_loss_is_in_the_deltas_and_in_j_but_not_in_its_own_figure():
    graph = small_net()
    graph.apply(editing.set_fields(graph, "loss", {"weight": 3.0}).changes)
    plain, heavy = Trainer(small_net(), dtype=np.float64), Trainer(graph, dtype=np.float64)
    shown: list[Snapshot] = []
    for trainer in (plain, heavy):
        trainer.step()
        shown.append(take_snapshot(trainer, SnapshotRequest()))
    assert shown[1].losses == shown[0].losses
    assert shown[1].data_loss == pytest.approx(3 * shown[0].data_loss, rel=1e-12)
    wire = Wire("dense_2", "h", "loss", "prediction")
    assert shown[1].wires[wire] == pytest.approx(3 * shown[0].wires[wire], rel=1e-12)


def test_the_strip_at_the_bottom_hears_what_was_done_to_the_data():
    graph = chain(
        DataSource(dataset="iris", scaling="unit", one_hot=True), BatchNorm(), Dropout(),
        Dense(units=3), loss=SoftmaxCrossEntropy(),
    )  # fmt: skip
    shown = take_snapshot(Trainer(graph), SnapshotRequest())
    assert "[0, 1]" in shown.scaling["data"]
    assert "one-hot" in shown.scaling["data"]
    assert shown.seed == 42


def test_a_diverged_training_can_still_be_looked_at():
    trainer = Trainer(small_net())
    trainer.step()
    trainer.plan.theta[:] = np.inf
    shown = take_snapshot(trainer, SnapshotRequest(wants=EVERYTHING))
    assert shown.histograms is not None
    trainer.plan.theta[:] = np.nan
    take_snapshot(trainer, SnapshotRequest(wants=EVERYTHING))


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
