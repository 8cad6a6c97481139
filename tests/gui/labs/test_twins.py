"""Twin runs in the window: forked, added, sorted, starred, renamed, exported, taken back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.labs.twins import TwinPanel
from gui.labs.twins_table import NAME, STAR
from gui.main_window import MainWindow
from model.analysis.twin_insertion import BEFORE_EVERY, EVERY
from model.analysis.twin_knobs import BATCH_NORM_ON, DROPOUT_ON, KEPT
from model.analysis.twins import moment_of
from model.layers.batch_norm import BatchNorm
from model.layers.dropout import Dropout
from model.trainer import Trainer
from tests.gui.conftest import OpenExample
from tests.gui.labs.conftest import open_panel


class Twinning:
    """The laboratory on a design with dropout, 30 steps a run, forked at step 7."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self.qtbot = qtbot
        self.window = window
        self.controller = self.window.controller
        self.controller.step_batches(7)
        qtbot.waitUntil(lambda: self.step == 7, timeout=5000)
        self.panel = panel = open_panel(window, TwinPanel, "twins")
        panel.form.steps.set_value(30)
        self.until_done(2)

    @property
    def step(self) -> int:
        latest = self.controller.latest
        return latest.step if latest is not None else -1

    def until_done(self, count: int) -> None:
        panel = self.panel

        def is_done() -> bool:
            done = [run for run in panel.runs.values() if run.state is not None]
            return len(done) == count and not panel.job.is_running

        self.qtbot.waitUntil(is_done, timeout=8000)

    def choose(self, node_id: str, name: str) -> None:
        places = [(knob.node_id, knob.field.name) for knob in self.panel.form.knobs]
        self.panel.form.choose(places.index((node_id, name)))

    def select(self, number: int) -> None:
        rows = [run.number for run in self.panel.model.runs]
        self.panel.table.selectRow(rows.index(number))

    def dropout(self) -> str:
        nodes = self.window.document.graph.nodes
        return next(key for key in nodes if isinstance(nodes[key].layer, Dropout))


@pytest.fixture
def twinning(qtbot: QtBot, open_example: OpenExample) -> Twinning:
    return Twinning(qtbot, open_example("breast_cancer_dropout"))


def test_it_begins_with_the_original_and_a_twin_without_dropout(twinning: Twinning):
    panel = twinning.panel
    assert [run.name for run in panel.model.runs] == ["original", "p = 0"]
    assert "step 7" in panel.form.where.text()
    assert [len(run.losses) for run in panel.model.runs] == [30, 30]
    assert "Least validation loss" in panel._said.toolTip()
    assert twinning.step == 7  # the training itself stands where it stood


def test_the_original_run_is_what_the_training_does_next(twinning: Twinning):
    goal = twinning.panel.runs[0].state
    twinning.controller.step_batches(30)
    twinning.qtbot.waitUntil(lambda: twinning.step == 37, timeout=5000)
    found: list[Any] = []
    twinning.controller.lend(lambda trainer: found.append(moment_of(trainer).state))
    twinning.qtbot.waitUntil(lambda: bool(found), timeout=5000)
    assert goal is not None
    assert found[0].words == goal.words
    for name, array in goal.arrays.items():
        np.testing.assert_array_equal(found[0].arrays[name], array)


def test_a_twin_that_changes_nothing_lies_on_the_original(twinning: Twinning):
    twinning.choose("", "lr")
    twinning.panel.form.add_button.click()
    twinning.until_done(3)
    first, third = twinning.panel.runs[0], twinning.panel.runs[2]
    np.testing.assert_array_equal(first.losses, third.losses)
    np.testing.assert_array_equal(first.validation, third.validation)
    twinning.select(2)
    assert "0 (the very same)" in twinning.panel.form.differs.text()
    assert "%" not in twinning.panel.form.differs.text()
    twinning.select(1)
    assert "%" in twinning.panel.form.differs.text()


def test_a_column_head_sorts_and_a_name_can_be_given(twinning: Twinning):
    panel, model = twinning.panel, twinning.panel.model
    panel.table.sortByColumn(3, Qt.SortOrder.AscendingOrder)
    best = [run.best[0] for run in model.runs]
    assert best == sorted(best)
    panel.table.sortByColumn(3, Qt.SortOrder.DescendingOrder)
    assert [run.best[0] for run in model.runs] == sorted(best, reverse=True)
    row = [run.number for run in model.runs].index(1)
    assert model.setData(model.index(row, NAME), "bare")
    assert not model.setData(model.index(row, NAME), "  ")
    assert panel.runs[1].name == "bare"
    assert "bare" in [run.name for run in panel.validation.runs]


