"""Schedules, clipping, the proximal step, max-norm and patience in a running training."""

from __future__ import annotations

import math
import tracemalloc

import numpy as np
import pytest

from model.graph import NetworkGraph
from model.layers.activations import ReLU, Tanh
from model.layers.batch_norm import BatchNorm
from model.layers.convolution import Conv2D
from model.layers.dense import Dense
from model.layers.losses import SoftmaxCrossEntropy
from model.layers.reshape import Flatten
from model.layers.source import DataSource
from model.layers.transposed_convolution import TransposedConv2D
from model.optimizers import SGD, Adam, AdamW
from model.schedules import Constant, Exponential, Plateau
from model.shapes import infer
from model.trainer import Trainer
from model.updating import PIECE
from tests.model.samples import busy_net, chain, line_net, xor_net


def test_the_schedule_is_a_factor_of_each_step_and_is_drawn_as_a_curve():
    trainer = Trainer(line_net(optimizer=SGD(lr=0.5), schedule=Exponential(gamma=0.5)))
    steps = []
    for _ in range(4):
        before = trainer.plan.theta.astype(np.float64)
        trainer.step()
        steps.append((before - trainer.plan.theta) / trainer.plan.grads)
    for step, rho in zip(steps, (0.5, 0.25, 0.125, 0.0625), strict=True):
        np.testing.assert_allclose(step, rho, rtol=1e-3)
    assert trainer.curve("lr").view().mean.tolist() == [0.5, 0.25, 0.125, 0.0625]
    assert trainer.rho == 0.0625
    assert trainer.settings.optimizer.lr == 0.5


def test_a_constant_learning_rate_has_no_curve_but_a_warm_up_has():
    for schedule, has_curve in ((Constant(), False), (Constant(warmup=2), True)):
        trainer = Trainer(xor_net(schedule=schedule))
        trainer.step()
        assert ("lr" in trainer.curves) == has_curve


def test_a_plateau_of_the_validation_loss_lowers_the_learning_rate():
    # A learning rate of 0 never makes the loss better: after the first evaluation each one waits.
    schedule = Plateau(wait=1, gamma=0.5)
    trainer = Trainer(xor_net(optimizer=SGD(lr=0.0), schedule=schedule))
    found = []
    for _ in range(7):
        trainer.record_evaluation()
        found.append(trainer.updater.reductions)
    assert found == [0, 0, 1, 1, 2, 2, 3]
    trainer.step()
    assert schedule.factor(0, 3) == 0.125


def test_clipping_by_value_and_by_norm_by_hand():
    trainer = Trainer(line_net(clip_value=0.5), dtype=np.float64)
    trainer.plan.grads[...] = [3.0, -0.25]
    before = trainer.plan.theta.copy()
    trainer.updater.step(0)
    np.testing.assert_allclose(before - trainer.plan.theta, [0.05, -0.025], rtol=1e-12)
    trainer = Trainer(line_net(clip_norm=1.0), dtype=np.float64)
    trainer.plan.grads[...] = [3.0, -4.0]
    before = trainer.plan.theta.copy()
    trainer.updater.step(0)
    np.testing.assert_allclose(before - trainer.plan.theta, [0.06, -0.08], rtol=1e-6)


def test_clipping_is_that_of_pytorch():
    torch = pytest.importorskip("torch")
    trainer = Trainer(xor_net(clip_value=0.8, clip_norm=1.5), dtype=np.float64)
    grads = np.random.default_rng(0).normal(size=len(trainer.plan.grads))
    given = torch.nn.Parameter(torch.zeros(len(grads), dtype=torch.float64))
    given.grad = torch.tensor(grads)
    torch.nn.utils.clip_grad_value_([given], 0.8)
    torch.nn.utils.clip_grad_norm_([given], 1.5)
    trainer.plan.grads[...] = grads
    trainer.updater.step(0)
    np.testing.assert_allclose(trainer.plan.grads, given.grad.numpy(), rtol=1e-9)


