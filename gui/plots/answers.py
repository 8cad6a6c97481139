"""Answers of a network to single items, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gui.plots.numbers import exact, short
from gui.plots.series import Floats, floats
from model.layer import Array
from model.snapshot import Predictions


@dataclass(frozen=True)
class Answer:
    """One item. picture: its input. Classes: true and answered are names, is_right says whether
    they agree, scores (k,) the outputs, names (k,) of whom. Values: scores, truth (k,)."""

    picture: Array
    true: str
    answered: str
    is_right: bool | None
    scores: Floats
    names: tuple[str, ...]
    truth: Floats

    def ranked(self) -> list[tuple[str, float]]:
        """Names and outputs, the greatest first."""
        order = np.argsort(-self.scores, kind="stable")
        return [(self.names[i], float(self.scores[i])) for i in order]

    def lines(self) -> list[str]:
        """All of it, in full."""
        if self.is_right is None:
            pairs = zip(self.truth, self.scores, strict=False)
            return [
                f"true {exact(a)}, answered {exact(b)}, off by {exact(b - a)}" for a, b in pairs
            ]
        verdict = "right" if self.is_right else "wrong"
        scores = [f"output for {name} = {score!r}" for name, score in self.ranked()]
        return [f"true {self.true}, answered {self.answered}: {verdict}", *scores]


def table_of(answers: list[Answer]) -> list[list[Any]]:
    """A row an item, the head first: what is true, what is answered, every output in full."""
    if not answers:
        return []
    first = answers[0]
    if first.is_right is None:
        numbers = range(len(first.scores))
        head = ["item", *(f"true {k}" for k in numbers), *(f"answered {k}" for k in numbers)]
        return [head, *([i, *a.truth, *a.scores] for i, a in enumerate(answers))]
    head = ["item", "true", "answered", "right", *(f"output for {name}" for name in first.names)]
    return [
        head,
        *([i, a.true, a.answered, int(bool(a.is_right)), *a.scores] for i, a in enumerate(answers)),
    ]


def answers_of(found: Predictions) -> list[Answer]:
    """One `Answer` for each item."""
    outcomes = floats(found.outcomes).reshape(len(found.inputs), -1)
    if not found.classes:
        return [
            _valued(found.inputs[i], outcomes[i], floats(found.targets[i]).ravel())
            for i in range(len(outcomes))
        ]
    return [
        _classed(found.inputs[i], outcomes[i], int(found.targets[i]), found.classes)
        for i in range(len(outcomes))
    ]


def _valued(item: Array, scores: Floats, truth: Floats) -> Answer:
    true = ", ".join(short(value) for value in truth)
    answered = ", ".join(short(value) for value in scores)
    return Answer(item, true, answered, None, scores, (), truth)


def _classed(item: Array, scores: Floats, true: int, classes: tuple[str, ...]) -> Answer:
    if len(scores) == 1 and len(classes) == 2:  # one output: how much it speaks for the second
        scores = np.array([1 - scores[0], scores[0]])
    names = tuple(classes[i] if i < len(classes) else str(i) for i in range(len(scores)))
    is_known = bool(np.isfinite(scores).all())
    best = int(scores.argmax()) if is_known else -1
    answered = names[best] if is_known else "no number"
    return Answer(item, classes[true], answered, best == true, scores, names, np.empty(0))
