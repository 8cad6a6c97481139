"""Figures of the validation and test parts, and the curves they are kept in."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from model import editing
from model.data.sequence_catalogue import TEXT_TOKENS
from model.data.sequences import SUM_TOKENS
from model.layers.batch_norm import BatchNorm
from model.layers.dense import Dense
from model.layers.embedding import Embedding
from model.layers.losses import MeanSquaredError, SoftmaxCrossEntropy
from model.layers.sequence_losses import SequenceCrossEntropy
from model.layers.source import DataSource
from model.optimizers import SGD, Adam, Momentum
from model.trainer import Trainer
from tests.model.samples import build, chain, xor_net
from tests.model.training import edited


def test_the_validation_loss_is_that_of_the_whole_part_with_its_penalty():
    graph = chain(
        DataSource(dataset="plane", size=3000), Dense(units=1), loss=MeanSquaredError(), l2=0.1,
        validation_share=0.4,
    )  # fmt: skip
    trainer = Trainer(graph, dtype=np.float64)
    trainer.run_epoch()
    rows = trainer.part("validation")
    assert len(rows) == 1200  # more than two evaluation batches, the last of them smaller
    feed = trainer.feeding.arrays()["data"]
    W, b = (trainer.plan.parameter("dense_1", name) for name in ("W", "b"))
    residual = feed["x"][rows] @ W + b - feed["y"][rows]
    by_hand = float((residual**2).mean()) + 0.1 * float((W**2).sum())
    figures = trainer.evaluate("validation")
    assert figures.loss == pytest.approx(by_hand, rel=1e-12)
    assert figures.accuracy is None


def test_a_residual_sum_of_squares_adds_up_over_the_evaluation_batches():
    graph = chain(
        DataSource(dataset="plane", size=3000),
        Dense(units=1),
        loss=MeanSquaredError(reduction="sum", weight=0.5),
        validation_share=0.4,
    )
    trainer = Trainer(graph, dtype=np.float64)
    rows = trainer.part("validation")
    feed = trainer.feeding.arrays()["data"]
    residual = feed["x"][rows] @ trainer.plan.parameter("dense_1", "W") - feed["y"][rows]
    by_hand = 0.5 * float((residual**2).sum())
    assert trainer.evaluate("validation").loss == pytest.approx(by_hand, rel=1e-12)


def test_accuracy_counts_the_right_answers():
    trainer = Trainer(xor_net(), dtype=np.float64)
    trainer.run_epoch()
    rows = trainer.part("test")
    feed = trainer.feeding.arrays()["data"]
    h = feed["x"][rows]
    plan = trainer.plan
    h = np.maximum(h @ plan.parameter("dense_1", "W") + plan.parameter("dense_1", "b"), 0)
    h = h @ plan.parameter("dense_2", "W") + plan.parameter("dense_2", "b")
    by_hand = float((h.argmax(axis=1) == feed["y"][rows]).mean())
    trainer.evaluate_test()
    assert trainer.test_figures["accuracy"] == pytest.approx(by_hand)


def test_the_figures_of_the_test_part_go_with_the_network_that_they_were_measured_on():
    trainer = Trainer(xor_net())
    trainer.evaluate_test()
    assert trainer.test_figures
    trainer.step()
    assert trainer.test_figures == {}
    trainer.evaluate_test()
    trainer.update(edited(trainer.graph, lambda g: editing.set_fields(g, "dense_1", {"units": 3})))
    assert trainer.test_figures == {}


def test_an_empty_part_has_no_figures():
    trainer = Trainer(xor_net(validation_share=0.0, test_share=0.0))
    assert math.isnan(trainer.evaluate("validation").loss)
    trainer.evaluate_test()
    assert trainer.test_figures == {}
    trainer.run_epoch()
    assert "val_loss" not in trainer.curves


def test_curves_get_every_loss_and_a_validation_point_now_and_then():
    trainer = Trainer(xor_net(), dtype=np.float64)
    losses = []
    for _ in range(45):
        trainer.step()
        losses.append(trainer.loss)
    assert trainer.curves["loss"].view().mean.tolist() == losses
    # five batches an epoch: evaluated at the end of each of the first 20 epochs
    ends = [5, 10, 15, 20, 25, 30, 35, 40, 45]
    assert trainer.curves["val_loss"].view().steps.tolist() == ends
    assert trainer.curves["val_accuracy"].view().steps.tolist() == ends
    assert trainer.curves["accuracy"].view().steps.tolist() == ends


def test_a_short_training_with_whole_batches_has_a_validation_curve_that_grows_sparse_and_ends():
    trainer = Trainer(xor_net(batch_size=0))
    for _ in range(47):
        trainer.step()
    trainer.evaluate_test()
    # the first 20 epochs, then every 20 steps, and where the training ends
    steps = [*range(1, 21), 40, 47]
    assert trainer.curves["val_loss"].view().steps.tolist() == steps
    assert trainer.curves["val_accuracy"].view().steps.tolist() == steps
    trainer.evaluate_test()
    assert trainer.curves["val_loss"].view().steps.tolist() == steps


def test_patience_hears_of_one_evaluation_in_twenty_steps_however_short_the_epochs_are():
    trainer = Trainer(xor_net(batch_size=0, patience=2, optimizer=SGD(lr=0.0)))
    while not trainer.finished:
        trainer.step()
    assert trainer.step_count == 60  # 20 is the best, 40 and 60 are no better


def test_sequences_have_the_share_of_right_tokens_and_text_has_it_alone():
    layers = {
        "data": DataSource(dataset="addition", size=60),
        "embed": Embedding(units=4),
        "dense": Dense(units=len(SUM_TOKENS), each_step=True),
        "loss": SequenceCrossEntropy(),
    }
    wires = ("data.x > embed.h", "embed.h > dense.h", "dense.h > loss.prediction")
    trainer = Trainer(build(layers, *wires, "data.y > loss.target"), dtype=np.float64)
    figures = trainer.run_epoch()
    assert figures.accuracy is not None
    assert figures.token_accuracy is not None
    rows = trainer.part("test")
    feed = trainer.feeding.arrays()["data"]
    E, W, b = (trainer.plan.parameter(*p) for p in (("embed", "E"), ("dense", "W"), ("dense", "b")))
    answers, labels = (E[feed["x"][rows]] @ W + b).argmax(axis=2), feed["y"][rows]
    trainer.evaluate_test()
    counts = labels >= 0  # the positions in front of the equals sign ask for nothing
    share = (answers == labels)[counts].mean()
    assert trainer.test_figures["token_accuracy"] == pytest.approx(share, rel=1e-12)
    whole = ((answers == labels) | ~counts).all(axis=1).mean()
    assert trainer.test_figures["accuracy"] == pytest.approx(whole, rel=1e-12)
    layers |= {"data": DataSource(dataset="text")}
    layers |= {"dense": Dense(units=len(TEXT_TOKENS), each_step=True)}
    of_text = Trainer(build(layers, *wires, "data.y > loss.target"))
    found = of_text.run_epoch()
    assert found.accuracy is None
    assert 0 < found.token_accuracy < 1  # type: ignore[operator]
    assert set(of_text.curves) >= {"token_accuracy", "val_token_accuracy"}
    assert not {"accuracy", "val_accuracy"} & set(of_text.curves)


@pytest.mark.parametrize("optimizer", [SGD(lr=0.3), Momentum(lr=0.1), Adam(lr=0.02)])
def test_every_optimiser_learns_two_gaussians(optimizer: Any):
    graph = chain(
        DataSource(dataset="gaussians", size=200),
        BatchNorm(),
        Dense(units=2),
        loss=SoftmaxCrossEntropy(),
        optimizer=optimizer,
    )
    trainer = Trainer(graph)
    for _ in range(10):
        trainer.run_epoch()
    assert (trainer.evaluate("test").accuracy or 0) >= 0.95
