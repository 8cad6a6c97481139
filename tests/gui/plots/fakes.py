"""Plausible snapshots without an engine, and stand-ins for controller and document."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from model.design import Node
from model.graph import NetworkGraph
from model.layers.activations import ReLU
from model.layers.batch_norm import BatchNorm
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.losses import SoftmaxCrossEntropy
from model.layers.reshape import Flatten
from model.layers.source import DataSource
from model.settings import TrainingSettings
from model.snapshot import (
    Boundary,
    Codes,
    CurveView,
    Histogram,
    LatentMap,
    NodeView,
    Predictions,
    Sample,
    Snapshot,
)

ORDER = (
    "data_1",
    "flatten_1",
    "dense_1",
    "batch_norm_1",
    "relu_1",
    "dropout_1",
    "dense_2",
    "loss_1",
)


class FakeController(QObject):
    """The signals of the training controller, and a record of what was wanted."""

    snapshot = Signal(object)
    state_changed = Signal(str)
    reset_done = Signal()
    item_changed = Signal(int)
    neuron_changed = Signal(int)
    restarted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.latest: Snapshot | None = None
        self.state = "idle"
        self.request = SimpleNamespace(item=7, neuron=0, temperature=0.7)
        self.asked: list[dict[str, Any]] = []
        self.wanted: dict[str, set[int]] = {}

    def want(self, want: str, who: object, on: bool) -> None:
        found = self.wanted.setdefault(want, set())
        (found.add if on else found.discard)(id(who))

    def ask(self, **changes: Any) -> None:
        self.asked.append(changes)

    def show_item(self, item: int) -> None:
        self.request.item = item
        self.item_changed.emit(item)

    def send(self, snapshot: Snapshot) -> None:
        self.latest = snapshot
        self.snapshot.emit(snapshot)

    def reset(self) -> None:
        self.latest = None
        self.reset_done.emit()


class FakeDocument(QObject):
    """A document with a graph and an order of nodes, without files."""

    opened = Signal()
    inference_changed = Signal(object)
    message = Signal(object)

    def __init__(self, graph: NetworkGraph, order: tuple[str, ...] = ORDER) -> None:
        super().__init__()
        self.graph = graph
        self.inference = SimpleNamespace(order=order, n_parameters=self._n_parameters)
        self.faults: list[Exception] = []

    def _n_parameters(self, key: str) -> int:
        return int(isinstance(self.graph.node(key).layer, (Dense, BatchNorm)))

    def report(self, fault: Exception, actions: Any = ()) -> None:
        self.faults.append(fault)


def mnist_graph(**training: Any) -> NetworkGraph:
    """The mock-up's network, a chain."""
    from model.design import Design, Wire

    layers = (
        DataSource(dataset="mnist_5k"),
        Flatten(),
        Dense(units=128),
        BatchNorm(),
        ReLU(),
        Dropout(p=0.5),
        Dense(units=10),
        SoftmaxCrossEntropy(),
    )
    nodes = {key: Node(layer=layer) for key, layer in zip(ORDER, layers, strict=True)}
    inner = ORDER[1:-1]
    wires = [Wire(ORDER[0], "x", inner[0], "h"), Wire(inner[-1], "h", ORDER[-1], "prediction")]
    wires += [Wire(below, "h", above, "h") for below, above in pairwise(inner)]
    settings = TrainingSettings(**training)
    return NetworkGraph(Design(nodes=nodes, wires=tuple(wires), training=settings))


def curve(steps: Any, values: Any, stride: int = 1, spread: float = 0.0) -> CurveView:
    """A curve whose points stand for `stride` steps, `spread` apart at most."""
    steps, values = np.asarray(steps), np.asarray(values, np.float64)
    return CurveView(steps, values, values * (1 - spread), values * (1 + spread), stride)


def falling(n: int, seed: int, start: float = 2.3, end: float = 0.4, noise: float = 0.1) -> Any:
    """A noisy exponential fall from start to end. (n,)"""
    rng = np.random.default_rng(seed)
    t = np.arange(n) / max(n - 1, 1)
    clean = end + (start - end) * np.exp(-6 * t)
    return clean * np.exp(noise * rng.standard_normal(n))


