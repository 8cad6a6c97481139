"""Numbers that are no longer finite stop the training, and the first node with them is named."""

from __future__ import annotations

import numpy as np
import pytest

from model.errors import DivergedError
from model.graph import NetworkGraph
from model.layers.activations import ReLU
from model.layers.dense import Dense
from model.layers.losses import MeanSquaredError
from model.layers.source import DataSource
from model.optimizers import SGD
from model.trainer import Trainer
from tests.model.samples import chain, line_net
from tests.model.training import edited, training


def exploding(batch_size: int = 0) -> NetworkGraph:
    return chain(
        DataSource(dataset="diabetes"),  # targets of about 150, unscaled
        Dense(units=8),
        ReLU(),
        Dense(units=1),
        loss=MeanSquaredError(),
        optimizer=SGD(lr=1000.0),
        batch_size=batch_size,
    )


@pytest.mark.parametrize("batch_size", [0, 32])
def test_a_diverging_training_stops_and_names_the_first_node(batch_size: int):
    trainer = Trainer(exploding(batch_size))
    with pytest.raises(DivergedError) as stopped:
        take(trainer, 60)
    fault = stopped.value
    assert fault.node_id == first_bad_node(trainer)
    assert f"step {trainer.step_count + 1}" in fault.message
    assert "ρ" in fault.hint


def take(trainer: Trainer, steps: int) -> None:
    for _ in range(steps):
        trainer.step()


def first_bad_node(trainer: Trainer) -> str:
    """An independent look: forward through the network by hand until a number is not finite."""
    x = trainer.feeding.arrays()["data"]["x"][trainer.indices].astype(np.float64)
    with np.errstate(all="ignore"):
        for key in ("dense_1", "dense_2"):
            W, b = (trainer.plan.parameter(key, name) for name in ("W", "b"))
            x = (x.astype(np.float32) @ W + b) if key == "dense_1" else np.maximum(x, 0) @ W + b
            if not (np.isfinite(W).all() and np.isfinite(b).all() and np.isfinite(x).all()):
                return key
    return "loss"


@pytest.mark.parametrize("batch_size", [0, 32])
def test_after_divergence_a_step_says_the_same_again_and_a_reset_trains_again(batch_size: int):
    trainer = Trainer(exploding(batch_size))
    with pytest.raises(DivergedError):
        take(trainer, 60)
    for _ in range(15):
        with pytest.raises(DivergedError):
            trainer.step()
    trainer.update(edited(trainer.graph, training(lr=1e-7)))
    trainer.restart()
    first = trainer.run_epoch().loss
    for _ in range(5):
        last = trainer.run_epoch().loss
    assert last < first


def test_a_first_nan_in_the_data_is_blamed_on_the_data():
    trainer = Trainer(line_net())
    trainer.feeding.arrays()["data"]["x"][:] = np.nan
    with pytest.raises(DivergedError) as stopped:
        trainer.step()
    assert stopped.value.node_id == "data"
