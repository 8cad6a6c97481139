"""The mean of the weights along a training's path (SWA, Izmailov et al. 2018)."""

from __future__ import annotations

from types import TracebackType

import numpy as np

from model.layer import Array
from model.layers.batch_norm import BatchNorm
from model.run import without_warnings
from model.trainer import Trainer


class WeightMean:
    """theta_mean = (1/c) sum theta_t over the steps at which `add` was called.

    As a context the trainer's network has the mean weights; the statistics of its batch norms are
    then worked out anew over the training items, as those of the path belong to other weights.
    """

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        self.count = 0
        self.theta: Array = np.zeros(trainer.plan.theta.shape)
        self._kept: Array | None = None
        self._states: dict[tuple[str, str], Array] = {}

    def add(self) -> None:
        """The present weights count too."""
        self.count += 1
        self.theta += (self._trainer.plan.theta - self.theta) / self.count

    def __enter__(self) -> WeightMean:
        plan = self._trainer.plan
        self._kept = plan.theta.copy()
        self._states = {place: state.copy() for place, state in plan.states.items()}
        plan.theta[...] = self.theta
        statistics_anew(self._trainer)
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _fault: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        plan = self._trainer.plan
        if self._kept is not None:
            plan.theta[...] = self._kept
        for place, state in self._states.items():
            plan.states[place][...] = state


@without_warnings
def statistics_anew(trainer: Trainer) -> None:
    """Running statistics of every batch norm: the mean of those of the training's batches, with
    the present weights. Whole batches only, where there is one."""
    plan = trainer.plan
    keys = [node.node_id for node in plan.nodes if isinstance(node.layer, BatchNorm)]
    if not keys:
        return
    items, size = trainer.part("training"), trainer.batch_size
    feed = trainer.feeding.arrays()
    draws = {key: rng.bit_generator.state for key, rng in plan.streams.items()}
    means: dict[str, list[Array]] = {key: [] for key in keys}
    variances: dict[str, list[Array]] = {key: [] for key in keys}
    for start in range(0, len(items) - size + 1, size):
        run = plan.bind(size, is_training=True)
        run.load(feed, items[start : start + size])
        run.forward()
        for key in keys:
            n = run.at[key]
            means[key].append(n.mean.copy())
            variances[key].append(n.var * (n.m / max(n.m - 1, 1)))
    for key in keys:
        plan.states[key, "running_mean"][...] = np.mean(means[key], axis=0)
        plan.states[key, "running_var"][...] = np.mean(variances[key], axis=0)
    for key, rng in plan.streams.items():
        rng.bit_generator.state = draws[key]
