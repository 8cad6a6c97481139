"""The networks that `engine.py` races: each as a design, as a PyTorch module, and as bare products.

One batch is used again and again, by all of them, so that no slow memory is part of a step; the
engine still copies it into its place each time. All items of a set are training items, so that no
evaluation is part of a step either.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.data import Split
from model.feeding import Feeding
from model.graph import NetworkGraph
from model.layer import Array, Layer, Loss
from model.layers.activations import ReLU, Tanh
from model.layers.attention import SelfAttention
from model.layers.batch_norm import BatchNorm
from model.layers.convolution import Conv2D
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.embedding import Embedding
from model.layers.layer_norm import LayerNorm
from model.layers.losses import MeanSquaredError, SoftmaxCrossEntropy
from model.layers.lstm import LSTM
from model.layers.merge import Add
from model.layers.pooling import MaxPool2D
from model.layers.positions import PositionalEncoding
from model.layers.reshape import Flatten
from model.layers.sequence_losses import SequenceCrossEntropy
from model.layers.source import DataSource
from model.optimizers import SGD, Adam, Momentum, Optimizer
from model.settings import TrainingSettings
from model.trainer import Trainer
from tests.benchmarks import engine_products as products
from tests.benchmarks.engine_products import Call
from tests.model.samples import Given, build, chain

Step = Callable[[], Any]


@dataclass(frozen=True)
class Workload:
    """design: built for the benchmark; arrays: one batch by port where no data set fits.
    reach: the least ratio to PyTorch; products: the bare matrix products of a step."""

    name: str
    design: Callable[[], NetworkGraph]
    products: Callable[[], list[Call]]
    reach: float
    batch: int
    arrays: Callable[[], dict[str, Array]] | None = None


@dataclass(frozen=True)
class Drawn(Feeding):
    """A batch of numbers drawn for the race, instead of a data set."""

    drawn: dict[str, Array]

    def arrays(self) -> dict[str, dict[str, Array]]:
        return {"data": self.drawn}


CE = SoftmaxCrossEntropy()
NORMED = (BatchNorm(), ReLU(), Dropout(p=0.5, scaling="inverted"))
MLP, WIDE = (784, 128, 64, 10), (784, 512, 512, 10)
STEPS, VOCABULARY = 32, 32


def _dense(widths: tuple[int, ...], *between: Layer, first: tuple[Layer, ...] = ()) -> Any:
    """Dense layers of these widths, with the others after each but the last."""
    layers: list[Layer] = list(first)
    for k, units in enumerate(widths[1:], 2):
        layers.append(Dense(units=units))
        layers += between if k < len(widths) else ()
    return tuple(layers)


def _settings(optimizer: Optimizer, batch: int) -> dict[str, Any]:
    shares = {"validation_share": 0.0, "test_share": 0.0}
    return {"optimizer": optimizer, "batch_size": batch, "shuffle": False} | shares


def _chain(
    dataset: str, layers: tuple[Layer, ...], loss: Loss, optimizer: Optimizer, batch: int
) -> Callable[[], NetworkGraph]:
    source = DataSource(dataset=dataset)
    return lambda: chain(source, *layers, loss=loss, **_settings(optimizer, batch))


def _mlp(
    name: str,
    widths: tuple[int, ...],
    batch: int,
    optimizer: Optimizer,
    reach: float,
    *between: Layer,
) -> Workload:
    """A chain of dense layers that tells classes apart."""
    is_picture = widths[0] == 784
    layers = _dense(widths, *between, first=(Flatten(),) if is_picture else ())
    design = _chain("mnist" if is_picture else "moons", layers, CE, optimizer, batch)
    return Workload(name, design, lambda: products.dense(batch, widths), reach, batch)


LENET = (
    Conv2D(channels=6, kernel=5, padding="number", pad=2),
    ReLU(),
    MaxPool2D(),
    Conv2D(channels=16, kernel=5, padding="valid"),
    ReLU(),
    MaxPool2D(),
    *_dense((400, 120, 84, 10), ReLU(), first=(Flatten(),)),
)


def _lstm() -> NetworkGraph:
    return build(
        {
            "data": Given(shapes=((STEPS, 32),), classes=32),
            "lstm": LSTM(units=64, returns="last state"),
            "head": Dense(units=32),
            "loss": CE,
        },
        "data.a > lstm.h",
        "lstm.h > head.h",
        "head.h > loss.prediction",
        "data.y > loss.target",
        training=TrainingSettings(**_settings(Adam(), 16)),
    )


def _transformer() -> NetworkGraph:
    """Two blocks of pre-norm attention and feed-forward, then a norm and the head."""
    given = Given(shapes=((STEPS,),), tokens=(VOCABULARY,), classes=VOCABULARY, target=(STEPS,))
    layers: dict[str, Layer] = {"data": given, "embed": Embedding(units=64)}
    layers["place"] = PositionalEncoding(encoding="learned")
    wires, end = ["data.a > embed.h", "embed.h > place.h"], "place"
    for block in "12":
        inner: tuple[Layer, ...] = (LayerNorm(), SelfAttention(heads=4, causal=True), Add())
        inner += (LayerNorm(), Dense(units=128, each_step=True), ReLU())
        inner += (Dense(units=64, each_step=True), Add())
        norm, mix, sum_, norm2, wide, relu, narrow, out = (f"{name}{block}" for name in "nasmdreq")
        keys = (norm, mix, sum_, norm2, wide, relu, narrow, out)
        layers |= dict(zip(keys, inner, strict=True))
        runs = ((end, norm), (norm, mix), (end, sum_), (mix, sum_), (sum_, norm2), (norm2, wide))
        runs += ((wide, relu), (relu, narrow), (sum_, out), (narrow, out))
        wires += [f"{start}.h > {stop}.h" for start, stop in runs]
        end = out
    layers |= {"norm": LayerNorm(), "head": Dense(units=VOCABULARY, each_step=True)}
    layers["loss"] = SequenceCrossEntropy()
    wires += [f"{end}.h > norm.h", "norm.h > head.h"]
    wires += ["head.h > loss.prediction", "data.y > loss.target"]
    return build(layers, *wires, training=TrainingSettings(**_settings(Adam(), 16)))


def _numbers() -> dict[str, Array]:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(16, STEPS, 32)).astype(np.float32)
    return {"a": x, "y": rng.integers(0, 32, 16)}


def _tokens() -> dict[str, Array]:
    drawn = np.random.default_rng(0).integers(0, VOCABULARY, (2, 16, STEPS))
    return {"a": drawn[0], "y": drawn[1]}


WORKLOADS: dict[str, Workload] = {
    each.name: each
    for each in (
        Workload(
            "W1",
            _chain(
                "moons",
                (*_dense((2, 4, 2, 1), Tanh()), Tanh()),
                MeanSquaredError(),
                SGD(lr=0.1),
                10,
            ),
            lambda: products.dense(10, (2, 4, 2, 1)),
            6,
            10,
        ),
        _mlp("W2", (2, 8, 8, 2), 32, Adam(), 7, ReLU()),
        _mlp("W3", MLP, 64, Momentum(lr=0.01), 2.3, ReLU()),
        _mlp("W3b", MLP, 64, Momentum(lr=0.01), 2.2, *NORMED),
        _mlp("W4", WIDE, 128, Adam(), 1.8, ReLU()),
        Workload(
            "W5",
            _chain("mnist", LENET, CE, Momentum(lr=0.01), 32),
            lambda: products.lenet(32),
            1.25,
            32,
        ),
        Workload("W6", _lstm, lambda: products.lstm(16, STEPS, 32, 64, 32), 0.9, 16, _numbers),
        Workload(
            "W7",
            _transformer,
            lambda: products.transformer(16, STEPS, 64, 4, 128, VOCABULARY, 2),
            1.3,
            16,
            _tokens,
        ),
    )
}


def trainer_of(workload: Workload) -> Trainer:
    """A trainer whose every step takes the same batch."""
    trainer = Trainer(workload.design(), dtype=np.float32)
    if workload.arrays is not None:
        nobody = np.zeros(0, dtype=np.int64)
        parts = Split(np.arange(workload.batch), nobody, nobody)
        trainer.feeding = Drawn({}, parts, workload.arrays())
        trainer.restart()
    trainer.order = trainer.order[: workload.batch]
    return trainer


def engine_step(workload: Workload) -> Step:
    return trainer_of(workload).step


def product_step(workload: Workload) -> Step:
    """The matrix products of a step and nothing else."""
    calls = workload.products()

    def step() -> None:
        for function, a, b, out in calls:
            function(a, b, out=out)

    return step


def torch_step(workload: Workload) -> Step | None:
    """The same step in PyTorch's eager mode; None where PyTorch is not installed."""
    try:
        import torch
    except ImportError:
        return None
    from tests.benchmarks.engine_torch import step_of

    torch.set_num_threads(1)
    return step_of(workload, trainer_of(workload))
