"""The strips of the seismograph, its tripwires, its notice, and the run before as thin lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.plots.chart_ends import end_boxes
from gui.plots.chart_limits import Limits
from gui.plots.chart_lines import with_lines
from gui.plots.chart_look import LimitLine, curve_color
from gui.plots.delta import DeltaPlot
from gui.plots.vital_modes import MODES
from gui.training.troubles import Troubles
from model.snapshot import CurveView
from model.tripwires import LIMITS, Alarm, Kind
from tests.gui.plots import fakes

Make = Callable[..., DeltaPlot]
LEARNING = ("dense_1", "batch_norm_1", "dense_2")


@pytest.fixture
def make(qtbot: Any) -> Make:
    def build(width: int = 900, height: int = 300) -> DeltaPlot:
        controller: Any = fakes.FakeController()
        document: Any = fakes.FakeDocument(fakes.mnist_graph())
        controller.troubles = Troubles(controller, document)
        panel = DeltaPlot(controller, document)
        qtbot.addWidget(panel)
        panel.resize(width, height)
        panel.show()
        return panel

    return build


def vitals(steps: int = 40) -> dict[str, CurveView]:
    """Of the mock-up's network: one ReLU, three nodes that learn."""
    every = np.arange(1, steps + 1)
    found = fakes.curves(steps) | {"dead:relu_1": fakes.curve(every, np.linspace(0, 0.8, steps))}
    for number, key in enumerate(LEARNING):
        found[f"update:{key}"] = fakes.curve(every, np.full(steps, 10.0 ** -(2 + number)))
    return found


def send(panel: DeltaPlot, *alarms: Alarm, steps: int = 40) -> None:
    shot = fakes.snapshot(steps, curves=vitals(steps))
    panel.controller.send(replace(shot, alarms=alarms))


def alarm(kind: Kind, *node_ids: str, value: float = 0.75) -> Alarm:
    return Alarm(kind, node_ids, node_ids[0], value, LIMITS[kind].limit, 7)


# the strips


def test_each_strip_has_its_curves_its_symbol_and_its_axis(make: Make):
    panel = make()
    send(panel)
    wanted = {
        "delta": (["δ^(3)", "δ^(4)", "δ^(5)", "δ^(6)", "δ^(7)"], True),
        "dead": (["h^(5)"], False),
        "update": (["θ^(2)", "θ^(3)", "θ^(6)"], True),
    }
    for key, (letters, is_log) in wanted.items():
        panel.set_mode(key)
        assert [curve.letters for curve in panel.chart.curves] == letters
        assert panel.chart.is_log == is_log


def test_a_share_has_an_axis_from_zero_to_one_and_no_switch_for_a_logarithm(make: Make):
    panel = make()
    send(panel)
    panel.set_mode("dead")
    assert panel.chart.limits[2:] == (0.0, 1.05)
    assert not panel.log_pill.isVisible()
    panel.set_mode("delta")
    assert panel.log_pill.isVisible()
    assert panel.log_pill.isChecked()


def test_a_strip_says_why_it_is_empty(make: Make):
    panel = make()
    send(panel)
    panel.set_mode("saturated")
    assert panel.empty_text.startswith("No sigmoid or tanh here")


def test_the_vital_signs_are_wanted_only_while_they_are_looked_at(make: Make):
    panel = make()
    wanted: dict[str, set[int]] = panel.controller.wanted
    assert not wanted.get("vitals")
    panel.set_mode("update")
    assert wanted["vitals"] == {id(panel)}
    panel.hide()
    assert not wanted["vitals"]
    panel.show()
    assert wanted["vitals"]
    panel.set_mode("delta")
    assert not wanted["vitals"]


def test_vital_signs_stay_until_a_snapshot_brings_new_ones(make: Make):
    panel = make()
    panel.set_mode("dead")
    send(panel)
    panel.controller.send(fakes.snapshot(41))
    assert [curve.key for curve in panel.chart.curves] == ["dead:relu_1"]
    panel.controller.reset()
    panel.controller.send(fakes.snapshot(2))
    assert panel.chart.curves == ()


