"""Judging a network on a part of the data, in test mode, and naming the node where it broke."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from model.errors import DivergedError
from model.graph import NetworkGraph
from model.layer import Array
from model.plan import Plan
from model.run import Feed, Run

EVALUATION_BATCH = 512


@dataclass(frozen=True)
class Figures:
    """loss: J with its penalty, in test mode. accuracy: share of right answers; of sequences all
    positions must be right. token_accuracy: share of right positions among those that count. None
    where there is nothing to be right about.
    """

    loss: float
    accuracy: float | None = None
    token_accuracy: float | None = None

    @property
    def accuracies(self) -> dict[str, float]:
        """Those that exist, by name."""
        found = {"accuracy": self.accuracy, "token_accuracy": self.token_accuracy}
        return {name: value for name, value in found.items() if value is not None}


@dataclass
class Tally:
    """Right answers, added up over batches. is_text: whole answers are not counted."""

    is_text: bool = False
    items: int = 0
    answers: float | None = None
    tokens: int = 0
    counted: int = 0

    def add(self, run: Run | None) -> None:
        if run is None:
            return
        self.items += run.batch
        right = None if self.is_text else hits(run)
        if right is not None:
            answers = int(right.sum()) * run.batch / right.size
            self.answers = answers + (self.answers or 0.0)
        for node_id, n in run.losses:
            found = run.layer(node_id).token_hits(n)
            if found is not None:
                self.tokens, self.counted = self.tokens + found[0], self.counted + found[1]
                break

    def figures(self, loss: float) -> Figures:
        return Figures(
            loss,
            None if self.answers is None else self.answers / self.items,
            self.tokens / self.counted if self.counted else None,
        )


def evaluate(
    plan: Plan, feed: Feed, indices: Array, penalty: float, *, is_text: bool = False
) -> Figures:
    """J and accuracies over these items. NaN where there are none."""
    if not len(indices):
        return Figures(math.nan)
    means: dict[str, float] = {}
    tally = Tally(is_text)
    for start in range(0, len(indices), EVALUATION_BATCH):
        chunk = indices[start : start + EVALUATION_BATCH]
        run = plan.bind(len(chunk), is_training=False)
        run.load(feed, chunk)
        run.forward()
        for node_id, n in run.losses:
            weight = run.layer(node_id).weight
            share = 1.0 if run.layer(node_id).is_summed else len(chunk) / len(indices)
            means[node_id] = means.get(node_id, 0.0) + weight * share * n.loss
        tally.add(run)
    return tally.figures(sum(means.values()) + penalty)


def hits(run: Run) -> Array | None:
    """(B,) of the first loss that knows labels."""
    for node_id, n in run.losses:
        found = run.layer(node_id).hits(n)
        if found is not None:
            return found
    return None


def diverged(graph: NetworkGraph, plan: Plan, run: Run, step: int) -> DivergedError:
    """Name the first node, in the order of computation, that shows NaN or infinity."""
    remedy = "Try a smaller learning rate ρ, or scale the data; Reset starts anew."
    for node in plan.nodes:
        n = run.at[node.node_id]
        title = graph.title_of(node.node_id)
        for name in node.parameters:
            if not np.isfinite(plan.parameter(node.node_id, name)).all():
                return DivergedError(
                    f"Training stopped at step {step}: the parameter {name} of"
                    f" {title} is no longer a finite number.",
                    node_id=node.node_id,
                    hint=remedy,
                )
        values = n.loss if n.out is None or not node.outputs else n.out
        if not np.isfinite(values).all() or not math.isfinite(n.loss):
            return DivergedError(
                f"Training stopped at step {step}: NaN or infinity appeared"
                f" first in the output of {title}.",
                node_id=node.node_id,
                hint=remedy,
            )
    return DivergedError(
        f"Training stopped at step {step}: the penalty is not finite.",
        hint="Try a smaller λ or ρ; Reset starts anew.",
    )
