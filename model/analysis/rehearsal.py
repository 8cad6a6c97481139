"""The next step of a training, on copies: what looks at it changes nothing in the training.

Parameters, running statistics, random streams and the order of the batches are those with which the
training would go on, so that the numbers are the ones of its next step.
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from model.errors import DesignError, FieldError
from model.graph import NetworkGraph
from model.layer import Array
from model.plan import Plan, compile_plan
from model.run import Feed, Run, without_warnings
from model.trainer import Trainer


class Rehearsal:
    """One batch in training mode on a plan of its own.

    arrays: (B, ...) by data node and port; none for a graph of variables. source: a plan whose
    parameters, statistics and streams are copied, None: the design's first values. kept_draws: as
    in `Plan.kept_draws`. states, draws: the statistics and the states of the streams before the
    step. is_stepped: both passes are done.

    Raises: DesignError where the design cannot run.
    """

    def __init__(
        self, graph: NetworkGraph, arrays: Feed, *, source: Plan | None = None, dtype: Any
    ) -> None:
        self.graph = graph
        self.arrays = arrays
        self.plan = compile_plan(graph, dtype=dtype)
        self.kept_draws: dict[str, Array] = {}
        self.batch = next((len(x) for ports in arrays.values() for x in ports.values()), 1)
        if source is not None:
            self.plan.adopt(source)
            draws = source.kept_draws()
            self.kept_draws = {
                key: noise.copy() for size, key, noise in draws if size == self.batch
            }
        self.plan.streams = {key: copy.deepcopy(rng) for key, rng in self.plan.streams.items()}
        self.draws = {key: rng.bit_generator.state for key, rng in self.plan.streams.items()}
        self.states = {place: state.copy() for place, state in self.plan.states.items()}
        self.theta: Array = self.plan.theta.copy()
        self.run: Run
        self.is_stepped = False
        self.begin()

    def begin(self) -> None:
        """Back to before the step, with empty arrays."""
        self.is_stepped = False
        self.plan.theta[...] = self.theta
        self.plan.grads[...] = 0
        self.reset_draws()
        self.plan.forget_runs()
        self.run = self.plan.bind(self.batch, is_training=True)
        for key, noise in self.kept_draws.items():
            n = self.run.at[key]
            n.noise[...] = noise
            n.is_drawn = True
        self.run.fill(self.arrays)

    def twin(self) -> Rehearsal:
        """Another rehearsal of the same step, with arrays of its own."""
        found = Rehearsal(self.graph, self.arrays, dtype=self.plan.dtype)
        found.theta[...] = self.theta
        found.states = {place: state.copy() for place, state in self.states.items()}
        found.draws = dict(self.draws)
        found.kept_draws = {key: noise.copy() for key, noise in self.kept_draws.items()}
        found.begin()
        return found

    def reset_draws(self) -> None:
        """Statistics and streams as before the step: the next forward pass draws the same."""
        for place, state in self.states.items():
            self.plan.states[place][...] = state
        for key, rng in self.plan.streams.items():
            rng.bit_generator.state = self.draws[key]

    @without_warnings
    def there_and_back(self) -> float:
        """Both passes, once; returns the data term of J. Raises: DomainError."""
        self.begin()
        loss = self.run.forward()
        self.run.backward()
        self.is_stepped = True
        return loss

    def check_item(self, item: int) -> None:
        """Raises: FieldError where the batch has no such item."""
        if not 0 <= item < self.batch:
            raise FieldError(
                f"There is no item {item}: the batch has {self.batch}, counted from 0.",
                hint=f"Choose one from 0 to {self.batch - 1}.",
            )

    def check_node(self, node_id: str) -> None:
        """Raises: DesignError where no such node takes part in the training."""
        if node_id not in self.plan.by_id:
            self.graph.node(node_id)
            raise DesignError(
                f"{self.graph.title_of(node_id)} does not take part in the training.",
                node_id=node_id,
                hint="Wire it to a loss.",
            )


def next_batch(trainer: Trainer) -> Array:
    """The numbers of the items of the trainer's next step, which stays ahead of it."""
    order = trainer.order
    if trainer.position == 0 and trainer.settings.shuffle:
        order = order.copy()
        copy.deepcopy(trainer.order_stream).shuffle(order)
    return np.array(order[trainer.position : trainer.position + trainer.batch_size])


def rehearse(
    subject: Trainer | NetworkGraph | Rehearsal, *, dtype: Any = None, indices: Array | None = None
) -> Rehearsal:
    """The next step of a trainer, or the first of a design.

    dtype: None: that of the trainer, float64 for a design. indices: other items than those of the
    next batch. A Rehearsal is given back as it is. Raises: DesignError, DataError.
    """
    if isinstance(subject, Rehearsal):
        return subject
    if isinstance(subject, NetworkGraph):
        dtype = np.float64 if dtype is None else dtype
        subject = Trainer(subject, dtype=dtype)
    items = next_batch(subject) if indices is None else indices
    arrays = {
        key: {port: array[items] for port, array in ports.items()}
        for key, ports in subject.feeding.arrays().items()
    }
    dtype = subject.dtype if dtype is None else dtype
    return Rehearsal(subject.graph, arrays, source=subject.plan, dtype=dtype)
