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
    """loss: J with its penalty, in test mode. accuracy: share of right answers, or None."""

    loss: float
    accuracy: float | None


def evaluate(plan: Plan, feed: Feed, indices: Array, penalty: float) -> Figures:
    """J and accuracy over these items. NaN where there are none."""
    if not len(indices):
        return Figures(math.nan, None)
    means: dict[str, float] = {}
    right_count, has_labels = 0.0, False
    for start in range(0, len(indices), EVALUATION_BATCH):
        chunk = indices[start : start + EVALUATION_BATCH]
        run = plan.bind(len(chunk), is_training=False)
        run.load(feed, chunk)
        run.forward()
        for node_id, n in run.losses:
            weight = run.layer(node_id).weight
            share = 1.0 if run.layer(node_id).is_summed else len(chunk) / len(indices)
            means[node_id] = means.get(node_id, 0.0) + weight * share * n.loss
        right = hits(run)
        if right is not None:
            has_labels = True
            right_count += int(right.sum()) * len(chunk) / right.size
    total = sum(means.values()) + penalty
    return Figures(total, right_count / len(indices) if has_labels else None)


def hits(run: Run | None) -> Array | None:
    """(B,) of the first loss that knows labels."""
    for node_id, n in run.losses if run is not None else ():
        found = run.layer(node_id).hits(n) if run is not None else None
        if found is not None:
            return found
    return None


def diverged(graph: NetworkGraph, plan: Plan, run: Run, step: int) -> DivergedError:
    """Name the first node, in the order of computation, that shows NaN or infinity."""
    remedy = "Try a smaller learning rate ρ, or scale the data; Reset starts anew."
    for node in plan.nodes:
        n = run.at[node.node_id]
        title = graph.node(node.node_id).title
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
