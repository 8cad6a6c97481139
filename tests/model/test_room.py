"""What does not fit into the machine is refused before it is tried."""

from __future__ import annotations

import numpy as np
import pytest

from model import room
from model.errors import DesignError
from model.layers.dense import Dense
from model.layers.losses import SoftmaxCrossEntropy
from model.layers.source import DataSource
from model.shapes import infer
from model.trainer import Trainer
from tests.model.samples import chain


def test_the_memory_of_a_dense_layer_is_that_of_a_calculation_by_hand():
    graph = chain(DataSource(dataset="xor"), Dense(units=2), loss=SoftmaxCrossEntropy())
    # 2 * 2 + 2 = 6 parameters. SGD remembers nothing: theta and gradient, twice at a reset, in
    # float32, and 8 bytes a number drawn: 6 * (4 * 4 + 8) = 144. Output and delta of 32 items:
    # 2 * 4 * 2 * 32 = 512.
    assert graph.training.batch_size == 32
    assert room.needed_bytes(graph, infer(graph), np.float32)["dense_1"] == 144 + 512


def test_a_design_larger_than_the_machine_is_refused_with_both_figures(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(room, "machine_bytes", lambda: 8 * 10**9)
    layers = Dense(units=16384), Dense(units=16384), Dense(units=2)
    graph = chain(DataSource(dataset="xor"), *layers, loss=SoftmaxCrossEntropy())
    with pytest.raises(
        DesignError, match=r"6\.\d GB of memory, and this machine has 8 GB"
    ) as caught:
        Trainer(graph)
    assert caught.value.node_id == "dense_2"
    assert "Dense 16384" in caught.value.hint


def test_a_system_that_does_not_tell_its_memory_refuses_nothing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(room, "machine_bytes", lambda: None)
    graph = chain(DataSource(dataset="xor"), Dense(units=2), loss=SoftmaxCrossEntropy())
    room.check_room(graph, infer(graph), np.float32)


def test_an_edit_that_no_longer_fits_leaves_the_training_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
):
    graph = chain(DataSource(dataset="xor"), Dense(units=2), loss=SoftmaxCrossEntropy())
    trainer = Trainer(graph)
    trainer.step()
    monkeypatch.setattr(room, "machine_bytes", lambda: 1000)
    larger = chain(
        DataSource(dataset="xor"), Dense(units=2), Dense(units=2), loss=SoftmaxCrossEntropy()
    )
    theta = trainer.plan.theta.copy()
    with pytest.raises(DesignError, match="memory"):
        trainer.update(larger)
    trainer.step()
    assert trainer.step_count == 2
    assert trainer.plan.theta.shape == theta.shape


@pytest.mark.parametrize(
    ("count", "words"), [(999, "999 bytes"), (16e9, "16 GB"), (1.5e12, "1.5 TB"), (5e20, "500 EB")]
)
def test_bytes_are_said_in_round_figures(count: float, words: str):
    assert room.in_words(count) == words
