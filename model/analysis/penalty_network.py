r"""The user's own network under an L1 or L2 penalty: trained anew for every lambda.

J = data term + lambda \sum |w| (proximal steps, so that weights become exactly 0) or
+ lambda \sum w^2. Each training starts from the same first values, with the same batches and
draws, and takes the same number of steps; only lambda differs. There is no path that leads from
one solution to the next: networks have many minima.
"""

from __future__ import annotations

import numpy as np

from model import editing
from model.analysis.penalty_path import Kind, LinearData, PenaltyPath
from model.analysis.progress import Progress
from model.errors import DesignError, DivergedError
from model.expressions.operations import DomainError
from model.feeding import Feeding
from model.graph import NetworkGraph
from model.layer import Array
from model.plan import Plan
from model.shapes import infer
from model.trainer import Trainer

LOW, HIGH = 1e-5, 1.0
"""The lambdas that are tried."""
_MANY = 20_000
"""Weights above which fewer lambdas are tried, and fewer steps taken."""
SHOWN = 40
"""Weights that are followed one by one: the largest at the least lambda."""


def network_path(
    progress: Progress,
    graph: NetworkGraph,
    kind: Kind,
    steps: int = 0,
    lambdas: Array | None = None,
) -> PenaltyPath:
    """Weights and losses of the network after `steps` steps (0: as many as suit) with each lambda.

    betas: (L, P) of all weights that are penalised, the largest first. A lambda with which the
    training runs away is left out.

    Raises: DesignError where the design has no weights, or no validation part, or always runs away;
    CancelledError.
    """
    is_large = _size(graph) > _MANY
    steps = steps or (100 if is_large else 300)
    if lambdas is None:
        lambdas = np.geomspace(LOW, HIGH, 8 if is_large else 16)
    known: list[float] = []
    betas: list[Array] = []
    losses: list[tuple[float, float]] = []
    plan: Plan | None = None
    feeding: Feeding | None = None
    for done, penalty in enumerate(lambdas.tolist()):
        trainer = Trainer(penalised(graph, kind, penalty), feeding=feeding)
        _check(trainer)
        plan, feeding = trainer.plan, trainer.feeding
        try:
            for step in range(steps):
                share = (done + step / steps) / len(lambdas)
                progress.report(share, f"{kind}, λ = {penalty:.2g}: step {step + 1} of {steps}")
                trainer.step()
        except (DivergedError, DomainError):
            continue
        known.append(penalty)
        betas.append(plan.theta[: plan.n_penalised].astype(np.float64))
        penalty_now = trainer.penalty_now()
        training, validation = (trainer.evaluate(p).loss for p in ("training", "validation"))
        losses.append((training - penalty_now, validation - penalty_now))
    if plan is None or not known:
        raise DesignError(
            "The training runs away with every λ.", hint="Lower the learning rate ρ of the design."
        )
    order = np.argsort(-np.abs(betas[0]), kind="stable")
    shown = tuple(range(min(SHOWN, len(order))))
    names = weight_names(graph, plan, order[: len(shown)])
    nothing = np.zeros((0, len(names)))
    note = f"trained anew for {len(lambdas)} λ from the same first values, {steps} steps each"
    data = LinearData("This network", names, nothing, nothing[:, 0], nothing, nothing[:, 0], note)
    both = np.array(losses).T
    return PenaltyPath(
        kind, data, np.array(known), np.array(betas)[:, order], both[0], both[1], shown
    )


def _size(graph: NetworkGraph) -> int:
    found = infer(graph)
    return sum(found.n_parameters(key) for key in found.order)


def penalised(graph: NetworkGraph, kind: Kind, penalty: float) -> NetworkGraph:
    """A copy of the design with this penalty and no other; a layer's own penalty stays."""
    found = NetworkGraph(graph.design())
    fields: dict[str, object] = {"l1": 0.0, "l2": 0.0}
    fields[kind.lower()] = penalty
    if kind == "L1":
        fields["l1_step"] = "proximal"
    found.apply(editing.set_training(found, fields).changes)
    return found


def _check(trainer: Trainer) -> None:
    """Raises: DesignError."""
    if not trainer.plan.n_penalised:
        raise DesignError(
            "This design has no weights that a penalty counts.", hint="Add a Dense layer."
        )
    if not len(trainer.part("validation")):
        raise DesignError(
            "This design has no validation part.",
            hint="Raise its share in the training settings.",
        )


def weight_names(graph: NetworkGraph, plan: Plan, places: Array) -> tuple[str, ...]:
    """`Dense 4 W 1,2` of places in theta, counted from 1."""
    found = []
    for place in places.tolist():
        for (key, name), where in plan.slices.items():
            if where.start <= place < where.stop:
                shape = plan.parameter(key, name).shape
                index = np.unravel_index(place - where.start, shape) if shape else ()
                below = ",".join(str(int(k) + 1) for k in index)
                found.append(f"{graph.title_of(key)} {name} {below}".strip())
    return tuple(found)
