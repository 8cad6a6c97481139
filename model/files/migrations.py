"""Designs of older formats, brought step by step to the present one.

`MIGRATIONS[k]` takes the plain content of a file of format k and returns that of format k + 1,
without changing what it was given. Format 1 is the first, so the table is empty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from model.design import FORMAT
from model.errors import FileError

Plain = dict[str, Any]
Migration = Callable[[Plain], Plain]
FIRST_FORMAT = 1

MIGRATIONS: Mapping[int, Migration] = {}


def check_format(number: int, name: str, *, newest: int = FORMAT) -> None:
    """Raises: FileError for a format that never was or that only a later program knows."""
    if number > newest:
        raise FileError(
            f"{name} was saved by a newer Deltaboard: it has format {number}, and this program"
            f" reads formats up to {newest}.",
            hint="Update Deltaboard; nothing is wrong with it.",
        )
    if number < FIRST_FORMAT:
        raise FileError(
            f"{name} says that it has format {number}, but formats are counted from"
            f" {FIRST_FORMAT}.",
            hint=f'Correct "format" in a text editor; the present one is {newest}.',
        )


def migrate(
    plain: Plain,
    number: int,
    *,
    newest: int = FORMAT,
    table: Mapping[int, Migration] = MIGRATIONS,
) -> Plain:
    """The same design in the newest format. `number`: the file's own, already checked."""
    for step in range(number, newest):
        plain = table[step](plain) | {"format": step + 1}
    return plain
