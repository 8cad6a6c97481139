"""What tripwires tell the window, what may be tried, and that it is told calmly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from gui.document import Document
from gui.problems import ProblemsPanel
from gui.training import troubles as module
from gui.training.controller import TrainingController
from gui.training.troubles import Troubles
from model import editing
from model.files import examples_folder, read_design
from model.graph import NetworkGraph
from model.layers.activations import LeakyReLU, ReLU
from model.observing import take_snapshot
from model.optimizers import SGD
from model.snapshot import Snapshot, SnapshotRequest
from model.trainer import Trainer
from model.tripwires import LIMITS, Alarm, Kind


class Desk:
    """A controller with an example, whose snapshots the test makes."""

    def __init__(self, qtbot: QtBot, name: str) -> None:
        self.qtbot = qtbot
        self.document = Document()
        self.controller = TrainingController(self.document)
        self.troubles: Troubles = self.controller.troubles
        design = read_design(examples_folder() / f"{name}.json")
        self.document.load(design, None)
        trainer = Trainer(NetworkGraph(design))
        trainer.step()
        self._snapshot = take_snapshot(trainer, SnapshotRequest())
        self.changes = 0
        self.troubles.changed.connect(self._on_changed)

    def _on_changed(self) -> None:
        self.changes += 1

    def show(self, *alarms: Alarm) -> None:
        self.controller.snapshot.emit(replace(self._snapshot, alarms=alarms))

    @property
    def kinds(self) -> list[str]:
        return [told.kind for told in self.troubles.told]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(module, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    found = Desk(qtbot, "dead_relu")
    yield found
    assert found.controller.shutdown()


def alarm(kind: Kind, *node_ids: str, value: float = 0.75) -> Alarm:
    return Alarm(kind, node_ids, node_ids[0], value, LIMITS[kind].limit, 7)


def test_an_alarm_is_told_with_place_number_and_what_to_try(desk: Desk, clock: list[float]):
    desk.show(alarm("dead", "relu_2", value=0.8125))
    (told,) = desk.troubles.told
    assert told.problem.node_id == "relu_2"
    assert "81 % of ReLU (2nd)" in told.problem.message
    assert [remedy.edit.text for remedy in told.remedies] == [
        "Leaky ReLU for ReLU (2nd)",
        "Set ρ to 0.3",
    ]


def test_a_number_that_moves_is_told_anew_only_every_two_seconds(desk: Desk, clock: list[float]):
    desk.show(alarm("dead", "relu_1", value=0.6))
    for value in (0.61, 0.62, 0.63):
        clock[0] += 0.1
        desk.show(alarm("dead", "relu_1", value=value))
    assert desk.changes == 1
    clock[0] += 2.0
    desk.show(alarm("dead", "relu_1", value=0.7))
    assert desk.changes == 2
    assert "70 %" in desk.troubles.told[0].problem.message


def test_an_alarm_that_blinks_is_told_once_and_goes_two_seconds_after_its_last_blink(
    desk: Desk, clock: list[float]
):
    for k in range(20):
        clock[0] += 0.05
        desk.show(*([alarm("leaping", "dense_1")] if k % 2 == 0 else []))
    assert (desk.kinds, desk.changes) == (["leaping"], 1)
    clock[0] += 2.1
    desk.show()
    assert (desk.kinds, desk.changes) == ([], 2)


def test_the_gravest_is_told_first(desk: Desk, clock: list[float]):
    desk.show(alarm("stuck", "dense_1"), alarm("dead", "relu_1"))
    assert desk.kinds == ["dead", "stuck"]
    desk.show(alarm("exploding", "dense_2"))
    assert desk.kinds == ["exploding", "dead", "stuck"]


def test_cards_of_dead_layers_are_all_marked_and_of_vanishing_delta_the_worst(
    desk: Desk, clock: list[float]
):
    desk.show(alarm("dead", "relu_2", "relu_1"), alarm("vanishing", "dense_1", "dense_2"))
    assert set(desk.troubles.marks()) == {"relu_1", "relu_2", "dense_1"}
    assert desk.troubles.nodes_of("vanishing", "growing") == {"dense_1", "dense_2"}


def test_a_reset_and_another_design_leave_no_trouble(desk: Desk, clock: list[float]):
    desk.show(alarm("dead", "relu_1"))
    desk.controller.reset_done.emit()
    assert desk.kinds == []
    desk.show(alarm("dead", "relu_1"))
    desk.document.new()
    assert desk.kinds == []


def test_a_slope_for_dead_units_is_one_edit_and_the_run_goes_on(desk: Desk, clock: list[float]):
    desk.show(alarm("dead", "relu_1", "relu_2"))
    told = desk.troubles.told[0]
    with desk.qtbot.assertNotEmitted(desk.troubles.restarting):
        desk.troubles.mend(told.problem, "Leaky ReLU for 2 × ReLU")
    kinds = [type(node.layer) for node in desk.document.graph.nodes.values()]
    assert (kinds.count(LeakyReLU), kinds.count(ReLU)) == (2, 0)
    desk.document.stack.undo()
    kinds = [type(node.layer) for node in desk.document.graph.nodes.values()]
    assert (kinds.count(LeakyReLU), kinds.count(ReLU)) == (0, 2)


def test_what_shows_only_from_the_start_starts_again(desk: Desk, clock: list[float]):
    desk.controller.step_batch()
    desk.qtbot.waitUntil(lambda: _step(desk) == 1)
    desk.show(alarm("dead", "relu_1"))
    remedy = desk.troubles.told[0].remedies[1]
    assert remedy.is_anew
    with (
        desk.qtbot.waitSignal(desk.troubles.restarting),
        desk.qtbot.waitSignal(desk.controller.reset_done, timeout=5000),
    ):
        desk.troubles.try_out(remedy)
    assert desk.document.graph.training.optimizer.lr == 0.3
    desk.qtbot.waitUntil(lambda: desk.controller.state == "running" or _step(desk) > 1)


def _step(desk: Desk) -> int:
    latest: Snapshot | None = desk.controller.latest
    return latest.step if latest is not None else -1


def test_other_first_values_are_one_edit_with_the_same_seed_and_start_again(desk: Desk):
    seed, count = desk.document.graph.training.seed, desk.document.stack.count()
    with desk.qtbot.waitSignal(desk.controller.reset_done, timeout=5000):
        assert desk.troubles.start_with("small")
    layers = [node.layer for node in desk.document.graph.nodes.values()]
    found: list[Any] = [layer for layer in layers if hasattr(layer, "initializer")]
    assert [(layer.initializer, layer.spread) for layer in found] == [("normal", 0.01)] * 3
    assert desk.document.graph.training.seed == seed
    assert desk.document.stack.count() == count + 1
    assert not desk.troubles.start_with("small"), "they are so already"
    desk.document.stack.undo()
    assert {layer.initializer for layer in found} == {"normal"}
    assert desk.document.graph.node("dense_1").layer.initializer == "he_normal"


def test_a_loss_that_is_no_number_is_told_with_what_to_try(qtbot: QtBot):
    desk = Desk(qtbot, "diabetes_regression")
    desk.document.attempt(editing.set_training, {"optimizer": SGD(lr=100.0)})
    desk.controller.run()
    qtbot.waitUntil(lambda: desk.kinds == ["diverged"], timeout=8000)
    (told,) = desk.troubles.told
    assert told.problem.message.startswith("Training stopped at step")
    assert "Set ρ to 10" in [remedy.edit.text for remedy in told.remedies]
    assert desk.controller.shutdown()


def test_the_list_of_problems_has_an_entry_with_the_same_buttons(
    desk: Desk, clock: list[float], qtbot: QtBot
):
    panel = ProblemsPanel(desk.document, troubles=desk.troubles)
    qtbot.addWidget(panel)
    assert panel.count == 0
    desk.show(alarm("dead", "relu_1", "relu_2"))
    assert (panel.count, panel.blocking_count) == (1, 0)
    (card,) = panel.cards
    assert [button.text() for button in card.buttons] == ["Leaky ReLU for 2 × ReLU", "Set ρ to 0.3"]
    card.buttons[0].click()
    assert isinstance(desk.document.graph.node("relu_1").layer, LeakyReLU)
    clock[0] += 3
    desk.show()
    assert panel.count == 0
