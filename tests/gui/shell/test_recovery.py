"""Unsaved work survives: copied within a second, offered at the next start, gone after a save."""

from __future__ import annotations

from pathlib import Path

from gui.main_window import MainWindow
from model import editing, files
from model.files import RecoveryStore
from model.layer import registry
from tests.gui.shell.conftest import MakeWindow, example


def copies(window: MainWindow) -> list[Path]:
    return sorted(window.recovery.store.folder.glob("*.design.json"))


def leave_work_behind(folder: Path) -> None:
    """What a program that died has left: a copy whose lock nobody holds."""
    store = RecoveryStore(folder)
    store.keep("design", files.read_design(example("spiral")), None, 1)
    for lock in store._locks.values():
        lock.release(is_removed=False)
    store._locks.clear()


def test_an_edit_is_copied_aside_and_a_save_removes_the_copy(
    window: MainWindow, tmp_path: Path, qtbot
):
    window.document.attempt(editing.add_node, registry()["relu"](), 0, 0)
    qtbot.waitUntil(lambda: len(copies(window)) == 1)
    window.document.save(tmp_path / "mine.json")
    window.recovery.keep()
    assert copies(window) == []


def test_a_copy_stays_while_the_file_does_not_hold_the_same(window: MainWindow, tmp_path: Path):
    goal = tmp_path / "mine.json"
    window.document.attempt(editing.add_node, registry()["relu"](), 0, 0)
    window.recovery.keep()
    window.document.save(goal)
    goal.write_text("{", encoding="utf-8")  # another program has spoilt it
    window.recovery.keep()
    assert len(copies(window)) == 1


def test_found_work_is_offered_and_restored_as_unsaved(
    make_window: MakeWindow, tmp_path: Path, qtbot
):
    leave_work_behind(tmp_path / "recovery")
    window = make_window()
    qtbot.waitUntil(lambda: "was found" in window.message_bar.sentence())
    restore, discard = window.message_bar.action_buttons()
    assert (restore.text(), discard.text()) == ("Restore", "Discard")
    restore.click()
    assert window.document.graph.design() == files.read_design(example("spiral"))
    assert window.document.is_modified
    assert len(copies(window)) == 1  # the copy is this window's own now


def test_found_work_is_gone_only_after_a_word_of_the_person(
    make_window: MakeWindow, tmp_path: Path, qtbot
):
    leave_work_behind(tmp_path / "recovery")
    first = make_window()
    qtbot.waitUntil(lambda: "was found" in first.message_bar.sentence())
    first.message_bar.close_message()
    first.close()
    second = make_window()
    qtbot.waitUntil(lambda: "was found" in second.message_bar.sentence())
    second.message_bar.action_buttons()[1].click()
    second.close()
    assert list((tmp_path / "recovery").glob("*.design.json")) == []
