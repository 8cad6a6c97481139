"""Splits are disjoint, exact and stratified; scalers know the training part only."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from model.data import Scaler, load, one_hot, split
from model.data.preparing import apportion
from model.errors import DataError


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


SHARES = st.floats(0.0, 0.45)
TABLES = hnp.arrays(
    np.float64, st.tuples(st.integers(1, 12), st.integers(1, 4)), elements=st.floats(-1e6, 1e6)
)
METHODS = st.sampled_from(["none", "standardize", "unit"])


# Apportioning


@pytest.mark.parametrize(
    ("weights", "total", "shares"),
    [  # quotas by hand
        ((0.7, 0.15, 0.15), 100, [70, 15, 15]),
        ((0.7, 0.15, 0.15), 150, [105, 23, 22]),  # 22.5 twice: the tie goes to the first
        ((59, 71, 48), 89, [30, 35, 24]),  # 29.5, 35.5, 24
        ((1, 1, 1), 2, [1, 1, 0]),
        ((5, 0), 3, [3, 0]),
        ((0, 0), 0, [0, 0]),
    ],
)
def test_items_are_shared_out_by_largest_remainders(weights, total, shares):
    assert apportion(weights, total).tolist() == shares


@given(weights=st.lists(st.integers(0, 500), min_size=1, max_size=12), share=st.floats(0, 1))
def test_apportioned_counts_add_up_and_stay_within_one_of_their_quota(weights, share):
    assume(sum(weights) > 0)
    total = int(share * sum(weights))
    counts = apportion(weights, total)
    quotas = np.array(weights) * total / sum(weights)
    assert counts.sum() == total
    assert (np.abs(counts - quotas) < 1.0 + 1e-6).all()
    assert (counts <= weights).all()
    assert (counts >= 0).all()


# Splitting


@given(
    labels=st.none() | st.lists(st.integers(0, 4), min_size=3, max_size=120),
    validation_share=SHARES,
    test_share=SHARES,
    seed=st.integers(0, 100),
)
def test_the_parts_are_disjoint_and_cover_everything(labels, validation_share, test_share, seed):
    size = 50 if labels is None else len(labels)
    y = None if labels is None else np.array(labels)
    try:
        parts = split(size, validation_share, test_share, rng(seed), labels=y)
    except DataError:
        assume(False)
    together = np.concatenate((parts.train, parts.validation, parts.test))
    assert sorted(together.tolist()) == list(range(size))
    assert len(parts.train) >= 1
    assert abs(len(parts.test) - size * test_share) < 1.0
    assert abs(len(parts.validation) - size * validation_share) < 1.0
    assert {part.dtype for part in (parts.train, parts.validation, parts.test)} == {
        np.dtype(np.int64)
    }


@given(
    labels=st.lists(st.integers(0, 4), min_size=3, max_size=120),
    validation_share=SHARES,
    test_share=SHARES,
)
def test_labels_do_not_change_how_large_the_parts_are(labels, validation_share, test_share):
    y = np.array(labels)
    try:
        plain = split(len(y), validation_share, test_share, rng())
    except DataError:
        assume(False)
    stratified = split(len(y), validation_share, test_share, rng(), labels=y)
    for name in ("train", "validation", "test"):
        assert len(getattr(plain, name)) == len(getattr(stratified, name))


@pytest.mark.parametrize(
    ("key", "train", "validation", "test"),
    [  # shares 0.6, 0.2, 0.2, by hand
        ("iris", [30, 30, 30], [10, 10, 10], [10, 10, 10]),
        ("mnist", [300] * 10, [100] * 10, [100] * 10),
    ],
)
def test_every_class_is_dealt_in_the_same_proportions(key, train, validation, test):
    y = load(key).y
    parts = split(len(y), 0.2, 0.2, rng(), labels=y)
    assert np.bincount(y[parts.train]).tolist() == train
    assert np.bincount(y[parts.validation]).tolist() == validation
    assert np.bincount(y[parts.test]).tolist() == test


@given(seed=st.integers(0, 50))
def test_uneven_classes_stay_within_two_items_of_their_share(seed):
    y = load("wine").y
    parts = split(len(y), 0.15, 0.25, rng(seed), labels=y)
    for part in (parts.train, parts.validation, parts.test):
        exact = np.bincount(y) * len(part) / len(y)
        assert np.abs(np.bincount(y[part], minlength=3) - exact).max() < 2.0


def test_each_part_is_shuffled_and_not_sorted_by_class():
    y = load("iris").y
    parts = split(len(y), 0.2, 0.2, rng(), labels=y)
    for part in (parts.train, parts.validation, parts.test):
        assert np.sum(np.diff(y[part]) != 0) > 10


def test_a_stream_splits_the_same_way_again():
    first, again = split(40, 0.25, 0.25, rng(1)), split(40, 0.25, 0.25, rng(1))
    other = split(40, 0.25, 0.25, rng(2))
    np.testing.assert_array_equal(first.train, again.train)
    np.testing.assert_array_equal(first.test, again.test)
    assert not np.array_equal(first.train, other.train)


def test_all_items_train_when_both_shares_are_zero():
    parts = split(7, 0.0, 0.0, rng())
    assert sorted(parts.train.tolist()) == list(range(7))
    assert len(parts.validation) == len(parts.test) == 0


def test_labels_may_be_names():
    parts = split(4, 0.0, 0.5, rng(), labels=np.array(["a", "a", "b", "b"]))
    assert sorted(i // 2 for i in parts.test.tolist()) == [0, 1]


@pytest.mark.parametrize(
    ("size", "validation_share", "test_share"),
    [(10, 0.5, 0.5), (10, 0.7, 0.3), (10, 0.8, 0.6), (0, 0.2, 0.2), (10, 0.0, 1.0), (2, 0.49, 0.5)],
)
def test_a_split_that_leaves_nothing_for_training_is_refused(size, validation_share, test_share):
    with pytest.raises(DataError, match="No item is left for training") as raised:
        split(size, validation_share, test_share, rng())
    assert "Lower the validation or test share" in raised.value.hint


@pytest.mark.parametrize("share", [-0.1, 1.5, float("nan"), float("inf")])
def test_a_share_outside_zero_and_one_is_refused_by_name(share):
    with pytest.raises(DataError, match="The validation share is"):
        split(10, share, 0.2, rng())
    with pytest.raises(DataError, match="The test share is"):
        split(10, 0.2, share, rng())


# Scaling


def test_standardising_by_hand():
    x = np.array([[1.0, 10.0], [3.0, 10.0], [5.0, 40.0], [7.0, 40.0]])
    scaler = Scaler.fit(x, "standardize", per_feature=True)
    # Means 4 and 25; variances with 1/N: (9 + 1 + 1 + 9) / 4 = 5 and 15².
    np.testing.assert_allclose(scaler.offset, [4.0, 25.0])
    np.testing.assert_allclose(scaler.scale, [5.0**0.5, 15.0])
    np.testing.assert_allclose(scaler.apply(x)[:, 1], [-1.0, -1.0, 1.0, 1.0])


def test_scaling_to_the_unit_interval_by_hand():
    x = np.array([[2.0, -1.0], [4.0, 0.0], [6.0, 3.0]])
    scaler = Scaler.fit(x, "unit", per_feature=True)
    np.testing.assert_allclose(scaler.apply(x), [[0.0, 0.0], [0.5, 0.25], [1.0, 1.0]])
    np.testing.assert_allclose(scaler.apply(np.array([[8.0, -5.0]])), [[1.5, -1.0]])


def test_pictures_share_one_number_for_all_pixels():
    pictures = load("digits").x
    scaler = Scaler.fit(pictures, "unit", per_feature=False)
    assert scaler.offset.shape == scaler.scale.shape == ()
    np.testing.assert_allclose(scaler.apply(pictures), pictures / 16.0)
    standard = Scaler.fit(pictures, "standardize", per_feature=False).apply(pictures)
    assert standard.mean() == pytest.approx(0.0, abs=1e-12)
    assert standard.std() == pytest.approx(1.0)


def test_a_scaler_knows_nothing_but_the_training_part():
    x = load("wine").x
    parts = split(len(x), 0.2, 0.2, rng())
    scaler = Scaler.fit(x[parts.train], "standardize", per_feature=True)
    changed = x.copy()
    changed[parts.test] += 1000.0
    after_change = Scaler.fit(changed[parts.train], "standardize", per_feature=True)
    np.testing.assert_array_equal(scaler.offset, after_change.offset)
    np.testing.assert_array_equal(scaler.scale, after_change.scale)
    np.testing.assert_allclose(scaler.apply(x[parts.train]).mean(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(scaler.apply(x[parts.train]).std(axis=0), 1.0)
    assert np.abs(scaler.apply(x[parts.test]).mean(axis=0)).max() > 0.01


@given(x=TABLES, method=METHODS, per_feature=st.booleans())
def test_inverting_returns_what_was_scaled(x, method, per_feature):
    scaler = Scaler.fit(x, method, per_feature)
    scaled = scaler.apply(x)
    assert np.isfinite(scaled).all()
    tolerance = 1e-9 * max(1.0, np.abs(x).max())
    np.testing.assert_allclose(scaler.invert(scaled), x, rtol=0, atol=tolerance)


@given(x=TABLES, per_feature=st.booleans())
def test_the_training_part_fills_the_unit_interval_and_no_more(x, per_feature):
    scaled = Scaler.fit(x, "unit", per_feature).apply(x)
    assert scaled.min() >= 0.0
    assert scaled.max() <= 1.0


@pytest.mark.parametrize("method", ["standardize", "unit"])
@pytest.mark.parametrize("constant", [0.0, 0.1, -7.3, 1e9, 1e-300])
def test_a_constant_feature_becomes_zero_and_stays_finite(method, constant):
    x = np.column_stack((np.full(7, constant), np.arange(7.0)))
    scaler = Scaler.fit(x, method, per_feature=True)
    assert scaler.scale[0] == 1.0
    np.testing.assert_array_equal(scaler.apply(x)[:, 0], 0.0)
    assert np.isfinite(scaler.apply(x + 1.0)).all()


def test_no_scaling_changes_nothing():
    x = load("iris").x
    np.testing.assert_array_equal(Scaler.fit(x, "none", per_feature=True).apply(x), x)


@pytest.mark.parametrize("method", ["none", "standardize", "unit"])
def test_scaled_numbers_are_float64_and_the_original_stays_as_it_was(method):
    x = np.array([[1.0], [2.0]], dtype=np.float32)
    scaled = Scaler.fit(x, method, per_feature=True).apply(x)
    assert scaled.dtype == np.float64
    scaled[:] = 9.0
    assert x.tolist() == [[1.0], [2.0]]


@pytest.mark.parametrize(
    ("method", "words"),
    [("none", "none"), ("standardize", "standardised"), ("unit", "scaled to [0, 1]")],
)
def test_a_scaler_says_in_words_what_it_does(method, words):
    assert Scaler.fit(np.ones((2, 2)), method, per_feature=True).describe() == words


@pytest.mark.parametrize("method", ["standardize", "unit"])
def test_an_empty_training_part_is_refused(method):
    with pytest.raises(DataError, match="The training part is empty"):
        Scaler.fit(np.zeros((0, 3)), method, per_feature=True)


@pytest.mark.parametrize("value", [1e308, float("nan"), float("inf")])
@pytest.mark.parametrize("method", ["standardize", "unit"])
def test_values_that_cannot_be_scaled_are_refused(method, value):
    with pytest.raises(DataError, match="not finite or too large") as raised:
        Scaler.fit(np.array([[-value], [value]]), method, per_feature=True)
    assert raised.value.hint


# One-hot labels


def test_one_hot_puts_a_one_at_the_class():
    rows = one_hot(np.array([2, 0]), 3)
    assert rows.dtype == np.float64
    assert rows.tolist() == [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]


@given(y=hnp.arrays(np.int64, st.integers(0, 20), elements=st.integers(0, 6)))
def test_one_hot_rows_add_up_to_one_and_point_at_the_class(y):
    rows = one_hot(y, 7)
    np.testing.assert_array_equal(rows.sum(axis=1), 1.0)
    np.testing.assert_array_equal(rows.argmax(axis=1), y)


@pytest.mark.parametrize("label", [-1, 3])
def test_a_label_that_is_no_class_is_named_with_its_item(label):
    with pytest.raises(DataError, match=f"Item 1 has class {label}") as raised:
        one_hot(np.array([0, label]), 3)
    assert "0 to 2" in raised.value.message
