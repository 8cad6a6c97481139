"""Optimisers that are fed the very same gradients, so that nothing but their rules differs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.analysis.descent import mixed_anatomy
from model.analysis.progress import Progress
from model.chance import stream
from model.layer import Array
from model.optimizers import Optimizer
from model.run import without_warnings
from model.teaching.anatomy import Parts


@dataclass(frozen=True, eq=False)
class Feed:
    """Gradients of one parameter, step by step. gradients: (T,); start: its value before;
    is_weight: decoupled weight decay touches it. note: what the sequence shows.
    """

    key: str
    title: str
    gradients: Array
    start: float = 1.0
    is_weight: bool = True
    note: str = ""


@dataclass(frozen=True, eq=False)
class Fed:
    """What an optimiser makes of a feed. thetas: (T + 1,); parts: the anatomy of each step."""

    optimizer: Optimizer
    thetas: Array
    parts: list[Parts]


@without_warnings
def feed(optimizer: Optimizer, given: Feed, progress: Progress | None = None) -> Fed:
    """Every gradient of the feed, in order, in float64; theta moves, the gradients stay as they
    are. Raises: CancelledError."""
    theta = np.array([given.start], dtype=np.float64)
    slots = np.zeros((len(optimizer.slots), 1))
    scratch = np.zeros(1)
    is_weight = np.array([given.is_weight])
    thetas = [given.start]
    parts: list[Parts] = []
    for t, gradient in enumerate(given.gradients, start=1):
        if progress is not None:
            progress.report(t / len(given.gradients))
        grads = np.array([gradient], dtype=np.float64)
        memory = tuple(slot.copy() for slot in slots)
        parts.append(mixed_anatomy(optimizer, theta, grads, memory, t, is_weight))
        if given.is_weight:
            optimizer.shrink(theta)
        optimizer.update(theta, grads, slots, scratch, t, 1.0)
        thetas.append(float(theta[0]))
    return Fed(optimizer, np.array(thetas), parts)


@dataclass(frozen=True, eq=False)
class FeedStudy:
    """given: the gradients; fed: by key, what each optimiser makes of them."""

    given: Feed
    fed: dict[int, Fed]


def feed_study(progress: Progress, given: Feed, optimizers: dict[int, Optimizer]) -> FeedStudy:
    """All of them, one after the other. Raises: CancelledError."""
    return FeedStudy(
        given, {key: feed(optimizer, given, progress) for key, optimizer in optimizers.items()}
    )


def ready_feeds(steps: int = 60) -> tuple[Feed, ...]:
    """Sequences that each show one point, (T,) each."""
    t = np.arange(steps)
    rng = stream(11, "feeds")
    steady = np.ones(steps)
    zigzag = np.where(t % 2 == 0, 1.0, -0.8)
    noise = 0.3 + rng.normal(0, 1, steps)
    rare = np.where(t % 12 == 0, 1.0, 0.0)
    shock = np.where(t == 20, 12.0, 0.5)
    fading = 2.0 * 0.9**t
    return (
        Feed(
            "steady",
            "Always the same",
            steady,
            note="Momentum gathers up to 1/(1 − γ) times ρg; without bias correction Adam's first"
            " steps have the wrong length",
        ),
        Feed(
            "zigzag",
            "To and fro",
            zigzag,
            note="Across a ravine: the velocity cancels what the gradient turns about",
        ),
        Feed(
            "noise",
            "Noise around a slope",
            noise,
            note="As from small batches: memory averages, so the step follows the slope",
        ),
        Feed(
            "rare",
            "Now and then",
            rare,
            note="Of a rare feature: divided by the size of past gradients, it still moves",
        ),
        Feed(
            "shock",
            "One huge gradient",
            shock,
            note="At step 21: plain steps leap, scaled ones hardly grow, and then are short for"
            " long",
        ),
        Feed(
            "fading",
            "Fading",
            fading,
            note="Near a minimum: steps in proportion to the gradient fade with it, those of Adam"
            " and Lion do not",
        ),
    )
