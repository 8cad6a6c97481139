"""From syntax tree back to text, with no more brackets than the reading needs."""

from __future__ import annotations

import math

from model.expressions.operations import OPERATIONS
from model.expressions.syntax import Expression, Name, Number

_INFIX = {
    "add": (" + ", 1, 1, 2),
    "subtract": (" - ", 1, 1, 2),
    "multiply": ("*", 2, 2, 3),
    "divide": ("/", 2, 2, 3),
    "matmul": (" @ ", 2, 2, 3),
    "power": ("**", 4, 5, 3),
}
"""Mark, how tightly it binds, and how tightly its left and right argument must bind at least."""
_SIGN = 3
_ATOM = 5


def text_of(expression: Expression, *, spaces: bool = True) -> str:
    """A text that `parse` reads as a formula of the same value, such as `2*y**2 - 1`."""
    return _written(expression, spaces)[0]


def number_text(value: float) -> str:
    """The shortest text of a number that reads back as the very same number."""
    if value in (math.pi, math.e):
        return "pi" if value == math.pi else "e"
    if not math.isfinite(value):
        return "1e999" if value > 0 else "-1e999"  # what the reader takes for infinity
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))


def _written(piece: Expression, spaces: bool) -> tuple[str, int]:
    """The text and how tightly it binds."""
    if isinstance(piece, Name):
        return piece.name, _ATOM
    if isinstance(piece, Number):
        return number_text(piece.value), _ATOM if piece.value >= 0 else _SIGN
    if piece.operation in _INFIX:
        mark, strength, least_left, least_right = _INFIX[piece.operation]
        left = _in_brackets(piece.arguments[0], least_left, spaces)
        right = _in_brackets(piece.arguments[1], least_right, spaces)
        return f"{left}{mark if spaces else mark.strip()}{right}", strength
    if not OPERATIONS[piece.operation].is_function:
        return f"-{_in_brackets(piece.arguments[0], _SIGN, spaces)}", _SIGN
    inner = (", " if spaces else ",").join(_written(each, spaces)[0] for each in piece.arguments)
    return f"{piece.operation}({inner})", _ATOM


def _in_brackets(piece: Expression, least: int, spaces: bool) -> str:
    text, strength = _written(piece, spaces)
    return text if strength >= least else f"({text})"
