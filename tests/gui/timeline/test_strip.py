"""The strip below the canvas leads to every past step."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from gui.timeline import words
from model import editing
from model.recording import LineView, RecordingView
from tests.gui.conftest import OpenExample


@pytest.fixture
def window(qtbot: QtBot, open_example: OpenExample) -> MainWindow:
    found = open_example("xor")
    found.controller.step_batches(60)
    qtbot.waitUntil(lambda: found.controller.time.view.newest == 60, timeout=5000)
    return found


def until_at(qtbot: QtBot, window: MainWindow, step: int | None) -> None:
    wanted = 60 if step is None else step

    def is_there() -> bool:
        latest = window.controller.latest
        at = window.controller.time.view.at
        return at == step and latest is not None and latest.step == wanted

    qtbot.waitUntil(is_there, timeout=5000)


def test_the_strip_comes_with_the_first_steps(qtbot: QtBot, open_example: OpenExample):
    window = open_example("xor")
    assert window.time_mode.strip.isHidden()
    window.actions_by_name["step_batch"].trigger()
    qtbot.waitUntil(window.time_mode.strip.isVisible, timeout=5000)


def test_a_press_on_the_line_goes_there(qtbot: QtBot, window: MainWindow):
    scrubber = window.time_mode.strip.scrubber
    place = QPoint(round(scrubber.place_of(20)), scrubber.height() // 2)
    qtbot.mouseClick(scrubber, Qt.MouseButton.LeftButton, pos=place)
    until_at(qtbot, window, scrubber.value())
    assert abs(scrubber.value() - 20) <= 1
    chip = window.time_mode.strip.chip
    assert chip.text() == f"step {scrubber.value()} of 60: the past"
    assert window.controller.latest is not None
    assert window.controller.latest.newest == 60


def test_a_press_on_the_line_pauses_a_run(qtbot: QtBot, window: MainWindow):
    window.controller.run()
    qtbot.waitUntil(lambda: window.controller.time.view.newest > 200, timeout=5000)
    scrubber = window.time_mode.strip.scrubber
    place = QPoint(scrubber.width() // 2, scrubber.height() // 2)
    qtbot.mouseClick(scrubber, Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: window.controller.time.view.at is not None, timeout=5000)
    assert window.controller.state in ("paused", "finished")


def test_a_step_is_typed(qtbot: QtBot, window: MainWindow):
    window.actions_by_name["time_go"].trigger()
    field = window.time_mode.strip.field
    qtbot.keyClicks(field, "33")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    until_at(qtbot, window, 33)
    assert field.text() == "33"
    qtbot.keyClick(field, Qt.Key.Key_Down)
    until_at(qtbot, window, 32)


def test_one_by_one_and_back_to_now(qtbot: QtBot, window: MainWindow):
    actions = window.actions_by_name
    assert not actions["time_on"].isEnabled()
    actions["time_back"].trigger()
    until_at(qtbot, window, 59)
    actions["time_back"].trigger()
    until_at(qtbot, window, 58)
    actions["time_on"].trigger()
    until_at(qtbot, window, 59)
    actions["time_now"].trigger()
    until_at(qtbot, window, None)


def test_a_long_way_back_says_how_far_it_is_and_can_be_given_up(window: MainWindow):
    now, time = window.actions_by_name["time_now"], window.controller.time
    time.replaying.emit(0.25)
    assert window.time_mode.strip.chip.text() == "computing again: 25%"
    assert now.isEnabled()
    assert "Give up" in now.toolTip()
    time.replaying.emit(-1.0)
    assert window.time_mode.strip.chip.text() == "of 60"
    assert not now.isEnabled()


def test_run_says_that_it_makes_a_branch(qtbot: QtBot, window: MainWindow):
    window.controller.time.seek(15)
    until_at(qtbot, window, 15)
    assert "From step 15 on, as a branch" in window.toolbar.run_button.toolTip()
    window.controller.time.to_now()
    until_at(qtbot, window, None)
    assert "branch" not in window.toolbar.run_button.toolTip()


def test_a_design_that_was_another_one_is_told(qtbot: QtBot, window: MainWindow):
    window.document.attempt(editing.set_training, {"batch_size": 3})
    window.controller.step_batches(5)
    qtbot.waitUntil(lambda: window.controller.time.view.newest == 65, timeout=5000)
    window.controller.time.seek(15)
    until_at(qtbot, window, 15)
    assert "another one at this step" in window.time_mode.strip.chip.toolTip()
    assert "another one" in window.actions_by_name["time_continue"].toolTip()
    window.controller.time.seek(63)
    until_at(qtbot, window, 63)
    assert "another one" not in window.time_mode.strip.chip.toolTip()


def test_a_branch_is_chosen_from_the_menu(qtbot: QtBot, window: MainWindow):
    window.controller.time.seek(15)
    until_at(qtbot, window, 15)
    window.actions_by_name["time_continue"].trigger()
    time = window.controller.time
    qtbot.waitUntil(lambda: len(time.view.lines) == 2, timeout=5000)
    assert window.time_mode.strip.branches.isVisible()
    runs = window.time_mode.branches.actions()
    assert [run.text() for run in runs] == [
        "Run 1: steps 1 to 60",
        "Run 2: no steps yet, from step 15 of run 1 (this one)",
    ]
    runs[0].trigger()
    qtbot.waitUntil(lambda: time.view.current == 1, timeout=5000)
    until_at(qtbot, window, None)


def test_charts_mark_the_step_that_is_shown(qtbot: QtBot, window: MainWindow):
    window.docks.open("loss")
    qtbot.waitUntil(lambda: window.docks.docks["loss"].panel is not None, timeout=5000)
    window.controller.time.seek(15)
    until_at(qtbot, window, 15)
    chart = window.docks.docks["loss"].panel.chart
    qtbot.waitUntil(lambda: chart._past == 15, timeout=5000)
    window.controller.time.to_now()
    qtbot.waitUntil(lambda: chart._past is None, timeout=5000)


def test_the_debugger_walks_through_the_step_after_the_past_one(qtbot: QtBot, window: MainWindow):
    window.controller.time.seek(15)
    until_at(qtbot, window, 15)
    window.debugging.session.open()
    qtbot.waitUntil(lambda: window.debugging.moment is not None, timeout=5000)
    steps: list[int] = []
    window.controller.lend(lambda trainer: steps.append(trainer.step_count))
    qtbot.waitUntil(lambda: bool(steps), timeout=5000)
    assert steps == [15]
    assert len(window.controller.time.view.lines) == 1


def test_the_walk_begins_anew_where_another_step_is_shown(qtbot: QtBot, window: MainWindow):
    window.controller.time.seek(15)
    until_at(qtbot, window, 15)
    session = window.debugging.session
    session.open()
    qtbot.waitUntil(lambda: session.moment is not None, timeout=5000)
    session.run_to_end()
    qtbot.waitUntil(lambda: session.moment.position > 3, timeout=5000)
    window.actions_by_name["time_back"].trigger()
    until_at(qtbot, window, 14)
    qtbot.waitUntil(lambda: session.moment.position == 0, timeout=5000)


def test_a_laboratory_takes_the_place_of_the_strip_too(qtbot: QtBot, window: MainWindow):
    window.labs.open("twins")
    qtbot.waitUntil(window.time_mode.strip.isHidden, timeout=5000)
    window.labs.close()
    qtbot.waitUntil(window.time_mode.strip.isVisible, timeout=5000)


def test_recording_is_switched_off_and_the_reason_is_told(qtbot: QtBot, window: MainWindow):
    window.actions_by_name["time_record"].setChecked(False)
    qtbot.waitUntil(lambda: not window.controller.time.view.is_on, timeout=5000)
    assert not window.time_mode.strip.scrubber.isEnabled()
    assert "not recorded" in window.actions_by_name["time_back"].toolTip()
    assert not window.settings.flag("time/record", True)


def test_the_strip_can_be_put_away(window: MainWindow):
    assert window.time_mode.strip.isVisible()
    window.actions_by_name["time_strip"].setChecked(False)
    assert window.time_mode.strip.isHidden()


@pytest.mark.parametrize("theme", ["light", "projector"])
@pytest.mark.parametrize("width", [1024, 1600])
def test_nothing_in_the_strip_is_cut(qtbot: QtBot, window: MainWindow, theme: str, width: int):
    window.actions_by_name[f"theme_{theme}"].trigger()
    window.resize(width, 768)
    window.controller.time.seek(15)
    until_at(qtbot, window, 15)
    strip = window.time_mode.strip
    qtbot.waitUntil(lambda: strip.now.width() >= strip.now.sizeHint().width(), timeout=5000)
    qtbot.wait(50)
    for part in (strip.back, strip.field, strip.on, strip.chip, strip.now, strip.go_on):
        if part.isVisible():
            assert strip.rect().contains(part.geometry()), part.objectName()
            if part is not strip.field:
                assert part.width() >= part.sizeHint().width(), part.objectName()
    assert strip.scrubber.width() >= 60
    window.actions_by_name["theme_light"].trigger()


def test_forks_are_where_runs_part():
    lines = (
        LineView(1, 0, 0, 100),
        LineView(2, 1, 40, 90),
        LineView(3, 2, 60, 80),
        LineView(4, 1, 70, 75),
    )
    view = RecordingView(is_on=True, lines=lines, current=2, newest=90)
    assert words.forks(view) == [40, 60]
    view = RecordingView(is_on=True, lines=lines, current=1, newest=100)
    assert words.forks(view) == [40, 70]


def test_words_about_memory():
    view = RecordingView(is_on=True, copies=1, size=5 * 2**19, budget=2**26)
    assert words.kept(view).startswith("1 state is kept in 2.5 of 64 MiB")


def test_in_a_lecture_the_strip_comes_only_with_the_past(qtbot: QtBot, window: MainWindow):
    present = window.actions_by_name["present"]
    present.setChecked(True)
    assert window.time_mode.strip.isHidden()
    window.actions_by_name["time_back"].trigger()
    until_at(qtbot, window, 59)
    assert window.time_mode.strip.isVisible()
    window.actions_by_name["time_now"].trigger()
    until_at(qtbot, window, None)
    assert window.time_mode.strip.isHidden()
    window.actions_by_name["time_go"].trigger()
    assert window.time_mode.strip.isVisible()
    present.setChecked(False)
    assert window.time_mode.strip.isVisible()
