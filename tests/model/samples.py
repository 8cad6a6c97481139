"""Small designs and layers with which the tests of the model work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from model.design import Change, Node, Wire
from model.graph import NetworkGraph
from model.layer import (
    Array,
    Formulas,
    Layer,
    Loss,
    Parameter,
    Port,
    Shape,
    Source,
    Spec,
    Workspace,
    tag_of,
)
from model.layers.activations import ReLU
from model.layers.batch_norm import BatchNorm
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.losses import MeanSquaredError, SoftmaxCrossEntropy
from model.layers.source import DataSource
from model.settings import TrainingSettings


class Given(Source, frozen=True, kw_only=True, tag="given"):
    """A source of the test's own: arrays of any shape at the ports a ... d, and labels at y.

    tokens: for each of a ... d the number of classes, 0 for real numbers; none: all real.
    """

    title: ClassVar[str] = "Given"
    outputs: ClassVar[tuple[Port, ...]] = tuple(Port(name) for name in "abcdy")

    shapes: tuple[Shape, ...] = ()
    tokens: tuple[int, ...] = ()
    classes: int = 0
    target: Shape = ()

    def out_specs(self) -> dict[str, Spec]:
        tokens = self.tokens or (0,) * len(self.shapes)
        specs = (Spec(*each) for each in zip(self.shapes, tokens, strict=True))
        found = dict(zip("abcd", specs, strict=False))
        return found | {"y": Spec(self.target, self.classes)}


class Shift(Layer, frozen=True, kw_only=True, tag="shift"):
    """h_out = h + b, b = 0 for any shape: something that learns, so that deltas reach it."""

    title: ClassVar[str] = "Shift"

    def parameters(self, *specs: Spec) -> dict[str, Parameter]:
        return {"b": Parameter(specs[0].shape, "zeros")}

    def forward(self, n: Workspace) -> None:
        np.add(n.h, n.b, out=n.out)

    def gradient(self, n: Workspace) -> None:
        np.add.reduce(n.delta_out, axis=0, out=n.db)

    def backward(self, n: Workspace) -> None:
        np.copyto(n.delta, n.delta_out)


class Projection(Loss, frozen=True, kw_only=True, tag="projection"):
    """J = sum h r with fixed numbers r: its delta is r, so a node's delta is easy to foresee."""

    title: ClassVar[str] = "Projection"
    formulas: ClassVar[Formulas] = Formulas((), ())

    def check(self, prediction: Spec, target: Spec) -> None:
        pass

    def forward(self, n: Workspace) -> None:
        n.loss = float((n.h * n.hs[1]).sum())

    def backward(self, n: Workspace) -> None:
        np.multiply(n.hs[1], self.weight, out=n.delta)


def build(
    layers: Mapping[str, Layer], *wires: str, training: TrainingSettings | None = None
) -> NetworkGraph:
    """`build({"data": ..., "dense": ...}, "data.x > dense.h")`; orders as written."""
    graph = NetworkGraph()
    changes = [
        Change(key, None, Node(layer=layer, x=0.0, y=100.0 * k))
        for k, (key, layer) in enumerate(layers.items())
    ]
    counts: dict[str, int] = {}
    for text in wires:
        start, end = (part.strip().split(".") for part in text.split(">"))
        order = counts.get(".".join(end), 0)
        counts[".".join(end)] = order + 1
        changes.append(Change("", None, Wire(start[0], start[1], end[0], end[1], order)))
    if training is not None:
        changes.append(Change("", graph.training, training))
    graph.apply(changes)
    return graph


def chain(source: Layer, *inner: Layer, loss: Layer, **training: Any) -> NetworkGraph:
    """source.x -> inner layers one after the other -> loss, and source.y -> loss."""
    layers: dict[str, Layer] = {"data": source}
    wires = []
    end = "data.x"
    for layer in inner:
        tag = tag_of(layer)
        key = f"{tag}_{1 + sum(tag_of(other) == tag for other in layers.values())}"
        layers[key] = layer
        wires.append(f"{end} > {key}.h")
        end = f"{key}.h"
    layers["loss"] = loss
    return build(
        layers,
        *wires,
        f"{end} > loss.prediction",
        "data.y > loss.target",
        training=TrainingSettings(**training),
    )


def xor_net(**training: Any) -> NetworkGraph:
    """2-6-2 on XOR (40 items, 24 of them for training)."""
    settings = {"batch_size": 5, "seed": 3} | training
    return chain(
        DataSource(dataset="xor", size=40),
        Dense(units=6),
        ReLU(),
        Dense(units=2),
        loss=SoftmaxCrossEntropy(),
        **settings,
    )


def busy_net(**training: Any) -> NetworkGraph:
    """Batch norm and dropout in one network on moons."""
    settings = {"batch_size": 5, "seed": 3} | training
    return chain(
        DataSource(dataset="moons", size=40),
        Dense(units=6),
        BatchNorm(),
        ReLU(),
        Dropout(p=0.3),
        Dense(units=2),
        loss=SoftmaxCrossEntropy(),
        **settings,
    )


def line_net(**training: Any) -> NetworkGraph:
    """A Dense layer with one unit on a curve: regression by a straight line."""
    settings = {"batch_size": 0, "seed": 1} | training
    return chain(
        DataSource(dataset="curve", size=20), Dense(units=1), loss=MeanSquaredError(), **settings
    )


def spread(rng: np.random.Generator, shape: Shape) -> Array:
    """Numbers of both signs, none near 0 or another, at odd distances, so that no kink is hit."""
    size = int(np.prod(shape))
    gap = 1.5 / size
    values = 0.2 + gap * (np.arange(size) + 0.3 * rng.random(size))
    return np.asarray((rng.permutation(values) * rng.choice([-1.0, 1.0], size)).reshape(shape))
