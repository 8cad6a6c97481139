"""Walking through a step: the engine's numbers, one operation at a time, there and back."""

from __future__ import annotations

import numpy as np
import pytest

from model.analysis.memory import Memory
from model.analysis.rehearsal import Rehearsal
from model.errors import DesignError
from model.expressions import DomainError
from model.files import examples_folder, read_design
from model.graph import NetworkGraph
from model.layer import Layer
from model.layers.activations import ReLU
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.losses import MeanSquaredError
from model.layers.merge import Add
from model.layers.scalar import Function, Goal, Variable
from model.layers.source import DataSource
from model.optimizers import Adam, AdamW, Lion, Momentum, NAdam, Optimizer
from model.plan import compile_plan
from model.schedules import Constant
from model.teaching import walkthrough
from model.teaching.walkthrough import Walkthrough
from model.trainer import Trainer
from model.trainer_state import state_of
from tests.model.layers.registry import INNER, LOSSES, cases, small
from tests.model.samples import build, busy_net, chain

COMPUTING = {**INNER, **LOSSES}
every_computing = pytest.mark.parametrize("kind", COMPUTING.values(), ids=COMPUTING)


def example(name: str) -> NetworkGraph:
    return NetworkGraph(read_design(examples_folder() / f"{name}.json"))


def walk_of(kind: type[Layer], seed: int = 1, **options: int) -> Walkthrough:
    case = cases(small(kind), batch=3, seed=seed, **options)[0]
    return Walkthrough(Rehearsal(case.graph, case.arrays, dtype=np.float64), item=1)


def everything(walk: Walkthrough) -> list[np.ndarray]:
    """Copies of all arrays of the walk."""
    step = walk.rehearsal
    roots = (list(step.run.at.values()), step.plan.theta, step.plan.grads)
    memory = Memory(*roots, walk.optimising.updater.slots, list(step.plan.states.values()))
    return [copied for _, copied in memory.arrays]


def assert_same(found: list[np.ndarray], expected: list[np.ndarray]) -> None:
    assert len(found) == len(expected)
    for left, right in zip(found, expected, strict=True):
        np.testing.assert_array_equal(left, right)


@every_computing
def test_the_numbers_are_the_engines_for_every_layer(kind: type[Layer]):
    case = cases(small(kind), batch=3, seed=1, consumers=2)[0]
    plan = compile_plan(case.graph, dtype=np.float64)
    run = plan.bind(3, is_training=True)
    run.fill(case.arrays)
    loss = run.forward()
    run.backward()
    walk = Walkthrough(Rehearsal(case.graph, case.arrays, dtype=np.float64), item=None)
    walk.run_to_phase_end()
    assert walk.loss == loss
    assert walk.run_to_phase_end() is not None
    np.testing.assert_array_equal(walk.rehearsal.plan.grads, plan.grads)
    for key, n in run.at.items():
        found = walk.numbers(key)
        if plan.by_id[key].outputs.get("") is None:
            np.testing.assert_array_equal(found.out, n.out)
        if n.delta_out is not None:
            np.testing.assert_array_equal(found.delta, n.delta_out)
        for passed, delta in zip(found.passed, n.deltas, strict=True):
            if delta is not None:
                np.testing.assert_array_equal(passed, delta)


@every_computing
def test_every_operation_of_every_layer_can_be_undone_bit_by_bit(kind: type[Layer]):
    walk = walk_of(kind, consumers=2)
    states = [everything(walk)]
    while walk.forward() is not None:
        states.append(everything(walk))
    for position in range(len(walk.operations) - 1, -1, -1):
        assert walk.back() == walk.operations[position]
        assert_same(everything(walk), states[position])
    assert walk.back() is None
    walk.run_to_end()
    assert_same(everything(walk), states[-1])


def test_further_back_than_the_record_the_step_is_done_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(walkthrough, "MOST_BYTES", 1)
    walk = Walkthrough(Trainer(busy_net(optimizer=Adam())), None)
    thetas, outs = [], []
    while not walk.is_at_end:
        thetas.append(walk.rehearsal.plan.theta.copy())
        outs.append(walk.tape())
        walk.forward()
    for theta, tape in zip(reversed(thetas), reversed(outs), strict=True):
        walk.back()
        np.testing.assert_array_equal(walk.rehearsal.plan.theta, theta)
        assert list(walk.tape()) == list(tape)
        for key, out in tape.items():
            np.testing.assert_array_equal(walk.tape()[key], out)


TRAININGS = [
    {"optimizer": Momentum(lr=0.1), "l2": 0.01, "l1": 0.001},
    {"optimizer": Adam(), "clip_norm": 0.1, "l1": 0.01, "l1_step": "proximal"},
    {"optimizer": AdamW(weight_decay=0.1), "clip_value": 0.001, "max_norm": 0.5},
    {"optimizer": NAdam(), "schedule": Constant(warmup=10)},
    {"optimizer": Lion(weight_decay=0.1)},
]


