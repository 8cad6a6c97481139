"""A small network with Dropout for those whose own has none: 8 neurons, 256 sub-networks."""

from __future__ import annotations

from model.analysis.progress import Progress
from model.design import Change, Node, Wire
from model.graph import NetworkGraph
from model.layer import Layer, Loss, tag_of
from model.layers.activations import ReLU
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.losses import SoftmaxCrossEntropy
from model.layers.source import DataSource
from model.optimizers import Adam
from model.settings import TrainingSettings
from model.trainer import Trainer

STEPS = 300


def chained(source: Layer, *inner: Layer, loss: Loss, training: TrainingSettings) -> NetworkGraph:
    """source.x through the inner layers to the loss, and source.y to the loss."""
    graph = NetworkGraph()
    changes = [Change("", graph.training, training)]
    before = ""
    keys: list[str] = []
    for layer in (source, *inner, loss):
        tag = tag_of(layer)
        key = f"{tag}_{1 + sum(each.rsplit('_', 1)[0] == tag for each in keys)}"
        keys.append(key)
        node = Node(layer=layer, x=0.0, y=100.0 * len(keys))
        changes.append(Change(key, None, node))
        if before:
            ports = ("x" if before == keys[0] else "h", "prediction" if layer is loss else "h")
            changes.append(Change("", None, Wire(before, ports[0], key, ports[1], 0)))
        before = key
    changes.append(Change("", None, Wire(keys[0], "y", before, "target", 0)))
    graph.apply(changes)
    return graph


def dropout_start() -> NetworkGraph:
    """Moons, 2-8-2, with dropout behind the 8 ReLUs: all 256 sub-networks can be asked."""
    return chained(
        DataSource(dataset="moons", size=200, noise=0.15),
        Dense(units=8),
        ReLU(),
        Dropout(p=0.4),
        Dense(units=2),
        loss=SoftmaxCrossEntropy(),
        training=TrainingSettings(optimizer=Adam(lr=0.02), batch_size=16, seed=7),
    )


def trained(progress: Progress, graph: NetworkGraph, steps: int = STEPS) -> Trainer:
    """A training of its own, after so many steps. Raises: CancelledError, DesignError."""
    trainer = Trainer(graph)
    for _t in progress.over(range(steps), "Training the built-in network"):
        trainer.step()
    return trainer
