"""Reading the bundled files, tables (CSV) and pictures (NPZ), each fault with its place."""

from __future__ import annotations

import csv
import math
import zipfile
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt

from model.data.info import DataSetInfo
from model.errors import DataError

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

CLASS_COLUMN = "class"
REINSTALL = "Install Deltaboard again: this file comes with it."
UNREADABLE_ARCHIVE = (
    OSError,
    EOFError,
    ValueError,  # pickled objects, a damaged array header
    TypeError,  # one array, no archive
    KeyError,  # an array is missing
    RuntimeError,  # encrypted, or packed in a way zipfile does not know
    zipfile.BadZipFile,
    zlib.error,
)


def read_table(path: Path, info: DataSetInfo) -> tuple[Floats, Integers | Floats]:
    """Read a CSV with a header row: the features in order, then the class or the target.

    Returns x (N, features) and y: int64 (N,), positions in `info.classes`, or float64 (N, 1).

    Raises:
        DataError: naming file, row (1 is the header) and column of what is not as described.
    """
    label_column = CLASS_COLUMN if info.has_classes else info.target
    columns = (*info.features, label_column)
    try:
        with path.open(newline="", encoding="utf-8") as file:
            lines = csv.reader(file)
            header = tuple(next(lines, ()))
            if header != columns:
                raise DataError(
                    f"{path.name}, row 1: the columns should be {', '.join(columns)}, "
                    f"but they are {', '.join(header) or 'missing'}.",
                    hint=REINSTALL,
                )
            rows = [
                _read_row(cells, columns, info, f"{path.name}, row {lines.line_num}")
                for cells in lines
            ]
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise DataError(f"{path.name} cannot be read: {fault}.", hint=REINSTALL) from fault
    if not rows:
        raise DataError(f"{path.name} has no rows under its header.", hint=REINSTALL)
    table = np.array(rows, dtype=np.float64)
    x, y = table[:, :-1], table[:, -1]
    return x, (y.astype(np.int64) if info.has_classes else y[:, np.newaxis])


def read_pictures(path: Path, info: DataSetInfo) -> tuple[Floats, Integers]:
    """Read an NPZ with `images` (N, rows, columns) and `labels` (N,).

    Nothing is ever unpickled. Returns x float64 (N, rows, columns), raw values, and y int64 (N,).

    Raises:
        DataError: naming the file and the array that is not as described.
    """
    try:
        # Opened here, since np.load leaves a damaged archive open.
        with path.open("rb") as file:
            arrays = np.load(file, allow_pickle=False)
            if not isinstance(arrays, np.lib.npyio.NpzFile):
                raise TypeError("it is no archive of arrays")
            images, labels = arrays["images"], arrays["labels"]
    except UNREADABLE_ARCHIVE as fault:
        raise DataError(f"{path.name} cannot be read: {fault}.", hint=REINSTALL) from fault
    if images.shape[1:] != info.x_shape or images.dtype.kind not in "uif":
        raise DataError(
            f"{path.name}, images: should be numbers of shape (N, {_listed(info.x_shape)}), "
            f"but is {images.dtype} of shape ({_listed(images.shape)}).",
            hint=REINSTALL,
        )
    if labels.shape != images.shape[:1] or labels.dtype.kind not in "ui":
        raise DataError(
            f"{path.name}, labels: should be {len(images)} whole numbers, "
            f"but is {labels.dtype} of shape ({_listed(labels.shape)}).",
            hint=REINSTALL,
        )
    if len(labels) and not 0 <= labels.min() <= labels.max() < len(info.classes):
        raise DataError(
            f"{path.name}, labels: should lie in 0 to {len(info.classes) - 1}, "
            f"but lie in {labels.min()} to {labels.max()}.",
            hint=REINSTALL,
        )
    return images.astype(np.float64), labels.astype(np.int64)


def _read_row(
    cells: list[str], columns: tuple[str, ...], info: DataSetInfo, place: str
) -> list[float]:
    """Turn one row's cells into numbers, the class into its position in `info.classes`."""
    if len(cells) != len(columns):
        raise DataError(
            f"{place}: has {len(cells)} cells, but there are {len(columns)} columns.",
            hint=REINSTALL,
        )
    if not info.has_classes:
        return [_number(cell, place, name) for cell, name in zip(cells, columns, strict=True)]
    *measured, label = cells
    if label not in info.classes:
        raise DataError(
            f"{place}, column {CLASS_COLUMN}: “{label}” is none of {', '.join(info.classes)}.",
            hint=REINSTALL,
        )
    numbers = [_number(cell, place, name) for cell, name in zip(measured, columns, strict=False)]
    return [*numbers, float(info.classes.index(label))]


def _number(cell: str, place: str, column: str) -> float:
    """Turn a cell into a finite number."""
    try:
        number = float(cell)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise DataError(
            f"{place}, column {column}: “{cell}” is not a finite number.",
            hint=REINSTALL,
        )
    return number


def _listed(shape: tuple[int, ...]) -> str:
    return ", ".join(str(length) for length in shape)
