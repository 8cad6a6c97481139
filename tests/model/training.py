"""What tests of the trainer share: edits as the controller makes them, weights after steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from model import editing
from model.design import Edit
from model.graph import NetworkGraph
from model.trainer import Trainer


def edited(graph: NetworkGraph, *makes: Callable[[NetworkGraph], Edit]) -> NetworkGraph:
    """A copy with these edits, as the controller gives it to the worker."""
    copied = NetworkGraph(graph.design())
    for make in makes:
        copied.apply(make(copied).changes)
    return copied


def fields(key: str, **values: Any) -> Callable[[NetworkGraph], Edit]:
    return lambda graph: editing.set_fields(graph, key, values)


def training(**values: Any) -> Callable[[NetworkGraph], Edit]:
    return lambda graph: editing.set_training(graph, values)


def theta_after(graph: NetworkGraph, steps: int = 17) -> bytes:
    trainer = Trainer(graph)
    for _ in range(steps):
        trainer.step()
    return trainer.plan.theta.tobytes()
