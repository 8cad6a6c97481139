"""The window as a whole: opening, running, themes, panels, the end."""

from __future__ import annotations

import threading
from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDropEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from gui import theme
from gui.main_window import MainWindow
from model import editing
from model.errors import DesignError, WireError
from model.layer import registry
from tests.gui.shell.conftest import MakeWindow, example


def test_a_window_opens_with_an_example_and_says_its_name(window: MainWindow):
    assert window.windowTitle() == "xor.json[*] – Deltaboard"
    assert not window.isWindowModified()
    assert set(window.view.canvas.nodes) == set(window.document.graph.nodes)


def test_an_edit_marks_the_window_as_modified_and_undo_takes_the_mark_away(window: MainWindow):
    window.document.attempt(editing.add_node, registry()["relu"](), 0, 0)
    assert window.isWindowModified()
    window.actions_by_name["undo"].trigger()
    assert not window.isWindowModified()


def test_a_file_that_cannot_be_opened_becomes_a_message_and_the_window_stays(
    make_window: MakeWindow, tmp_path: Path
):
    broken = tmp_path / "broken.json"
    broken.write_text("{", encoding="utf-8")
    window = make_window(broken)
    assert "broken.json" in window.message_bar.sentence()
    assert window.message_bar.level() == "error"
    assert len(window.document.graph) == 0


def drop(window: MainWindow, *urls: QUrl) -> QDropEvent:
    """Drop these as a file manager does that would rather move them."""
    mime = QMimeData()
    mime.setUrls(urls)
    event = QDropEvent(
        QPointF(50, 50),
        Qt.DropAction.CopyAction | Qt.DropAction.MoveAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    event.setDropAction(Qt.DropAction.MoveAction)
    window.dropEvent(event)
    QApplication.processEvents()
    return event


def test_a_file_dropped_onto_the_window_is_opened_and_not_taken_from_where_it_lies(
    window: MainWindow,
):
    event = drop(window, QUrl.fromLocalFile(str(example("spiral"))))
    assert window.document.path == example("spiral")
    assert event.dropAction() == Qt.DropAction.CopyAction


def test_several_files_or_one_of_another_machine_are_refused_with_a_sentence(window: MainWindow):
    drop(window, *[QUrl.fromLocalFile(str(example(name))) for name in ("spiral", "iris")])
    assert "2 files" in window.message_bar.sentence()
    drop(window, QUrl("https://example.org/net.json"))
    assert "another machine" in window.message_bar.sentence()
    assert window.document.path == example("xor")


def test_no_line_of_text_takes_a_dropped_file_for_text(window: MainWindow):
    lines = window.findChildren(QLineEdit)
    assert lines
    assert not any(line.acceptDrops() for line in lines)


def test_the_canvas_has_the_keyboard_at_the_start(window: MainWindow):
    assert window.focusWidget() is window.view


def test_run_trains_and_the_status_strip_tells_of_it(window: MainWindow, qtbot):
    window.actions_by_name["step_batch"].trigger()
    qtbot.waitUntil(lambda: getattr(window.controller.latest, "step", 0) == 1)
    assert "step 1" in window.status.text()
    assert "loss = " in window.status.text()


def test_run_turns_into_pause_while_it_runs(window: MainWindow, qtbot):
    window.controller.set_speed(2.0)
    window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: window.controller.state == "running")
    assert window.toolbar.run_button.text() == "Pause"
    assert window.actions_by_name["stop"].isEnabled()
    window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: window.controller.state == "paused")
    assert window.toolbar.run_button.text() == "Run"


def test_run_says_what_is_missing_instead_of_being_grey(make_window: MakeWindow):
    window = make_window()
    window.document.attempt(editing.add_node, registry()["dense"](), 0, 0)
    assert window.toolbar.run_button.isEnabled()
    window.toolbar.run_button.click()
    assert "There is no data to learn from" in window.message_bar.sentence()


def test_a_refused_run_opens_the_list_of_problems(make_window: MakeWindow, qtbot):
    window = make_window(example("xor"))
    graph = window.document.graph
    window.document.attempt(editing.remove_wires, graph.wires())
    qtbot.waitUntil(lambda: len(window.document.inference.problems) > 1)
    window.toolbar.run_button.click()
    assert not window.docks.docks["problems"].isHidden()
    assert window.toolbar.run_button.isEnabled()


def test_the_message_of_a_problem_goes_once_it_is_repaired(make_window: MakeWindow, qtbot):
    window = make_window(example("xor"))
    wires = window.document.graph.wires()
    window.document.attempt(editing.remove_wires, wires[:1])
    window.toolbar.run_button.click()
    assert window.message_bar.sentence()
    window.document.stack.undo()
    qtbot.waitUntil(lambda: not window.message_bar.sentence())


