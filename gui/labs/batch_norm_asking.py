"""What the batch norm microscope works out on its job's thread."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace

import numpy as np

from model.analysis.batch_norm_start import batch_norm_start
from model.analysis.batch_norm_study import (
    BatchNormSubject,
    Paths,
    Pool,
    SizeView,
    Stages,
    batch_norm_subject,
    paths_of_step,
    pool_of,
    size_view,
)
from model.analysis.dropout_start import trained
from model.analysis.progress import Progress
from model.layer import Array
from model.trainer import Trainer

COMPANIES = 100
"""Random batches in which one item is looked at."""
_START_STEPS = 60
_COUNT = 20
"""Random batches of each size."""
_LIVE_STEPS, _LIVE_SECONDS = 2, 0.2
"""While the built-in network is trained on: steps between two looks, and the time they take."""


@dataclass(frozen=True)
class Wish:
    """What is looked at: node, batch size, which random batch, test or train mode, whose jitter."""

    node_id: str = ""
    size: int = 16
    number: int = 0
    is_training: bool = True
    item: int = 0


@dataclass(frozen=True)
class Found:
    """One answer: the pool, a batch in its stages with the item as its first, that item's jitter,
    the way back. trainer: that of the built-in network, None for the open design."""

    subject: BatchNormSubject
    pool: Pool
    wish: Wish
    items: Array
    stages: Stages
    jitter: Array
    sizes: SizeView
    paths: Paths | None
    trainer: Trainer | None = None

    @property
    def step(self) -> int:
        """Of the training that is looked at."""
        return self.subject.step_count


def study(
    progress: Progress, subject: BatchNormSubject, wish: Wish, known: Found | None = None
) -> Found:
    """Everything about one batch; the pool is kept while subject and node stay, the batch sizes
    while the item stays too."""
    key = wish.node_id or subject.layers[0]
    is_known = known is not None and known.subject is subject and known.wish.node_id == key
    pool = known.pool if is_known and known is not None else pool_of(subject, key)
    wish = replace(wish, node_id=key, item=min(max(wish.item, 0), len(pool) - 1))
    if is_known and known is not None and known.wish.item == wish.item:
        sizes = known.sizes
    else:
        sizes = size_view(pool, wish.item, _COUNT, progress)
    items = pool.batch(wish.size, wish.number, wish.item)
    stages = pool.stages(items, is_training=wish.is_training)
    if wish.is_training:
        jitter = pool.jitter(wish.item, wish.size, COMPANIES)
    else:
        jitter = np.repeat(stages.after[:1], COMPANIES, axis=0)
    paths = paths_of_step(subject, key, items, progress)
    trainer = known.trainer if known is not None else None
    return Found(subject, pool, wish, items, stages, jitter, sizes, paths, trainer)


def from_start(progress: Progress, wish: Wish) -> Found:
    """The built-in network, trained anew."""
    trainer = trained(progress, batch_norm_start(), _START_STEPS)
    found = study(progress, batch_norm_subject(trainer), replace(wish, node_id=""))
    return replace(found, trainer=trainer)


class BuiltInRun:
    """The training of the built-in network as it goes on. wish: may be replaced meanwhile."""

    def __init__(self, trainer: Trainer, wish: Wish) -> None:
        self.wish = wish
        self._trainer = trainer
        self._owner = threading.Lock()

    def train_on(self, progress: Progress) -> None:
        """A few steps and a look, over and over, until it is cancelled. Raises: CancelledError."""
        with self._owner:  # the study before may still be on its last step
            while True:
                began = time.perf_counter()
                for _step in range(_LIVE_STEPS):
                    self._trainer.step()
                    progress.report()
                self.wish = replace(self.wish, number=self.wish.number + 1)
                found = study(_Silent(progress), batch_norm_subject(self._trainer), self.wish)
                progress.report(partial=replace(found, trainer=self._trainer))
                while time.perf_counter() < began + _LIVE_SECONDS:
                    time.sleep(0.01)
                    progress.report()


class _Silent(Progress):
    """Hears that it is cancelled, and says nothing: there is no end to come nearer to."""

    def __init__(self, heard: Progress) -> None:
        super().__init__()
        self._heard = heard

    def report(self, share: float | None = None, words: str = "", partial: object = None) -> None:
        """Raises: CancelledError."""
        self._heard.report()
