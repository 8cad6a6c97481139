"""Three steps of each optimiser, worked out by hand, and the penalty."""

from __future__ import annotations

import math

import numpy as np
import pytest

from model.design import Change, Node, Wire
from model.layer import Array
from model.layers.batch_norm import BatchNorm
from model.layers.dense import Dense
from model.layers.losses import MeanSquaredError
from model.layers.source import DataSource
from model.optimizers import (
    OPTIMIZERS,
    SGD,
    Adam,
    AdamW,
    Lion,
    Momentum,
    NAdam,
    Nesterov,
    Optimizer,
    switch,
)
from model.settings import TrainingSettings
from model.trainer import Trainer
from tests.model.samples import chain


def walk(optimizer: Optimizer, start: float, gradients: list[float]) -> list[float]:
    """theta after each step, one number with these gradients."""
    theta, scratch = np.array([start]), np.zeros(1)
    slots = np.zeros((len(optimizer.slots), 1))
    found = []
    for t, gradient in enumerate(gradients, 1):
        optimizer.update(theta, np.array([gradient]), slots, scratch, t)
        found.append(float(theta[0]))
    return found


def test_gradient_descent_by_hand():
    # 1 - 0.1*2 = 0.8; 0.8 + 0.1*1 = 0.9; 0.9 - 0.1*4 = 0.5
    assert walk(SGD(lr=0.1), 1.0, [2.0, -1.0, 4.0]) == pytest.approx([0.8, 0.9, 0.5], rel=1e-15)


def test_momentum_by_hand_with_the_learning_rate_inside_the_velocity():
    # nu: 0.1*2 = 0.2; 0.5*0.2 - 0.1 = 0; 0.5*0 + 0.4 = 0.4. theta: 0.8, 0.8, 0.4
    steps = walk(Momentum(lr=0.1, momentum=0.5), 1.0, [2.0, -1.0, 4.0])
    assert steps == pytest.approx([0.8, 0.8, 0.4], rel=1e-14)


def test_a_change_of_the_learning_rate_leaves_the_velocity_as_it_is():
    # The lecture's form: nu <- gamma nu + rho grad J. With rho 0 the old velocity goes on alone:
    # nu = 0.2 then 0.1; theta = 1 - 0.2 - 0.1
    theta, slots, scratch = np.array([1.0]), np.zeros((1, 1)), np.zeros(1)
    Momentum(lr=0.1, momentum=0.5).update(theta, np.array([2.0]), slots, scratch, 1)
    Momentum(lr=0.0, momentum=0.5).update(theta, np.array([2.0]), slots, scratch, 2)
    assert theta[0] == pytest.approx(0.7, rel=1e-14)


def test_adam_by_hand():
    # beta1 = beta2 = 0.5, rho = 0.1, epsilon = 1; gradients 2, -1, 4.
    # t=1: m = 1, v = 2;      m^ = 1/0.5 = 2,         v^ = 2/0.5 = 4:      step 0.1 * 2/(2 + 1)
    # t=2: m = 0, v = 1.5:    no step
    # t=3: m = 2, v = 8.75;   m^ = 2/0.875 = 16/7,    v^ = 8.75/0.875 = 10
    optimizer = Adam(lr=0.1, beta1=0.5, beta2=0.5, epsilon=1.0)
    first = 1 - 0.2 / 3
    third = first - 0.1 * (16 / 7) / (math.sqrt(10) + 1)
    assert walk(optimizer, 1.0, [2.0, -1.0, 4.0]) == pytest.approx([first, first, third], rel=1e-14)


def test_the_first_step_of_adam_is_as_long_as_the_learning_rate_whatever_the_gradient():
    # m^ / sqrt(v^) = sign(g) at t = 1 (Kingma & Ba 2015, section 2.1)
    for gradient in (1e-3, 1.0, 1e3):
        assert walk(Adam(lr=0.01), 0.0, [gradient])[0] == pytest.approx(-0.01, rel=2e-5)


