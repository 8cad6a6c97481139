"""What is known of one finished run, and of several that differ in their seeds only."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from model.sweep.plan import Setting, key_of

Figures = dict[str, int | float | None]
"""By name: epoch, step, loss, val_loss, accuracy, val_accuracy, test_loss, test_accuracy ..."""


class Result(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One finished run; a line of a results file.

    last: the figures at the end, those of the test part among them. best: those of the epoch with
    the least validation loss (training loss where there is no validation part). fault: why it
    ended early, with the figures up to there; "" where it did not. seconds: of its training.
    sweep: the name of the plan.
    """

    settings: Setting
    seed: int
    last: Figures
    best: Figures
    fault: str = ""
    seconds: float = 0.0
    sweep: str = ""

    @property
    def key(self) -> tuple[str, int]:
        """The same for the same run."""
        return key_of(self.settings), self.seed

    def figure(self, name: str) -> float:
        """Such as `last.val_loss`; NaN where it is not known."""
        part, _, inner = name.partition(".")
        value = getattr(self, part).get(inner)
        return math.nan if value is None else float(value)


def plain(result: Result) -> dict[str, Any]:
    """As the command line says it."""
    found: dict[str, Any] = msgspec.to_builtins(result)
    return found


@dataclass(frozen=True)
class Spread:
    """Mean and sample standard deviation over the seeds; NaN where there are too few."""

    mean: float
    deviation: float
    count: int


def spread_of(values: Iterable[float]) -> Spread:
    """mean = sum x / n, deviation = sqrt(sum (x - mean)^2 / (n - 1)), of what is no NaN."""
    known = np.array([value for value in values if math.isfinite(value)])
    if not len(known):
        return Spread(math.nan, math.nan, 0)
    deviation = float(known.std(ddof=1)) if len(known) > 1 else math.nan
    return Spread(float(known.mean()), deviation, len(known))


def by_setting(results: Sequence[Result]) -> list[list[Result]]:
    """Runs of the same setting together, in the order in which they came first."""
    found: dict[str, list[Result]] = {}
    for result in results:
        found.setdefault(key_of(result.settings), []).append(result)
    return [sorted(group, key=lambda result: result.seed) for group in found.values()]


@dataclass(frozen=True)
class Row:
    """A setting with all its runs. key: the same for the same setting."""

    key: str
    setting: Setting
    runs: tuple[Result, ...]

    def spread(self, figure: str) -> Spread:
        """Of a figure such as `best.val_loss`, over the runs."""
        return spread_of(run.figure(figure) for run in self.runs)

    @property
    def fault(self) -> str:
        """Why the first of the runs that failed has, "" where none has."""
        return next((run.fault for run in self.runs if run.fault), "")


def rows_of(results: Sequence[Result]) -> list[Row]:
    """One row a setting, in the order in which they came first."""
    groups = by_setting(results)
    return [Row(group[0].key[0], group[0].settings, tuple(group)) for group in groups]


def figure_words(name: str) -> str:
    """`best.val_loss` is best validation loss."""
    part, _, inner = name.partition(".")
    kind = "".join(words for start, words in _PART_WORDS if inner.startswith(start))
    figure = inner.removeprefix("val_").removeprefix("test_").replace("token_accuracy", "tokens")
    return f"{part} {kind or 'training '}{figure}"


_PART_WORDS = (("val_", "validation "), ("test_", "test "))


def is_better_high(name: str) -> bool:
    """Of accuracies more is better, of losses less."""
    return "accuracy" in name


def figure_names(results: Sequence[Result]) -> list[str]:
    """The figures there are, the judged ones first: best.val_loss, last.val_accuracy ..."""
    seen: dict[str, None] = {}
    for result in results:
        for part in ("best", "last"):
            for name, value in getattr(result, part).items():
                if value is not None and name not in ("epoch", "step"):
                    seen.setdefault(f"{part}.{name}")
    order = ("val_", "test_", "")
    return sorted(seen, key=lambda name: _rank(name, order))


def _rank(name: str, order: tuple[str, ...]) -> tuple[int, int]:
    part, _, inner = name.partition(".")
    place = next(k for k, start in enumerate(order) if inner.startswith(start))
    return place, ("best", "last").index(part)
