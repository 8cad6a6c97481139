"""The difference map: on from the laboratory, follows the canvas, off with one click."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from gui.canvas.difference_legend import DifferenceLegend
from gui.canvas.difference_mark import cells
from gui.labs.twins import TwinPanel
from gui.labs.twins_map import TwinMap
from gui.main_window import MainWindow
from model import editing
from tests.gui.conftest import OpenExample
from tests.gui.labs.conftest import open_panel


class Mapping:
    """Two runs of 30 steps, forked at step 7, and the map of the second."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self.qtbot, self.window = qtbot, window
        self.step_to(7)
        self.panel = panel = open_panel(window, TwinPanel, "twins")
        panel.form.steps.set_value(30)
        self.until(lambda: len(panel.runs) == 2 and not panel.job.is_running)
        panel.table.selectRow(1)
        panel.form.map_button.click()
        self.until(lambda: self.map.found is not None)

    def until(self, claim: Callable[[], object]) -> None:
        self.qtbot.waitUntil(claim, timeout=8000)

    def step_to(self, step: int) -> None:
        self.window.controller.step_batches(step - max(self.step, 0))
        self.until(lambda: self.step == step)

    @property
    def step(self) -> int:
        latest = self.window.controller.latest
        return latest.step if latest is not None else -1

    @property
    def map(self) -> TwinMap:
        return self.panel.map

    @property
    def legend(self) -> DifferenceLegend:
        assert self.map.legend is not None
        return self.map.legend

    def is_painted(self) -> bool:
        return any(cells(item) for item in self.window.scene.nodes.values())


@pytest.fixture
def mapping(qtbot: QtBot, open_example: OpenExample) -> Mapping:
    return Mapping(qtbot, open_example("breast_cancer_dropout"))


def test_it_shows_the_canvas_with_a_legend(mapping: Mapping):
    assert not mapping.window.labs.current
    assert mapping.is_painted()
    assert mapping.legend.isVisible()
    assert mapping.legend.heading == "Twin “p = 0” against the canvas"
    assert mapping.legend.sentence.startswith("Step 37, where the runs end")
    dense = {cell.letter: cell.value for cell in cells(mapping.window.scene.nodes["dense_1"])}
    assert dense["θ"] > 0
    assert {"h", "δ"} <= dense.keys()


def test_its_numbers_can_be_exported(mapping: Mapping):
    rows = mapping.panel.tables()["twin_difference_map"]
    assert rows[0] == ["run", "step", "node", "h", "delta", "theta"]
    found = {row[2]: row for row in rows[1:]}
    assert mapping.map.found is not None
    assert found["dense_1"][:2] == ["p = 0", 37]
    assert found["dense_1"][5] == mapping.map.found.nodes["dense_1"].theta


def test_it_follows_the_training_of_the_canvas(mapping: Mapping):
    mapping.step_to(12)
    mapping.until(lambda: mapping.map.found is not None and mapping.map.found.step == 12)
    assert mapping.legend.sentence == "Step 12, next batch"
    first = cells(mapping.window.scene.nodes["dense_1"])
    mapping.step_to(20)
    mapping.until(lambda: mapping.map.found is not None and mapping.map.found.step == 20)
    assert cells(mapping.window.scene.nodes["dense_1"]) != first


def test_what_takes_long_says_how_far_it_is(mapping: Mapping):
    mapping.map.job.progressed.emit(0.5, "Leading the twin")
    assert mapping.legend.sentence != "Leading the twin: 50 %"  # it has only begun
    mapping.map._began -= 1.0
    mapping.map.job.progressed.emit(0.62, "Leading the twin")
    assert mapping.legend.sentence == "Leading the twin: 62 %"


def test_in_a_small_window_its_legend_is_short_and_beside_other_boxes(mapping: Mapping):
    view = mapping.window.view
    mapping.window.resize(760, 560)
    mapping.until(lambda: view.rect().contains(mapping.legend.geometry()))
    assert mapping.legend.is_short
    assert not mapping.legend.geometry().intersects(view.overlays.zoom_bar.geometry())


def test_one_click_puts_it_off(mapping: Mapping):
    mapping.legend.button.click()
    assert not mapping.is_painted()
    assert mapping.legend.isHidden()
    assert not mapping.map.is_on
    mapping.step_to(9)
    assert not mapping.is_painted()


def test_the_laboratory_puts_it_off_too(mapping: Mapping):
    mapping.window.labs.open("twins")
    mapping.panel.table.selectRow(1)
    assert mapping.panel.form.map_button.text() == "Difference map off"
    mapping.panel.form.map_button.click()
    assert not mapping.map.is_on
    assert mapping.panel.form.map_button.text() == "Paint its differences on the canvas"
    assert mapping.window.labs.current == "twins"


def test_another_design_has_no_map(mapping: Mapping):
    mapping.window.document.new()
    assert not mapping.map.is_on
    assert mapping.legend.isHidden()


def test_it_stays_off_the_canvas_while_the_debugger_walks(mapping: Mapping):
    debug = mapping.window.actions_by_name["debug"]
    debug.trigger()
    mapping.until(lambda: mapping.window.scene.live.is_held)
    assert not mapping.is_painted()
    debug.trigger()
    mapping.until(mapping.is_painted)


def test_a_canvas_that_was_set_back_is_told(mapping: Mapping):
    mapping.window.controller.reset()
    mapping.until(lambda: "stands before it, at step 0" in mapping.legend.sentence)
    assert not mapping.is_painted()


def test_a_canvas_with_other_items_is_told(mapping: Mapping):
    mapping.window.document.attempt(editing.set_training, {"validation_share": 0.4})
    mapping.until(lambda: mapping.step == 0)
    mapping.step_to(9)
    mapping.until(lambda: "other items" in mapping.legend.sentence)
    assert not mapping.is_painted()
