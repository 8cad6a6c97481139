r"""Batch norm under a microscope: batches drawn from a pool of items, and the paths back.

The pool is what enters the layer for many training items, so that any batch can be put together
without asking the layers below again (which must not mix items themselves). For each feature j of a
batch of m numbers: mu = mean h, var = mean (h - mu)^2, hat = (h - mu) / sqrt(var + eps).
Source: Ioffe & Szegedy 2015; the paths are the chain rule over hat, var and mu.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.analysis.progress import Progress
from model.analysis.rehearsal import Rehearsal, rehearse
from model.chance import stream
from model.errors import DesignError
from model.layer import Array
from model.layers.batch_norm import BatchNorm
from model.plan import Plan
from model.run import without_warnings
from model.trainer import Trainer

POOL = 512
MOST_NUMBERS = 1_000_000
"""Of what enters a layer: pictures have a smaller pool."""


@dataclass
class BatchNormSubject:
    """A copy of a training with batch norm. step: the pool in float64; layers: its batch norm
    nodes; batch_size: of the training; step_count: its steps so far."""

    step: Rehearsal
    layers: tuple[str, ...]
    batch_size: int
    step_count: int


def batch_norm_subject(trainer: Trainer) -> BatchNormSubject:
    """Copies; the trainer may go on. Raises: DesignError where no batch norm takes part."""
    sizes = [n.specs[0].size for n in trainer.plan.nodes if isinstance(n.layer, BatchNorm)]
    most = min(POOL, max(MOST_NUMBERS // max(sizes, default=1), 16))
    items = trainer.part("training")[:most]
    step = rehearse(trainer, dtype=np.float64, indices=items)
    layers = tuple(n.node_id for n in step.plan.nodes if isinstance(n.layer, BatchNorm))
    if not layers:
        raise DesignError(
            "This network has no Batch norm layer.", hint="Drag one from the palette onto a wire."
        )
    return BatchNormSubject(step, layers, trainer.batch_size, trainer.step_count)


@dataclass(frozen=True)
class Statistics:
    """Of each feature, (n,): mean and var (1/m) of the batch, or the running ones; m: how many
    numbers a batch has of each feature."""

    mean: Array
    var: Array
    m: int


def statistics(h: Array) -> Statistics:
    """Batch statistics of h (B, n) or (B, C, ...): each feature over items and places."""
    axes = (0, *range(2, h.ndim))
    mean = h.mean(axis=axes)
    return Statistics(mean, h.var(axis=axes), h.size // h.shape[1])


def normalised(h: Array, of: Statistics, epsilon: float) -> Array:
    """(h - mean) / sqrt(var + epsilon), in the shape of h."""
    shape = (-1, *(1,) * (h.ndim - 2))
    std = np.sqrt(of.var + epsilon).reshape(shape)
    return np.asarray((h - of.mean.reshape(shape)) / std)


@dataclass(frozen=True)
class Stages:
    """Of a batch: before, hat, after, each (B, n) or (B, C, ...); batch, running: both kinds of
    statistics; is_training: which of them hat is made with. labels: (B,) or None."""

    before: Array
    hat: Array
    after: Array
    batch: Statistics
    running: Statistics
    is_training: bool
    gamma: Array
    beta: Array
    labels: Array | None = None


@dataclass
class Pool:
    """What enters the layer, (N, n) or (N, C, ...), with its parameters and statistics."""

    h: Array
    gamma: Array
    beta: Array
    running: Statistics
    epsilon: float
    labels: Array | None

    def __len__(self) -> int:
        return len(self.h)

    def stages(self, items: Array, *, is_training: bool) -> Stages:
        """The three stages of one batch."""
        h = self.h[items]
        batch = statistics(h)
        hat = normalised(h, batch if is_training else self.running, self.epsilon)
        labels = None if self.labels is None else self.labels[items]
        return Stages(
            h,
            hat,
            self._scaled(hat),
            batch,
            self.running,
            is_training,
            self.gamma,
            self.beta,
            labels,
        )

    def _scaled(self, hat: Array) -> Array:
        shape = (-1, *(1,) * (hat.ndim - 2))
        return np.asarray(hat * self.gamma.reshape(shape) + self.beta.reshape(shape))

    def batch(self, size: int, number: int, with_item: int = -1) -> Array:
        """Items (size,) of the number-th random batch; with_item stands first in it."""
        rng = stream(number, "company")
        size = min(size, len(self))
        if with_item < 0:
            return np.asarray(rng.permutation(len(self))[:size])
        others = rng.permutation(len(self))
        others = others[others != with_item][: size - 1]
        return np.concatenate([[with_item], others])

    def jitter(self, item: int, size: int, count: int) -> Array:
        """(count, n) or (count, C, ...): one item's output in so many random batches."""
        return np.array(
            [
                self.stages(self.batch(size, k, item), is_training=True).after[0]
                for k in range(count)
            ]
        )


