"""Slope and step: what is drawn and said is what was computed, by mouse, keyboard and typing."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.labs.slope import SlopePanel
from gui.plots import export
from tests.gui.conftest import OpenExample
from tests.gui.labs.conftest import Laboratory


class Sloping(Laboratory[SlopePanel]):
    """The laboratory on the parabola, standing at the start."""

    kind = SlopePanel
    key = "slope"

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(self.panel, key)


@pytest.fixture
def sloping(qtbot: QtBot, open_example: OpenExample) -> Sloping:
    found = Sloping(qtbot, open_example("xor", until_shown=False))
    found.open()
    return found


def test_the_sentence_of_the_lecture_and_the_numbers_of_the_step(sloping: Sloping):
    # J = theta^2 at 3.2 with rho 0.15: slope 6.4, step 0.96
    assert sloping.text("slope_lead") == (
        "Slope 6.40 > 0: move slightly to the left to go slightly downhill."
    )
    assert sloping.text("slope_sum") == "2.24 = 3.2 − 0.15 · 6.4"
    # -rho J'^2 = -6.144; 2.24^2 - 3.2^2 = -5.2224
    assert sloping.text("slope_promise") == "−6.14"
    assert sloping.text("slope_truth") == "−5.22"
    assert sloping.text("slope_verdict") == "✓ ρ = 0.15: right"
    assert "2/J″ = 1" in sloping.text("slope_bound")


def test_a_rate_above_the_bound_is_said_to_diverge(sloping: Sloping):
    panel = sloping.panel
    panel.rate.set_value(1.1)
    sloping.after(lambda: panel.rate.edited.emit(1.1))
    assert "diverging" in sloping.text("slope_verdict")
    assert "ρJ'' = 2.2 is above 2" in sloping.text("slope_reason")


def test_keys_step_back_jump_and_play(sloping: Sloping):
    transport = sloping.transport
    sloping.press(Qt.Key.Key_Right)
    sloping.press(Qt.Key.Key_Right)
    assert (transport.position, sloping.panel.figure.position) == (2, 2)
    sloping.press(Qt.Key.Key_Left)
    assert transport.position == 1
    sloping.press(Qt.Key.Key_End)
    assert transport.position == transport.last == 60
    sloping.press(Qt.Key.Key_Home)
    assert transport.position == 0
    sloping.press(Qt.Key.Key_Space)
    assert transport.is_playing
    sloping.until(lambda: transport.position >= 1)
    sloping.press(Qt.Key.Key_Space)
    assert not transport.is_playing


def test_a_click_in_the_picture_is_the_start(sloping: Sloping):
    panel = sloping.panel
    panel.figure.grab()
    place = panel.figure.to_screen(-2.0, 4.0).toPoint()
    sloping.after(lambda: QTest.mouseClick(panel.figure, Qt.MouseButton.LeftButton, pos=place))
    assert panel.start.value() == pytest.approx(-2.0, abs=0.02)
    assert "to the right" in sloping.text("slope_lead")


def test_a_fault_is_marked_and_changes_nothing(sloping: Sloping):
    panel = sloping.panel
    line = panel.formula.line
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "theta**2 + b")
    assert line.fault() == (11, 12)
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert panel.study is not None
    assert panel.study.title == "theta**2"
    line.selectAll()
    QTest.keyClicks(line, "w**4")
    sloping.after(lambda: QTest.keyClick(line, Qt.Key.Key_Return))
    assert panel.study.title == "w**4"
    assert panel.ready.value() == "own"


def test_esc_takes_back_what_is_typed_and_then_closes(sloping: Sloping):
    panel, line = sloping.panel, sloping.panel.formula.line
    sloping.window.activateWindow()
    sloping.qtbot.waitUntil(sloping.window.isActiveWindow, timeout=5000)
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "theta + nonsense")
    QTest.keyClick(line, Qt.Key.Key_Escape)
    assert line.text() == "theta**2"
    assert panel.isVisible()
    QTest.keyClick(line, Qt.Key.Key_Escape)
    assert sloping.window.labs.current == ""


def test_one_weight_of_the_design_starts_where_it_stands(sloping: Sloping):
    window, panel = sloping.window, sloping.panel
    window.labs.close()
    dense = next(k for k in window.document.inference.order if k.startswith("dense"))
    layer = window.document.graph.node(dense).layer
    assert "slope" in [spec.key for spec in window.labs.of_layer(layer)]
    sloping.after(lambda: window.labs.open("slope", dense))
    place = panel.weight.value()
    assert place is not None
    assert place[0] == dense
    assert panel.study is not None
    assert panel.rate.value() == 0.1  # its Adam has a ρ of another kind
    now = float(panel.study.path.thetas[0, 0])
    assert panel.start.value() == pytest.approx(now, abs=6e-4)
    assert f"({window.document.graph.title_of(dense)})".replace(" ", r"\ ") in panel.figure.x_name
    sloping.transport.first()
    panel.figure.grab()
    place_px = panel.figure.to_screen(now + 0.5, float(panel.study.path.losses[0])).toPoint()
    sloping.after(lambda: QTest.mouseClick(panel.figure, Qt.MouseButton.LeftButton, pos=place_px))
    assert panel.study.path.thetas[0, 0] == pytest.approx(now + 0.5, abs=0.05)


def test_a_formula_of_a_card_is_taken_over(sloping: Sloping):
    window, panel = sloping.window, sloping.panel
    window.file_actions.open(Path("resources/examples/sin_x_squared.json"))
    key = next(k for k in window.document.inference.order if k == "z")
    sloping.after(lambda: window.labs.open("slope", key))
    assert panel.study is not None
    assert panel.study.title == "sin(y)"


def test_without_a_design_that_runs_no_weight_can_be_looked_at(sloping: Sloping):
    sloping.window.labs.close()
    sloping.window.document.new()
    sloping.window.labs.open("slope")
    sloping.panel.ready.set_value("weight")
    sloping.panel.ready.edited.emit("weight")
    assert "needs a design that can run" in sloping.panel.figure.empty_text
    sloping.panel.figure.grab()
    sloping.panel.exports.fill()
    actions = {a.objectName(): a for a in sloping.panel.exports.menu.actions()}
    assert not actions["export_slope_and_step_png"].isEnabled()
    assert "needs a design" in actions["export_slope_and_step_png"].toolTip()


def test_every_ready_function_shows_something(sloping: Sloping):
    panel = sloping.panel
    for key in ("double_well", "sine_bowl", "kink", "quartic", "cliff"):
        sloping.after(lambda key=key: panel._on_ready(key))  # type: ignore[misc]
        assert panel.figure.empty_text == ""
        assert sloping.transport.last > 0


def test_where_nothing_is_defined_it_says_so(sloping: Sloping):
    panel = sloping.panel
    panel.start.set_value(-1.0)
    sloping.after(lambda: panel._on_typed("log(theta)"))
    assert "not defined here" in sloping.text("slope_lead")
    assert sloping.transport.last == 0
    assert panel.figure.grab().width() > 0


def test_pictures_and_numbers_are_exported_from_the_menu(sloping: Sloping, tmp_path: Path):
    panel = sloping.panel
    panel.exports.fill()
    names = [action.objectName() for action in panel.exports.menu.actions() if action.isEnabled()]
    assert {"export_slope_and_step_png", "export_descent_csv"} <= set(names)
    for name, kind in (("slope_and_step", "png"), ("loss_per_step", "svg"), ("descent", "csv")):
        source = panel.exports.source(name, kind)
        assert source is not None
        export.write(source, kind, tmp_path / f"{name}.{kind}")
        assert (tmp_path / f"{name}.{kind}").stat().st_size > 300
    rows = list(csv.reader((tmp_path / "descent.csv").read_text().splitlines()[1:]))
    assert rows[0][:3] == ["step", "theta", "J"]
    assert float(rows[2][1]) == pytest.approx(2.24)


def test_the_pointer_reads_out_the_curve(sloping: Sloping):
    figure = sloping.panel.figure
    figure.grab()
    assert "J = 1.0" in figure.text_at(figure.to_screen(1.0, 1.0))
    assert figure.text_at(QPointF(QPoint(1, 1))) == ""


@pytest.mark.filterwarnings("error")
def test_a_function_that_overflows_is_drawn_as_far_as_it_goes(sloping: Sloping):
    panel = sloping.panel
    sloping.after(lambda: panel._on_typed("1e308*theta**2"))
    panel.figure.grab()
    low, high = panel.figure.y_range
    assert np.isfinite([low, high]).all()
    assert "not defined" in panel.lead.text()
