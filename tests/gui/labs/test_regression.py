"""Regression: line and path move together; points are dragged, added, removed; numbers are true."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gui.labs.regression import RegressionPanel
from gui.plots import export
from model.layers.losses import MeanSquaredError
from tests.gui.conftest import OpenExample
from tests.gui.labs.conftest import Laboratory


class Fitting(Laboratory[RegressionPanel]):
    """The laboratory as it opens, standing at the start."""

    kind = RegressionPanel
    key = "regression"

    def open(self, node_id: str = "") -> RegressionPanel:
        panel = super().open(node_id)
        panel.data.grab()
        panel.map.grab()
        return panel

    def row(self, number: int) -> str:
        return self.text(f"regression_row_{number}")

    def place_of(self, number: int) -> QPoint:
        data = self.panel.data
        return data.to_screen(float(data.x[number]), float(data.y[number])).toPoint()


@pytest.fixture
def fitting(qtbot: QtBot, open_example: OpenExample) -> Fitting:
    found = Fitting(qtbot, open_example("xor", until_shown=False))
    found.open()
    return found


def number(text: str) -> float:
    return float(text.replace("−", "-"))


def test_the_numbers_are_the_lectures_sums(fitting: Fitting):
    panel = fitting.panel
    x, y = panel.data.x, panel.data.y
    residuals = y - panel._start[0] - panel._start[1] * x
    first = fitting.row(0)
    assert first.startswith("= −2 · ")
    assert number(first.split(" = ")[-1]) == pytest.approx(-2 * residuals.sum(), rel=1e-3)
    second = number(fitting.row(1).split(" = ")[-1])
    assert second == pytest.approx(-2 * (x * residuals).sum(), rel=1e-3)
    assert panel.study is not None
    after = panel.study.race.paths[0].thetas[1]
    assert number(fitting.row(2).split(" = ")[-1]) == pytest.approx(after[0], rel=1e-3)
    assert number(fitting.row(3).split(" = ")[-1]) == pytest.approx(after[1], rel=1e-3)


def test_line_and_path_move_together(fitting: Fitting):
    panel = fitting.panel
    QTest.keyClick(panel, Qt.Key.Key_Right)
    QTest.keyClick(panel, Qt.Key.Key_Right)
    tracks = {track.number: track for track in panel.map.tracks}
    for fit in panel.data.fits:
        track = tracks[fit.number]
        assert track.at == 2
        np.testing.assert_array_equal(fit.beta, track.points[2])


def test_the_batch_of_sgd_is_drawn_and_summed(fitting: Fitting):
    panel = fitting.panel
    panel.numbers.racer.buttons()[1].click()
    assert panel.study is not None
    batch = panel.study.race.paths[1].batches[0]
    assert batch is not None
    assert panel.data.batch is batch
    assert len(batch) == 4
    # N / B = 24 / 4
    assert fitting.row(0).startswith("= −12 · ")


def test_a_dragged_point_moves_the_surface_and_its_minimum(fitting: Fitting):
    panel = fitting.panel
    assert panel.study is not None
    before = panel.study.objective.minimum
    place = fitting.place_of(23)

    def drag() -> None:
        QTest.mousePress(panel.data, Qt.MouseButton.LeftButton, pos=place)
        QTest.mouseMove(panel.data, place + QPoint(0, 60))
        QTest.mouseRelease(panel.data, Qt.MouseButton.LeftButton, pos=place + QPoint(0, 60))

    fitting.after(drag)
    assert len(panel.data.x) == 24
    assert panel.study.objective.minimum is not None
    assert before is not None
    assert panel.study.objective.minimum[1] < before[1]
    np.testing.assert_allclose(panel.map.minima[0], panel.study.objective.minimum)


def test_points_are_added_and_removed_down_to_three(fitting: Fitting):
    panel = fitting.panel
    free = panel.data.area.bottomRight().toPoint() - QPoint(30, 30)
    fitting.after(lambda: QTest.mouseClick(panel.data, Qt.MouseButton.LeftButton, pos=free))
    assert len(panel.data.x) == 25
    fitting.after(
        lambda: QTest.mouseClick(panel.data, Qt.MouseButton.RightButton, pos=fitting.place_of(24))
    )
    assert len(panel.data.x) == 24
    for _ in range(30):
        panel.data.remove(0)
    assert len(panel.data.x) == 3
    assert "fewest" in panel._said.full_text()


def test_above_the_bound_it_is_said_that_gd_diverges(fitting: Fitting):
    panel = fitting.panel
    assert panel.study is not None
    bound = panel.study.objective.largest_rate
    label = panel.findChild(QLabel, "regression_bound")
    assert label is not None
    assert f"{bound:.3g}" in label.text()
    panel.fields.rate.set_value(1.05 * bound)
    fitting.after(lambda: panel.fields.rate.edited.emit(0.0))
    assert "GD diverges." in label.text()
    path = panel.study.race.paths[0]
    assert path.losses[-1] > path.losses[0]


def test_the_mean_walks_the_same_path_with_n_times_the_rate(fitting: Fitting):
    panel = fitting.panel
    assert panel.study is not None
    before = panel.study.race.paths[0].thetas
    fitting.after(panel.fields.reduction.buttons()[1].click)
    assert panel.fields.rate.value() == pytest.approx(24 * 0.004, rel=1e-3)
    np.testing.assert_allclose(panel.study.race.paths[0].thetas, before, rtol=1e-6)


def test_a_click_on_the_map_is_the_start(fitting: Fitting):
    panel = fitting.panel
    panel.rooms.show_room(1)
    fitting.qtbot.wait(50)
    panel.map.grab()
    place = panel.map.to_screen(1.0, 1.0).toPoint()
    fitting.after(lambda: QTest.mouseClick(panel.map, Qt.MouseButton.LeftButton, pos=place))
    np.testing.assert_allclose(panel._start, [1.0, 1.0], atol=0.03)


def test_a_racer_can_be_switched_off(fitting: Fitting):
    panel = fitting.panel
    fitting.after(lambda: _off(panel))
    assert [track.name for track in panel.map.tracks] == ["SGD"]
    assert not panel.numbers.racer.buttons()[0].isEnabled()
    assert panel.numbers.racer.buttons()[0].toolTip() == "GD is switched off"


def _off(panel: RegressionPanel) -> None:
    panel.fields.toggles[0].set_value(False)
    panel.fields.toggles[0].edited.emit(False)


def test_everything_is_exported(fitting: Fitting, tmp_path: Path):
    panel = fitting.panel
    for name, kind in (("points_and_line", "svg"), ("rss_map", "png"), ("descent", "csv")):
        source = panel.exports.source(name, kind)
        assert source is not None
        export.write(source, kind, tmp_path / f"{name}.{kind}")
        assert (tmp_path / f"{name}.{kind}").stat().st_size > 500
    assert len(panel.tables()["points"]) == 25


def test_the_menu_of_a_squared_error_leads_here(fitting: Fitting):
    assert "regression" in [spec.key for spec in fitting.window.labs.of_layer(MeanSquaredError())]


def test_a_loss_leads_to_the_designs_own_points(fitting: Fitting):
    window, panel = fitting.window, fitting.panel
    window.labs.close()
    window.file_actions.open(Path("resources/examples/curve_regression.json"))
    loss = next(k for k in window.document.inference.order if k.startswith("mse"))
    window.labs.open("regression", loss)
    fitting.until(lambda: len(panel.data.x) == 60)
    fitting.until(lambda: not panel.job.is_running)
    assert panel.study is not None
    np.testing.assert_array_equal(panel.study.objective.x, panel.data.x)
    assert panel.fields.rate.value() < panel.study.objective.largest_rate
    fitting.after(panel.fields.again.click)
    assert len(panel.data.x) == 24
    assert panel.fields.rate.value() == 0.004


def test_data_without_a_line_are_refused_in_words(fitting: Fitting):
    fitting.panel.fields.own.click()
    fitting.until(lambda: "one number x" in fitting.panel.fields.refusal.text())
    assert fitting.panel.fields.refusal.isVisible()
    assert len(fitting.panel.data.x) == 24
