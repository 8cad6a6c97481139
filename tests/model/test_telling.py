"""What an edit is said to have restarted is what it has restarted."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from model import editing
from model.design import Edit
from model.graph import NetworkGraph
from model.layers.dense import Dense
from model.layers.losses import SoftmaxCrossEntropy
from model.layers.scalar import Function, Goal, Variable
from model.layers.source import DataSource
from model.optimizers import SGD, AnyOptimizer, Momentum
from model.settings import TrainingSettings
from model.teaching.folding import fold
from model.teaching.unfolding import unfold
from model.trainer import Trainer
from tests.model.samples import build, chain

PLAIN = SGD(lr=0.1)


def trained(optimizer: AnyOptimizer = PLAIN) -> Trainer:
    """A small network after five steps, with numbers that nobody has typed."""
    layers = DataSource(dataset="xor", size=40), Dense(units=3), Dense(units=2)
    trainer = Trainer(chain(*layers, loss=SoftmaxCrossEntropy(), optimizer=optimizer))
    for _ in range(5):
        trainer.step()
    return trainer


def update(trainer: Trainer, change: Callable[[NetworkGraph], Edit]) -> str:
    """The trainer's answer to an edit of its design."""
    graph = NetworkGraph(trainer.graph.design())
    graph.apply(change(graph).changes)
    return trainer.update(graph)


def loss_of(trainer: Trainer) -> float:
    return trainer.evaluate("training").loss


def test_a_layer_that_is_unfolded_and_folded_restarts_nothing_and_says_nothing():
    trainer = trained()
    before = loss_of(trainer)
    assert update(trainer, lambda g: unfold(g, trainer.plan, "dense_1")) == ""
    assert loss_of(trainer) == pytest.approx(before, rel=1e-5)
    member = next(k for k in trainer.graph if isinstance(trainer.graph.node(k).layer, Variable))
    assert update(trainer, lambda g: fold(g, trainer.plan, member)) == ""
    assert loss_of(trainer) == pytest.approx(before, rel=1e-5)


def test_the_memory_that_an_unfolded_layer_loses_is_named():
    trainer = trained(Momentum(lr=0.1))
    said = update(trainer, lambda g: unfold(g, trainer.plan, "dense_1"))
    assert said == (
        "The numbers stay the same; SGD with momentum starts with an empty memory of them."
    )


def test_a_layer_unfolded_with_its_first_weights_is_said_to_be_gone():
    trainer = trained()
    said = update(trainer, lambda g: unfold(g, None, "dense_1"))
    assert said == "Dense 3 left the network. All other weights were kept."


def test_typed_weights_that_are_the_present_ones_change_nothing():
    trainer = trained()
    weights = {name: array.tolist() for name, array in trainer.parameters("dense_1").items()}
    assert update(trainer, lambda g: editing.set_node(g, "dense_1", {"weights": weights})) == ""
    weights["b"] = [1.0, 2.0, 3.0]
    said = update(trainer, lambda g: editing.set_node(g, "dense_1", {"weights": weights}))
    assert said == "Dense 3 takes the given weights."
    np.testing.assert_array_equal(trainer.parameters("dense_1")["b"], [1, 2, 3])


def test_typed_weights_that_are_taken_away_leave_the_numbers_and_say_nothing():
    trainer = trained()
    weights = {"b": [1.0, 2.0, 3.0]}
    update(trainer, lambda g: editing.set_node(g, "dense_1", {"weights": weights}))
    assert update(trainer, lambda g: editing.set_node(g, "dense_1", {"weights": {}})) == ""
    np.testing.assert_array_equal(trainer.parameters("dense_1")["b"], [1, 2, 3])


def product(value: str) -> NetworkGraph:
    """J = sum(w^2) of one variable."""
    return build(
        {
            "w": Variable(value=value, is_trainable=True),
            "square": Function(formula="sum(w^2)"),
            "goal": Goal(),
        },
        "w.h > square.w",
        "square.h > goal.prediction",
        training=TrainingSettings(optimizer=SGD(lr=0.1)),
    )


def test_a_variable_of_another_shape_takes_what_was_typed_and_has_no_new_parameters():
    trainer = Trainer(product("2"))
    trainer.step()
    said = update(trainer, lambda g: editing.set_fields(g, "w", {"value": "1, 3"}))
    assert "new parameters" not in said
    assert said.endswith("takes the given weights.")


def test_a_variable_that_is_added_restarts_nothing():
    trainer = Trainer(product("2"))
    trainer.step()
    assert update(trainer, lambda g: editing.add_node(g, Variable(value="4"), 0, 0)) == ""


def test_an_optimiser_without_a_memory_is_not_said_to_have_one():
    trainer = trained(Momentum(lr=0.1))
    said = update(trainer, lambda g: editing.set_training(g, {"optimizer": SGD(lr=0.1)}))
    assert said == "Now trained with SGD; the weights stay."
    said = update(trainer, lambda g: editing.set_training(g, {"optimizer": Momentum(lr=0.1)}))
    assert said == "SGD with momentum starts with an empty memory; the weights stay."
    smaller = Momentum(lr=0.05)
    assert update(trainer, lambda g: editing.set_training(g, {"optimizer": smaller})) == ""
