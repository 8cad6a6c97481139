"""From slider positions to numbers and back, and numbers as people write them. No Qt."""

from __future__ import annotations

import math
from dataclasses import dataclass

_PER_DECADE = 40
_MOST_POSITIONS = 1000


@dataclass(frozen=True)
class NumberScale:
    """A slider's range, linear or logarithmic, with round numbers on it.

    has_zero: a logarithmic range begins with 0, one position before its minimum. zero_word: what 0
    is called where it has a meaning of its own, such as "never".

    Raises:
        ValueError: the range is empty, or logarithmic and not above zero.
    """

    minimum: float
    maximum: float
    is_integer: bool = False
    is_log: bool = False
    has_zero: bool = False
    zero_word: str = ""

    def __post_init__(self) -> None:
        if not self.minimum < self.maximum:
            raise ValueError(f"The range {self.minimum} to {self.maximum} is empty")
        if self.is_log and self.minimum <= 0:
            raise ValueError(f"A logarithmic range cannot start at {self.minimum}")

    @property
    def step(self) -> float:
        """The distance of neighbouring values of a linear slider."""
        width = self.maximum - self.minimum
        fine = 10.0 ** (math.floor(math.log10(width) + 1e-9) - 2)
        return max(1.0, round(fine)) if self.is_integer else fine

    @property
    def positions(self) -> int:
        """The slider's highest position; the lowest is 0."""
        if self.is_log:
            decades = math.log10(self.maximum / self.minimum)
            return max(2, round(decades * _PER_DECADE)) + self._zeros
        width = self.maximum - self.minimum
        unit = 1.0 if self.is_integer and width <= _MOST_POSITIONS else self.step
        return max(1, round(width / unit))

    @property
    def least(self) -> float:
        """The number at the left end of the slider."""
        return 0.0 if self.has_zero else self.minimum

    @property
    def _zeros(self) -> int:
        """How many positions of a logarithmic slider stand for 0."""
        return 1 if self.is_log and self.has_zero else 0

    @property
    def decimals(self) -> int:
        """How many decimals a number shows at least."""
        return 0 if self.is_integer or self.is_log else max(0, -math.floor(math.log10(self.step)))

    def value_at(self, position: int) -> float:
        """The round number at a slider position; the ends are exact."""
        if position <= 0:
            return self.least
        if position >= self.positions:
            return self.maximum
        share = (position - self._zeros) / (self.positions - self._zeros)
        if self.is_log:
            raw = self.minimum * (self.maximum / self.minimum) ** share
            rounded = float(f"{raw:.2g}") if not self.is_integer or raw >= 100 else round(raw)
        else:
            raw = self.minimum + share * (self.maximum - self.minimum)
            rounded = round(raw, self.decimals)
        rounded = round(rounded) if self.is_integer else rounded
        return min(max(rounded, self.minimum), self.maximum)

    def position_of(self, value: float) -> int:
        """The slider position nearest to a value."""
        if self._zeros and value <= 0:
            return 0
        if self.is_log:
            inside = min(max(value, self.minimum), self.maximum)
            share = math.log(inside / self.minimum) / math.log(self.maximum / self.minimum)
        else:
            share = (value - self.minimum) / (self.maximum - self.minimum)
        places = self.positions - self._zeros
        return self._zeros + round(min(max(share, 0.0), 1.0) * places)

    def middle(self) -> float:
        """The number below the middle of the slider."""
        return self.value_at(self._zeros + (self.positions - self._zeros) // 2)

    def text_of(self, value: float) -> str:
        """A number in full: `0.50`, `1e-5`, `128`; nothing is rounded away. 0 has its word."""
        return self.zero_word if value == 0 and self.zero_word else self._digits_of(value)

    def _digits_of(self, value: float) -> str:
        if self.is_integer:
            return str(int(value))
        text = repr(float(value))
        if "e" in text:
            digits, _, power = text.partition("e")
            return f"{digits.removesuffix('.0')}e{int(power)}"
        whole, _, decimals = text.partition(".")
        decimals = ("" if decimals == "0" else decimals).ljust(self.decimals, "0")
        return f"{whole}.{decimals}" if decimals else whole

    def short_text_of(self, value: float) -> str:
        """In digits without zeros at the end of the decimals: `0.5`, `1`."""
        text = self._digits_of(value)
        return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text

    def parse(self, text: str) -> float | None:
        """The number in `text`, which may be the word for 0; `None` where there is none."""
        if self.zero_word and text.strip().lower() == self.zero_word:
            return 0.0
        return parse_number(text)


def parse_number(text: str) -> float | None:
    """The number in `text`, or `None`: `0.5`, `0,5`, `1e-3`, `−2` (any minus sign)."""
    plain = text.strip().replace("−", "-").replace(" ", "")
    if "." not in plain and plain.count(",") == 1:
        plain = plain.replace(",", ".")
    try:
        number = float(plain)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def next_round(value: float, steps: int, scale: NumberScale) -> float:
    """The number `steps` clicks of an arrow above `value` (below, if negative).

    Linear: one step of the scale, or a whole one. Logarithmic: one in the leading digit,
    1, 2, ... 9, 10, 20.
    """
    for _ in range(abs(steps)):
        value = _one_step(value, steps > 0, scale)
    return value


def _one_step(value: float, is_up: bool, scale: NumberScale) -> float:
    if scale.has_zero and value <= 0 and is_up:
        return scale.minimum
    if scale.has_zero and value <= scale.minimum and not is_up:
        return min(value, 0.0)
    if scale.is_integer:
        return value + (1 if is_up else -1)
    if not scale.is_log or value <= 0:
        raw = value + (scale.step if is_up else -scale.step)
        return round(raw, max(scale.decimals, 0) + 6)
    power = math.floor(math.log10(value) + 1e-9)
    leading = value / 10.0**power
    if is_up:
        return float(f"{math.floor(leading + 1e-9) + 1}e{power}")
    if leading <= 1 + 1e-9:
        return float(f"9e{power - 1}")
    return float(f"{math.ceil(leading - 1e-9) - 1}e{power}")