def test_adam_without_correction_goes_on_with_the_same_moments_when_its_betas_change():
    # beta = 0.5 and g = 2: m = 1, v = 2. Then beta = 0.75 and g = 4: m = 0.75 + 1, v = 1.5 + 4
    before = Adam(lr=0.1, beta1=0.5, beta2=0.5, epsilon=1.0, bias_correction=False)
    after = Adam(lr=0.1, beta1=0.75, beta2=0.75, epsilon=1.0, bias_correction=False)
    theta, slots, scratch = np.zeros(1), np.zeros((2, 1)), np.zeros(1)
    before.update(theta, np.array([2.0]), slots, scratch, 1)
    after.carry_over(slots, before, 1)
    theta[:] = 0
    after.update(theta, np.array([4.0]), slots, scratch, 2)
    assert theta[0] == pytest.approx(-0.1 * 1.75 / (math.sqrt(5.5) + 1), rel=1e-14)


def test_a_change_of_adams_betas_leaves_the_corrected_moments_as_they_are():
    # beta = 0.5, g = 2 and 4: m = 2.5, v = 9, corrected by 0.75: 10/3 and 12. As with beta = 0.75
    # from the start, where the correction is 1 - 0.5625 = 0.4375: m = 4.375/3, v = 5.25. Then
    # g = 1: m = 0.75 * 4.375/3 + 0.25 = 4.03125/3, v = 4.1875, corrected by 1 - 0.421875
    before = Adam(lr=0.1, beta1=0.5, beta2=0.5, epsilon=1.0)
    after = Adam(lr=0.1, beta1=0.75, beta2=0.75, epsilon=1.0)
    theta, slots, scratch = np.zeros(1), np.zeros((2, 1)), np.zeros(1)
    for t, gradient in enumerate((2.0, 4.0), 1):
        before.update(theta, np.array([gradient]), slots, scratch, t)
    after.carry_over(slots, before, 2)
    theta[:] = 0
    after.update(theta, np.array([1.0]), slots, scratch, 3)
    m, v = 4.03125 / 3 / 0.578125, 4.1875 / 0.578125
    assert theta[0] == pytest.approx(-0.1 * m / (math.sqrt(v) + 1), rel=1e-14)


BETAS = [(0.9, 0.999), (0.5, 0.9), (0.0, 0.0), (0.99, 0.9999)]


@pytest.mark.parametrize("kind", [Adam, AdamW])
def test_equal_gradients_give_equal_steps_of_adam_however_often_its_betas_change(kind: type[Adam]):
    # the mean of equal gradients is the gradient, whatever the weights: rho g / (|g| + epsilon)
    used = kind(lr=0.1)
    slots, t = np.zeros((2, 1)), 0
    for beta1, beta2 in BETAS:
        now = kind(lr=0.1, beta1=beta1, beta2=beta2)
        if t:
            now.carry_over(slots, used, t)
        for _ in range(3):
            t, theta = t + 1, np.zeros(1)
            now.update(theta, np.array([4.0]), slots, np.zeros(1), t)
            assert theta[0] == pytest.approx(-0.1, rel=1e-8)
        used = now


def test_nadams_corrected_moments_stay_when_its_options_change():
    used, t, slots = NAdam(), 5, np.array([[3.0], [2.0], [0.0]])
    for beta1, beta2 in BETAS:
        now = NAdam(beta1=beta1, beta2=beta2, momentum_decay=0.0)
        before, decay = slots.copy(), used.momentum_decay
        now.carry_over(slots, used, t)
        # mu_i = beta1 (1 - 0.96^(i psi) / 2)
        old = math.prod(used.beta1 * (1 - 0.5 * 0.96 ** (i * decay)) for i in range(1, t + 1))
        new = (0.5 * beta1) ** t
        assert slots[0] / (1 - new) == pytest.approx(before[0] / (1 - old), rel=1e-12)
        corrected = before[1] / (1 - used.beta2**t)
        assert slots[1] / (1 - beta2**t) == pytest.approx(corrected, rel=1e-12)
        used = now


