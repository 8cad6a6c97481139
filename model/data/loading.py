"""Loading a data set by its key: drawn by formula, or read once from `resources/datasets`."""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from model.data.catalogue import info_of
from model.data.generators import GENERATORS
from model.data.info import DataSetInfo
from model.data.preparing import apportion
from model.data.reading import read_pictures, read_table
from model.data.sequences import SEQUENCES, read_text
from model.errors import DataError

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "datasets"
SMALLEST_SIZE = 2
LARGEST_SIZE = 100_000  # items of a generated set: keeps a slip of the keyboard from eating memory
LARGEST_NOISE = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class DataSet:
    """Items and what is to be predicted, as they are: not scaled, not split. Arrays are read-only.

    `x` is float64 (N, *info.x_shape), or int64 where it is made of tokens; `y` is int64 (N,) class
    numbers or (N, steps) tokens, or float64 (N, k) targets.
    """

    info: DataSetInfo
    x: npt.NDArray[np.float64] | npt.NDArray[np.int64]
    y: npt.NDArray[np.int64] | npt.NDArray[np.float64]

    def __post_init__(self) -> None:
        self.x.flags.writeable = False
        self.y.flags.writeable = False

    def __len__(self) -> int:
        return len(self.y)


def load(
    key: str,
    *,
    size: int | None = None,
    noise: float | None = None,
    seed: int = 0,
    steps: int = 0,
) -> DataSet:
    """Return the data set, with exactly `size` items (default: `info.size`), sequences with `steps`
    steps (0: as they come).

    A generated set draws its items with `noise` (default: `info.default_noise`) from a stream of
    its own, derived from seed and key. A measured set is read once and kept; fewer items than it
    has are chosen at random by the same stream, each class in proportion, in the file's order.

    Raises:
        DataError: for an unknown key, a size, noise or number of steps that cannot be had, a
            negative seed, or a damaged file.
    """
    info = info_of(key).with_steps(steps)
    if seed < 0:
        raise DataError(
            f"The seed is {seed}, but seeds start at 0.", hint="Choose a seed from 0 on."
        )
    size = info.size if size is None else size
    noise = info.default_noise if noise is None else noise
    largest_size = LARGEST_SIZE if info.is_generated else info.size
    if not SMALLEST_SIZE <= size <= largest_size:
        raise DataError(
            f"{info.title} cannot have {size} items.",
            hint=f"Choose a size from {SMALLEST_SIZE} to {largest_size}.",
        )
    rng = np.random.default_rng(np.random.SeedSequence([seed, zlib.crc32(key.encode())]))
    if noise != 0.0 and not info.has_noise:
        made = "is made of tokens" if info.x_classes else "was measured"
        raise DataError(
            f"{info.title} {made}, so its noise cannot be changed to {noise:g}.",
            hint="Set the noise to 0, or choose a generated data set.",
        )
    if info.is_generated:
        return _generate(info, size, noise, rng)
    whole = _read(key, steps)
    return whole if size == len(whole) else _choose(whole, size, rng)


def _generate(info: DataSetInfo, size: int, noise: float, rng: np.random.Generator) -> DataSet:
    if not (math.isfinite(noise) and 0.0 <= noise <= LARGEST_NOISE):
        raise DataError(
            f"{info.title} cannot have noise {noise:g}.",
            hint=f"Choose a noise from 0 to {LARGEST_NOISE:g}.",
        )
    if info.is_sequence:
        return DataSet(info, *SEQUENCES[info.key](size, noise, info.x_shape[0], rng))
    return DataSet(info, *GENERATORS[info.key](size, noise, rng))


@cache
def _read(key: str, steps: int) -> DataSet:
    info = info_of(key).with_steps(steps)
    path = FOLDER / info.file_name
    if info.is_sequence:
        x, y = read_text(path, info.tokens, info.x_shape[0])
        return DataSet(info, x[: info.size], y[: info.size])
    return DataSet(info, *(read_pictures if info.is_picture else read_table)(path, info))


def _choose(whole: DataSet, size: int, rng: np.random.Generator) -> DataSet:
    """Return `size` random items of a measured set, each class in proportion."""
    order = rng.permutation(len(whole))
    if whole.info.has_classes:
        members = [order[whole.y[order] == label] for label in range(len(whole.info.classes))]
        counts = apportion([len(items) for items in members], size)
        chosen = np.concatenate([items[:n] for items, n in zip(members, counts, strict=True)])
    else:
        chosen = order[:size]
    chosen.sort()
    return DataSet(whole.info, whole.x[chosen], whole.y[chosen])
