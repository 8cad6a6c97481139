"""A design in several sizes and on fewer items, judged against its own training."""

from __future__ import annotations

import numpy as np
import pytest

from model.analysis.overfitting import over_items, over_sizes
from model.analysis.overfitting_network import (
    Network,
    Survey,
    choices,
    hidden_layers,
    judged,
    resize,
    sized,
    survey,
    take_parameters,
    trainer_on,
    widths,
)
from model.analysis.progress import Progress
from model.answering import through
from model.errors import DesignError
from model.layers.activations import ReLU
from model.layers.dense import Dense
from model.layers.losses import MeanSquaredError, SoftmaxCrossEntropy
from model.layers.merge import Add
from model.layers.source import DataSource
from model.trainer import Trainer
from model.trainer_state import restore, state_of
from tests.model.samples import build, busy_net, chain, line_net, xor_net


def test_the_layer_that_answers_has_no_free_width():
    assert hidden_layers(xor_net()) == ("dense_1",)
    assert choices(xor_net()) == ("", "dense_1")
    assert choices(line_net()) == ()


def test_layers_that_are_added_grow_together_only():
    graph = build(
        {
            "data": DataSource(dataset="xor", size=40),
            "left": Dense(units=4),
            "right": Dense(units=4),
            "add": Add(),
            "relu": ReLU(),
            "out": Dense(units=2),
            "loss": SoftmaxCrossEntropy(),
        },
        "data.x > left.h",
        "data.x > right.h",
        "left.h > add.h",
        "right.h > add.h",
        "add.h > relu.h",
        "relu.h > out.h",
        "out.h > loss.prediction",
        "data.y > loss.target",
    )
    assert choices(graph) == ("",)
    assert widths(graph, "", 2.0) == {"left": 8, "right": 8}
    with pytest.raises(DesignError, match="In this size"):
        sized(graph, "left", 5)


