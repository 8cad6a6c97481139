"""Settings changed while training act from the next step, and keep what can be kept."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from model import editing
from model.design import Edit
from model.graph import NetworkGraph
from model.optimizers import Adam, Momentum
from model.trainer import Trainer
from tests.model.samples import busy_net, xor_net
from tests.model.training import edited, fields, training


def test_a_smaller_learning_rate_acts_from_the_next_step_and_keeps_everything():
    trainer = Trainer(xor_net(optimizer=Momentum(lr=0.1)))
    for _ in range(7):
        trainer.step()
    theta, velocity = trainer.plan.theta.copy(), trainer.slots[0].copy()
    plan = trainer.plan
    assert trainer.update(edited(trainer.graph, training(lr=0.0, momentum=0.5))) == ""
    assert trainer.plan is plan
    assert trainer.step_count == 7
    trainer.step()
    # nu <- 0.5 nu + 0 grad J; theta <- theta - nu
    np.testing.assert_allclose(trainer.plan.theta, theta - 0.5 * velocity, rtol=1e-6, atol=1e-8)


def test_other_betas_of_adam_act_from_the_next_step_and_keep_the_corrected_moments():
    trainer = Trainer(xor_net(optimizer=Adam(lr=0.1)))
    for _ in range(7):
        trainer.step()
    # Adam remembers m / (1 - beta1) and v / (1 - beta2), and corrects m and v by 1 - beta^t
    m = trainer.slots[0] * (1 - 0.9) / (1 - 0.9**7)
    v = trainer.slots[1] * (1 - 0.999) / (1 - 0.999**7)
    trainer.update(edited(trainer.graph, training(beta1=0.5, beta2=0.9)))
    np.testing.assert_allclose(trainer.slots[0] * (1 - 0.5) / (1 - 0.5**7), m, rtol=1e-5)
    np.testing.assert_allclose(trainer.slots[1] * (1 - 0.9) / (1 - 0.9**7), v, rtol=1e-5)
    trainer.update(edited(trainer.graph, training(beta1=0.9, beta2=0.999), training(lr=0.01)))
    np.testing.assert_allclose(trainer.slots[0] * (1 - 0.9) / (1 - 0.9**7), m, rtol=1e-5)


@pytest.mark.parametrize(
    "change",
    [
        training(lr=0.01),
        training(l2=0.1),
        training(l1=0.1),
        training(batch_size=3),
        training(epochs=9),
        training(shuffle=False),
        fields("dropout_1", p=0.9),
        fields("dropout_1", scaling="inverted"),
        fields("batch_norm_1", epsilon=0.01),
        fields("loss", weight=2.0),
        fields("dense_1", initializer="zeros"),
        lambda g: editing.rename(g, "dense_1", "Hidden"),
        lambda g: editing.move(g, {"dense_1": (5, 5)}),
    ],
)
def test_a_change_that_keeps_all_shapes_restarts_nothing(change: Callable[[NetworkGraph], Edit]):
    trainer = Trainer(busy_net())
    for _ in range(7):
        trainer.step()
    plan, theta, slots = trainer.plan, trainer.plan.theta.copy(), trainer.slots
    assert trainer.update(edited(trainer.graph, change)) == ""
    assert trainer.plan is plan
    assert trainer.slots is slots
    np.testing.assert_array_equal(trainer.plan.theta, theta)
    assert (trainer.step_count, trainer.epoch, trainer.position) == (7, 1, 10)
    trainer.step()
    assert trainer.step_count == 8


def test_p_acts_on_the_very_next_mask():
    trainer = Trainer(busy_net())
    trainer.step()
    trainer.update(edited(trainer.graph, fields("dropout_1", p=0.0)))
    trainer.step()
    assert trainer.run is not None
    assert trainer.run.at["dropout_1"].mask.all()


def test_the_batch_size_changes_within_an_epoch_without_losing_an_item():
    trainer = Trainer(xor_net(batch_size=5))
    seen = []
    for size in (5, 7, 7, 5):  # 5 + 7 + 7 + 5 = 24
        trainer.update(edited(trainer.graph, training(batch_size=size)))
        trainer.step()
        assert len(trainer.indices) == size
        seen += trainer.indices.tolist()
    assert trainer.epoch == 1
    assert sorted(seen) == sorted(trainer.part("training").tolist())


def test_another_optimiser_starts_with_an_empty_memory_and_says_so():
    trainer = Trainer(xor_net(optimizer=Momentum(lr=0.1)))
    trainer.run_epoch()
    theta = trainer.plan.theta.copy()
    said = trainer.update(edited(trainer.graph, training(optimizer="adam")))
    assert "Adam" in said
    np.testing.assert_array_equal(trainer.plan.theta, theta)
    assert trainer.slots.shape == (2, len(theta))
    trainer.step()
    # Adam's first step is rho in length for every weight with a gradient: t counts from 1 again
    moved = np.abs(trainer.plan.theta - theta)
    assert moved.max() == pytest.approx(trainer.settings.optimizer.lr, rel=1e-3)


def test_a_new_seed_or_split_starts_anew_and_says_so():
    for change in (training(seed=8), training(test_share=0.1), training(validation_share=0.0)):
        trainer = Trainer(xor_net())
        trainer.run_epoch()
        graph = edited(trainer.graph, change)
        assert "anew" in trainer.update(graph)
        assert trainer.step_count == 0
        fresh = Trainer(graph)
        np.testing.assert_array_equal(trainer.plan.theta, fresh.plan.theta)
        trainer.run_epoch()
        fresh.run_epoch()
        assert trainer.plan.theta.tobytes() == fresh.plan.theta.tobytes()
