"""The sweep laboratory: it proposes, runs, shows, is cancelled, goes on, and applies a setting."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.labs.sweep import SweepPanel
from gui.labs.sweep_scale import FigureScale, ValueScale
from model.sweep.records import Records
from model.sweep.result import Result, rows_of
from model.sweep.run import run, task_of
from tests.gui.conftest import OpenExample
from tests.gui.labs.conftest import open_panel
from tests.model.sweep.processes import workers

PATIENCE_MS = 20_000


@pytest.fixture
def panel(open_example: OpenExample, qtbot: QtBot) -> SweepPanel:
    """Of two values of p and one epoch, not started as yet."""
    window = open_example("breast_cancer_dropout", (1600, 1000))
    found = open_panel(window, SweepPanel, "sweep")
    found.job.cancel()
    found.forget()
    found.form.fields.show_fields(
        found.form.fields._choices, [("training.lr", "0.001, 0.01"), ("dropout_1.p", "0, 0.5")]
    )
    found.form.seeds.set_value(1)
    found.form.set_length("epochs", 1)
    found._replan()
    return found


def until_done(panel: SweepPanel, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not panel.job.is_running, timeout=PATIENCE_MS)


def swept(panel: SweepPanel, qtbot: QtBot) -> SweepPanel:
    panel.form.start_button.click()
    until_done(panel, qtbot)
    return panel


@pytest.fixture
def filled(panel: SweepPanel, tmp_path: Path) -> SweepPanel:
    """The same with its four results, found in a file."""
    plan = panel.plan
    assert plan is not None
    path = tmp_path / "runs.jsonl"
    with Records(path, plan.name) as records:
        for setting, seed in plan.runs():
            result = run(task_of(plan, setting, seed))
            assert result is not None
            records.add(result)
    panel.keep_in(path)
    return panel


def test_a_small_design_is_swept_at_once(open_example: OpenExample, qtbot: QtBot):
    panel = open_panel(open_example("xor", (1400, 900)), SweepPanel, "sweep")
    assert panel.form.fields.factors()[0][0] == "training.lr"
    qtbot.waitUntil(lambda: bool(panel.view.rows), timeout=PATIENCE_MS)
    assert panel.job.is_running
    assert "40 runs" in panel.form.total.text()
    panel.leave_wanted.emit()
    assert not panel.job.is_running
    qtbot.waitUntil(lambda: workers() == [], timeout=PATIENCE_MS)


def test_a_large_design_waits_for_a_start(open_example: OpenExample):
    panel = open_panel(open_example("autoencoder", (1400, 900)), SweepPanel, "sweep")
    assert not panel.job.is_running
    assert "Press Start" in panel._said.full_text()
    assert panel.form.start_button.isEnabled()


def test_lines_heat_map_and_table_show_every_setting(panel: SweepPanel, qtbot: QtBot):
    assert panel.form.total.text() == "4 settings × 1 seed = 4 runs"
    swept(panel, qtbot)
    assert workers() == []
    assert panel.view.model.rowCount() == len(panel.view.lines.rows_shown) == 4
    assert panel.view.heat.empty_text == ""
    assert panel.view.heat.is_grid
    assert panel.view.summary.full_text() == "4 of 4 runs"
    assert "The best is ρ = " in panel._said.full_text()
    assert not panel.form.start_button.isEnabled()
    assert "All runs" in panel.form.start_button.toolTip()
    tables = panel.tables()
    assert tables["runs"][0][:3] == ["training.lr", "dropout_1.p", "seed"]
    assert [row[:3] for row in tables["settings"][1:]] == [
        [0.001, 0, 1], [0.001, 0.5, 1], [0.01, 0, 1], [0.01, 0.5, 1],
    ]  # fmt: skip
    assert set(panel.figures()) == {"parallel_coordinates", "heat_map"}


def test_a_click_chooses_a_setting_everywhere_and_one_edit_applies_it(
    filled: SweepPanel, qtbot: QtBot
):
    panel = filled
    assert not panel.view.apply_button.isEnabled()
    before = panel.document.graph.design()
    row = panel.view.rows[3]
    panel.view.rooms.show_room(1)  # where there is room for one picture only
    qtbot.waitUntil(lambda: panel.view.heat.width() > 100)
    panel.view.heat.grab()
    spot = panel.view.heat.spot(row).toPoint()
    QTest.mouseClick(panel.view.heat, Qt.MouseButton.LeftButton, pos=spot)
    assert panel.view.chosen == panel.view.lines.selected == panel.view.heat.selected == row.key
    assert panel.view.table.selectionModel().selectedRows()[0].row() == 3
    panel.view.apply_button.click()
    graph = panel.document.graph
    assert graph.training.optimizer.lr == row.setting["training.lr"]
    assert graph.node("dropout_1").layer.p == row.setting["dropout_1.p"]  # type: ignore[attr-defined]
    panel.document.stack.undo()
    assert graph.design() == before
    panel._replan()
    assert len(panel.results) == 4, "the results are of this design still"


def test_a_row_chosen_in_the_table_stands_out_in_the_pictures(filled: SweepPanel):
    panel = filled
    panel.view.table.selectRow(1)
    assert panel.view.lines.selected == panel.view.heat.selected == panel.view.rows[1].key
    assert "chosen: ρ = 0.001, p · Dropout (1st) = 0.5" in panel.view.summary.full_text()


def test_a_brush_keeps_what_passes_it(filled: SweepPanel):
    panel = filled
    lines = panel.view.lines
    panel.view.rooms.show_room(0)
    lines.grab()
    area = lines._area
    x = round(lines._x(1))
    QTest.mousePress(lines, Qt.MouseButton.LeftButton, pos=QPointF(x, area.top() - 4).toPoint())
    QTest.mouseMove(lines, QPointF(x, area.center().y()).toPoint())
    QTest.mouseRelease(
        lines, Qt.MouseButton.LeftButton, pos=QPointF(x, area.center().y()).toPoint()
    )
    kept = [row.setting["dropout_1.p"] for row in panel.view.rows if row.key in lines.kept()]
    assert kept == [0.5, 0.5]
    QTest.mouseClick(lines, Qt.MouseButton.LeftButton, pos=QPointF(x, area.top() + 30).toPoint())
    assert len(lines.kept()) == 4


def test_heads_sort_and_unknown_figures_come_last(filled: SweepPanel):
    panel = filled
    panel.view.table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    assert [row.setting["dropout_1.p"] for row in panel.view.model.rows] == [0.5, 0.5, 0, 0]


def test_a_cancel_keeps_what_is_finished_and_start_goes_on(panel: SweepPanel, qtbot: QtBot):
    panel.form.fields.rows[1].values.setText("0, 0.1, 0.2, 0.3, 0.4")
    panel.form.seeds.set_value(5)
    panel.form.set_length("epochs", 8)
    panel.form.jobs.set_value(1)
    panel.form.start_button.click()
    qtbot.waitUntil(lambda: bool(panel.results), timeout=PATIENCE_MS)
    panel.form.cancel_button.click()
    assert not panel.job.is_running
    assert panel.form.start_button.text() == "Go on"
    kept = {each.key for each in panel.results}
    assert 0 < len(kept) < 50
    panel.form.seeds.set_value(1)
    panel.form.fields.rows[1].values.setText("0, 0.1")
    swept(panel, qtbot)
    assert len(panel.results) == 4
    assert {each.key for each in panel.results} & kept


def test_what_is_changed_while_it_runs_is_for_the_next_start(panel: SweepPanel, qtbot: QtBot):
    panel.form.start_button.click()
    panel.form.fields.rows[1].values.setText("0.25")
    panel.form.edited.emit()
    until_done(panel, qtbot)
    assert len(panel.results) == 4
    assert panel.form.start_button.isEnabled()
    swept(panel, qtbot)
    assert {each.settings["dropout_1.p"] for each in panel.results} == {0.25}


def test_results_in_a_file_of_ones_own_are_found_again(
    panel: SweepPanel, qtbot: QtBot, tmp_path: Path
):
    path = tmp_path / "mine.jsonl"
    panel.form.fields.rows[1].values.setText("0")
    panel.keep_in(path)
    swept(panel, qtbot)
    assert len(path.read_text(encoding="utf-8").splitlines()) == 2
    panel.forget()
    assert panel.results == []
    assert path.exists()
    panel.keep_in(path)
    assert len(panel.results) == 2
    panel.form.set_length("epochs", 2)
    panel._replan()
    assert "holds the results of another sweep" in panel._said.full_text()


def test_after_a_crash_the_session_goes_on_where_it_was(
    panel: SweepPanel, qtbot: QtBot, open_example: OpenExample
):
    panel.form.fields.rows[1].values.setText("0")
    swept(panel, qtbot)
    kept = panel.results
    plan = panel.plan
    assert plan is not None
    other = open_example("breast_cancer_dropout", (1000, 800))  # its recovery folder is the same
    fresh = open_panel(other, SweepPanel, "sweep")
    fresh.job.cancel()
    fresh.plan = plan
    assert fresh.file.known(plan) == sorted(kept, key=kept.index)


def test_a_grid_that_no_picture_can_show_is_refused_with_a_way_out(panel: SweepPanel):
    for row in panel.form.fields.rows:
        row.values.setText("0.001..0.5:100")
    panel.form.edited.emit()
    assert "10,000 settings are more than the 2,000" in panel.form.total.text()
    assert not panel.form.start_button.isEnabled()


def test_a_value_that_a_field_does_not_take_is_said_below_it(panel: SweepPanel):
    row = panel.form.fields.rows[1]
    row.values.setText("0, 1.5")
    row.values.editingFinished.emit()
    assert "below 1, not 1.5" in row.error.text()
    assert "--set" not in row.error.text()
    assert not panel.form.start_button.isEnabled()
    row.values.setText("0..0.5")
    row.values.editingFinished.emit()
    assert "how many" in row.error.text()
    panel.form.way._group.button(1).click()
    assert row.error.text() == ""
    assert panel.form.start_button.isEnabled()


def test_another_field_brings_values_of_its_own(panel: SweepPanel):
    panel.form.fields.add.click()
    row = panel.form.fields.rows[-1]
    assert row.choice.place not in ("training.lr", "dropout_1.p")
    places = [choice.place for choice in panel.form.fields._choices]
    row.combo.setCurrentIndex(places.index("dense_1.units"))
    row.combo.activated.emit(places.index("dense_1.units"))
    assert row.values.text() == "16, 32, 64, 128"
    assert panel.view.heat.empty_text == "A heat map needs exactly two fields that vary."
    assert not panel.view.heat.isVisible()
    assert panel.view.lines.isVisible()
    row.remove.click()
    assert len(panel.form.fields.rows) == 2
    panel.view.rooms.show_room(1)
    assert panel.view.heat.isVisible()


def test_it_opens_from_a_node_with_its_field(open_example: OpenExample):
    window = open_example("breast_cancer_dropout", (1400, 900))
    panel = open_panel(window, SweepPanel, "sweep", "dropout_2")
    assert panel.form.fields.factors()[1][0] == "dropout_2.p"


def test_closing_the_window_leaves_no_process(open_example: OpenExample, qtbot: QtBot):
    window = open_example("xor", (1400, 900))
    panel = open_panel(window, SweepPanel, "sweep")
    qtbot.waitUntil(lambda: bool(workers()), timeout=PATIENCE_MS)
    assert panel.job.is_running
    window.document.stack.setClean()
    window.close()
    assert workers() == []


# places and colours


def test_few_values_stand_evenly_and_many_by_their_size():
    few = ValueScale([0, 1e-4, 1.0])
    assert [few.share(value) for value in (0, 1e-4, 1.0)] == [0, 0.5, 1]
    many = ValueScale([10.0 ** (k / 4) for k in range(-16, 1)])
    assert many.is_log
    # 0.01 lies in the middle of 10^-4 to 10^0
    assert many.share(0.01) == pytest.approx(0.5)
    words = ValueScale(["sgd", "adam"])
    assert [words.share(value) for value in ("sgd", "adam")] == [0, 1]
    assert ValueScale([7]).share(7) == 0.5


def test_losses_far_apart_stand_on_a_logarithmic_scale():
    runs = [
        Result(settings={"a.b": k}, seed=1, last={"val_loss": 10.0**k}, best={}) for k in range(3)
    ]
    scale = FigureScale("last.val_loss", rows_of(runs))
    assert scale.is_log
    assert scale.share(10) == pytest.approx(0.5)
    assert [scale.share(value) for value in (1, 100, 1e6)] == [0, 1, 1]
