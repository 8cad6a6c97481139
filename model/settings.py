"""How a design is trained: everything that is not a layer. Part of the design's file."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from model.optimizers import SGD, AnyOptimizer
from model.schedules import AnySchedule, Constant

Share = Annotated[float, Meta(ge=0, le=0.9)]
Penalty = Annotated[float, Meta(ge=0, le=100)]


class TrainingSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Optimiser, schedule, batch, penalty, limits, split and seed.

    J = data term + l1 sum |w| + l2 sum w^2 over all weights (both together: the elastic net);
    biases and the scales of norms are exempt, frozen weights too, and a node may have an l1 and l2
    of its own. batch_size 0 stands for the whole training part: standard gradient descent.
    """

    optimizer: AnyOptimizer = SGD()
    schedule: AnySchedule = Constant()
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
        int, Meta(ge=0, le=1_000_000, description="Stop after so many epochs (0: never)")
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
    l1_step: Annotated[
        Literal["subgradient", "proximal"],
        Meta(
            description="How the L1 penalty is stepped down",
            extra={
                "captions": {
                    "subgradient": "with the gradient: λ sign(w)",
                    "proximal": "soft threshold: weights become exactly 0",
                }
            },
        ),
    ] = "subgradient"
    max_norm: Annotated[
        float,
        Meta(
            ge=0,
            le=1e6,
            description="Longest weight vector of a neuron; longer ones are cut back (0: off)",
            extra={"symbol": "c", "slider": (0.0, 10.0)},
        ),
    ] = 0.0
    clip_value: Annotated[
        float,
        Meta(
            ge=0,
            le=1e9,
            description="Largest size of a gradient entry (0: off)",
            extra={"slider": (0.0, 10.0)},
        ),
    ] = 0.0
    clip_norm: Annotated[
        float,
        Meta(
            ge=0,
            le=1e9,
            description="Largest length of the whole gradient (0: off)",
            extra={"slider": (0.0, 10.0)},
        ),
    ] = 0.0
    patience: Annotated[
        int,
        Meta(
            ge=0,
            le=1_000_000,
            description="Stop after so many evaluations without a better validation loss (0: off)",
        ),
    ] = 0
    restore_best: Annotated[
        bool, Meta(description="When patience ends, go back to the best weights")
    ] = True
    shuffle: Annotated[bool, Meta(description="New batch order in every epoch")] = True
    validation_share: Annotated[
        Share, Meta(description="Share of the items kept for validation")
    ] = 0.2
    test_share: Annotated[Share, Meta(description="Share of the items kept for the test")] = 0.2
    seed: Annotated[int, Meta(ge=0, le=2**31 - 1, description="Start of all random streams")] = 42
