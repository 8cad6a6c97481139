"""From settings and figures of a sweep to places and colours; all its pictures share them."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtGui import QColor

from gui import theme
from gui.plots.axes import linear_ticks, log_ticks
from gui.plots.numbers import percent, short
from gui.plots.reading_box import Line
from gui.theme import Theme
from model.sweep.result import Row, Spread, figure_words, is_better_high

MOST_PLACES = 8
"""Up to so many different values each have a place of their own, evenly spaced."""
_MANY_TIMES = 10.0
"""Values so many times apart stand on a logarithmic axis."""
_CLOSE = 0.2
_DECADES = 3.0
"""Losses further above the least stand at the end of their axis."""
_MANY_LOSSES = 3.0
"""The same of losses: near the best, small differences count."""
_LUT_ENDS = {False: (0, 210), True: (255, 70)}
"""Steps of the colour map for the best and the worst, by whether the ground is dark."""
NOTHING_KNOWN = Spread(math.nan, math.nan, 0)
Mark = tuple[float, str]
"""A share of an axis, 0 to 1, and what stands there."""


def value_text(value: Any) -> str:
    """Short: 0.2, 1e-04, adam, on."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return f"{value:.4g}"
    return str(value) if isinstance(value, (int, str)) else json.dumps(value)


def figure_text(name: str, value: float) -> str:
    """97.4 % of an accuracy, three digits of a loss, a dash where it is not known."""
    if not math.isfinite(value):
        return "–"
    return percent(value) if is_better_high(name) else short(value)


def spread_text(name: str, spread: Spread) -> str:
    """Mean ± standard deviation, as far as they are known."""
    if spread.count < 2:
        return figure_text(name, spread.mean)
    if is_better_high(name):
        return f"{100 * spread.mean:.1f} ± {100 * spread.deviation:.1f} %"
    return f"{short(spread.mean)} ± {short(spread.deviation)}"


class ValueScale:
    """Where the values of a field stand on an axis: few ones evenly, many by size.

    most: so many are few.
    """

    def __init__(self, values: Sequence[Any], most: int = MOST_PLACES) -> None:
        keys = {json.dumps(value): value for value in values}
        self.values = list(keys.values())
        is_number = all(_is_number(value) for value in self.values)
        if is_number:
            self.values.sort()
        self.is_even = len(self.values) <= most or not is_number
        self._places = {json.dumps(value): k for k, value in enumerate(self.values)}
        low, high = (self.values[0], self.values[-1]) if is_number and self.values else (0, 1)
        self.is_log = not self.is_even and low > 0 and high > _MANY_TIMES * low
        if self.is_log:  # half of them lie close to the lowest
            middle = self.values[len(self.values) // 2]
            self.is_log = middle - low < _CLOSE * (high - low)
        self._low, self._high = self._size(low), self._size(high)

    def _size(self, value: float) -> float:
        return math.log10(value) if self.is_log else float(value)

    def place(self, value: Any) -> int:
        """The number of a value among all."""
        return self._places[json.dumps(value)]

    def share(self, value: Any) -> float:
        """Where a value stands, 0 to 1."""
        if self.is_even:
            last = len(self.values) - 1
            return self.place(value) / last if last else 0.5
        return (self._size(value) - self._low) / max(self._high - self._low, 1e-300)

    def marks(self, count: int) -> list[Mark]:
        """About `count` ticks, or all of few values."""
        if self.is_even:
            every = max(1, -(-len(self.values) // max(count, 1)))
            return [(self.share(value), value_text(value)) for value in self.values[::every]]
        ticks = (log_ticks if self.is_log else linear_ticks)(self._low, self._high, count)
        width = self._high - self._low
        return [((at - self._low) / width, text) for at, text in ticks]


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


class FigureScale:
    """The figure that colours everything: its range over all settings, logarithmic where losses lie
    far apart."""

    def __init__(self, name: str, rows: Sequence[Row]) -> None:
        self.name = name
        self._spreads = {row.key: row.spread(name) for row in rows} if name else {}
        means = np.array([spread.mean for spread in self._spreads.values()])
        means = means[np.isfinite(means)]
        self.is_high_best = is_better_high(name)
        self.has_any = bool(len(means))
        low, high = (float(means.min()), float(means.max())) if self.has_any else (0.0, 1.0)
        self.is_log = not self.is_high_best and low > 0 and high > _MANY_LOSSES * low
        self.is_cut = self.is_log and high > low * 10**_DECADES
        high = low * 10**_DECADES if self.is_cut else high
        if high - low <= 1e-12 * max(abs(low), abs(high)):
            room = 0.1 * abs(high) or 0.1
            low, high = (low - room, high + room) if not self.is_log else (low, high)
        self._low, self._high = self._size(low), self._size(high)

    def spread(self, row: Row) -> Spread:
        """Of the figure, over the runs of a setting."""
        return self._spreads.get(row.key, NOTHING_KNOWN)

    def _size(self, value: float) -> float:
        return math.log10(max(value, 1e-300)) if self.is_log else value

    def share(self, value: float) -> float:
        """Where a figure stands on its axis, 0 below to 1 above."""
        share = (self._size(value) - self._low) / max(self._high - self._low, 1e-300)
        return min(max(share, 0.0), 1.0)

    def marks(self, count: int) -> list[Mark]:
        """About `count` ticks."""
        width = self._high - self._low
        if not self.has_any or width <= 0:
            return []
        if self.is_high_best:
            ticks = linear_ticks(100 * self._low, 100 * self._high, count)
            return [((at / 100 - self._low) / width, f"{text} %") for at, text in ticks]
        ticks = (log_ticks if self.is_log else linear_ticks)(self._low, self._high, count)
        found = [((at - self._low) / width, text) for at, text in ticks]
        if not self.is_cut:
            return found
        top = f"> {short(10**self._high)}"
        return [*(mark for mark in found if mark[0] < 1 - 1 / (count + 1)), (1.0, top)]

    def color(self, value: float, look: Theme) -> QColor:
        """The best is what is seen best: dark on a light ground, bright on a dark one."""
        if not math.isfinite(value):
            return look.color("err")
        return self.color_at(self.share(value), look)

    def color_at(self, share: float, look: Theme) -> QColor:
        """The colour of a place on the axis."""
        worst = 1 - share if self.is_high_best else share
        first, last = _LUT_ENDS[look.is_dark]
        step = round(first + worst * (last - first))
        red, green, blue = theme.activation_lut(look)[step].tolist()
        return QColor(red, green, blue)


def reading_of(row: Row, labels: list[tuple[str, str]], scale: FigureScale) -> list[Line]:
    """What is said about a setting below the pointer."""
    look = theme.current()
    spread = scale.spread(row)
    said: list[Line] = [
        (None, f"{words} = {value_text(row.setting[place])}") for place, words in labels
    ]
    text = f"{figure_words(scale.name)}: {spread_text(scale.name, spread)}" if scale.name else ""
    many = "1 run" if len(row.runs) == 1 else f"{len(row.runs)} runs"
    said.append((scale.color(spread.mean, look), f"{text} ({many})"))
    if row.fault:
        said.append((look.color("err"), row.fault))
    return said
