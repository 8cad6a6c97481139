"""The gradients of one weight of a training, as its optimiser is given them."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from model.analysis.racing_fed import feed
from model.analysis.racing_weight import steepest_of, weight_feed, weight_source
from model.errors import FieldError
from model.files import read_design
from model.graph import NetworkGraph
from model.node_fields import node_with_any
from model.optimizers import AdamW, Momentum, Optimizer
from model.trainer import Trainer
from model.trainer_state import state_of

PLACE = ("dense_1", "W", (1, 4))


def iris(**training: object) -> NetworkGraph:
    design = read_design(Path("resources/examples/iris.json"))
    settings = msgspec.structs.replace(design.training, **training)
    return NetworkGraph(msgspec.structs.replace(design, training=settings))


@pytest.mark.parametrize(
    "optimizer", [Momentum(lr=0.05), AdamW(lr=0.01, weight_decay=0.3)], ids=["momentum", "adamw"]
)
def test_the_trainings_own_optimiser_makes_of_them_the_trainings_own_path(optimizer: Optimizer):
    graph = iris(optimizer=optimizer, l2=0.01, clip_norm=0.2)
    given = weight_feed(graph, None, PLACE, 25)
    trainer = Trainer(graph)
    places = [trainer.plan.parameter("dense_1", "W")[1, 4]]
    for _ in range(25):
        trainer.step()
        places.append(trainer.plan.parameter("dense_1", "W")[1, 4])
    assert given.is_weight
    np.testing.assert_allclose(feed(optimizer, given).thetas, places, rtol=1e-4, atol=1e-6)


def test_it_goes_on_from_where_the_training_stands_and_leaves_it_there():
    graph = iris()
    trainer = Trainer(graph)
    for _ in range(7):
        trainer.step()
    state, before = state_of(trainer), trainer.plan.theta.copy()
    given = weight_feed(graph, state, PLACE, 3)
    np.testing.assert_array_equal(trainer.plan.theta, before)
    assert given.start == trainer.plan.parameter("dense_1", "W")[1, 4]
    found = []
    for _ in range(3):
        trainer.step()
        found.append(trainer.plan.gradient("dense_1", "W")[1, 4])
    np.testing.assert_array_equal(given.gradients, found)
    assert given.title.startswith("W[2, 5] of ")


def test_a_bias_is_no_weight_and_what_is_not_there_is_refused():
    assert not weight_feed(iris(), None, ("dense_1", "b", (0,)), 1).is_weight
    with pytest.raises(FieldError, match="no number at"):
        weight_feed(iris(), None, ("dense_1", "W", (99, 0)), 1)
    with pytest.raises(FieldError, match="no parameter"):
        weight_feed(iris(), None, ("dense_1", "V", ()), 1)


def test_a_frozen_weight_is_refused():
    design = read_design(Path("resources/examples/iris.json"))
    frozen = node_with_any(design.nodes["dense_1"], {"is_frozen": True})
    graph = NetworkGraph(msgspec.structs.replace(design, nodes={**design.nodes, "dense_1": frozen}))
    with pytest.raises(FieldError, match="frozen"):
        weight_feed(graph, None, PLACE, 1)


def test_the_steepest_weight_is_offered_of_a_node_or_of_all():
    trainer = Trainer(iris())
    trainer.step()
    of_node = weight_source(trainer, "dense_1")
    assert of_node.steepest is not None
    key, name, index = of_node.steepest
    assert (key, name) == ("dense_1", "W")
    gradient = np.abs(trainer.plan.gradient("dense_1", "W"))
    assert gradient[index] == gradient.max()
    everywhere = weight_source(trainer).steepest
    assert everywhere is not None
    weights = np.abs(trainer.plan.grads[: trainer.plan.n_penalised])
    assert abs(trainer.plan.gradient(*everywhere[:2])[everywhere[2]]) == weights.max()
    assert of_node.shapes["dense_1", "W"] == (4, 16)
    # a copy: the training may go on
    before = of_node.state.arrays["dense_1.W"].copy()
    trainer.step()
    np.testing.assert_array_equal(of_node.state.arrays["dense_1.W"], before)


def test_before_the_first_step_the_steepest_weight_is_that_of_the_first_step():
    trainer = Trainer(iris())
    source = weight_source(trainer, "dense_2")
    assert source.steepest is None
    found = steepest_of(source, "dense_2")
    trainer.step()
    assert found is not None
    assert found == weight_source(trainer, "dense_2").steepest
    key, name, index = found
    sizes = np.abs(trainer.plan.gradient(key, name))
    assert sizes[index] == sizes.max() > 0
