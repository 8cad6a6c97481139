"""Splitting into parts, scaling fitted on the training part, and one-hot labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
import numpy.typing as npt

from model.errors import DataError

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
ScalingMethod = Literal["none", "standardize", "unit"]

_SCALING_WORDS: dict[ScalingMethod, str] = {
    "none": "none",
    "standardize": "standardised",
    "unit": "scaled to [0, 1]",
}


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Which items train, validate and test: disjoint int64 indices that cover all items."""

    train: Integers
    validation: Integers
    test: Integers


def split(
    size: int,
    validation_share: float,
    test_share: float,
    rng: np.random.Generator,
    labels: npt.NDArray[np.generic] | None = None,
) -> Split:
    """Deal `size` items into training, validation and test parts, each in random order.

    The parts' sizes are the shares of `size` rounded by largest remainders, so they add up exactly.
    With `labels` (one per item) every class is dealt in the same proportions, to within an item
    or two.

    Raises:
        DataError: when a share is not within 0 and 1, or no item is left for training.
    """
    if labels is not None and len(labels) != size:
        raise ValueError(f"{len(labels)} labels for {size} items")
    for name, share in (("validation", validation_share), ("test", test_share)):
        if not 0.0 <= share <= 1.0:
            raise DataError(
                f"The {name} share is {share:g}, but a share lies between 0 and 1.",
                hint=f"Choose a {name} share such as 0.2.",
            )
    n_validation, n_test = _part_sizes(size, validation_share, test_share)
    if size - n_validation - n_test < 1:
        raise DataError(
            f"No item is left for training: of {size} items, {validation_share:.0%} are for "
            f"validation and {test_share:.0%} for testing.",
            hint="Lower the validation or test share, or take more items.",
        )
    counts, members = _members_of_classes(size, rng, labels)
    test_counts = apportion(counts, n_test)
    validation_counts = apportion(counts - test_counts, n_validation)
    ends_of_parts = np.column_stack((test_counts, test_counts + validation_counts))
    dealt = [np.split(items, ends) for items, ends in zip(members, ends_of_parts, strict=True)]
    test, validation, train = (
        rng.permutation(np.concatenate(parts)) for parts in zip(*dealt, strict=True)
    )
    return Split(train=train, validation=validation, test=test)


def apportion(weights: npt.ArrayLike, total: int) -> Integers:
    """Share `total` items out in proportion to `weights` by largest remainders.

    The result adds up to `total`, each entry within one of its exact quota. Ties go to the first.
    Whole weights whose sum is at least `total` are never exceeded.
    Source: Hamilton's method (Balinski and Young 1982, Fair Representation).
    """
    exact = np.asarray(weights, dtype=np.float64)
    whole = exact.sum()
    if total == 0 or whole == 0.0:
        return np.zeros(len(exact), dtype=np.int64)
    # Rounding at 1e-9 keeps 0.15 * 100 = 15.000000000000002 from counting as a remainder.
    quotas = np.round(exact * total / whole, 9)
    shares: Integers = np.floor(quotas).astype(np.int64)
    largest_first = np.argsort(shares - quotas, kind="stable")
    shares[largest_first[: total - shares.sum()]] += 1
    return shares


@dataclass(frozen=True, slots=True, eq=False)
class Scaler:
    """A scaling of numbers, x -> (x - offset) / scale, fitted on the training part only.

    Validation and test parts are scaled with the training part's numbers: theirs must not leak into
    what the network sees. So with "unit", values outside the training range leave [0, 1].
    `offset` and `scale` have the shape of one item, or () where one number serves all.
    """

    method: ScalingMethod
    offset: Floats
    scale: Floats

    @classmethod
    def fit(
        cls, x_train: npt.NDArray[np.floating], method: ScalingMethod, per_feature: bool
    ) -> Self:
        """Fit on the training part, shape (N, ...).

        none: x; standardize: (x - mean) / std with std over 1/N; unit: (x - min) / (max - min).
        `per_feature` takes these over the items, a number a feature (tables); otherwise one number
        serves all (pictures: pixels keep their relations). What is constant up to rounding becomes
        0, since it is divided by 1.

        Raises:
            DataError: when there is no item to fit on, or its values are too large to scale.
        """
        x = np.asarray(x_train, dtype=np.float64)
        if method == "none":
            return cls(method, np.zeros(()), np.ones(()))
        if x.size == 0:
            raise DataError(
                "The training part is empty, so there is nothing to fit the scaling on.",
                hint="Lower the validation or test share, or take more items.",
            )
        axis = 0 if per_feature else None
        lowest, highest = x.min(axis=axis), x.max(axis=axis)
        with np.errstate(over="ignore", invalid="ignore"):
            if method == "standardize":
                offset, scale = x.mean(axis=axis), x.std(axis=axis)
            else:
                offset, scale = lowest, highest - lowest
        if not (np.isfinite(offset).all() and np.isfinite(scale).all()):
            raise DataError(
                "The training part holds values that are not finite or too large to scale.",
                hint="Remove these values from the data, or choose no scaling.",
            )
        numbers = np.finfo(np.float64)
        spread_of_rounding = 8.0 * numbers.eps * np.maximum(np.abs(lowest), np.abs(highest))
        is_constant = scale <= np.maximum(spread_of_rounding, numbers.tiny)
        return cls(
            method,
            np.asarray(np.where(is_constant, lowest, offset)),
            np.asarray(np.where(is_constant, 1.0, scale)),
        )

    def apply(self, x: npt.NDArray[np.floating]) -> Floats:
        """Return (x - offset) / scale as float64, shape as x."""
        return np.asarray((x - self.offset) / self.scale, dtype=np.float64)

    def invert(self, x: npt.NDArray[np.floating]) -> Floats:
        """Return x * scale + offset as float64, shape as x: scaled values in their old units."""
        return np.asarray(x * self.scale + self.offset, dtype=np.float64)

    def describe(self) -> str:
        """Return the scaling in words, for the strip that states what is shown."""
        return _SCALING_WORDS[self.method]


def one_hot(y: Integers, n_classes: int) -> Floats:
    """Return rows of zeros with a one at the class: int (N,) -> float64 (N, n_classes).

    Raises:
        DataError: when a label is not a class, i.e. not in 0 .. n_classes - 1.
    """
    is_wrong = (y < 0) | (y >= n_classes)
    if is_wrong.any():
        item = int(np.argmax(is_wrong))
        raise DataError(
            f"Item {item} has class {int(y[item])}, but the {n_classes} classes are numbered "
            f"0 to {n_classes - 1}.",
            hint="Correct the label, or raise the number of classes.",
        )
    rows = np.zeros((len(y), n_classes))
    rows[np.arange(len(y)), y] = 1.0
    return rows


def _part_sizes(size: int, validation_share: float, test_share: float) -> tuple[int, int]:
    """Return the numbers of validation and test items; more than `size` when shares exceed 1."""
    train_share = 1.0 - validation_share - test_share
    if train_share <= 0.0:
        return size, 0
    _, n_validation, n_test = apportion((train_share, validation_share, test_share), size)
    return int(n_validation), int(n_test)


def _members_of_classes(
    size: int, rng: np.random.Generator, labels: npt.NDArray[np.generic] | None
) -> tuple[Integers, list[Integers]]:
    """Return each class's count and its items in random order; without labels, one class."""
    order = rng.permutation(size)
    if labels is None:
        return np.array([size]), [order]
    members = [order[labels[order] == label] for label in np.unique(labels)]
    return np.array([len(items) for items in members]), members