@without_warnings
def pool_of(subject: BatchNormSubject, node_id: str) -> Pool:
    """What enters the layer for all items of the subject, in training mode.

    Raises: DesignError where the node is no batch norm.
    """
    step, layer = subject.step, batch_norm(subject.step.plan, node_id)
    step.begin()
    running = Statistics(
        step.plan.states[node_id, "running_mean"].copy(),
        step.plan.states[node_id, "running_var"].copy(),
        0,
    )
    step.run.forward()
    n = step.run.at[node_id]
    labels = next((ports.get("y") for ports in step.arrays.values()), None)
    is_label = labels is not None and labels.dtype.kind in "iu" and labels.ndim == 1
    pool = Pool(
        np.array(n.h, order="C"),
        np.array(n.gamma),
        np.array(n.beta),
        running,
        layer.epsilon,
        labels if is_label else None,
    )
    step.begin()
    return pool


def batch_norm(plan: Plan, node_id: str) -> BatchNorm:
    """The layer at a node. Raises: DesignError."""
    layer = plan.by_id[node_id].layer
    if not isinstance(layer, BatchNorm):
        raise DesignError(f"{node_id} is no Batch norm.", hint="Choose a Batch norm layer.")
    return layer


# the way back


@dataclass(frozen=True)
class Paths:
    """delta of the layer's input, taken apart; each (B, n) or (B, C, ...).

    direct: through hat alone, as if mean and variance were constants; by_variance, by_mean: through
    var and mu. total: their sum; engine: what the layer passes down. delta_out: what arrives.
    """

    delta_out: Array
    direct: Array
    by_variance: Array
    by_mean: Array
    engine: Array

    @property
    def total(self) -> Array:
        return np.asarray(self.direct + self.by_variance + self.by_mean)

    @property
    def error(self) -> float:
        """The greatest difference between the sum and the engine's delta."""
        return float(np.abs(self.total - self.engine).max(initial=0.0))


def paths_back(
    h: Array, gamma: Array, delta_out: Array, epsilon: float
) -> tuple[Array, Array, Array]:
    r"""(direct, by_variance, by_mean), each in the shape of h.

    direct = delta gamma / s, s = sqrt(var + eps);
    dJ/dvar = -1/2 s^-3 gamma sum_i delta_i (h_i - mu), times dvar/dh_i = 2 (h_i - mu) / m;
    dJ/dmu = -gamma / s sum_i delta_i, times dmu/dh_i = 1/m. (The way mu -> var is 0, for
    sum (h - mu) = 0.)
    """
    axes = (0, *range(2, h.ndim))
    of = statistics(h)
    shape = (1, -1, *(1,) * (h.ndim - 2))
    s = np.sqrt(of.var + epsilon).reshape(shape)
    centred = h - of.mean.reshape(shape)
    scale = gamma.reshape(shape)
    d_var = -0.5 * scale * s**-3 * (delta_out * centred).sum(axis=axes, keepdims=True)
    d_mean = -scale / s * delta_out.sum(axis=axes, keepdims=True)
    direct = delta_out * scale / s
    return direct, d_var * 2 * centred / of.m, np.broadcast_to(d_mean / of.m, h.shape).copy()


@without_warnings
def paths_of_step(
    subject: BatchNormSubject, node_id: str, items: Array, progress: Progress | None = None
) -> Paths | None:
    """Both passes over these items of the pool by the engine, and its delta taken apart. None
    where no delta reaches the layer's input, as nothing below it learns."""
    layer = batch_norm(subject.step.plan, node_id)
    whole = subject.step
    if progress is not None:
        progress.report(words="Forward and backward over the batch")
    run = whole.plan.bind(len(items), is_training=True)
    whole.reset_draws()
    run.fill({k: {p: x[items] for p, x in ports.items()} for k, ports in whole.arrays.items()})
    run.forward()
    run.backward()
    whole.reset_draws()
    n = run.at[node_id]
    delta_out = _arrived(n)
    if n.delta is None or delta_out is None:
        return None
    h = np.array(n.h, order="C")
    parts = paths_back(h, np.array(n.gamma), delta_out, layer.epsilon)
    return Paths(delta_out, *parts, np.array(n.delta, order="C"))


def _arrived(n: object) -> Array | None:
    found = getattr(n, "delta_out", None)
    return None if found is None else np.array(found, order="C")


@dataclass(frozen=True)
class SizeView:
    """Over batch sizes (k,): the spread (standard deviation over random batches, mean over the
    features) of the batch's mean and of its standard deviation, each in units of the pool's own
    standard deviation, and of one item's output."""

    sizes: Array
    of_mean: Array
    of_std: Array
    of_item: Array


@without_warnings
def size_view(pool: Pool, item: int, count: int, progress: Progress | None = None) -> SizeView:
    """What smaller batches do: count random batches of each size 1, 2, 4, ... up to the pool."""
    sizes = [2**k for k in range(int(np.log2(len(pool))) + 1)]
    unit = np.sqrt(statistics(pool.h).var + pool.epsilon)
    rows = []
    for done, size in enumerate(sizes):
        means, stds, outs = [], [], []
        for k in range(count):
            if progress is not None:
                progress.report((done + k / count) / len(sizes), "Drawing batches of every size")
            of = pool.stages(pool.batch(size, k, item), is_training=True)
            means.append(of.batch.mean / unit)
            stds.append(np.sqrt(of.batch.var) / unit)
            outs.append(of.after[0])
        rows.append([np.std(x, axis=0).mean() for x in (means, stds, outs)])
    found = np.array(rows)
    return SizeView(np.array(sizes), found[:, 0], found[:, 1], found[:, 2])