def test_the_switch_and_the_keyboard_choose_the_strip(make: Make):
    panel = make()
    send(panel)
    panel.switch.buttons()[1].click()
    assert panel.mode.key == "dead"
    assert all(button.toolTip() for button in panel.switch.buttons())


# tripwires


def test_lines_stand_where_the_tripwires_are(make: Make):
    panel = make()
    send(panel)
    last = panel.chart.curves[-1].view.mean[-30:]
    level = float(np.exp(np.log(last).mean()))
    lines = panel.chart._frame().limit_lines
    assert [line.value for line in lines] == pytest.approx([1e3, 1e3 * level, 1e-3 * level])
    assert "δ⁽⁷⁾" in lines[2].label
    panel.set_mode("dead")
    assert [line.value for line in panel.chart._frame().limit_lines] == [0.5]
    panel.set_mode("update")
    assert [line.value for line in panel.chart._frame().limit_lines] == [0.1, 1e-6]


@pytest.mark.parametrize(
    ("place", "limits"),
    [
        (5e-5, (0, 9, -3.0, -1.0)),  # 1.3 decades below: out of reach
        (5e-4, (0, 9, -3.5, -1.0)),  # 0.3 below: the axis makes room, in quarters of a decade
        (1e-2, (0, 9, -3.0, -1.0)),  # in sight as it is
        (0.3, (0, 9, -3.0, -0.25)),
    ],
)
def test_the_axis_makes_room_for_a_line_that_is_near(place: float, limits: Limits):
    assert with_lines((0, 9, -3.0, -1.0), [LimitLine(place, "x")], True) == limits


def test_what_is_beyond_a_limit_is_drawn_in_the_colour_of_errors_with_a_mark(make: Make):
    panel, look = make(), theme.current()
    send(panel)
    before = panel.chart.grab().toImage()
    send(panel, alarm("vanishing", "dense_1", value=1e-5))
    found = {curve.key: curve for curve in panel.chart.curves}
    assert [key for key, curve in found.items() if curve.is_alarming] == ["delta:dense_1"]
    assert curve_color(look, found["delta:dense_1"]) == look.color("err")
    assert reds(panel.chart.grab().toImage()) > reds(before) + 100
    panel.set_mode("dead")
    assert not any(curve.is_alarming for curve in panel.chart.curves)


def reds(image: QImage) -> int:
    """Pixels in the colour of errors."""
    wanted = theme.current().color("err").rgb()
    return sum(
        image.pixel(x, y) == wanted for x in range(image.width()) for y in range(image.height())
    )


# the notice


def test_the_notice_says_what_and_offers_edits(make: Make):
    panel = make()
    send(panel)
    assert not panel.strip.isVisible()
    send(panel, alarm("dead", "relu_1", value=0.8))
    assert panel.strip.isVisible()
    assert panel.strip.sentence.full_text().startswith("Dead units: 80 % of ReLU")
    texts = [action.text() for action in panel.strip.menu.actions() if action.isEnabled()]
    assert "Leaky ReLU for ReLU" in texts
    assert any(text.endswith("and start again") for text in texts)


def test_show_leads_to_the_strip_and_the_curve(make: Make):
    panel = make()
    send(panel, alarm("leaping", "dense_2", value=0.4))
    panel.strip.show_button.click()
    assert panel.mode.key == "update"
    assert panel.chart.highlighted == "update:dense_2"


def test_a_notice_that_is_closed_stays_closed_until_it_was_well_again(
    make: Make, monkeypatch: pytest.MonkeyPatch
):
    from gui.training import troubles

    monkeypatch.setattr(troubles, "HOLD_SECONDS", 0.0)
    panel = make()
    send(panel, alarm("dead", "relu_1"))
    panel.strip._close.click()
    assert not panel.strip.isVisible()
    send(panel, alarm("dead", "relu_1", value=0.9))
    assert not panel.strip.isVisible()
    send(panel)
    send(panel, alarm("dead", "relu_1"))
    assert panel.strip.isVisible()