def test_the_proximal_step_by_hand():
    # theta - rho g, then towards 0 by rho lambda = 0.05: 0.3 - 0.1 = 0.2 -> 0.15; 0.12 - 0.1 = 0.02
    # -> 0; the bias is exempt
    trainer = Trainer(line_net(l1=0.5, l1_step="proximal"), dtype=np.float64)
    for start, after in ((0.3, 0.15), (0.12, 0.0), (-0.1, -0.15)):
        trainer.plan.theta[...] = [start, 1.0]
        trainer.plan.grads[...] = [1.0, 0.0]
        trainer.updater.step(0)
        np.testing.assert_allclose(trainer.plan.theta, [after, 1.0], atol=1e-12)


def test_proximal_weights_become_exactly_zero_and_stay_alive():
    trainer = Trainer(
        chain(
            DataSource(dataset="breast_cancer", scaling="standardize"),
            Dense(units=2),
            loss=SoftmaxCrossEntropy(),
            optimizer=SGD(lr=0.1),
            l1=0.06,
            l1_step="proximal",
        )
    )
    W = trainer.plan.parameter("dense_1", "W")
    has_been_zero = np.zeros(W.shape, bool)
    has_come_back = np.zeros(W.shape, bool)
    for _ in range(300):
        trainer.step()
        has_come_back |= has_been_zero & (W != 0)
        has_been_zero |= W == 0
    assert (W == 0).mean() > 0.3
    assert has_come_back.any()
    assert trainer.evaluate("validation").accuracy is not None
    assert trainer.penalty == pytest.approx(trainer.penalty_now(), rel=0.2)


def test_max_norm_cuts_long_columns_back_and_leaves_short_ones():
    trainer = Trainer(xor_net(max_norm=2.0, optimizer=SGD(lr=0.0)), dtype=np.float64)
    W = trainer.plan.parameter("dense_1", "W")
    W[...] = [[3.0, 0.1, 0, 0, 2, 6], [4.0, 0.2, 0, 1, 0, 8]]
    bias = trainer.plan.parameter("dense_1", "b")
    bias[...] = 9
    trainer.step()
    by_hand = [[1.2, 0.1, 0, 0, 2, 1.2], [1.6, 0.2, 0, 1, 0, 1.6]]
    np.testing.assert_allclose(W, by_hand, rtol=1e-12)
    assert (bias == 9).all()


