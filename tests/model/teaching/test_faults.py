"""Planted faults: each is found by the gradient check, and nothing but the copy is touched."""

from __future__ import annotations

import inspect
from functools import partial
from typing import get_args

import numpy as np
import pytest

from model.analysis.gradient_check import check_gradients
from model.analysis.tolerance import GOOD
from model.analysis.tracing import trace
from model.errors import DesignError
from model.graph import NetworkGraph
from model.layers import LAYERS
from model.layers.activations import Tanh
from model.layers.batch_norm import BatchNorm
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.losses import SoftmaxCrossEntropy
from model.layers.merge import Add
from model.layers.source import DataSource
from model.plan import compile_plan
from model.settings import TrainingSettings
from model.teaching.exercises import LECTURE
from model.teaching.faults import FAULTS, Fault, FaultKind, faulty_plan, faulty_rehearsal, places
from model.teaching.faults import plant as plant_fault
from model.teaching.from_expression import from_expression
from model.trainer import Trainer
from tests.model.samples import build

KINDS = list(FAULTS)


def design() -> NetworkGraph:
    """Room for every fault: a skip connection makes the fan-out."""
    return build(
        {
            "data": DataSource(dataset="moons", size=30),
            "first": Dense(units=4),
            "norm": BatchNorm(),
            "tanh": Tanh(),
            "off": Dropout(p=0.3, scaling="inverted"),
            "inner": Dense(units=4),
            "skip": Add(),
            "last": Dense(units=2),
            "loss": SoftmaxCrossEntropy(),
        },
        "data.x > first.h",
        "first.h > norm.h",
        "norm.h > tanh.h",
        "tanh.h > off.h",
        "off.h > inner.h",
        "off.h > skip.h",
        "inner.h > skip.h",
        "skip.h > last.h",
        "last.h > loss.prediction",
        "data.y > loss.target",
        training=TrainingSettings(batch_size=6, seed=4),
    )


def batch() -> dict[str, dict[str, np.ndarray]]:
    rng = np.random.default_rng(1)
    return {"data": {"x": rng.normal(size=(6, 2)), "y": np.array([0, 1, 1, 0, 1, 0])}}


@pytest.mark.parametrize("kind", KINDS)
def test_the_gradient_check_finds_each_fault_at_its_node(kind: FaultKind):
    graph = design()
    _, fault = faulty_plan(graph, kind)
    assert fault.kind == kind
    sound = check_gradients(graph, batch())
    assert sound.is_good
    report = check_gradients(graph, batch(), alter=partial(plant_fault, fault))
    wrong = {key for key, error in report.nodes.items() if error > GOOD}
    assert fault.node_id in wrong
    net = graph.ancestors(fault.node_id)
    assert wrong <= {fault.node_id, *net}  # above the fault every delta is right


@pytest.mark.parametrize("kind", KINDS)
def test_forward_passes_stay_right_and_the_design_is_untouched(kind: FaultKind):
    graph = design()
    before = graph.design()
    registry = dict(LAYERS)
    step, fault = faulty_rehearsal(graph, kind)
    loss = step.there_and_back()
    assert loss == trace(graph).loss
    assert graph.design() == before
    assert registry == LAYERS
    assert type(graph.node(fault.node_id).layer) in LAYERS.values()
    assert isinstance(step.plan.by_id[fault.node_id].layer, type(graph.node(fault.node_id).layer))


def test_a_seed_chooses_kind_and_place_and_always_the_same():
    graph = design()
    found = [faulty_plan(graph, seed)[1] for seed in range(30)]
    assert found == [faulty_plan(graph, seed)[1] for seed in range(30)]
    assert {fault.kind for fault in found} == set(get_args(FaultKind))


def test_the_faulty_step_shows_its_fault():
    graph = design()
    for seed in range(6):
        step, fault = faulty_rehearsal(graph, seed)
        step.there_and_back()
        sound = compile_plan(graph, dtype=np.float64)
        assert fault in places(sound)
        wrong = trace(step).nodes
        right = trace(graph).nodes
        assert any(
            not np.allclose(one, right[key].batch_grads[name], rtol=1e-4)
            for key, node in wrong.items()
            for name, one in node.batch_grads.items()
        )


def test_the_source_that_is_shown_is_the_right_one():
    step, fault = faulty_rehearsal(design(), "missing_transpose")
    layer = step.plan.by_id[fault.node_id].layer
    assert "n.W.T" in inspect.getsource(type(layer).backward)
    assert layer.title == "Dense"


def test_a_training_keeps_its_weights_and_stays_as_it_is():
    trainer = Trainer(design(), dtype=np.float64)
    trainer.step()
    theta = trainer.plan.theta.copy()
    step, _ = faulty_rehearsal(trainer, "bias_not_summed")
    step.there_and_back()
    assert (step.plan.theta == theta).all()
    assert (trainer.plan.theta == theta).all()
    plan, _ = faulty_plan(trainer.graph, "bias_not_summed", source=trainer.plan)
    assert (plan.theta == theta).all()


def test_the_guess_is_judged():
    fault = Fault("no_sum_at_fan_out", "off")
    assert fault.judge("off", "no_sum_at_fan_out").is_right
    assert "another fault" in fault.judge("off", "missing_transpose").message
    assert "below" in fault.judge("tanh", "no_sum_at_fan_out").message


def test_a_design_without_room_says_what_is_missing():
    graph = NetworkGraph()
    graph.apply(from_expression(graph, LECTURE).changes)
    with pytest.raises(DesignError, match="no place"):
        faulty_plan(graph, 3)
    with pytest.raises(DesignError, match="Batch norm"):
        faulty_plan(graph, "batch_norm_mean_forgotten")
    twice = NetworkGraph()
    twice.apply(from_expression(twice, "sin(w)*w").changes)
    step, fault = faulty_rehearsal(twice, 0)
    assert fault.kind == "no_sum_at_fan_out"
    step.there_and_back()
    # d(w sin w)/dw at 1 is sin 1 + cos 1; one of the two terms is left out
    slope = float(step.plan.gradient(fault.node_id, "theta"))
    assert any(slope == pytest.approx(part) for part in (np.sin(1), np.cos(1)))
