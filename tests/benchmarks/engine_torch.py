"""The workloads of `engine.py` as PyTorch modules, with PyTorch's own defaults for speed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from model.layer import Layer, Loss
from model.layers.activations import ReLU, Tanh
from model.layers.batch_norm import BatchNorm
from model.layers.convolution import Conv2D
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.losses import MeanSquaredError
from model.layers.pooling import MaxPool2D
from model.layers.reshape import Flatten
from model.optimizers import SGD, Adam, Momentum, Optimizer
from model.trainer import Trainer
from tests.benchmarks.engine_workloads import STEPS, VOCABULARY, Workload


def module_of(layer: Layer, shape: tuple[int, ...]) -> nn.Module:
    """shape: of an item of the input."""
    if isinstance(layer, Dense):
        return nn.Linear(shape[0], layer.units)
    if isinstance(layer, BatchNorm):
        return nn.BatchNorm1d(shape[0])
    if isinstance(layer, Dropout):
        return nn.Dropout(layer.p)
    if isinstance(layer, Conv2D):
        channels = shape[0] if len(shape) == 3 else 1
        padding = layer.pad if layer.padding == "number" else 0
        return nn.Conv2d(channels, layer.channels, layer.kernel, padding=padding)
    if isinstance(layer, MaxPool2D):
        return nn.MaxPool2d(layer.kernel, layer.stride)
    simple = {ReLU: nn.ReLU, Tanh: nn.Tanh, Flatten: nn.Flatten}
    return simple[type(layer)]()


class LastState(nn.Module):
    """W6: an LSTM and a head on its last state."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(32, 64, batch_first=True)
        self.head = nn.Linear(64, 32)

    def forward(self, x: Tensor) -> Tensor:
        states, _ = self.lstm(x)
        return self.head(states[:, -1])


class Block(nn.Module):
    """Pre-norm causal attention and feed-forward, each with its sum."""

    def __init__(self, units: int, heads: int, inner: int) -> None:
        super().__init__()
        self.heads = heads
        self.norms = nn.ModuleList([nn.LayerNorm(units), nn.LayerNorm(units)])
        self.inputs, self.mix = nn.Linear(units, 3 * units), nn.Linear(units, units)
        self.feed = nn.Sequential(nn.Linear(units, inner), nn.ReLU(), nn.Linear(inner, units))

    def forward(self, h: Tensor) -> Tensor:
        batch, steps, units = h.shape
        parts = self.inputs(self.norms[0](h)).reshape(batch, steps, 3, self.heads, -1)
        q, k, v = parts.permute(2, 0, 3, 1, 4)
        seen = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        h = h + self.mix(seen.transpose(1, 2).reshape(batch, steps, units))
        return h + self.feed(self.norms[1](h))


class Transformer(nn.Module):
    """W7: two blocks, then a norm and the head; one row of logits a step."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(VOCABULARY, 64)
        self.place = nn.Parameter(torch.zeros(STEPS, 64))
        self.blocks = nn.Sequential(Block(64, 4, 128), Block(64, 4, 128))
        self.norm, self.head = nn.LayerNorm(64), nn.Linear(64, VOCABULARY)

    def forward(self, tokens: Tensor) -> Tensor:
        h = self.blocks(self.embed(tokens) + self.place)
        return self.head(self.norm(h)).reshape(-1, VOCABULARY)


def network_of(workload: Workload, trainer: Trainer) -> nn.Module:
    by_hand: dict[str, type[nn.Module]] = {"W6": LastState, "W7": Transformer}
    if workload.name in by_hand:
        return by_hand[workload.name]()
    inner = [n for n in trainer.plan.nodes if n.node_id not in ("data", "loss")]
    return nn.Sequential(*(module_of(n.layer, n.specs[0].shape) for n in inner))


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
    network = network_of(workload, trainer)
    optimizer = optimizer_of(trainer.settings.optimizer, network.parameters())
    loss: Loss = trainer.plan.by_id["loss"].layer  # type: ignore[assignment]
    is_squared = isinstance(loss, MeanSquaredError)
    judge: Any = nn.functional.mse_loss if is_squared else nn.functional.cross_entropy
    inputs, targets = (
        torch.tensor(np.array(array[: workload.batch]))
        for array in trainer.feeding.arrays()["data"].values()
    )
    if is_squared:
        targets = targets.float()[:, None]
    if workload.name == "W5":
        inputs = inputs[:, None]
    targets = targets.reshape(-1) if workload.name == "W7" else targets

    def step() -> None:
        optimizer.zero_grad()
        judge(network(inputs), targets).backward()
        optimizer.step()

    return step
