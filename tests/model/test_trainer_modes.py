"""Dropout and batch norm while training and in test mode."""

from __future__ import annotations

import math

import numpy as np
import pytest

from model import editing
from model.trainer import Trainer
from tests.model.samples import busy_net


def test_classic_dropout_scales_by_1_minus_p_in_test_mode_and_inverted_not_at_all():
    for scaling, factor in (("test", 0.7), ("inverted", 1.0)):
        graph = busy_net()
        graph.apply(editing.set_fields(graph, "dropout_1", {"scaling": scaling}).changes)
        trainer = Trainer(graph, dtype=np.float64)
        trainer.run_epoch()
        trainer.evaluate("validation")
        run = trainer.plan.bind(8, is_training=False)
        np.testing.assert_allclose(
            run.at["dropout_1"].out, factor * run.at["relu_1"].out, rtol=1e-14
        )


def test_inverted_dropout_scales_while_training():
    graph = busy_net()
    graph.apply(editing.set_fields(graph, "dropout_1", {"scaling": "inverted"}).changes)
    trainer = Trainer(graph, dtype=np.float64)
    trainer.step()
    assert trainer.run is not None
    n = trainer.run.at["dropout_1"]
    np.testing.assert_allclose(n.out, n.h * n.mask / 0.7, rtol=1e-14)
    np.testing.assert_allclose(n.delta, n.delta_out * n.mask / 0.7, rtol=1e-14)


def test_a_frozen_mask_stays_and_the_others_change():
    for how, is_same in (("frozen", True), ("every step", False)):
        graph = busy_net(batch_size=6)
        graph.apply(editing.set_fields(graph, "dropout_1", {"new_mask": how}).changes)
        trainer = Trainer(graph)
        masks = []
        for _ in range(2):
            trainer.step()
            assert trainer.run is not None
            masks.append(trainer.run.at["dropout_1"].mask.copy())
        assert (masks[0] == masks[1]).all() == is_same


def test_the_mask_turns_a_share_of_p_off():
    graph = busy_net(batch_size=0)
    graph.apply(editing.set_fields(graph, "data", {"size": 4000}).changes)
    trainer = Trainer(graph)
    trainer.step()
    assert trainer.run is not None
    off = 1 - trainer.run.at["dropout_1"].mask.mean()
    # 2,400 items x 6 neurons: the share has a standard deviation of sqrt(0.3 * 0.7 / 14400) = 0.004
    assert off == pytest.approx(0.3, abs=0.016)


def test_batch_norm_follows_the_batches_and_uses_what_it_followed_in_test_mode():
    trainer = Trainer(busy_net(), dtype=np.float64)
    mean, var = np.zeros(6), np.ones(6)
    for _ in range(7):
        trainer.step()
        assert trainer.run is not None
        h = trainer.run.at["batch_norm_1"].h
        mean = 0.9 * mean + 0.1 * h.mean(axis=0)
        var = 0.9 * var + 0.1 * h.var(axis=0, ddof=1)
    states = trainer.plan.states
    np.testing.assert_allclose(states["batch_norm_1", "running_mean"], mean, rtol=1e-12)
    np.testing.assert_allclose(states["batch_norm_1", "running_var"], var, rtol=1e-12)
    trainer.evaluate("validation")
    n = trainer.plan.bind(8, is_training=False).at["batch_norm_1"]
    expected = (n.h - mean) / np.sqrt(var + 1e-5) * n.gamma + n.beta
    np.testing.assert_allclose(n.out, expected, rtol=1e-10, atol=1e-12)


def test_batch_norm_lives_with_a_batch_of_one():
    trainer = Trainer(busy_net(batch_size=1))
    figures = trainer.run_epoch()
    assert math.isfinite(figures.loss)
    assert all(np.isfinite(state).all() for state in trainer.plan.states.values())
