"""Training: the same seed gives the same numbers, and edits keep what can be kept."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from model import editing
from model.data.sequence_catalogue import TEXT_TOKENS
from model.data.sequences import SUM_TOKENS
from model.design import Edit, Wire
from model.errors import DataError, DesignError, DivergedError
from model.graph import NetworkGraph
from model.layer import Array
from model.layers.activations import ReLU, Tanh
from model.layers.batch_norm import BatchNorm
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.embedding import Embedding
from model.layers.losses import MeanSquaredError, SoftmaxCrossEntropy
from model.layers.margin_losses import Hinge
from model.layers.merge import Add
from model.layers.sequence_losses import SequenceCrossEntropy
from model.layers.source import DataSource
from model.optimizers import SGD, Adam, Momentum
from model.trainer import Trainer
from tests.model.samples import build, busy_net, chain, line_net, xor_net


def edited(graph: NetworkGraph, *makes: Callable[[NetworkGraph], Edit]) -> NetworkGraph:
    """A copy with these edits, as the controller gives it to the worker."""
    copied = NetworkGraph(graph.design())
    for make in makes:
        copied.apply(make(copied).changes)
    return copied


def fields(key: str, **values: Any) -> Callable[[NetworkGraph], Edit]:
    return lambda graph: editing.set_fields(graph, key, values)


def training(**values: Any) -> Callable[[NetworkGraph], Edit]:
    return lambda graph: editing.set_training(graph, values)


def theta_after(graph: NetworkGraph, steps: int = 17) -> bytes:
    trainer = Trainer(graph)
    for _ in range(steps):
        trainer.step()
    return trainer.plan.theta.tobytes()


# the same numbers again


@pytest.mark.parametrize("net", [xor_net, busy_net, line_net])
def test_one_seed_gives_the_very_same_weights_twice(net: Callable[..., NetworkGraph]):
    assert theta_after(net()) == theta_after(net())


def test_another_seed_gives_other_weights():
    assert theta_after(xor_net()) != theta_after(xor_net(seed=4))


@pytest.mark.parametrize("net", [xor_net, busy_net])
def test_a_restart_gives_the_same_numbers_again(net: Callable[..., NetworkGraph]):
    trainer = Trainer(net(optimizer=Momentum(lr=0.05)))
    runs = []
    for _ in range(2):
        losses = []
        for _ in range(13):
            trainer.step()
            losses.append(trainer.loss)
        runs.append((losses, trainer.plan.theta.tobytes(), trainer.evaluate("validation")))
        trainer.restart()
        assert (trainer.step_count, trainer.epoch, trainer.position) == (0, 0, 0)
        assert math.isnan(trainer.loss)
    assert runs[0] == runs[1]


def test_step_by_step_is_the_same_as_an_epoch_at_once():
    stepping, running = Trainer(busy_net()), Trainer(busy_net())
    for _ in range(3):
        running.run_epoch()
    while stepping.epoch < 3:
        stepping.step()
    assert stepping.plan.theta.tobytes() == running.plan.theta.tobytes()
    assert stepping.step_count == running.step_count == 15


def test_looking_at_the_validation_part_changes_nothing():
    looked_at, left_alone = Trainer(busy_net()), Trainer(busy_net())
    for _ in range(12):
        looked_at.step()
        looked_at.evaluate("validation")
        looked_at.evaluate_test()
        left_alone.step()
    assert looked_at.plan.theta.tobytes() == left_alone.plan.theta.tobytes()
    for key, state in looked_at.plan.states.items():
        np.testing.assert_array_equal(state, left_alone.plan.states[key])


def test_single_and_double_precision_agree():
    single, double = Trainer(busy_net()), Trainer(busy_net(), dtype=np.float64)
    # Masks are drawn in the number type, so dropout is off here; all else is the same.
    off = fields("dropout_1", p=0.0)
    for trainer in (single, double):
        trainer.update(edited(trainer.graph, off))
        trainer.run_epoch()
    assert single.plan.theta.dtype == np.float32
    np.testing.assert_allclose(single.plan.theta, double.plan.theta, rtol=1e-4, atol=1e-5)
    assert single.loss == pytest.approx(double.loss, rel=1e-4)


# chance: what differs in one thing differs in that thing only


def test_a_node_added_elsewhere_leaves_first_values_and_batch_order_as_they_were():
    plain = xor_net()
    more = edited(
        plain,
        lambda g: editing.splice(g, Dropout(), 0, 0, g.wires_from("relu_1")[0]),
        lambda g: editing.add_node_to_port(g, Dense(units=5), 0, 0, "relu_1", "h"),
    )
    first, second = Trainer(plain), Trainer(more)
    for key in ("dense_1", "dense_2"):
        np.testing.assert_array_equal(
            first.plan.parameter(key, "W"), second.plan.parameter(key, "W")
        )
    for _ in range(12):
        first.step()
        second.step()
        np.testing.assert_array_equal(first.indices, second.indices)


def test_one_dropout_more_leaves_the_masks_of_the_other_as_they_were():
    one = chain(
        DataSource(dataset="xor", size=40), Dense(units=6), Dropout(), Dense(units=2),
        loss=SoftmaxCrossEntropy(), batch_size=5,
    )  # fmt: skip
    two = edited(one, lambda g: editing.splice(g, Dropout(), 0, 0, g.wires_from("dropout_1")[0]))
    trainers = Trainer(one), Trainer(two)
    for _ in range(3):
        masks = []
        for trainer in trainers:
            trainer.step()
            assert trainer.run is not None
            masks.append(trainer.run.at["dropout_1"].mask.copy())
        np.testing.assert_array_equal(masks[0], masks[1])


def test_the_name_of_a_node_does_not_matter_to_chance():
    plain = xor_net()
    renamed = edited(plain, lambda g: editing.rename(g, "dense_1", "Hidden"))
    assert theta_after(plain) == theta_after(renamed)


# batches


def test_the_last_smaller_batch_is_used_and_every_item_is_seen_once():
    trainer = Trainer(xor_net(batch_size=5))  # 24 items: 5 + 5 + 5 + 5 + 4
    sizes, seen = [], []
    while trainer.epoch == 0:
        trainer.step()
        sizes.append(len(trainer.indices))
        seen += trainer.indices.tolist()
        assert trainer.batch_index == (len(sizes) if trainer.epoch == 0 else 0)
    assert sizes == [5, 5, 5, 5, 4]
    assert trainer.n_batches == 5
    assert sorted(seen) == sorted(trainer.part("training").tolist())


def test_every_epoch_has_an_order_of_its_own_unless_shuffling_is_off():
    def orders(**settings: Any) -> list[list[int]]:
        trainer = Trainer(xor_net(**settings))
        found: list[list[int]] = [[], []]
        while trainer.epoch < 2:
            epoch = trainer.epoch
            trainer.step()
            found[epoch] += trainer.indices.tolist()
        return found

    shuffled = orders()
    assert shuffled[0] != shuffled[1]
    still = orders(shuffle=False)
    assert still[0] == still[1]


def test_the_parts_do_not_overlap_and_hold_all_items():
    trainer = Trainer(xor_net())
    parts = [set(trainer.part(name).tolist()) for name in ("training", "validation", "test")]
    assert [len(part) for part in parts] == [24, 8, 8]
    assert set.union(*parts) == set(range(40))


@pytest.mark.parametrize("size", [0, 12, 5000])
def test_the_whole_set_as_batch_is_gradient_descent(size: int):
    # One Dense unit on N = 12 points is linear least squares:
    # theta <- theta - rho 2/N X^T (X theta - y)
    trainer = Trainer(line_net(batch_size=size), dtype=np.float64)
    rows = trainer.part("training")
    assert len(rows) == 12
    feed = trainer.feeding.arrays()["data"]
    design = np.hstack([feed["x"][rows], np.ones((12, 1))])
    wanted = feed["y"][rows]
    theta = np.array([[trainer.plan.parameter("dense_1", "W")[0, 0]], [0.0]])
    for _ in range(5):
        residual = design @ theta - wanted
        trainer.step()
        assert trainer.loss == pytest.approx(float((residual**2).mean()), rel=1e-12)
        theta = theta - 0.1 * 2 / 12 * design.T @ residual
    learned = (
        trainer.plan.parameter("dense_1", "W")[0, 0],
        trainer.plan.parameter("dense_1", "b")[0],
    )
    assert learned == pytest.approx(tuple(theta[:, 0]), rel=1e-12)
    assert trainer.epoch == 5


def test_an_epoch_returns_the_mean_over_its_items():
    trainer, other = Trainer(xor_net(), dtype=np.float64), Trainer(xor_net(), dtype=np.float64)
    figures = trainer.run_epoch()
    total, hits = 0.0, 0
    for _ in range(5):
        other.step()
        assert other.run is not None
        total += other.loss * len(other.indices)
        n = other.run.at["loss"]
        hits += int((n.probability.argmax(axis=1) == n.target).sum())
    assert figures.loss == pytest.approx(total / 24, rel=1e-12)
    assert figures.accuracy == pytest.approx(hits / 24)


# changes while it runs


def test_a_smaller_learning_rate_acts_from_the_next_step_and_keeps_everything():
    trainer = Trainer(xor_net(optimizer=Momentum(lr=0.1)))
    for _ in range(7):
        trainer.step()
    theta, velocity = trainer.plan.theta.copy(), trainer.slots[0].copy()
    plan = trainer.plan
    assert trainer.update(edited(trainer.graph, training(lr=0.0, momentum=0.5))) == ""
    assert trainer.plan is plan
    assert trainer.step_count == 7
    trainer.step()
    # nu <- 0.5 nu + 0 grad J; theta <- theta - nu
    np.testing.assert_allclose(trainer.plan.theta, theta - 0.5 * velocity, rtol=1e-6, atol=1e-8)


def test_other_betas_of_adam_act_from_the_next_step_and_keep_the_corrected_moments():
    trainer = Trainer(xor_net(optimizer=Adam(lr=0.1)))
    for _ in range(7):
        trainer.step()
    # Adam remembers m / (1 - beta1) and v / (1 - beta2), and corrects m and v by 1 - beta^t
    m = trainer.slots[0] * (1 - 0.9) / (1 - 0.9**7)
    v = trainer.slots[1] * (1 - 0.999) / (1 - 0.999**7)
    trainer.update(edited(trainer.graph, training(beta1=0.5, beta2=0.9)))
    np.testing.assert_allclose(trainer.slots[0] * (1 - 0.5) / (1 - 0.5**7), m, rtol=1e-5)
    np.testing.assert_allclose(trainer.slots[1] * (1 - 0.9) / (1 - 0.9**7), v, rtol=1e-5)
    trainer.update(edited(trainer.graph, training(beta1=0.9, beta2=0.999), training(lr=0.01)))
    np.testing.assert_allclose(trainer.slots[0] * (1 - 0.9) / (1 - 0.9**7), m, rtol=1e-5)


@pytest.mark.parametrize(
    "change",
    [
        training(lr=0.01),
        training(l2=0.1),
        training(l1=0.1),
        training(batch_size=3),
        training(epochs=9),
        training(shuffle=False),
        fields("dropout_1", p=0.9),
        fields("dropout_1", scaling="inverted"),
        fields("batch_norm_1", epsilon=0.01),
        fields("loss", weight=2.0),
        fields("dense_1", initializer="zeros"),
        lambda g: editing.rename(g, "dense_1", "Hidden"),
        lambda g: editing.move(g, {"dense_1": (5, 5)}),
    ],
)
def test_a_change_that_keeps_all_shapes_restarts_nothing(change: Callable[[NetworkGraph], Edit]):
    trainer = Trainer(busy_net())
    for _ in range(7):
        trainer.step()
    plan, theta, slots = trainer.plan, trainer.plan.theta.copy(), trainer.slots
    assert trainer.update(edited(trainer.graph, change)) == ""
    assert trainer.plan is plan
    assert trainer.slots is slots
    np.testing.assert_array_equal(trainer.plan.theta, theta)
    assert (trainer.step_count, trainer.epoch, trainer.position) == (7, 1, 10)
    trainer.step()
    assert trainer.step_count == 8


def test_p_acts_on_the_very_next_mask():
    trainer = Trainer(busy_net())
    trainer.step()
    trainer.update(edited(trainer.graph, fields("dropout_1", p=0.0)))
    trainer.step()
    assert trainer.run is not None
    assert trainer.run.at["dropout_1"].mask.all()


def test_the_batch_size_changes_within_an_epoch_without_losing_an_item():
    trainer = Trainer(xor_net(batch_size=5))
    seen = []
    for size in (5, 7, 7, 5):  # 5 + 7 + 7 + 5 = 24
        trainer.update(edited(trainer.graph, training(batch_size=size)))
        trainer.step()
        assert len(trainer.indices) == size
        seen += trainer.indices.tolist()
    assert trainer.epoch == 1
    assert sorted(seen) == sorted(trainer.part("training").tolist())


def test_another_optimiser_starts_with_an_empty_memory_and_says_so():
    trainer = Trainer(xor_net(optimizer=Momentum(lr=0.1)))
    trainer.run_epoch()
    theta = trainer.plan.theta.copy()
    said = trainer.update(edited(trainer.graph, training(optimizer="adam")))
    assert "Adam" in said
    np.testing.assert_array_equal(trainer.plan.theta, theta)
    assert trainer.slots.shape == (2, len(theta))
    trainer.step()
    # Adam's first step is rho in length for every weight with a gradient: t counts from 1 again
    moved = np.abs(trainer.plan.theta - theta)
    assert moved.max() == pytest.approx(trainer.settings.optimizer.lr, rel=1e-3)


def test_a_new_seed_or_split_starts_anew_and_says_so():
    for change in (training(seed=8), training(test_share=0.1), training(validation_share=0.0)):
        trainer = Trainer(xor_net())
        trainer.run_epoch()
        graph = edited(trainer.graph, change)
        assert "anew" in trainer.update(graph)
        assert trainer.step_count == 0
        fresh = Trainer(graph)
        np.testing.assert_array_equal(trainer.plan.theta, fresh.plan.theta)
        trainer.run_epoch()
        fresh.run_epoch()
        assert trainer.plan.theta.tobytes() == fresh.plan.theta.tobytes()


# edits of the structure


def test_a_structural_edit_keeps_the_parameters_of_nodes_it_does_not_touch():
    trainer = Trainer(busy_net(optimizer=Momentum(lr=0.1)))
    for _ in range(8):
        trainer.step()
    kept = trainer.plan.parameter("dense_1", "W").copy()
    velocity = trainer.slots[0][trainer.plan.slices["dense_1", "W"]].copy()
    mean = trainer.plan.states["batch_norm_1", "running_mean"].copy()
    graph = edited(
        trainer.graph,
        lambda g: editing.splice(g, Dense(units=4), 0, 0, g.wires_from("dropout_1")[0]),
    )
    said = trainer.update(graph)
    np.testing.assert_array_equal(trainer.plan.parameter("dense_1", "W"), kept)
    np.testing.assert_array_equal(trainer.slots[0][trainer.plan.slices["dense_1", "W"]], velocity)
    np.testing.assert_array_equal(trainer.plan.states["batch_norm_1", "running_mean"], mean)
    # dense_2 takes 4 numbers now instead of 6, and dense_3 is new: both start anew
    assert "Dense 4" in said
    assert "Dense 2" in said
    assert "kept" in said
    assert not trainer.slots[0][trainer.plan.slices["dense_2", "W"]].any()
    assert (trainer.step_count, trainer.epoch) == (8, 1)
    trainer.step()
    assert math.isfinite(trainer.loss)


def test_a_removed_layer_is_named_and_the_rest_goes_on():
    trainer = Trainer(
        chain(
            DataSource(dataset="xor", size=40),
            Dense(units=2),
            Dense(units=2),
            Dense(units=2),
            loss=SoftmaxCrossEntropy(),
        )
    )
    trainer.step()
    first = trainer.plan.parameter("dense_1", "W").copy()
    graph = edited(
        trainer.graph,
        lambda g: editing.rename(g, "dense_2", "Middle"),
    )
    trainer.update(graph)
    said = trainer.update(edited(graph, lambda g: editing.remove(g, ["dense_2"])))
    assert "Middle left the network" in said
    np.testing.assert_array_equal(trainer.plan.parameter("dense_1", "W"), first)
    assert "dense_2" not in trainer.plan.by_id


def test_where_nothing_could_be_kept_nothing_is_said_to_be_kept():
    layers = DataSource(dataset="xor", size=40), Dense(units=2), Dense(units=2)
    trainer = Trainer(chain(*layers, loss=SoftmaxCrossEntropy()))
    trainer.step()
    wider = edited(trainer.graph, lambda g: editing.set_fields(g, "dense_1", {"units": 3}))
    # dense_2 takes 3 numbers now instead of 2
    assert trainer.update(wider) == "Dense 3, Dense 2 start with new parameters."


def test_a_dropout_put_in_while_training_restarts_no_weights_and_says_nothing():
    trainer = Trainer(xor_net())
    trainer.run_epoch()
    theta = trainer.plan.theta.copy()
    said = trainer.update(
        edited(
            trainer.graph,
            lambda g: editing.splice(g, Dropout(), 0, 0, g.wires_from("relu_1")[0]),
        )
    )
    assert said == ""
    np.testing.assert_array_equal(trainer.plan.theta, theta)
    trainer.step()


def test_other_data_are_loaded_and_the_epoch_starts_again():
    trainer = Trainer(xor_net())
    trainer.step()
    theta = trainer.plan.theta.copy()
    said = trainer.update(edited(trainer.graph, fields("data", dataset="circles")))
    assert "data" in said
    np.testing.assert_array_equal(trainer.plan.theta, theta)
    assert trainer.position == 0
    trainer.run_epoch()
    assert trainer.feeding.sources["data"].data.info.key == "circles"


@pytest.mark.parametrize(
    "change",
    [
        training(validation_share=0.9, test_share=0.9, lr=0.5),
        lambda g: editing.remove(g, ["loss"]),
        fields("dense_2", units=3),
        fields("data", dataset="nothing"),
    ],
)
def test_an_edit_that_cannot_run_leaves_the_trainer_as_it_was(
    change: Callable[[NetworkGraph], Edit],
):
    trainer, untouched = Trainer(busy_net()), Trainer(busy_net())
    for _ in range(3):
        trainer.step()
        untouched.step()
    with pytest.raises(DesignError):
        trainer.update(edited(trainer.graph, change))
    trainer.run_epoch()
    untouched.run_epoch()
    assert trainer.plan.theta.tobytes() == untouched.plan.theta.tobytes()
    assert trainer.settings == untouched.settings
    assert trainer.graph.design() == untouched.graph.design()
    trainer.restart()
    trainer.step()


# divergence


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


# test mode


def test_classic_dropout_scales_by_1_minus_p_in_test_mode_and_inverted_not_at_all():
    for scaling, factor in (("test", 0.7), ("inverted", 1.0)):
        graph = busy_net()
        graph.apply(editing.set_fields(graph, "dropout_1", {"scaling": scaling}).changes)
        trainer = Trainer(graph, dtype=np.float64)
        trainer.run_epoch()
        trainer.evaluate("validation")
        run = trainer.plan.bind(8, is_training=False)
        np.testing.assert_allclose(
            run.at["dropout_1"].out, factor * run.at["relu_1"].out, rtol=1e-14
        )


def test_inverted_dropout_scales_while_training():
    graph = busy_net()
    graph.apply(editing.set_fields(graph, "dropout_1", {"scaling": "inverted"}).changes)
    trainer = Trainer(graph, dtype=np.float64)
    trainer.step()
    assert trainer.run is not None
    n = trainer.run.at["dropout_1"]
    np.testing.assert_allclose(n.out, n.h * n.mask / 0.7, rtol=1e-14)
    np.testing.assert_allclose(n.delta, n.delta_out * n.mask / 0.7, rtol=1e-14)


def test_a_frozen_mask_stays_and_the_others_change():
    for how, is_same in (("frozen", True), ("every step", False)):
        graph = busy_net(batch_size=6)
        graph.apply(editing.set_fields(graph, "dropout_1", {"new_mask": how}).changes)
        trainer = Trainer(graph)
        masks = []
        for _ in range(2):
            trainer.step()
            assert trainer.run is not None
            masks.append(trainer.run.at["dropout_1"].mask.copy())
        assert (masks[0] == masks[1]).all() == is_same


def test_the_mask_turns_a_share_of_p_off():
    graph = busy_net(batch_size=0)
    graph.apply(editing.set_fields(graph, "data", {"size": 4000}).changes)
    trainer = Trainer(graph)
    trainer.step()
    assert trainer.run is not None
    off = 1 - trainer.run.at["dropout_1"].mask.mean()
    # 2,400 items x 6 neurons: the share has a standard deviation of sqrt(0.3 * 0.7 / 14400) = 0.004
    assert off == pytest.approx(0.3, abs=0.016)


def test_batch_norm_follows_the_batches_and_uses_what_it_followed_in_test_mode():
    trainer = Trainer(busy_net(), dtype=np.float64)
    mean, var = np.zeros(6), np.ones(6)
    for _ in range(7):
        trainer.step()
        assert trainer.run is not None
        h = trainer.run.at["batch_norm_1"].h
        mean = 0.9 * mean + 0.1 * h.mean(axis=0)
        var = 0.9 * var + 0.1 * h.var(axis=0, ddof=1)
    states = trainer.plan.states
    np.testing.assert_allclose(states["batch_norm_1", "running_mean"], mean, rtol=1e-12)
    np.testing.assert_allclose(states["batch_norm_1", "running_var"], var, rtol=1e-12)
    trainer.evaluate("validation")
    n = trainer.plan.bind(8, is_training=False).at["batch_norm_1"]
    expected = (n.h - mean) / np.sqrt(var + 1e-5) * n.gamma + n.beta
    np.testing.assert_allclose(n.out, expected, rtol=1e-10, atol=1e-12)


def test_batch_norm_lives_with_a_batch_of_one():
    trainer = Trainer(busy_net(batch_size=1))
    figures = trainer.run_epoch()
    assert math.isfinite(figures.loss)
    assert all(np.isfinite(state).all() for state in trainer.plan.states.values())


# evaluation


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


# data


def test_scaling_is_fitted_on_the_training_part_only():
    graph = line_net()
    graph.apply(
        editing.set_fields(
            graph, "data", {"scaling": "standardize", "target_scaling": "unit", "size": 50}
        ).changes
    )
    trainer = Trainer(graph, dtype=np.float64)
    source = trainer.feeding.sources["data"]
    rows = trainer.part("training")
    x, y = source.data.x, source.data.y
    by_hand = (x - x[rows].mean(axis=0)) / x[rows].std(axis=0)
    np.testing.assert_allclose(source.arrays["x"], by_hand, rtol=1e-12)
    low, high = y[rows].min(axis=0), y[rows].max(axis=0)
    np.testing.assert_allclose(source.arrays["y"], (y - low) / (high - low), rtol=1e-12)
    assert "standardised" in source.described()
    assert "[0, 1]" in source.described()


def two_sources(**second: Any) -> NetworkGraph:
    return build(
        {
            "left": DataSource(dataset="iris", features=(0, 1)),
            "right": DataSource(**({"dataset": "iris", "features": (3,)} | second)),
            "dense_1": Dense(units=4),
            "dense_2": Dense(units=4),
            "add": Add(),
            "dense_3": Dense(units=3),
            "loss": SoftmaxCrossEntropy(),
        },
        "left.x > dense_1.h",
        "right.x > dense_2.h",
        "dense_1.h > add.h",
        "dense_2.h > add.h",
        "add.h > dense_3.h",
        "dense_3.h > loss.prediction",
        "left.y > loss.target",
    )


def test_two_data_nodes_feed_other_columns_of_the_same_items():
    trainer = Trainer(two_sources(), dtype=np.float64)
    trainer.step()
    assert trainer.run is not None
    table = trainer.feeding.sources["left"].data.x
    np.testing.assert_array_equal(trainer.run.at["left"].outs["x"], table[trainer.indices][:, :2])
    np.testing.assert_array_equal(trainer.run.at["right"].outs["x"], table[trainer.indices][:, 3:])
    assert trainer.run_epoch().accuracy is not None


def test_data_nodes_with_other_numbers_of_items_are_refused_with_both_numbers():
    with pytest.raises(DataError, match=r"150.*178"):
        Trainer(two_sources(dataset="wine"))


def test_a_data_node_that_is_not_wired_takes_no_part():
    graph = xor_net()
    graph.apply(editing.add_node(graph, DataSource(dataset="iris"), 0, 0).changes)
    trainer = Trainer(graph)
    trainer.run_epoch()
    assert list(trainer.feeding.sources) == ["data"]
    assert trainer.plan.theta.tobytes() == theta_after(xor_net(), trainer.step_count)


def test_the_delta_of_a_fan_out_is_the_sum_over_its_wires():
    graph = build(
        {
            "data": DataSource(dataset="xor", size=40),
            "dense_1": Dense(units=3),
            "tanh": Tanh(),
            "add": Add(),
            "dense_2": Dense(units=2),
            "loss": SoftmaxCrossEntropy(),
            "dense_3": Dense(units=2),
            "other": Hinge(weight=0.5),
        },
        "data.x > dense_1.h",
        "dense_1.h > tanh.h",
        "dense_1.h > add.h",
        "tanh.h > add.h",
        "add.h > dense_2.h",
        "dense_2.h > loss.prediction",
        "data.y > loss.target",
        "dense_1.h > dense_3.h",
        "dense_3.h > other.prediction",
        "data.y > other.target",
    )
    trainer = Trainer(graph, dtype=np.float64)
    trainer.step()
    run = trainer.run
    assert run is not None
    arriving = [run.at["tanh"].deltas[0], run.at["add"].deltas[0], run.at["dense_3"].deltas[0]]
    assert all(delta is not None and delta.any() for delta in arriving)
    total: Array = sum(arriving)  # type: ignore[assignment, arg-type]
    np.testing.assert_allclose(run.at["dense_1"].delta_out, total, rtol=1e-12, atol=1e-15)
    assert trainer.loss == pytest.approx(run.at["loss"].loss + 0.5 * run.at["other"].loss)


def test_one_output_may_enter_a_merge_twice():
    graph = build(
        {
            "data": DataSource(dataset="xor", size=40),
            "dense_1": Dense(units=2),
            "add": Add(),
            "loss": SoftmaxCrossEntropy(),
        },
        "data.x > dense_1.h",
        "dense_1.h > add.h",
        "dense_1.h > add.h",
        "add.h > loss.prediction",
        "data.y > loss.target",
    )
    trainer = Trainer(graph, dtype=np.float64)
    trainer.step()
    run = trainer.run
    assert run is not None
    np.testing.assert_allclose(run.at["add"].out, 2 * run.at["dense_1"].out)
    np.testing.assert_allclose(run.at["dense_1"].delta_out, 2 * run.at["loss"].delta)


def test_nothing_is_sent_down_where_nothing_learns():
    trainer = Trainer(xor_net())
    trainer.step()
    run = trainer.run
    assert run is not None
    assert run.at["dense_1"].delta is None
    assert run.at["data"].delta_out is None
    assert Wire("data", "y", "loss", "target") in trainer.graph.wires()
    assert run.at["loss"].deltas[1] is None


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
