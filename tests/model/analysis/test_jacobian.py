"""Jacobians of every layer against central differences, and what is said about them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from model.analysis.bench import Bench
from model.analysis.jacobian import jacobian, jacobian_column
from model.analysis.jacobian_chain import jacobian_chain
from model.analysis.rehearsal import Rehearsal, rehearse
from model.analysis.structure import structure_of
from model.errors import DesignError
from model.layer import Array, Layer
from model.layers.activations import ReLU, Softmax
from model.layers.attention import SelfAttention
from model.layers.batch_norm import BatchNorm
from model.layers.convolution import Conv2D
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.losses import MeanSquaredError
from model.layers.merge import Add
from model.layers.pooling import MaxPool2D
from model.layers.source import DataSource
from model.trainer import Trainer
from tests.model.layers.registry import INNER, LOSSES, Case, cases, small
from tests.model.samples import Given, Projection, Shift, build, chain

COMPUTING = {**INNER, **LOSSES}
ITEM = 1
STEP = 1e-6
MOST = 40
"""Columns of one matrix that are compared, spread over it; more only cost time."""


def rehearsal_of(case: Case) -> Rehearsal:
    return Rehearsal(case.graph, case.arrays, dtype=np.float64)


def differences(bench: Bench, array: Array, places: Array) -> Iterator[Array]:
    """(out(x + step) - out(x - step)) / (2 step) for each chosen number x of the array."""
    for place in places:
        at = np.unravel_index(place, array.shape)
        value = array[at]
        found = []
        for shift in (STEP, -STEP):
            array[at] = value + shift
            out = np.array(bench.forward())
            found.append(out.reshape(-1) if bench.is_loss else out[ITEM].reshape(-1))
        array[at] = value
        yield (found[0] - found[1]) / (2 * STEP)


def spread_over(size: int) -> Array:
    return np.unique(np.linspace(0, size - 1, MOST).astype(int))


@pytest.mark.parametrize("kind", COMPUTING.values(), ids=COMPUTING)
def test_the_jacobian_of_every_layer_agrees_with_central_differences(kind: type[Layer]):
    layer = small(kind)
    for case in cases(layer, batch=3, seed=1)[:2]:
        step = rehearsal_of(case)
        step.there_and_back()
        n = step.run.at["tried"]
        bench = Bench(step, "tried", [np.array(h) for h in n.hs])
        for k, carries in enumerate(bench.carries):
            if carries:
                found = jacobian(step, "tried", k, ITEM)
                width = found.shape[1]
                places = spread_over(width)
                expected = differences(bench, bench.hs[k], places + ITEM * width)
                for place, column in zip(places, expected, strict=True):
                    np.testing.assert_allclose(found.matrix[:, place], column, rtol=1e-6, atol=2e-8)
        for name in step.plan.by_id["tried"].parameters:
            found = jacobian(step, "tried", name, ITEM)
            places = spread_over(found.shape[1])
            expected = differences(bench, bench.parameter(name), places)
            for place, column in zip(places, expected, strict=True):
                np.testing.assert_allclose(found.matrix[:, place], column, rtol=1e-6, atol=2e-8)


@pytest.mark.parametrize("kind", INNER.values(), ids=INNER)
def test_delta_times_jacobian_is_what_every_layer_passes_down(kind: type[Layer]):
    step = rehearsal_of(cases(small(kind), batch=3, seed=2)[0])
    step.there_and_back()
    for k, delta in enumerate(step.run.at["tried"].deltas):
        if delta is not None:
            found = jacobian(step, "tried", k, ITEM)
            np.testing.assert_array_equal(found.passed, delta[ITEM].reshape(-1))
            assert found.mixes_items == (kind is BatchNorm)
            if not found.mixes_items:
                np.testing.assert_allclose(found.product, found.passed, rtol=1e-9, atol=1e-12)


def alone(layer: Layer, *shape: int, batch: int = 3) -> Rehearsal:
    """The layer between given numbers and a loss."""
    out = layer.out_spec(Given(shapes=(shape,)).out_specs()["a"]).shape
    given = Given(shapes=(shape,), target=out)
    graph = build(
        {"given": given, "shift": Shift(), "tried": layer, "loss": Projection()},
        "given.a > shift.h",
        "shift.h > tried.h",
        "tried.h > loss.prediction",
        "given.y > loss.target",
    )
    rng = np.random.default_rng(0)
    arrays = {"a": rng.normal(size=(batch, *shape)), "y": rng.normal(size=(batch, *out))}
    return Rehearsal(graph, {"given": arrays}, dtype=np.float64)


def test_structures_are_named():
    assert jacobian(alone(ReLU(), 6), "tried").structure == "diagonal"
    assert jacobian(alone(Softmax(), 6), "tried").structure == "full"
    assert jacobian(alone(Softmax(), 3, 4), "tried").structure == "block"
    assert jacobian(alone(Dense(units=3), 4), "tried").structure == "full"
    assert jacobian(alone(Dense(units=3), 4), "tried", "W").structure == "sparse"
    assert jacobian(alone(Dense(units=3, each_step=True), 4, 2), "tried").structure == "block"
    assert jacobian(alone(Dense(units=3), 4), "tried", "b").structure == "identity"
    assert jacobian(alone(MaxPool2D(), 2, 4, 4), "tried").structure == "sparse"
    assert jacobian(alone(Dropout(), 8), "tried").structure == "diagonal"
    assert jacobian(alone(Dense(units=1), 1), "tried").structure == "scalar"
    causal = SelfAttention(heads=1, causal=True)
    assert jacobian(alone(causal, 3, 2), "tried").structure == "triangular"
    assert structure_of(np.array([[1.0, 0.0], [1.0, 1.0]])) == "triangular"
    assert structure_of(np.array([[1.0, 2.0, 0.0]])) == "partial"
    assert structure_of(np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]])) == "partial"


def test_a_dense_layer_has_its_weights_as_jacobian():
    step = alone(Dense(units=64), 128)
    found = jacobian(step, "tried")
    np.testing.assert_allclose(found.matrix, step.plan.parameter("tried", "W").T, rtol=1e-15)
    assert found.shape == (64, 128)
    assert found.out_shape == (64,)
    assert found.in_shape == (128,)
    # 3 items: (3 * 64) x (3 * 128) numbers; the engine keeps h, out, both deltas, little more
    assert found.batch_numbers == 3 * 64 * 3 * 128
    assert 2 * 3 * (64 + 128) <= found.held < found.batch_numbers / 3
    by_bias = jacobian(step, "tried", "b")
    assert by_bias.batch_numbers == 3 * 64 * 64


def test_a_mask_of_this_very_step_is_in_the_jacobian_of_dropout():
    step = alone(Dropout(p=0.5), 12, batch=4)
    step.there_and_back()
    for item in range(4):
        mask = step.run.at["tried"].mask[item]
        np.testing.assert_array_equal(np.diag(jacobian(step, "tried", 0, item).matrix), mask)


def test_the_chain_of_a_network_is_the_slope_of_its_answer():
    graph = chain(
        DataSource(dataset="diabetes", scaling="standardize", target_scaling="unit"),
        Dense(units=5),
        ReLU(),
        Dense(units=2),
        Dense(units=1),
        loss=MeanSquaredError(),
        batch_size=4,
    )
    step = rehearse(graph)
    found = jacobian_chain(step, "data", "dense_3", ITEM)
    assert found.n_ways == 1
    assert found.ways[0].described == "1 × 2 · 2 × 5 · 5 × 5 · 5 × 10 = 1 × 10"
    np.testing.assert_allclose(found.ways[0].product, found.total, rtol=1e-13)
    # independently: the whole network by central differences
    x = step.run.at["data"].outs["x"]
    for j in range(10):
        outs = []
        for shift in (STEP, -STEP):
            x[ITEM, j] += shift
            step.run.forward()
            outs.append(float(step.run.at["dense_3"].out[ITEM, 0]))
            x[ITEM, j] -= shift
        slope = (outs[0] - outs[1]) / (2 * STEP)
        assert found.total[0, j] == pytest.approx(slope, rel=1e-6, abs=1e-9)


def test_ways_past_a_branch_add_up():
    graph = build(
        {
            "given": Given(shapes=((4,),), target=(4,)),
            "shift": Shift(),
            "relu": ReLU(),
            "add": Add(),
            "loss": Projection(),
        },
        "given.a > shift.h",
        "shift.h > relu.h",
        "shift.h > add.h",
        "relu.h > add.h",
        "add.h > loss.prediction",
        "given.y > loss.target",
    )
    h = np.array([[1.0, -2.0, 3.0, -4.0]])
    step = Rehearsal(graph, {"given": {"a": h, "y": np.ones((1, 4))}}, dtype=np.float64)
    found = jacobian_chain(step, "shift", "add")
    assert found.n_ways == 2
    assert sorted(way.described for way in found.ways) == ["4 × 4", "4 × 4 · 4 × 4 = 4 × 4"]
    np.testing.assert_array_equal(found.total, np.diag([2.0, 1.0, 2.0, 1.0]))
    loss = jacobian_chain(step, "given", "loss")
    np.testing.assert_array_equal(loss.total, [[2.0, 1.0, 2.0, 1.0]])


def test_what_has_no_jacobian_is_refused_in_words():
    step = alone(Dense(units=3), 4)
    with pytest.raises(DesignError, match="taken as given"):
        jacobian(step, "loss", "target")
    with pytest.raises(DesignError, match="no input or parameter gamma"):
        jacobian(step, "tried", "gamma")
    with pytest.raises(DesignError, match="no item 3"):
        jacobian(step, "tried", 0, 3)
    with pytest.raises(DesignError, match="No way leads"):
        jacobian_chain(step, "loss", "tried")
    with pytest.raises(DesignError, match="too many to show"):
        jacobian(alone(ReLU(), 3000, batch=1), "tried")


def test_a_jacobian_leaves_the_training_alone():
    trainer = Trainer(
        chain(
            DataSource(dataset="diabetes"),
            Dense(units=3),
            Dropout(),
            Dense(units=1),
            loss=MeanSquaredError(),
        ),
        dtype=np.float64,
    )
    trainer.step()
    before = trainer.plan.streams["dropout_1"].bit_generator.state["state"]["state"].copy()
    found = jacobian(trainer, "dropout_1", 0, 2)
    after = trainer.plan.streams["dropout_1"].bit_generator.state["state"]["state"]
    np.testing.assert_array_equal(before, after)
    trainer.step()
    assert trainer.run is not None
    np.testing.assert_array_equal(np.diag(found.matrix), trainer.run.at["dropout_1"].mask[2])


def test_one_column_of_a_large_jacobian_has_only_the_outputs_that_depend_on_it():
    step = alone(Conv2D(channels=2, kernel=3), 1, 6, 6)
    whole = jacobian(step, "tried")
    rows, slopes = jacobian_column(step, "tried", 0, ITEM, 14)
    expected = np.zeros(whole.shape[0])
    expected[rows] = slopes
    np.testing.assert_allclose(expected, whole.matrix[:, 14], rtol=1e-12)
    assert len(rows) < whole.shape[0] / 2
    assert len(jacobian_column(alone(BatchNorm(), 3), "tried", 0, ITEM, 1)[0]) == 0
