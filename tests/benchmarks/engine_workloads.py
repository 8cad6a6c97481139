"""The networks that `engine.py` races: each as a design, as a PyTorch module, and as bare products.

One batch is used again and again, by all of them, so that no slow memory is part of a step; the
engine still copies it into its place each time. All items of a set are training items, so that no
evaluation is part of a step either.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from model.layer import Array, Layer, Loss
from model.layers.activations import ReLU, Tanh
from model.layers.batch_norm import BatchNorm
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.losses import MeanSquaredError, SoftmaxCrossEntropy
from model.layers.reshape import Flatten
from model.layers.source import DataSource
from model.optimizers import SGD, Adam, Momentum, Optimizer
from model.trainer import Trainer
from tests.model.samples import chain

try:
    import torch
except ImportError:
    torch = None  # type: ignore[assignment]
else:
    torch.set_num_threads(1)

Step = Callable[[], Any]


@dataclass(frozen=True)
class Workload:
    """widths: of a chain of dense layers, for the bare products. reach: the least ratio."""

    name: str
    dataset: str
    layers: tuple[Layer, ...]
    loss: Loss
    optimizer: Optimizer
    batch: int
    reach: float
    widths: tuple[int, ...] = ()


def _dense(widths: tuple[int, ...], *between: Layer, first: tuple[Layer, ...] = ()) -> Any:
    """Dense layers of these widths, with the others after each but the last."""
    layers: list[Layer] = list(first)
    for k, units in enumerate(widths[1:], 2):
        layers.append(Dense(units=units))
        layers += between if k < len(widths) else ()
    return tuple(layers)


_W3, _W4 = (784, 128, 64, 10), (784, 512, 512, 10)
_CE = SoftmaxCrossEntropy()
_NORMED = (BatchNorm(), ReLU(), Dropout(p=0.5, scaling="inverted"))

WORKLOADS: dict[str, Workload] = {
    each.name: each
    for each in (
        Workload(
            "W1",
            "moons",
            (*_dense((2, 4, 2, 1), Tanh()), Tanh()),
            MeanSquaredError(),
            SGD(lr=0.1),
            10,
            6,
            (2, 4, 2, 1),
        ),
        Workload(
            "W2",
            "moons",
            _dense((2, 8, 8, 2), ReLU()),
            _CE,
            Adam(),
            32,
            7,
            (2, 8, 8, 2),
        ),
        Workload(
            "W3",
            "mnist",
            _dense(_W3, ReLU(), first=(Flatten(),)),
            _CE,
            Momentum(lr=0.01),
            64,
            2.3,
            _W3,
        ),
        Workload(
            "W3b",
            "mnist",
            _dense(_W3, *_NORMED, first=(Flatten(),)),
            _CE,
            Momentum(lr=0.01),
            64,
            2.2,
            _W3,
        ),
        Workload(
            "W4",
            "mnist",
            _dense(_W4, ReLU(), first=(Flatten(),)),
            _CE,
            Adam(),
            128,
            1.8,
            _W4,
        ),
    )
}


def trainer_of(workload: Workload) -> Trainer:
    return Trainer(
        chain(
            DataSource(dataset=workload.dataset),
            *workload.layers,
            loss=workload.loss,
            optimizer=workload.optimizer,
            batch_size=workload.batch,
            validation_share=0.0,
            test_share=0.0,
            shuffle=False,
        )
    )


def engine_step(workload: Workload) -> Step:
    trainer = trainer_of(workload)
    trainer.order = trainer.order[: workload.batch]
    return trainer.step


def product_step(workload: Workload) -> Step | None:
    """The matrix products of a step and nothing else; the first layer passes no delta down."""
    if not workload.widths:
        return None
    rng = np.random.default_rng(0)

    def drawn(*shape: int) -> Array:
        return rng.normal(size=shape).astype(np.float32)

    h = [drawn(workload.batch, width) for width in workload.widths]
    W = [drawn(*pair) for pair in pairwise(workload.widths)]
    calls: list[tuple[Array, Array, Array]] = []
    for k, weight in enumerate(W):
        calls.append((h[k], weight, np.empty_like(h[k + 1])))
        calls.append((h[k].T, h[k + 1], np.empty_like(weight)))
        if k:
            calls.append((h[k + 1], weight.T, np.empty_like(h[k])))

    def step() -> None:
        for a, b, out in calls:
            np.dot(a, b, out=out)

    return step


def torch_step(workload: Workload) -> Step | None:
    """The same step in PyTorch's eager mode; None where PyTorch is not installed."""
    if torch is None:
        return None
    from tests.benchmarks.engine_torch import step_of

    return step_of(workload, trainer_of(workload))
