"""What is shown is what was computed: snapshots against a network worked out with plain NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from model import editing
from model.design import Wire
from model.layers.batch_norm import BatchNorm
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.losses import SoftmaxCrossEntropy
from model.layers.source import DataSource
from model.observing import take_snapshot
from model.snapshot import Snapshot, SnapshotRequest
from model.trainer import Trainer
from tests.model.looking import small_net
from tests.model.samples import busy_net, chain


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
