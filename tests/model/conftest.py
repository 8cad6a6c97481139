"""A design that several tests of its editing share."""

from __future__ import annotations

import pytest

from model.graph import NetworkGraph
from model.layers.activations import ReLU, Tanh
from model.layers.dense import Dense
from model.layers.merge import Add
from model.layers.source import DataSource
from tests.model.samples import build


@pytest.fixture
def line() -> NetworkGraph:
    """A line of layers that parts after b and comes together in e."""
    return build(
        {"data": DataSource(), "a": Dense(), "b": ReLU(), "c": Dense(), "d": Tanh(), "e": Add()},
        "data.x > a.h",
        "a.h > b.h",
        "b.h > c.h",
        "b.h > d.h",
        "c.h > e.h",
        "d.h > e.h",
    )
