"""A class that the set knows by name but that no item belongs to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import model.feeding
from model.answering import predictions
from model.data import DataSet, load
from model.graph import NetworkGraph
from model.layers.dense import Dense
from model.layers.losses import SoftmaxCrossEntropy
from model.layers.source import DataSource
from model.trainer import Trainer
from tests.model.samples import chain

EMPTY = 1


@pytest.fixture(autouse=True)
def _nobody_in_the_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    def without(*args: Any, **options: Any) -> DataSet:
        found = load(*args, **options)
        is_kept = found.y != EMPTY
        return replace(found, x=found.x[is_kept], y=found.y[is_kept])

    monkeypatch.setattr(model.feeding, "load", without)


def design(**loss: Any) -> NetworkGraph:
    return chain(
        DataSource(dataset="iris", scaling="standardize"),
        Dense(units=3),
        loss=SoftmaxCrossEntropy(**loss),
        batch_size=10,
        validation_share=0.2,
        test_share=0.2,
    )


def test_the_parts_hold_every_item_once_and_the_other_classes_in_proportion():
    feeding = Trainer(design()).feeding
    y = feeding.sources["data"].arrays["y"]
    assert len(y) == 100, "iris has 50 items a class"
    parts = feeding.parts.train, feeding.parts.validation, feeding.parts.test
    assert sorted(np.concatenate(parts).tolist()) == list(range(100))
    for part, count in zip(parts, (30, 10, 10), strict=True):
        assert np.bincount(y[part], minlength=3).tolist() == [count, 0, count]


@pytest.mark.parametrize("loss", [{}, {"label_smoothing": 0.1}, {"class_weights": (1.0, 5.0, 1.0)}])
def test_training_and_every_figure_go_on_without_that_class(loss: dict[str, Any]):
    trainer = Trainer(design(**loss))
    for _ in range(20):
        trainer.run_epoch()
    for part in ("training", "validation", "test"):
        figures = trainer.evaluate(part)
        assert np.isfinite(figures.loss)
        assert figures.accuracy is not None
        assert figures.accuracy > 0.9, "setosa and virginica are told apart by a line"
    shown = predictions(trainer)
    assert shown is not None
    assert shown.confusion is not None
    assert shown.confusion.sum(axis=1).tolist() == [10, 0, 10]


def test_a_class_that_counts_nothing_leaves_no_gradient_where_only_it_is_left():
    trainer = Trainer(design(class_weights=(0.0, 1.0, 0.0)))
    trainer.step()
    assert trainer.data_loss == 0.0
    assert not trainer.plan.grads.any()
