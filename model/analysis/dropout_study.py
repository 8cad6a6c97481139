"""Dropout looked at: which sub-networks a run has trained, and the noise they make.

All on copies of a training. What their committee answers: `dropout_committee`.
Source: Srivastava et al. 2014, JMLR 15.
"""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass, field

import numpy as np

from model.analysis.progress import Progress
from model.analysis.rehearsal import Rehearsal, rehearse
from model.chance import stream
from model.errors import DesignError
from model.layer import Array
from model.layers.dropout import Dropout
from model.plan import Plan, compile_plan
from model.run import without_warnings
from model.trainer import Trainer

MOST_MASKS = 200_000
MOST_NUMBERS = 20_000_000
MOST_ITEMS = 256


@dataclass
class DropoutSubject:
    """A copy of a training with Dropout. step: its items in float64; masks: a plan in the
    training's own number type, whose streams draw the very masks of the run. step_count, n_items,
    batch_size: how far the run has come and how it counts. layers: Dropout nodes, in order.
    coming: what the training's own streams would give next.
    """

    step: Rehearsal
    masks: Plan
    step_count: int
    n_items: int
    batch_size: int
    layers: tuple[str, ...]
    coming: dict[str, Array] = field(default_factory=dict)

    def probability(self, node_id: str) -> float:
        """p of a Dropout node."""
        return dropout_at(self.step.plan, node_id).p

    def neurons(self, node_id: str) -> int:
        """How many neurons a mask of this node has."""
        return self.step.plan.by_id[node_id].specs[0].size


def dropout_subject(trainer: Trainer) -> DropoutSubject:
    """Copies of all that the study needs; the trainer may go on.

    Raises: DesignError where no Dropout layer takes part in the training.
    """
    items = trainer.part("training")[:MOST_ITEMS]
    step = rehearse(trainer, dtype=np.float64, indices=items)
    layers = dropout_layers(step.plan)
    if not layers:
        raise DesignError(
            "This network has no Dropout layer.", hint="Drag one from the palette onto a wire."
        )
    masks = compile_plan(trainer.graph, dtype=trainer.dtype)
    coming = {key: _coming(trainer.plan, key) for key in layers}
    return DropoutSubject(
        step,
        masks,
        trainer.step_count,
        len(trainer.part("training")),
        trainer.batch_size,
        layers,
        coming,
    )


def dropout_layers(plan: Plan) -> tuple[str, ...]:
    """The Dropout nodes that take part, in the order of computation."""
    return tuple(node.node_id for node in plan.nodes if isinstance(node.layer, Dropout))


# the masks of the run


@dataclass(frozen=True)
class MaskRecord:
    """masks: (M, n) booleans, True: the neuron speaks, in the order in which they were drawn;
    steps: (M,) from 1. is_exact: the stream then stands where the training's own stands, so that
    these are the very masks of the run. distinct: (M,) different masks among the first k + 1.
    """

    p: float
    masks: Array
    steps: Array
    is_exact: bool
    distinct: Array

    @property
    def neurons(self) -> int:
        return int(self.masks.shape[1])

    @property
    def found(self) -> int:
        """Different sub-networks seen."""
        return int(self.distinct[-1]) if len(self.distinct) else 0


