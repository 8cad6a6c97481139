"""A small network with batch norm for those whose own has none: two features behind moons."""

from __future__ import annotations

from model.analysis.dropout_start import chained
from model.graph import NetworkGraph
from model.layers.activations import Tanh
from model.layers.batch_norm import BatchNorm
from model.layers.dense import Dense
from model.layers.losses import SoftmaxCrossEntropy
from model.layers.source import DataSource
from model.optimizers import Adam
from model.settings import TrainingSettings


def batch_norm_start() -> NetworkGraph:
    """Moons, 2-6-2, the six sums normalised over the batch before tanh."""
    return chained(
        DataSource(dataset="moons", size=240, noise=0.12),
        Dense(units=6),
        BatchNorm(),
        Tanh(),
        Dense(units=2),
        loss=SoftmaxCrossEntropy(),
        training=TrainingSettings(optimizer=Adam(lr=0.02), batch_size=16, seed=7),
    )
