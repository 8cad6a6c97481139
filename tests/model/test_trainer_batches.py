"""Batches, epochs and parts: every item once an epoch, and nothing learned from the other parts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from model import editing
from model.trainer import Trainer
from tests.model.samples import line_net, xor_net


def test_the_last_smaller_batch_is_used_and_every_item_is_seen_once():
    trainer = Trainer(xor_net(batch_size=5))  # 24 items: 5 + 5 + 5 + 5 + 4
    sizes, seen = [], []
    while trainer.epoch == 0:
        trainer.step()
        sizes.append(len(trainer.indices))
        seen += trainer.indices.tolist()
        assert trainer.batch_index == (len(sizes) if trainer.epoch == 0 else 0)
    assert sizes == [5, 5, 5, 5, 4]
    assert trainer.n_batches == 5
    assert sorted(seen) == sorted(trainer.part("training").tolist())


def test_every_epoch_has_an_order_of_its_own_unless_shuffling_is_off():
    def orders(**settings: Any) -> list[list[int]]:
        trainer = Trainer(xor_net(**settings))
        found: list[list[int]] = [[], []]
        while trainer.epoch < 2:
            epoch = trainer.epoch
            trainer.step()
            found[epoch] += trainer.indices.tolist()
        return found

    shuffled = orders()
    assert shuffled[0] != shuffled[1]
    still = orders(shuffle=False)
    assert still[0] == still[1]


def test_the_parts_do_not_overlap_and_hold_all_items():
    trainer = Trainer(xor_net())
    parts = [set(trainer.part(name).tolist()) for name in ("training", "validation", "test")]
    assert [len(part) for part in parts] == [24, 8, 8]
    assert set.union(*parts) == set(range(40))


@pytest.mark.parametrize("size", [0, 12, 5000])
def test_the_whole_set_as_batch_is_gradient_descent(size: int):
    # One Dense unit on N = 12 points is linear least squares:
    # theta <- theta - rho 2/N X^T (X theta - y)
    trainer = Trainer(line_net(batch_size=size), dtype=np.float64)
    rows = trainer.part("training")
    assert len(rows) == 12
    feed = trainer.feeding.arrays()["data"]
    design = np.hstack([feed["x"][rows], np.ones((12, 1))])
    wanted = feed["y"][rows]
    theta = np.array([[trainer.plan.parameter("dense_1", "W")[0, 0]], [0.0]])
    for _ in range(5):
        residual = design @ theta - wanted
        trainer.step()
        assert trainer.loss == pytest.approx(float((residual**2).mean()), rel=1e-12)
        theta = theta - 0.1 * 2 / 12 * design.T @ residual
    learned = (
        trainer.plan.parameter("dense_1", "W")[0, 0],
        trainer.plan.parameter("dense_1", "b")[0],
    )
    assert learned == pytest.approx(tuple(theta[:, 0]), rel=1e-12)
    assert trainer.epoch == 5


def test_an_epoch_returns_the_mean_over_its_items():
    trainer, other = Trainer(xor_net(), dtype=np.float64), Trainer(xor_net(), dtype=np.float64)
    figures = trainer.run_epoch()
    total, hits = 0.0, 0
    for _ in range(5):
        other.step()
        assert other.run is not None
        total += other.loss * len(other.indices)
        n = other.run.at["loss"]
        hits += int((n.probability.argmax(axis=1) == n.target).sum())
    assert figures.loss == pytest.approx(total / 24, rel=1e-12)
    assert figures.accuracy == pytest.approx(hits / 24)


def test_scaling_is_fitted_on_the_training_part_only():
    graph = line_net()
    graph.apply(
        editing.set_fields(
            graph, "data", {"scaling": "standardize", "target_scaling": "unit", "size": 50}
        ).changes
    )
    trainer = Trainer(graph, dtype=np.float64)
    source = trainer.feeding.sources["data"]
    rows = trainer.part("training")
    x, y = source.data.x, source.data.y
    by_hand = (x - x[rows].mean(axis=0)) / x[rows].std(axis=0)
    np.testing.assert_allclose(source.arrays["x"], by_hand, rtol=1e-12)
    low, high = y[rows].min(axis=0), y[rows].max(axis=0)
    np.testing.assert_allclose(source.arrays["y"], (y - low) / (high - low), rtol=1e-12)
    assert "standardised" in source.described()
    assert "[0, 1]" in source.described()
