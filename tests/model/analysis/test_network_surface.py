"""J of a network over planes of its weights, against the trainer's own figures."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from model.analysis.directions import (
    filter_normalised,
    path_plane,
    principal_directions,
    random_plane,
    record_training,
)
from model.analysis.network_surface import (
    NetworkLoss,
    PlaneObjective,
    WholeObjective,
    weights_plane,
)
from model.analysis.progress import CancelledError, Progress
from model.analysis.racing import Racer, race
from model.analysis.rehearsal import rehearse
from model.errors import FieldError
from model.files import read_design
from model.graph import NetworkGraph
from model.optimizers import SGD, AdamW
from model.trainer import Trainer


def graph_of(name: str, **training: object) -> NetworkGraph:
    design = read_design(Path(f"resources/examples/{name}.json"))
    settings = msgspec.structs.replace(design.training, **training)
    return NetworkGraph(msgspec.structs.replace(design, training=settings))


def loss_of(graph: NetworkGraph, steps: int = 0, dtype: object = np.float64) -> NetworkLoss:
    trainer = Trainer(graph, dtype=dtype)
    for _ in range(steps):
        trainer.step()
    return NetworkLoss(rehearse(trainer, dtype=np.float64, indices=trainer.part("training")))


@pytest.fixture
def iris() -> NetworkLoss:
    return loss_of(graph_of("iris"), 5)


def test_the_value_is_the_loss_of_the_whole_training_part():
    trainer = Trainer(graph_of("iris", l2=0.01, l1=0.003), dtype=np.float64)
    for _ in range(5):
        trainer.step()
    loss = NetworkLoss(rehearse(trainer, indices=trainer.part("training")))
    # iris has no layer that works otherwise in test mode
    assert loss.value(loss.theta) == pytest.approx(trainer.evaluate("training").loss, rel=1e-12)


def test_the_gradient_is_that_of_central_differences(iris: NetworkLoss):
    gradient = iris.gradient(iris.theta)
    rng = np.random.default_rng(2)
    for k in rng.integers(0, len(iris.theta), 8).tolist():
        step = np.zeros_like(iris.theta)
        step[k] = 1e-6
        slope = (iris.value(iris.theta + step) - iris.value(iris.theta - step)) / 2e-6
        assert gradient[k] == pytest.approx(slope, rel=1e-5, abs=1e-9)


def test_one_step_in_all_weights_is_the_trainers_own():
    graph = graph_of("iris", batch_size=0, optimizer=SGD(lr=0.3), l2=0.01)
    trainer = Trainer(graph, dtype=np.float64)
    loss = NetworkLoss(rehearse(trainer, indices=trainer.part("training")))
    whole = WholeObjective(random_plane(loss, seed=1))
    found = race(whole, (Racer(0, SGD(lr=0.3)),), np.zeros(2), 3).paths[0]
    for k in range(3):
        trainer.step()
        assert found.losses[k] == pytest.approx(trainer.loss, rel=1e-10)


def test_mini_batches_are_means_over_their_own_items(iris: NetworkLoss):
    parts = np.array_split(np.arange(iris.items), 3)
    means = [iris.value(iris.theta, part) for part in parts]
    weights = [len(part) for part in parts]
    assert np.average(means, weights=weights) == pytest.approx(iris.value(iris.theta))
    gradients = [iris.gradient(iris.theta, part) for part in parts]
    np.testing.assert_allclose(
        np.average(gradients, axis=0, weights=weights), iris.gradient(iris.theta), atol=1e-12
    )


def test_masks_are_the_same_for_every_value_and_anew_in_every_step():
    loss = loss_of(graph_of("breast_cancer_dropout"))
    assert loss.draws_chance
    assert loss.value(loss.theta) == loss.value(loss.theta)
    first, second = (loss.gradient(loss.theta, draw=t) for t in (1, 2))
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(first, loss.gradient(loss.theta, draw=1))
    assert not loss_of(graph_of("iris")).draws_chance


def test_two_weights_are_themselves_the_axes(iris: NetworkLoss):
    first, second = ("dense_1", "W", (0, 3)), ("dense_1", "W", (2, 5))
    plane = weights_plane(iris, first, second)
    values = iris.plan.parameter("dense_1", "W")
    iris.plan.theta[...] = iris.theta
    here = np.array([values[0, 3], values[2, 5]])
    np.testing.assert_array_equal(plane.nearest(iris.theta), here)
    np.testing.assert_allclose(plane.at(here), iris.theta, atol=1e-15)
    assert plane.value(here) == pytest.approx(iris.value(iris.theta))
    places = [iris.position(first), iris.position(second)]
    np.testing.assert_allclose(plane.gradient(here), iris.gradient(iris.theta)[places])
    assert plane.is_weight.all()
    with pytest.raises(FieldError, match="Two different weights"):
        weights_plane(iris, first, first)
    with pytest.raises(FieldError, match="there is no"):
        weights_plane(iris, first, ("dense_1", "W", (99, 0)))


def test_the_steepest_weights_have_the_largest_gradients(iris: NetworkLoss):
    gradient = np.abs(iris.gradient(iris.theta))
    places = [iris.position(place) for place in iris.steepest(2)]
    weights = gradient[: iris.plan.n_penalised]
    np.testing.assert_array_equal(sorted(gradient[places]), np.sort(weights)[-2:])
    assert all(place[0] == "dense_1" for place in iris.steepest(2, "dense_1"))


def test_random_directions_have_the_length_of_every_filter(iris: NetworkLoss):
    direction = filter_normalised(iris.plan, iris.theta, np.random.default_rng(4))
    for key in ("dense_1", "dense_2"):
        where = iris.plan.slices[key, "W"]
        shape = iris.plan.by_id[key].parameters["W"].shape
        # W (n_in, n_out): a column holds the weights that enter one neuron
        drawn = np.linalg.norm(direction[where].reshape(shape), axis=0)
        weights = np.linalg.norm(iris.theta[where].reshape(shape), axis=0)
        np.testing.assert_allclose(drawn, weights)
        assert not direction[iris.plan.slices[key, "b"]].any()


def test_kernels_are_normalised_channel_by_channel():
    loss = loss_of_first_items("mnist_cnn", 4)
    direction = filter_normalised(loss.plan, loss.theta, np.random.default_rng(4))
    key = next(key for key in loss.plan.by_id if key.startswith("conv"))
    where = loss.plan.slices[key, "W"]
    parameter = loss.plan.by_id[key].parameters["W"]
    axis = parameter.unit_axis % len(parameter.shape)
    others = tuple(k for k in range(len(parameter.shape)) if k != axis)
    drawn = (direction[where].reshape(parameter.shape) ** 2).sum(axis=others)
    weights = (loss.theta[where].reshape(parameter.shape) ** 2).sum(axis=others)
    np.testing.assert_allclose(drawn, weights)


def loss_of_first_items(name: str, count: int) -> NetworkLoss:
    trainer = Trainer(graph_of(name))
    indices = trainer.part("training")[:count]
    return NetworkLoss(rehearse(trainer, dtype=np.float64, indices=indices))


def test_the_same_seed_spans_the_same_plane(iris: NetworkLoss):
    first, again, other = (random_plane(iris, seed).directions for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_principal_directions_are_those_of_the_singular_values():
    thetas = np.random.default_rng(1).normal(size=(12, 30)).cumsum(axis=0)
    directions, shares = principal_directions(thetas)
    _u, values, vectors = np.linalg.svd(thetas[:-1] - thetas[-1], full_matrices=False)
    for k in range(2):
        assert abs(directions[k] @ vectors[k]) == pytest.approx(1)
    np.testing.assert_allclose(shares, values[:2] ** 2 / (values**2).sum())
    np.testing.assert_allclose(directions @ directions.T, np.eye(2), atol=1e-12)
    with pytest.raises(FieldError, match="straight"):
        principal_directions(np.outer(np.arange(5.0), np.ones(7)))


def test_the_recorded_path_is_the_one_that_a_reset_training_takes(iris: NetworkLoss):
    graph = graph_of("iris")
    path = record_training(graph, 30)
    trainer = Trainer(graph)
    np.testing.assert_array_equal(path.thetas[0], trainer.plan.theta)
    for _ in range(30):
        trainer.step()
    np.testing.assert_array_equal(path.thetas[-1], trainer.plan.theta)
    assert path.steps.tolist() == list(range(31))
    assert path.losses[-1] == trainer.loss
    plane, on_plane, shares = path_plane(iris, path)
    np.testing.assert_allclose(on_plane[-1], 0, atol=1e-12)
    # the nearest place of the plane is as far from the start as the shares say, on the whole
    far = ((path.thetas - path.thetas[-1]) ** 2).sum()
    assert (on_plane**2).sum() / far == pytest.approx(shares.sum())
    assert (plane.box[:, 0] < on_plane.min(axis=0)).all()
    assert (plane.box[:, 1] > on_plane.max(axis=0)).all()


def test_long_trainings_are_recorded_evenly():
    path = record_training(graph_of("iris"), 700)
    assert len(path.steps) <= 241
    assert path.steps[[0, -1]].tolist() == [0, 700]


def test_racers_in_all_weights_leave_the_plane_and_are_shown_where_they_are_nearest(
    iris: NetworkLoss,
):
    plane = random_plane(iris, seed=3)
    whole = WholeObjective(plane)
    start = np.array([0.4, -0.3])
    found = race(whole, (Racer(0, AdamW(lr=0.01, weight_decay=0.1), 16),), start, 10).paths[0]
    np.testing.assert_allclose(found.thetas[0], start, atol=1e-12)
    assert found.losses[0] == pytest.approx(plane.value(start))
    assert found.thetas.shape == (11, 2)
    assert found.gradients.shape == (10, 2)
    assert len(whole.watched_names) == 2


def test_a_plane_needs_two_directions(iris: NetworkLoss):
    direction = np.ones_like(iris.theta)
    with pytest.raises(FieldError, match="differ"):
        PlaneObjective(
            iris, iris.theta, np.array([direction, -direction]), [(-1, 1)] * 2, ("a", "b"), ""
        )


def test_surfaces_and_recordings_end_when_they_are_cancelled(iris: NetworkLoss):
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        random_plane(iris, 1).surface(5, progress=progress)
    with pytest.raises(CancelledError):
        record_training(graph_of("iris"), 5, progress)


def test_nothing_is_changed_in_the_training():
    trainer = Trainer(graph_of("iris"))
    trainer.step()
    before = trainer.plan.theta.copy()
    loss = NetworkLoss(rehearse(trainer, dtype=np.float64, indices=trainer.part("training")))
    race(random_plane(loss, 1), (Racer(0, SGD()),), np.zeros(2), 5)
    np.testing.assert_array_equal(trainer.plan.theta, before)
