"""Edits one by one: spliced, rewired, replaced, set, moved and lined up."""

from __future__ import annotations

from typing import Any

import pytest

from model import editing
from model.design import Wire
from model.errors import DesignError, FieldError
from model.graph import NetworkGraph
from model.layer import Source
from model.layers.activations import ReLU, Tanh
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.losses import SoftmaxCrossEntropy
from model.layers.merge import Concatenate
from model.layers.source import DataSource
from model.optimizers import SGD, Adam, Momentum
from model.schedules import Cosine, StepDecay
from tests.model.samples import build, chain
from tests.model.shadow import wires_of


def test_a_layer_spliced_into_a_merge_keeps_the_order_of_the_wires(line: NetworkGraph):
    first = line.wires_into("e")[0]
    line.apply(editing.splice(line, Dropout(), 0, 0, first).changes)
    assert [wire.source for wire in line.wires_into("e")] == ["dropout_1", "d"]
    assert [wire.source for wire in line.wires_into("dropout_1")] == ["c"]


def test_what_has_no_input_or_no_output_cannot_be_spliced():
    assert not editing.can_splice(DataSource())
    assert not editing.can_splice(SoftmaxCrossEntropy())
    assert editing.can_splice(Concatenate())


def test_the_other_end_of_a_wire_in_a_merge_keeps_its_place(line: NetworkGraph):
    old = line.wires_into("e")[0]
    line.apply(editing.rewire(line, old, Wire("a", "h", "e", "h")).changes)
    assert [wire.source for wire in line.wires_into("e")] == ["a", "d"]


def test_another_kind_of_layer_keeps_the_wires_whose_ports_it_has():
    graph = chain(DataSource(), Dense(units=2), ReLU(), loss=SoftmaxCrossEntropy())
    edit = editing.replace_layer(graph, "relu_1", Tanh())
    graph.apply(edit.changes)
    assert graph.node("relu_1").layer == Tanh()
    assert len(graph.wires()) == 4
    graph.apply(editing.replace_layer(graph, "relu_1", SoftmaxCrossEntropy()).changes)
    assert wires_of(graph) == ["data.x > dense_1.h", "data.y > loss.target"]


def test_a_merge_that_becomes_a_plain_layer_keeps_its_first_wire(line: NetworkGraph):
    line.apply(editing.replace_layer(line, "e", Dense()).changes)
    assert [wire.source for wire in line.wires_into("e")] == ["c"]


def test_unknown_fields_and_bad_values_are_refused_with_field_and_bound():
    graph = build({"a": Dropout()})
    with pytest.raises(FieldError, match=r"no field 'q'.*p, scaling"):
        editing.set_fields(graph, "a", {"q": 1})
    with pytest.raises(FieldError, match=r"p must be .* below 1, not 1\.0"):
        editing.set_fields(graph, "a", {"p": 1.0})
    with pytest.raises(FieldError, match=r"scaling must be one of .*, not sideways"):
        editing.set_fields(graph, "a", {"scaling": "sideways"})
    with pytest.raises(FieldError, match="p"):
        editing.set_fields(graph, "a", {"p": float("nan")})
    with pytest.raises(DesignError, match="no node named 'b'"):
        editing.set_fields(graph, "b", {"p": 0.1})


def test_training_settings_reach_through_to_the_optimiser():
    graph = NetworkGraph()
    graph.apply(editing.set_training(graph, {"optimizer": "momentum", "lr": 0.25, "l2": 1}).changes)
    assert graph.training.optimizer == Momentum(lr=0.25)
    assert graph.training.l2 == 1.0
    graph.apply(editing.set_training(graph, {"optimizer": "adam"}).changes)
    assert graph.training.optimizer == Adam(lr=0.25)
    with pytest.raises(FieldError, match="momentum"):
        editing.set_training(graph, {"momentum": 0.5})
    with pytest.raises(FieldError, match="newton"):
        editing.set_training(graph, {"optimizer": "newton"})
    with pytest.raises(FieldError, match="lr"):
        editing.set_training(graph, {"lr": -1})


def test_training_settings_reach_through_to_the_schedule():
    graph = NetworkGraph()
    values = {"schedule": "cosine", "length": 50, "warmup": 5, "lr": 0.25}
    graph.apply(editing.set_training(graph, values).changes)
    assert graph.training.schedule == Cosine(length=50, warmup=5)
    assert graph.training.optimizer == SGD(lr=0.25)
    graph.apply(editing.set_training(graph, {"schedule": "step"}).changes)
    assert graph.training.schedule == StepDecay(warmup=5)
    with pytest.raises(FieldError, match="sometimes"):
        editing.set_training(graph, {"schedule": "sometimes"})
    with pytest.raises(FieldError, match="warmup"):
        editing.set_training(graph, {"warmup": -1})


def test_a_move_to_the_same_place_is_no_edit():
    graph = build({"a": Dense()})
    assert editing.move(graph, {"a": (0.0, 0.0)}).changes == ()
    assert editing.move(graph, {"a": (0.001, 0.0)}).changes == ()
    assert editing.move(graph, {"a": (1.0, 0.0)}).text == "Move Dense 16"


@pytest.mark.parametrize(
    ("how", "axis", "expected"),
    [
        ("left", 0, [10, 10]),
        ("right", 0, [60, 10]),  # right edges at 110: 110 - 50 and 110 - 100
        ("centre", 0, [22.5, -2.5]),  # centres 35 and 60: mean 47.5, less half of 50 and 100
        ("top", 1, [0, 0]),
        ("bottom", 1, [80, 60]),  # lower edges 20 and 100
        ("middle", 1, [35, 25]),  # centres 10 and 80: mean 45, less half of 20 and 40
    ],
)
def test_layers_are_lined_up(how: Any, axis: int, expected: list[float]):
    graph = build({"a": Dense(), "b": Dense()})
    graph.apply(editing.move(graph, {"a": (10.0, 0.0), "b": (10.0, 60.0)}).changes)
    sizes = {"a": (50.0, 20.0), "b": (100.0, 40.0)}
    graph.apply(editing.align(graph, ["a", "b"], how, sizes).changes)
    found = [(graph.node(key).x, graph.node(key).y)[axis] for key in ("a", "b")]
    assert found == expected


def test_sources_are_known():
    graph = chain(DataSource(), Dense(units=2), loss=SoftmaxCrossEntropy())
    assert [key for key in graph if editing.is_source(graph, key)] == ["data"]
    assert isinstance(graph.node("data").layer, Source)
