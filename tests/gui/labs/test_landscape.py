"""Landscape and race: what is drawn is what the optimisers did; clicks, keys, lists and exports."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.labs.landscape import LandscapePanel
from gui.plots import export
from model import editing
from model.analysis.penalty_level import PlanePenalty
from model.analysis.racing_bars import addends
from model.analysis.racing_study import RaceStudy
from model.analysis.surfaces import SURFACES
from model.optimizers import OPTIMIZERS, Momentum
from tests.gui.conftest import OpenExample
from tests.gui.labs.conftest import Laboratory


class Racing(Laboratory[LandscapePanel]):
    """The laboratory as it opens, standing at the start."""

    kind = LandscapePanel
    key = "landscape"
    patience_ms = 20_000

    def choose(self, key: str) -> RaceStudy:
        panel = self.panel

        def act() -> None:
            panel.ground.choose(key)
            panel.ground.changed.emit(False)

        return self.after(act)


@pytest.fixture
def racing(qtbot: QtBot, open_example: OpenExample) -> Racing:
    return Racing(qtbot, open_example("iris"))


def test_it_opens_with_a_race_and_plays_it(racing: Racing):
    panel = racing.open()
    assert panel.study is not None
    names = [track.name for track in panel.view.map.tracks]
    assert names == ["GD", "SGD", "Momentum", "Adam"]
    assert panel.fields.data.isVisibleTo(panel)
    QTest.keyClick(panel, Qt.Key.Key_Right)
    assert [track.at for track in panel.view.map.tracks] == [1] * 4
    QTest.keyClick(panel, Qt.Key.Key_End)
    assert racing.transport.position == 60
    QTest.keyClick(panel, Qt.Key.Key_Home)
    QTest.keyClick(panel, Qt.Key.Key_Space)
    assert racing.transport.is_playing
    QTest.keyClick(panel, Qt.Key.Key_Space)


def test_curves_losses_and_bars_are_those_of_the_step(racing: Racing):
    panel = racing.open()
    study = panel.study
    assert study is not None
    racing.transport.set_position(8)
    for run in panel.side.curves.runs:
        np.testing.assert_array_equal(run.y, study.race.paths[run.number].losses)
        assert run.at == 8
    for update in panel.side.bars.updates:
        path = study.race.paths[update.number]
        racer = next(r for r in study.race.racers if r.key == update.number)
        pieces = addends(racer.optimizer, path.parts[7])
        assert update.addends == {name: float(value[0]) for name, value in pieces.items()}
        assert update.step == pytest.approx(path.thetas[8, 0] - path.thetas[7, 0])
    sgd = next(update for update in panel.side.bars.updates if update.name == "SGD")
    assert sgd.full == pytest.approx(float(study.full[1][7, 0]))
    panel.side.axis.buttons()[1].click()
    samples = {run.number: run.x for run in panel.side.curves.runs}
    assert samples[0][1] == 48
    assert samples[1][1] == 4
    panel.side.axis.buttons()[2].click()
    np.testing.assert_array_equal(panel.side.curves.runs[2].y, study.race.paths[2].lengths)


def test_a_click_restarts_the_race_from_there(racing: Racing):
    panel = racing.open()
    panel.view.map.grab()
    place = panel.view.map.to_screen(1.0, 3.0).toPoint()
    study = racing.after(
        lambda: QTest.mouseClick(panel.view.map, Qt.MouseButton.LeftButton, pos=place)
    )
    np.testing.assert_allclose(study.race.start, [1, 3], atol=0.03)
    for path in study.race.paths.values():
        np.testing.assert_allclose(path.thetas[0], study.race.start)


@pytest.mark.parametrize("key", [surface.key for surface in SURFACES])
def test_every_textbook_surface_can_be_raced_on(racing: Racing, key: str):
    racing.open()
    study = racing.choose(key)
    assert study.ground.key == key
    assert racing.panel.view.map.empty_text == ""
    assert not racing.panel.fields.batches.isEnabled()
    assert "exact" in racing.panel.fields.batches.toolTip()


def test_all_ten_optimisers_race_each_with_its_own_options(racing: Racing):
    panel = racing.open()
    for tag in ("nesterov", "adagrad", "adadelta", "rmsprop", "nadam", "lion"):
        panel.racers.add(OPTIMIZERS[tag]())
    assert not panel.racers.add_button.isEnabled()
    study = racing.after(panel.racers.changed.emit)
    assert len(study.race.paths) == 10
    row = panel.racers.rows[2]
    row.more.click()
    row.form.widget("momentum").set_value(0.5)
    study = racing.after(lambda: row.form.widget("momentum").edited.emit(0.5))
    rules = [racer.optimizer for racer in study.race.racers]
    assert rules[2] == Momentum(lr=rules[2].lr, momentum=0.5)
    study = racing.after(panel.racers.rows[0].switch.click)
    assert 0 not in study.race.paths
    row = panel.racers.rows[3]
    study = racing.after(lambda: row.removed.emit(row))
    assert 3 not in study.race.paths
    assert panel.racers.add_button.isEnabled()
    for row in panel.racers.rows:
        row.switch.setChecked(False)
    racing.qtbot.waitUntil(lambda: panel.study is None)
    assert "Nobody races" in panel._said.full_text()
    assert not panel.queue.is_awaited("race")


def test_one_rate_for_all_and_rates_that_fit(racing: Racing):
    panel = racing.open()
    panel.fields.rate.set_value(0.05)
    study = racing.after(lambda: panel.fields.rate.edited.emit(0.05))
    assert {racer.optimizer.lr for racer in study.race.racers} == {0.05}
    study = racing.after(panel.fields.fitting.click)
    assert len({racer.optimizer.lr for racer in study.race.racers}) > 1


def test_a_single_sample_a_mini_batch_or_all(racing: Racing):
    panel = racing.open()
    for kind, samples in (("one", 1), ("batch", 4), ("all", 48)):
        panel.fields.batches.set_value(kind)
        study = racing.after(lambda kind=kind: panel.fields.batches.edited.emit(kind))  # type: ignore[misc]
        assert {int(path.samples[1]) for path in study.race.paths.values()} == {samples}


def test_the_surface_of_the_mini_batch_lies_over_the_whole(racing: Racing):
    panel = racing.open()
    panel.fields.overlay.set_value(True)
    panel.fields.overlay.edited.emit(True)
    racing.qtbot.waitUntil(lambda: panel.view.map.overlay is not None, timeout=5000)
    overlay = panel.view.map.overlay
    assert overlay is not None
    assert panel.study is not None
    batch = panel.study.race.paths[1].batches[0]
    view = panel.study.ground.view
    place = np.array([overlay.x[3], overlay.y[5]])
    assert overlay.values[5, 3] == pytest.approx(float(view.value(place, batch)))
    panel.view.map.grab()
    panel.fields.overlay.set_value(False)
    panel.fields.overlay.edited.emit(False)
    assert panel.view.map.overlay is None


def test_points_of_the_regression_may_be_dragged_here_too(racing: Racing):
    panel = racing.open()
    data = panel.fields.data
    before = panel.study.ground.minima[0] if panel.study is not None else None
    data.y[-1] -= 3
    study = racing.after(data.points_changed.emit)
    assert before is not None
    assert study.ground.minima[0][1] < before[1]


def test_the_network_along_two_weights_from_its_card(racing: Racing):
    window = racing.window
    dense = next(k for k in window.document.inference.order if k.startswith("dense"))
    assert "landscape" in [
        spec.key for spec in window.labs.of_layer(window.document.graph.node(dense).layer)
    ]
    panel = racing.open(dense)
    assert panel.ground.key == "weights"
    first, second = panel.ground.first.value(), panel.ground.second.value()
    assert first is not None
    assert second is not None
    assert first[0] == second[0] == dense
    study = panel.study
    assert study is not None
    assert study.ground.is_network
    place = (dense, "W", (0, 1))
    panel.ground.first.set_value(place)
    study = racing.after(lambda: panel.ground.changed.emit(False))
    loss = study.ground.view.loss  # type: ignore[attr-defined]
    assert study.ground.view.directions[0, loss.position(place)] == 1  # type: ignore[attr-defined]
    panel.ground.first.index.setText("99, 1")
    panel.ground.first.index.editingFinished.emit()
    assert "no such place" in panel.ground.first._error.text()


def test_with_a_penalty_its_line_through_the_first_racer_lies_over_the_map(racing: Racing):
    window = racing.window
    assert window.document.attempt(editing.set_training, {"l2": 0.01})
    panel = racing.open("dense_1")
    figure = panel.view.map
    figure.grab()
    assert figure.penalty == PlanePenalty(0.0, 0.01)
    track = next(track for track in figure.tracks if not track.is_faint)
    here = track.points[track.at]
    for place in figure._penalty_line():
        assert np.linalg.norm(figure.to_data(place)) == pytest.approx(np.linalg.norm(here))
    assert "penalty of these two weights" in figure.text_at(figure.area.center())
    racing.choose("bowl")
    assert figure.penalty is None
    assert figure._penalty_line() == []


def test_random_directions_and_the_path_of_the_training(racing: Racing):
    panel = racing.open()
    first = racing.choose("random").ground.view.directions  # type: ignore[attr-defined]
    other = racing.after(panel.ground.again.click).ground.view.directions  # type: ignore[attr-defined]
    assert not np.array_equal(first, other)
    study = racing.after(panel.ground.moves.buttons()[1].click)
    assert study.ground.racing is not None
    panel.ground.steps.set_value(30)
    study = racing.choose("path")
    assert study.ground.track is not None
    assert any(track.is_faint for track in panel.view.map.tracks)
    assert "variance" in panel.ground.note.text()


def test_in_a_plane_of_a_network_weight_decay_says_that_it_has_no_part(racing: Racing):
    panel = racing.open()
    panel.racers.add(OPTIMIZERS["adamw"]())
    row = panel.racers.rows[-1]
    row.more.setChecked(True)
    assert row.form.widget("weight_decay").isEnabled()
    racing.choose("random")
    assert not row.form.widget("weight_decay").isEnabled()
    assert "no part" in row.form.widget("weight_decay").toolTip()
    assert "weight decay has no part" in panel.ground.note.text()
    racing.after(panel.ground.moves.buttons()[1].click)
    assert row.form.widget("weight_decay").isEnabled()


def test_zoom_shows_another_part_and_the_whole_again(racing: Racing):
    panel = racing.open()
    home = panel.view.home
    panel.view.fit.click()
    racing.qtbot.waitUntil(lambda: not panel.job.is_running, timeout=5000)
    assert panel.view.box != home
    surface = panel.view.map.surface
    assert surface is not None
    assert (surface.x[0], surface.x[-1]) == pytest.approx(panel.view.box[0])
    panel.view.whole.click()
    racing.qtbot.waitUntil(lambda: not panel.job.is_running, timeout=5000)
    assert panel.view.map.x_range == home[0]


def test_the_map_is_moved_by_the_right_button_and_by_keys(racing: Racing):
    panel = racing.open()
    map_, start = panel.view.map, panel.picture.start
    map_.grab()
    (left, right), (low, high) = panel.view.home
    middle = map_.area.center().toPoint()
    QTest.mousePress(map_, Qt.MouseButton.RightButton, pos=middle)
    QTest.mouseMove(map_, middle + QPoint(40, 0))
    QTest.mouseRelease(map_, Qt.MouseButton.RightButton, pos=middle + QPoint(40, 0))
    moved = -40 / map_.area.width() * (right - left)
    assert panel.view.box[0] == pytest.approx((left + moved, right + moved))
    assert panel.view.box[1] == pytest.approx((low, high))
    assert panel.picture.start is start
    panel.view.whole.click()
    QTest.keyClick(panel, Qt.Key.Key_Plus)
    wide = 0.8 * (right - left)
    assert panel.view.box[0][1] - panel.view.box[0][0] == pytest.approx(wide)
    before = panel.view.box[1][0]
    QTest.keyClick(panel, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert panel.view.box[1][0] == pytest.approx(before + 0.08 * (high - low))
    racing.settle()


def test_height_profile_and_relief(racing: Racing):
    panel = racing.open()
    panel.view.view.buttons()[2].click()
    racing.qtbot.waitUntil(lambda: bool(panel.view.profile.runs), timeout=5000)
    assert panel.study is not None
    path = panel.study.race.paths[2]
    run = panel.view.profile.runs[2]
    assert run.x[-1] == pytest.approx(path.lengths.sum())
    panel.view.view.buttons()[1].click()
    relief = panel.view.relief
    relief.grab()
    before = relief.azimuth
    middle = QPoint(relief.width() // 2, relief.height() // 2)
    QTest.mousePress(relief, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(relief, middle + QPoint(40, 10))
    QTest.mouseRelease(relief, Qt.MouseButton.LeftButton, pos=middle + QPoint(40, 10))
    assert relief.azimuth != before
    relief.grab()


def test_a_typed_surface_with_its_fault_marked(racing: Racing):
    panel = racing.open()
    racing.choose("typed")
    line = panel.ground.typed.line
    line.selectAll()
    QTest.keyClicks(line, "x**2 + w")
    assert line.fault() == (7, 8)
    line.selectAll()
    QTest.keyClicks(line, "x**2 + 2*y**2")
    study = racing.after(lambda: QTest.keyClick(line, Qt.Key.Key_Return))
    assert float(study.ground.view.value(np.array([1.0, 1.0]))) == 3


def test_without_a_design_that_runs_a_network_cannot_be_looked_at(racing: Racing):
    window = racing.window
    panel = racing.open()
    window.labs.close()
    window.document.new()
    window.labs.open("landscape")
    panel.ground.choose("random")
    panel.ground.changed.emit(False)
    assert "needs a design that can run" in panel.view.map.empty_text
    panel.view.map.grab()
    study = racing.choose("bowl")
    assert study.ground.key == "bowl"


def test_pictures_and_tables_are_exported(racing: Racing, tmp_path: Path):
    panel = racing.open()
    for name, kind in (
        ("loss_map", "png"),
        ("loss_map", "svg"),
        ("relief", "svg"),
        ("anatomy", "svg"),
        ("race_curves", "png"),
        ("race", "csv"),
    ):
        source = panel.exports.source(name, kind)
        assert source is not None
        export.write(source, kind, tmp_path / f"{name}.{kind}")
        assert (tmp_path / f"{name}.{kind}").stat().st_size > 500
    rows = list(csv.reader((tmp_path / "race.csv").read_text().splitlines()[1:]))
    assert len(rows) == 1 + 4 * 61
    tables = panel.tables()
    assert set(tables) == {"race", "anatomy", "surface"}
    # every change in the table of updates is the sum of its addends
    for row in tables["anatomy"][1:60]:
        assert sum(value for value in row[3:8] if value is not None) == pytest.approx(row[8])


def test_the_pointer_reads_out_height_and_bars(racing: Racing):
    panel = racing.open()
    racing.transport.set_position(5)
    panel.view.map.grab()
    assert "J = " in panel.view.map.text_at(panel.view.map.to_screen(0.0, 2.0))
    panel.side.bars.grab()
    bars = panel.side.bars
    row = bars._rows[0][0]
    assert "GD, gradient" in bars.text_at(QPointF(row.center()))


def test_closing_ends_what_is_being_worked_out(racing: Racing):
    panel = racing.open()
    panel.ground.steps.set_value(5000)
    panel.ground.choose("path")
    panel.ground.changed.emit(False)
    racing.qtbot.waitUntil(lambda: panel.job.is_running, timeout=5000)
    racing.window.labs.close()
    assert not panel.job.is_running
    racing.qtbot.wait(50)
    assert not panel.job.is_running