@pytest.mark.parametrize("training", TRAININGS, ids=lambda each: type(each["optimizer"]).__name__)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_walk_to_the_end_is_the_trainers_next_step_bit_by_bit(training: dict, dtype: type):
    trainer = Trainer(busy_net(**training), dtype=dtype)
    for _ in range(3):
        trainer.step()
    before = state_of(trainer)
    walk = Walkthrough(trainer)
    walk.run_to_end()
    assert state_of(trainer).words == before.words
    for name, array in state_of(trainer).arrays.items():
        np.testing.assert_array_equal(array, before.arrays[name])
    trainer.step()
    np.testing.assert_array_equal(walk.rehearsal.plan.theta, trainer.plan.theta)
    np.testing.assert_array_equal(walk.optimising.updater.slots, trainer.slots)
    for place, state in trainer.plan.states.items():
        np.testing.assert_array_equal(walk.rehearsal.plan.states[place], state)
    assert walk.loss == trainer.data_loss


def test_tied_weights_add_up_their_gradients_in_an_operation_of_their_own():
    graph = chain(
        DataSource(dataset="diabetes"),
        Dense(units=4),
        Dense(units=10, tied_to="dense_1"),
        Dense(units=1),
        loss=MeanSquaredError(),
        batch_size=4,
    )
    trainer = Trainer(graph)
    walk = Walkthrough(trainer)
    walk.run_to_end()
    assert [each.node_id for each in walk.operations if each.kind == "tie"] == ["dense_1"]
    trainer.step()
    np.testing.assert_array_equal(walk.rehearsal.plan.theta, trainer.plan.theta)


def test_a_frozen_mask_is_the_one_of_the_training():
    graph = chain(
        DataSource(dataset="diabetes"),
        Dense(units=6),
        Dropout(new_mask="frozen"),
        Dense(units=1),
        loss=MeanSquaredError(),
        batch_size=4,
    )
    trainer = Trainer(graph)
    trainer.step()
    assert trainer.run is not None
    mask = trainer.run.at["dropout_1"].mask.copy()
    walk = Walkthrough(trainer)
    walk.run_to("dropout_1")
    np.testing.assert_array_equal(walk.rehearsal.run.at["dropout_1"].mask, mask)


# moving


def test_the_chain_rule_operation_by_operation():
    walk = Walkthrough(example("chain_rule"))
    assert [(each.phase, each.kind, each.node_id) for each in walk.operations] == [
        ("forward", "forward", "w"),
        ("forward", "forward", "x"),
        ("forward", "forward", "y"),
        ("forward", "forward", "z"),
        ("forward", "forward", "goal"),
        ("backward", "backward", "goal"),
        ("backward", "backward", "z"),
        ("backward", "backward", "y"),
        ("backward", "backward", "x"),
        ("backward", "gradient", "w"),
        ("update", "update", "w"),
    ]
    assert walk.loss is None
    assert walk.last is None
    assert walk.numbers("x").out is None
    walk.run_to("x")
    assert walk.position == 2
    assert walk.numbers("x").out == 5
    assert walk.numbers("y").out is None
    assert list(walk.tape()) == ["w", "x"]
    walk.run_to_phase_end()
    assert walk.phase == "backward"
    assert walk.loss == pytest.approx(4.1805808, abs=5e-8)
    assert walk.numbers("z").delta is None
    walk.forward()
    assert walk.numbers("z").delta == 1
    walk.run_to("y")
    assert float(walk.numbers("y").passed[0]) == pytest.approx(1.2875503, abs=5e-8)
    walk.run_to_phase_end()
    assert walk.phase == "update"
    assert walk.numbers("w").grads["theta"] == pytest.approx(2.5751007, abs=5e-8)
    walk.run_to_end()
    assert walk.is_at_end
    assert walk.forward() is None
    assert walk.run_to("w") is None
    assert walk.next is None


def test_a_run_stops_at_breakpoints():
    walk = Walkthrough(example("chain_rule"))
    walk.breakpoints = {"y"}
    stops = []
    while not walk.is_at_end:
        info = walk.run_to_end()
        stops.append((info.kind, info.node_id))
    assert stops == [("forward", "y"), ("backward", "y"), ("update", "w")]
    walk.begin()
    walk.run_to_phase_end()
    assert walk.last.node_id == "y"


def test_a_node_that_is_not_there_is_refused_and_so_is_an_item():
    walk = Walkthrough(example("chain_rule"))
    with pytest.raises(DesignError):
        walk.run_to("nowhere")
    with pytest.raises(DesignError, match="no item 1"):
        Walkthrough(example("chain_rule"), item=1)


def test_a_logarithm_of_a_negative_number_leaves_the_walk_where_it_stood():
    graph = build(
        {"w": Variable(value="-2"), "y": Function(formula="log(x)"), "goal": Goal()},
        "w.h > y.x",
        "y.h > goal.prediction",
    )
    walk = Walkthrough(graph)
    with pytest.raises(DomainError, match="the value is -2"):
        walk.run_to_end()
    assert walk.position == 1
    assert walk.back().node_id == "w"


# descriptions


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


def describe_at(walk: Walkthrough, node_id: str, kind: str):
    while (info := walk.forward()) is not None:
        if (info.node_id, info.kind) == (node_id, kind):
            return walk.describe()
    raise AssertionError


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
