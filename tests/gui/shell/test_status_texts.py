"""The sentences of the status strip. Numbers come from the designs, worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from gui import status_texts
from gui.speed_slider import place_of, speed_at, speed_text
from model import editing, files
from model.graph import NetworkGraph
from model.layers.dense import Dense
from model.layers.losses import SoftmaxCrossEntropy
from model.layers.source import DataSource
from model.observing import take_snapshot
from model.settings import TrainingSettings
from model.snapshot import Snapshot, SnapshotRequest
from model.trainer import Trainer
from tests.gui.shell.conftest import example
from tests.model.samples import chain


def graph_of(name: str) -> NetworkGraph:
    return NetworkGraph(files.read_design(example(name)))


def test_the_loss_names_its_data_term_and_its_penalty():
    graph = graph_of("mnist_mlp")
    graph.apply(editing.set_training(graph, {"l2": 0.0001, "l1": 0.5}).changes)
    line = status_texts.loss(graph, None)
    assert f"{line.caption} {line.value}" == "loss = cross-entropy + 0.5·L1 + 0.0001·L2"


def test_several_losses_are_a_weighted_sum():
    line = status_texts.loss(graph_of("two_losses"), None)
    assert line.value.count("+") == 1
    assert "·" in line.value


def test_a_design_without_a_loss_says_so():
    assert status_texts.loss(NetworkGraph(), None).value == "none yet"


@pytest.mark.parametrize(
    ("scaling", "said", "short"),
    [
        ("none", "data unscaled", "raw"),
        ("standardize", "data standardised", "standardised"),
        ("unit", "data scaled to [0, 1]", "[0, 1]"),
    ],
)
def test_the_scaling_of_the_data_is_never_silent(scaling: str, said: str, short: str):
    graph = graph_of("xor")
    source = next(key for key in graph if graph.node(key).layer.category == "data")
    graph.apply(editing.set_fields(graph, source, {"scaling": scaling}).changes)
    line = status_texts.scaling(graph, None)
    assert f"{line.caption} {line.value}" == said
    assert line.short_value == short


def test_order_size_and_seed_of_the_batches():
    assert status_texts.batches(TrainingSettings()).value == "shuffled, B = 32"
    whole = TrainingSettings(shuffle=False, batch_size=0)
    assert status_texts.batches(whole).value == "fixed, B = all"
    assert status_texts.seed(TrainingSettings(seed=7), None).value == "7"


def small_net(**training: Any) -> NetworkGraph:
    layers = (DataSource(dataset="xor", size=40), Dense(units=2))
    return chain(*layers, loss=SoftmaxCrossEntropy(), batch_size=4, **training)


def edited_after(steps: int, graph: NetworkGraph, **changes: Any) -> tuple[NetworkGraph, Snapshot]:
    """The design after an edit, and what the training shows that has heard of it while paused."""
    trainer = Trainer(graph)
    for _ in range(steps):
        trainer.step()
    edited = NetworkGraph(graph.design())
    edited.apply(editing.set_training(edited, changes).changes)
    trainer.update(edited)
    return edited, take_snapshot(trainer, SnapshotRequest())


def test_terms_of_the_loss_edited_after_a_step_are_named_once_they_are_in_it():
    graph, shot = edited_after(1, small_net(l2=0.01), l2=0.5, l1=0.25)
    line = status_texts.loss(graph, shot)
    assert line.value == "cross-entropy + 0.01·L2"
    assert "for the steps to come: J = cross-entropy + 0.25·L1 + 0.5·L2" in line.tip
    graph, shot = edited_after(0, small_net(l2=0.01), l2=0.5)
    assert status_texts.loss(graph, shot).value == "cross-entropy + 0.5·L2"


def test_the_size_of_a_batch_edited_after_a_step_holds_from_the_next_one():
    graph, shot = edited_after(1, small_net(), batch_size=8)
    line = status_texts.batches(graph.training, shot)
    assert line.value == "shuffled, B = 4"
    assert "for the steps to come: shuffled, B = 8" in line.tip


def test_a_penalty_of_a_single_layer_is_a_term_of_the_loss():
    graph = small_net()
    graph.apply(editing.set_node(graph, "dense_1", {"l2": 0.5}).changes)
    trainer = Trainer(graph)
    trainer.step()
    line = status_texts.loss(graph, take_snapshot(trainer, SnapshotRequest()))
    assert line.value == "cross-entropy + penalties of single layers"
    assert "plus the penalty" in line.tip


def test_before_the_first_step_nothing_is_claimed():
    assert status_texts.mode(None).value == "–"
    assert status_texts.rate(None, "idle").value == "– steps/s"
    assert status_texts.frame(None).value == "– ms/frame"
    assert status_texts.epoch(TrainingSettings(epochs=10), None).value == "0/10"
    assert status_texts.test(None) is None


def test_the_slider_reaches_from_a_step_in_two_seconds_to_no_limit():
    assert speed_text(speed_at(0)) == "1 step in 2 s"
    assert speed_at(200) is None
    assert speed_text(None) == "max"
    assert speed_text(25.0) == "25 steps/s"
    assert place_of(None) == 200
    assert place_of(0.5) == 0


def test_the_slider_comes_back_to_the_place_of_its_own_speed():
    for place in range(0, 190, 10):
        assert abs(place_of(speed_at(place)) - place) <= 2  # speeds are rounded to two digits