def test_closing_the_window_stops_the_training_thread(make_window: MakeWindow, qtbot):
    window = make_window(example("xor"))
    window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: window.controller.state == "running")
    window.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "training"]


def test_the_theme_button_walks_through_the_themes_and_remembers_the_last(window: MainWindow):
    seen = []
    for _ in range(3):
        window.actions_by_name["next_theme"].trigger()
        seen.append(theme.current().name)
    assert seen == ["dark", "projector", "light"]
    window.actions_by_name["theme_dark"].trigger()
    assert theme.current().name == "dark"
    assert window.settings.theme_name == "dark"


def test_closed_docks_stay_closed_at_the_next_start_and_reset_brings_them_back(
    make_window: MakeWindow, qapp: QApplication
):
    first = make_window()
    first.docks.docks["loss"].hide()
    first.docks.open("problems")
    first.close()
    second = make_window()
    assert second.docks.docks["loss"].isHidden()
    assert not second.docks.docks["problems"].isHidden()
    second.actions_by_name["reset_layout"].trigger()
    assert not second.docks.docks["loss"].isHidden()
    assert second.docks.docks["problems"].isHidden()


def test_switches_of_the_canvas_are_remembered(make_window: MakeWindow):
    def switches(window: MainWindow) -> dict[str, QAction]:
        menus = window.view.actions_for_menu().values()
        return {a.objectName(): a for menu in menus for a in menu if a and a.isCheckable()}

    first = make_window()
    for action in switches(first).values():
        action.setChecked(False)
    first.close()
    found = switches(make_window())
    assert len(found) >= 2  # snap to grid, mini-map
    assert not any(action.isChecked() for action in found.values())


def test_a_plot_is_made_when_its_dock_is_first_opened(window: MainWindow, qapp: QApplication):
    closed = [d for d in window.docks.docks.values() if not d.spec.is_open_at_first]
    assert [dock.panel for dock in closed] == [None] * len(closed)
    window.docks.open("problems")
    qapp.processEvents()
    assert window.docks.docks["problems"].panel is not None


def fits(window: MainWindow, part: QWidget) -> bool:
    """Whether a part has its whole width, inside of the window."""
    right = part.mapTo(window, part.rect().topRight()).x()
    return right <= window.width() and part.width() >= part.sizeHint().width()


def test_a_narrow_window_folds_the_palette_and_nothing_sticks_out(
    window: MainWindow, qapp: QApplication, qtbot
):
    parts = (
        window.toolbar.present_button,
        window.toolbar.run_button,
        window.toolbar.lamps,
        window.status.entries["loss"],
        window.status.entries["epoch"],
    )
    for name in ("light", "projector"):
        theme.apply(qapp, name)
        window.resize(1024, 768)
        qtbot.waitUntil(lambda: all(fits(window, part) for part in parts))
        assert window.width() == 1024
        assert window.palette_panel.is_rail
    theme.apply(qapp, "light")
    window.resize(1500, 900)
    qapp.processEvents()
    assert not window.palette_panel.is_rail


def test_a_fault_of_the_program_is_said_and_the_work_is_kept(window: MainWindow):
    window.document.attempt(editing.add_node, registry()["relu"](), 0, 0)
    window.on_fault("Something went wrong inside the program.")
    assert "went wrong" in window.message_bar.sentence()
    assert list(window.recovery.store.folder.glob("*.design.json"))


def test_run_and_pause_are_equally_wide(window: MainWindow, qtbot, qapp: QApplication):
    for name in ("light", "projector"):
        theme.apply(qapp, name)
        button = window.toolbar.run_button
        before = button.sizeHint().expandedTo(button.minimumSize())
        button.setText("Pause")
        assert button.sizeHint().expandedTo(button.minimumSize()) == before
        button.setText("Run")


def test_a_refusal_goes_with_the_next_edit(window: MainWindow, qtbot):
    window.document.report(WireError("A layer cannot feed itself."))
    assert window.message_bar.sentence()
    window.document.attempt(editing.set_fields, "dense_1", {"units": 5})
    qtbot.waitUntil(lambda: not window.message_bar.sentence())


def test_a_refusal_goes_with_a_move_too(window: MainWindow):
    window.document.report(WireError("A layer cannot feed itself."))
    window.document.attempt(editing.move, {"dense_1": (8.0, 16.0)})
    assert not window.message_bar.sentence()


def test_a_fault_of_a_file_stays_when_the_design_is_edited(window: MainWindow, qtbot):
    window.messages.report(DesignError("The disk is full."))
    with qtbot.waitSignal(window.document.inference_changed):
        window.document.attempt(editing.set_fields, "dense_1", {"units": 5})
    assert window.message_bar.sentence() == "The disk is full."
