"""The gradients that one weight of a training will be given next: food for other optimisers."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from model.analysis.network_surface import Place
from model.analysis.progress import Progress
from model.analysis.racing_fed import Feed
from model.errors import DivergedError, FieldError
from model.graph import NetworkGraph
from model.layer import Shape
from model.trainer import Trainer
from model.trainer_state import TrainerState, restore, state_of


@dataclass(frozen=True, eq=False)
class WeightSource:
    """A copy of a training and what may be chosen from it. shapes: by (node id, parameter), of
    those that learn; titles: by node id; steepest: the weight with the largest gradient so far,
    None before the first step.
    """

    graph: NetworkGraph
    state: TrainerState
    shapes: dict[tuple[str, str], Shape]
    titles: dict[str, str]
    steepest: Place | None


def weight_source(trainer: Trainer, node_id: str = "") -> WeightSource:
    """Of a training as it stands, which may go on. node_id: the steepest weight is one of this
    node's, if it has any."""
    plan = trainer.plan
    places = [key for key, where in plan.slices.items() if where.start < plan.n_learning]
    shapes = {key: plan.by_id[key[0]].parameters[key[1]].shape for key in places}
    own = [key for key in places if key[0] == node_id] or places
    own = [key for key in own if plan.slices[key].start < plan.n_penalised] or own
    steepest: Place | None = None
    largest = 0.0
    for key, name in own:
        sizes = np.abs(plan.gradient(key, name))
        index = np.unravel_index(int(sizes.argmax()), sizes.shape) if sizes.size else ()
        if sizes.size and float(sizes[index]) > largest:
            largest = float(sizes[index])
            steepest = (key, name, tuple(int(k) for k in index))
    titles = {key: trainer.graph.title_of(key) for key, _name in places}
    return WeightSource(trainer.graph, state_of(trainer), shapes, titles, steepest)


def steepest_of(source: WeightSource, node_id: str = "") -> Place | None:
    """The weight with the largest gradient: so far, or before the first step in that step, which a
    copy takes. None where nothing learns. Raises: DesignError where the design cannot run."""
    if source.steepest is not None or not source.shapes:
        return source.steepest
    trainer = Trainer(source.graph)
    restore(trainer, source.state)
    with suppress(DivergedError):
        trainer.step()
    first = next(iter(source.shapes))
    anywhere = (*first, (0,) * len(source.shapes[first]))
    return weight_source(trainer, node_id).steepest or anywhere


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
    first = 0 if state is None else int(state.words["step"])
    note = f"{title}: what the training gives it from step {first + 1} on, to each with no memory"
    return Feed("weight", title, np.array(gradients), start, is_weight, note)


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