def test_nesterov_by_hand():
    # nu: 0.2; 0.5*0.2 - 0.1 = 0; 0.4. theta: 1 - (0.1 + 0.2); + 0.1; - (0.2 + 0.4)
    steps = walk(Nesterov(lr=0.1, momentum=0.5), 1.0, [2.0, -1.0, 4.0])
    assert steps == pytest.approx([0.7, 0.8, 0.2], rel=1e-14)


def test_lion_by_hand():
    # beta1 = 0.5, beta2 = 0.75. Signs of 0.5 m + 0.5 g, with m = 0, 0.5, 0.125, -0.90625:
    # g = 2: 1 -> +; g = -1: -0.25 -> -; g = -4: -1.9375 -> -; g = 0.5: -0.203125 -> -
    steps = walk(Lion(lr=0.1, beta1=0.5, beta2=0.75), 1.0, [2.0, -1.0, -4.0, 0.5])
    assert steps == pytest.approx([0.9, 1.0, 1.1, 1.2], rel=1e-14)


def test_without_bias_correction_the_first_step_of_adam_has_the_wrong_length():
    # m = 0.1 g, v = 0.001 g^2: rho * 0.1 / sqrt(0.001) = 3.16 rho instead of rho
    step = walk(Adam(lr=0.01, bias_correction=False), 0.0, [1.0])[0]
    assert step == pytest.approx(-0.01 * 0.1 / math.sqrt(0.001), rel=1e-5)


def test_nadam_without_bias_correction_by_hand():
    # mu_t = 0.5 (1 - 0.5 * 0.96^0) = 0.25 for every t; m = 0.5 * 2 = 1, v = 0.5 * 4 = 2:
    # a step of 0.1 (0.25 * 1 + 0.75 * 2) over the root of 2 plus 1
    optimizer = NAdam(
        lr=0.1, beta1=0.5, beta2=0.5, epsilon=1.0, momentum_decay=0.0, bias_correction=False
    )
    assert walk(optimizer, 0.0, [2.0])[0] == pytest.approx(-0.175 / (math.sqrt(2) + 1), rel=1e-14)


@pytest.mark.parametrize("kind", [AdamW, Lion])
def test_decoupled_decay_takes_the_same_share_of_every_weight(kind: type[AdamW] | type[Lion]):
    weights = np.array([1.0, -2.0, 0.0])
    kind(lr=0.1, weight_decay=0.5).shrink(weights, 0.5)  # 1 - 0.05 * 0.5
    np.testing.assert_allclose(weights, [0.975, -1.95, 0.0], rtol=1e-15)


