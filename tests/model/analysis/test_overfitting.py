"""Where patience ends, and curves over seeds, by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from model.analysis.overfitting import (
    FitRun,
    Memo,
    PartCurves,
    Stop,
    early_stop,
    item_counts,
    over_items,
    over_sizes,
)
from model.analysis.progress import CancelledError, Progress
from model.layer import Array


@pytest.mark.parametrize(
    ("losses", "patience", "stop"),
    [
        ([3.0, 2.0, 2.5, 1.0], 0, Stop(3)),
        ([3.0, 2.0, 2.5, 1.0], 2, Stop(3)),
        ([3.0, 2.0, 2.5, 1.0], 1, Stop(1, 2)),
        ([3.0, 2.0, 2.0, 2.0], 2, Stop(1, 3)),
        ([math.nan, 2.0, math.inf, 1.0], 2, Stop(3)),
        ([math.nan, math.nan], 0, Stop(0)),
        ([], 3, Stop(0)),
    ],
)
def test_patience_ends_where_no_loss_has_been_better_for_so_long(
    losses: list[float], patience: int, stop: Stop
):
    assert early_stop(losses, patience) == stop


def test_counts_of_a_learning_curve_rise_evenly_in_their_logarithm():
    assert item_counts(64, 4, 5) == (4, 8, 16, 32, 64)
    assert item_counts(3, 2, 12) == (2, 3)
    assert item_counts(1) == (1,)


class Counting:
    """Losses that say what was asked for."""

    title, sizes, most_items = "", (1.0, 2.0), 9

    def size_words(self, size: float) -> str:
        return f"{size:g}"

    def parameters(self, size: float) -> int:
        return int(size)

    def judge(self, progress: Progress, size: float, items: int, number: int) -> Array:
        progress.report()
        return np.array([size, items, number], dtype=float)

    def run(self, progress: Progress, size: float, items: int, patience: int) -> FitRun:
        raise NotImplementedError


def test_curves_ask_each_place_from_each_seed():
    sizes = over_sizes(Progress(), Counting(), (1.0, 2.0), 7, 3)
    np.testing.assert_array_equal(sizes.losses[0], [[1, 1, 1], [2, 2, 2]])
    np.testing.assert_array_equal(sizes.losses[1], np.full((2, 3), 7))
    np.testing.assert_array_equal(sizes.losses[2], [[0, 1, 2], [0, 1, 2]])
    items = over_items(Progress(), Counting(), 5.0, (2, 4), 1)
    np.testing.assert_array_equal(items.losses[:, :, 0], [[5, 5], [2, 4], [0, 0]])
    assert (items.over, items.places.tolist()) == ("items", [2, 4])


def test_nothing_is_fitted_twice():
    memo: Memo = {}
    first = over_sizes(Progress(), Counting(), (1.0, 2.0), 7, 2, memo)
    memo[1.0, 7, 1] = np.array([-1.0, -1.0, -1.0])
    again = over_sizes(Progress(), Counting(), (1.0, 2.0), 7, 2, memo)
    assert set(memo) == {(1.0, 7, 0), (2.0, 7, 0), (1.0, 7, 1), (2.0, 7, 1)}
    np.testing.assert_array_equal(again.losses[:, 0, 1], [-1, -1, -1])
    np.testing.assert_array_equal(again.losses[:, 1], first.losses[:, 1])


def test_means_are_over_the_seeds_that_are_known():
    losses = np.full((3, 2, 2), np.nan)
    losses[0, :, 0], losses[1, 0] = [1, 2], [4, 8]
    found = PartCurves("size", np.array([1.0, 2.0]), losses)
    np.testing.assert_array_equal(found.mean[:2], [[1, 2], [6, np.nan]])
    np.testing.assert_array_equal(found.low[1], [4, np.nan])
    np.testing.assert_array_equal(found.high[1], [8, np.nan])
    np.testing.assert_array_equal(found.gap, [5, np.nan])
    assert found.best == 0
    assert PartCurves("size", np.zeros(1), np.full((3, 1, 1), np.nan)).best is None


def test_a_study_that_nobody_wants_any_more_ends():
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        over_sizes(progress, Counting(), (1.0,), 2, 1)