def test_sizes_are_counted_in_parameters():
    # 2 inputs, 6 hidden, 2 answers: 2 * 6 + 6 + 6 * 2 + 2 = 32; 12 hidden: 62
    network = Network(xor_net(), "", 5, 24)
    assert [network.parameters(size) for size in (1.0, 2.0)] == [32, 62]
    assert network.sizes == (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
    # 0.75, 1.5, 3, 6, ... units, rounded: 1, 2, 3, 6, 12, 24, 48
    assert Network(xor_net(), "dense_1", 5, 24).sizes == (1, 2, 3, 6, 12, 24, 48)
    assert xor_net().node("dense_1").layer == Dense(units=6)


def test_a_design_is_surveyed_before_it_is_trained():
    assert survey(Progress(), xor_net()) == Survey(("", "dense_1"), 24, 32, True)
    assert not survey(Progress(), xor_net(validation_share=0.0)).has_validation


def test_a_size_is_an_edit_that_can_be_undone():
    graph = xor_net()
    assert resize(graph, "", 1.0).changes == ()
    edit = resize(graph, "dense_1", 9)
    graph.apply(edit.changes)
    assert graph.node("dense_1").layer == Dense(units=9)
    assert edit.text == "Set the width of Dense 6"


def test_on_all_items_it_is_the_training_of_the_canvas_bit_for_bit():
    own, copied = Trainer(busy_net()), trainer_on(busy_net(), 24, 0)
    for _ in range(9):
        own.step()
        copied.step()
    np.testing.assert_array_equal(own.plan.theta, copied.plan.theta)


def test_data_that_are_prepared_once_give_the_same_numbers():
    network = Network(busy_net(), "", 12, 24)
    first, again = (network.judge(Progress(), 2.0, 9, 1) for _ in range(2))
    anew = trainer_on(sized(busy_net(), "", 2.0), 9, 1)
    for _ in range(12):
        anew.step()
    np.testing.assert_array_equal(first, judged(anew))
    np.testing.assert_array_equal(first, again)
    assert len(network.prepared) == 1


def test_more_items_are_the_same_ones_and_others():
    for number in (0, 1):
        few = trainer_on(xor_net(), 7, number).part("training")
        more = trainer_on(xor_net(), 12, number).part("training")
        assert len(few) == 7
        np.testing.assert_array_equal(few, more[:7])
    assert not np.array_equal(trainer_on(xor_net(), 7, 0).part("training"), few)


def test_only_its_items_are_trained_on():
    trainer = trainer_on(xor_net(), 7, 0)
    seen: set[int] = set()
    for _ in range(6):
        trainer.step()
        seen |= set(trainer.indices.tolist())
    assert seen == set(trainer.part("training").tolist())
    assert trainer.epoch == 3  # batches of 5 and 2
    assert len(trainer.part("validation")) == len(Trainer(xor_net()).part("validation"))


def test_seeds_differ_in_first_values_and_keep_the_parts():
    one, two = trainer_on(xor_net(), 24, 0), trainer_on(xor_net(), 24, 1)
    assert not np.array_equal(one.plan.theta, two.plan.theta)
    np.testing.assert_array_equal(np.sort(one.part("training")), np.sort(two.part("training")))
    np.testing.assert_array_equal(one.part("test"), two.part("test"))


def test_more_items_than_there_are_is_refused():
    with pytest.raises(DesignError, match="24 training items, not 25"):
        trainer_on(xor_net(), 25, 0)


def test_losses_are_mean_squares_without_the_penalty():
    graph = chain(
        DataSource(dataset="curve", size=20),
        Dense(units=3),
        Dense(units=1),
        loss=MeanSquaredError(),
        batch_size=0,
        seed=1,
        l2=0.5,
    )
    trainer = trainer_on(graph, 6, 0, np.float64)
    trainer.step()
    source = trainer.feeding.sources["data"]
    for name, loss in zip(("training", "validation", "test"), judged(trainer), strict=True):
        items = trainer.part(name)
        answers = through(trainer, source.arrays["x"][items], "data")
        apart = answers.reshape(-1) - source.arrays["y"][items].reshape(-1)
        assert loss == pytest.approx(float(np.mean(apart**2)), rel=1e-9)
    assert trainer.penalty_now() > 0


def test_a_fit_ends_at_the_losses_it_is_judged_by():
    network = Network(xor_net(), "", 40, 24)
    run = network.run(Progress(), 2.0, 12, 0)
    np.testing.assert_array_equal(run.losses[:, -1], network.judge(Progress(), 2.0, 12, 0))
    assert run.steps[0] == 0
    assert run.steps[-1] == 40
    assert len(run.maps) == len(run.steps)


def test_the_state_of_the_best_step_is_exact_with_its_statistics():
    network = Network(busy_net(), "", 120, 24)
    run = network.run(Progress(), 1.0, 24, 0)
    best = int(run.steps[run.stop.best])
    assert 0 < best < 120
    assert run.best_state is not None
    own = Trainer(busy_net())
    for _ in range(best):
        own.step()
    expected = state_of(own)
    assert run.best_state.arrays.keys() == expected.arrays.keys()
    assert "state.batch_norm_1.running_mean" in expected.arrays
    for name, values in expected.arrays.items():
        np.testing.assert_array_equal(run.best_state.arrays[name], values, err_msg=name)
    # going back there and on is the same as never having gone farther
    other = Trainer(busy_net())
    restore(other, run.best_state)
    for _ in range(5):
        own.step()
        other.step()
    np.testing.assert_array_equal(own.plan.theta, other.plan.theta)


def test_the_way_back_is_a_state_of_the_whole_training():
    network = Network(busy_net(), "", 60, 24)
    whole, part = (network.run(Progress(), 2.0, items, 0) for items in (24, 9))
    assert whole.best_state is not None
    assert part.best_state is not None
    assert whole.back is not None
    assert part.back is not None
    assert whole.back[0] is whole.best_state
    assert whole.back[1]["loss"].last_step == whole.best_state.words["step"]
    trainer = Trainer(sized(busy_net(), "", 2.0))
    restore(trainer, whole.back[0])
    restore(trainer, part.back[0])
    assert trainer.step_count == 0
    for place in trainer.plan.slices:
        kept = part.best_state.arrays[".".join(place)]
        np.testing.assert_array_equal(trainer.plan.parameter(*place), kept)


def test_parameters_of_a_fit_on_fewer_items_go_into_the_whole_training():
    run = Network(busy_net(), "", 60, 24).run(Progress(), 1.0, 9, 0)
    assert run.best_state is not None
    trainer = Trainer(busy_net())
    for _ in range(3):
        trainer.step()
    take_parameters(trainer, run.best_state)
    for place in trainer.plan.slices:
        kept = run.best_state.arrays[".".join(place)]
        np.testing.assert_array_equal(trainer.plan.parameter(*place), kept)
    for place, values in trainer.plan.states.items():
        np.testing.assert_array_equal(values, run.best_state.arrays[f"state.{'.'.join(place)}"])
    assert not trainer.slots.any()
    assert trainer.step_count == 3
    own = trainer_on(busy_net(), 9, 0)
    restore(own, run.best_state)
    assert trainer.evaluate("validation").loss == own.evaluate("validation").loss
    trainer.step()


def test_a_training_that_runs_away_has_an_infinite_loss():
    wild = line_net(clip_norm=0.0)
    graph = chain(
        DataSource(dataset="curve", size=20),
        Dense(units=4),
        Dense(units=1),
        loss=MeanSquaredError(),
        batch_size=0,
        optimizer=type(wild.training.optimizer)(lr=90.0),
    )
    network = Network(graph, "", 200, 12)
    assert np.isinf(network.judge(Progress(), 1.0, 12, 0)).all()
    run = network.run(Progress(), 1.0, 12, 0)
    assert "stopped at step" in run.fault
    assert run.best_state is not None


def test_curves_of_a_design():
    network = Network(xor_net(), "", 15, 24)
    sizes = over_sizes(Progress(), network, (1.0, 2.0), 12, 2)
    assert np.isfinite(sizes.losses).all()
    assert sizes.losses[0, 0, 0] == network.judge(Progress(), 1.0, 12, 0)[0]
    items = over_items(Progress(), network, 1.0, (6, 12), 2)
    np.testing.assert_array_equal(items.losses[:, 1], sizes.losses[:, 0])
