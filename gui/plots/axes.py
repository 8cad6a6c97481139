"""Where the ticks of an axis stand and what they say."""

from __future__ import annotations

import math
from collections.abc import Iterable

Tick = tuple[float, str]
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def nice_step(span: float, count: int) -> float:
    """The smallest of 1, 2, 5 times a power of ten that cuts `span` into at most `count`."""
    rough = span / max(count, 1)
    if not (rough > 0 and math.isfinite(rough)):
        return 1.0
    power = 10.0 ** math.floor(math.log10(rough))
    return next((m * power for m in (1, 2, 5, 10) if m * power >= rough * (1 - 1e-9)), rough)


def nice_limits(low: float, high: float, count: int = 4) -> tuple[float, float]:
    """Limits of a linear axis around the values: whole steps, zero where it is near."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return 0.0, 1.0
    if low >= 0 and low < 0.6 * high:
        low = 0.0
    if high - low <= 1e-12 * max(abs(low), abs(high)):
        room = abs(high) * 0.1 or 1.0
        low, high = low - room, high + room
    step = nice_step(high - low, count)
    return math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step


def log_limits(low: float, high: float) -> tuple[float, float]:
    """Limits of a log axis in decades, in steps of a quarter, at least half a decade apart."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return 0.0, 1.0
    low, high = math.floor(low * 4 - 0.2) / 4, math.ceil(high * 4 + 0.2) / 4
    if high - low < 0.5:
        low, high = low - 0.25, high + 0.25
    return low, high


def linear_ticks(low: float, high: float, count: int, *, least: float = 0.0) -> list[Tick]:
    """At most about `count` ticks from low to high, all with the same number of decimals, and
    `least` apart: 1 on an axis of whole steps."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return []
    step = max(nice_step(high - low, count), least)
    first, last = math.ceil(low / step - 1e-6), math.floor(high / step + 1e-6)
    if last - first > 100:
        return []
    return [(k * step, number_label(k * step, step)) for k in range(first, last + 1)]


def number_label(value: float, step: float) -> str:
    """A tick's text with as many decimals as its step needs."""
    largest = max(abs(value), step)
    if largest >= 1e7 or step < 1e-4:
        if value == 0:
            return "0"
        exponent = math.floor(math.log10(abs(value)) + 1e-9)
        digits = max(0, exponent - math.floor(math.log10(step) + 1e-9))
        return f"{value / 10.0**exponent:.{digits}f}·{power_label(exponent)}"
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    text = f"{value:,.{decimals}f}".replace("-", "−")
    return text.replace(",", "\u2009") if largest >= 1e4 else text.replace(",", "")


def power_label(exponent: int) -> str:
    """10⁻² and the like."""
    return "10" + str(exponent).translate(_RAISED)


def log_ticks(low: float, high: float, count: int) -> list[Tick]:
    """Ticks of a log axis; low, high and the places are decades (log10)."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low or high - low > 700:
        return []
    decades = range(math.ceil(low - 1e-9), math.floor(high + 1e-9) + 1)
    if len(decades) >= 3 or (len(decades) == 2 and count < 4):
        every = -(-len(decades) // max(count, 1))
        return _log_labels([(1, d) for d in decades if d % every == 0])
    return max(_log_candidates(low, high), key=lambda ticks: _fit(len(ticks), count))


def _log_candidates(low: float, high: float) -> Iterable[list[Tick]]:
    for digits in ((1,), (1, 3), (1, 2, 5), tuple(range(1, 10))):
        places = (
            (digit, exponent)
            for exponent in range(math.floor(low) - 1, math.ceil(high) + 1)
            for digit in digits
        )
        yield _log_labels([p for p in places if low - 1e-9 <= _decades(*p) <= high + 1e-9])
    yield [(place, f"{10**place:.3g}") for place, _text in linear_ticks(low, high, count=3)]


def _fit(found: int, wanted: int) -> float:
    """More ticks are better, up to the number wanted; too many are worst."""
    return found if found <= max(wanted, 2) else -found


def _log_labels(places: list[tuple[int, int]]) -> list[Tick]:
    """(digit, exponent) of each tick as text, all in one manner: 0.05, 0.1 or 5·10⁻³, 10⁻²."""
    is_plain = all(-2 <= exponent <= 3 for _digit, exponent in places)
    return [(_decades(*place), log_label(*place, is_plain=is_plain)) for place in places]


def _decades(digit: int, exponent: int) -> float:
    return exponent + math.log10(digit)


def log_label(digit: int, exponent: int, *, is_plain: bool) -> str:
    """0.05, 2, 300 or, where not all numbers of an axis are short, 5·10⁻², 2, 3·10²."""
    if is_plain or exponent == 0:
        return f"{digit * 10.0**exponent:g}"
    return power_label(exponent) if digit == 1 else f"{digit}·{power_label(exponent)}"


def spread(places: list[float], gap: float, low: float, high: float) -> list[float]:
    """Move labels apart to at least `gap`, each as little as possible, within low to high.

    Labels that pull at each other form a group around their mean; where the room is too short
    for all, they stand evenly. Keeps the order of the input.
    """
    n = len(places)
    if not n:
        return []
    gap = min(gap, (high - low) / (n - 1)) if n > 1 else gap
    order = sorted(range(n), key=lambda i: places[i])
    groups: list[tuple[float, int]] = []  # (place of the first label, number of labels)
    for index in order:
        groups.append((places[index], 1))
        while len(groups) > 1 and groups[-2][0] + groups[-2][1] * gap > groups[-1][0]:
            (first, a), (second, b) = groups[-2:]
            middle = (a * (first + gap * (a - 1) / 2) + b * (second + gap * (b - 1) / 2)) / (a + b)
            groups[-2:] = [(middle - gap * (a + b - 1) / 2, a + b)]
    moved = [start + k * gap for start, size in groups for k in range(size)]
    for k in range(n):  # back inside, from both ends
        moved[k] = max(moved[k], low + k * gap)
    for k in reversed(range(n)):
        moved[k] = min(moved[k], high - (n - 1 - k) * gap)
    result = [0.0] * n
    for place, index in zip(moved, order, strict=True):
        result[index] = place
    return result
