"""What the verbs write: sentences to the error stream, JSON lines and tables to the output."""

from __future__ import annotations

import json
import math
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console


def say_error(sentence: str) -> None:
    sys.stderr.write(f"deltaboard: {printable(sentence)}\n")


def say_json(value: Any) -> None:
    """One line of strict JSON, sent on at once; what is no finite number becomes null."""
    sys.stdout.write(json.dumps(_finite(value), allow_nan=False) + "\n")
    sys.stdout.flush()


def printable(text: str) -> str:
    """Names come out of files: a terminal must not take them for commands."""
    return "".join(mark if mark.isprintable() else " " for mark in text)


def console(*, is_error: bool = False) -> Console:
    from rich.console import Console

    return Console(stderr=is_error, highlight=False, markup=False)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
