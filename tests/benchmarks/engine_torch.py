"""The workloads of `engine.py` as PyTorch modules, with PyTorch's own defaults for speed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn

from model.layer import Layer
from model.layers.activations import ReLU, Tanh
from model.layers.batch_norm import BatchNorm
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.losses import MeanSquaredError
from model.layers.reshape import Flatten
from model.optimizers import SGD, Adam, Momentum, Optimizer
from model.trainer import Trainer
from tests.benchmarks.engine_workloads import Workload


def module_of(layer: Layer, shape: tuple[int, ...]) -> nn.Module:
    """shape: of an item of the input."""
    if isinstance(layer, Dense):
        return nn.Linear(shape[0], layer.units)
    if isinstance(layer, BatchNorm):
        return nn.BatchNorm1d(shape[0])
    if isinstance(layer, Dropout):
        return nn.Dropout(layer.p)
    simple = {ReLU: nn.ReLU, Tanh: nn.Tanh, Flatten: nn.Flatten}
    return simple[type(layer)]()


def optimizer_of(optimizer: Optimizer, parameters: Any) -> torch.optim.Optimizer:
    if isinstance(optimizer, Adam):
        return torch.optim.Adam(parameters, lr=optimizer.lr)
    if isinstance(optimizer, Momentum):
        return torch.optim.SGD(parameters, lr=optimizer.lr, momentum=optimizer.momentum)
    if isinstance(optimizer, SGD):
        return torch.optim.SGD(parameters, lr=optimizer.lr)
    raise TypeError(f"no twin for {optimizer}")


def step_of(workload: Workload, trainer: Trainer) -> Callable[[], None]:
    """One batch, used again and again."""
    specs = {node.node_id: node.specs for node in trainer.plan.nodes}
    inner = [n for n in trainer.plan.nodes if n.node_id not in ("data", "loss")]
    network = nn.Sequential(*(module_of(n.layer, specs[n.node_id][0].shape) for n in inner))
    optimizer = optimizer_of(workload.optimizer, network.parameters())
    is_squared = isinstance(workload.loss, MeanSquaredError)
    judge: Any = nn.functional.mse_loss if is_squared else nn.functional.cross_entropy
    feed = trainer.feeding.arrays()["data"]
    x = torch.tensor(np.array(feed["x"]))
    y = torch.tensor(np.array(feed["y"]))
    if is_squared:
        y = y.float()[:, None]
    size = workload.batch
    inputs, targets = x[:size].clone(), y[:size].clone()

    def step() -> None:
        optimizer.zero_grad()
        judge(network(inputs), targets).backward()
        optimizer.step()

    return step
