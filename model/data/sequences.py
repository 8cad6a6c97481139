"""Sequences drawn by rule: digits to reverse, sums, a symbol to remember, a wave to continue.

Every generator takes (size, noise, steps, rng) and returns exactly `size` items: x (size, steps)
int64 token numbers, or float64 (size, steps, 1) values; y as `DataSetInfo` says. A label of
IGNORED asks for no answer at its step.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from model.errors import DataError

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
SequenceGenerator = Callable[
    [int, float, int, np.random.Generator], tuple[Integers | Floats, Integers | Floats]
]

IGNORED = -1
DIGITS = tuple("0123456789")
SUM_TOKENS = (*DIGITS, "+", "=")
MEMORY_TOKENS = tuple("ABCD")
SUMMAND_DIGITS = 3
SUM_STEPS = 11  # 123+456=9750 has 12 tokens; each but the last asks for the next
PERIODS = (17.0, 7.0)
HEIGHTS = (0.6, 0.4)


def reverse(
    size: int, noise: float, steps: int, rng: np.random.Generator
) -> tuple[Integers, Integers]:
    """Draw random digits; the target is the same row from its end to its start."""
    x = rng.integers(0, len(DIGITS), (size, steps))
    return x, np.ascontiguousarray(x[:, ::-1])


def addition(
    size: int, noise: float, steps: int, rng: np.random.Generator
) -> tuple[Integers, Integers]:
    """Draw pairs of three-digit numbers, no pair twice, written as `123+456=9750`.

    The sum has four digits and is written from its last one on, as one adds on paper. x: all tokens
    but the last; y: the token that comes next, IGNORED before the equals sign.
    """
    both = rng.choice(10 ** (2 * SUMMAND_DIGITS), size, replace=False)
    first, second = np.divmod(both, 10**SUMMAND_DIGITS)
    powers = 10 ** np.arange(SUMMAND_DIGITS + 1)
    from_the_end = (first + second)[:, None] // powers % 10
    written = powers[SUMMAND_DIGITS - 1 :: -1]
    plus, equals = (np.full((size, 1), SUM_TOKENS.index(sign)) for sign in "+=")
    whole = np.hstack(
        [
            first[:, None] // written % 10,
            plus,
            second[:, None] // written % 10,
            equals,
            from_the_end,
        ]
    )
    y = whole[:, 1:].copy()
    y[:, : 2 * SUMMAND_DIGITS + 1] = IGNORED
    return np.ascontiguousarray(whole[:, :-1]), y


def long_memory(
    size: int, noise: float, steps: int, rng: np.random.Generator
) -> tuple[Integers, Integers]:
    """Draw random symbols; the class is the first one, asked for after the last."""
    x = rng.integers(0, len(MEMORY_TOKENS), (size, steps))
    x[:, 0] = rng.permutation(np.arange(size) % len(MEMORY_TOKENS))
    return x, x[:, 0].copy()


def time_series(
    size: int, noise: float, steps: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Draw windows of a wave and the value that comes next, (size, 1).

    s(t) = 0.6 sin(2πt/17 + a) + 0.4 sin(2πt/7 + b) with a, b of each item's own, so that no window
    of the test part overlaps one of the training part; noise is added to every value.
    """
    t = np.arange(steps + 1)
    values = np.zeros((size, steps + 1))
    for height, period in zip(HEIGHTS, PERIODS, strict=True):
        phase = rng.uniform(0.0, 2.0 * np.pi, (size, 1))
        values += height * np.sin(2.0 * np.pi * t / period + phase)
    values += noise * rng.standard_normal(values.shape)
    return np.ascontiguousarray(values[:, :-1, None]), np.ascontiguousarray(values[:, -1:])


SEQUENCES: dict[str, SequenceGenerator] = {
    "reverse": reverse,
    "addition": addition,
    "long_memory": long_memory,
    "time_series": time_series,
}


def read_text(path: Path, tokens: tuple[str, ...], steps: int) -> tuple[Integers, Integers]:
    """Cut a text into windows of `steps` characters that do not overlap, in the text's order.

    Returns x and y, int64 (N, steps): y is x one character later.

    Raises:
        DataError: naming the file and the first character that is none of the tokens.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise DataError(
            f"{path.name} cannot be read: {fault}.",
            hint="Install Deltaboard again: this file comes with it.",
        ) from fault
    numbers = {token: number for number, token in enumerate(tokens)}
    strange = next((at for at, character in enumerate(text) if character not in numbers), None)
    if strange is not None:
        line = 1 + text.count("\n", 0, strange)
        raise DataError(
            f"{path.name}, line {line}: “{text[strange]}” is none of its {len(tokens)} characters.",
            hint="Install Deltaboard again: this file comes with it.",
        )
    whole = np.array([numbers[character] for character in text], dtype=np.int64)
    count = (len(whole) - 1) // steps
    if count < 1:
        raise DataError(
            f"{path.name} has {len(whole)} characters, too few for windows of {steps}.",
            hint="Choose fewer steps.",
        )
    x, y = (whole[start : start + count * steps].reshape(count, steps) for start in (0, 1))
    return x.copy(), y.copy()
