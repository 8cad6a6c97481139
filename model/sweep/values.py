"""The values of one field in a sweep, as a person writes them: lists and ranges.

0, 0.2, 0.5        these values; adam, sgd; true, false; [8, 8], [16]
1..4               of whole numbers every one from 1 to 4
0..0.8:5           five values, evenly spaced, both ends included
1e-4..1:9:log      nine values, each the same multiple of the one before
1e-4..1:log        for random draws: uniform in the logarithm; without :log uniform
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.assigning import parsed
from model.errors import FieldError

MOST_VALUES = 1000
"""Of one field."""
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_RANGE = re.compile(rf"({_NUMBER})\.\.({_NUMBER})((?::\s*\w*\s*)*)")
_DIGITS = 4
"""Significant ones of a value between two ends: nobody sweeps finer."""
_FORMS = "Write values such as 0, 0.2, 0.5, or a range such as 0..0.8:5 or 1e-4..1:9:log."


@dataclass(frozen=True)
class Span:
    """All numbers from low to high. count: so many of them in a grid, None: not said."""

    low: float
    high: float
    count: int | None = None
    is_log: bool = False
    is_whole: bool = False

    def values(self) -> list[Any]:
        """Those of a grid. Raises: FieldError where it is not said how many."""
        if self.count is None and not (self.is_whole and not self.is_log):
            raise FieldError(
                f"{self} does not say how many values.",
                hint=f"A grid wants {self._with_count()}; or draw values at random.",
            )
        if self.count is None:
            if self.high - self.low >= MOST_VALUES:
                raise FieldError(
                    f"{self} are more than {MOST_VALUES:,} values.", hint=self._with_count()
                )
            return list(range(int(self.low), int(self.high) + 1))
        if self.is_log:
            found = np.geomspace(self.low, self.high, self.count)
        else:
            found = np.linspace(self.low, self.high, self.count)
        return list(dict.fromkeys(self._tidy(float(value)) for value in found))

    def draw(self, rng: np.random.Generator) -> Any:
        """One of them, uniform, or uniform in the logarithm."""
        share = float(rng.random())
        if self.is_whole and not self.is_log:
            return int(self.low + math.floor(share * (self.high - self.low + 1)))
        if self.is_log:
            return self._tidy(self.low * (self.high / self.low) ** share)
        return self._tidy(self.low + share * (self.high - self.low))

    def _tidy(self, value: float) -> Any:
        if self.is_whole:
            return round(min(max(value, self.low), self.high))
        return min(max(float(f"{value:.{_DIGITS}g}"), self.low), self.high)

    def _with_count(self) -> str:
        return f"{self.low:g}..{self.high:g}:5" + (":log" if self.is_log else "")

    def __str__(self) -> str:
        return f"{self.low:g}..{self.high:g}" + (":log" if self.is_log else "")


Values = Span | list[Any]


def parse_values(text: str, *, is_whole: bool = False) -> Values:
    """What is written: a span, or a list of values. is_whole: the field takes whole numbers.

    Raises: FieldError.
    """
    parts = [part.strip() for part in _split(text)]
    if not all(parts):
        raise FieldError(
            f"“{text}” lacks a value." if text.strip() else "There is no value.", hint=_FORMS
        )
    if len(parts) == 1 and (span := _span(parts[0], is_whole)) is not None:
        return span
    found: list[Any] = []
    for part in parts:
        inner = _span(part, is_whole)
        found += inner.values() if inner is not None else [parsed(part)]
    if len(found) > MOST_VALUES:
        raise FieldError(f"These are more than {MOST_VALUES:,} values.", hint=_FORMS)
    return found


def grid_of(values: Values) -> list[Any]:
    """All values of a grid. Raises: FieldError."""
    return values.values() if isinstance(values, Span) else values


def draw_of(values: Values, rng: np.random.Generator) -> Any:
    """One value at random."""
    if isinstance(values, Span):
        return values.draw(rng)
    return values[int(rng.integers(len(values)))]


def _span(text: str, is_whole: bool) -> Span | None:
    match = _RANGE.fullmatch(text)
    if match is None:
        if ".." in text and not text.startswith('"'):
            raise FieldError(f"“{text}” is no range.", hint=_FORMS)
        return None
    low, high = float(match[1]), float(match[2])
    count, is_log = None, False
    for word in match[3].split(":")[1:]:
        word = word.strip()
        if word == "log":
            is_log = True
        elif word.isascii() and word.isdecimal() and 2 <= int(word) <= MOST_VALUES:
            count = int(word)
        else:
            raise FieldError(
                f"“{text}”: {word or 'nothing'} is neither log nor a number of values"
                f" from 2 to {MOST_VALUES:,}.",
                hint=_FORMS,
            )
    if not low < high or math.isinf(high - low):
        raise FieldError(f"“{text}”: the first number must be below the second.", hint=_FORMS)
    if is_log and low <= 0:
        raise FieldError(f"“{text}”: a logarithmic range must begin above 0.", hint=_FORMS)
    if is_whole and (low != int(low) or high != int(high)):
        raise FieldError(f"“{text}”: this field takes whole numbers.", hint=_FORMS)
    return Span(low, high, count, is_log, is_whole)


def _split(text: str) -> list[str]:
    """At the commas that stand in no bracket and in no quotation."""
    found, depth, is_quoted = [""], 0, False
    for mark in text:
        if mark == '"':
            is_quoted = not is_quoted
        elif not is_quoted and mark in "[{(":
            depth += 1
        elif not is_quoted and mark in "]})":
            depth -= 1
        if mark == "," and depth <= 0 and not is_quoted:
            found.append("")
        else:
            found[-1] += mark
    return found