def curves(n: int = 234, seed: int = 0) -> dict[str, CurveView]:
    """All curves of a classification after n steps."""
    every = np.arange(1, n + 1)
    evaluated = np.unique(np.r_[1, np.arange(24, n + 1, 24)])
    found = {
        "loss": curve(every, falling(n, seed) + 0.06),
        "data_loss": curve(every, falling(n, seed)),
        "val_loss": curve(evaluated, falling(n, seed + 1, noise=0.0)[evaluated - 1] - 0.05),
        "accuracy": curve(every, 1 - falling(n, seed + 2, 0.9, 0.08)),
        "val_accuracy": curve(evaluated, 1 - falling(n, 9, 0.9, 0.1, 0.0)[evaluated - 1]),
    }
    sizes = (1.5e-3, 0.9e-3, 1.2e-3, 1.4e-3, 3e-3)
    for seed, (key, size) in enumerate(zip(ORDER[2:7], sizes, strict=True)):
        found[f"delta:{key}"] = curve(every, falling(n, 20 + seed, 2 * size, size, 0.12))
    return found


def snapshot(n: int = 234, seed: int = 0, item: int = 7, **changes: Any) -> Snapshot:
    """A snapshot of the mock-up's network after n steps."""
    rng = np.random.default_rng([seed, n])
    found = curves(n, seed)
    nodes = {
        key: NodeView(rng.random(128), rng.standard_normal(128) * 1e-3, 1e-3) for key in ORDER[2:7]
    }
    mask = rng.random(128) >= 0.5
    nodes["dropout_1"] = NodeView(
        rng.random(128), rng.standard_normal(128), 1e-3, {"mask": mask, "kept": float(mask.mean())}
    )
    base: dict[str, Any] = {
        "step": n,
        "epoch": n // 94,
        "batch_index": n % 94,
        "n_batches": 94,
        "item": item,
        "batch": 32,
        "loss": float(found["loss"].mean[-1]),
        "data_loss": float(found["data_loss"].mean[-1]),
        "penalty": 0.06,
        "losses": {"loss_1": float(found["data_loss"].mean[-1])},
        "nodes": nodes,
        "wires": {},
        "phase_seconds": (0.001, 0.002, 0.0005),
        "steps_per_second": 5120.0,
        "curves": found,
        "split_sizes": (3000, 1000, 1000),
        "scaling": {"data_1": "x scaled to [0, 1]"},
        "seed": 42,
    }
    return Snapshot(**(base | changes))


def histograms(seed: int = 0) -> dict[str, tuple[Histogram, Histogram]]:
    """Weights and gradients of two nodes."""
    rng = np.random.default_rng(seed)
    found = {}
    for key, size in (("dense_1.W", 0.05), ("dense_1.b", 0.01), ("dense_2.W", 0.1)):
        values = (rng.normal(0, size, 5000), np.r_[np.zeros(900), rng.normal(0, size / 50, 4000)])
        found[key] = (counted(values[0]), counted(values[1]))
    return found


def counted(values: Any) -> Histogram:
    """The histogram of some values, with the figures of the values themselves."""
    zeros = int((values == 0).sum())
    counts, edges = np.histogram(values, 40)
    return Histogram(counts, edges, float(values.mean()), float(values.std()), zeros, values.size)


def plane(k: int = 1, seed: int = 0) -> Boundary:
    """Two classes (k = 1: one probability) around a ring, on a plane."""
    rng = np.random.default_rng(seed)
    x, y = np.linspace(-2, 2, 60), np.linspace(-2, 2, 50)
    near = 1 / (1 + np.exp(6 * (np.hypot(*np.meshgrid(x, y)) - 1)))
    values = near[..., None] if k == 1 else np.stack([1 - near, near], axis=-1)
    points = rng.uniform(-2, 2, (120, 2))
    targets = (np.hypot(*points.T) < 1).astype(int)
    return Boundary(True, x, y, values, points, targets, ("outside", "inside"))


def fitted(seed: int = 0) -> Boundary:
    """A curve through noisy points."""
    rng = np.random.default_rng(seed)
    x = np.linspace(-3, 3, 200)
    points = rng.uniform(-3, 3, (80, 1))
    targets = np.sin(points[:, 0]) + rng.normal(0, 0.1, 80)
    return Boundary(False, x, np.empty(0), np.sin(x)[:, None] * 0.95, points, targets)