@pytest.mark.parametrize("kind", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_the_factor_of_a_schedule_is_a_factor_of_rho(kind: type[Optimizer]):
    found = []
    for optimizer, factor in ((kind(lr=0.2), 0.25), (kind(lr=0.05), 1.0)):
        theta, slots, scratch = np.ones(4), np.zeros((len(kind.slots), 4)), np.zeros(4)
        for t in range(1, 4):
            optimizer.update(theta, np.array([1.0, -2, 0.1, 9]) / t, slots, scratch, t, factor)
        found.append(theta)
    np.testing.assert_allclose(found[0], found[1], rtol=1e-14)


@pytest.mark.parametrize("kind", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_updates_are_made_in_place_and_leave_the_gradient_as_it_is(kind: type[Optimizer]):
    optimizer = kind()
    theta, grads = np.ones(3, np.float32), np.array([1, -2, 3], np.float32)
    slots, scratch = np.zeros((len(kind.slots), 3), np.float32), np.zeros(3, np.float32)
    before = theta
    optimizer.update(theta, grads, slots, scratch, 1)
    assert before is theta
    assert theta.dtype == np.float32
    assert grads.tolist() == [1, -2, 3]
    assert (np.sign(1 - theta) == np.sign(grads)).all()


def test_another_optimiser_takes_over_the_fields_that_both_have():
    assert switch(SGD(lr=0.3), "momentum") == Momentum(lr=0.3, momentum=0.9)
    assert switch(Momentum(lr=0.3, momentum=0.5), "sgd", lr=0.2) == SGD(lr=0.2)


# the penalty


def regression(**training: object) -> Trainer:
    """1-3-1 with batch norm on ten points: three kinds of parameters, two of them exempt."""
    graph = chain(
        DataSource(dataset="curve", size=20),
        Dense(units=3),
        BatchNorm(),
        Dense(units=1),
        loss=MeanSquaredError(),
        batch_size=0,
        **training,
    )
    return Trainer(graph, dtype=np.float64)


def set_weights(trainer: Trainer) -> tuple[Array, Array]:
    first = trainer.plan.parameter("dense_1", "W")
    second = trainer.plan.parameter("dense_2", "W")
    first[...] = [[1.0, -2.0, 0.5]]
    second[...] = [[-1.0], [3.0], [0.0]]
    trainer.plan.parameter("dense_1", "b")[...] = 7
    trainer.plan.parameter("batch_norm_1", "gamma")[...] = 5
    return first, second


def test_the_penalty_by_hand_with_biases_and_batch_norm_exempt():
    trainer = regression(l1=0.1, l2=0.01)
    set_weights(trainer)
    # sum |w| = 3.5 + 4 = 7.5; sum w^2 = 5.25 + 10 = 15.25
    assert trainer.penalty_now() == pytest.approx(0.75 + 0.1525, rel=1e-14)


def test_the_gradient_of_the_penalty_by_hand():
    with_penalty, without = regression(l1=0.1, l2=0.01), regression()
    weights = [set_weights(trainer) for trainer in (with_penalty, without)]
    before = [array.copy() for array in weights[0]]
    for trainer in (with_penalty, without):
        trainer.step()
    added = with_penalty.plan.grads - without.plan.grads
    parts = with_penalty.plan.slices
    # 2 l2 w + l1 sign(w), and sign(0) = 0
    for key, w in zip(("dense_1", "dense_2"), before, strict=True):
        by_hand = 0.02 * w + 0.1 * np.sign(w)
        np.testing.assert_allclose(added[parts[key, "W"]], by_hand.ravel(), atol=1e-12)
    exempt = [
        ("dense_1", "b"),
        ("dense_2", "b"),
        ("batch_norm_1", "gamma"),
        ("batch_norm_1", "beta"),
    ]
    assert [place for place in exempt if added[parts[place]].any()] == []
    assert with_penalty.loss == pytest.approx(without.loss + 0.9025, rel=1e-12)
    assert with_penalty.data_loss == pytest.approx(without.data_loss, rel=1e-12)
    assert with_penalty.penalty == pytest.approx(0.9025, rel=1e-14)


def test_weights_without_any_data_gradient_shrink_by_the_same_share_each_step():
    # A Dense layer that no loss hears of has no gradient but its penalty's: w <- w - rho 2 l2 w.
    graph = chain(
        DataSource(dataset="curve", size=20),
        Dense(units=1),
        loss=MeanSquaredError(),
        l2=0.1,
        batch_size=0,
    )
    graph.apply(
        [
            Change("spare", None, Node(layer=Dense(units=2))),
            Change("", None, Wire("data", "x", "spare", "h")),
        ]
    )
    trainer = Trainer(graph, dtype=np.float64)
    weights = trainer.plan.parameter("spare", "W")
    start = weights.copy()
    for _ in range(3):
        trainer.step()
    # rho = 0.1: a factor 1 - 0.1 * 2 * 0.1 = 0.98 a step
    np.testing.assert_allclose(weights, start * 0.98**3, rtol=1e-12)


def test_the_settings_come_with_the_optimiser_of_the_lecture():
    assert TrainingSettings().optimizer == SGD(lr=0.1)
