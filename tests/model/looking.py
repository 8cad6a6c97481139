"""What tests of snapshots share: a small network, and a wish for all there is to see."""

from __future__ import annotations

from typing import Any

from model.graph import NetworkGraph
from model.layers.activations import ReLU
from model.layers.dense import Dense
from model.layers.losses import SoftmaxCrossEntropy
from model.layers.source import DataSource
from model.optimizers import SGD
from tests.model.samples import chain

EVERYTHING = frozenset({"histograms", "boundary", "predictions"})


def small_net(**training: Any) -> NetworkGraph:
    """2-3-2 with ReLU on XOR, four items a batch."""
    settings = {"batch_size": 4, "optimizer": SGD(lr=0.5), "seed": 2} | training
    return chain(
        DataSource(dataset="xor", size=40),
        Dense(units=3),
        ReLU(),
        Dense(units=2),
        loss=SoftmaxCrossEntropy(),
        **settings,
    )
