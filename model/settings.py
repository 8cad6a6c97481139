"""How a design is trained: everything that is not a layer. Part of the design's file."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from model.optimizers import SGD, AnyOptimizer

Share = Annotated[float, Meta(ge=0, le=0.9)]
Penalty = Annotated[float, Meta(ge=0, le=100)]


class TrainingSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Optimiser, batch, penalty, split and seed.

    J = data term + l1 sum |w| + l2 sum w^2 over all weights; biases and the scales of batch norm
    are exempt. batch_size 0 stands for the whole training part: standard gradient descent.
    """

    optimizer: AnyOptimizer = SGD()
    batch_size: Annotated[
        int,
        Meta(
            ge=0,
            le=100_000,
            description="Items in a mini-batch (0: the whole training part)",
            extra={"symbol": "B"},
        ),
    ] = 32
    epochs: Annotated[
        int, Meta(ge=0, le=1_000_000, description="Stop after so many epochs (0: go on)")
    ] = 0
    l1: Annotated[
        float,
        Meta(
            ge=0,
            le=100,
            description="Weight of the L1 penalty",
            extra={"symbol": r"\lambda_1", "slider": (1e-6, 1.0), "log": True},
        ),
    ] = 0.0
    l2: Annotated[
        float,
        Meta(
            ge=0,
            le=100,
            description="Weight of the L2 penalty",
            extra={"symbol": r"\lambda_2", "slider": (1e-6, 1.0), "log": True},
        ),
    ] = 0.0
    shuffle: Annotated[bool, Meta(description="New batch order in every epoch")] = True
    validation_share: Annotated[
        Share, Meta(description="Share of the items kept for validation")
    ] = 0.2
    test_share: Annotated[Share, Meta(description="Share of the items kept for the test")] = 0.2
    seed: Annotated[int, Meta(ge=0, le=2**31 - 1, description="Start of all random streams")] = 42