def test_a_star_is_set_by_mouse_and_by_key_and_exported(twinning: Twinning):
    panel = twinning.panel
    rectangle = panel.table.visualRect(panel.model.index(0, STAR))
    place = panel.table.viewport()
    QTest.mouseClick(place, Qt.MouseButton.LeftButton, pos=rectangle.center())
    assert panel.model.stars == {0}
    panel.table.setFocus()
    QTest.keyClicks(panel.table, "*")
    assert panel.model.stars == set()
    panel.model.toggle_star(1)
    rows = panel.tables()["twin_runs"]
    assert rows[0][:4] == ["starred", "run", "from step", "steps"]
    assert [row[0] for row in rows[1:]] == ["no", "yes"]
    assert rows[1][2] == 7
    curves = panel.tables()["twin_curves"]
    assert curves[1][:3] == ["original", "as it is", 7]
    assert len(curves) == 1 + 2 * 31


def test_a_run_is_removed_by_delete(twinning: Twinning):
    panel = twinning.panel
    assert not panel.form.remove_button.isEnabled()
    assert panel.form.remove_button.toolTip()
    twinning.select(1)
    assert panel.form.remove_button.isEnabled()
    panel.table.setFocus()
    QTest.keyClick(panel.table, Qt.Key.Key_Delete)
    assert [run.number for run in panel.model.runs] == [0]


def test_a_run_is_taken_back_to_the_canvas_as_an_edit(twinning: Twinning):
    panel, document = twinning.panel, twinning.window.document
    key = twinning.dropout()
    goal = panel.runs[1].state
    twinning.select(1)
    panel.form.back_button.click()
    twinning.qtbot.waitUntil(lambda: twinning.step == 37, timeout=5000)
    layer = document.graph.node(key).layer
    assert isinstance(layer, Dropout)
    assert layer.p == 0.0
    found: list[dict[str, Any]] = []

    def read(trainer: Trainer) -> None:
        found.append(moment_of(trainer).state.arrays)

    twinning.controller.lend(read)
    twinning.qtbot.waitUntil(lambda: bool(found), timeout=5000)
    assert goal is not None
    for name, array in goal.arrays.items():
        np.testing.assert_array_equal(found[0][name], array)
    twinning.window.labs.close()
    twinning.window.labs.open("twins")
    assert "stands at step 37 now" in panel._said.toolTip()
    document.stack.undo()
    layer = document.graph.node(key).layer
    assert isinstance(layer, Dropout)
    assert layer.p == 0.5


def test_a_layer_is_taken_out(twinning: Twinning):
    twinning.choose(twinning.dropout(), KEPT)
    twinning.panel.form.add_button.click()
    twinning.until_done(3)
    assert twinning.panel.runs[2].words.endswith("taken out")


def test_opened_from_a_node_it_offers_that_nodes_change(twinning: Twinning):
    key = twinning.dropout()
    twinning.window.labs.close()
    twinning.window.labs.open("twins", key)
    alteration = twinning.panel.form.alteration()
    assert alteration is not None
    assert (alteration.node_id, alteration.name) == (key, "p")


def test_more_steps_for_all_and_the_axis_of_items(twinning: Twinning):
    panel = twinning.panel
    panel.form.steps.set_value(40)
    panel.form.again_button.click()
    twinning.until_done(2)
    assert [len(run.losses) for run in panel.model.runs] == [40, 40]
    panel.form.axis.set_value("items")
    panel._on_axis("items")
    assert panel.validation.runs[0].x[-1] == panel.runs[0].items[-1] > 40


def test_leaving_cancels_and_coming_back_goes_on(twinning: Twinning):
    panel = twinning.panel
    panel.form.steps.set_value(5000)
    panel.form.again_button.click()
    assert panel.job.is_running
    twinning.window.labs.close()
    assert not panel.job.is_running
    panel.form.steps.set_value(20)
    twinning.window.labs.open("twins")
    twinning.until_done(2)


def weights(twinning: Twinning) -> dict[str, Any]:
    found: list[dict[str, Any]] = []
    twinning.controller.lend(lambda trainer: found.append(moment_of(trainer).state.arrays))
    twinning.qtbot.waitUntil(lambda: bool(found), timeout=5000)
    return found[0]


