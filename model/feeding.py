"""From the data nodes of a design to arrays that are ready for training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from model.chance import stream
from model.data import DataSet, Scaler, Split, load, one_hot, split
from model.errors import DataError
from model.graph import NetworkGraph
from model.layer import Array
from model.layers.source import DataSource


@dataclass(frozen=True)
class Source:
    """One data node: the set as it is, its prepared arrays by port, and the fitted scalers."""

    layer: DataSource
    data: DataSet
    columns: tuple[int, ...]
    arrays: dict[str, Array]
    x_scaler: Scaler
    y_scaler: Scaler | None

    @property
    def raw_y(self) -> Array:
        """What is to be predicted, in the units of the data."""
        return self.raw_x if self.layer.target == "inputs" else self.data.y

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of what is told apart; () where numbers are predicted."""
        return () if self.layer.target == "inputs" else self.data.info.classes

    @property
    def raw_x(self) -> Array:
        return self.data.x[:, list(self.columns)] if self.columns else self.data.x

    def described(self) -> str:
        words = [f"x {self.x_scaler.describe()}"]
        if self.layer.target == "inputs":
            words.append("y = x")
        elif self.y_scaler is not None:
            words.append(f"y {self.y_scaler.describe()}")
        elif self.layer.one_hot:
            words.append("labels one-hot")
        return ", ".join(words)


@dataclass(frozen=True)
class Feeding:
    """All data nodes with one common split; items of several nodes belong together by number."""

    sources: dict[str, Source]
    parts: Split

    def arrays(self) -> dict[str, dict[str, Array]]:
        return {key: source.arrays for key, source in self.sources.items()}


def prepare(graph: NetworkGraph, node_ids: tuple[str, ...], dtype: Any) -> Feeding:
    """Load, split and scale what the data nodes ask for; scalers see the training part only.

    Raises: DataError with the node.
    """
    layers = {
        key: layer for key in node_ids if isinstance(layer := graph.node(key).layer, DataSource)
    }
    settings = graph.training
    sets = {key: _load(key, layer, settings.seed) for key, layer in layers.items()}
    sizes = {len(data) for data in sets.values()}
    if len(sizes) > 1:
        said = ", ".join(f"{data.info.title} has {len(data)}" for data in sets.values())
        raise DataError(
            f"Data sets that feed one network need the same number of items, but {said}.",
            hint="Use the same data set with different columns, or equal sizes.",
        )
    if not sizes:  # a graph of variables: one item, which is there to train
        alone, nobody = np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int64)
        return Feeding({}, Split(alone, nobody, nobody))
    labels = next((data.y for data in sets.values() if data.info.classes), None)
    rng = stream(settings.seed, "split")
    parts = split(sizes.pop(), settings.validation_share, settings.test_share, rng, labels)
    sources = {key: _source(layers[key], sets[key], parts, dtype) for key in layers}
    return Feeding(sources, parts)


def _load(key: str, layer: DataSource, seed: int) -> DataSet:
    info = layer.described()
    size = layer.size if info.is_generated else None
    noise = layer.noise if info.has_noise else None
    try:
        return load(layer.dataset, size=size, noise=noise, seed=seed, steps=layer.steps)
    except DataError as fault:
        raise fault.at(key) from None


def _source(layer: DataSource, data: DataSet, parts: Split, dtype: Any) -> Source:
    x: Array = data.x[:, list(layer.features)] if layer.features else data.x
    is_table = not (data.info.is_picture or data.info.is_sequence)
    method = "none" if data.info.x_classes else layer.scaling  # token numbers are names
    scaler = Scaler.fit(x[parts.train], method, per_feature=is_table)
    if data.info.x_classes:
        arrays: dict[str, Array] = {"x": np.ascontiguousarray(x)}
    else:
        arrays = {"x": np.ascontiguousarray(scaler.apply(x), dtype=dtype)}
    y_scaler = None
    y: Array = data.y
    if layer.target == "inputs":
        arrays["y"] = arrays["x"]
        y_scaler = None if data.info.x_classes else scaler
    elif data.info.classes or data.info.y_classes:
        is_one_hot = layer.one_hot and data.info.classes
        arrays["y"] = one_hot(y, len(data.info.classes)).astype(dtype) if is_one_hot else y
    else:
        y_scaler = Scaler.fit(y[parts.train], layer.target_scaling, per_feature=True)
        arrays["y"] = np.ascontiguousarray(y_scaler.apply(y), dtype=dtype)
    return Source(layer, data, layer.features, arrays, scaler, y_scaler)