def test_in_a_low_plot_a_button_stands_in_for_the_notice(make: Make):
    panel = make(height=130)
    send(panel, alarm("dead", "relu_1"))
    assert not panel.strip.isVisible()
    assert panel.alert.isVisible()
    assert "Dead units" in panel.alert.toolTip()
    panel.resize(900, 400)
    assert panel.strip.isVisible()
    assert not panel.alert.isVisible()


# narrow plots


@pytest.mark.parametrize("name", ["light", "dark", "projector"])
@pytest.mark.parametrize("width", [320, 512, 800, 1600])
def test_nothing_in_the_header_is_cut_or_covered(
    make: Make, qapp: QApplication, name: str, width: int
):
    theme.apply(qapp, name)
    panel = make(width=width, height=400)
    send(panel, alarm("dead", "relu_1"))
    panel.resize(width, 401)
    QApplication.processEvents()
    assert panel.header.minimumSizeHint().width() <= panel.width() or name == "projector"
    for key in (mode.key for mode in MODES):
        panel.set_mode(key)
        QApplication.processEvents()
        is_switch = panel.switch.isVisible()
        assert is_switch != panel.chooser.isVisible()
        for button in panel.switch.buttons() if is_switch else ():
            assert button.width() >= button.minimumSizeHint().width()


def test_the_menu_stands_in_for_what_has_no_room(make: Make):
    panel = make()
    send(panel)
    panel.menu.menu.aboutToShow.emit()
    assert panel.chart_menu.log.isChecked()
    panel.chart_menu.log.trigger()
    assert not panel.chart.is_log
    panel.chart_menu.nodes.trigger()
    assert panel.list.isVisible()


# contrast


def test_curves_kept_for_contrast_are_thin_grey_and_go_as_far_as_the_new_run(make: Make):
    panel = make()
    send(panel, steps=40)
    panel.keep_for_contrast("He")
    panel.controller.reset()
    send(panel, steps=10)
    ghosts = [curve for curve in panel.chart.curves if curve.style == "ghost"]
    assert [ghost.key for ghost in ghosts][:1] == ["before delta:dense_1"]
    assert len(ghosts) == 5
    assert all(ghost.view.steps[-1] == 10 for ghost in ghosts)
    assert "thin: He" in panel.header.caption()
    named = [curve for curve, _, _ in end_boxes(panel.chart._frame(), theme.current())]
    assert not any(curve.style == "ghost" for curve in named)
    assert panel.list.count() == 5
    panel.chart.set_hover(5)
    assert len([line for line in panel.chart.hover_text().splitlines() if "He" in line]) == 0
    panel.forget_contrast()
    assert len(panel.chart.curves) == 5


def test_a_run_that_is_left_for_other_first_values_stays_for_contrast(make: Make):
    panel = make()
    panel.controller.troubles.restarting.emit("zeros")
    assert not panel.has_contrast, "nothing has run"
    send(panel)
    panel.controller.troubles.restarting.emit("zeros")
    assert panel.has_contrast
    panel.document.opened.emit()
    assert not panel.has_contrast


def test_the_menu_offers_five_first_values_and_ticks_the_present_ones(make: Make):
    panel = make()
    menu = panel.chart_menu
    menu.menu.aboutToShow.emit()
    assert [action.text().split(":")[0] for action in menu.choices] == [
        "zeros",
        "normal, σ = 0.01",
        "normal, σ = 1",
        "Glorot",
        "He",
    ]
    assert all(action.toolTip() for action in menu.choices)
    assert not any(action.isChecked() for action in menu.choices)
    assert not menu.keep.isEnabled()
    assert menu.keep.toolTip() == "There is nothing to keep yet: press Run."
