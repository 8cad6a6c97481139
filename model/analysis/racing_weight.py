"""The gradients that one weight of a training will be given next: food for other optimisers."""

from __future__ import annotations

import numpy as np

from model.analysis.network_surface import Place
from model.analysis.progress import Progress
from model.analysis.racing_fed import Feed
from model.errors import DivergedError, FieldError
from model.graph import NetworkGraph
from model.trainer import Trainer
from model.trainer_state import TrainerState, restore


def weight_feed(
    graph: NetworkGraph,
    state: TrainerState | None,
    place: Place,
    steps: int,
    progress: Progress | None = None,
) -> Feed:
    """A copy of the training goes on for so many steps; kept are the gradients of this weight, as
    its optimiser is given them: penalty added, clipped. It ends early where the training diverges.

    state: of the training, None: from the first values. Raises: CancelledError, FieldError where
    there is no such weight, DesignError where the design cannot run.
    """
    trainer = Trainer(graph)
    if state is not None:
        restore(trainer, state)
    at = _position(trainer, place)
    start = float(trainer.plan.theta[at])
    gradients: list[float] = []
    for t in range(steps):
        if progress is not None:
            progress.report(t / steps)
        try:
            trainer.step()
        except DivergedError:
            break
        gradients.append(float(trainer.plan.grads[at]))
    if not gradients:
        raise FieldError(
            "The training diverges in its very next step: there are no gradients to look at.",
            hint="Reset it, or choose a smaller learning rate.",
        )
    is_weight = at < trainer.plan.n_penalised
    node_id, name, index = place
    where = f"{name}{[k + 1 for k in index]}" if index else name
    title = f"{where} of {graph.title_of(node_id)}"
    return Feed("weight", title, np.array(gradients), start, is_weight)


def _position(trainer: Trainer, place: Place) -> int:
    node_id, name, index = place
    plan = trainer.plan
    if (node_id, name) not in plan.slices:
        raise FieldError(f"{trainer.graph.title_of(node_id)} has no parameter {name} of its own.")
    if plan.by_id[node_id].is_frozen:
        raise FieldError(
            f"{trainer.graph.title_of(node_id)} is frozen: nothing moves its weights.",
            hint="Choose another layer, or let this one learn.",
        )
    shape = plan.by_id[node_id].parameters[name].shape
    if len(index) != len(shape) or any(not 0 <= k < n for k, n in zip(index, shape, strict=True)):
        size = " × ".join(map(str, shape)) or "one number"
        raise FieldError(f"{name} is {size}: there is no number at {index}.")
    within = int(np.ravel_multi_index(index, shape)) if shape else 0
    return int(plan.slices[node_id, name].start) + within