def test_taking_back_is_one_step_to_undo_and_to_redo(twinning: Twinning):
    document, stack = twinning.window.document, twinning.window.document.stack
    before = weights(twinning)
    design = document.graph.design()
    goal = twinning.panel.runs[1].state
    assert goal is not None
    twinning.select(1)
    twinning.panel.form.back_button.click()
    twinning.qtbot.waitUntil(lambda: twinning.step == 37, timeout=5000)
    assert stack.count() == 1
    assert stack.undoText() == "Take the state of “p = 0”"
    stack.undo()
    twinning.qtbot.waitUntil(lambda: twinning.step == 7, timeout=5000)
    assert document.graph.design() == design
    for name, array in weights(twinning).items():
        np.testing.assert_array_equal(array, before[name])
    stack.redo()
    twinning.qtbot.waitUntil(lambda: twinning.step == 37, timeout=5000)
    for name, array in weights(twinning).items():
        np.testing.assert_array_equal(array, goal.arrays[name])


def test_what_was_trained_after_taking_back_survives_undo_and_redo(twinning: Twinning):
    stack = twinning.window.document.stack
    twinning.select(1)
    twinning.panel.form.back_button.click()
    twinning.controller.step_batches(5)
    twinning.qtbot.waitUntil(lambda: twinning.step == 42, timeout=5000)
    trained = weights(twinning)
    stack.undo()
    twinning.qtbot.waitUntil(lambda: twinning.step == 7, timeout=5000)
    stack.redo()
    twinning.qtbot.waitUntil(lambda: twinning.step == 42, timeout=5000)
    for name, array in weights(twinning).items():
        np.testing.assert_array_equal(array, trained[name])


def test_the_state_of_the_original_is_taken_without_an_edit(twinning: Twinning):
    document = twinning.window.document
    design = document.graph.design()
    twinning.select(0)
    twinning.panel.form.back_button.click()
    twinning.qtbot.waitUntil(lambda: twinning.step == 37, timeout=5000)
    assert document.graph.design() == design
    document.stack.undo()
    twinning.qtbot.waitUntil(lambda: twinning.step == 7, timeout=5000)


def test_batch_norm_is_put_in_and_taken_back(twinning: Twinning):
    panel, document = twinning.panel, twinning.window.document
    panel.form.choose_insertion(BATCH_NORM_ON, BEFORE_EVERY)
    assert panel.form.place.isVisible()
    panel.form.add_button.click()
    twinning.until_done(3)
    run = panel.runs[2]
    assert run.name == "batch norm in front of every hidden activation"
    twinning.select(2)
    panel.form.back_button.click()
    twinning.qtbot.waitUntil(lambda: twinning.step == 37, timeout=5000)
    layers = [node.layer for node in document.graph.nodes.values()]
    assert sum(isinstance(layer, BatchNorm) for layer in layers) == 2
    assert run.state is not None
    np.testing.assert_array_equal(
        weights(twinning)["batch_norm_1.gamma"], run.state.arrays["batch_norm_1.gamma"]
    )
    document.stack.undo()
    assert not any(isinstance(n.layer, BatchNorm) for n in document.graph.nodes.values())


def test_opened_from_an_activation_dropout_comes_behind_it(qtbot: QtBot, open_example: OpenExample):
    window = open_example("iris")
    offered = window.labs.of_layer(window.document.graph.node("relu_1").layer)
    assert "twins" in [spec.key for spec in offered]
    panel = open_panel(window, TwinPanel, "twins", "relu_1")
    panel.form.steps.set_value(10)
    qtbot.waitUntil(lambda: len(panel.runs) == 2 and panel.runs[1].state is not None, timeout=8000)
    assert panel.runs[1].words == "dropout p = 0.5 behind ReLU"
    alteration = panel.form.alteration()
    assert alteration is not None
    assert (alteration.node_id, alteration.name) == ("relu_1", DROPOUT_ON)


def test_the_window_says_last_where_the_training_stands(twinning: Twinning):
    said: list[str] = []
    document = twinning.window.document
    document.message.connect(lambda message: said.append(message.text))
    twinning.panel.form.choose_insertion(BATCH_NORM_ON, EVERY)
    twinning.panel.form.add_button.click()
    twinning.until_done(3)
    twinning.select(2)
    twinning.panel.form.back_button.click()
    twinning.qtbot.waitUntil(lambda: len(said) == 2, timeout=5000)
    assert "start with new parameters" in said[0]  # before the trained ones take their place
    assert "stands at step 37 of the twin run “batch norm”" in said[1]
    document.stack.undo()
    twinning.qtbot.waitUntil(lambda: len(said) == 4, timeout=5000)
    assert said[-1] == "Undone: the training stands at step 7 again."


def test_the_runs_can_be_begun_anew_before_the_first_has_shown_anything(
    qtbot: QtBot, open_example: OpenExample
):
    panel = open_panel(open_example("iris"), TwinPanel, "twins")
    panel.form.steps.set_value(10)
    panel.run_all()
    qtbot.waitUntil(lambda: len(panel.runs) == 2 and not panel.job.is_running, timeout=8000)
