"""What is told of an operation: numbers, what it reads, terms at a fan-out, parts of an update."""

from __future__ import annotations

import numpy as np
import pytest

from model.layer import Layer
from model.layers.activations import ReLU
from model.layers.dense import Dense
from model.layers.losses import MeanSquaredError
from model.layers.merge import Add
from model.layers.scalar import Function, Goal, Variable
from model.layers.source import DataSource
from model.optimizers import Adam, Momentum, Optimizer
from model.teaching.walkthrough import Walkthrough
from model.trainer import Trainer
from tests.model.samples import build, busy_net, chain
from tests.model.teaching.walks import (
    assert_same,
    describe_at,
    every_computing,
    everything,
    example,
    walk_of,
)


@every_computing
def test_a_description_of_every_operation_fits_its_numbers_and_changes_nothing(kind: type[Layer]):
    walk = walk_of(kind, seed=2, consumers=2)
    while (info := walk.forward()) is not None:
        before = everything(walk)
        view = walk.describe()
        assert_same(everything(walk), before)
        assert view.info == info
        assert "def " in view.source or info.kind == "tie"
        for written in view.written_out:
            found = (view.shares if info.kind == "gradient" else view.downstream)[written.by]
            expected = found.reshape(-1)[written.place]
            assert written.total == pytest.approx(expected, rel=1e-9, abs=1e-12)
        for by, jacobian in view.local.items():
            if info.kind == "backward" and not jacobian.mixes_items:
                np.testing.assert_allclose(
                    jacobian.product, view.downstream[by].reshape(-1), rtol=1e-9, atol=1e-12
                )
        if info.node_id == "tried" and info.kind == "backward":
            assert view.local or view.written_out


def test_the_chain_rule_in_words_of_mathematics():
    walk = Walkthrough(example("chain_rule"))
    assert walk.describe() is None
    forward = describe_at(walk, "y", "forward")
    assert forward.with_numbers == (("y", r"\log(x) = \log(5) = 1.6094"),)
    assert [(each.name, each.source) for each in forward.reads] == [("x", "x")]
    view = describe_at(walk, "z", "backward")
    assert view.upstream == 1
    assert float(view.downstream["y"]) == pytest.approx(6.4377516, abs=5e-8)
    assert view.local["y"].matrix == pytest.approx(6.4377516, abs=5e-8)
    slope, passed = (text for _, text in view.with_numbers)
    assert slope == r"\frac{\partial f}{\partial y} = 4 y = 4 \cdot 1.6094 = 6.4378"
    assert passed == r"\delta = 1 \cdot 6.4378 = 6.4378"
    assert {each.name for each in view.reads} == {"y", "delta_out"}
    assert view.lit == ("y",)
    assert "def backward" in view.source
    linear = describe_at(walk, "x", "backward")
    assert [each.name for each in linear.reads] == ["delta_out"], "a slope of 2 needs no value"
    assert linear.lit == ()
    update = describe_at(walk, "w", "update")
    assert update.with_numbers == (("θ", r"\theta \leftarrow 1 - 0.12876 = 0.87124"),)
    assert float(update.parts["theta"]["step"]) == pytest.approx(0.05 * 2.5751007, abs=5e-9)


def test_at_a_fan_out_the_terms_are_listed_and_summed():
    graph = build(
        {
            "w": Variable(value="2"),
            "square": Function(formula="w**2"),
            "line": Function(formula="3*w"),
            "sum": Function(formula="a + b"),
            "goal": Goal(),
        },
        "w.h > square.w",
        "w.h > line.w",
        "square.h > sum.a",
        "line.h > sum.b",
        "sum.h > goal.prediction",
    )
    view = describe_at(Walkthrough(graph), "w", "sum")
    assert {(term.source, float(term.delta)) for term in view.terms} == {
        ("square", 4.0),
        ("line", 3.0),
    }
    assert view.upstream == 7
    assert view.with_numbers[0][1].endswith("= 7")


def test_both_results_of_a_dense_layer_are_written_out():
    graph = chain(
        DataSource(dataset="diabetes"),
        Dense(units=3),
        ReLU(),
        Dense(units=2),
        Dense(units=1),
        loss=MeanSquaredError(),
        batch_size=4,
    )
    walk = Walkthrough(graph, item=2)
    gradient = describe_at(walk, "dense_2", "gradient")
    n = walk.rehearsal.run.at["dense_2"]
    np.testing.assert_allclose(gradient.shares["W"], np.outer(n.h[2], n.delta_out[2]))
    np.testing.assert_allclose(gradient.gradients["W"], n.h.T @ n.delta_out)
    assert {each.name for each in gradient.reads} == {"h", "delta_out"}
    backward = describe_at(walk, "dense_2", "backward")
    (written,) = backward.written_out
    W = walk.rehearsal.plan.parameter("dense_2", "W")
    np.testing.assert_array_equal(written.local, W[written.place])
    np.testing.assert_array_equal(written.upstream, n.delta_out[2])
    assert {each.name for each in backward.reads} == {"W", "delta_out"}
    chosen = walk.describe(element=1)
    assert chosen.written_out[0].place == 1


def test_dropout_reads_its_mask_and_batch_norm_what_it_has_normalised():
    walk = Walkthrough(busy_net())
    mask = describe_at(walk, "dropout_1", "backward")
    assert {(each.name, each.origin) for each in mask.reads} == {
        ("mask", "stored"),
        ("delta_out", "delta"),
    }
    norm = describe_at(walk, "batch_norm_1", "backward")
    assert {"normal", "std", "gamma", "delta_out"} <= {each.name for each in norm.reads}
    assert norm.written_out == ()
    assert norm.local["h"].mixes_items


def test_a_skip_connection_is_walked_through_too():
    graph = build(
        {
            "data": DataSource(dataset="diabetes"),
            "first": Dense(units=4),
            "second": Dense(units=4),
            "add": Add(),
            "last": Dense(units=1),
            "loss": MeanSquaredError(),
        },
        "data.x > first.h",
        "first.h > second.h",
        "first.h > add.h",
        "second.h > add.h",
        "add.h > last.h",
        "last.h > loss.prediction",
        "data.y > loss.target",
    )
    view = describe_at(Walkthrough(graph), "first", "sum")
    assert {(term.source, term.port) for term in view.terms} == {("second", "h"), ("add", "h[0]")}


@pytest.mark.parametrize("optimizer", [Momentum(), Adam()], ids=["momentum", "adam"])
def test_the_update_of_all_weights_is_taken_to_pieces(optimizer: Optimizer):
    trainer = Trainer(busy_net(optimizer=optimizer), dtype=np.float64)
    trainer.step()
    walk = Walkthrough(trainer)
    view = describe_at(walk, "dense_1", "update")
    parts = view.parts["W"]
    assert ("velocity" if isinstance(optimizer, Momentum) else "corrected mean") in parts
    np.testing.assert_allclose(
        parts["new"], walk.rehearsal.plan.parameter("dense_1", "W"), rtol=1e-12
    )