@without_warnings
def masks_of_run(
    subject: DropoutSubject, node_id: str, steps: int = 0, progress: Progress | None = None
) -> MaskRecord:
    """Draw again the masks of the first steps of the run, by the layer itself.

    steps: 0: as many as the run has taken, 50 at least; no more than MOST_MASKS masks with
        MOST_NUMBERS neurons are kept.
    """
    progress = Progress() if progress is None else progress
    plan, layer = subject.masks, dropout_at(subject.step.plan, node_id)
    size, wanted = subject.neurons(node_id), steps or max(subject.step_count, 50)
    most = min(MOST_MASKS, MOST_NUMBERS // size)
    wanted = min(wanted, max(1, most // subject.batch_size))
    plan.forget_runs()
    plan.streams[node_id].bit_generator.state = stream(
        plan.seed, "draws", node_id
    ).bit_generator.state
    is_exact = False
    found, numbers = [], []
    position = 0
    for t in range(1, wanted + 1):
        progress.report(t / wanted, "Drawing the masks of the run")
        batch = min(subject.batch_size, subject.n_items - position)
        position = 0 if position + batch >= subject.n_items else position + batch
        n = plan.bind(batch, is_training=True).at[node_id]
        layer.forward(n)
        found.append((n.mask > 0).reshape(batch, size))
        numbers.append(np.full(batch, t))
        if t == subject.step_count:
            is_exact = np.array_equal(_coming(plan, node_id), subject.coming[node_id])
    masks = np.concatenate(found)
    return MaskRecord(layer.p, masks, np.concatenate(numbers), is_exact, distinct_so_far(masks))


def _coming(plan: Plan, node_id: str) -> Array:
    """What a stream gives next, without taking it."""
    return copy.deepcopy(plan.streams[node_id]).random(4)


def distinct_so_far(masks: Array) -> Array:
    """(M,): how many different rows the first k + 1 rows of (M, n) booleans have."""
    packed = np.ascontiguousarray(np.packbits(masks, axis=1))
    keys = packed.view(np.dtype((np.void, packed.shape[1]))).ravel()
    _unique, first = np.unique(keys, return_index=True)
    is_new = np.zeros(len(masks), dtype=np.int64)
    is_new[first] = 1
    return np.cumsum(is_new)


def expected_distinct(draws: Array, n: int, p: float) -> Array:
    """Expected number of different masks after so many draws: sum over k neurons off of
    C(n, k) (1 - (1 - q_k)^M), q_k = p^k (1 - p)^(n - k), one mask's probability."""
    draws = np.asarray(draws, dtype=np.float64)
    total = np.zeros_like(draws)
    for k in range(n + 1):
        log_q = _power(k, p) + _power(n - k, 1 - p)
        log_ways = _log_ways(n, k)
        if log_q < -600:  # so unlikely that no mask comes twice: C q for every draw
            total += draws * math.exp(log_ways + log_q)
        elif log_q == 0:
            total += draws > 0
        else:
            total -= math.exp(log_ways) * np.expm1(draws * math.log1p(-math.exp(log_q)))
    return total


def _log_ways(n: int, k: int) -> float:
    """log C(n, k)."""
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def _power(k: int, p: float) -> float:
    """log p^k, with 0^0 = 1."""
    return 0.0 if k == 0 else (k * math.log(p) if p > 0 else -math.inf)


def binomial(n: int, p: float) -> Array:
    """(n + 1,): the chance that k of n neurons are off, C(n, k) p^k (1 - p)^(n - k)."""
    logs = [_log_ways(n, k) + _power(k, p) + _power(n - k, 1 - p) for k in range(n + 1)]
    return np.asarray(np.exp(np.array(logs)))


def dropped_counts(masks: Array) -> Array:
    """(n + 1,): how many masks of (M, n) have turned k neurons off."""
    off = masks.shape[1] - masks.sum(axis=1)
    return np.asarray(np.bincount(off, minlength=masks.shape[1] + 1))


# noise


@dataclass(frozen=True)
class NoiseView:
    """before, after: (B, n) activations of the same items as they enter and leave the layer in one
    training pass, and the mask of each."""

    before: Array
    after: Array
    mask: Array


@without_warnings
def noise_view(subject: DropoutSubject, node_id: str) -> NoiseView:
    """Dropout seen as noise on the activations of the subject's items."""
    step = subject.step
    step.begin()
    step.run.forward()
    n = step.run.at[node_id]
    batch = step.batch
    return NoiseView(
        n.h.reshape(batch, -1).copy(),
        n.out.reshape(batch, -1).copy(),
        (n.mask > 0).reshape(batch, -1),
    )


def dropout_at(plan: Plan, node_id: str) -> Dropout:
    """The layer at a node. Raises: DesignError."""
    layer = plan.by_id[node_id].layer
    if not isinstance(layer, Dropout):
        raise DesignError(f"{node_id} is no Dropout layer.", hint="Choose a Dropout layer.")
    return layer