@pytest.mark.parametrize("groups", [1, 2])
def test_max_norm_of_convolutions_counts_all_that_enters_an_output_channel(groups: int):
    graph = chain(
        DataSource(dataset="digits"),
        Conv2D(channels=4),
        Conv2D(channels=2, groups=groups),
        TransposedConv2D(channels=6, groups=groups),
        Flatten(),
        Dense(units=10),
        loss=SoftmaxCrossEntropy(),
        max_norm=0.5,
        optimizer=SGD(lr=0.0),
    )
    trainer = Trainer(graph, dtype=np.float64)
    rng = np.random.default_rng(0)
    trainer.plan.theta[...] = rng.normal(size=len(trainer.plan.theta))
    before = {key: trainer.parameters(key)["W"] for key in ("conv_2d_2", "transposed_conv_2d_1")}
    trainer.step()
    W, first = trainer.parameters("conv_2d_2")["W"], before["conv_2d_2"]
    for channel in range(2):
        length = np.sqrt((first[channel] ** 2).sum())
        assert length > 0.5
        np.testing.assert_allclose(W[channel], first[channel] * 0.5 / length, rtol=1e-12)
    # transposed, (C_in, C_out / groups, k, k): input channel d belongs to group d // (2 / groups)
    W, first = trainer.parameters("transposed_conv_2d_1")["W"], before["transposed_conv_2d_1"]
    for channel in range(6):
        group, own = divmod(channel, 6 // groups)
        entering = slice(group * 2 // groups, (group + 1) * 2 // groups)
        length = np.sqrt((first[entering, own] ** 2).sum())
        assert length > 0.5
        expected = first[entering, own] * 0.5 / length
        np.testing.assert_allclose(W[entering, own], expected, rtol=1e-12)


def test_decoupled_decay_takes_weights_and_spares_the_rest():
    trainer = Trainer(
        busy_net(optimizer=AdamW(lr=0.1, weight_decay=0.5), schedule=Exponential(gamma=0.5)),
        dtype=np.float64,
    )
    trainer.plan.theta[...] = 1.0
    trainer.plan.grads[...] = 0.0
    trainer.updater.step(1)  # rho = 0.05
    weights = np.concatenate([trainer.parameters(k)["W"].ravel() for k in ("dense_1", "dense_2")])
    np.testing.assert_allclose(weights, 0.975, rtol=1e-12)
    assert (trainer.plan.theta == 1.0).sum() == len(trainer.plan.theta) - len(weights)


def patient(**training: object) -> Trainer:
    return Trainer(busy_net(patience=3, optimizer=Adam(lr=0.05), **training))


def test_patience_ends_the_training_with_a_sentence_and_the_best_weights():
    trainer = patient()
    best, kept = math.inf, b""
    while not trainer.finished:
        trainer.step()
        if trainer.step_count % trainer.evaluation_interval == 0 and not trainer.finished:
            loss = trainer.evaluate("validation").loss
            if loss < best:
                best, kept = loss, trainer.plan.theta.tobytes()
        assert trainer.step_count < 5000
    assert f"step {trainer.step_count}" in trainer.finished
    assert f"step {trainer.watch.best_step}" in trainer.finished
    assert trainer.plan.theta.tobytes() == kept
    assert trainer.evaluate("validation").loss == best
    assert trainer.step_count - trainer.watch.best_step == 3 * trainer.evaluation_interval


def test_after_patience_has_ended_another_step_goes_on_with_new_patience():
    trainer = patient(restore_best=False)
    while not trainer.finished:
        trainer.step()
    assert "back" not in trainer.finished
    trainer.step()
    assert trainer.finished == ""
    assert trainer.watch.waited == 0


def test_without_a_validation_part_patience_and_plateau_warn():
    for settings in ({"patience": 2}, {"schedule": Plateau()}):
        found = infer(xor_net(validation_share=0.0, **settings))
        assert found.can_run
        assert "validation" in found.problems[0].message


def test_batch_norm_with_single_items_warns_and_runs():
    found = infer(busy_net(batch_size=1))
    (problem,) = found.problems
    assert (problem.node_id, problem.is_blocking) == ("batch_norm_1", False)
    trainer = Trainer(busy_net(batch_size=1))
    trainer.step()
    assert math.isfinite(trainer.loss)


def test_batch_norm_of_a_constant_feature_gives_its_shift_and_no_nan():
    trainer = Trainer(
        chain(
            DataSource(dataset="moons", size=40),
            Dense(units=3, initializer="zeros"),
            BatchNorm(),
            Dense(units=2),
            loss=SoftmaxCrossEntropy(),
        )
    )
    trainer.step()
    assert trainer.run is not None
    assert not trainer.run.at["batch_norm_1"].out.any()
    assert np.isfinite(trainer.plan.theta).all()


def test_pieces_of_a_long_vector_give_the_bits_of_one_walk():
    graph = chain(
        DataSource(dataset="digits"),
        Flatten(),
        Dense(units=2000),
        ReLU(),
        Dense(units=10),
        loss=SoftmaxCrossEntropy(),
        optimizer=Adam(),
    )
    trainer = Trainer(graph)
    plan = trainer.plan
    assert len(plan.theta) > PIECE
    theta = plan.theta.copy()
    slots, scratch = np.zeros_like(trainer.slots), np.zeros_like(theta)
    for t in range(1, 4):
        trainer.step()
        trainer.settings.optimizer.update(theta, plan.grads, slots, scratch, t)
    np.testing.assert_array_equal(plan.theta, theta)


# nothing is allocated in a step


def tiny() -> NetworkGraph:
    return chain(
        DataSource(dataset="moons", size=300),
        Dense(units=8),
        Tanh(),
        Dense(units=2),
        loss=SoftmaxCrossEntropy(),
        optimizer=Adam(),
        batch_size=30,
        validation_share=0.0,
        test_share=0.0,
        l1=1e-4,
        l2=1e-4,
        max_norm=3.0,
        clip_value=1.0,
        clip_norm=1.0,
    )


def test_two_hundred_steps_with_every_option_allocate_no_arrays():
    trainer = Trainer(tiny())
    for _ in range(200):  # all batch sizes, and the first points of the curves
        trainer.step()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        for _ in range(200):
            trainer.step()
        after, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # What stays is the curve: 200 points of two numbers. What comes and goes are views and NumPy's
    # own buffers; test_allocation.py says more, and takes larger networks.
    assert after - before < 32_000
    assert peak - before < 40_000
