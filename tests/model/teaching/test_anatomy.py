"""The named parts of an update are those of the optimiser that really runs."""

from __future__ import annotations

import numpy as np
import pytest

from model.optimizers import OPTIMIZERS, Adam, Momentum, Optimizer, RMSProp
from model.teaching.anatomy import SYMBOLS, anatomy

KINDS = [kind() for kind in OPTIMIZERS.values()] + [
    RMSProp(centered=True),
    Adam(bias_correction=False),
]


@pytest.mark.parametrize("optimizer", KINDS, ids=repr)
@pytest.mark.parametrize("is_decayed", [False, True])
def test_every_optimiser_makes_the_step_that_its_parts_say(optimizer: Optimizer, is_decayed: bool):
    rng = np.random.default_rng(3)
    theta = rng.normal(size=7)
    slots = np.zeros((len(optimizer.slots), 7))
    for t in range(1, 6):
        grads, factor = rng.normal(size=7), 1 / t
        before = theta.copy(), slots.copy()
        parts = anatomy(optimizer, theta, grads, slots, t, factor, is_decayed=is_decayed)
        np.testing.assert_array_equal(theta, before[0])
        np.testing.assert_array_equal(slots, before[1])
        if is_decayed:
            optimizer.shrink(theta, factor)
        optimizer.update(theta, grads, slots, np.zeros(7), t, factor)
        np.testing.assert_allclose(parts["new"], theta, rtol=1e-12)
        start = parts.get("decayed", parts["theta"])
        np.testing.assert_array_equal(start - parts["step"], parts["new"])
        if isinstance(optimizer, Adam):  # which remembers sums
            slots_as_said = slots * [[1 - optimizer.beta1], [1 - optimizer.beta2]]
            np.testing.assert_allclose(parts["mean"], slots_as_said[0], rtol=1e-12)
            np.testing.assert_allclose(parts["square"], slots_as_said[1], rtol=1e-12)
        for name, slot in zip(optimizer.slots, slots, strict=True):
            if name.replace("_", " ") in parts:
                np.testing.assert_allclose(parts[name.replace("_", " ")], slot, rtol=1e-12)
        assert set(parts) <= set(SYMBOLS)


def test_momentum_by_hand():
    # nu = 0.5 * 0.4 + 0.1 * 2 = 0.4; 1 - 0.4 = 0.6
    optimizer = Momentum(lr=0.1, momentum=0.5)
    parts = anatomy(optimizer, np.array(1.0), np.array(2.0), np.array([0.4]), 3)
    assert float(parts["velocity"]) == pytest.approx(0.4)
    assert float(parts["new"]) == pytest.approx(0.6)


def test_the_bias_correction_of_adam_by_hand():
    # beta1 = 0.5, beta2 = 0.75, g = 2: m = 1, v = 1; m^ = 1 / 0.5 = 2, v^ = 1 / 0.25 = 4
    optimizer = Adam(lr=0.1, beta1=0.5, beta2=0.75, epsilon=1.0)
    parts = anatomy(optimizer, np.zeros(1), np.array([2.0]), np.zeros((2, 1)), 1)
    assert parts["corrected mean"] == 2
    assert parts["corrected square"] == 4
    assert parts["step"] == pytest.approx(0.1 * 2 / 3)


def test_an_optimiser_without_a_rule_is_asked_itself():
    class Another(Momentum, frozen=True, kw_only=True, tag="another"):
        pass

    parts = anatomy(Another(lr=0.1), np.ones(2), np.ones(2), np.zeros((1, 2)), 1)
    np.testing.assert_allclose(parts["new"], [0.9, 0.9])