def digits(seed: int = 0, m: int = 20) -> Predictions:
    """Answers to pictures of digits; each fourth is wrong."""
    rng = np.random.default_rng(seed)
    targets = rng.integers(0, 10, m)
    outcomes = rng.random((m, 10)) * 0.05
    answered = np.where(np.arange(m) % 4 == 3, (targets + 1) % 10, targets)
    outcomes[np.arange(m), answered] = 1
    outcomes /= outcomes.sum(axis=1, keepdims=True)
    pictures = np.zeros((m, 28, 28))
    for picture, target in zip(pictures, targets, strict=True):
        picture[4:24, 8 + target : 12 + target] = 255
        picture[4:8, 6:20] = 180
    confusion = np.diag(rng.integers(60, 110, 10)) + rng.integers(0, 6, (10, 10))
    names = tuple(map(str, range(10)))
    return Predictions(pictures, outcomes, targets, confusion, names, True, "validation", 220)


def flowers(seed: int = 0, m: int = 12) -> Predictions:
    """Answers to rows of a table with three classes."""
    rng = np.random.default_rng(seed)
    inputs = rng.normal(5, 1, (m, 4)).round(1)
    targets = rng.integers(0, 3, m)
    outcomes = rng.dirichlet((1, 1, 1), m)
    confusion = np.array([[10, 0, 0], [0, 8, 2], [0, 1, 9]])
    names = ("setosa", "versicolor", "virginica")
    return Predictions(inputs, outcomes, targets, confusion, names, False, "validation", 220)


def prices(seed: int = 0, m: int = 12) -> Predictions:
    """Values answered to rows of a table: a regression."""
    rng = np.random.default_rng(seed)
    targets = rng.normal(150, 40, (m, 1))
    return Predictions(
        rng.normal(size=(m, 10)),
        targets + rng.normal(0, 20, (m, 1)),
        targets,
        None,
        (),
        False,
        "training",
        220,
    )


def codes(seed: int = 0, m: int = 60) -> Codes:
    """Three clouds of points."""
    rng = np.random.default_rng(seed)
    labels = np.arange(m) % 3
    points = rng.normal(size=(m, 2)) * 0.3 + labels[:, None]
    names = ("setosa", "versicolor", "virginica")
    nodes = ("dense_1", "dense_2")
    return Codes("dense_2", points, 10, labels, names, "validation", 220, nodes)


def latent(seed: int = 0) -> LatentMap:
    """A grid of pictures, the brighter the larger the first number."""
    x, y = np.linspace(-1, 1, 12), np.linspace(-2, 2, 12)
    pictures = np.random.default_rng(seed).random((12, 12, 8, 8)) * (x[None, :, None, None] + 1)
    return LatentMap("dense_1", x, y, pictures, 220, ("dense_1",))


def sample(step: int = 220, text: str = "thou art <more> lovely", epoch: int = 4) -> Sample:
    """A text with a mark that HTML would take for its own."""
    return Sample("Shall I ", text, 0.7, step, epoch)


def remade(seed: int = 0, m: int = 12) -> Predictions:
    """An autoencoder's answers: every pixel a quarter too dark."""
    pictures = np.random.default_rng(seed).random((m, 8, 8))
    outcomes = (pictures * 0.75).reshape(m, -1)
    part = "validation"
    return Predictions(
        pictures, outcomes, pictures, None, (), True, part, 220, is_reconstruction=True
    )


def spelled(m: int = 4) -> Predictions:
    """Sequences of three tokens; no answer is asked for at the first, the last one is wrong."""
    inputs, target = np.tile([0, 1, 2], (m, 1)), np.tile([-1, 2, 0], (m, 1))
    answers = np.tile([1, 2, 1], (m, 1))
    outcomes = np.zeros((m, 9))
    part = "validation"
    return Predictions(
        inputs,
        outcomes,
        target,
        None,
        (),
        False,
        part,
        220,
        answers=answers,
        tokens=("a", "b", " "),
    )
