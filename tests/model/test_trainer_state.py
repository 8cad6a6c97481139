"""Going on from a checkpoint equals never having stopped, bit for bit."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model import editing
from model.cli import main
from model.errors import DesignError, FileError
from model.files import write_design
from model.files.checkpoint import read_checkpoint, resume, write_checkpoint
from model.graph import NetworkGraph
from model.layers.dense import Dense
from model.layers.dropout import Dropout
from model.layers.losses import SoftmaxCrossEntropy
from model.layers.source import DataSource
from model.optimizers import OPTIMIZERS, Adam, Momentum, Optimizer
from model.schedules import Plateau
from model.trainer import Trainer
from model.trainer_state import restore, state_of
from tests.model.samples import busy_net, chain, xor_net

ODD = 17
"""In the middle of an epoch: busy_net has 5 steps an epoch."""


def frozen_mask_net(**training: Any) -> NetworkGraph:
    settings = {"batch_size": 5, "seed": 3} | training
    return chain(
        DataSource(dataset="moons", size=40),
        Dense(units=6),
        Dropout(p=0.3, new_mask="frozen"),
        Dense(units=2),
        loss=SoftmaxCrossEntropy(),
        **settings,
    )


def watchful_net(**training: Any) -> NetworkGraph:
    """Patience and a plateau that both have something to remember at step 47."""
    schedule = Plateau(wait=0, gamma=0.5, threshold=0.5)
    return busy_net(schedule=schedule, patience=50, **training)


def bits(trainer: Trainer) -> list[bytes]:
    plan = trainer.plan
    arrays = [plan.theta, trainer.slots, *plan.states.values(), trainer.order]
    return [array.tobytes() for array in arrays]


def walked(trainer: Trainer, steps: int) -> Trainer:
    for _ in range(steps):
        trainer.step()
    return trainer


@pytest.mark.parametrize("net", [xor_net, busy_net, frozen_mask_net, watchful_net])
@pytest.mark.parametrize("optimizer", [Momentum(), Adam()])
@pytest.mark.parametrize("first", [0, ODD, 47])
def test_going_on_equals_never_having_stopped(
    net: Callable[..., NetworkGraph], optimizer: Optimizer, first: int, tmp_path: Path
):
    graph = net(optimizer=optimizer)
    whole = walked(Trainer(graph), first + 30)
    path = tmp_path / "half.safetensors"
    write_checkpoint(path, walked(Trainer(graph), first))
    second = Trainer(graph)
    resume(second, path)
    walked(second, 30)
    assert bits(second) == bits(whole)
    assert (second.epoch, second.position, second.loss) == (
        whole.epoch,
        whole.position,
        whole.loss,
    )
    assert (second.rho, second.watch.best) == (whole.rho, whole.watch.best)


@pytest.mark.parametrize("kind", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_every_optimiser_goes_on(kind: type[Optimizer]):
    graph = busy_net(optimizer=kind())
    state = state_of(walked(Trainer(graph), 7))
    second = Trainer(graph)
    restore(second, state)
    assert bits(walked(second, 9)) == bits(walked(Trainer(graph), 16))


@pytest.mark.parametrize("kind", ["adam", "adamw", "nadam"])
def test_going_on_with_other_betas_equals_changing_them_while_training(kind: str):
    first = walked(Trainer(busy_net(optimizer=OPTIMIZERS[kind]())), ODD)
    state = state_of(first)
    other = OPTIMIZERS[kind](beta1=0.5, beta2=0.9)  # type: ignore[call-arg]
    second = Trainer(busy_net(optimizer=other))
    restore(second, state)
    first.update(busy_net(optimizer=other))
    assert bits(second) == bits(first)
    assert bits(walked(second, ODD)) == bits(walked(first, ODD))


def test_a_state_goes_into_a_trainer_that_has_trained_otherwise():
    graph = frozen_mask_net()
    state = state_of(walked(Trainer(graph), 6))
    other = walked(Trainer(graph), 23)
    restore(other, state)
    assert bits(walked(other, 6)) == bits(walked(Trainer(graph), 12))


def test_saving_changes_nothing(tmp_path: Path):
    trainer = walked(Trainer(busy_net()), ODD)
    before = bits(trainer)
    write_checkpoint(tmp_path / "a.safetensors", trainer)
    assert bits(trainer) == before
    assert bits(walked(trainer, 5)) == bits(walked(Trainer(busy_net()), ODD + 5))


def test_the_file_holds_the_design_and_arrays_under_the_names_of_nodes(tmp_path: Path):
    trainer = walked(Trainer(busy_net(optimizer=Momentum())), 3)
    path = tmp_path / "a.safetensors"
    write_checkpoint(path, trainer)
    found = read_checkpoint(path)
    assert found.design == trainer.graph.design()
    names = found.state.arrays.keys()
    assert {"dense_1.W", "optimizer.velocity.dense_1.W", "state.batch_norm_1.running_var"} <= names
    np.testing.assert_array_equal(
        found.state.arrays["dense_1.W"], trainer.parameters("dense_1")["W"]
    )


def test_a_checkpoint_of_another_design_is_refused_and_changes_nothing():
    state = state_of(walked(Trainer(xor_net()), 3))
    wider = xor_net()
    wider.apply(editing.set_fields(wider, "dense_1", {"units": 7}).changes)
    for graph, words in (
        (wider, "2 × 7"),
        (busy_net(), "dense_1|design|items"),
        (xor_net(seed=4), "training items"),
    ):
        trainer = Trainer(graph)
        before = bits(trainer)
        with pytest.raises(DesignError, match=words):
            restore(trainer, state)
        assert bits(trainer) == before


@pytest.mark.parametrize("content", [b"", b"no checkpoint", b"\xff" * 100])
def test_a_file_that_is_no_checkpoint_is_refused_in_a_sentence(content: bytes, tmp_path: Path):
    path = tmp_path / "a.safetensors"
    path.write_bytes(content)
    with pytest.raises(FileError, match=r"a\.safetensors"):
        read_checkpoint(path)


def test_other_peoples_weights_a_folder_and_nothing_are_refused(tmp_path: Path):
    from safetensors.numpy import save_file

    path = tmp_path / "a.safetensors"
    with pytest.raises(FileError, match="not there"):
        read_checkpoint(path)
    with pytest.raises(FileError, match="no ordinary file"):
        read_checkpoint(tmp_path)
    save_file({"weights": np.zeros(3)}, path)
    with pytest.raises(FileError, match="no training"):
        read_checkpoint(path)


def test_the_command_line_saves_and_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    design, half, whole = (tmp_path / name for name in ("d.json", "half.st", "whole.st"))
    write_design(design, busy_net(optimizer=Adam()).design())
    train = ["train", str(design), "--json"]
    assert main([*train, "--epochs", "2", "--save", str(half)]) == 0
    assert main([*train, "--epochs", "4", "--resume", str(half), "--save", str(half)]) == 0
    assert main([*train, "--epochs", "4", "--save", str(whole)]) == 0
    first, second = read_checkpoint(half).state, read_checkpoint(whole).state
    assert first.words == second.words
    assert {k: a.tobytes() for k, a in first.arrays.items()} == {
        k: a.tobytes() for k, a in second.arrays.items()
    }
    capsys.readouterr()
    assert main([*train, "--epochs", "4", "--resume", str(half)]) == 1
    said = json.loads(capsys.readouterr().out)
    assert "steps already" in said["error"]
