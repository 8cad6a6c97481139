"""Loading by key: determinism, choices of size and noise, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from model.data import catalogue, load
from model.errors import DataError

GENERATED = [key for key, info in catalogue().items() if info.is_generated]
MEASURED = [key for key, info in catalogue().items() if not info.is_generated]


@pytest.mark.parametrize("key", GENERATED)
def test_a_seed_draws_the_same_items_again_and_another_seed_others(key):
    first, again, other = load(key, seed=5), load(key, seed=5), load(key, seed=6)
    np.testing.assert_array_equal(first.x, again.x)
    np.testing.assert_array_equal(first.y, again.y)
    assert not np.array_equal(first.x, other.x)


def test_two_sets_of_one_seed_draw_from_different_streams():
    plane, curve = load("plane", size=100, seed=1), load("curve", size=200, seed=1)
    assert not np.array_equal(plane.x.ravel(), curve.x.ravel())


@pytest.mark.parametrize("key", MEASURED)
def test_the_whole_of_a_measured_set_is_read_once_whatever_the_seed(key):
    assert load(key, seed=1) is load(key, seed=2)


@pytest.mark.parametrize("key", ["spiral", "curve", "iris", "mnist"])
def test_nobody_can_change_a_loaded_set(key):
    loaded = load(key)
    with pytest.raises(ValueError, match="read-only"):
        loaded.x[0] = 0.0
    with pytest.raises(ValueError, match="read-only"):
        loaded.y[0] = 0


def test_size_and_noise_of_a_generated_set_are_free():
    loaded = load("plane", size=37, noise=0.0)
    assert len(loaded) == 37
    np.testing.assert_allclose(loaded.y[:, 0], loaded.x.mean(axis=1))


def test_fewer_items_of_a_measured_set_keep_its_proportions():
    loaded = load("wine", size=89, seed=2)
    # Half of 59, 71, 48: quotas 29.5, 35.5, 24; the one item over goes to the first tie.
    assert np.bincount(loaded.y).tolist() == [30, 35, 24]
    whole = {tuple(row) for row in load("wine").x}
    assert {tuple(row) for row in loaded.x} <= whole
    np.testing.assert_array_equal(loaded.x, load("wine", size=89, seed=2).x)
    assert not np.array_equal(loaded.x, load("wine", size=89, seed=3).x)


def test_fewer_items_of_a_regression_set_keep_inputs_and_targets_together():
    loaded, whole = load("diabetes", size=40), load("diabetes")
    pairs = {(*x, *y) for x, y in zip(whole.x, whole.y, strict=True)}
    assert len(loaded) == 40
    assert {(*x, *y) for x, y in zip(loaded.x, loaded.y, strict=True)} <= pairs


@pytest.mark.parametrize(
    ("key", "choice", "words"),
    [
        ("iris", {"size": 151}, "from 2 to 150"),
        ("spiral", {"size": 1}, "from 2 to 100000"),
        ("spiral", {"size": 10**9}, "from 2 to 100000"),
        ("spiral", {"noise": -0.1}, "from 0 to 10"),
        ("spiral", {"noise": float("nan")}, "from 0 to 10"),
        ("spiral", {"noise": float("inf")}, "from 0 to 10"),
        ("iris", {"noise": 0.5}, "Set the noise to 0"),
        ("xor", {"seed": -1}, "from 0 on"),
        ("xor", {"steps": 5}, "Leave the steps at 0"),
        ("addition", {"steps": 5}, "Leave the steps at 0"),
        ("reverse", {"steps": 101}, "2 to 100 steps"),
        ("reverse", {"noise": 0.1}, "Set the noise to 0"),
    ],
)
def test_what_cannot_be_had_is_refused_with_a_repair(key, choice, words):
    with pytest.raises(DataError) as raised:
        load(key, **choice)
    assert words in raised.value.hint
    assert raised.value.message.endswith(".")


def test_a_measured_set_takes_a_noise_of_zero():
    assert load("iris", noise=0.0) is load("iris")


def test_an_unknown_key_is_refused():
    with pytest.raises(DataError, match="there are xor, gaussians"):
        load("nothing")
